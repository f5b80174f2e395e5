# Missing values: patterns, Little's test, draws of chained equations, and Rubin's rules.
# Run from the repository root: Rscript tests/reference/missing.R
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages({library(mice); library(survival); library(MASS)})

# Patterns and pairs.
sets <- list(pbc = c("trt", "chol", "copper", "trig", "platelet", "protime", "stage"),
             lung = c("age", "ph.ecog", "ph.karno", "pat.karno", "meal.cal", "wt.loss"))
for (key in names(sets)) {
  d <- read_data(paste0(key, ".csv"))[, sets[[key]]]
  pattern <- md.pattern(d, plot = FALSE)
  inside <- pattern[-nrow(pattern), -ncol(pattern), drop = FALSE][, sets[[key]]]
  pairs <- md.pairs(d)
  add(sprintf("pattern %s", key), paste0(key, ".csv"),
      "md.pattern(d[, variables], plot = FALSE); md.pairs(d[, variables])",
      list(variables = arr(sets[[key]]), known = unname(inside),
           patients = arr(as.integer(rownames(pattern)[-nrow(pattern)])),
           missing_of_pattern = arr(unname(pattern[-nrow(pattern), ncol(pattern)])),
           missing_of_variable = arr(unname(pattern[nrow(pattern), sets[[key]]])),
           complete = sum(complete.cases(d)),
           rr = unname(pairs$rr), rm = unname(pairs$rm), mr = unname(pairs$mr), mm = unname(pairs$mm)))
}

# Little's test; no package in Debian has it. The likelihood of a normal sample with holes is
# maximised directly (mean and Cholesky factor, on standardised columns), not by EM, and Little's d2
# written out. BFGS is run until it stops gaining.
little <- function(d) {
  x <- scale(as.matrix(d))
  x <- x[rowSums(!is.na(x)) > 0, , drop = FALSE]
  n <- nrow(x); p <- ncol(x)
  key <- apply(!is.na(x), 1, function(r) paste(as.integer(r), collapse = ""))
  at <- split(seq_len(n), key)
  low <- lower.tri(diag(p), diag = TRUE)
  unpack <- function(v) {
    l <- matrix(0, p, p); l[low] <- v[-seq_len(p)]
    list(mu = v[seq_len(p)], sigma = l %*% t(l), l = l)
  }
  loss <- function(v) {
    q <- unpack(v); total <- 0
    for (i in at) {
      o <- which(!is.na(x[i[1], ]))
      s <- q$sigma[o, o, drop = FALSE]
      if (rcond(s) < 1e-12) return(Inf)  # too long a step of optim
      r <- t(x[i, o, drop = FALSE]) - q$mu[o]
      total <- total + length(i) * as.numeric(determinant(s)$modulus) + sum(r * solve(s, r))
    }
    total / 2
  }
  slope <- function(v) {
    q <- unpack(v); gm <- numeric(p); gs <- matrix(0, p, p)
    for (i in at) {
      o <- which(!is.na(x[i[1], ]))
      inv <- solve(q$sigma[o, o, drop = FALSE])
      r <- t(x[i, o, drop = FALSE]) - q$mu[o]
      gm[o] <- gm[o] - rowSums(inv %*% r)
      gs[o, o] <- gs[o, o] + (length(i) * inv - inv %*% r %*% t(r) %*% inv) / 2
    }
    c(gm, ((gs + t(gs)) %*% q$l)[low])
  }
  v <- c(rep(0, p), diag(p)[low])
  for (k in 1:20) {
    before <- loss(v)
    v <- optim(v, loss, slope, method = "BFGS", control = list(maxit = 5000, reltol = 1e-16))$par
    if (before - loss(v) < 1e-13) break
  }
  for (k in 1:3) v <- v - solve(optimHess(v, loss, slope, control = list(ndeps = rep(1e-5, length(v)))), slope(v))
  stopifnot(max(abs(slope(v))) < 1e-8)
  q <- unpack(v); s <- q$sigma * n / (n - 1); d2 <- 0; df <- -p
  for (i in at) {
    o <- which(!is.na(x[i[1], ]))
    r <- colMeans(x[i, o, drop = FALSE]) - q$mu[o]
    d2 <- d2 + length(i) * sum(r * solve(s[o, o, drop = FALSE], r))
    df <- df + length(o)
  }
  list(chisq = d2, df = df, p = pchisq(d2, df, lower.tail = FALSE), patterns = length(at))
}
tests <- list(pbc = c("age", "chol", "copper", "trig", "platelet", "protime"),
              lung = c("age", "ph.ecog", "ph.karno", "pat.karno", "meal.cal", "wt.loss"),
              mgus2 = c("age", "hgb", "creat", "mspike"))
