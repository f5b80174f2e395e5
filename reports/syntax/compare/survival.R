# ---- Survival curves ------------------------------------------------------------------------

# The time by which a share p has had the event; `first` where R would take the middle of a
# stretch on which the curve runs flat at that level.
survival_quantile <- function(fit, p, flat, symmetric = FALSE) {
  first <- function(curve) {
    here <- which(curve <= 1 - p + sqrt(.Machine$double.eps))
    if (length(here)) fit$time[here[1]] else NA
  }
  found <- if (flat == "midpoint") unlist(quantile(fit, p)) else
    c(first(fit$surv), first(fit$lower), first(fit$upper))
  if (!symmetric) return(found)
  half <- qnorm(0.975) * quantile_error(fit, p)
  c(found[1], pmax(found[1] - half, 0), found[1] + half)
}

# SPSS's standard error of a quantile: that of S(t) over a density taken from the last event with
# S(t) 5% above the level and the first 5% below it.
quantile_error <- function(fit, p) {
  at <- fit$n.event > 0; S <- fit$surv[at]; t <- fit$time[at]; near <- sqrt(.Machine$double.eps)
  above <- which(S >= 1 - p + 0.05 - near); below <- which(S <= 1 - p - 0.05 + near)
  here <- which(S <= 1 - p + near)[1]
  if (!length(above) || !length(below) || S[here] == 0) return(NA)
  above <- max(above); below <- min(below)
  S[here] * fit$std.err[at][here] * (t[below] - t[above]) / (S[above] - S[below])
}

curve_at <- function(fit, times) {
  s <- summary(fit, times = times, extend = TRUE)
  beyond <- times > max(fit$time) & min(fit$surv) > 0
  lapply(s[c("surv", "lower", "upper", "std.err")], function(v) ifelse(beyond, NA, v))
}

# A curve of survfit(), and its reverse, against the packet. Weighted patients are counted as they
# are: `counts` is their curve without weights.
agrees_survival <- function(analysis, group, fit, reverse, times = NULL, risk_times = NULL,
                            quantiles = NULL, flat = "midpoint", symmetric = FALSE, counts = fit, late = FALSE) {
  events <- sum(counts$n.event)
  agrees(analysis, group = group, n = sum(counts$n), events = events, censored = sum(counts$n) - events)
  limits <- function(name, values) setNames(as.list(values), paste0(name, c("", "_low", "_high")))
  say <- function(values, ...) do.call(agrees, c(list(analysis, group = group, ...), values))
  say(limits("median", survival_quantile(fit, 0.5, flat, symmetric)))
  say(limits("median_follow_up", survival_quantile(reverse, 0.5, flat, symmetric)))
  for (p in quantiles)
    say(limits("quantile", survival_quantile(fit, p, flat, symmetric)), level = sprintf("%g%%", 100 * p))
  if (symmetric) {
    table <- summary(fit, rmean = "individual")$table
    mean <- table[["rmean"]]; se <- table[["se(rmean)"]]
    agrees(analysis, group = group, mean_survival = mean, mean_survival_se = se,
           mean_survival_low = mean - qnorm(0.975) * se, mean_survival_high = mean + qnorm(0.975) * se)
  }
  if (length(times)) {
    s <- curve_at(fit, times)
    agrees(analysis, group = group, time = times, survival = s$surv, survival_low = s$lower,
           survival_high = s$upper)
  }
  for (t in risk_times) {
    before <- counts$time < t
    agrees(analysis, group = group, time = t,
           at_risk = if (late) NULL else sum((counts$n.event + counts$n.censor)[!before]),
           events_to_date = sum(counts$n.event[counts$time <= t]),
           censored_to_date = sum(counts$n.censor[before]))
  }
  agrees(analysis, group = group, time = fit$time, curve = fit$surv, curve_low = fit$lower,
         curve_high = fit$upper, curve_censored = fit$n.censor,
         curve_at_risk = if (!late) counts$n.risk)
}

