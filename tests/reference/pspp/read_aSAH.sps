* aSAH.csv, see tests/reference/data/README.md.
GET DATA /TYPE=TXT /FILE='tests/reference/data/aSAH.csv' /DELIMITERS=',' /QUALIFIER='"'
  /ARRANGEMENT=DELIMITED /FIRSTCASE=2 /VARIABLES=
  gos6 F20.12
  outcome A4
  gender A6
  age F20.12
  wfns F20.12
  s100b F20.12
  ndka F20.12.
