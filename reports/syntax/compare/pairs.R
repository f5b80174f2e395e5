# ---- The same patients twice, and matched pairs ---------------------------------------------------

# After less before, free of the noise of binary fractions: 0.3 - 0.1 is the same as 0.4 - 0.2.
change_of <- function(x, y) {
  largest <- max(abs(c(x, y)), 0)
  if (largest == 0) y - x else round(y - x, 11 - floor(log10(largest)))
}

# Stuart and Maxwell's test of a table before by after (coin::mh_test); of two levels McNemar's.
stuart_maxwell <- function(counts) {
  moved <- unclass(counts) - diag(diag(counts))
  d <- rowSums(moved) - colSums(moved)
  V <- diag(rowSums(moved) + colSums(moved)) - moved - t(moved)
  value <- drop(d %*% MASS::ginv(V, 1e-9) %*% d); df <- qr(V, tol = 1e-9)$rank
  list(statistic = value, parameter = df, p.value = pchisq(value, df, lower.tail = FALSE))
}

# Bowker's test; mcnemar.test() has none where two levels were exchanged by nobody.
bowker <- function(counts) {
  there <- counts[upper.tri(counts)]; back <- t(counts)[upper.tri(counts)]; k <- there + back > 0
  value <- sum((there[k] - back[k])^2 / (there[k] + back[k]))
  list(statistic = value, parameter = sum(k), p.value = pchisq(value, sum(k), lower.tail = FALSE))
}

# Zero differences ranked and then left out of the sum (Pratt; coin::wilcoxsign_test).
pratt <- function(d, correct) {
  r <- rank(abs(d)); v <- sum(r[d > 0]); away <- v - sum(r[d != 0]) / 2
  if (correct) away <- sign(away) * (abs(away) - 0.5)
  list(statistic = v, p.value = 2 * pnorm(-abs(away) / sqrt(sum(r[d != 0]^2) / 4)))
}

mcnemar <- function(counts, how) {
  if (how == "exact")
    return(list(p.value = binom.test(counts[1, 2], counts[1, 2] + counts[2, 1])$p.value))
  mcnemar.test(counts, correct = how == "continuity")
}

# A test of what was known twice: x before (or of the first patient of a pair), y after.
paired_test <- function(x, y, test, ranks = "exact when small", zeros = "dropped", counts = "exact") {
  number <- function(v) if (is.factor(v)) as.integer(v) else v
  d <- change_of(number(x), number(y))
  if (!length(d) || all(d == 0)) return(list(p.value = NA))
  switch(test,
    means = if (length(d) > 1 && var(d) > 0) t.test(y, x, paired = TRUE) else list(p.value = NA),
    ranks = if (zeros == "ranked" && any(d == 0)) pratt(d, ranks == "continuity") else
      quiet(wilcox.test(d, correct = ranks == "continuity", exact = if (ranks == "asymptotic") FALSE)),
    counts = if (nlevels(x) == 2) mcnemar(table(x, y), counts) else stuart_maxwell(table(x, y)),
    symmetry = bowker(table(x, y)))
}

# The second level after less before (Newcombe 1998, method 10, or Wald), of a table before by after.
paired_difference <- function(counts, method) {
  n <- sum(counts); b <- counts[1, 2]; c <- counts[2, 1]; d <- (b - c) / n
  if (method == "wald") {
    half <- if (b + c > 0) qnorm(0.975) * sqrt(b + c - (b - c)^2 / n) / n else NA
    return(c(d, max(-1, d - half), min(1, d + half)))
  }
  x <- c(c, b) + counts[2, 2]; p <- x / n
  w <- sapply(x, function(x) share_interval(x, n, "wilson"))
  above <- counts[1, 1] * counts[2, 2] - b * c
  if (above > 0) above <- max(above - n / 2, 0)
  margins <- prod(rowSums(counts), colSums(counts))
  phi <- if (margins > 0) above / sqrt(margins) else 0
  side <- function(u, v) sqrt(max(0, u^2 + v^2 - 2 * phi * u * v))
  c(d, d - side(p[2] - w[1, 2], w[2, 1] - p[1]), d + side(w[2, 2] - p[2], p[1] - w[1, 1]))
}

# Where a column or its groups are known; the parts of them.
known_parts <- function(known, g) {
  if (is.null(g)) return(list(Overall = which(known)))
  known <- known & !is.na(g)
  c(list(Overall = which(known)), split(which(known), droplevels(g[known])))
}

# A change within patients, of all and of each group; ... goes to paired_test().
agrees_paired <- function(analysis, before, after, g = NULL, test = "", type = 7,
                          difference = "newcombe", ...) {
  parts <- known_parts(!is.na(before) & !is.na(after), g)
  for (name in names(parts)) {
    x <- before[parts[[name]]]; y <- after[parts[[name]]]
    say <- function(...) agrees(analysis, group = name, ...)
    step <- if (is.factor(x)) as.integer(y) - as.integer(x) else change_of(x, y)
    say(n = length(x), higher = sum(step > 0), lower = sum(step < 0), unchanged = sum(step == 0),
        changed = sum(step != 0))
    if (is.factor(x)) levels_twice(analysis, name, x, y, difference)
    else for (term in c("before", "after", "change")) {
      v <- list(before = x, after = y, change = y - x)[[term]]
      q <- quantile(v, c(0.25, 0.5, 0.75), type = type, names = FALSE)
      say(term = term, mean = mean(v), sd = sd(v), q1 = q[1], median = q[2], q3 = q[3], min = min(v), max = max(v))
      half <- qt(0.975, length(v) - 1) * sd(v) / sqrt(length(v))
      if (term == "change") say(term = term, mean_low = mean(v) - half, mean_high = mean(v) + half)
    }
    found <- if (nzchar(test)) paired_test(x, y, test, ...) else list(p.value = NA)
    if (inherits(found, "htest")) print(found)
    agrees_test(analysis, "", found, group = name)
  }
}

