# ROC reference values (pROC).
# Run from the repository root: Rscript tests/reference/roc.R
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages(library(pROC))

# Wilson score interval, as prop.test() without continuity correction gives it.
wilson <- function(x, n) {
  if (n == 0) return(list(x = x, n = n, estimate = NA, lower = NA, upper = NA))
  ci <- suppressWarnings(prop.test(x, n, correct = FALSE))$conf.int
  list(x = x, n = n, estimate = x / n, lower = ci[1], upper = ci[2])
}

# direction "<": the marker is higher in cases, positive means above the
# threshold; ">": lower in cases, positive means below the threshold. Thresholds
# are midpoints between neighbouring values; the outermost two are -Inf and Inf
# and are written as null.
describe <- function(r, curve = FALSE) {
  ci <- ci.auc(r, method = "delong")
  ret <- c("threshold", "sensitivity", "specificity", "tp", "fp", "tn", "fn",
           "ppv", "npv", "accuracy")
  row_of <- function(b) {
    v <- as.list(b)
    # pROC recomputes the counts from the rates, hence not quite whole numbers.
    for (k in c("tp", "fp", "tn", "fn")) v[[k]] <- round(v[[k]])
    v$youden <- v$sensitivity + v$specificity - 1
    v$sensitivity_wilson <- wilson(v$tp, v$tp + v$fn)
    v$specificity_wilson <- wilson(v$tn, v$tn + v$fp)
    v$ppv_wilson <- wilson(v$tp, v$tp + v$fp)
    v$npv_wilson <- wilson(v$tn, v$tn + v$fn)
    v
  }
  rows <- function(best) {
    best <- best[order(best$threshold), , drop = FALSE]
    lapply(seq_len(nrow(best)), function(i) row_of(best[i, ]))
  }
  out <- list(
    n_cases = length(r$cases), n_controls = length(r$controls), direction = r$direction,
    auc = as.numeric(r$auc), delong_var = var(r, method = "delong"),
    delong_se = sqrt(var(r, method = "delong")), lower = ci[1], upper = ci[3],
    n_thresholds = length(r$thresholds),
    # All thresholds that attain the maximum of the criterion.
    best_youden = rows(coords(r, "best", best.method = "youden", ret = ret, transpose = FALSE)),
    best_topleft = rows(coords(r, "best", best.method = "closest.topleft", ret = ret,
                               transpose = FALSE))
  )
  if (curve) {
    out$curve <- list(threshold = arr(r$thresholds), sensitivity = arr(r$sensitivities),
                      specificity = arr(r$specificities))
  }
  out
}

asah <- read_data("aSAH.csv")
gbsg2 <- read_data("gbsg2.csv")
stopifnot(levels(asah$outcome) == c("Good", "Poor"))

# Known at two years: followed for longer, or relapsed or died before.
known <- gbsg2[gbsg2$time > 730 | gbsg2$cens == 1, ]
known$event <- as.integer(known$cens == 1 & known$time <= 730)
known_text <- paste("known <- subset(d, time > 730 | cens == 1);",
                    "known$event <- as.integer(known$cens == 1 & known$time <= 730);")

roc_case <- function(name, file, d, formula, levels, direction, curve = FALSE, prefix = "") {
  call <- sprintf("%sroc(%s, data = %s, levels = c(%s), direction = \"%s\")",
                  if (nzchar(prefix)) paste0(prefix, " ") else "", formula,
                  if (nzchar(prefix)) "known" else "d", levels, direction)
  r <- run(call, d)
  add(name, file, call, describe(r, curve))
  r
}

lv <- "\"Good\", \"Poor\""
s100b <- roc_case("aSAH s100b", "aSAH.csv", asah, "outcome ~ s100b", lv, "<", curve = TRUE)
ndka <- roc_case("aSAH ndka", "aSAH.csv", asah, "outcome ~ ndka", lv, "<")
wfns <- roc_case("aSAH wfns", "aSAH.csv", asah, "outcome ~ wfns", lv, "<", curve = TRUE)
invisible(roc_case("aSAH age", "aSAH.csv", asah, "outcome ~ age", lv, "<"))
# The wrong direction on purpose: the area is one minus the other one.
invisible(roc_case("aSAH s100b reversed", "aSAH.csv", asah, "outcome ~ s100b", lv, ">", curve = TRUE))

lv <- "0, 1"
pn <- roc_case("gbsg2 pnodes", "gbsg2.csv", gbsg2, "event ~ pnodes", lv, "<", curve = TRUE, known_text)
pr <- roc_case("gbsg2 progrec", "gbsg2.csv", gbsg2, "event ~ progrec", lv, ">", prefix = known_text)
er <- roc_case("gbsg2 estrec", "gbsg2.csv", gbsg2, "event ~ estrec", lv, ">", prefix = known_text)
ts <- roc_case("gbsg2 tsize", "gbsg2.csv", gbsg2, "event ~ tsize", lv, "<", prefix = known_text)
stopifnot(length(pn$cases) + length(pn$controls) == nrow(known))

# Two correlated areas (DeLong, DeLong & Clarke-Pearson 1988).
for (p in list(list("aSAH s100b and ndka", "aSAH.csv", s100b, ndka),
               list("aSAH wfns and s100b", "aSAH.csv", wfns, s100b),
               list("gbsg2 pnodes and tsize", "gbsg2.csv", pn, ts),
               list("gbsg2 progrec and estrec", "gbsg2.csv", pr, er))) {
  t <- roc.test(p[[3]], p[[4]], method = "delong", paired = TRUE)
  add(paste("test", p[[1]]), p[[2]], "roc.test(roc1, roc2, method = \"delong\", paired = TRUE)",
      list(auc1 = unname(t$estimate[1]), auc2 = unname(t$estimate[2]),
           z = unname(t$statistic), p = t$p.value, cov = cov(p[[3]], p[[4]], method = "delong")))
}

# Small cases: perfect separation, no separation, ties at the threshold.
small <- list(
  "perfect" = list(x = c(1, 2, 3, 4, 5, 6), y = c(0, 0, 0, 1, 1, 1)),
  "constant" = list(x = c(1, 1, 1, 1), y = c(0, 1, 0, 1)),
  "ties" = list(x = c(1, 2, 2, 3, 3, 3, 4, 5), y = c(0, 0, 1, 0, 1, 1, 0, 1))
)
for (nm in names(small)) {
  d <- as.data.frame(small[[nm]])
  call <- "roc(y ~ x, data = d, levels = c(0, 1), direction = \"<\")"
  add(paste("small:", nm), NULL, call, suppressWarnings(describe(run(call, d), curve = TRUE)),
      input = small[[nm]])
}

# Wilson intervals, also at the ends of the range.
for (xn in list(c(0, 10), c(10, 10), c(1, 10), c(5, 12), c(45, 60), c(298, 300), c(1, 1))) {
  add(sprintf("wilson %d of %d", xn[1], xn[2]), NULL,
      sprintf("prop.test(%d, %d, correct = FALSE)$conf.int", xn[1], xn[2]), wilson(xn[1], xn[2]))
}

finish("pROC")
