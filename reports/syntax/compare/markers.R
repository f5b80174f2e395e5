# ---- Markers and ROC curves -----------------------------------------------------------------

# Hanley and McNeil's standard error (1982), by counting or by their short formula.
hanley_mcneil <- function(curve, exponential = FALSE) {
  sign <- if (curve$direction == "<") 1 else -1
  cases <- sign * curve$cases; controls <- sign * curve$controls; a <- as.numeric(curve$auc)
  both <- function(one, two) mean(sapply(one, function(v)
    sum(two > v)^2 + sum(two > v) * sum(two == v) + sum(two == v)^2 / 3)) / length(two)^2
  q1 <- if (exponential) a / (2 - a) else both(controls, cases)
  q2 <- if (exponential) 2 * a^2 / (1 + a) else both(-cases, -controls)
  m <- length(cases); n <- length(controls)
  list(se = sqrt((a * (1 - a) + (m - 1) * (q1 - a^2) + (n - 1) * (q2 - a^2)) / (m * n)),
       chance = sqrt((m + n + 1) / (12 * m * n)))
}

agrees_area <- function(analysis, curve, interval = "delong") {
  a <- as.numeric(curve$auc)
  se <- chance <- if (interval == "delong") sqrt(pROC::var(curve)) else NA
  if (grepl("hanley", interval)) {
    both <- hanley_mcneil(curve, grepl("exponential", interval))
    se <- both$se; chance <- both$chance
  }
  agrees(analysis, n = length(curve$cases) + length(curve$controls), events = length(curve$cases),
         non_events = length(curve$controls), auc = a)
  if (interval != "bootstrap")
    agrees(analysis, auc_se = se, auc_low = max(0, a - qnorm(0.975) * se),
           auc_high = min(1, a + qnorm(0.975) * se), p = 2 * pnorm(-abs((a - 0.5) / chance)))
  # Points are named by their cut-off, which R prints in another way: they are compared in order.
  ours <- packet[packet$analysis == analysis & packet$statistic == "roc_sensitivity", ]
  order <- order(curve$sensitivities, -curve$specificities)
  if (nrow(ours) == length(order))
    agrees(analysis, level = ours$level, roc_sensitivity = curve$sensitivities[order],
           roc_specificity = curve$specificities[order])
}

# The cut-off of a rule; of equally good ones the most sensitive.
chosen_cutoff <- function(curve, rule, value = NA) {
  se <- curve$sensitivities; sp <- curve$specificities; near <- 1e-12
  good <- switch(rule, youden = se + sp, closest = -((1 - se)^2 + (1 - sp)^2),
                 sensitivity = ifelse(se >= value - near, sp, -Inf),
                 specificity = ifelse(sp >= value - near, se, -Inf))
  best <- which(good >= max(good) - near)
  curve$thresholds[best[which.max(se[best])]]
}

# A test at a cut-off: its 2 x 2 table, shares and likelihood ratios (Simel 1991). at: whether a
# value equal to the cut-off is positive.
agrees_cutoff <- function(analysis, curve, cutoff, level = "", interval = "wilson", at = FALSE) {
  high <- curve$direction == "<"
  positive <- function(x) (if (high) x > cutoff else x < cutoff) | (at & x == cutoff)
  tp <- sum(positive(curve$cases)); fn <- sum(!positive(curve$cases))
  fp <- sum(positive(curve$controls)); tn <- sum(!positive(curve$controls))
  agrees(analysis, level = level, cutoff = cutoff, true_positive = tp, false_positive = fp,
         true_negative = tn, false_negative = fn, youden = tp / (tp + fn) + tn / (tn + fp) - 1)
  share <- function(name, x, n) {
    limits <- share_interval(x, n, interval)
    do.call(agrees, c(list(analysis, level = level),
                      setNames(list(x / n, limits[1], limits[2]), paste0(name, c("", "_low", "_high")))))
  }
  share("sensitivity", tp, tp + fn); share("specificity", tn, tn + fp)
  share("ppv", tp, tp + fp); share("npv", tn, tn + fn); share("accuracy", tp + tn, tp + fp + tn + fn)
  ratio <- function(name, a, n, b, m) {
    value <- (a / n) / (b / m); half <- qnorm(0.975) * sqrt(1 / a - 1 / n + 1 / b - 1 / m)
    limits <- if (a > 0 && b > 0) value * exp(c(-half, half)) else c(NA, NA)
    do.call(agrees, c(list(analysis, level = level),
                      setNames(list(value, limits[1], limits[2]), paste0(name, c("", "_low", "_high")))))
  }
  ratio("lr_positive", tp, tp + fn, fp, fp + tn); ratio("lr_negative", fn, tp + fn, tn, fp + tn)
}