for (key in names(tests)) {
  d <- read_data(paste0(key, ".csv"))[, tests[[key]]]
  add(sprintf("little %s", key), paste0(key, ".csv"), "little(d[, variables])",
      c(list(variables = arr(tests[[key]])), little(d)))
}

# Donors of predictive mean matching: those that matchindex may pick, found by asking it often.
set.seed(3)
for (k in c(1, 3, 5)) {
  offered <- round(rnorm(40), 4)
  wanted <- round(rnorm(12, sd = 1.5), 4)
  picked <- replicate(2000, matchindex(offered, wanted, k))
  add(sprintf("donors %d", k), NULL, "matchindex(offered, wanted, k), 2000 times",
      list(pools = lapply(setNames(seq_along(wanted), paste0("w", seq_along(wanted))),
                          function(i) arr(sort(unique(picked[i, ]))))),
      input = list(offered = arr(offered), wanted = arr(wanted), k = k))
}

# Rubin's rules for one number.
scalars_of <- list(few = list(q = c(1.2, 1.9, 0.7), u = c(0.2, 0.25, 0.22), n = 20, k = 2),
                   many = list(q = 0.3 + cos(1:20) / 9, u = 0.02 + abs(sin(1:20)) / 50, n = 240, k = 5),
                   endless = list(q = 0.3 + cos(1:20) / 9, u = 0.02 + abs(sin(1:20)) / 50, n = Inf, k = 1))
for (key in names(scalars_of)) {
  s <- scalars_of[[key]]
  f <- pool.scalar(s$q, s$u, n = s$n, k = s$k)
  add(paste("scalar", key), NULL, "pool.scalar(q, u, n, k)",
      list(estimate = f$qbar, within = f$ubar, between = f$b, total = f$t, df = f$df, r = f$r, fmi = f$fmi,
           p = 2 * pt(-abs(f$qbar / sqrt(f$t)), f$df)),
      input = list(q = arr(s$q), u = arr(s$u), df_complete = s$n - s$k))
}

# Models of completed sets, pooled: each coefficient, a factor by D1 and D2, the whole model.
sets_of <- function(file) {
  d <- read_data(file)
  if ("ph.ecog" %in% names(d)) d$ph.ecog <- factor(d$ph.ecog)
  split(d[d$set > 0, ], d$set[d$set > 0])
}
models <- list(
  cox = list(file = "lung_imputed.csv", fit = "coxph(Surv(time, died) ~ %s, data = d, control = coxph.control(eps = 1e-11))",
             full = "age + sex + ph.ecog + wt.loss + meal.cal", factor = "ph.ecog", less = "age + sex + wt.loss + meal.cal"),
  logistic = list(file = "nhanes2_imputed.csv", fit = "glm(hyp ~ %s, family = binomial, data = d, epsilon = 1e-14, maxit = 100)",
                  full = "bmi + chl", factor = "bmi", less = "chl"))
