* lung.csv, see tests/reference/data/README.md.
GET DATA /TYPE=TXT /FILE='tests/reference/data/lung.csv' /DELIMITERS=',' /QUALIFIER='"'
  /ARRANGEMENT=DELIMITED /FIRSTCASE=2 /VARIABLES=
  inst F20.12
  time F20.12
  status F20.12
  age F20.12
  sex F20.12
  ph.ecog F20.12
  ph.karno F20.12
  pat.karno F20.12
  meal.cal F20.12
  wt.loss F20.12.
