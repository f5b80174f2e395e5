* Tables of counts: chi-square tests, exact test, ratios.
INSERT FILE='tests/reference/pspp/read_pbc.sps'.
ECHO 'pbc trt by ascites'.
CROSSTABS /TABLES=trt BY ascites /STATISTICS=CHISQ RISK /CELLS=COUNT.
ECHO 'pbc trt by hepato'.
CROSSTABS /TABLES=trt BY hepato /STATISTICS=CHISQ RISK /CELLS=COUNT.
ECHO 'pbc trt by spiders'.
CROSSTABS /TABLES=trt BY spiders /STATISTICS=CHISQ RISK /CELLS=COUNT.
* PSPP 1.6.2 stops, or prints what is not there, at RISK of a text variable.
RECODE sex ('f'=0) ('m'=1) INTO male.
ECHO 'pbc trt by male'.
CROSSTABS /TABLES=trt BY male /STATISTICS=CHISQ RISK /CELLS=COUNT.
ECHO 'pbc stage by trt'.
CROSSTABS /TABLES=stage BY trt /STATISTICS=CHISQ RISK /CELLS=COUNT.
ECHO 'pbc stage by edema'.
CROSSTABS /TABLES=stage BY edema /STATISTICS=CHISQ RISK /CELLS=COUNT.
ECHO 'pbc stage by hepato'.
CROSSTABS /TABLES=stage BY hepato /STATISTICS=CHISQ RISK /CELLS=COUNT.
INSERT FILE='tests/reference/pspp/read_lung.sps'.
ECHO 'lung sex by status'.
CROSSTABS /TABLES=sex BY status /STATISTICS=CHISQ RISK /CELLS=COUNT.
ECHO 'lung sex by ph.ecog'.
CROSSTABS /TABLES=sex BY ph.ecog /STATISTICS=CHISQ RISK /CELLS=COUNT.
INSERT FILE='tests/reference/pspp/read_aSAH.sps'.
ECHO 'aSAH gender by outcome'.
CROSSTABS /TABLES=gender BY outcome /STATISTICS=CHISQ /CELLS=COUNT.
ECHO 'aSAH wfns by outcome'.
CROSSTABS /TABLES=wfns BY outcome /STATISTICS=CHISQ RISK /CELLS=COUNT.
INSERT FILE='tests/reference/pspp/read_ovarian.sps'.
ECHO 'ovarian rx by fustat'.
CROSSTABS /TABLES=rx BY fustat /STATISTICS=CHISQ RISK /CELLS=COUNT.
ECHO 'ovarian rx by resid.ds'.
CROSSTABS /TABLES=rx BY resid.ds /STATISTICS=CHISQ RISK /CELLS=COUNT.
ECHO 'ovarian rx by ecog.ps'.
CROSSTABS /TABLES=rx BY ecog.ps /STATISTICS=CHISQ RISK /CELLS=COUNT.
INSERT FILE='tests/reference/pspp/read_veteran.sps'.
ECHO 'veteran celltype by trt'.
CROSSTABS /TABLES=celltype BY trt /STATISTICS=CHISQ RISK /CELLS=COUNT.
ECHO 'veteran prior by status'.
CROSSTABS /TABLES=prior BY status /STATISTICS=CHISQ RISK /CELLS=COUNT.
INSERT FILE='tests/reference/pspp/read_Melanoma.sps'.
ECHO 'Melanoma ulcer by status'.
CROSSTABS /TABLES=ulcer BY status /STATISTICS=CHISQ RISK /CELLS=COUNT.
ECHO 'Melanoma ulcer by sex'.
CROSSTABS /TABLES=ulcer BY sex /STATISTICS=CHISQ RISK /CELLS=COUNT.
INSERT FILE='tests/reference/pspp/read_infert.sps'.
ECHO 'infert spontaneous by case'.
CROSSTABS /TABLES=spontaneous BY case /STATISTICS=CHISQ RISK /CELLS=COUNT.
ECHO 'infert education by case'.
CROSSTABS /TABLES=education BY case /STATISTICS=CHISQ RISK /CELLS=COUNT.