levels_twice <- function(analysis, group, x, y, difference) {
  for (term in c("before", "after")) {
    counts <- table(if (term == "before") x else y)
    agrees(analysis, group = group, term = term, level = names(counts), count = counts,
           percent = 100 * counts / sum(counts))
  }
  if (nlevels(x) != 2) return(invisible())
  d <- paired_difference(table(x, y), difference)
  agrees(analysis, group = group, term = "change", level = levels(x)[2], risk_difference = d[1],
         risk_difference_low = d[2], risk_difference_high = d[3])
}

# A scale before by after, and who improved; `better` is 1 where higher is better, else -1.
agrees_transition <- function(analysis, before, after, g = NULL, better = 1, between = NULL,
                              interval = "wilson", difference = "newcombe", ...) {
  if (!is.factor(before)) {
    values <- sort(unique(c(before, after)))
    before <- factor(before, values, sprintf("%.12g", values))
    after <- factor(after, values, sprintf("%.12g", values))
  } else values <- seq_along(levels(before))
  parts <- known_parts(!is.na(before) & !is.na(after), g)
  fates <- c("improved", "unchanged", "worse")
  steps <- change_of(values[before], values[after]) * better
  fate <- factor(ifelse(steps > 0, "improved", ifelse(steps < 0, "worse", "unchanged")), fates)
  for (name in names(parts)) {
    at <- parts[[name]]; x <- before[at]; y <- after[at]
    moves <- as.data.frame(table(x, y), stringsAsFactors = FALSE)
    agrees(analysis, group = name, n = length(at))
    agrees(analysis, group = name, term = moves$x, level = moves$y, moves = moves$Freq)
    levels_twice(analysis, name, x, y, difference)
    counts <- table(fate[at])
    agrees(analysis, group = name, term = "change", level = fates, count = counts, percent = 100 * counts / length(at))
    limits <- share_interval(counts[["improved"]], length(at), interval)
    agrees(analysis, group = name, term = "change", level = "improved", proportion = counts[["improved"]] / length(at),
           proportion_low = limits[1], proportion_high = limits[2])
    two <- nlevels(x) == 2
    test <- paired_test(if (two) x else values[x], if (two) y else values[y], if (two) "counts" else "ranks", ...)
    agrees_test(analysis, "change", test, group = name)
  }
  if (is.null(g)) return(invisible())
  at <- parts[["Overall"]]
  if (!is.null(between)) agrees_test(analysis, "change", quiet(between(fate[at], steps[at], droplevels(g[at]))))
  if (length(parts) != 3) return(invisible())
  n <- lengths(parts[2:3])
  d <- share_difference(sapply(parts[2:3], function(at) sum(fate[at] == "improved")), n, difference)
  agrees(analysis, term = "change", level = "improved", risk_difference = d[1], risk_difference_low = d[2],
         risk_difference_high = d[3])
}

# The rows of the two patients of each complete pair: of the first group, and of the second.
pairs_of <- function(set, g) {
  whole <- tapply(seq_along(set), set, function(at) length(at) == 2 && length(unique(g[at])) == 2)
  inside <- which(set %in% names(whole)[whole])
  inside <- inside[order(set[inside], g[inside])]
  matrix(inside, ncol = 2, byrow = TRUE)
}

agrees_within_pairs <- function(analysis, term, x, pairs, test, ...) {
  one <- x[pairs[, 1]]; other <- x[pairs[, 2]]; known <- !is.na(one) & !is.na(other)
  agrees_test(analysis, term, paired_test(one[known], other[known], test, ...))
}

# Shares with an outcome in two groups of pairs; ratio by the log scale, odds of those that differ.
agrees_matched_shares <- function(analysis, y, g, set, counts = "exact", difference = "newcombe") {
  g <- droplevels(g); pairs <- pairs_of(set, g)
  pairs <- pairs[complete.cases(y[pairs[, 1]], y[pairs[, 2]]), , drop = FALSE]
  x <- factor(y[pairs[, 1]], c(FALSE, TRUE)); z <- factor(y[pairs[, 2]], c(FALSE, TRUE))
  table <- table(x, z); n <- sum(table)
  a <- table[2, 2]; b <- table[2, 1]; c <- table[1, 2]
  events <- c(a + b, a + c)
  limits <- sapply(events, share_interval, n, "wilson")
  agrees(analysis, group = levels(g), n = n, events = events, proportion = events / n,
         proportion_low = limits[1, ], proportion_high = limits[2, ])
  agrees(analysis, pairs = n, both_events = a, first_only = b, second_only = c, neither_event = table[1, 1])
  agrees_test(analysis, "", mcnemar(table, counts))
  d <- paired_difference(table, difference)
  half <- exp(qnorm(0.975) * sqrt((b + c) / prod(events)))
  odds <- binom.test(c, b + c)$conf.int; odds <- c(c / b, odds / (1 - odds))
  agrees(analysis, risk_difference = d[1], risk_difference_low = d[2], risk_difference_high = d[3],
         risk_ratio = events[2] / events[1], risk_ratio_low = events[2] / events[1] / half,
         risk_ratio_high = events[2] / events[1] * half, conditional_odds_ratio = odds[1],
         conditional_odds_ratio_low = odds[2], conditional_odds_ratio_high = odds[3])
}
