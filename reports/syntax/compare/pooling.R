# ---- Studies pooled ----------------------------------------------------------------------------------

to_scale <- function(x, scale) switch(scale, log = log(x), logit = qlogis(x), x)

# Effects as a reader knows them; n is the number of patients of each study.
from_scale <- function(scale) switch(scale,
  log = function(x, n) exp(x), logit = function(x, n) plogis(x), identity = function(x, n) x,
  "freeman-tukey" = function(x, n) transf.ipft.hm(x, targs = list(ni = n)))

# Effects and standard errors of printed estimates: from the interval, or from half of it where one
# limit lies at the end of the scale. What cannot be has no effect. fill: studies without an interval
# get the mean standard error of the others.
printed_studies <- function(estimate, low = NULL, high = NULL, se = NULL, scale = "log", level = 0.95,
                            fill = FALSE) {
  n <- length(estimate); none <- rep(NA_real_, n)
  low <- if (is.null(low)) none else low; high <- if (is.null(high)) none else high
  z <- qnorm((1 + level) / 2)
  y <- quiet(to_scale(estimate, scale)); a <- quiet(to_scale(low, scale)); b <- quiet(to_scale(high, scale))
  own <- if (is.null(se)) none else if (scale == "logit") se / (estimate * (1 - estimate)) else se
  half <- ifelse(is.finite(a), y - a, b - y) / z
  whole <- (b - a) / (2 * z)
  width <- ifelse(!is.finite(whole) & is.finite(half) & half > 0, half, whole)
  bottom <- if (scale == "identity") -Inf else 0; top <- if (scale == "logit") 1 else Inf
  both <- is.finite(low) & is.finite(high)
  possible <- !both | (low < high & low <= estimate & estimate <= high & bottom <= low & high <= top)
  from <- !is.finite(own) & is.finite(estimate) & !is.na(low) & !is.na(high) & possible
  sei <- ifelse(from, width, own); back <- from_scale(scale)
  filled <- fill & is.finite(y) & !is.finite(sei) & possible
  sei[filled] <- mean(sei, na.rm = TRUE)
  shown <- both & possible & level == 0.95
  data.frame(estimate, yi = y, sei, good = is.finite(y) & is.finite(sei) & sei > 0,
             low = ifelse(filled, NA, ifelse(shown, low, back(y - qnorm(0.975) * sei))),
             high = ifelse(filled, NA, ifelse(shown, high, back(y + qnorm(0.975) * sei))))
}

# Proportions: logits, a half added to studies with nobody or everybody; or double arcsines.
counted_studies <- function(events, n, scale = "logit") {
  good <- !is.na(events) & !is.na(n) & n > 0 & events <= n
  half <- ifelse(events == 0 | events == n, 0.5, 0)
  limits <- t(mapply(function(x, m, ok) if (ok) share_interval(x, m, "wilson") else c(NA, NA), events, n, good))
  found <- data.frame(estimate = events / n, yi = log((events + half) / (n - events + half)),
                      sei = sqrt(1 / (events + half) + 1 / (n - events + half)), good, low = limits[, 1], high = limits[, 2])
  if (scale == "freeman-tukey") {
    found$yi <- transf.pft(events / n, n); found$sei <- sqrt(1 / (4 * n + 2))
  }
  found
}

precise <- list(threshold = 1e-13, maxiter = 10000, tol = 1e-13)

# A function that pools studies with metafor::rma(); one study alone stands for itself.
pooling <- function(method, test) function(g, mods = ~ 1) {
  if (nrow(g) == 1) return(rma(yi, sei = sei, data = g, method = "FE"))
  quiet(rma(yi, sei = sei, mods = mods, data = g, method = method, test = test, control = precise))
}
common <- function(model) model$method %in% c("FE", "EE", "CE")

# A coefficient of a model that is a pooled effect, as the packet has it.
agrees_pooled <- function(analysis, model, back, n, prediction, ..., j = 1, heterogeneity = TRUE) {
  b <- as.vector(model$beta)[j]; se <- model$se[j]; df <- model$k - model$p
  t <- switch(prediction, z = qnorm(0.975), "t(k-1)" = quiet(qt(0.975, df)), quiet(qt(0.975, df - 1)))
  half <- if (common(model) || df < 1) NA else t * sqrt(se^2 + model$tau2)
  shown <- sapply(c(b, model$ci.lb[j], model$ci.ub[j], b - half, b + half), function(v) if (is.na(v)) NA else back(v, n))
  agrees(analysis, ..., estimate = shown[1], estimate_low = shown[2], estimate_high = shown[3],
         prediction = shown[1], prediction_low = shown[4], prediction_high = shown[5], effect = b,
         effect_low = model$ci.lb[j], effect_high = model$ci.ub[j], effect_se = se, studies = length(n),
         n = sum(n), test_statistic = model$zval[j], df = if (model$test == "z") NA else df, p = model$pval[j])
  if (heterogeneity) agrees_heterogeneity(analysis, model, ...)
}

