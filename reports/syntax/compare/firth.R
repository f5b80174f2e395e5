# ---- Firth's logistic regression -------------------------------------------------------------------

# The penalised likelihood at its highest, some coefficients being held; its penalty is that of the
# whole model (Heinze and Schemper 2002; logistf::logistf).
firth_fit <- function(X, y, held = rep(NA, ncol(X)), b = numeric(ncol(X))) {
  free <- is.na(held); b[!free] <- held[!free]
  at <- function(b) {
    p <- plogis(drop(X %*% b)); root <- sqrt(p * (1 - p)) * X; q <- qr(root, tol = 0)
    h <- rowSums(qr.Q(q)^2)
    list(value = sum(plogis((2 * y - 1) * drop(X %*% b), log.p = TRUE)) + sum(log(abs(diag(qr.R(q))))),
         score = crossprod(X, y - p + h * (0.5 - p))[, 1], I = crossprod(root))
  }
  now <- at(b)
  for (i in seq_len(200 * any(free))) {
    step <- replace(0 * b, free, drop(MASS::ginv(now$I[free, free], 1e-14) %*% now$score[free]))
    size <- min(1, 3 / max(abs(step)))
    while ((then <- at(b + size * step))$value < now$value - 1e-12 && size > 1e-8) size <- size / 2
    b <- b + size * step; now <- then
    if (max(abs(size * step)) < 1e-11) break
  }
  list(b = b, value = now$value)
}

# A model of brglm2: estimates and standard errors; tests and limits along the penalised likelihood.
agrees_firth <- function(analysis, model, term = "") {
  X <- model.matrix(model); y <- model$y; se <- sqrt(diag(vcov(model)))
  best <- firth_fit(X, y, b = coef(model)); b <- best$b
  loss <- function(which, values = 0) {
    held <- rep(NA, ncol(X)); held[which] <- values
    2 * (best$value - firth_fit(X, y, held, b)$value)
  }
  limit <- function(j, sign) {
    excess <- function(v) loss(j, v) - qchisq(0.95, 1)
    far <- b[j] + sign * 2 * se[j]
    while (excess(far) < 0) far <- far + sign * se[j]
    uniroot(excess, sort(c(b[j], far)), tol = 1e-11 * se[j], maxiter = 1000)$root
  }
  tail <- function(value, df) pchisq(value, df, lower.tail = FALSE)
  limits <- sapply(seq_along(b), function(j) c(limit(j, -1), limit(j, 1)))
  rows <- coefficients_of(analysis, if (nzchar(term)) term)
  agrees(analysis, term = c("(Intercept)", rows$term), level = c(term, rows$level), coefficient = b,
         se = se, z = b / se, p = sapply(seq_along(b), function(j) tail(loss(j), 1)), odds_ratio = exp(b),
         odds_ratio_low = exp(limits[1, ]), odds_ratio_high = exp(limits[2, ]))
  for (one in unique(rows$term)) {
    at <- which(rows$term == one)
    lost <- loss(at + 1)
    agrees(analysis, term = one, global_p = tail(lost, length(at)))
    do.call(agrees, c(list(analysis, term = one), chi_square("term_lr", lost, length(at))))
  }
  agrees(analysis, term = term, penalised_log_likelihood = best$value)
  do.call(agrees, c(list(analysis, term = term), chi_square("lr", loss(seq_along(b)[-1]), length(b) - 1)))
}