# An area with DeLong's error, and the difference of two, first less second.
area_numbers <- function(curve) {
  a <- as.numeric(curve$auc); se <- sqrt(pROC::var(curve)); z <- qnorm(0.975)
  list(auc = a, auc_se = se, auc_low = max(0, a - z * se), auc_high = min(1, a + z * se),
       p = 2 * pnorm(-abs((a - 0.5) / se)))
}

difference_numbers <- function(difference, se, df = Inf) {
  list(auc_difference = difference, auc_difference_se = se,
       auc_difference_low = difference - qt(0.975, df) * se,
       auc_difference_high = difference + qt(0.975, df) * se,
       test_statistic = difference / se, df = if (is.finite(df)) df,
       p = 2 * pt(-abs(difference / se), df))
}

# Whether several areas are all alike, from their covariance.
joint_test <- function(analysis, curves, S) {
  if (length(curves) < 3) return(invisible())
  L <- cbind(1, -diag(length(curves) - 1))
  d <- drop(L %*% sapply(curves, function(curve) as.numeric(curve$auc)))
  do.call(agrees, c(list(analysis), setNames(chi_square("all", drop(d %*% solve(L %*% S %*% t(L), d)), nrow(L)),
                                             c("chi_square", "df", "p"))))
}

# DeLong's test of every two areas in the same patients.
compare_areas <- function(analysis, outcome, markers, names, directions) {
  known <- complete.cases(markers) & !is.na(outcome)
  agrees(analysis, n = sum(known), events = sum(outcome[known]))
  # All turned the same way: pROC::cov() does not turn a curve of the other direction.
  turned <- ifelse(directions == "<", 1, -1)
  curves <- lapply(seq_along(names), function(i)
    roc(outcome[known], turned[i] * markers[known, i], levels = c(0, 1), direction = "<", quiet = TRUE))
  for (i in seq_along(names)) do.call(agrees, c(list(analysis, term = names[i]), area_numbers(curves[[i]])))
  joint_test(analysis, curves, outer(seq_along(names), seq_along(names), Vectorize(function(i, j)
    if (i == j) pROC::var(curves[[i]]) else pROC::cov(curves[[i]], curves[[j]]))))
  for (two in combn(seq_along(names), 2, simplify = FALSE)) {
    one <- curves[[two[1]]]; other <- curves[[two[2]]]
    quiet(print(roc.test(one, other, method = "delong", paired = TRUE)))
    se <- sqrt(pROC::var(one) + pROC::var(other) - 2 * pROC::cov(one, other))
    do.call(agrees, c(list(analysis, term = names[two[1]], level = names[two[2]]),
                      difference_numbers(as.numeric(one$auc) - as.numeric(other$auc), se)))
  }
}

# The area of one marker between groups of patients.
compare_groups_areas <- function(analysis, outcome, marker, group, direction) {
  known <- !is.na(outcome) & !is.na(marker) & !is.na(group)
  curves <- lapply(split(data.frame(outcome, marker)[known, ], group[known], drop = TRUE), function(part)
    roc(part$outcome, part$marker, levels = c(0, 1), direction = direction, quiet = TRUE))
  for (name in names(curves)) {
    curve <- curves[[name]]
    agrees(analysis, group = name, n = length(curve$cases) + length(curve$controls),
           events = length(curve$cases))
    do.call(agrees, c(list(analysis, group = name), area_numbers(curve)))
  }
  for (two in combn(names(curves), 2, simplify = FALSE)) {
    one <- curves[[two[1]]]; other <- curves[[two[2]]]
    test <- roc.test(one, other, method = "delong", paired = FALSE)
    quiet(print(test))
    do.call(agrees, c(list(analysis, group = two[1], level = two[2]),
                      difference_numbers(as.numeric(one$auc) - as.numeric(other$auc),
                                         sqrt(pROC::var(one) + pROC::var(other)), test$parameter)))
  }
}
