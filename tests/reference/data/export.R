# Writes the CSV files of this folder that come from R packages.
# Run from the repository root: Rscript tests/reference/data/export.R
here <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])))
out <- function(name, package) {
  e <- new.env()
  suppressWarnings(utils::data(list = name, package = package, envir = e))
  if (is.null(e[[name]])) e[[name]] <- getExportedValue(package, name)
  write.csv(e[[name]], file.path(here, paste0(name, ".csv")), row.names = FALSE, na = "")
}
out("lung", "survival")
out("veteran", "survival")
out("pbc", "survival")
out("aSAH", "pROC")
out("lalonde", "MatchIt")
out("infert", "datasets")
out("warpbreaks", "datasets")

# Every fifth patient of survival's myeloma, referred at some time after diagnosis (late entry).
myeloma <- subset(survival::myeloma, id %% 5 == 0)
myeloma$period <- cut(myeloma$year, c(0, 79, 89, 99), labels = c("1959-79", "1980-89", "1990-95"))
write.csv(myeloma, file.path(here, "myeloma.csv"), row.names = FALSE, na = "")
