# ---- Proportional odds -----------------------------------------------------------------------

# Limits along the profile of the likelihood: of the model with v * x as an offset. confint(model)
# finds the same by interpolation.
ordinal_limits <- function(model) {
  frame <- model.frame(model)
  X <- model.matrix(delete.response(terms(model)), frame)[, -1, drop = FALSE]
  b <- model$beta; se <- sqrt(diag(vcov(model)))[names(b)]
  excess <- function(v, j) {
    d <- data.frame(y = model.response(frame), o = v * X[, j])
    others <- setdiff(seq_along(b), j)
    d[paste0("x", others)] <- X[, others]
    right <- c("offset(o)", paste0("x", others)[seq_along(others)])
    fit <- quiet(clm(reformulate(right, "y"), data = d, control = list(gradTol = 1e-10, maxIter = 200)))
    2 * as.numeric(logLik(model) - logLik(fit)) - qchisq(0.95, 1)
  }
  limit <- function(j, sign) {
    far <- b[j] + sign * 2 * se[j]
    while (excess(far, j) < 0) far <- far + sign * se[j]
    uniroot(excess, sort(c(b[j], far)), j = j, tol = 1e-10 * se[j])$root
  }
  t(sapply(seq_along(b), function(j) c(limit(j, -1), limit(j, 1))))
}

# A model of ordinal::clm(); MASS::polr() finds the same to four digits.
agrees_ordinal <- function(analysis, model, term = "", profile = TRUE) {
  b <- model$beta; V <- vcov(model)
  agrees_ratios(analysis, b, V[names(b), names(b), drop = FALSE], "odds_ratio",
                if (nzchar(term)) term, if (profile) ordinal_limits(model))
  y <- droplevels(model.response(model.frame(model)))
  levels <- levels(y); cuts <- seq_along(model$alpha); n <- length(y)
  agrees(analysis, term = "(Threshold)", level = paste(levels[cuts], "|", levels[cuts + 1]),
         coefficient = model$alpha, se = sqrt(diag(V))[cuts])
  agrees(analysis, term = term, n = n)
  agrees(analysis, group = levels, term = term, n = table(y))
  share <- table(y) / n; null <- sum(table(y) * log(share)); fitted <- as.numeric(logLik(model))
  cox_snell <- 1 - exp(2 * (null - fitted) / n)
  agrees(analysis, term = term, log_likelihood = fitted, log_likelihood_null = null,
         cox_snell = cox_snell, nagelkerke = cox_snell / (1 - exp(2 * null / n)),
         mcfadden = 1 - fitted / null)
  do.call(agrees, c(list(analysis, term = term), chi_square("lr", 2 * (fitted - null), length(b))))
}

# Whether odds are proportional: against slopes of their own at each threshold.
agrees_proportional_odds <- function(analysis, model) {
  terms <- attr(terms(model), "term.labels")
  cuts <- length(model$alpha)
  gain <- function(which, df) {
    own <- quiet(update(model, nominal = reformulate(which)))
    list(2 * as.numeric(logLik(own) - logLik(model)), df * (cuts - 1))
  }
  size <- table(attr(model.matrix(delete.response(terms(model)), model.frame(model)), "assign"))[-1]
  names <- unique(coefficients_of(analysis)$term)
  for (i in seq_along(terms)) {
    found <- gain(terms[i], size[[i]])
    do.call(agrees, c(list(analysis, term = names[i]), chi_square("po", found[[1]], found[[2]])))
  }
  found <- gain(terms, sum(size))
  do.call(agrees, c(list(analysis), chi_square("po_global", found[[1]], found[[2]])))
}
