# ---- Shares of patients ---------------------------------------------------------------------

# Interval of a proportion x of n, by the convention of the plan.
share_interval <- function(x, n, method) {
  if (n == 0) return(c(NA, NA))
  z <- qnorm(0.975)
  switch(method,
    "wilson" = quiet(prop.test(x, n, correct = FALSE))$conf.int[1:2],
    "clopper-pearson" = binom.test(x, n)$conf.int[1:2],
    "agresti-coull" = {
      p <- (x + z^2 / 2) / (n + z^2)
      pmin(pmax(p + c(-1, 1) * z * sqrt(p * (1 - p) / (n + z^2)), 0), 1)
    },
    "jeffreys" = c(if (x == 0) 0 else qbeta(0.025, x + 0.5, n - x + 0.5),
                   if (x == n) 1 else qbeta(0.975, x + 0.5, n - x + 0.5)))
}

# The second share less the first, with its limits: Wald's, or Newcombe's of the Wilson limits.
share_difference <- function(x, n, method) {
  p <- unname(x / n); d <- p[2] - p[1]
  half <- qnorm(0.975) * sqrt(sum(p * (1 - p) / n))
  if (method == "wald") return(c(d, d - half, d + half))
  w <- mapply(share_interval, x, n, "wilson")
  c(d, d - sqrt((p[2] - w[1, 2])^2 + (w[2, 1] - p[1])^2), d + sqrt((w[2, 2] - p[2])^2 + (p[1] - w[1, 1])^2))
}

# The conditional odds ratio of the second against the first, which fisher.test() finds to four
# digits only.
conditional_odds <- function(x, n) {
  k <- sum(x); support <- max(0, k - n[[1]]):min(k, n[[2]])
  density <- dhyper(support, n[[2]], n[[1]], k, log = TRUE)
  at <- function(b) { d <- exp(density + b * support - max(density + b * support)); d / sum(d) }
  solved <- function(f) exp(uniroot(f, c(-50, 50), tol = 1e-14, maxiter = 10000)$root)
  low <- x[[2]] == min(support); high <- x[[2]] == max(support)
  c(if (low) 0 else if (high) Inf else solved(function(b) sum(support * at(b)) - x[[2]]),
    if (low) 0 else solved(function(b) sum(at(b)[support >= x[[2]]]) - 0.025),
    if (high) Inf else solved(function(b) sum(at(b)[support <= x[[2]]]) - 0.025))
}

# Shares with an outcome, and of two groups the second against the first.
agrees_shares <- function(analysis, y, g = NULL, interval = "wilson", difference = "newcombe") {
  parts <- each_group(y, g)
  for (name in names(parts)) {
    known <- parts[[name]][!is.na(parts[[name]])]
    limits <- share_interval(sum(known), length(known), interval)
    agrees(analysis, group = name, n = length(known), events = sum(known), proportion = mean(known),
           proportion_low = limits[1], proportion_high = limits[2])
  }
  if (length(parts) != 3) return(invisible())
  known <- lapply(parts[2:3], function(v) v[!is.na(v)])
  x <- sapply(known, sum); n <- lengths(known); p <- x / n; z <- qnorm(0.975)
  found <- share_difference(x, n, difference)
  agrees(analysis, risk_difference = found[1], risk_difference_low = found[2],
         risk_difference_high = found[3])
  odds <- conditional_odds(x, n)
  agrees(analysis, conditional_odds_ratio = odds[1], conditional_odds_ratio_low = odds[2],
         conditional_odds_ratio_high = odds[3])
  if (any(x == 0) || any(x == n)) return(invisible())
  ratio <- p[2] / p[1]; half <- exp(z * sqrt(sum(1 / x - 1 / n)))
  odds <- (x[2] / (n - x)[2]) / (x[1] / (n - x)[1]); wide <- exp(z * sqrt(sum(1 / x + 1 / (n - x))))
  agrees(analysis, risk_ratio = ratio, risk_ratio_low = ratio / half, risk_ratio_high = ratio * half,
         odds_ratio = odds, odds_ratio_low = odds / wide, odds_ratio_high = odds * wide)
}
