# Kaplan-Meier, log-rank and reverse Kaplan-Meier reference values.
# Run from the repository root: Rscript tests/reference/survival.R
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages(library(survival))

# Strata of a survfit object as a list of one-curve objects, named by level.
curves <- function(fit) {
  if (is.null(fit$strata)) return(list(overall = fit))
  out <- lapply(seq_along(fit$strata), function(i) fit[i])
  names(out) <- sub("^[^=]*=", "", names(fit$strata))
  out
}

# std_err is the Greenwood standard error of S(t); std_err_log that of log S(t).
at_times <- function(fit, times) {
  s <- summary(fit, times = times, extend = TRUE)
  list(time = arr(s$time), n_risk = arr(s$n.risk), surv = arr(s$surv),
       std_err = arr(s$std.err), lower = arr(s$lower), upper = arr(s$upper))
}

describe <- function(fit, times) {
  q <- quantile(fit, probs = c(0.25, 0.5, 0.75))
  quant <- function(i) list(time = q$quantile[[i]], lower = q$lower[[i]], upper = q$upper[[i]])
  out <- list(n = sum(fit$n), events = sum(fit$n.event), last_time = max(fit$time),
              # key = p: the time at which S(t) falls to 1 - p
              quantiles = list("0.25" = quant(1), "0.5" = quant(2), "0.75" = quant(3)))
  if (!is.null(times)) out$at <- at_times(fit, times)
  out
}

steps <- function(fit) {
  s <- summary(fit, times = fit$time, extend = TRUE)
  list(time = arr(fit$time), n_risk = arr(fit$n.risk), n_event = arr(fit$n.event),
       n_censor = arr(fit$n.censor), surv = arr(fit$surv), std_err = arr(s$std.err),
       std_err_log = arr(fit$std.err), lower = arr(fit$lower), upper = arr(fit$upper))
}

gbsg2 <- read_data("gbsg2.csv")
lung <- read_data("lung.csv")
veteran <- read_data("veteran.csv")
pbc <- read_data("pbc.csv")
days <- c(180, 365, 730, 1095, 1825, 2555)
sets <- list(
  list(stem = "gbsg2_days", file = "gbsg2.csv", d = gbsg2, y = "Surv(time, cens)",
       by = c("1", "horTh", "tgrade"), times = days),
  list(stem = "gbsg2_months", file = "gbsg2.csv", d = gbsg2, y = "Surv(time / 30.4375, cens)",
       by = c("1", "horTh", "tgrade"), times = c(6, 12, 24, 36, 60, 84)),
  list(stem = "lung", file = "lung.csv", d = lung, y = "Surv(time, status == 2)",
       by = c("1", "sex", "ph.ecog"), times = c(90, 180, 365, 730)),
  list(stem = "veteran", file = "veteran.csv", d = veteran, y = "Surv(time, status)",
       by = c("1", "celltype"), times = c(30, 90, 180, 365)),
  list(stem = "pbc", file = "pbc.csv", d = pbc, y = "Surv(time, status == 2)",
       by = c("stage"), times = c(365, 1825, 3650))
)

for (s in sets) for (by in s$by) for (ct in c("log-log", "log", "plain")) {
  call <- sprintf("survfit(%s ~ %s, data = d, conf.type = \"%s\")", s$y, by, ct)
  fit <- run(call, s$d)
  name <- sprintf("km %s by %s, %s", s$stem, if (by == "1") "overall" else by, ct)
  add(name, s$file, call, lapply(curves(fit), describe, times = s$times))
}

# The whole step function of a small cohort.
for (ct in c("log-log", "log", "plain")) {
  call <- sprintf("survfit(Surv(time, status) ~ 1, data = d, conf.type = \"%s\")", ct)
  add(sprintf("km steps veteran, %s", ct), "veteran.csv", call, steps(run(call, veteran)))
}

# Follow-up by the reverse Kaplan-Meier method (Schemper & Smith 1996): the
# censoring indicator becomes the event. Ties are taken as they come: whoever dies
# on the day of a censoring is still in the risk set of that day.
for (s in list(
  list("gbsg2_days", "gbsg2.csv", gbsg2, "Surv(time, cens == 0)", c("1", "horTh", "tgrade")),
  list("gbsg2_months", "gbsg2.csv", gbsg2, "Surv(time / 30.4375, cens == 0)", c("1", "horTh")),
  list("lung", "lung.csv", lung, "Surv(time, status == 1)", c("1", "sex")),
  list("veteran", "veteran.csv", veteran, "Surv(time, status == 0)", c("1", "celltype"))
)) for (by in s[[5]]) for (ct in c("log-log", "log", "plain")) {
  call <- sprintf("survfit(%s ~ %s, data = d, conf.type = \"%s\")", s[[4]], by, ct)
  name <- sprintf("reverse km %s by %s, %s", s[[1]], if (by == "1") "overall" else by, ct)
  add(name, s[[2]], call, lapply(curves(run(call, s[[3]])), describe, times = NULL))
}