for (key in names(models)) {
  s <- models[[key]]
  fits <- function(rhs) as.mira(lapply(sets_of(s$file), function(d) run(sprintf(s$fit, rhs), d)))
  one <- fits(s$full); none <- fits(s$less)
  dfcom <- mice:::get.dfcom(one)
  pooled <- pool(one)
  table <- summary(pooled, conf.int = TRUE)
  test <- function(t) { r <- t$result; list(f = r[1], df1 = r[2], df2 = r[3], p = r[4], riv = r[5]) }
  terms <- names(coef(one$analyses[[1]]))
  slopes <- which(terms != "(Intercept)")
  whole <- mitml:::.D1(sapply(one$analyses, function(f) coef(f)[slopes]),
                       simplify2array(lapply(one$analyses, function(f) vcov(f)[slopes, slopes])), dfcom)
  lr <- sapply(one$analyses, function(f) if (inherits(f, "coxph")) 2 * diff(f$loglik) else f$null.deviance - f$deviance)
  lr_d2 <- mitml:::.D2(lr, length(slopes))
  add(paste("model", key), s$file, sprintf(s$fit, s$full),
      list(terms = arr(terms), dfcom = dfcom, estimate = arr(table$estimate), se = arr(table$std.error),
           statistic = arr(table$statistic), df = arr(table$df), p = arr(table$p.value),
           lower = arr(table[["2.5 %"]]), upper = arr(table[["97.5 %"]]),
           within = arr(pooled$pooled$ubar), between = arr(pooled$pooled$b), riv = arr(pooled$pooled$riv), fmi = arr(pooled$pooled$fmi),
           factor = s$factor, D1 = test(D1(one, none)), D2_wald = test(D2(one, none)),
           D2_lr = test(D2(one, none, use = "likelihood")),
           whole_D1 = list(f = whole$F[1], df2 = whole$v, p = pf(whole$F[1], whole$k, whole$v, lower.tail = FALSE)),
           lr = arr(unname(lr)), whole_lr_D2 = list(f = lr_d2$F, df2 = lr_d2$v, p = pf(lr_d2$F, lr_d2$k, lr_d2$v, lower.tail = FALSE))))
}

# Survival of completed sets, pooled on the complementary log-log scale (Marshall et al. 2009);
# the log-rank test by D2.
by <- "ph.ecog"
at <- c(100, 180, 365, 700)
found <- lapply(sets_of("lung_imputed.csv"), function(d) {
  fit <- summary(survfit(Surv(time, died) ~ ph.ecog, data = d), times = at, extend = TRUE)
  list(surv = fit$surv, se = fit$std.err / fit$surv, strata = as.character(fit$strata),
       chisq = survdiff(Surv(time, died) ~ ph.ecog, data = d)$chisq)
})
surv <- sapply(found, `[[`, "surv"); se <- sapply(found, `[[`, "se")
pooled <- lapply(seq_len(nrow(surv)), function(i) {
  f <- pool.scalar(log(-log(surv[i, ])), (se[i, ] / log(surv[i, ]))^2)
  half <- if (is.finite(f$df)) qt(0.975, f$df) * sqrt(f$t) else qnorm(0.975) * sqrt(f$t)
  list(survival = exp(-exp(f$qbar)), low = exp(-exp(f$qbar + half)), high = exp(-exp(f$qbar - half)))
})
d2 <- mitml:::.D2(sapply(found, `[[`, "chisq"), 2)
add("survival lung", "lung_imputed.csv", "survfit(Surv(time, died) ~ ph.ecog, data = d); survdiff(…)",
    list(time = arr(rep(at, 3)), group = arr(sub("ph.ecog=", "", found[[1]]$strata)),
         survival = arr(sapply(pooled, `[[`, "survival")), low = arr(sapply(pooled, `[[`, "low")),
         high = arr(sapply(pooled, `[[`, "high")),
         logrank = list(f = d2$F, df2 = d2$v, p = pf(d2$F, 2, d2$v, lower.tail = FALSE))))

# A comparison of two groups in completed sets: means, and the difference of means by Student and
# Welch; counts by D2 of Pearson's chi-square.
found <- lapply(sets_of("lung_imputed.csv"), function(d) {
  x <- split(d$meal.cal, d$sex)
  n <- lengths(x); v <- sapply(x, var)
  welch <- t.test(x[[2]], x[[1]])
  list(mean = sapply(x, mean), var = v, n = n, difference = mean(x[[2]]) - mean(x[[1]]),
       student = sum((n - 1) * v) / (sum(n) - 2) * sum(1 / n), welch = sum(v / n), welch_df = welch$parameter[[1]],
       chisq = chisq.test(table(d$ph.ecog, d$sex), correct = FALSE)$statistic[[1]],
       three = coef(lm(wt.loss ~ ph.ecog, data = d))[-1], three_v = vcov(lm(wt.loss ~ ph.ecog, data = d))[-1, -1])
})
pick <- function(name) sapply(found, `[[`, name)
mean_of <- function(g) with(pool.scalar(pick("mean")[g, ], pick("var")[g, ] / pick("n")[g, ], n = pick("n")[g, 1], k = 1),
                            list(mean = qbar, low = qbar - qt(0.975, df) * sqrt(t), high = qbar + qt(0.975, df) * sqrt(t)))
