# Propensity-score weighting, and analyses of weighted and of matched patients.
# Run from the repository root: Rscript tests/reference/weighting.R
#
# Weights by their formulas from glm's fitted probabilities; balance by weighted means and
# variances (cov.wt), as in matching.R. Weighted survival: survfit(robust = TRUE), the
# infinitesimal jackknife, by group; weighted log-rank: the robust score test of coxph;
# Cox: coxph(weights, robust) and coxph(cluster); risks and logistic regression:
# survey::svyglm / svymean on a design of the weights (their variance has n/(n - 1)), and
# sandwich::vcovCL, type HC0.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages({ library(survival); library(survey); library(sandwich) })

wmean <- function(x, w) sum(w * x) / sum(w)
wvar <- function(x, w) cov.wt(cbind(x), w)$cov[1, 1]
ks <- function(x, one, w) {
  max(vapply(unique(x), function(v) {
    abs(sum(w[one & x <= v]) / sum(w[one]) - sum(w[!one & x <= v]) / sum(w[!one]))
  }, 0))
}
ess <- function(w) sum(w)^2 / sum(w^2)

gbsg2 <- read_data("gbsg2.csv")
gbsg2$treat <- as.integer(gbsg2$horTh == "yes")
lalonde <- read_data("lalonde.csv")
lung <- subset(read_data("lung.csv"), complete.cases(ph.ecog, ph.karno, age, wt.loss))
lung$treat <- as.integer(lung$sex == 2)
samples <- list(
  gbsg2 = list(file = "gbsg2.csv", d = gbsg2, f = treat ~ age + tsize + pnodes + menostat + tgrade,
               numeric = c("age", "tsize", "pnodes"), time = "time", event = gbsg2$cens == 1),
  lalonde = list(file = "lalonde.csv", d = lalonde,
                 f = treat ~ age + educ + race + married + nodegree + re74 + re75,
                 numeric = c("age", "educ", "re74", "re75")),
  lung = list(file = "lung.csv", d = lung, f = treat ~ age + ph.ecog + ph.karno + wt.loss,
              numeric = c("age", "ph.karno", "wt.loss"), time = "time", event = lung$status == 2))

kinds <- list(
  ate = function(e, t) ifelse(t == 1, 1 / e, 1 / (1 - e)),
  stabilised = function(e, t) ifelse(t == 1, mean(t) / e, (1 - mean(t)) / (1 - e)),
  att = function(e, t) ifelse(t == 1, 1, e / (1 - e)),
  ato = function(e, t) ifelse(t == 1, 1 - e, e),
  truncated = function(e, t) {
    w <- ifelse(t == 1, 1 / e, 1 / (1 - e))
    q <- quantile(w, c(0.05, 0.95))
    pmin(pmax(w, q[1]), q[2])
  },
  trimmed = function(e, t) ifelse(e < 0.2 | e > 0.8, 0, ifelse(t == 1, 1 / e, 1 / (1 - e))))

curve_at <- function(fit, times) {
  s <- summary(fit, times = times, extend = TRUE)
  list(surv = arr(s$surv), std_err = arr(s$std.err), lower = arr(s$lower), upper = arr(s$upper))
}

for (key in names(samples)) {
  s <- samples[[key]]
  d <- s$d
  e <- fitted(glm(s$f, binomial, d, epsilon = 1e-14, maxit = 50))
  one <- d$treat == 1
  for (kind in names(kinds)) {
    w <- unname(kinds[[kind]](e, d$treat))
    bal <- lapply(s$numeric, function(v) {
      x <- d[[v]]
      sd1 <- sqrt((var(x[one]) + var(x[!one])) / 2)
      kept <- w > 0
      list(smd = (wmean(x[one], w[one]) - wmean(x[!one], w[!one])) / sd1,
           variance_ratio = wvar(x[one & kept], w[one & kept]) / wvar(x[!one & kept], w[!one & kept]),
           ks = ks(x[kept], one[kept], w[kept]))
    })
    names(bal) <- s$numeric
    out <- list(weights = arr(w), balance = bal,
                effective_n = list(treated = ess(w[one]), control = ess(w[!one])))
    add(sprintf("%s %s", key, kind), s$file, deparse(s$f), out)
  }
}

# Analyses of weighted patients: gbsg2 and lung with the weights above, and gbsg2 with matched
# sets (pairs made here by a plain rule: the k-th treated with the k-th control by score).
survival_case <- function(name, file, d, event, w, cluster, times) {
  # What is weighted by 0 is not there.
  here <- w > 0
  d <- d[here, ]; event <- event[here]; w <- w[here]; cluster <- cluster[here]
  d$.event <- event; d$.w <- w; d$.cluster <- cluster
  fits <- list()
  for (g in 0:1) for (scale in c("log-log", "plain")) {
    part <- d[d$treat == g, ]
    fit <- survfit(Surv(time, .event) ~ 1, part, weights = .w, cluster = .cluster, robust = TRUE,
                   conf.type = scale)
    q <- quantile(fit, 0.5)
    fits[[paste(g, scale)]] <- c(curve_at(fit, times), list(
      median = unname(q$quantile), median_low = unname(q$lower), median_high = unname(q$upper)))
  }
  cox <- coxph(Surv(time, .event) ~ treat, d, weights = .w, cluster = .cluster, ties = "efron",
               control = coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50))
  # The log-rank statistic has the ties of Breslow.
  score <- coxph(Surv(time, .event) ~ treat, d, weights = .w, cluster = .cluster, ties = "breslow",
                 control = coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50))
  null <- coxph(Surv(time, .event) ~ treat, d, weights = .w, ties = "breslow",
                init = 0, control = coxph.control(iter.max = 0))
  parts <- rowsum(residuals(null, "score", weighted = TRUE), d$.cluster)
  u <- sum(parts)
  chi <- u^2 / sum(parts^2)
  add(name, file, "survfit, coxph(robust = TRUE)", list(
    times = arr(times), curves = fits,
    cox = list(coef = unname(coef(cox)), se = sqrt(vcov(cox)[1, 1])),
    robust_score = list(chi_square = chi, p = pchisq(chi, 1, lower.tail = FALSE), u = u,
                        rscore = unname(score$rscore))),
    input = if (anyDuplicated(cluster)) list(rows = arr(which(here)), cluster = arr(as.integer(cluster))))
}

