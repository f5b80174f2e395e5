* t-tests, analysis of variance and what follows it.
INSERT FILE='tests/reference/pspp/read_lung.sps'.

ECHO 'lung by sex'.
T-TEST GROUPS=sex(1,2) /VARIABLES=age meal.cal wt.loss /MISSING=ANALYSIS.
ECHO 'lung by ecog'.
SELECT IF (ph.ecog LE 2).
ONEWAY age meal.cal wt.loss BY ph.ecog /STATISTICS=DESCRIPTIVES HOMOGENEITY
  /MISSING=ANALYSIS /POSTHOC=TUKEY BONFERRONI LSD SIDAK.
INSERT FILE='tests/reference/pspp/read_aSAH.sps'.

RECODE outcome ('Good'=1) ('Poor'=2) INTO poor.
ECHO 'aSAH by outcome'.
T-TEST GROUPS=poor(1,2) /VARIABLES=age s100b ndka.
INSERT FILE='tests/reference/pspp/read_pbc.sps'.

ECHO 'pbc by stage'.
ONEWAY copper albumin platelet BY stage /STATISTICS=DESCRIPTIVES HOMOGENEITY
  /POSTHOC=TUKEY BONFERRONI.
INSERT FILE='tests/reference/pspp/read_warpbreaks.sps'.

RECODE tension ('L'=1) ('M'=2) ('H'=3) INTO tense.
ECHO 'warpbreaks by tension'.
ONEWAY breaks BY tense /STATISTICS=HOMOGENEITY /POSTHOC=TUKEY BONFERRONI.
INSERT FILE='tests/reference/pspp/read_anorexia.sps'.

ECHO 'anorexia paired'.
T-TEST PAIRS=Postwt WITH Prewt (PAIRED).
INSERT FILE='tests/reference/pspp/read_pbc_year.sps'.

ECHO 'pbc_year paired'.
T-TEST PAIRS=bili_1y albumin_1y platelet_1y WITH bili albumin platelet (PAIRED)
  /MISSING=ANALYSIS.
