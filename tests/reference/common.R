# Shared by the reference scripts in this folder; each of them sources it.
#
# Provides
#   here          folder of the script that is being run
#   read_data()   one of the CSV files in data/, strings as factors
#   run()         evaluates the text of an R call on the data frame `d`, so that
#                 the text recorded in the JSON is the text that was run
#   arr()         a vector that stays a JSON array even with one element
#   add()         adds one case to the result
#   finish()      writes <script stem>.json next to the script
#
# JSON conventions: a named vector or list is an object, an unnamed vector of
# length one a scalar, a matrix an array of its rows. NA, NaN and +-Inf are
# null. Numbers are written with 17 significant digits, which restores every
# double exactly. (jsonlite::toJSON stops at 15 significant digits even with
# digits = I(17), hence the small writer below; jsonlite is used to check that
# what it writes is valid JSON.)

script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])
here <- dirname(normalizePath(script))
stem <- sub("\\.R$", "", basename(script))

options(contrasts = c("contr.treatment", "contr.treatment"), warn = 1)

read_data <- function(file) {
  read.csv(file.path(here, "data", file), stringsAsFactors = TRUE, na.strings = c("", "NA"))
}

run <- function(text, d = NULL) {
  env <- new.env(parent = globalenv())
  if (!is.null(d)) env$d <- d
  eval(parse(text = text), env)
}

arr <- function(x) I(unname(x))

quoted <- function(x) {
  x <- gsub("\\", "\\\\", x, fixed = TRUE)
  x <- gsub("\"", "\\\"", x, fixed = TRUE)
  x <- gsub("\n", "\\n", x, fixed = TRUE)
  paste0("\"", x, "\"")
}

scalars <- function(x) {
  if (is.factor(x)) x <- as.character(x)
  if (is.logical(x)) return(ifelse(is.na(x), "null", ifelse(x, "true", "false")))
  if (is.character(x)) return(ifelse(is.na(x), "null", quoted(x)))
  whole <- is.finite(x) & x == round(x) & abs(x) < 2^53
  ifelse(!is.finite(x), "null", ifelse(whole, sprintf("%.0f", x), sprintf("%.17g", x)))
}

to_json <- function(x, indent = 0) {
  inner <- strrep(" ", indent + 1)
  outer <- strrep(" ", indent)
  if (is.null(x)) return("null")
  if (is.matrix(x)) {
    rows <- apply(unclass(x), 1, function(r) paste0("[", paste(scalars(r), collapse = ", "), "]"))
    return(paste0("[", paste(rows, collapse = ", "), "]"))
  }
  if (is.list(x) || (!is.null(names(x)) && !inherits(x, "AsIs"))) {
    items <- vapply(as.list(x), to_json, "", indent = indent + 1)
    if (is.null(names(x))) {
      return(paste0("[", paste(items, collapse = ", "), "]"))
    }
    stopifnot(!anyDuplicated(names(x)), all(nzchar(names(x))))
    items <- paste0(inner, quoted(names(x)), ": ", items)
    return(paste0("{\n", paste(items, collapse = ",\n"), "\n", outer, "}"))
  }
  if (length(x) == 1 && !inherits(x, "AsIs")) return(scalars(x))
  paste0("[", paste(scalars(unclass(x)), collapse = ", "), "]")
}

cases <- list()
add <- function(name, data, call, values, input = NULL) {
  stopifnot(is.null(cases[[name]]))
  entry <- list(data = if (is.null(data)) NA else data, call = call)
  if (!is.null(input)) entry$input <- input
  entry$values <- values
  cases[[name]] <<- entry
}

finish <- function(packages = character()) {
  versions <- list(R = R.version.string)
  for (p in packages) versions[[p]] <- as.character(packageVersion(p))
  text <- to_json(c(list("_r" = versions), cases))
  stopifnot(jsonlite::validate(text))
  file <- file.path(here, paste0(stem, ".json"))
  writeLines(text, file)
  cat(stem, ": ", length(cases), " cases, ", file.size(file), " bytes\n", sep = "")
}
