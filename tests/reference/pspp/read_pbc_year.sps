* pbc_year.csv, see tests/reference/data/README.md.
GET DATA /TYPE=TXT /FILE='tests/reference/data/pbc_year.csv' /DELIMITERS=',' /QUALIFIER='"'
  /ARRANGEMENT=DELIMITED /FIRSTCASE=2 /VARIABLES=
  id F20.12
  trt F20.12
  sex A1
  stage F20.12
  edema F20.12
  hepato F20.12
  ascites F20.12
  bili F20.12
  albumin F20.12
  platelet F20.12
  day_1y F20.12
  stage_1y F20.12
  edema_1y F20.12
  hepato_1y F20.12
  ascites_1y F20.12
  bili_1y F20.12
  albumin_1y F20.12
  platelet_1y F20.12.
