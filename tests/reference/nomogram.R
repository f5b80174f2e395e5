# Nomograms: points of each covariate, total points, predicted risk or survival.
# Run from the repository root: Rscript tests/reference/nomogram.R
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages({library(survival); library(rms)})

# lrm and cph stop early unless they are told not to.
risk <- function(formula, d) lrm(formula, d, eps = 1e-14, maxit = 100)
hazard <- function(formula, d) {
  cph(formula, d, x = TRUE, y = TRUE, surv = TRUE, eps = 1e-13, tol = 1e-14, iter.max = 100,
      method = "efron")
}
# Points of each covariate at the values in `at`, and the linear predictor on the scale of total points.
drawn <- function(f, at) {
  n <- do.call(nomogram, c(list(f), at))
  own <- setdiff(names(n), c("total.points", "lp"))
  points <- lapply(setNames(own, own), function(v) {
    list(at = arr(as.character(n[[v]][[1]])), points = arr(n[[v]]$points))
  })
  slope <- unname(diff(range(n$lp$x)) / diff(range(n$lp$x.real)))
  list(points = points, unit = slope, lp = n$lp$x.real[1] - n$lp$x[1] / slope)
}
totals <- seq(0, 200, 20)

d <- read_data("birthwt.csv")
d$race <- factor(d$race); d$ht <- factor(d$ht)
dd <- datadist(d); options(datadist = "dd")
f <- risk(low ~ age + lwt + race + ht, d)
v <- drawn(f, list(age = c(14, seq(15, 45, 5)), lwt = c(seq(80, 240, 20), 250)))
v$risk <- list(at = arr(totals), values = arr(plogis(v$lp + totals / v$unit)))
add("birthwt", "birthwt.csv", "lrm(low ~ age + lwt + race + ht); nomogram(f, age = …, lwt = …)", v)

d <- read_data("lung.csv")
d <- d[complete.cases(d[c("time", "status", "age", "sex", "ph.ecog", "wt.loss")]), ]
d$sex <- factor(d$sex); d$ph.ecog <- factor(d$ph.ecog)
dd <- datadist(d)
f <- hazard(Surv(time, status == 2) ~ age + sex + ph.ecog + wt.loss, d)
v <- drawn(f, list(age = c(39, seq(40, 80, 5), 82), wt.loss = c(-24, seq(-20, 60, 10), 68)))
S <- Survival(f)
v$survival <- lapply(c(`180` = 180, `365` = 365), function(t) {
  list(at = arr(totals), values = arr(as.numeric(S(t, v$lp + totals / v$unit))))
})
add("lung", "lung.csv", "cph(Surv(time, status == 2) ~ age + sex + ph.ecog + wt.loss); nomogram(f, age = …, wt.loss = …)", v)

finish(c("survival", "rms"))
