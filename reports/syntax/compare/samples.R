# ---- Matched and weighted patients -----------------------------------------------------------------

weighted_variance <- function(x, w) if (length(x) < 2) NA else cov.wt(cbind(x), w)$cov[1, 1]
effective <- function(w) sum(w)^2 / sum(w^2)

# Standardised differences, variance ratios and distances of distributions; stages: weights by name.
# The denominator is the standard deviation of the original patients, at every stage.
agrees_balance <- function(analysis, d, treated, terms, stages, denominator = "pooled") {
  one <- treated == 1
  say <- function(term, level, x) {
    variance <- function(v) { v <- v[!is.na(v)]; if (nzchar(level)) mean(v) * (1 - mean(v)) else var(v) }
    own <- c(variance(x[one]), variance(x[!one]))
    spread <- sqrt(if (denominator == "treated") own[1] else mean(own))
    for (stage in names(stages)) {
      w <- stages[[stage]]; at <- list(which(one & w > 0 & !is.na(x)), which(!one & w > 0 & !is.na(x)))
      mean_of <- sapply(at, function(i) weighted.mean(x[i], w[i]))
      agrees(analysis, group = stage, term = term, level = level, smd = (mean_of[1] - mean_of[2]) / spread)
      if (nzchar(level)) next
      below <- function(i, v) sum(w[i][x[i] <= v]) / sum(w[i])
      apart <- sapply(unique(x[unlist(at)]), function(v) abs(below(at[[1]], v) - below(at[[2]], v)))
      v <- sapply(at, function(i) weighted_variance(x[i], w[i]))
      agrees(analysis, group = stage, term = term, ks = max(apart), variance_ratio = v[1] / v[2])
    }
  }
  for (name in names(terms)) {
    x <- d[[name]]
    if (!is.factor(x)) { say(terms[[name]], "", x); next }
    levels <- levels(droplevels(x))
    if (length(levels) == 2) levels <- levels[2]
    for (level in levels) say(terms[[name]], level, ifelse(is.na(x), NA, x == level))
  }
}

# Patients by their score, in twentieths.
agrees_scores <- function(analysis, score, treated, stages) {
  edges <- 0:20 / 20
  bin <- factor(findInterval(score, edges, rightmost.closed = TRUE), 1:20)
  for (stage in names(stages)) {
    w <- stages[[stage]]
    sums <- lapply(1:0, function(g) { s <- tapply(w[treated == g], bin[treated == g], sum); ifelse(is.na(s), 0, s) })
    mean_of <- sapply(1:0, function(g) weighted.mean(score[treated == g], w[treated == g]))
    agrees(analysis, group = stage, level = c("treated", "controls"), score_mean = mean_of)
    agrees(analysis, group = stage, level = sprintf("%.2f", edges[1:20]), score_treated = sums[[1]],
           score_controls = sums[[2]], score_treated_share = sums[[1]] / sum(sums[[1]]),
           score_controls_share = sums[[2]] / sum(sums[[2]]))
  }
}

# Who was matched, and why others were not. The sets are those of the packet: each has one treated
# patient or one control, so that its pairs are all with that one. `alike`: strata of exact matching.
agrees_matched <- function(analysis, place, treated, set, w, caliper = Inf, alike = rep(1, length(place))) {
  alone <- !mapply(function(g, s) any(treated != g & alike == s), treated, alike)
  nearest <- mapply(function(p, g, s) min(Inf, abs(place[treated != g & alike == s] - p)), place, treated, alike)
  far <- !alone & nearest > caliper
  for (g in 1:0) {
    here <- treated == g; out <- here & w == 0
    agrees(analysis, group = c("control", "treated")[g + 1], n = sum(here), matched = sum(here & w > 0),
           unmatched = sum(out), without_stratum = sum(out & alone), beyond_caliper = sum(out & far),
           not_chosen = sum(out & !alone & !far), effective_n = if (any(w[here] > 0)) effective(w[here]) else 0)
  }
  agrees(analysis, caliper = caliper)
  if (is.null(set)) return(invisible())
  sets <- split(which(set > 0), set[set > 0])
  gaps <- unlist(lapply(sets, function(at)
    outer(place[at][treated[at] == 1], place[at][treated[at] == 0], function(a, b) abs(a - b))))
  agrees(analysis, sets = length(sets), pairs = length(gaps), total_distance = sum(gaps))
}

# The weights of each group; those who were left out have 0.
agrees_weights <- function(analysis, w, treated, truncated = 0) {
  for (g in 1:0) {
    v <- w[treated == g & w > 0]
    agrees(analysis, group = c("control", "treated")[g + 1], n = sum(treated == g), weighted = length(v),
           trimmed = sum(treated == g) - length(v), weight_sum = sum(v), weight_mean = mean(v), weight_min = min(v),
           weight_median = median(v), weight_max = max(v), effective_n = effective(v))
  }
  agrees(analysis, truncated = truncated)
}

