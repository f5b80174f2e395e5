# ---- Regression models ----------------------------------------------------------------------

# The rows of a model in the packet, in the order of its coefficients.
coefficients_of <- function(analysis, term = NULL) {
  here <- packet$analysis == analysis & packet$statistic == "coefficient" &
    !packet$term %in% c("(Intercept)", "(Threshold)")
  in_order(packet[here & (is.null(term) | packet$term %in% term), ])
}

# Products of factors: R lets the covariate that stands first in the formula vary fastest, the packet
# the second of the pair.
in_order <- function(rows) {
  for (one in unique(rows$term[grepl(" \u00d7 ", rows$level)])) {
    at <- which(rows$term == one)
    levels <- strsplit(rows$level[at], " \u00d7 ")
    place <- lapply(1:2, function(k) { v <- sapply(levels, `[`, k); match(v, unique(v)) })
    stands <- match(strsplit(one, " \u00d7 ")[[1]], unique(rows$term))
    if (stands[1] < stands[2]) place <- rev(place)
    rows[at, ] <- rows[at[order(place[[1]], place[[2]])], ]
  }
  rows
}

# Coefficients with standard errors, ratios and limits. `assign`: coefficients of each term.
agrees_ratios <- function(analysis, b, V, ratio, term = NULL, limits = NULL, assign = NULL) {
  rows <- coefficients_of(analysis, term)
  if (nrow(rows) != length(b)) return(agrees(analysis, term = rows$term, level = rows$level, coefficient = rep(NA, nrow(rows))))
  se <- sqrt(diag(V)); z <- b / se
  if (is.null(limits)) limits <- cbind(b - qnorm(0.975) * se, b + qnorm(0.975) * se)
  values <- setNames(list(exp(b), exp(limits[, 1]), exp(limits[, 2])), paste0(ratio, c("", "_low", "_high")))
  do.call(agrees, c(list(analysis, term = rows$term, level = rows$level, coefficient = b, se = se, z = z,
                         p = 2 * pnorm(-abs(z))), values))
  for (one in unique(rows$term)) {
    at <- which(rows$term == one)
    joint <- function(at) pchisq(drop(b[at] %*% solve(V[at, at, drop = FALSE], b[at])), length(at), lower.tail = FALSE)
    agrees(analysis, term = one, global_p = joint(at), interaction_p = joint(at),
           nonlinear_p = if (length(at) > 1) joint(at[-1]))
  }
  invisible()
}

# Patients and events of a model, and at each level of its factors.
agrees_patients <- function(analysis, d, event, terms, alone = FALSE) {
  about <- if (alone) terms else ""
  agrees(analysis, term = about, n = nrow(d), events = sum(event))
  for (name in names(terms)) if (is.factor(d[[name]])) {
    n <- table(d[[name]])
    agrees(analysis, term = terms[[name]], level = names(n), n = n,
           events = tapply(event, d[[name]], sum))
  }
}

chi_square <- function(name, value, df) if (length(value)) setNames(
  list(value, df, pchisq(value, df, lower.tail = FALSE)), paste0(name, c("_chi_square", "_df", "_p")))

# A model of coxph(); `term` names the covariate of a model of one.
agrees_cox <- function(analysis, model, term = "", checks = TRUE, ratio = "hazard_ratio") {
  one <- if (nzchar(term)) term
  terms <- unique(coefficients_of(analysis, one)$term)
  agrees_ratios(analysis, coef(model), vcov(model), ratio, one)
  df <- length(coef(model))
  lr <- 2 * diff(model$loglik)
  agrees(analysis, term = term, log_likelihood_null = model$loglik[1], log_likelihood = model$loglik[2])
  for (test in list(chi_square("wald", unname(model$wald.test), df), chi_square("lr", lr, df),
                    chi_square("score", unname(model$score), df),
                    chi_square("robust_score", unname(model$rscore), df)))
    if (length(test)) do.call(agrees, c(list(analysis, term = term), test))
  if (!checks) return(invisible())
  zph <- cox.zph(model, transform = "km")$table
  k <- nrow(zph) - (nrow(zph) > 1 || rownames(zph)[1] == "GLOBAL")
  agrees(analysis, term = terms[seq_len(k)], ph_chi_square = zph[seq_len(k), "chisq"],
         ph_df = zph[seq_len(k), "df"], ph_p = zph[seq_len(k), "p"])
  agrees(analysis, term = term, ph_global_chi_square = zph["GLOBAL", "chisq"],
         ph_global_df = zph["GLOBAL", "df"], ph_global_p = zph["GLOBAL", "p"])
  harrell <- concordance(model)
  se <- sqrt(harrell$var)
  agrees(analysis, term = term, concordance = harrell$concordance, concordance_se = se,
         concordance_low = harrell$concordance - qnorm(0.975) * se,
         concordance_high = harrell$concordance + qnorm(0.975) * se)
}

