# The main methods, by the choices of each preset, on cohorts of different shape: tiny, tied, with many
# missing values, with three groups and more, in clusters, nearly all censored, large.
# Run from the repository root: Rscript tests/reference/shapes.R
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages({library(survival); library(pROC)})

presets <- list(
  recommended = list(welch = TRUE, exact = TRUE, correct = FALSE, yates = FALSE, quartiles = 7,
                     conf = "log-log", ties = "efron", wald = FALSE, proportion = "wilson",
                     difference = "newcombe", first = FALSE, brookmeyer = TRUE, delong = TRUE),
  r = list(welch = TRUE, exact = TRUE, correct = TRUE, yates = TRUE, quartiles = 7, conf = "log",
           ties = "efron", wald = FALSE, proportion = "exact", difference = "wald", first = FALSE,
           brookmeyer = TRUE, delong = TRUE),
  spss = list(welch = FALSE, exact = FALSE, correct = FALSE, yates = FALSE, quartiles = 6,
              conf = "plain", ties = "breslow", wald = TRUE, proportion = "wilson",
              difference = "newcombe", first = TRUE, brookmeyer = FALSE, delong = FALSE),
  stata = list(welch = FALSE, exact = FALSE, correct = FALSE, yates = FALSE, quartiles = 2,
               conf = "log-log", ties = "breslow", wald = TRUE, proportion = "exact",
               difference = "wald", first = TRUE, brookmeyer = TRUE, delong = TRUE))

cohorts <- list(
  ovarian = list(time = "futime", event = c("fustat", 1), by = "rx", number = "age", level = "resid.ds",
                 outcome = c("fustat", 1), marker = "age", covariates = c("age", "ecog.ps"), at = 400),
  kidney = list(time = "time", event = c("status", 1), by = "sex", number = "age", level = "disease",
                outcome = c("status", 1), marker = "frail", covariates = c("age", "sex"), at = 60),
  veteran = list(time = "time", event = c("status", 1), by = "celltype", number = "karno", level = "prior",
                 outcome = c("trt", 2), marker = "diagtime", covariates = c("karno", "celltype"), at = 90),
  lung = list(time = "time", event = c("status", 2), by = "ph.ecog", number = "meal.cal", level = "sex",
              outcome = c("status", 2), marker = "wt.loss", covariates = c("age", "ph.karno"), at = 365),
  pbc = list(time = "time", event = c("status", 2), by = "stage", number = "trig", level = "edema",
             outcome = c("hepato", 1), marker = "copper", covariates = c("age", "copper", "sex"), at = 2000),
  retinopathy = list(time = "futime", event = c("status", 1), by = "trt", number = "age", level = "type",
                     outcome = c("status", 1), marker = "risk", covariates = c("age", "trt"), at = 30),
  rats = list(time = "time", event = c("status", 1), by = "rx", number = "time", level = "sex",
              outcome = c("status", 1), marker = "litter", covariates = "rx", at = 90),
  Melanoma = list(time = "time", event = c("status", 1), by = "ulcer", number = "thickness", level = "sex",
                  outcome = c("ulcer", 1), marker = "thickness", covariates = c("thickness", "age"), at = 2000),
  mgus2 = list(time = "futime", event = c("death", 1), by = "sex", number = "hgb", level = "pstat",
               outcome = c("pstat", 1), marker = "mspike", covariates = c("age", "creat", "sex"), at = 60),
  gbsg2 = list(time = "time", event = c("cens", 1), by = "tgrade", number = "pnodes", level = "menostat",
               outcome = c("horTh", "yes"), marker = "age", covariates = c("pnodes", "tgrade"), at = 730),
  cgd = list(time = "tstop", event = c("status", 1), by = "treat", number = "weight", level = "inherit",
             outcome = c("status", 1), marker = "height", covariates = c("age", "treat"), at = 200),
  birthwt = list(by = "race", number = "lwt", level = "smoke", outcome = c("low", 1), marker = "lwt",
                 covariates = c("lwt", "smoke", "age")),
  infert = list(by = "induced", number = "parity", level = "education", outcome = c("case", 1),
                marker = "spontaneous", covariates = c("spontaneous", "age")),
  aSAH = list(by = "outcome", number = "ndka", level = "wfns", outcome = c("outcome", "Poor"),
              marker = "s100b", covariates = c("s100b", "age")),
  anorexia = list(by = "Treat", number = "Prewt", level = NULL, outcome = NULL))

