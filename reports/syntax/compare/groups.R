# ---- Describing and comparing groups --------------------------------------------------------

each_group <- function(x, g = NULL)
  c(list(Overall = x), if (!is.null(g)) split(x, droplevels(as.factor(g))))

describe_numbers <- function(analysis, term, x, g = NULL, type = 7) {
  parts <- each_group(x, g)
  for (name in names(parts)) {
    known <- parts[[name]][!is.na(parts[[name]])]
    q <- quantile(known, c(0.25, 0.5, 0.75), type = type, names = FALSE)
    agrees(analysis, group = name, term = term, n = length(known),
           missing = sum(is.na(parts[[name]])), mean = if (length(known)) mean(known) else NA,
           sd = sd(known), q1 = q[1], median = q[2], q3 = q[3],
           min = if (length(known)) min(known) else NA, max = if (length(known)) max(known) else NA)
  }
  if (!is.null(g)) agrees_smd(analysis, term, x, g)
}

describe_levels <- function(analysis, term, x, g = NULL) {
  parts <- each_group(x, g)
  for (name in names(parts)) {
    counts <- table(parts[[name]])
    agrees(analysis, group = name, term = term, n = sum(counts),
           missing = sum(is.na(parts[[name]])))
    agrees(analysis, group = name, term = term, level = names(counts), count = counts,
           percent = 100 * counts / sum(counts))
  }
  if (!is.null(g)) agrees_smd(analysis, term, x, g)
}

# Standardised difference of the second from the first group (Yang and Dalton 2012).
standardised_difference <- function(x, g) {
  parts <- split(x, g, drop = TRUE)
  if (is.numeric(x)) {
    m <- sapply(parts, mean, na.rm = TRUE)
    return(unname((m[2] - m[1]) / sqrt(mean(sapply(parts, var, na.rm = TRUE)))))
  }
  distance_of_shares(sapply(parts, function(part) prop.table(table(part))))
}

distance_of_shares <- function(p) {
  p <- p[rowSums(p) > 0, , drop = FALSE][-1, , drop = FALSE]
  if (!nrow(p)) return(NA)
  if (nrow(p) == 1) return(unname((p[2] - p[1]) / sqrt(mean(p * (1 - p)))))
  S <- Reduce(`+`, lapply(1:2, function(j) (diag(p[, j]) - tcrossprod(p[, j])) / 2))
  d <- p[, 2] - p[, 1]
  # Groups that share no level are infinitely far apart.
  if (max(abs(S %*% MASS::ginv(S) %*% d - d)) > 1e-8) return(NA)
  sqrt(drop(d %*% MASS::ginv(S) %*% d))
}

agrees_smd <- function(analysis, term, x, g) {
  g <- droplevels(as.factor(g))
  if (nlevels(g) == 2) agrees(analysis, term = term, smd = standardised_difference(x, g))
  if (nlevels(g) < 3) return(invisible())
  every <- combn(levels(g), 2, function(two) abs(standardised_difference(x[g %in% two], g[g %in% two])))
  agrees(analysis, term = term, smd_largest = max(every), smd_mean = mean(every))
}

agrees_test <- function(analysis, term, test, group = "", level = "") {
  df <- unname(test$parameter)
  agrees(analysis, group = group, term = term, level = level, p = test$p.value,
         test_statistic = unname(test$statistic), df = df[1], df_denominator = df[2])
}

# A table without empty rows and columns, as the tests take it.
counts_of <- function(x, g) {
  counts <- table(x, g)
  counts[rowSums(counts) > 0, colSums(counts) > 0, drop = FALSE]
}

n_minus_1_chisq <- function(counts) {      # Campbell 2007
  test <- quiet(chisq.test(counts, correct = FALSE))
  test$statistic <- test$statistic * (1 - 1 / sum(counts))
  test$p.value <- pchisq(test$statistic, test$parameter, lower.tail = FALSE)
  test
}

likelihood_ratio_chisq <- function(counts) {
  test <- quiet(chisq.test(counts, correct = FALSE))
  test$statistic <- 2 * sum(ifelse(counts > 0, counts * log(counts / test$expected), 0))
  test$p.value <- pchisq(test$statistic, test$parameter, lower.tail = FALSE)
  test
}

# Scores 1, 2, 3 ... on both sides; Mantel's (N - 1) r^2, or N r^2 (Cochran and Armitage).
scored_chisq <- function(x, g, less) {
  known <- !is.na(x) & !is.na(g)
  value <- (sum(known) - less) * cor(as.integer(x)[known], as.integer(droplevels(g))[known])^2
  list(statistic = value, parameter = 1, p.value = pchisq(value, 1, lower.tail = FALSE))
}

# Normal approximation with the variance for ties, without continuity correction.
jonckheere <- function(x, g) {
  known <- !is.na(x) & !is.na(g)
  x <- as.numeric(x)[known]
  g <- as.integer(droplevels(g))[known]
  J <- sum(combn(sort(unique(g)), 2, function(two)
    sum(outer(x[g == two[1]], x[g == two[2]], function(a, b) (a < b) + (a == b) / 2))))
  n <- length(x); m <- table(g); t <- table(x)
  spread <- function(k) sum(k * (k - 1) * (2 * k + 5))
  pairs <- function(k) sum(k * (k - 1))
  triples <- function(k) sum(k * (k - 1) * (k - 2))
  v <- (spread(n) - spread(m) - spread(t)) / 72 +
    triples(m) * triples(t) / (36 * n * (n - 1) * (n - 2)) + pairs(m) * pairs(t) / (8 * n * (n - 1))
  z <- (J - (n^2 - sum(m^2)) / 4) / sqrt(v)
  list(statistic = J, p.value = 2 * pnorm(-abs(z)))
}

distribution_checks <- function(analysis, term, x, g = NULL) {
  parts <- if (is.null(g)) list(Overall = x) else split(x, droplevels(g))
  for (name in names(parts)) {
    known <- parts[[name]][!is.na(parts[[name]])]
    if (length(known) < 3 || length(known) > 5000 || var(known) == 0) next
    test <- shapiro.test(known)
    agrees(analysis, group = name, term = term, normality_w = test$statistic, normality_p = test$p.value)
  }
  if (is.null(g)) return(invisible())
  from <- function(centre) anova(lm(abs(x - ave(x, g, FUN = function(v) centre(v, na.rm = TRUE))) ~ g))
  levene <- from(mean); brown <- from(median)
  agrees(analysis, term = term, levene_f = levene[1, "F value"], levene_p = levene[1, "Pr(>F)"],
         brown_forsythe_f = brown[1, "F value"], brown_forsythe_p = brown[1, "Pr(>F)"])
}
