# More of ROC analysis: other intervals, partial areas, cut-off rules, unpaired and joint tests
# (pROC, epiR), and what SPSS computes, written from its formulas.
# Run from the repository root: Rscript tests/reference/roc_more.R
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages({library(pROC); library(epiR)})

asah <- read_data("aSAH.csv")
gbsg2 <- read_data("gbsg2.csv")
known <- gbsg2[gbsg2$time > 730 | gbsg2$cens == 1, ]
known$event <- as.integer(known$cens == 1 & known$time <= 730)

# Hanley and McNeil, Radiology 1982;143:29-36: Q1 two cases above a control, Q2 a case above two
# controls, counted pair by pair (ties one third, one half); or from the area alone. SPSS prints
# the first by default, the second with DISTRIBUTION(NEGEXPO), and tests with the null error.
hanley <- function(r) {
  up <- r$direction == "<"
  x <- if (up) r$cases else -r$cases
  y <- if (up) r$controls else -r$controls
  m <- length(x); n <- length(y)
  share <- function(one, two) mean(sapply(one, function(v) {
    a <- sum(two > v); t <- sum(two == v)
    (a^2 + a * t + t^2 / 3) / length(two)^2
  }))
  A <- as.numeric(r$auc)
  se <- function(q1, q2) sqrt((A * (1 - A) + (m - 1) * (q1 - A^2) + (n - 1) * (q2 - A^2)) / (m * n))
  z <- qnorm(0.975)
  null <- sqrt((m + n + 1) / (12 * m * n))
  free <- se(share(y, x), share(-x, -y)); exponential <- se(A / (2 - A), 2 * A^2 / (1 + A))
  list(auc = A, free = free, exponential = exponential, null = null,
       free_lower = max(0, A - z * free), free_upper = min(1, A + z * free),
       p = 2 * pnorm(-abs((A - 0.5) / null)))
}

# Of all thresholds with at least that sensitivity the most specific, and the converse; of equally
# good ones the most sensitive.
fixed <- function(r, sensitivity = NA, specificity = NA) {
  all <- data.frame(threshold = r$thresholds, se = r$sensitivities, sp = r$specificities)
  if (!is.na(sensitivity)) {
    all <- all[all$se >= sensitivity - 1e-12, ]; all <- all[all$sp >= max(all$sp) - 1e-12, ]
    all <- all[which.max(all$se), ]
  } else {
    all <- all[all$sp >= specificity - 1e-12, ]; all <- all[all$se >= max(all$se) - 1e-12, ]
    all <- all[which.max(all$se), ]
  }
  as.list(all)
}

partials <- list(c(1, 0.9), c(1, 0.8), c(0.8, 0.55))
partial <- function(r) {
  out <- list()
  for (focus in c("specificity", "sensitivity")) for (p in partials) {
    f <- function(correct) suppressWarnings(as.numeric(
      auc(r, partial.auc = p, partial.auc.focus = focus, partial.auc.correct = correct)))
    out[[sprintf("%s %g to %g", focus, p[2], p[1])]] <- list(raw = f(FALSE), corrected = f(TRUE))
  }
  out
}

diagnostic <- function(r, threshold, method) {
  up <- r$direction == "<"
  pos <- function(v) sum(if (up) v > threshold else v < threshold)
  tp <- pos(r$cases); fp <- pos(r$controls)
  counts <- c(tp, fp, length(r$cases) - tp, length(r$controls) - fp)
  e <- epi.tests(matrix(counts, nrow = 2, byrow = TRUE), method = method)$detail
  rows <- c(sensitivity = "se", specificity = "sp", ppv = "pv.pos", npv = "pv.neg",
            accuracy = "diag.ac", lr_positive = "lr.pos", lr_negative = "lr.neg")
  found <- lapply(rows, function(s) as.list(e[e$statistic == s, c("est", "lower", "upper")]))
  c(list(tp = tp, fp = fp, fn = counts[3], tn = counts[4]), found)
}

one <- function(name, file, d, formula, levels, direction, at) {
  call <- sprintf("roc(%s, levels = c(%s), direction = \"%s\")", formula, levels, direction)
  r <- suppressMessages(roc(as.formula(formula), data = d, levels = eval(parse(text = sprintf("c(%s)", levels))), direction = direction))
  topleft <- coords(r, "best", best.method = "closest.topleft",
                    ret = c("threshold", "sensitivity", "specificity"), transpose = FALSE)
  topleft <- topleft[which.max(topleft$sensitivity), ]
  add(name, file, call, list(
    direction = direction, hanley = hanley(r), partial = partial(r), closest = as.list(topleft),
    sensitivity_0.9 = fixed(r, sensitivity = 0.9), specificity_0.9 = fixed(r, specificity = 0.9),
    at = at, wilson = diagnostic(r, at, "wilson"), exact = diagnostic(r, at, "exact")))
  r
}

