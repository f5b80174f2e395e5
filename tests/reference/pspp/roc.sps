* Areas under ROC curves.
INSERT FILE='tests/reference/pspp/read_aSAH.sps'.

RECODE outcome ('Good'=0) ('Poor'=1) INTO poor.
ECHO 'aSAH'.
ROC s100b ndka wfns age BY poor(1) /PLOT=NONE /PRINT=SE COORDINATES.
INSERT FILE='tests/reference/pspp/read_pbc.sps'.

COMPUTE dead = (status EQ 2).
ECHO 'pbc'.
ROC bili copper BY dead(1) /PLOT=NONE /PRINT=SE.
ECHO 'pbc nonparametric'.
ROC bili copper BY dead(1) /PLOT=NONE /PRINT=SE /CRITERIA=DISTRIBUTION(FREE).
INSERT FILE='tests/reference/pspp/read_infert.sps'.

ECHO 'infert'.
ROC spontaneous parity BY case(1) /PLOT=NONE /PRINT=SE.