# ---- Weighted patients described ----

weighted_quantile <- function(x, w, p) {
  at <- order(x); up <- cumsum(w[at])
  x[at][which(up >= (p - 1e-12) * sum(w))[1]]
}

agrees_weighted_groups <- function(analysis, g, w) {
  parts <- each_group(w, g)
  agrees(analysis, group = names(parts), n = lengths(parts), effective_n = sapply(parts, effective))
}

describe_weighted <- function(analysis, term, x, g = NULL, w) {
  parts <- each_group(seq_along(x), g)
  moments <- list()
  for (name in names(parts)) {
    at <- parts[[name]]; known <- at[!is.na(x[at])]; v <- x[known]; u <- w[known]
    say <- function(...) agrees(analysis, group = name, term = term, ...)
    say(n = length(known), missing = length(at) - length(known))
    if (is.factor(x)) {
      sums <- tapply(u, v, sum); sums[is.na(sums)] <- 0
      say(level = names(sums), count = sums, percent = 100 * sums / sum(u))
      moments[[name]] <- sums / sum(u)
    } else {
      q <- sapply(c(0.25, 0.5, 0.75), weighted_quantile, x = v, w = u)
      moments[[name]] <- c(weighted.mean(v, u), weighted_variance(v, u))
      say(mean = moments[[name]][1], sd = sqrt(moments[[name]][2]), q1 = q[1], median = q[2], q3 = q[3],
          min = min(v), max = max(v))
    }
  }
  moments <- moments[-1]
  if (length(moments) < 2) return(invisible())
  apart <- function(two) {
    one <- moments[[two[1]]]; other <- moments[[two[2]]]
    if (is.factor(x)) distance_of_shares(cbind(one, other)) else (other[1] - one[1]) / sqrt((one[2] + other[2]) / 2)
  }
  every <- combn(seq_along(moments), 2, apart)
  if (length(every) == 1) agrees(analysis, term = term, smd = every)
  else agrees(analysis, term = term, smd_largest = max(abs(every)), smd_mean = mean(abs(every)))
}

# ---- Shares of weighted patients, or of matched sets: sandwich variance, type HC0 ----

agrees_weighted_shares <- function(analysis, y, g = NULL, w = rep(1, length(y)), cluster = seq_along(y), corrected = TRUE) {
  known <- !is.na(y) & w > 0 & if (is.null(g)) TRUE else !is.na(g)
  y <- y[known]; w <- w[known]; cluster <- cluster[known]
  parts <- each_group(seq_along(y), if (!is.null(g)) g[known]); z <- qnorm(0.975)
  share <- function(at) weighted.mean(y[at], w[at])
  spread <- function(groups) {
    influence <- sapply(groups, function(at) replace(numeric(length(y)), at, w[at] * (y[at] - share(at)) / sum(w[at])))
    inside <- unlist(groups); k <- length(unique(cluster[inside]))
    crossprod(rowsum(influence[inside, , drop = FALSE], cluster[inside])) * if (corrected) k / (k - 1) else 1
  }
  for (name in names(parts)) {
    at <- parts[[name]]; p <- share(at); half <- z * sqrt(spread(parts[name])[1, 1]) / (p * (1 - p))
    agrees(analysis, group = name, n = length(at), events = sum(y[at]), proportion = p,
           proportion_low = plogis(qlogis(p) - half), proportion_high = plogis(qlogis(p) + half))
  }
  if (length(parts) < 3) return(invisible())
  p <- sapply(parts[-1], share); V <- spread(parts[-1]); L <- cbind(-1, diag(length(p) - 1))
  value <- drop(t(L %*% p) %*% solve(L %*% V %*% t(L)) %*% (L %*% p))
  agrees(analysis, p = pchisq(value, nrow(L), lower.tail = FALSE), test_statistic = value, df = nrow(L))
  if (length(p) != 2) return(invisible())
  p <- unname(p)
  contrast <- function(name, value, slope, back) {
    half <- z * sqrt(drop(slope %*% V %*% slope))
    do.call(agrees, c(list(analysis), setNames(as.list(back(value + c(0, -half, half))), paste0(name, c("", "_low", "_high")))))
  }
  contrast("risk_difference", diff(p), c(-1, 1), identity)
  contrast("risk_ratio", diff(log(p)), c(-1, 1) / p, exp)
  contrast("odds_ratio", diff(qlogis(p)), c(-1, 1) / (p * (1 - p)), exp)
}
