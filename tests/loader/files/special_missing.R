# Writes special_missing.sas7bdat: invented values, as R's haven stores a data set of SAS.
# SAS cannot be run here, and no other free program writes this format.
# Run from the repository root: Rscript tests/loader/files/special_missing.R
library(haven)

cohort <- data.frame(id = c("P1", "P2", "P3"), age = c(50, 61.5, NA))
attr(cohort$age, "label") <- "Age in years"
cohort$surgery <- as.Date(c("2020-02-29", "1950-01-01", NA))
cohort$admitted <- as.POSIXct(c("2020-02-28 12:30:00", "1949-12-31 23:59:59", NA), tz = "UTC")
cohort$nodes <- c(tagged_na("A"), 5, tagged_na("_"))
cohort$month <- c(21915, 0, NA)
attr(cohort$month, "format.sas") <- "MONYY7"
cohort$lasted <- hms::hms(c(3600, 90000, NA))
suppressWarnings(write_sas(cohort, "tests/loader/files/special_missing.sas7bdat"))
