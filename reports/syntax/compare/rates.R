# ---- Rates ----------------------------------------------------------------------------------

# Events per person-time; exact limits, ratios by the exact conditional test.
agrees_rates <- function(analysis, time, event, g = NULL, per = 100, entry = 0) {
  parts <- each_group(seq_along(time), g)
  z <- qnorm(0.975)
  x <- sapply(parts, function(at) sum(event[at])); T <- sapply(parts, function(at) sum((time - entry)[at]))
  for (name in names(parts)) {
    limits <- poisson.test(x[[name]], T[[name]])$conf.int * per
    agrees(analysis, group = name, n = length(parts[[name]]), events = x[[name]], person_time = T[[name]],
           rate = per * x[[name]] / T[[name]], rate_low = limits[1], rate_high = limits[2])
  }
  first <- names(parts)[2]
  for (name in names(parts)[-(1:2)]) {
    test <- poisson.test(x[c(name, first)], T[c(name, first)])
    print(test)
    agrees(analysis, group = name, level = first, term = "ratio", rate_ratio = test$estimate,
           rate_ratio_low = test$conf.int[1], rate_ratio_high = test$conf.int[2], p = test$p.value)
    difference <- x[[name]] / T[[name]] - x[[first]] / T[[first]]
    se <- sqrt(x[[name]] / T[[name]]^2 + x[[first]] / T[[first]]^2)
    agrees(analysis, group = name, level = first, term = "difference", rate_difference = per * difference,
           rate_difference_low = per * (difference - z * se), rate_difference_high = per * (difference + z * se),
           p = 2 * pnorm(-abs(difference / se)))
  }
}
