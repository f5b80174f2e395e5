* ovarian.csv, see tests/reference/data/README.md.
GET DATA /TYPE=TXT /FILE='tests/reference/data/ovarian.csv' /DELIMITERS=',' /QUALIFIER='"'
  /ARRANGEMENT=DELIMITED /FIRSTCASE=2 /VARIABLES=
  futime F20.12
  fustat F20.12
  age F20.12
  resid.ds F20.12
  rx F20.12
  ecog.ps F20.12.
