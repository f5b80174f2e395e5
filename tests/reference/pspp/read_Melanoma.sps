* Melanoma.csv, see tests/reference/data/README.md.
GET DATA /TYPE=TXT /FILE='tests/reference/data/Melanoma.csv' /DELIMITERS=',' /QUALIFIER='"'
  /ARRANGEMENT=DELIMITED /FIRSTCASE=2 /VARIABLES=
  time F20.12
  status F20.12
  sex F20.12
  age F20.12
  year F20.12
  thickness F20.12
  ulcer F20.12.
