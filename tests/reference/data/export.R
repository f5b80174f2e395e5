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
# Studies that were pooled; only the columns that are used.
studies <- function(name, columns) {
  e <- new.env()
  utils::data(list = name, package = "metadat", envir = e)
  write.csv(as.data.frame(e[[name]])[columns], file.path(here, paste0(sub("dat.", "", name, fixed = TRUE), ".csv")),
            row.names = FALSE, na = "")
}
studies("dat.bcg", c("trial", "author", "year", "tpos", "tneg", "cpos", "cneg", "ablat", "alloc"))
studies("dat.hackshaw1998", c("study", "author", "year", "country", "design", "cases", "or", "or.lb", "or.ub"))
studies("dat.pritz1997", c("study", "authors", "xi", "ni"))
studies("dat.begg1989", c("study", "trt", "arms", "yi", "sei"))
