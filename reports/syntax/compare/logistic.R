# ---- Logistic regression --------------------------------------------------------------------

# Limits where the profile of the likelihood falls by 1.92. confint(model) finds the same by
# interpolation along the profile, hence less exactly. The others begin where the tangent of the
# profile leads; where Newton's step has no solution, the upper bound of the information leads on.
profile_limits <- function(model) {
  X <- model.matrix(model); y <- model$y; b <- coef(model); V <- vcov(model); se <- sqrt(diag(V))
  refit <- function(X, offset, b) {
    loss <- function(b) -2 * sum(plogis((2 * y - 1) * (offset + drop(X %*% b)), log.p = TRUE))
    now <- loss(b)
    for (i in 1:200) {
      mu <- plogis(offset + drop(X %*% b))
      score <- crossprod(X, y - mu)
      step <- tryCatch(solve(crossprod(X, X * (mu * (1 - mu))), score),
                       error = function(e) solve(crossprod(X) / 4, score))[, 1]
      size <- 1
      while (!isTRUE(loss(b + size * step) <= now + 1e-11) && size > 1e-12) size <- size / 2
      b <- b + size * step; now <- loss(b)
      if (max(abs(step)) < 1e-10 * (1 + max(abs(b)))) break
    }
    now
  }
  excess <- function(v, j) {
    start <- b[-j] + V[-j, j] / V[j, j] * (v - b[j])
    refit(X[, -j, drop = FALSE], v * X[, j], start) - deviance(model) - qchisq(0.95, 1)
  }
  limit <- function(j, sign) {
    far <- b[j] + sign * 2 * se[j]
    for (k in 1:60) {
      if (excess(far, j) > 0)
        return(uniroot(excess, sort(c(b[j], far)), j = j, tol = 1e-12 * se[j], maxiter = 1000)$root)
      far <- far + sign * se[j]
    }
    NA
  }
  t(sapply(seq_along(b), function(j) c(limit(j, -1), limit(j, 1))))
}

# A model of glm(family = binomial); `V` its covariance where that is robust.
agrees_logistic <- function(analysis, model, term = "", profile = TRUE, V = vcov(model)) {
  b <- coef(model); se <- sqrt(diag(V))
  limits <- if (profile) profile_limits(model) else cbind(b - qnorm(0.975) * se, b + qnorm(0.975) * se)
  agrees_ratios(analysis, b[-1], V[-1, -1, drop = FALSE], "odds_ratio", if (nzchar(term)) term,
                limits[-1, , drop = FALSE])
  agrees(analysis, term = "(Intercept)", level = term, coefficient = b[1], se = se[1], z = b[1] / se[1],
         p = 2 * pnorm(-abs(b[1] / se[1])), odds_ratio = exp(b[1]), odds_ratio_low = exp(limits[1, 1]),
         odds_ratio_high = exp(limits[1, 2]))
  n <- sum(model$prior.weights); fitted <- deviance(model); null <- model$null.deviance
  cox_snell <- 1 - exp((fitted - null) / n)
  agrees(analysis, term = term, log_likelihood = -fitted / 2, log_likelihood_null = -null / 2,
         deviance = fitted, cox_snell = cox_snell, nagelkerke = cox_snell / (1 - exp(-null / n)),
         mcfadden = 1 - fitted / null)
  df <- model$df.null - model$df.residual
  do.call(agrees, c(list(analysis, term = term), chi_square("lr", null - fitted, df)))
  wald <- drop(b[-1] %*% solve(V[-1, -1, drop = FALSE], b[-1]))
  do.call(agrees, c(list(analysis, term = term), chi_square("wald", wald, df)))
}

# Discrimination and calibration in the patients of the model.
agrees_performance <- function(analysis, model) {
  y <- model$y; p <- fitted(model); score <- qlogis(p)
  curve <- pROC::roc(y, round(score, 10), levels = c(0, 1), direction = "<", quiet = TRUE)
  se <- sqrt(pROC::var(curve)); c <- as.numeric(curve$auc)
  agrees(analysis, brier = mean((y - p)^2), concordance = c, concordance_se = se,
         concordance_low = max(0, c - qnorm(0.975) * se), concordance_high = min(1, c + qnorm(0.975) * se))
  sharp <- glm.control(epsilon = 1e-14, maxit = 50)
  for (one in list(list("calibration_intercept", glm(y ~ offset(score), family = binomial, control = sharp)),
                   list("calibration_slope", glm(y ~ score, family = binomial, control = sharp)))) {
    k <- length(coef(one[[2]])); value <- coef(one[[2]])[k]; half <- qnorm(0.975) * sqrt(vcov(one[[2]])[k, k])
    do.call(agrees, c(list(analysis), setNames(list(value, value - half, value + half), paste0(one[[1]], c("", "_low", "_high")))))
  }
  # Equal risks are equal to ten digits here, so that groups do not tear them apart.
  risk <- signif(p, 10)
  group <- droplevels(cut(risk, unique(quantile(risk, 0:10 / 10)), include.lowest = TRUE))
  if (nlevels(group) < 3) return(invisible())
  n <- tapply(y, group, length); events <- tapply(y, group, sum); expected <- tapply(p, group, sum)
  limits <- mapply(function(x, m) share_interval(x, m, "wilson"), events, n)
  agrees(analysis, level = seq_along(n), calibration_n = n, calibration_events = events,
         calibration_predicted = expected / n, calibration_observed = events / n,
         calibration_observed_low = limits[1, ], calibration_observed_high = limits[2, ])
  hl <- sum((events - expected)^2 / expected + (events - expected)^2 / (n - expected))
  do.call(agrees, c(list(analysis, hl_groups = length(n)), chi_square("hl", hl, length(n) - 2)))
}
