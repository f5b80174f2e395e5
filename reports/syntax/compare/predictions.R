# ---- Markers of survival, and predicted risks ---------------------------------------------------

limited <- function(name, value, se, null = 0, within = c(-Inf, Inf)) {
  half <- qnorm(0.975) * se
  found <- list(value, max(within[1], value - half), min(within[2], value + half), 2 * pnorm(-abs((value - null) / se)))
  setNames(found, c(paste0(name, c("", "_low", "_high")), "p"))
}

# The curve at a time: what happened by then weighs by the chance of being uncensored just before.
agrees_time_curve <- function(analysis, time, status, marker, t) {
  at <- sort(unique(time[status == 0]))
  stay <- sapply(at, function(s) 1 - sum(time == s & status == 0) / (sum(time >= s) - sum(time == s & status != 0)))
  G <- function(s, late) prod(stay[if (late) at <= s else at < s])
  weight <- ifelse(time <= t, 1 / sapply(time, G, late = FALSE), 1 / G(t, TRUE))
  cases <- ifelse(time <= t & status == 1, weight, 0)
  controls <- ifelse(time > t | status == 2, weight, 0)
  cuts <- sort(unique(marker), decreasing = TRUE)
  rise <- function(w) c(0, cumsum(sapply(cuts, function(v) sum(w[marker == v]))) / sum(w))
  ours <- packet[packet$analysis == analysis & packet$statistic == "roc_sensitivity" & packet$time %in% t, ]
  if (nrow(ours) == length(cuts) + 1)
    agrees(analysis, level = ours$level, time = t, roc_sensitivity = rise(cases), roc_specificity = 1 - rise(controls))
}

# Areas at times by riskRegression::Score(), high values of each marker speaking for the event.
# Its differences are those of the second less the first.
agrees_time_areas <- function(analysis, time, status, markers, times, terms = "", curves = TRUE) {
  known <- !is.na(time) & complete.cases(as.data.frame(markers))
  time <- time[known]; status <- status[known]; markers <- lapply(markers, function(v) v[known])
  agrees(analysis, n = length(time), events = sum(status == 1))
  score <- quiet(Score(markers, Hist(time, status) ~ 1, data = data.frame(time, status),
                       metrics = "auc", times = times, cause = 1, conf.int = TRUE, conservative = FALSE,
                       cens.model = "km", null.model = FALSE))
  print(score)
  areas <- as.data.frame(score$AUC$score); pairs <- as.data.frame(score$AUC$contrasts)
  for (t in times) for (i in seq_along(markers)) {
    one <- areas[areas$model == names(markers)[i] & areas$times == t, ]
    say <- function(...) agrees(analysis, term = terms[i], time = t, ...)
    say(events_to_date = sum(status == 1 & time <= t), censored_to_date = sum(status == 0 & time <= t),
        competing_to_date = sum(status == 2 & time <= t), at_risk = sum(time > t), auc_se = one$se)
    do.call(say, limited("auc", one$AUC, one$se, 0.5, 0:1))
    if (curves) agrees_time_curve(analysis, time, status, markers[[i]], t)
  }
  for (k in seq_len(nrow(pairs))) {
    one <- pairs[k, ]
    at <- match(c(one$reference, one$model), names(markers))
    say <- function(...) agrees(analysis, term = terms[at[1]], level = terms[at[2]], time = one$times, ...)
    say(test_statistic = -one$delta.AUC / one$se)
    do.call(say, limited("auc_difference", -one$delta.AUC, one$se, 0, c(-1, 1)))
  }
}