is_event <- function(d, what) {
  x <- d[[what[1]]]
  ifelse(is.na(x), NA, as.character(x) == what[2])
}
plain <- function(h) list(p = h$p.value, statistic = unname(h$statistic[1]))

described <- function(d, s, o) {
  x <- d[[s$number]]; x <- x[!is.na(x)]
  q <- quantile(x, c(0.25, 0.5, 0.75), type = o$quartiles)
  list(n = length(x), mean = mean(x), sd = sd(x), q1 = q[[1]], median = q[[2]], q3 = q[[3]])
}

compared <- function(d, s, o) {
  x <- d[[s$number]]; g <- factor(d[[s$by]])
  keep <- !is.na(x) & !is.na(g); x <- x[keep]; g <- droplevels(g[keep])
  out <- list()
  if (min(table(g)) > 1) {
    out$means <- if (nlevels(g) == 2) plain(t.test(x ~ g, var.equal = !o$welch))
      else plain(oneway.test(x ~ g, var.equal = !o$welch))
  }
  if (nlevels(g) > 2) {
    out$ranks <- plain(kruskal.test(x, g))
  } else {
    small <- o$exact && max(table(g)) < 50 && !any(duplicated(x))
    out$ranks <- plain(suppressWarnings(wilcox.test(x ~ g, exact = small, correct = o$correct && !small)))
  }
  if (is.null(s$level)) return(out)
  t <- table(d[[s$level]], d[[s$by]])
  t <- t[rowSums(t) > 0, colSums(t) > 0]
  small <- min(outer(rowSums(t), colSums(t)) / sum(t)) < 5
  out$counts <- if (small) list(p = fisher.test(t, workspace = 2e8)$p.value) else {
    plain(suppressWarnings(chisq.test(t, correct = o$yates && all(dim(t) == 2))))
  }
  out
}

wilson <- function(x, n) suppressWarnings(prop.test(x, n, correct = FALSE))$conf.int
shares <- function(d, s, o) {
  y <- is_event(d, s$outcome); g <- factor(d[[s$by]])
  keep <- !is.na(y) & !is.na(g); y <- y[keep]; g <- droplevels(g[keep])
  x <- sum(y); n <- length(y)
  limits <- if (o$proportion == "wilson") wilson(x, n) else binom.test(x, n)$conf.int
  out <- list(x = x, n = n, limits = arr(as.numeric(limits)))
  if (nlevels(g) != 2 || s$by == s$outcome[1]) return(out)
  x <- tapply(y, g, sum); n <- as.numeric(table(g)); p <- x / n; d <- p[[2]] - p[[1]]
  if (o$difference == "wald") {
    half <- qnorm(0.975) * sqrt(sum(p * (1 - p) / n))
    out$difference <- arr(c(d, max(-1, d - half), min(1, d + half)))
  } else {
    a <- wilson(x[[1]], n[1]); b <- wilson(x[[2]], n[2])
    out$difference <- arr(c(d, d - sqrt((p[[2]] - b[1])^2 + (a[2] - p[[1]])^2),
                            d + sqrt((b[2] - p[[2]])^2 + (p[[1]] - a[1])^2)))
  }
  out
}

survived <- function(d, s, o) {
  e <- is_event(d, s$event); g <- factor(d[[s$by]]); time <- d[[s$time]]
  keep <- !is.na(e) & !is.na(g) & !is.na(time)
  d <- data.frame(time = time, e = e, g = g)[keep, ]; d$g <- droplevels(d$g)
  out <- list(groups = list())
  for (l in levels(d$g)) {
    f <- survfit(Surv(time, e) ~ 1, d[d$g == l, ], conf.type = o$conf)
    at <- if (s$at <= max(f$time) || min(f$surv) == 0) summary(f, times = s$at, extend = TRUE) else list()
    q <- quantile(f, 0.5)
    below <- f$time[f$surv <= 0.5 + sqrt(.Machine$double.eps)]
    median <- if (!o$first) q$quantile[[1]] else if (length(below)) below[1] else NA
    one <- list(survival = if (length(at$surv)) arr(c(at$surv, at$lower, at$upper)) else arr(rep(NA, 3)),
                at_risk = sum(d$time[d$g == l] >= s$at), median = median)
    if (o$brookmeyer) one$median_limits <- arr(c(q$lower[[1]], q$upper[[1]]))
    out$groups[[l]] <- one
  }
  t <- survdiff(Surv(time, e) ~ g, d)
  out$logrank <- list(chi_square = t$chisq, p = pchisq(t$chisq, nlevels(d$g) - 1, lower.tail = FALSE))
  out
}

