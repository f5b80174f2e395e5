# ---- One effect within subgroups ----------------------------------------------------------------------

# The ratio of the first covariate of a model of coxph() or glm(), of all patients or of a subgroup.
# factor: its name where it has levels. finite: whether the packet has a finite estimate.
agrees_subgroup <- function(analysis, model, ratio, term = "", group = "Overall", factor = NULL,
                            profile = FALSE, finite = TRUE) {
  cox <- inherits(model, "coxph")
  agrees(analysis, term = term, group = group, n = if (cox) model$n else length(model$y),
         events = if (cox) model$nevent else sum(model$y))
  if (!finite) return(invisible())
  at <- if (cox) seq_along(coef(model)) else seq_along(coef(model))[-1]
  b <- coef(model)[at]; se <- sqrt(diag(vcov(model)))[at]
  limits <- if (profile) profile_limits(model)[at, , drop = FALSE] else cbind(b - qnorm(0.975) * se, b + qnorm(0.975) * se)
  levels <- if (is.null(factor)) "" else substring(names(b), nchar(factor) + 1)
  values <- list(exp(b), exp(limits[, 1]), exp(limits[, 2]), 2 * pnorm(-abs(b / se)))
  do.call(agrees, c(list(analysis, term = term, group = group, level = levels),
                    setNames(values, c(paste0(ratio, c("", "_low", "_high")), "p"))))
}

# The likelihood ratio of the models with and without the interaction.
agrees_interaction <- function(analysis, term, without, with) {
  value <- 2 * as.numeric(logLik(with) - logLik(without))
  df <- attr(logLik(with), "df") - attr(logLik(without), "df")
  do.call(agrees, c(list(analysis, term = term), chi_square("term_lr", value, df)))
}
