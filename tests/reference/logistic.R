# Logistic regression reference values.
# Run from the repository root: Rscript tests/reference/logistic.R
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
control <- "control = glm.control(epsilon = 1e-14, maxit = 50)"

# Profile-likelihood limits, solved on the deviance of refitted models: for a
# value v of coefficient j the other coefficients are refitted with v * x_j as
# offset, and the limits are where the deviance exceeds its minimum by the 95 %
# quantile of chi-squared with one degree of freedom. stats::confint() finds the
# same limits by spline interpolation along the profile, hence less exactly;
# its values are recorded as `confint`.
#
# The refits use Newton's method with step halving, since glm.fit() can fail to
# converge when the offset is far from the maximum-likelihood estimate (it has
# done so for the intercept of two of the models below).
fit_offset <- function(X, y, offset, start) {
  dev <- function(b) -2 * sum(plogis((2 * y - 1) * (offset + drop(X %*% b)), log.p = TRUE))
  b <- start
  now <- dev(b)
  for (i in 1:200) {
    mu <- plogis(offset + drop(X %*% b))
    step <- solve(crossprod(X, X * (mu * (1 - mu))), crossprod(X, y - mu))[, 1]
    size <- 1
    while (dev(b + size * step) > now + 1e-11) size <- size / 2
    b <- b + size * step
    now <- dev(b)
    if (size == 1 && max(abs(step)) < 1e-10 * (1 + max(abs(b)))) return(now)
  }
  stop("no convergence")
}

profile_limits <- function(fit) {
  X <- model.matrix(fit)
  y <- fit$y
  best <- deviance(fit)
  b <- coef(fit)
  se <- sqrt(diag(vcov(fit)))
  cut <- qchisq(0.95, 1)
  excess <- function(v, j) fit_offset(X[, -j, drop = FALSE], y, v * X[, j], b[-j]) - best - cut
  one <- function(j, sign) {
    far <- b[j] + sign * 2 * se[j]
    for (k in 1:60) {
      if (excess(far, j) > 0) {
        ends <- sort(c(b[j], far))
        return(uniroot(excess, ends, j = j, tol = 1e-12 * se[j], maxiter = 1000)$root)
      }
      far <- far + sign * se[j]
    }
    NA_real_
  }
  t(sapply(seq_along(b), function(j) c(one(j, -1), one(j, 1))))
}

describe <- function(fit) {
  b <- coef(fit)
  V <- vcov(fit)
  se <- sqrt(diag(V))
  z <- b / se
  half <- qnorm(0.975) * se
  prof <- profile_limits(fit)
  ci <- suppressMessages(suppressWarnings(confint(fit)))
  n <- length(fit$y)
  dev <- deviance(fit)
  null <- fit$null.deviance
  df <- length(b) - 1
  # Concordance of the fitted probability with the outcome, ties one half.
  r <- rank(round(fit$fitted.values, 12))
  n1 <- sum(fit$y == 1)
  c_stat <- (sum(r[fit$y == 1]) - n1 * (n1 + 1) / 2) / (n1 * (n - n1))
  cox_snell <- 1 - exp((dev - null) / n)
  # Likelihood-ratio and Wald test of each term.
  d1 <- drop1(fit, test = "Chisq")[-1, , drop = FALSE]
  asg <- attr(model.matrix(fit), "assign")
  labels <- attr(terms(fit), "term.labels")
  by_term <- lapply(seq_along(labels), function(i) {
    k <- which(asg == i)
    chisq <- drop(b[k] %*% solve(V[k, k, drop = FALSE], b[k]))
    lr <- d1[labels[i], "LRT"]
    list(df = length(k),
         lr_chisq = lr, lr_p = pchisq(lr, length(k), lower.tail = FALSE),
         wald_chisq = chisq, wald_p = pchisq(chisq, length(k), lower.tail = FALSE))
  })
  names(by_term) <- labels
  list(
    n = n, n_event = n1, terms = arr(names(b)),
    coef = arr(b), se = arr(se), z = arr(z), p = arr(2 * pnorm(-abs(z))),
    or = arr(exp(b)), or_lower = arr(exp(b - half)), or_upper = arr(exp(b + half)),
    # limits of the coefficient; `or_*` are exponentials
    profile_lower = arr(prof[, 1]), profile_upper = arr(prof[, 2]),
    or_profile_lower = arr(exp(prof[, 1])), or_profile_upper = arr(exp(prof[, 2])),
    confint = list(lower = arr(ci[, 1]), upper = arr(ci[, 2])),
    deviance = dev, null_deviance = null, df_residual = fit$df.residual, df_null = fit$df.null,
    loglik = as.numeric(logLik(fit)), aic = AIC(fit), bic = BIC(fit),
    lr_test = list(chisq = null - dev, df = df, p = pchisq(null - dev, df, lower.tail = FALSE)),
    by_term = by_term,
    r2 = list(mcfadden = 1 - dev / null, cox_snell = cox_snell,
              nagelkerke = cox_snell / (1 - exp(-null / n))),
    c_statistic = c_stat, brier = mean((fit$y - fit$fitted.values)^2),
    iterations = fit$iter, converged = fit$converged,
    vcov = unname(V)
  )
}