tight <- coxph.control(iter.max = 100, eps = 1e-13, toler.chol = 1e-14)
hazards <- function(d, s, o) {
  d$e <- is_event(d, s$event)
  f <- coxph(as.formula(sprintf("Surv(%s, e) ~ %s", s$time, paste(s$covariates, collapse = " + "))), d,
             ties = o$ties, control = tight)
  list(n = f$n, events = f$nevent, coefficients = arr(unname(coef(f))), se = arr(unname(sqrt(diag(vcov(f))))),
       log_likelihood = f$loglik[2])
}

odds <- function(d, s, o) {
  d$y <- is_event(d, s$outcome)
  f <- glm(as.formula(paste("y ~", paste(s$covariates, collapse = " + "))), binomial, d,
           control = list(epsilon = 1e-14, maxit = 100))
  X <- model.matrix(f); w <- fitted(f) * (1 - fitted(f))
  se <- sqrt(diag(solve(t(X) %*% (X * w))))[-1] # vcov() has the weights of the step before the last
  b <- coef(f)[-1]
  out <- list(n = nrow(X), coefficients = arr(unname(b)), se = arr(unname(se)), deviance = f$deviance)
  if (o$wald) out$limits <- arr(unname(exp(c(b - qnorm(0.975) * se, b + qnorm(0.975) * se))))
  out
}

area <- function(d, s, o) {
  y <- is_event(d, s$outcome); x <- d[[s$marker]]
  keep <- !is.na(y) & !is.na(x); y <- y[keep]; x <- x[keep]
  r <- roc(y, x, levels = c(FALSE, TRUE), direction = "<", quiet = TRUE)
  a <- as.numeric(r$auc)
  if (o$delong) {
    se <- sqrt(var(r)); test <- se
  } else { # Hanley and McNeil 1982, Q1 and Q2 counted in the data; the test under no discrimination
    p <- x[y]; q <- x[!y]; m <- length(p); n <- length(q)
    above <- outer(p, q, ">") + 0; tied <- outer(p, q, "==") + 0
    both <- function(a, t) a^2 + a * t + t^2 / 3
    q1 <- mean(both(colSums(above), colSums(tied))) / m^2
    q2 <- mean(both(rowSums(above), rowSums(tied))) / n^2
    se <- sqrt((a * (1 - a) + (m - 1) * (q1 - a^2) + (n - 1) * (q2 - a^2)) / (m * n))
    test <- sqrt((m + n + 1) / (12 * m * n))
  }
  list(auc = a, se = se, limits = arr(pmin(1, pmax(0, a + c(-1, 1) * qnorm(0.975) * se))),
       p = 2 * pnorm(-abs(a - 0.5) / test))
}

for (key in names(cohorts)) for (preset in names(presets)) {
  s <- cohorts[[key]]; o <- presets[[preset]]; d <- read_data(paste0(key, ".csv"))
  for (v in names(d)) if (is.factor(d[[v]])) d[[v]] <- factor(d[[v]], sort(levels(d[[v]]), method = "radix"))
  v <- list(described = described(d, s, o), compared = compared(d, s, o))
  if (!is.null(s$outcome)) v <- c(v, list(shares = shares(d, s, o), odds = odds(d, s, o), area = area(d, s, o)))
  if (!is.null(s$time)) v <- c(v, list(survived = survived(d, s, o), hazards = hazards(d, s, o)))
  add(paste(key, preset), paste0(key, ".csv"), "survfit, survdiff, coxph, glm, roc, t.test, wilcox.test, …", v,
      input = s)
}
finish(c("survival", "pROC"))