# Log-rank tests.
for (s in list(
  list("gbsg2_days by horTh", "gbsg2.csv", gbsg2, "Surv(time, cens) ~ horTh"),
  list("gbsg2_days by menostat", "gbsg2.csv", gbsg2, "Surv(time, cens) ~ menostat"),
  list("gbsg2_days by tgrade", "gbsg2.csv", gbsg2, "Surv(time, cens) ~ tgrade"),
  list("gbsg2_months by tgrade", "gbsg2.csv", gbsg2, "Surv(time / 30.4375, cens) ~ tgrade"),
  list("gbsg2_days by tgrade, strata horTh", "gbsg2.csv", gbsg2, "Surv(time, cens) ~ tgrade + strata(horTh)"),
  list("lung by sex", "lung.csv", lung, "Surv(time, status == 2) ~ sex"),
  list("lung by ph.ecog", "lung.csv", lung, "Surv(time, status == 2) ~ ph.ecog"),
  list("veteran by celltype", "veteran.csv", veteran, "Surv(time, status) ~ celltype"),
  list("veteran by trt", "veteran.csv", veteran, "Surv(time, status) ~ trt"),
  list("pbc by stage", "pbc.csv", pbc, "Surv(time, status == 2) ~ stage")
)) for (rho in c(0, 1)) {
  stratified <- grepl("strata", s[[1]])
  if (rho == 1 && stratified) next
  call <- sprintf("survdiff(%s, data = d, rho = %d)", s[[4]], rho)
  f <- run(call, s[[3]])
  # One row per group; a stratified test has one column per stratum.
  total <- function(x) if (is.matrix(x)) rowSums(x) else as.vector(x)
  variable <- sub("^.*~ *([A-Za-z.]+).*$", "\\1", s[[4]])
  groups <- levels(factor(s[[3]][[variable]]))
  df <- length(groups) - 1
  stopifnot(length(groups) == length(total(f$obs)), all(total(f$exp) > 0))
  # rho = 0: log-rank; rho = 1: Peto & Peto modification of the Gehan-Wilcoxon test
  add(sprintf("%s %s", if (rho == 0) "logrank" else "peto", s[[1]]), s[[2]], call,
      list(chisq = f$chisq, df = df, p = pchisq(f$chisq, df, lower.tail = FALSE),
           n = sum(f$n), groups = arr(groups), observed = arr(total(f$obs)),
           expected = arr(total(f$exp)), variance = unname(f$var)))
}

# The median when S(t) is exactly one half over an interval: survfit reports the
# middle of that interval. "flat to the end": the curve never falls below 0.5,
# and the interval ends at the last follow-up time.
small <- list(
  "flat at one half" = list(time = c(2, 4, 6, 8), status = c(1, 1, 1, 1)),
  "flat at one half, censored inside" = list(time = c(1, 2, 3, 4, 5, 6, 7, 9, 10, 12),
                                             status = c(1, 1, 1, 1, 1, 0, 0, 1, 0, 1)),
  # Here the product of the factors is 0.49999999999999989 in double precision.
  "flat at one half, rounding" = list(time = 1:12, status = rep(1, 12)),
  "flat at one half, rounding, censored" = list(time = 1:14,
                                                status = c(0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1)),
  "flat at one half to the end" = list(time = c(1, 2, 3, 4), status = c(1, 1, 0, 0)),
  "never below one half" = list(time = c(1, 2, 3, 4, 5), status = c(1, 1, 0, 0, 0)),
  "no event" = list(time = c(1, 2, 3), status = c(0, 0, 0)),
  "last one dies" = list(time = c(1, 2, 3), status = c(1, 0, 1)),
  "tied death and censoring" = list(time = c(1, 2, 2, 2, 3, 5), status = c(1, 1, 0, 1, 0, 1))
)
for (nm in names(small)) for (ct in c("log-log", "log", "plain")) {
  call <- sprintf("survfit(Surv(time, status) ~ 1, data = d, conf.type = \"%s\")", ct)
  d <- as.data.frame(small[[nm]])
  fit <- run(call, d)
  add(sprintf("small: %s, %s", nm, ct), NULL, call,
      c(describe(fit, NULL), list(steps = steps(fit))), input = small[[nm]])
}

finish("survival")
