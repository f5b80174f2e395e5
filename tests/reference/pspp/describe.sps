* Quartiles, means and standard deviations.
INSERT FILE='tests/reference/pspp/read_lung.sps'.

ECHO 'lung frequencies'.
FREQUENCIES VARIABLES=age meal.cal wt.loss ph.karno /FORMAT=NOTABLE /NTILES=4
  /STATISTICS=MEAN STDDEV MEDIAN MINIMUM MAXIMUM.
ECHO 'lung examine'.
EXAMINE VARIABLES=age meal.cal wt.loss /STATISTICS=DESCRIPTIVES
  /PERCENTILES(25,50,75)=HAVERAGE /MISSING=PAIRWISE.
ECHO 'lung means'.
MEANS TABLES=wt.loss age BY sex /CELLS=MEAN STDDEV COUNT.
INSERT FILE='tests/reference/pspp/read_aSAH.sps'.

ECHO 'aSAH frequencies'.
FREQUENCIES VARIABLES=age s100b ndka wfns /FORMAT=NOTABLE /NTILES=4
  /STATISTICS=MEAN STDDEV MEDIAN MINIMUM MAXIMUM.
ECHO 'aSAH examine'.
EXAMINE VARIABLES=s100b ndka BY outcome /STATISTICS=NONE
  /PERCENTILES(25,50,75)=HAVERAGE /MISSING=PAIRWISE.
INSERT FILE='tests/reference/pspp/read_ovarian.sps'.

ECHO 'ovarian frequencies'.
FREQUENCIES VARIABLES=futime age /FORMAT=NOTABLE /NTILES=4
  /STATISTICS=MEAN STDDEV MEDIAN MINIMUM MAXIMUM.
INSERT FILE='tests/reference/pspp/read_pbc.sps'.

ECHO 'pbc examine'.
EXAMINE VARIABLES=copper trig albumin BY stage /STATISTICS=NONE
  /PERCENTILES(25,50,75)=HAVERAGE /MISSING=PAIRWISE.
