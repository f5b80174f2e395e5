# ---- Every two groups compared --------------------------------------------------------------

# Every two groups by a test of two groups, adjusted for the number of pairs.
every_two_groups <- function(analysis, term, x, g, test, method) {
  g <- droplevels(g)
  pairs <- combn(levels(g), 2, simplify = FALSE)
  tests <- lapply(pairs, function(two) {
    here <- g %in% two
    quiet(test(x[here], factor(g[here], levels = two)))
  })
  p <- sapply(tests, function(test) test$p.value)
  adjusted <- p.adjust(p, method)
  for (i in seq_along(pairs)) {
    agrees_test(analysis, term, tests[[i]], pairs[[i]][1], pairs[[i]][2])
    agrees(analysis, group = pairs[[i]][1], term = term, level = pairs[[i]][2], p_adjusted = adjusted[i])
  }
}

tukey_of <- function(analysis, term, x, g) {
  g <- droplevels(g)
  model <- aov(x ~ g)
  table <- TukeyHSD(model)$g
  pairs <- combn(levels(g), 2)
  m <- tapply(x, g, mean, na.rm = TRUE); n <- tapply(!is.na(x), g, sum)
  error <- deviance(model) / df.residual(model)
  se <- sqrt(error / 2 * (1 / n[pairs[1, ]] + 1 / n[pairs[2, ]]))
  agrees(analysis, group = pairs[1, ], term = term, level = pairs[2, ],
         test_statistic = (m[pairs[2, ]] - m[pairs[1, ]]) / se, df = df.residual(model),
         p_adjusted = table[, "p adj"], mean_difference = table[, "diff"],
         mean_difference_low = table[, "lwr"], mean_difference_high = table[, "upr"])
}

dunn_of <- function(analysis, term, x, g, method) {
  known <- !is.na(x) & !is.na(g)
  x <- as.numeric(x)[known]; g <- droplevels(g[known])
  n <- length(x); t <- table(x)
  variance <- (n * (n + 1) - sum(t^3 - t) / (n - 1)) / 12
  m <- tapply(rank(x), g, mean); k <- table(g)
  pairs <- combn(levels(g), 2)
  z <- (m[pairs[2, ]] - m[pairs[1, ]]) / sqrt(variance * (1 / k[pairs[1, ]] + 1 / k[pairs[2, ]]))
  p <- 2 * pnorm(-abs(z))
  agrees(analysis, group = pairs[1, ], term = term, level = pairs[2, ], test_statistic = z, p = p,
         p_adjusted = p.adjust(p, method))
}
