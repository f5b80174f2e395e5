* Logistic regression: enter, Wald intervals.
INSERT FILE='tests/reference/pspp/read_infert.sps'.

ECHO 'infert'.
LOGISTIC REGRESSION VARIABLES=case WITH spontaneous induced age parity
  /PRINT=CI(95) /CRITERIA=LCON(0.0000000001) BCON(0.000000000001) ITERATE(50).
ECHO 'infert factors'.
LOGISTIC REGRESSION VARIABLES=case WITH spontaneous induced age
  /CATEGORICAL=spontaneous induced
  /PRINT=CI(95) /CRITERIA=LCON(0.0000000001) BCON(0.000000000001) ITERATE(50).
INSERT FILE='tests/reference/pspp/read_aSAH.sps'.

RECODE outcome ('Good'=0) ('Poor'=1) INTO poor.
ECHO 'aSAH'.
LOGISTIC REGRESSION VARIABLES=poor WITH age s100b ndka wfns
  /PRINT=CI(95) /CRITERIA=LCON(0.0000000001) BCON(0.000000000001) ITERATE(50).
INSERT FILE='tests/reference/pspp/read_pbc.sps'.

COMPUTE dead = (status EQ 2).
ECHO 'pbc'.
LOGISTIC REGRESSION VARIABLES=dead WITH age bili albumin copper
  /PRINT=CI(95) /CRITERIA=LCON(0.0000000001) BCON(0.000000000001) ITERATE(50).
