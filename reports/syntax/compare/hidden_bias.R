# ---- Hidden bias ------------------------------------------------------------------------------------

# A number that R found above.
computed <- function(analysis, statistic, term = "", level = "") {
  all <- do.call(rbind, found)
  here <- all$analysis == analysis & all$statistic == statistic & all$term == term & all$level == level
  all$R[here][1]
}

# E-values of ratios found above (VanderWeele and Ding 2017): of a common outcome an odds ratio
# stands for the risk ratio by its root, a hazard ratio by a formula.
agrees_e_values <- function(analysis, from, ratio, common = FALSE) {
  rows <- packet[packet$analysis == analysis & packet$statistic == "e_value", ]
  as_risk <- function(x) {
    root <- sqrt(x)
    if (!common || ratio == "risk_ratio") x else if (ratio == "odds_ratio") root else
      (1 - 0.5^root) / (1 - 0.5^(1 / root))
  }
  e <- function(x) { x <- max(x, 1 / x); x + sqrt(x * (x - 1)) }
  for (i in seq_len(nrow(rows))) {
    found <- sapply(paste0(ratio, c("", "_low", "_high")), function(s)
      computed(from, s, rows$term[i], rows$level[i]))
    limit <- if (found[1] > 1) found[2] else found[3]
    holds <- found[2] <= 1 && found[3] >= 1
    agrees(analysis, term = rows$term[i], level = rows$level[i], e_value = e(as_risk(found[1])),
           e_value_limit = if (isTRUE(holds)) 1 else e(as_risk(limit)))
  }
}

# Rosenbaum's bounds of McNemar's test: of n pairs that differ, `more` one way.
agrees_bounds <- function(analysis, first, second, gammas) {
  n <- first + second; more <- max(first, second)
  tail <- function(p) pbinom(more - 1, n, p, lower.tail = FALSE)
  agrees(analysis, level = sprintf("%g", gammas), least_p = sapply(1 / (1 + gammas), tail),
         largest_p = sapply(gammas / (1 + gammas), tail))
  above <- function(log_gamma) tail(plogis(log_gamma)) - 0.05
  agrees(analysis, gamma_most = if (above(0) > 0) NA else exp(uniroot(above, c(0, 30), tol = 1e-13)$root))
}
