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
out("mgus2", "survival")
out("Melanoma", "MASS")

# The example of cmprsk::crr, made up, with a group besides: no two times are tied.
set.seed(10)
d <- data.frame(time = rexp(200), status = sample(0:2, 200, replace = TRUE))
d <- cbind(d, setNames(as.data.frame(matrix(runif(600), nrow = 200)), c("x1", "x2", "x3")))
d$group <- rep(c("a", "b", "c"), length.out = 200)
write.csv(d, file.path(here, "crr_example.csv"), row.names = FALSE)