fit_case <- function(name, file, d, formula) {
  call <- sprintf("glm(%s, data = d, family = binomial, %s)", formula, control)
  add(name, file, call, describe(run(call, d)))
}

infert <- read_data("infert.csv")
v <- c("age", "parity", "induced", "spontaneous")
for (x in v) fit_case(sprintf("infert %s", x), "infert.csv", infert, sprintf("case ~ %s", x))
fit_case("infert all", "infert.csv", infert, sprintf("case ~ %s", paste(v, collapse = " + ")))
fit_case("infert factors", "infert.csv", infert,
         "case ~ age + education + factor(induced) + factor(spontaneous)")

# Poor outcome is the event (second level of the factor).
asah <- read_data("aSAH.csv")
stopifnot(levels(asah$outcome) == c("Good", "Poor"), levels(asah$gender)[1] == "Female")
v <- c("age", "s100b", "gender", "factor(wfns)")
for (x in v) fit_case(sprintf("aSAH %s", x), "aSAH.csv", asah, sprintf("outcome ~ %s", x))
fit_case("aSAH all", "aSAH.csv", asah, sprintf("outcome ~ %s", paste(v, collapse = " + ")))

gbsg2 <- read_data("gbsg2.csv")
stopifnot(levels(gbsg2$horTh) == c("no", "yes"), levels(gbsg2$tgrade)[1] == "I",
          levels(gbsg2$menostat)[1] == "Post")
v <- c("age", "menostat", "tsize", "tgrade", "pnodes")
for (x in v) fit_case(sprintf("gbsg2 %s", x), "gbsg2.csv", gbsg2, sprintf("horTh ~ %s", x))
fit_case("gbsg2 all", "gbsg2.csv", gbsg2, sprintf("horTh ~ %s", paste(v, collapse = " + ")))

# Quasi-complete separation: the upper profile limit does not exist.
small <- list(x = c(0, 0, 0, 0, 0, 0, 1, 1, 1, 1), y = c(0, 0, 1, 0, 0, 1, 1, 1, 1, 1))
d <- as.data.frame(small)
call <- "glm(y ~ x, data = d, family = binomial)"
f <- suppressWarnings(run(call, d))
# Supremum of the log-likelihood: slope to infinity, so that only x = 0 counts.
best <- 2 * log(1 / 3) + 4 * log(2 / 3)
loglik <- function(a, b) sum(plogis((2 * d$y - 1) * (a + b * d$x), log.p = TRUE))
profile <- function(b) {
  a <- uniroot(function(a) sum(d$y - plogis(a + b * d$x)), c(-50, 50), tol = 1e-14)$root
  loglik(a, b)
}
lo <- uniroot(function(b) 2 * (best - profile(b)) - qchisq(0.95, 1), c(-5, 15), tol = 1e-13)$root
add("separation", NULL, call,
    list(loglik = best, null_deviance = f$null.deviance,
         profile_lower = lo, profile_upper = NA, or_profile_lower = exp(lo)), input = small)

finish("stats")
