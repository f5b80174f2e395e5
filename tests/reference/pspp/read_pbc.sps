* pbc.csv, see tests/reference/data/README.md.
GET DATA /TYPE=TXT /FILE='tests/reference/data/pbc.csv' /DELIMITERS=',' /QUALIFIER='"'
  /ARRANGEMENT=DELIMITED /FIRSTCASE=2 /VARIABLES=
  id F20.12
  time F20.12
  status F20.12
  trt F20.12
  age F20.12
  sex A1
  ascites F20.12
  hepato F20.12
  spiders F20.12
  edema F20.12
  bili F20.12
  chol F20.12
  albumin F20.12
  copper F20.12
  alk.phos F20.12
  ast F20.12
  trig F20.12
  platelet F20.12
  protime F20.12
  stage F20.12.
