# Cut-offs for survival (maxstat), time-dependent areas (riskRegression), reclassification (Hmisc,
# and the defining formula for categories), decision curves (defining formula).
# Run from the repository root: Rscript tests/reference/discrimination.R
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages({
  library(survival); library(maxstat); library(riskRegression); library(prodlim); library(Hmisc)
})

surv <- list(
  veteran = within(read_data("veteran.csv"), { event <- as.integer(status == 1) }),
  lung = within(read_data("lung.csv"), { event <- as.integer(status == 2) }),
  pbc = within(subset(read_data("pbc.csv"), !is.na(trt)), { event <- as.integer(status == 2) }),
  gbsg2 = within(read_data("gbsg2.csv"), { event <- cens }),
  ovarian = within(read_data("ovarian.csv"), { time <- futime; event <- fustat })
)

# ---- Maximally selected log-rank statistics --------------------------------------
cut <- function(key, marker, minprop) {
  d <- surv[[key]]
  d <- d[!is.na(d[[marker]]) & !is.na(d$time), ]
  f <- as.formula(sprintf("Surv(time, event) ~ %s", marker))
  m <- lapply(c("Lau92", "Lau94"), function(p)
    maxstat.test(f, data = d, smethod = "LogRank", pmethod = p, minprop = minprop, maxprop = 1 - minprop))
  set.seed(1)
  mc <- maxstat.test(f, data = d, smethod = "LogRank", pmethod = "condMC", minprop = minprop,
                     maxprop = 1 - minprop, B = 20000)
  x <- m[[1]]
  next_ <- min(d[[marker]][d[[marker]] > x$estimate])
  add(sprintf("maxstat %s %s %g", key, marker, minprop), paste0(key, ".csv"),
      sprintf("maxstat.test(Surv(time, event) ~ %s, smethod = \"LogRank\", pmethod = …, minprop = %g, maxprop = %g)", marker, minprop, 1 - minprop),
      list(n = nrow(d), statistic = unname(x$statistic), cut = unname(x$estimate), next_value = next_,
           lau92 = unname(x$p.value), lau94 = unname(m[[2]]$p.value), 
           permutation = unname(mc$p.value), cuts = arr(x$cuts), stats = arr(unname(x$stats))))
}
cut("veteran", "karno", 0.1)
cut("veteran", "age", 0.1)
cut("lung", "age", 0.1)
cut("lung", "meal.cal", 0.25)
cut("pbc", "bili", 0.1)
cut("gbsg2", "tsize", 0.1)
cut("gbsg2", "progrec", 0.2)
cut("ovarian", "age", 0.1)

# ---- Time-dependent areas ---------------------------------------------------------
# The marker itself is the score; low values that speak for the event are turned round. Score takes
# the sign of the contrasts as the second less the first.
timed <- function(name, d, formula, markers, times, file, call) {
  s <- suppressWarnings(Score(markers, formula = formula, data = d, metrics = "auc", times = times,
                              conf.int = TRUE, conservative = FALSE, cens.model = "km", null.model = FALSE))
  plain <- suppressWarnings(Score(markers, formula = formula, data = d, metrics = "auc", times = times,
                              conf.int = TRUE, conservative = TRUE, null.model = FALSE))
  score <- as.data.frame(s$AUC$score); contrast <- as.data.frame(s$AUC$contrasts)
  out <- list()
  for (m in names(markers)) for (t in times) {
    r <- score[score$model == m & score$times == t, ]
    out[[sprintf("%s at %g", m, t)]] <- as.list(r[c("AUC", "se", "lower", "upper")])
  }
  for (t in times) {
    r <- contrast[contrast$times == t, ]
    if (nrow(r)) out[[sprintf("difference at %g", t)]] <-
      list(delta = r$delta.AUC, se = r$se, lower = r$lower, upper = r$upper, p = r$p)
  }
  add(name, file, call, list(markers = arr(names(markers)), times = arr(times), areas = out))
}
d <- surv$pbc
timed("timed pbc", d, Surv(time, event) ~ 1, list(bili = d$bili, age = d$age), c(1000, 2000, 3000), "pbc.csv",
      "Score(list(bili, age), Surv(time, event) ~ 1, metrics = \"auc\", times, conf.int = TRUE, conservative = FALSE)")
