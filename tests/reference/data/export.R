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
out("anorexia", "MASS")

# One row a patient of survival::pbcseq: the first visit, and the visit nearest to one year (270 to
# 450 days later) of those who have one, its columns ending in _1y.
seen <- c("stage", "edema", "hepato", "ascites", "bili", "albumin", "platelet")
visits <- split(survival::pbcseq, survival::pbcseq$id)
wide <- do.call(rbind, lapply(visits, function(v) {
  later <- which(v$day >= 270 & v$day <= 450)
  if (!length(later)) return(NULL)
  year <- v[later[which.min(abs(v$day[later] - 365))], c("day", seen)]
  names(year) <- paste0(names(year), "_1y")
  cbind(v[1, c("id", "trt", "sex", seen)], year)
}))
write.csv(wide, file.path(here, "pbc_year.csv"), row.names = FALSE, na = "")
out("mgus2", "survival")
out("Melanoma", "MASS")

# The example of cmprsk::crr, made up, with a group besides: no two times are tied.
set.seed(10)
d <- data.frame(time = rexp(200), status = sample(0:2, 200, replace = TRUE))
d <- cbind(d, setNames(as.data.frame(matrix(runif(600), nrow = 200)), c("x1", "x2", "x3")))
d$group <- rep(c("a", "b", "c"), length.out = 200)
write.csv(d, file.path(here, "crr_example.csv"), row.names = FALSE)
for (name in c("rats", "retinopathy", "heart", "cgd", "ovarian", "kidney")) out(name, "survival")
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

# Every fifth patient of survival's myeloma, referred at some time after diagnosis (late entry).
myeloma <- subset(survival::myeloma, id %% 5 == 0)
myeloma$period <- cut(myeloma$year, c(0, 79, 89, 99), labels = c("1959-79", "1980-89", "1990-95"))
write.csv(myeloma, file.path(here, "myeloma.csv"), row.names = FALSE, na = "")
out("birthwt", "MASS")
for (name in c("birthwt", "bacteria", "housing")) out(name, "MASS")
out("wine", "ordinal")

# survival's lung and mice's nhanes2, completed five times each by mice: set 0 is the original.
suppressPackageStartupMessages(library(mice))
completed <- function(d, name, ...) {
  imputed <- mice(d, m = 5, maxit = 10, seed = 20, printFlag = FALSE, ...)
  long <- complete(imputed, "long", include = TRUE)
  long$.id <- NULL
  names(long)[names(long) == ".imp"] <- "set"
  long[] <- lapply(long, function(x) if (is.numeric(x)) round(x, 6) else x)
  write.csv(long, file.path(here, paste0(name, "_imputed.csv")), row.names = FALSE, na = "")
}
d <- survival::lung[, c("time", "status", "age", "sex", "ph.ecog", "ph.karno", "meal.cal", "wt.loss")]
d <- d[d$ph.ecog < 3 | is.na(d$ph.ecog), ]  # a single patient has 3
d$ph.ecog <- factor(d$ph.ecog)
d$died <- d$status == 2
d$hazard <- nelsonaalen(d, time, died)
method <- make.method(d)
predicts <- make.predictorMatrix(d)
predicts[, c("time", "status")] <- 0  # the event and its cumulative hazard stand for them
completed(d, "lung", method = method, predictorMatrix = predicts)
completed(nhanes2, "nhanes2")
