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
for (name in c("rats", "retinopathy", "heart", "cgd", "ovarian", "kidney")) out(name, "survival")