binary_case <- function(name, file, d, y, w, cluster, until) {
  here <- w > 0 & !is.na(y)
  d <- d[here, ]; d$.y <- y[here]; d$.w <- w[here]; d$.cluster <- cluster[here]
  one <- d$treat == 1
  risk <- c(wmean(d$.y[!one], d$.w[!one]), wmean(d$.y[one], d$.w[one]))
  # Influence of each patient on the two risks, summed by cluster (type HC0).
  f0 <- ifelse(one, 0, d$.w * (d$.y - risk[1]) / sum(d$.w[!one]))
  f1 <- ifelse(one, d$.w * (d$.y - risk[2]) / sum(d$.w[one]), 0)
  v <- crossprod(rowsum(cbind(f0, f1), d$.cluster))
  # The same by a linear model with cluster-robust errors.
  linear <- lm(.y ~ treat, d, weights = .w)
  hc0 <- vcovCL(linear, cluster = d$.cluster, type = "HC0", cadjust = FALSE)
  stopifnot(all.equal(unname(hc0[2, 2]), unname(sum(v) - 4 * v[1, 2])), all.equal(unname(coef(linear)[2]), diff(risk)))
  logit <- suppressWarnings(glm(.y ~ treat, binomial, d, weights = .w, epsilon = 1e-14, maxit = 50))
  hl <- vcovCL(logit, cluster = d$.cluster, type = "HC0", cadjust = FALSE)
  design <- svydesign(ids = ~.cluster, weights = ~.w, data = d)
  svy <- svyglm(.y ~ treat, design)
  g <- length(unique(d$.cluster))
  stopifnot(all.equal(unname(vcov(svy)[2, 2]) * (g - 1) / g, unname(hc0[2, 2]), tolerance = 1e-6))
  log_ratio <- log(risk[2] / risk[1])
  grad <- c(-1 / risk[1], 1 / risk[2])
  add(name, file, "lm, glm, vcovCL(type = \"HC0\"), svyglm", list(
    risks = arr(risk), risk_se = arr(sqrt(diag(v))),
    difference = list(estimate = diff(risk), se = sqrt(hc0[2, 2])),
    ratio = list(log = log_ratio, se = sqrt(c(grad %*% v %*% grad))),
    odds = list(log = unname(coef(logit)[2]), se = sqrt(hl[2, 2]))),
    input = list(until = until))
}

for (key in c("gbsg2", "lung")) {
  s <- samples[[key]]
  d <- s$d
  e <- fitted(glm(s$f, binomial, d, epsilon = 1e-14, maxit = 50))
  times <- if (key == "gbsg2") c(365, 1000, 1800) else c(100, 300, 600)
  for (kind in c("ate", "att", "ato", "trimmed")) {
    w <- unname(kinds[[kind]](e, d$treat))
    survival_case(sprintf("survival: %s %s", key, kind), s$file, d, s$event, w, seq_len(nrow(d)), times)
    y <- ifelse(!s$event & d$time < times[2], NA, as.integer(s$event & d$time <= times[2]))
    binary_case(sprintf("binary: %s %s", key, kind), s$file, d, y, w, seq_len(nrow(d)), times[2])
  }
  # Matched pairs: by order of the score.
  treated <- which(d$treat == 1)[order(e[d$treat == 1])]
  controls <- which(d$treat == 0)[order(e[d$treat == 0])]
  k <- min(length(treated), length(controls))
  set <- rep(0L, nrow(d))
  set[treated[seq_len(k)]] <- seq_len(k)
  set[controls[seq_len(k)]] <- seq_len(k)
  w <- as.numeric(set > 0)
  survival_case(sprintf("survival: %s pairs", key), s$file, d, s$event, w, set, times)
  y <- ifelse(!s$event & d$time < times[2], NA, as.integer(s$event & d$time <= times[2]))
  binary_case(sprintf("binary: %s pairs", key), s$file, d, y, w, set, times[2])
  part <- d[set > 0, ]
  part$.set <- set[set > 0]; part$.event <- s$event[set > 0]
  strat <- coxph(Surv(time, .event) ~ treat + strata(.set), part, control = coxph.control(eps = 1e-12, toler.chol = 1e-13))
  lr <- survdiff(Surv(time, .event) ~ treat + strata(.set), part)
  add(sprintf("stratified: %s pairs", key), s$file, "coxph(strata), survdiff(strata)", list(
    coef = unname(coef(strat)), se = sqrt(vcov(strat)[1, 1]), chi_square = lr$chisq),
    input = list(rows = arr(which(set > 0)), cluster = arr(set[set > 0])))
}

finish(c("survival", "survey", "sandwich"))
