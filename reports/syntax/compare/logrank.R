# ---- Log-rank tests -------------------------------------------------------------------------

# Observed and expected events, and their covariance, for any weights; survdiff() has rho alone.
weighted_logrank <- function(time, event, group, weights = "log-rank", strata = rep(1, length(time)),
                             entry = rep(-1, length(time))) {
  known <- !is.na(time) & !is.na(event) & !is.na(group) & !is.na(strata) & entry < time
  group <- droplevels(as.factor(group[known])); time <- time[known]; event <- event[known]
  strata <- strata[known]; entry <- entry[known]
  k <- nlevels(group); O <- E <- setNames(numeric(k), levels(group)); V <- matrix(0, k, k)
  for (s in unique(strata)) {
    here <- strata == s
    before <- peto <- 1
    for (t in sort(unique(time[here & event]))) {
      risk <- table(group[here & time >= t & entry < t])
      dead <- table(group[here & time == t & event])
      n <- sum(risk); m <- sum(dead); peto <- peto * (1 - m / (n + 1))
      w <- if (is.numeric(weights)) before^weights[1] * (1 - before)^weights[2] else
        switch(weights, "log-rank" = 1, "gehan-breslow" = n, "tarone-ware" = sqrt(n), "peto-peto" = peto)
      share <- as.vector(risk / n)
      O <- O + w * as.vector(dead); E <- E + w * m * share
      if (n > 1) V <- V + w^2 * m * (n - m) / (n - 1) * (diag(share, k) - tcrossprod(share))
      before <- before * (1 - m / n)
    }
  }
  df <- qr(V, tol = 1e-9)$rank
  chisq <- drop((O - E) %*% MASS::ginv(V, 1e-9) %*% (O - E))
  list(obs = O, exp = E, var = V, chisq = chisq, df = df, p = pchisq(chisq, df, lower.tail = FALSE))
}

# survdiff() as a list of the same shape.
logrank <- function(test) {
  total <- function(x) if (is.matrix(x)) rowSums(x) else as.vector(x)
  df <- sum(total(test$exp) > 0) - 1
  list(obs = total(test$obs), exp = total(test$exp), var = test$var, chisq = test$chisq, df = df,
       p = pchisq(test$chisq, df, lower.tail = FALSE))
}

agrees_logrank <- function(analysis, test, groups, term = "") {
  agrees(analysis, term = term, chi_square = test$chisq, df = test$df, p = test$p)
  agrees(analysis, group = groups, term = term, observed = test$obs, expected = test$exp)
}

agrees_trend <- function(analysis, test, groups) {
  s <- seq_along(groups)
  z <- sum(s * (test$obs - test$exp)) / sqrt(drop(s %*% test$var %*% s))
  agrees(analysis, trend_z = z, chi_square = z^2, df = 1, p = pchisq(z^2, 1, lower.tail = FALSE))
  agrees(analysis, group = groups, score = s)
}

# test(two): the log-rank test of the patients of two groups.
pairwise_logrank <- function(analysis, groups, test, method) {
  pairs <- combn(groups, 2)
  tests <- apply(pairs, 2, test)
  p <- sapply(tests, `[[`, "p")
  agrees(analysis, group = pairs[1, ], level = pairs[2, ], chi_square = sapply(tests, `[[`, "chisq"),
         df = 1, p = p, p_adjusted = p.adjust(p, method))
}

# Weighted observed and expected events of each group, as the robust test has them.
agrees_weighted_events <- function(analysis, time, event, group, weight) {
  known <- !is.na(time) & !is.na(group) & weight > 0
  time <- time[known]; event <- event[known]; weight <- weight[known]; group <- droplevels(group[known])
  total <- function(here) tapply(weight * here, group, sum)
  expected <- 0
  for (t in sort(unique(time[event]))) {
    risk <- total(time >= t)
    expected <- expected + risk / sum(risk) * sum(weight[time == t & event])
  }
  agrees(analysis, group = levels(group), observed = total(event), expected = expected)
}