# The curves of all patients and of each group.
agrees_curves <- function(analysis, all, reverse_all, by = NULL, reverse_by = NULL, ...,
                          counts_all = all, counts_by = by) {
  agrees_survival(analysis, "Overall", all, reverse_all, ..., counts = counts_all)
  if (is.null(by)) return(invisible())
  for (i in seq_along(by$strata))
    agrees_survival(analysis, sub("^[^=]*=", "", names(by$strata)[i]), by[i], reverse_by[i], ...,
                    counts = counts_by[i])
}

# Differences of S(t) from the first group, plain scale.
agrees_differences <- function(analysis, by, times) {
  groups <- sub("^[^=]*=", "", names(by$strata))
  at <- lapply(seq_along(groups), function(i) curve_at(by[i], times))
  for (i in seq_along(groups)[-1]) {
    difference <- at[[i]]$surv - at[[1]]$surv
    se <- sqrt(at[[i]]$std.err^2 + at[[1]]$std.err^2)
    agrees(analysis, group = groups[i], level = groups[1], time = times,
           survival_difference = difference,
           survival_difference_low = difference - qnorm(0.975) * se,
           survival_difference_high = difference + qnorm(0.975) * se,
           p = 2 * pnorm(-abs(difference / se)))
  }
}

# Restricted means up to tau, with differences and ratios (as survRM2::rmst2 has them).
agrees_rmst <- function(analysis, all, by = NULL, tau = NULL) {
  fits <- c(list(Overall = all), if (!is.null(by))
    setNames(lapply(seq_along(by$strata), function(i) by[i]), sub("^[^=]*=", "", names(by$strata))))
  if (is.null(tau)) tau <- min(sapply(if (is.null(by)) fits else fits[-1], function(f) max(f$time)))
  agrees(analysis, horizon = tau)
  z <- qnorm(0.975)
  means <- sapply(fits, function(f) {
    table <- summary(f, rmean = tau)$table
    c(table[["rmean"]], table[["se(rmean)"]])
  })
  for (name in names(fits))
    agrees(analysis, group = name, n = sum(fits[[name]]$n), events = sum(fits[[name]]$n.event),
           rmst = means[1, name], rmst_se = means[2, name], rmst_low = means[1, name] - z * means[2, name],
           rmst_high = means[1, name] + z * means[2, name])
  first <- names(fits)[2]
  for (name in names(fits)[-(1:2)]) {
    difference <- means[1, name] - means[1, first]; se <- sqrt(sum(means[2, c(name, first)]^2))
    agrees(analysis, group = name, level = first, term = "difference", rmst_difference = difference,
           rmst_difference_low = difference - z * se, rmst_difference_high = difference + z * se,
           p = 2 * pnorm(-abs(difference / se)))
    log_ratio <- log(means[1, name] / means[1, first])
    se <- sqrt(sum((means[2, c(name, first)] / means[1, c(name, first)])^2))
    agrees(analysis, group = name, level = first, term = "ratio", rmst_ratio = exp(log_ratio),
           rmst_ratio_low = exp(log_ratio - z * se), rmst_ratio_high = exp(log_ratio + z * se),
           p = 2 * pnorm(-abs(log_ratio / se)))
  }
}

# Patients at risk just before a time, where they came under observation late.
agrees_late_entry <- function(analysis, entry, time, g = NULL) {
  parts <- each_group(seq_along(time), g)
  for (name in names(parts)) for (statistic in c("at_risk", "curve_at_risk")) {
    at <- packet$time[packet$analysis == analysis & packet$group == name & packet$statistic == statistic]
    here <- parts[[name]]
    # Those who entered at 0 are at risk from there on.
    found <- sapply(at, function(t) sum((entry[here] < t | entry[here] == 0) & time[here] >= t))
    do.call(agrees, c(list(analysis, group = name, time = at), setNames(list(found), statistic)))
  }
}

# Survival that a Cox model predicts for one patient: at times, and along the events.
agrees_predicted <- function(analysis, group, model, new, times, events, scale) {
  fit <- survfit(model, newdata = new, conf.type = scale)
  at <- curve_at(fit, times); along <- curve_at(fit, events)
  agrees(analysis, group = group, time = times, survival = at$surv, survival_se = at$std.err,
         survival_low = at$lower, survival_high = at$upper)
  agrees(analysis, group = group, time = events, curve = along$surv, curve_low = along$lower,
         curve_high = along$upper)
}