lv <- "\"Good\", \"Poor\""
s100b <- one("aSAH s100b", "aSAH.csv", asah, "outcome ~ s100b", lv, "<", 0.205)
ndka <- one("aSAH ndka", "aSAH.csv", asah, "outcome ~ ndka", lv, "<", 11.08)
wfns <- one("aSAH wfns", "aSAH.csv", asah, "outcome ~ wfns", lv, "<", 1.5)
age <- one("aSAH age", "aSAH.csv", asah, "outcome ~ age", lv, "<", 51.5)
pn <- one("gbsg2 pnodes", "gbsg2.csv", known, "event ~ pnodes", "0, 1", "<", 4.5)
pr <- one("gbsg2 progrec", "gbsg2.csv", known, "event ~ progrec", "0, 1", ">", 20.5)

# Unpaired: men against women.
male <- asah$gender == "Male"
for (marker in c("s100b", "ndka", "wfns")) {
  by <- lapply(list(male, !male), function(k)
    roc(asah$outcome[k], asah[[marker]][k], levels = c("Good", "Poor"), direction = "<"))
  t <- roc.test(by[[1]], by[[2]], method = "delong", paired = FALSE)
  add(paste("unpaired", marker), "aSAH.csv", "roc.test(men, women, method = \"delong\", paired = FALSE)",
      list(auc1 = unname(t$estimate[1]), auc2 = unname(t$estimate[2]), d = unname(t$statistic),
           df = unname(t$parameter), p = t$p.value))
}

# Paired: limits of the difference.
for (p in list(list("s100b", "ndka", s100b, ndka), list("wfns", "s100b", wfns, s100b))) {
  t <- roc.test(p[[3]], p[[4]], method = "delong", paired = TRUE)
  add(paste("paired", p[[1]], p[[2]]), "aSAH.csv", "roc.test(roc1, roc2, method = \"delong\", paired = TRUE)",
      list(z = unname(t$statistic), p = t$p.value, lower = t$conf.int[1], upper = t$conf.int[2]))
}

# Three markers together: DeLong's chi-square from pROC's covariances.
rocs <- list(s100b, ndka, wfns)
theta <- sapply(rocs, function(r) as.numeric(r$auc))
S <- outer(1:3, 1:3, Vectorize(function(i, j)
  if (i == j) var(rocs[[i]], method = "delong") else cov(rocs[[i]], rocs[[j]], method = "delong")))
L <- rbind(c(1, -1, 0), c(1, 0, -1))
chi <- drop(t(L %*% theta) %*% solve(L %*% S %*% t(L)) %*% (L %*% theta))
add("together", "aSAH.csv", "t(L %*% auc) %*% solve(L %*% cov(delong) %*% t(L)) %*% L %*% auc",
    list(chi_square = chi, df = 2, p = pchisq(chi, 2, lower.tail = FALSE)))

# Bootstrap: other draws than ours, so these agree within Monte Carlo error.
set.seed(1)
boots <- function(name, r, ...) {
  ci <- ci.auc(r, method = "bootstrap", boot.n = 4000, progress = "none", ...)
  add(paste("bootstrap", name), "aSAH.csv", "ci.auc(method = \"bootstrap\", boot.n = 4000)",
      list(lower = unname(ci[1]), median = unname(ci[2]), upper = unname(ci[3])))
}
boots("s100b", s100b)
boots("wfns", wfns)
boots("partial s100b", suppressMessages(roc(asah$outcome, asah$s100b, levels = c("Good", "Poor"), direction = "<",
      partial.auc = c(1, 0.8), partial.auc.correct = TRUE)))
t <- roc.test(wfns, ndka, method = "bootstrap", boot.n = 4000, paired = TRUE, progress = "none")
add("bootstrap test wfns ndka", "aSAH.csv", "roc.test(method = \"bootstrap\", boot.n = 4000, paired = TRUE)",
    list(d = unname(t$statistic), p = t$p.value))

finish(c("pROC", "epiR"))
