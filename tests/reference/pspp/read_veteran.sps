* veteran.csv, see tests/reference/data/README.md.
GET DATA /TYPE=TXT /FILE='tests/reference/data/veteran.csv' /DELIMITERS=',' /QUALIFIER='"'
  /ARRANGEMENT=DELIMITED /FIRSTCASE=2 /VARIABLES=
  trt F20.12
  celltype A9
  time F20.12
  status F20.12
  karno F20.12
  diagtime F20.12
  age F20.12
  prior F20.12.