test_of <- function(u, dfcom) with(pool.scalar(pick("difference"), u, n = dfcom + 1, k = 1),
  list(difference = qbar, low = qbar - qt(0.975, df) * sqrt(t), high = qbar + qt(0.975, df) * sqrt(t), t = qbar / sqrt(t), df = df, p = 2 * pt(-abs(qbar / sqrt(t)), df)))
counts <- mitml:::.D2(pick("chisq"), 2)
three <- mitml:::.D1(pick("three"), simplify2array(lapply(found, `[[`, "three_v")), 227 - 3)
add("compare lung", "lung_imputed.csv", "pool.scalar(…) of means and differences; mitml:::.D2(chisq.test(…)), .D1(lm(wt.loss ~ ph.ecog))",
    list(sex1 = mean_of(1), sex2 = mean_of(2), sd = arr(sqrt(rowMeans(pick("var")))),
         student = test_of(pick("student"), nrow(sets_of("lung_imputed.csv")[[1]]) - 2), welch = test_of(pick("welch"), mean(pick("welch_df"))),
         counts = list(f = counts$F, df2 = counts$v, p = pf(counts$F, 2, counts$v, lower.tail = FALSE)),
         three_groups = list(f = three$F[1], df2 = three$v, p = pf(three$F[1], 2, three$v, lower.tail = FALSE))))

# The imputation model's outcome, and estimates after imputing by mice, to compare ours within chance.
d <- data.frame(time = c(3, 5, 5, 8, 11, 12, 20), died = c(1, 0, 1, 1, 0, 1, 0))
h <- cumsum(with(summary(survfit(Surv(time, died) ~ 1, data = d), times = sort(unique(d$time))), n.event / n.risk))
add("nelson-aalen", NULL, "cumsum(n.event / n.risk)", list(hazard = arr(h[match(d$time, sort(unique(d$time)))])),
    input = list(time = arr(d$time), died = arr(d$died)))

# One hundred completed sets by mice: estimates and their Monte Carlo errors, sqrt(between / m).
original <- read_data("lung_imputed.csv")
d <- subset(original[original$set == 0, ], select = -c(set, status))
d$ph.ecog <- factor(d$ph.ecog, ordered = TRUE)
predicts <- make.predictorMatrix(d)
predicts[, "time"] <- 0
many <- mice(d, m = 100, maxit = 5, seed = 7, printFlag = FALSE, predictorMatrix = predicts)
pooled <- pool(with(many, coxph(Surv(time, died) ~ age + sex + ph.karno + wt.loss + meal.cal)))$pooled
add("mice lung", "lung_imputed.csv", "pool(with(mice(d, m = 100, maxit = 5), coxph(…)))",
    list(terms = arr(as.character(pooled$term)), estimate = arr(pooled$estimate), se = arr(sqrt(pooled$t)),
         between = arr(pooled$b), m = 100))
n2 <- subset(read_data("nhanes2_imputed.csv"), set == 0, select = -set)
many <- mice(n2, m = 100, maxit = 10, seed = 7, printFlag = FALSE)
pooled <- pool(with(many, lm(chl ~ bmi)))$pooled
means <- sapply(1:100, function(k) { x <- complete(many, k); c(mean(x$bmi), mean(x$chl), mean(x$hyp == "yes")) })
add("mice nhanes2", "nhanes2_imputed.csv", "rowMeans of bmi, chl, hyp in mice(d, m = 100, maxit = 10)",
    list(mean = arr(rowMeans(means)), between = arr(apply(means, 1, var)), m = 100))
finish(c("mice", "mitml", "survival", "MASS"))
