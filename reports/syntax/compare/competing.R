# ---- Competing risks --------------------------------------------------------------------------

# The cumulative incidence of one cause (1 the event, 2 the competing one) from survfit(Surv(time,
# factor(status, 0:2)) ~ ...), and the follow-up from survfit(Surv(time, status == 0) ~ ...).
agrees_one_incidence <- function(analysis, group, fit, reverse, cause, times, risk_times, flat,
                                 symmetric) {
  n <- fit$n[[1]]; own <- fit$n.event[, cause + 1]; other <- fit$n.event[, 4 - cause]
  agrees(analysis, group = group, n = n, events = sum(own), competing_events = sum(other),
         censored = n - sum(own) - sum(other))
  q <- survival_quantile(reverse, 0.5, flat, symmetric)
  agrees(analysis, group = group, median_follow_up = q[1], median_follow_up_low = q[2],
         median_follow_up_high = q[3])
  F <- fit$pstate[, cause + 1]
  # Where F is 0 it has no limits.
  low <- ifelse(F > 0, fit$lower[, cause + 1], NA); high <- ifelse(F > 0, fit$upper[, cause + 1], NA)
  agrees(analysis, group = group, time = fit$time, incidence_curve = F, incidence_curve_low = low,
         incidence_curve_high = high)
  last <- length(fit$time)
  for (t in times) {
    i <- findInterval(t, fit$time)
    beyond <- t > fit$time[last] && fit$pstate[last, 1] > 0
    at <- function(v, before) if (beyond) NA else if (i == 0) before else v[i]
    agrees(analysis, group = group, time = t, cumulative_incidence = at(F, 0),
           cumulative_incidence_low = at(low, NA), cumulative_incidence_high = at(high, NA),
           cumulative_incidence_se = at(fit$std.err[, cause + 1], 0))
  }
  gone <- own + other + fit$n.censor
  for (t in risk_times)
    agrees(analysis, group = group, time = t, at_risk = n - sum(gone[fit$time < t]),
           events_to_date = sum(own[fit$time <= t]), competing_to_date = sum(other[fit$time <= t]),
           censored_to_date = sum(fit$n.censor[fit$time < t]))
}

agrees_incidence <- function(analysis, cause, all, reverse_all, by = NULL, reverse_by = NULL,
                             times = NULL, risk_times = NULL, flat = "midpoint", symmetric = FALSE) {
  agrees_one_incidence(analysis, "Overall", all, reverse_all, cause, times, risk_times, flat, symmetric)
  if (is.null(by)) return(invisible())
  for (i in seq_along(by$strata))
    agrees_one_incidence(analysis, sub("^[^=]*=", "", names(by$strata)[i]), by[i, ], reverse_by[i],
                         cause, times, risk_times, flat, symmetric)
}

# Gray's test from cmprsk::cuminc(); its own p-value is 1 - pchisq(), which loses digits.
agrees_gray <- function(analysis, test, cause, group, status) {
  found <- test$Tests[cause, ]
  agrees(analysis, chi_square = found[["stat"]], df = found[["df"]],
         p = pchisq(found[["stat"]], found[["df"]], lower.tail = FALSE))
  seen <- tapply(status == cause, droplevels(group), sum)
  agrees(analysis, group = names(seen), observed = seen)
}

# A model of cmprsk::crr().
agrees_fine_gray <- function(analysis, model, status, term = "") {
  b <- model$coef
  agrees_ratios(analysis, b, model$var, "subdistribution_hazard_ratio", if (nzchar(term)) term)
  agrees(analysis, term = term, competing_events = sum(status == 2), log_likelihood = model$loglik,
         log_likelihood_null = model$loglik.null)
  wald <- drop(b %*% solve(model$var, b))
  do.call(agrees, c(list(analysis, term = term), chi_square("wald", wald, length(b))))
}