# A model of clogit(); a set tells something when its patients differ in the outcome.
agrees_conditional <- function(analysis, model, outcome, set, term = "") {
  agrees_cox(analysis, model, term, checks = FALSE, ratio = "odds_ratio")
  differs <- tapply(outcome, set, function(y) length(unique(y)) > 1)
  agrees(analysis, term = term, sets = length(differs), informative_sets = sum(differs))
  if (!nzchar(term)) return(agrees_terms(analysis, model))
  do.call(agrees, c(list(analysis, term = term), chi_square("term_lr", 2 * diff(model$loglik), length(coef(model)))))
}

# What a model loses without each of its terms.
agrees_terms <- function(analysis, model) {
  lost <- drop1(model, test = "Chisq")[-1, , drop = FALSE]
  lost <- lost[!grepl("^strata\\(", rownames(lost)), , drop = FALSE]
  rows <- packet[packet$analysis == analysis & packet$statistic == "term_lr_p", ]
  if (nrow(lost) != nrow(rows)) return(invisible())
  chisq <- lost[[grep("LRT", names(lost))]]
  agrees(analysis, term = rows$term, term_lr_chi_square = chisq, term_lr_df = lost$Df,
         term_lr_p = pchisq(chisq, lost$Df, lower.tail = FALSE))
}

# A restricted cubic spline as rms::rcs() has it.
spline <- function(x, knots) {
  k <- length(knots); last <- knots[k]; before <- knots[k - 1]
  cube <- function(t) pmax(x - t, 0)^3
  curved <- sapply(knots[1:(k - 2)], function(t)
    (cube(t) - cube(before) * (last - t) / (last - before) + cube(last) * (before - t) / (last - before)) /
      (last - knots[1])^2)
  cbind(x, matrix(curved, length(x)))
}

# The ratio along a spline against the median of the patients (rms::Predict): x as in the model.
agrees_spline_curve <- function(analysis, model, term, x, knots) {
  names <- names(coef(model))
  here <- which(grepl(deparse(substitute(knots)), names, fixed = TRUE) & !grepl(":", names, fixed = TRUE))
  b <- coef(model)[here]; V <- vcov(model)[here, here]
  at <- seq(min(x), max(x), length.out = 101); centre <- median(x)
  change <- sweep(spline(at, knots), 2, spline(centre, knots))
  log_ratio <- drop(change %*% b); half <- qnorm(0.975) * sqrt(rowSums((change %*% V) * change))
  ours <- packet[packet$analysis == analysis & packet$statistic == "ratio_at", ]
  joint <- function(k) pchisq(drop(b[k] %*% solve(V[k, k], b[k])), length(k), lower.tail = FALSE)
  agrees(analysis, term = term, reference_value = centre, global_p = joint(seq_along(b)),
         nonlinear_p = joint(seq_along(b)[-1]))
  agrees(analysis, term = term, level = seq_along(knots), knot = knots)
  if (nrow(ours) == length(at))
    agrees(analysis, term = term, level = ours$level, ratio_at = exp(log_ratio),
           ratio_at_low = exp(log_ratio - half), ratio_at_high = exp(log_ratio + half))
}