# The cut of maxstat::maxstat.test(), midway to the next value; the statistic at every cut.
agrees_survival_cutoff <- function(analysis, test, time, event, marker, minprop) {
  values <- sort(unique(marker)); n <- length(marker)
  below <- unname(test$estimate); cut <- mean(c(below, min(values[values > below + 1e-12])))
  largest <- unname(test$statistic)
  agrees(analysis, n = n, events = sum(event), cutoff = cut, test_statistic = largest,
         p = if (!is.na(test$p.value)) unname(test$p.value), p_uncorrected = 2 * pnorm(-largest))
  agrees(analysis, group = c("below", "above"), n = c(sum(marker < cut), sum(marker >= cut)),
         events = c(sum(event[marker < cut]), sum(event[marker >= cut])))
  scores <- exactRankTests::cscores(Surv(time, event), type = "LogRank")
  m <- sapply(values[-length(values)], function(v) sum(marker <= v))
  cuts <- values[-length(values)][m >= max(1, floor(n * minprop)) & m <= floor(n * (1 - minprop))]
  statistic <- sapply(cuts, function(v) {
    m <- sum(marker <= v)
    (m * mean(scores) - sum(scores[marker <= v])) / sqrt(m * (n - m) / n * var(scores))
  })
  ours <- packet[packet$analysis == analysis & packet$statistic == "maxstat", ]
  if (nrow(ours) == length(cuts)) agrees(analysis, level = ours$level, maxstat = statistic)
}

# Net benefit at thresholds: true positives less false ones at the odds of the threshold, each as a
# share of all patients; as a mean of what each patient adds to it, it has the limits of a mean.
agrees_net_benefit <- function(analysis, outcome, risks, thresholds) {
  n <- length(outcome); level <- sprintf("%g", thresholds); odds <- thresholds / (1 - thresholds)
  agrees(analysis, n = n, events = sum(outcome))
  benefit <- function(risk) {
    each <- sapply(seq_along(thresholds), function(k)
      (risk >= thresholds[k] - 1e-12) * ifelse(outcome == 1, 1, -odds[k]))
    half <- qnorm(0.975) * apply(each, 2, sd) / sqrt(n)
    list(net_benefit = colMeans(each), net_benefit_low = colMeans(each) - half, net_benefit_high = colMeans(each) + half)
  }
  all <- benefit(rep(1, n))
  for (name in names(risks)) {
    found <- benefit(risks[[name]])
    found$avoided_per_100 <- 100 * (found$net_benefit - all$net_benefit) / odds
    do.call(agrees, c(list(analysis, term = name, level = level), found))
  }
  do.call(agrees, c(list(analysis, term = "treat all", level = level), all))
  agrees(analysis, term = "treat none", level = level, net_benefit = 0 * thresholds)
}

# Net reclassification and integrated discrimination improvement (Pencina 2008, 2011); Hmisc's
# improveProb() has the continuous one and the integrated one.
agrees_reclassification <- function(analysis, y, old, new, cutoffs = NULL) {
  sides <- c("with the outcome", "without the outcome")
  agrees(analysis, n = length(y), events = sum(y))
  net <- function(term, change) {
    moves <- list(sign(change[y == 1]), -sign(change[y == 0]))
    v <- sapply(moves, function(m) mean((m - mean(m))^2) / length(m))
    say <- function(group, value, variance)
      do.call(agrees, c(list(analysis, group = group, term = term), limited("nri", value, sqrt(variance))))
    say("", sum(sapply(moves, mean)), sum(v))
    for (k in 1:2) say(sides[k], mean(moves[[k]]), v[k])
  }
  net("continuous", new - old)
  if (length(cutoffs)) {
    shown <- sprintf("%g%%", 100 * cutoffs)
    names <- c(paste("<", shown[1]), if (length(shown) > 1) paste(head(shown, -1), "to <", shown[-1]), paste("\u2265", tail(shown, 1)))
    band <- lapply(list(old, new), function(p) factor(findInterval(p, cutoffs), seq_along(names) - 1, names))
    net("categorical", as.integer(band[[2]]) - as.integer(band[[1]]))
    for (k in 1:2) {
      moved <- as.data.frame(table(band[[1]][y == 2 - k], band[[2]][y == 2 - k]), stringsAsFactors = FALSE)
      agrees(analysis, group = sides[k], term = moved$Var1, level = moved$Var2, reclassified = moved$Freq)
    }
  }
  slope <- function(p) mean(p[y == 1]) - mean(p[y == 0])
  agrees(analysis, group = c("old", "new"), discrimination_slope = c(slope(old), slope(new)))
  change <- new - old
  se <- sqrt(sum(tapply(change, y, function(v) var(v) / length(v))))
  do.call(agrees, c(list(analysis), limited("idi", slope(new) - slope(old), se)))
}
