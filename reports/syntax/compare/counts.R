# ---- Adverse events, and missing values -----------------------------------------------------------------

# Patients with an event of a grade or above: `x` is TRUE, FALSE or missing.
agrees_event <- function(analysis, term, level, x, g = NULL) {
  parts <- each_group(x, g)
  for (name in names(parts)) {
    known <- parts[[name]][!is.na(parts[[name]])]
    agrees(analysis, group = name, term = term, level = level, n = length(known),
           missing = length(parts[[name]]) - length(known), count = sum(known), percent = 100 * mean(known))
  }
}

# Of several events at least one: none is known only where all are.
any_of <- function(events) {
  together <- do.call(cbind, events)
  ifelse(rowSums(together, na.rm = TRUE) > 0, TRUE, ifelse(rowSums(is.na(together)) > 0, NA, FALSE))
}

# Missing values of each variable, by pattern, and of every two.
agrees_missing <- function(analysis, d, names) {
  known <- !is.na(d)
  agrees(analysis, n = nrow(d), complete = sum(complete.cases(d)), complete_percent = 100 * mean(complete.cases(d)))
  agrees(analysis, term = names, n = colSums(known), missing = colSums(!known), missing_percent = 100 * colMeans(!known))
  key <- apply(known, 1, function(row) paste(as.integer(row), collapse = ""))
  kinds <- data.frame(key = sort(unique(key)), stringsAsFactors = FALSE)
  kinds$n <- as.vector(table(key)[kinds$key])
  agrees(analysis, patterns = nrow(kinds))
  # Patterns are numbered by how frequent they are; those equally frequent may change places.
  ours <- packet[packet$analysis == analysis & packet$statistic == "pattern_known", ]
  named <- tapply(ours$value, factor(ours$group, unique(ours$group)), paste, collapse = "")
  for (i in seq_along(named)) {
    at <- match(named[[i]], kinds$key)
    agrees(analysis, group = names(named)[i], pattern_patients = kinds$n[at],
           pattern_missing = sum(strsplit(named[[i]], "")[[1]] == "0"))
    agrees(analysis, group = names(named)[i], term = names, pattern_known = if (is.na(at)) NA else
      as.integer(strsplit(kinds$key[at], "")[[1]]))
  }
  for (two in combn(ncol(d), 2, simplify = FALSE)) {
    a <- known[, two[1]]; b <- known[, two[2]]
    agrees(analysis, term = names[two[1]], level = names[two[2]], both_known = sum(a & b),
           only_first_known = sum(a & !b), only_second_known = sum(!a & b), both_missing = sum(!a & !b))
  }
}

# Little's test (1988) on columns of numbers; the normal model by EM.
agrees_little <- function(analysis, x) {
  x <- as.matrix(x); x <- scale(x[rowSums(!is.na(x)) > 0, , drop = FALSE])
  n <- nrow(x); p <- ncol(x); mu <- rep(0, p); S <- diag(p)
  at <- split(seq_len(n), apply(!is.na(x), 1, function(row) paste(as.integer(row), collapse = "")))
  seen <- lapply(at, function(i) which(!is.na(x[i[1], ])))
  for (k in 1:20000) {
    total <- numeric(p); square <- matrix(0, p, p)
    for (j in seq_along(at)) {
      o <- seen[[j]]; filled <- x[at[[j]], , drop = FALSE]; m <- setdiff(seq_len(p), o)
      if (length(m)) {
        B <- S[m, o, drop = FALSE] %*% solve(S[o, o])
        filled[, m] <- t(mu[m] + B %*% (t(filled[, o, drop = FALSE]) - mu[o]))
        square[m, m] <- square[m, m] + length(at[[j]]) * (S[m, m] - B %*% S[o, m])
      }
      total <- total + colSums(filled); square <- square + crossprod(filled)
    }
    before <- c(mu, S)
    mu <- total / n; S <- square / n - tcrossprod(mu)
    if (max(abs(c(mu, S) - before)) < 1e-12) break
  }
  S <- S * n / (n - 1); value <- 0; df <- -p
  for (j in seq_along(at)) {
    o <- seen[[j]]; r <- colMeans(x[at[[j]], o, drop = FALSE]) - mu[o]
    value <- value + length(at[[j]]) * sum(r * solve(S[o, o], r)); df <- df + length(o)
  }
  do.call(agrees, c(list(analysis), chi_square("mcar", value, df)))
}

# Levels without an order as columns of 0 and 1, against the first.
indicators <- function(x) {
  x <- droplevels(x)
  sapply(levels(x)[-1], function(level) as.integer(x == level))
}
