* Rank tests, and McNemar's.
INSERT FILE='tests/reference/pspp/read_lung.sps'.

ECHO 'lung by sex'.
NPAR TESTS /MANN-WHITNEY=age meal.cal wt.loss ph.karno BY sex(1,2) /MISSING=ANALYSIS.
ECHO 'lung by ecog'.
NPAR TESTS /KRUSKAL-WALLIS=age meal.cal wt.loss BY ph.ecog(0,2) /MISSING=ANALYSIS.
* This test of PSPP 1.6.2 is wrong where values are tied, and counts missing values: ties are
* broken by the place in the file, and missing values left out, before it is asked.
COMPUTE place = $CASENUM.
COMPUTE untied = age + place / 100000.
ECHO 'lung trend of age'.
TEMPORARY.
SELECT IF (NOT MISSING(age) AND NOT MISSING(ph.ecog) AND ph.ecog LE 2).
NPAR TESTS /JONCKHEERE-TERPSTRA=untied BY ph.ecog(0,2).
COMPUTE untied = meal.cal + place / 100000.
ECHO 'lung trend of meal.cal'.
TEMPORARY.
SELECT IF (NOT MISSING(meal.cal) AND NOT MISSING(ph.ecog) AND ph.ecog LE 2).
NPAR TESTS /JONCKHEERE-TERPSTRA=untied BY ph.ecog(0,2).
COMPUTE untied = wt.loss + place / 100000.
ECHO 'lung trend of wt.loss'.
TEMPORARY.
SELECT IF (NOT MISSING(wt.loss) AND NOT MISSING(ph.ecog) AND ph.ecog LE 2).
NPAR TESTS /JONCKHEERE-TERPSTRA=untied BY ph.ecog(0,2).
INSERT FILE='tests/reference/pspp/read_aSAH.sps'.

RECODE outcome ('Good'=1) ('Poor'=2) INTO poor.
ECHO 'aSAH by outcome'.
NPAR TESTS /MANN-WHITNEY=age s100b ndka wfns BY poor(1,2).
INSERT FILE='tests/reference/pspp/read_ovarian.sps'.

ECHO 'ovarian by rx'.
NPAR TESTS /MANN-WHITNEY=age futime BY rx(1,2).
INSERT FILE='tests/reference/pspp/read_pbc.sps'.

ECHO 'pbc by stage'.
NPAR TESTS /KRUSKAL-WALLIS=copper albumin platelet BY stage(1,4) /MISSING=ANALYSIS.
COMPUTE place = $CASENUM.
COMPUTE untied = copper + place / 100000.
ECHO 'pbc trend of copper'.
TEMPORARY.
SELECT IF (NOT MISSING(copper) AND NOT MISSING(stage) AND stage LE 4).
NPAR TESTS /JONCKHEERE-TERPSTRA=untied BY stage(1,4).
COMPUTE untied = albumin + place / 100000.
ECHO 'pbc trend of albumin'.
TEMPORARY.
SELECT IF (NOT MISSING(albumin) AND NOT MISSING(stage) AND stage LE 4).
NPAR TESTS /JONCKHEERE-TERPSTRA=untied BY stage(1,4).
COMPUTE untied = platelet + place / 100000.
ECHO 'pbc trend of platelet'.
TEMPORARY.
SELECT IF (NOT MISSING(platelet) AND NOT MISSING(stage) AND stage LE 4).
NPAR TESTS /JONCKHEERE-TERPSTRA=untied BY stage(1,4).
INSERT FILE='tests/reference/pspp/read_anorexia.sps'.

* Whole numbers, so that equal changes are equal.
COMPUTE Prewt = RND(10 * Prewt).
COMPUTE Postwt = RND(10 * Postwt).
ECHO 'anorexia paired'.
NPAR TESTS /WILCOXON=Prewt WITH Postwt (PAIRED).
INSERT FILE='tests/reference/pspp/read_pbc_year.sps'.

COMPUTE bili = RND(10 * bili).
COMPUTE bili_1y = RND(10 * bili_1y).
COMPUTE albumin = RND(100 * albumin).
COMPUTE albumin_1y = RND(100 * albumin_1y).
ECHO 'pbc_year paired'.
NPAR TESTS /WILCOXON=bili albumin platelet stage WITH bili_1y albumin_1y platelet_1y stage_1y
  (PAIRED) /MISSING=ANALYSIS.
ECHO 'pbc_year mcnemar'.
NPAR TESTS /MCNEMAR=hepato ascites WITH hepato_1y ascites_1y (PAIRED) /MISSING=ANALYSIS.