d <- surv$veteran
timed("timed veteran", d, Surv(time, event) ~ 1, list(karno = -d$karno, age = d$age), c(60, 120, 300), "veteran.csv",
      "Score(list(-karno, age), Surv(time, event) ~ 1, …)")
d <- surv$gbsg2
timed("timed gbsg2", d, Surv(time, event) ~ 1, list(pnodes = d$pnodes, progrec = -d$progrec), c(730, 1460), "gbsg2.csv",
      "Score(list(pnodes, -progrec), Surv(time, event) ~ 1, …)")
d <- read_data("pbc.csv"); d <- d[!is.na(d$trt), ]
d$state <- ifelse(d$status == 2, 1, ifelse(d$status == 1, 2, 0))
timed("competing pbc", d, Hist(time, state) ~ 1, list(bili = d$bili, age = d$age), c(1000, 2000, 3000), "pbc.csv",
      "Score(list(bili, age), Hist(time, state) ~ 1, cause = 1, …)")

# ---- Reclassification, decision curves --------------------------------------------
asah <- read_data("aSAH.csv")
asah$y <- as.integer(asah$outcome == "Poor")
old <- fitted(glm(y ~ age + gender, binomial, asah))
new <- fitted(glm(y ~ age + gender + wfns + s100b, binomial, asah))
infert <- read_data("infert.csv")
old2 <- fitted(glm(case ~ age + parity, binomial, infert))
new2 <- fitted(glm(case ~ age + parity + spontaneous, binomial, infert))

compared <- function(name, file, y, old, new, cuts) {
  i <- improveProb(old, new, y)
  band <- function(p) findInterval(p, cuts)
  move <- sign(band(new) - band(old))
  e <- move[y == 1]; u <- -move[y == 0]
  v <- function(m) mean((m - mean(m))^2) / length(m)
  z <- qnorm(0.975)
  nri <- mean(e) + mean(u); se <- sqrt(v(e) + v(u))
  add(name, file, "improveProb(old, new, y); categories by the defining formula",
      list(old = arr(unname(old)), new = arr(unname(new)), y = arr(y), cuts = arr(cuts),
           nri = i$nri, se_nri = i$se.nri, z_nri = i$z.nri, nri_events = i$nri.ev, se_events = i$se.nri.ev,
           nri_others = i$nri.ne, se_others = i$se.nri.ne, idi = i$idi, se_idi = i$se.idi, z_idi = i$z.idi,
           categorical = nri, categorical_lower = nri - z * se, categorical_upper = nri + z * se,
           categorical_p = 2 * pnorm(-abs(nri / se)),
           moved_events = table(factor(band(old)[y == 1], 0:length(cuts)), factor(band(new)[y == 1], 0:length(cuts)))))
}
compared("models aSAH", "aSAH.csv", asah$y, old, new, c(0.2, 0.5))
compared("models infert", "infert.csv", infert$case, old2, new2, c(0.3))

benefit <- function(y, p, t) { n <- length(y); sum(p >= t & y == 1) / n - sum(p >= t & y == 0) / n * t / (1 - t) }
grid <- seq(0.05, 0.9, by = 0.05)
add("decision aSAH", "aSAH.csv", "mean(treated & y) - mean(treated & !y) * t / (1 - t)",
    list(thresholds = arr(grid), new = arr(sapply(grid, function(t) benefit(asah$y, new, t))),
         old = arr(sapply(grid, function(t) benefit(asah$y, old, t))),
         all = arr(sapply(grid, function(t) benefit(asah$y, rep(1, nrow(asah)), t)))))

finish(c("maxstat", "riskRegression", "Hmisc", "survival"))