agrees_heterogeneity <- function(analysis, model, ...) {
  if (model$k <= model$p) return(invisible())
  agrees(analysis, ..., q = model$QE, q_df = model$k - model$p, q_p = model$QEp, i2 = model$I2, h2 = model$H2)
  if (common(model)) return(invisible())
  limits <- quiet(confint(model, control = c(precise["tol"], maxiter = 10000, list(tau2.max = 1e5)))$random)
  # rma() stops just above a variance of 0.
  agrees(analysis, ..., tau2 = model$tau2, tau = if (model$tau2 < 1e-10 * min(model$vi)) 0 else sqrt(model$tau2))
  for (one in list(c("tau2", "tau^2"), c("tau", "tau"), c("i2", "I^2(%)"), c("h2", "H^2")))
    do.call(agrees, c(list(analysis, ...), setNames(as.list(limits[one[2], c("ci.lb", "ci.ub")]), paste0(one[1], c("_low", "_high")))))
}

# Each study, and averages weighted by patients; d from printed_studies() or counted_studies().
agrees_studies <- function(analysis, d, here, weights, n = NULL, events = NULL, by = NULL) {
  ours <- packet[packet$analysis == analysis & packet$term == "study" & packet$statistic == "effect", ]
  if (nrow(ours) == length(here))
    agrees(analysis, term = "study", level = ours$level, group = ours$group, estimate = d$estimate[here],
           estimate_low = d$low[here], estimate_high = d$high[here], effect = d$yi[here], effect_se = d$sei[here],
           weight = weights, n = n[here], events = events[here])
  if (is.null(n)) return(invisible())
  for (group in c("", levels(by))) {
    at <- which(!is.na(d$estimate) & !is.na(n) & if (group == "") TRUE else by %in% group)
    if (length(at)) agrees(analysis, term = "weighted average", group = group, n = sum(n[at]),
                           weighted_mean = weighted.mean(d$estimate[at], n[at]), studies = length(at))
  }
}

# Subgroups, each with a tau^2 of its own and compared by Cochran's Q; or with one in common.
agrees_pooled_groups <- function(analysis, fit, g, by, n, back, prediction, one_tau2 = FALSE) {
  by <- droplevels(by); g$by <- by
  if (one_tau2 && nrow(g) > nlevels(by) && nlevels(by) > 1) {
    model <- fit(g, ~ by - 1)
    for (j in seq_len(nlevels(by))) {
      agrees_pooled(analysis, model, back, n[by == levels(by)[j]], prediction, term = "pooled",
                    group = levels(by)[j], j = j, heterogeneity = FALSE)
      agrees(analysis, term = "pooled", group = levels(by)[j], tau2 = model$tau2)
    }
    return(agrees_moderators(analysis, fit(g, ~ by), "between subgroups"))
  }
  models <- lapply(split(g, by), fit)
  for (name in names(models))
    agrees_pooled(analysis, models[[name]], back, n[by == name], prediction, term = "pooled", group = name)
  b <- sapply(models, function(m) as.vector(m$beta)); w <- 1 / sapply(models, function(m) m$se)^2
  q <- sum(w * (b - sum(w * b) / sum(w))^2); df <- length(b) - 1
  agrees(analysis, term = "between subgroups", test_statistic = q, df = df, p = pchisq(q, df, lower.tail = FALSE))
}

agrees_without_each <- function(analysis, fit, g, n, back, prediction) {
  names <- unique(packet$level[packet$analysis == analysis])
  for (i in seq_along(names))
    agrees_pooled(analysis, fit(g[-i, ]), back, n[-i], prediction, term = "without", level = names[i])
}

agrees_moderators <- function(analysis, model, term = "")
  agrees(analysis, term = term, test_statistic = model$QM, df = model$m, p = model$QMp,
         df_denominator = if (model$test == "z") NULL else model$k - model$p)

# A regression on moderators of the studies; alone is the model of the same studies without them.
agrees_meta_regression <- function(analysis, model, alone) {
  rows <- packet[packet$analysis == analysis & packet$statistic == "coefficient", ]
  if (nrow(rows) == model$p)
    agrees(analysis, term = rows$term, level = rows$level, coefficient = as.vector(model$beta),
           coefficient_low = model$ci.lb, coefficient_high = model$ci.ub, se = model$se, test_statistic = model$zval,
           df = if (model$test == "z") NA else model$k - model$p, p = model$pval)
  agrees(analysis, studies = model$k)
  agrees_moderators(analysis, model)
  agrees_heterogeneity(analysis, model)
  agrees(analysis, r2 = if (alone$tau2 > 0) max(0, 100 * (1 - model$tau2 / alone$tau2)) else NA)
}

# Egger's regression of effects on their standard errors, or rma() with these as a moderator.
agrees_funnel <- function(analysis, fit, back) {
  egger <- inherits(fit, "lm")
  found <- if (egger) summary(fit)$coefficients else cbind(as.vector(fit$beta), fit$se)
  df <- if (egger) fit$df.residual else if (fit$test == "z") Inf else fit$k - fit$p
  b <- found[2, 1]; se <- found[2, 2]; t <- qt(0.975, df); at_zero <- found[1, 1] + c(0, -1, 1) * t * found[1, 2]
  agrees(analysis, term = "funnel asymmetry", coefficient = b, coefficient_low = b - t * se, coefficient_high = b + t * se,
         se = se, test_statistic = b / se, df = if (is.finite(df)) df else NA, p = 2 * pt(-abs(b / se), df),
         estimate = back(at_zero[1]), estimate_low = back(at_zero[2]),
         estimate_high = back(at_zero[3]))
}
