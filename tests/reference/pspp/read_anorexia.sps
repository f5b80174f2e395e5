* anorexia.csv, see tests/reference/data/README.md.
GET DATA /TYPE=TXT /FILE='tests/reference/data/anorexia.csv' /DELIMITERS=',' /QUALIFIER='"'
  /ARRANGEMENT=DELIMITED /FIRSTCASE=2 /VARIABLES=
  Treat A4
  Prewt F20.12
  Postwt F20.12.
