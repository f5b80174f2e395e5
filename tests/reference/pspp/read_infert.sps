* infert.csv, see tests/reference/data/README.md.
GET DATA /TYPE=TXT /FILE='tests/reference/data/infert.csv' /DELIMITERS=',' /QUALIFIER='"'
  /ARRANGEMENT=DELIMITED /FIRSTCASE=2 /VARIABLES=
  education A7
  age F20.12
  parity F20.12
  induced F20.12
  case F20.12
  spontaneous F20.12
  stratum F20.12
  pooled.stratum F20.12.
