# What the sections of analysis.R share: descriptions, formulas that R has no function for, and
# the comparison of every number with ../results.csv of the packet.

# ---- The numbers of the packet -------------------------------------------------------------

plain_text <- function(x) sub("^'('*[=+@\t-])", "\\1", ifelse(is.na(x), "", x))
packet <- read.csv("../results.csv", colClasses = "character", encoding = "UTF-8", na.strings = "")
for (column in c("analysis", "group", "term", "level", "statistic"))
  packet[[column]] <- plain_text(packet[[column]])
packet$value <- as.numeric(packet$value)
packet$time <- as.numeric(packet$time)

key <- function(x) paste(x$analysis, x$group, x$term, x$level,
                         ifelse(is.na(x$time), "", signif(x$time, 10)), x$statistic, sep = "\r")
packet$key <- key(packet)
places <- split(seq_len(nrow(packet)), paste(packet$analysis, packet$statistic, sep = "\r"))
found <- list()
reasons <- list()
quiet <- function(x) suppressWarnings(suppressMessages(x))

# Prints numbers beside those of the packet and keeps them for the table at the end; the values
# may be vectors, as long as the group, term, level or time that they belong to.
agrees <- function(analysis, ..., group = "", term = "", level = "", time = NA) {
  values <- list(...)
  for (statistic in names(values)) {
    value <- as.numeric(values[[statistic]])
    if (!length(value) || is.null(places[[paste(analysis, statistic, sep = "\r")]])) next
    rows <- data.frame(analysis = analysis, group = group, term = term, level = level,
                       time = as.numeric(time), statistic = statistic, R = value)
    rows$key <- key(rows)
    here <- places[[paste(analysis, statistic, sep = "\r")]]
    at <- here[match(rows$key, packet$key[here])]
    rows$packet <- packet$value[at]
    rows <- rows[!is.na(at), ]
    found[[length(found) + 1]] <<- rows
    if (nrow(rows) && nrow(rows) <= 12)
      cat(sprintf("  %-70s %.7g (packet %.7g)\n", about(rows), rows$R, rows$packet), sep = "")
  }
  invisible()
}

about <- function(x) trimws(gsub(" +", " ", paste(x$group, x$term, x$level,
                                                  ifelse(is.na(x$time), "", x$time), x$statistic)))

# Numbers of the packet that R does not repeat, and why. The first reason that fits counts.
not_repeated <- function(analysis, statistics, reason)
  reasons[[length(reasons) + 1]] <<- list(analysis = analysis, statistics = statistics, reason = reason)

report_agreement <- function() {
  compared <- do.call(rbind, found)
  compared <- compared[!duplicated(compared$key), ]
  compared$difference <- compared$R - compared$packet
  same <- (is.na(compared$R) & is.na(compared$packet)) | compared$R == compared$packet |
    abs(compared$difference) <= 1e-6 * pmax(abs(compared$packet), 1e-3)
  same <- same %in% TRUE
  shown <- c("analysis", "statistic", "packet", "R", "difference")
  compared$statistic <- trimws(paste(compared$group, compared$term, compared$level,
                                     ifelse(is.na(compared$time), "", compared$time),
                                     compared$statistic))
  curve <- grepl("(curve|roc|incidence)[_a-z]*$", compared$statistic)
  options(width = 250, max.print = 1e6)
  cat("\nEvery number, but for the points of curves:\n")
  print(compared[!curve, shown], row.names = FALSE)
  if (any(!same)) {
    cat("\nNumbers that differ:\n")
    print(compared[!same, shown], row.names = FALSE, digits = 10)
  }
  left <- packet[!packet$key %in% compared$key, ]
  left$reason <- ""
  for (one in rev(reasons)) {
    fits <- grepl(one$analysis, left$analysis) & grepl(one$statistics, left$statistic)
    left$reason[fits] <- one$reason
  }
  cat("\nNumbers of the packet that are not repeated here:\n")
  for (reason in sort(unique(left$reason[left$reason != ""])))
    cat(sprintf("%7d  %s\n", sum(left$reason == reason), reason))
  unexplained <- left[left$reason == "", ]
  if (nrow(unexplained)) {
    cat("\nNumbers that are neither repeated nor given a reason:\n")
    print(unique(unexplained[c("analysis", "statistic")]), row.names = FALSE)
  }
  cat(sprintf("\n%d of %d numbers agree to 1e-6; %d are not repeated, %d without a reason.\n",
              sum(same), length(same), nrow(left), nrow(unexplained)))
}

# ---- Describing and comparing groups --------------------------------------------------------

each_group <- function(x, g = NULL)
  c(list(Overall = x), if (!is.null(g)) split(x, droplevels(as.factor(g))))

describe_numbers <- function(analysis, term, x, g = NULL, type = 7) {
  parts <- each_group(x, g)
  for (name in names(parts)) {
    known <- parts[[name]][!is.na(parts[[name]])]
    q <- quantile(known, c(0.25, 0.5, 0.75), type = type, names = FALSE)
    agrees(analysis, group = name, term = term, n = length(known),
           missing = sum(is.na(parts[[name]])), mean = if (length(known)) mean(known) else NA,
           sd = sd(known), q1 = q[1], median = q[2], q3 = q[3],
           min = if (length(known)) min(known) else NA, max = if (length(known)) max(known) else NA)
  }
  if (!is.null(g)) agrees_smd(analysis, term, x, g)
}

describe_levels <- function(analysis, term, x, g = NULL) {
  parts <- each_group(x, g)
  for (name in names(parts)) {
    counts <- table(parts[[name]])
    agrees(analysis, group = name, term = term, n = sum(counts),
           missing = sum(is.na(parts[[name]])))
    agrees(analysis, group = name, term = term, level = names(counts), count = counts,
           percent = 100 * counts / sum(counts))
  }
  if (!is.null(g)) agrees_smd(analysis, term, x, g)
}

# Standardised difference of the second from the first group (Yang and Dalton 2012).
standardised_difference <- function(x, g) {
  parts <- split(x, g, drop = TRUE)
  if (is.numeric(x)) {
    m <- sapply(parts, mean, na.rm = TRUE)
    return(unname((m[2] - m[1]) / sqrt(mean(sapply(parts, var, na.rm = TRUE)))))
  }
  p <- sapply(parts, function(part) prop.table(table(part)))
  p <- p[rowSums(p) > 0, , drop = FALSE][-1, , drop = FALSE]
  if (!nrow(p)) return(NA)
  if (nrow(p) == 1) return((p[2] - p[1]) / sqrt(mean(p * (1 - p))))
  S <- Reduce(`+`, lapply(1:2, function(j) (diag(p[, j]) - tcrossprod(p[, j])) / 2))
  sqrt(drop((p[, 2] - p[, 1]) %*% MASS::ginv(S) %*% (p[, 2] - p[, 1])))
}

agrees_smd <- function(analysis, term, x, g) {
  g <- droplevels(as.factor(g))
  if (nlevels(g) == 2) agrees(analysis, term = term, smd = standardised_difference(x, g))
  if (nlevels(g) < 3) return(invisible())
  every <- combn(levels(g), 2, function(two) abs(standardised_difference(x[g %in% two], g[g %in% two])))
  agrees(analysis, term = term, smd_largest = max(every), smd_mean = mean(every))
}

agrees_test <- function(analysis, term, test, group = "", level = "") {
  df <- unname(test$parameter)
  agrees(analysis, group = group, term = term, level = level, p = test$p.value,
         test_statistic = unname(test$statistic), df = df[1], df_denominator = df[2])
}

# A table without empty rows and columns, as the tests take it.
counts_of <- function(x, g) {
  counts <- table(x, g)
  counts[rowSums(counts) > 0, colSums(counts) > 0, drop = FALSE]
}

n_minus_1_chisq <- function(counts) {      # Campbell 2007
  test <- quiet(chisq.test(counts, correct = FALSE))
  test$statistic <- test$statistic * (1 - 1 / sum(counts))
  test$p.value <- pchisq(test$statistic, test$parameter, lower.tail = FALSE)
  test
}

likelihood_ratio_chisq <- function(counts) {
  test <- quiet(chisq.test(counts, correct = FALSE))
  test$statistic <- 2 * sum(ifelse(counts > 0, counts * log(counts / test$expected), 0))
  test$p.value <- pchisq(test$statistic, test$parameter, lower.tail = FALSE)
  test
}

# Scores 1, 2, 3 ... on both sides; Mantel's (N - 1) r^2, or N r^2 (Cochran and Armitage).
scored_chisq <- function(x, g, less) {
  known <- !is.na(x) & !is.na(g)
  value <- (sum(known) - less) * cor(as.integer(x)[known], as.integer(droplevels(g))[known])^2
  list(statistic = value, parameter = 1, p.value = pchisq(value, 1, lower.tail = FALSE))
}

# Normal approximation with the variance for ties, without continuity correction.
jonckheere <- function(x, g) {
  known <- !is.na(x) & !is.na(g)
  x <- as.numeric(x)[known]
  g <- as.integer(droplevels(g))[known]
  J <- sum(combn(sort(unique(g)), 2, function(two)
    sum(outer(x[g == two[1]], x[g == two[2]], function(a, b) (a < b) + (a == b) / 2))))
  n <- length(x); m <- table(g); t <- table(x)
  spread <- function(k) sum(k * (k - 1) * (2 * k + 5))
  pairs <- function(k) sum(k * (k - 1))
  triples <- function(k) sum(k * (k - 1) * (k - 2))
  v <- (spread(n) - spread(m) - spread(t)) / 72 +
    triples(m) * triples(t) / (36 * n * (n - 1) * (n - 2)) + pairs(m) * pairs(t) / (8 * n * (n - 1))
  z <- (J - (n^2 - sum(m^2)) / 4) / sqrt(v)
  list(statistic = J, p.value = 2 * pnorm(-abs(z)))
}

# Every two groups by a test of two groups, adjusted for the number of pairs.
every_two_groups <- function(analysis, term, x, g, test, method) {
  g <- droplevels(g)
  pairs <- combn(levels(g), 2, simplify = FALSE)
  tests <- lapply(pairs, function(two) {
    here <- g %in% two
    quiet(test(x[here], factor(g[here], levels = two)))
  })
  p <- sapply(tests, function(test) test$p.value)
  adjusted <- p.adjust(p, method)
  for (i in seq_along(pairs)) {
    agrees_test(analysis, term, tests[[i]], pairs[[i]][1], pairs[[i]][2])
    agrees(analysis, group = pairs[[i]][1], term = term, level = pairs[[i]][2], p_adjusted = adjusted[i])
  }
}

tukey_of <- function(analysis, term, x, g) {
  g <- droplevels(g)
  model <- aov(x ~ g)
  table <- TukeyHSD(model)$g
  pairs <- combn(levels(g), 2)
  m <- tapply(x, g, mean, na.rm = TRUE); n <- tapply(!is.na(x), g, sum)
  error <- deviance(model) / df.residual(model)
  se <- sqrt(error / 2 * (1 / n[pairs[1, ]] + 1 / n[pairs[2, ]]))
  agrees(analysis, group = pairs[1, ], term = term, level = pairs[2, ],
         test_statistic = (m[pairs[2, ]] - m[pairs[1, ]]) / se, df = df.residual(model),
         p_adjusted = table[, "p adj"], mean_difference = table[, "diff"],
         mean_difference_low = table[, "lwr"], mean_difference_high = table[, "upr"])
}

dunn_of <- function(analysis, term, x, g, method) {
  known <- !is.na(x) & !is.na(g)
  x <- as.numeric(x)[known]; g <- droplevels(g[known])
  n <- length(x); t <- table(x)
  variance <- (n * (n + 1) - sum(t^3 - t) / (n - 1)) / 12
  m <- tapply(rank(x), g, mean); k <- table(g)
  pairs <- combn(levels(g), 2)
  z <- (m[pairs[2, ]] - m[pairs[1, ]]) / sqrt(variance * (1 / k[pairs[1, ]] + 1 / k[pairs[2, ]]))
  p <- 2 * pnorm(-abs(z))
  agrees(analysis, group = pairs[1, ], term = term, level = pairs[2, ], test_statistic = z, p = p,
         p_adjusted = p.adjust(p, method))
}

distribution_checks <- function(analysis, term, x, g = NULL) {
  parts <- if (is.null(g)) list(Overall = x) else split(x, droplevels(g))
  for (name in names(parts)) {
    known <- parts[[name]][!is.na(parts[[name]])]
    if (length(known) < 3 || length(known) > 5000 || var(known) == 0) next
    test <- shapiro.test(known)
    agrees(analysis, group = name, term = term, normality_w = test$statistic, normality_p = test$p.value)
  }
  if (is.null(g)) return(invisible())
  from <- function(centre) anova(lm(abs(x - ave(x, g, FUN = function(v) centre(v, na.rm = TRUE))) ~ g))
  levene <- from(mean); brown <- from(median)
  agrees(analysis, term = term, levene_f = levene[1, "F value"], levene_p = levene[1, "Pr(>F)"],
         brown_forsythe_f = brown[1, "F value"], brown_forsythe_p = brown[1, "Pr(>F)"])
}

# Interval of a proportion x of n, by the convention of the plan.
share_interval <- function(x, n, method) {
  if (n == 0) return(c(NA, NA))
  z <- qnorm(0.975)
  switch(method,
    "wilson" = quiet(prop.test(x, n, correct = FALSE))$conf.int[1:2],
    "clopper-pearson" = binom.test(x, n)$conf.int[1:2],
    "agresti-coull" = {
      p <- (x + z^2 / 2) / (n + z^2)
      pmin(pmax(p + c(-1, 1) * z * sqrt(p * (1 - p) / (n + z^2)), 0), 1)
    },
    "jeffreys" = c(if (x == 0) 0 else qbeta(0.025, x + 0.5, n - x + 0.5),
                   if (x == n) 1 else qbeta(0.975, x + 0.5, n - x + 0.5)))
}

# ---- Survival -------------------------------------------------------------------------------

# The time by which a share p has had the event; `first` where R would take the middle of a
# stretch on which the curve runs flat at that level.
survival_quantile <- function(fit, p, flat) {
  found <- unlist(quantile(fit, p))
  if (flat == "midpoint") return(found)
  first <- function(curve) {
    here <- which(curve <= 1 - p + sqrt(.Machine$double.eps))
    if (length(here)) fit$time[here[1]] else NA
  }
  c(first(fit$surv), first(fit$lower), first(fit$upper))
}

curve_at <- function(fit, times) {
  s <- summary(fit, times = times, extend = TRUE)
  beyond <- times > max(fit$time)
  lapply(s[c("surv", "lower", "upper", "std.err")], function(v) ifelse(beyond, NA, v))
}

# A curve of survfit(), and its reverse, against the packet.
agrees_survival <- function(analysis, group, fit, reverse, times = NULL, risk_times = NULL,
                            quantiles = NULL, flat = "midpoint", symmetric = FALSE) {
  events <- sum(fit$n.event)
  agrees(analysis, group = group, n = sum(fit$n), events = events, censored = sum(fit$n) - events)
  limits <- function(name, values) {
    if (symmetric) values <- values[1]
    setNames(as.list(values), paste0(name, c("", "_low", "_high"))[seq_along(values)])
  }
  say <- function(values, ...) do.call(agrees, c(list(analysis, group = group, ...), values))
  say(limits("median", survival_quantile(fit, 0.5, flat)))
  say(limits("median_follow_up", survival_quantile(reverse, 0.5, flat)))
  for (p in quantiles)
    say(limits("quantile", survival_quantile(fit, p, flat)), level = sprintf("%g%%", 100 * p))
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
  late <- !is.null(fit$n.enter) && any(fit$n.enter > 0)
  for (t in risk_times) {
    before <- fit$time < t
    agrees(analysis, group = group, time = t,
           at_risk = if (late) NULL else sum((fit$n.event + fit$n.censor)[!before]),
           events_to_date = sum(fit$n.event[fit$time <= t]), censored_to_date = sum(fit$n.censor[before]))
  }
  agrees(analysis, group = group, time = fit$time, curve = fit$surv, curve_low = fit$lower,
         curve_high = fit$upper, curve_censored = fit$n.censor, curve_at_risk = fit$n.risk)
}

# The curves of all patients and of each group.
agrees_curves <- function(analysis, all, reverse_all, by = NULL, reverse_by = NULL, ...) {
  agrees_survival(analysis, "Overall", all, reverse_all, ...)
  if (is.null(by)) return(invisible())
  for (i in seq_along(by$strata))
    agrees_survival(analysis, sub("^[^=]*=", "", names(by$strata)[i]), by[i], reverse_by[i], ...)
}

# Observed and expected events, and their covariance, for any weights; survdiff() has rho alone.
weighted_logrank <- function(time, event, group, weights = "log-rank", strata = rep(1, length(time)),
                             entry = rep(-1, length(time))) {
  known <- !is.na(time) & !is.na(event) & !is.na(group) & !is.na(strata) & entry < time
  group <- droplevels(as.factor(group[known])); time <- time[known]; event <- event[known]
  strata <- strata[known]; entry <- entry[known]
  k <- nlevels(group); O <- E <- setNames(numeric(k), levels(group)); V <- matrix(0, k, k)
  for (s in unique(strata)) {
    here <- strata == s
    before <- peto <- 1
    for (t in sort(unique(time[here & event]))) {
      risk <- table(group[here & time >= t & entry < t])
      dead <- table(group[here & time == t & event])
      n <- sum(risk); m <- sum(dead); peto <- peto * (1 - m / (n + 1))
      w <- if (is.numeric(weights)) before^weights[1] * (1 - before)^weights[2] else
        switch(weights, "log-rank" = 1, "gehan-breslow" = n, "tarone-ware" = sqrt(n), "peto-peto" = peto)
      share <- as.vector(risk / n)
      O <- O + w * as.vector(dead); E <- E + w * m * share
      if (n > 1) V <- V + w^2 * m * (n - m) / (n - 1) * (diag(share, k) - tcrossprod(share))
      before <- before * (1 - m / n)
    }
  }
  df <- qr(V, tol = 1e-9)$rank
  chisq <- drop((O - E) %*% MASS::ginv(V, 1e-9) %*% (O - E))
  list(obs = O, exp = E, var = V, chisq = chisq, df = df, p = pchisq(chisq, df, lower.tail = FALSE))
}

# survdiff() as a list of the same shape.
logrank <- function(test) {
  total <- function(x) if (is.matrix(x)) rowSums(x) else as.vector(x)
  df <- sum(total(test$exp) > 0) - 1
  list(obs = total(test$obs), exp = total(test$exp), var = test$var, chisq = test$chisq, df = df,
       p = pchisq(test$chisq, df, lower.tail = FALSE))
}

agrees_logrank <- function(analysis, test, groups) {
  agrees(analysis, chi_square = test$chisq, df = test$df, p = test$p)
  agrees(analysis, group = groups, observed = test$obs, expected = test$exp)
}

agrees_trend <- function(analysis, test, groups) {
  s <- seq_along(groups)
  z <- sum(s * (test$obs - test$exp)) / sqrt(drop(s %*% test$var %*% s))
  agrees(analysis, trend_z = z, chi_square = z^2, df = 1, p = pchisq(z^2, 1, lower.tail = FALSE))
  agrees(analysis, group = groups, score = s)
}

# test(two): the log-rank test of the patients of two groups.
pairwise_logrank <- function(analysis, groups, test, method) {
  pairs <- combn(groups, 2)
  tests <- apply(pairs, 2, test)
  p <- sapply(tests, `[[`, "p")
  agrees(analysis, group = pairs[1, ], level = pairs[2, ], chi_square = sapply(tests, `[[`, "chisq"),
         df = 1, p = p, p_adjusted = p.adjust(p, method))
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

# ---- Regression -----------------------------------------------------------------------------

# The rows of a model in the packet, in the order of its coefficients.
coefficients_of <- function(analysis, term = NULL) {
  here <- packet$analysis == analysis & packet$statistic == "coefficient" & packet$term != "(Intercept)"
  packet[here & (is.null(term) | packet$term %in% term), ]
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
    wald <- drop(b[at] %*% solve(V[at, at, drop = FALSE], b[at]))
    agrees(analysis, term = one, global_p = pchisq(wald, length(at), lower.tail = FALSE))
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
agrees_cox <- function(analysis, model, term = "", checks = TRUE) {
  one <- if (nzchar(term)) term
  terms <- unique(coefficients_of(analysis, one)$term)
  agrees_ratios(analysis, coef(model), vcov(model), "hazard_ratio", one)
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

# Limits where the profile of the likelihood falls by 1.92. confint(model) finds the same by
# interpolation along the profile, hence less exactly.
profile_limits <- function(model) {
  X <- model.matrix(model); y <- model$y; b <- coef(model); se <- sqrt(diag(vcov(model)))
  refit <- function(X, offset, b) {
    loss <- function(b) -2 * sum(plogis((2 * y - 1) * (offset + drop(X %*% b)), log.p = TRUE))
    now <- loss(b)
    for (i in 1:200) {
      mu <- plogis(offset + drop(X %*% b))
      step <- solve(crossprod(X, X * (mu * (1 - mu))), crossprod(X, y - mu))[, 1]
      size <- 1
      while (loss(b + size * step) > now + 1e-11) size <- size / 2
      b <- b + size * step; now <- loss(b)
      if (max(abs(step)) < 1e-10 * (1 + max(abs(b)))) break
    }
    now
  }
  excess <- function(v, j) refit(X[, -j, drop = FALSE], v * X[, j], b[-j]) - deviance(model) - qchisq(0.95, 1)
  limit <- function(j, sign) {
    far <- b[j] + sign * 2 * se[j]
    for (k in 1:60) {
      if (excess(far, j) > 0)
        return(uniroot(excess, sort(c(b[j], far)), j = j, tol = 1e-12 * se[j], maxiter = 1000)$root)
      far <- far + sign * se[j]
    }
    NA
  }
  t(sapply(seq_along(b), function(j) c(limit(j, -1), limit(j, 1))))
}

# A model of glm(family = binomial); `V` its covariance where that is robust.
agrees_logistic <- function(analysis, model, term = "", profile = TRUE, V = vcov(model)) {
  b <- coef(model); se <- sqrt(diag(V))
  limits <- if (profile) profile_limits(model) else cbind(b - qnorm(0.975) * se, b + qnorm(0.975) * se)
  agrees_ratios(analysis, b[-1], V[-1, -1, drop = FALSE], "odds_ratio", if (nzchar(term)) term,
                limits[-1, , drop = FALSE])
  agrees(analysis, term = "(Intercept)", level = term, coefficient = b[1], se = se[1], z = b[1] / se[1],
         p = 2 * pnorm(-abs(b[1] / se[1])), odds_ratio = exp(b[1]), odds_ratio_low = exp(limits[1, 1]),
         odds_ratio_high = exp(limits[1, 2]))
  n <- sum(model$prior.weights); fitted <- deviance(model); null <- model$null.deviance
  cox_snell <- 1 - exp((fitted - null) / n)
  agrees(analysis, term = term, log_likelihood = -fitted / 2, log_likelihood_null = -null / 2,
         deviance = fitted, cox_snell = cox_snell, nagelkerke = cox_snell / (1 - exp(-null / n)),
         mcfadden = 1 - fitted / null)
  df <- model$df.null - model$df.residual
  do.call(agrees, c(list(analysis, term = term), chi_square("lr", null - fitted, df)))
  wald <- drop(b[-1] %*% solve(V[-1, -1, drop = FALSE], b[-1]))
  do.call(agrees, c(list(analysis, term = term), chi_square("wald", wald, df)))
}

# A model of brglm2: estimates and their standard errors.
agrees_firth <- function(analysis, model, term = "") {
  rows <- coefficients_of(analysis, if (nzchar(term)) term)
  b <- coef(model); se <- sqrt(diag(vcov(model)))
  agrees(analysis, term = c("(Intercept)", rows$term), level = c(term, rows$level), coefficient = b,
         se = se, z = b / se, odds_ratio = exp(b))
}

# Discrimination and calibration in the patients of the model.
agrees_performance <- function(analysis, model) {
  y <- model$y; p <- fitted(model); score <- qlogis(p)
  curve <- pROC::roc(y, round(score, 10), levels = c(0, 1), direction = "<", quiet = TRUE)
  se <- sqrt(pROC::var(curve)); c <- as.numeric(curve$auc)
  agrees(analysis, brier = mean((y - p)^2), concordance = c, concordance_se = se,
         concordance_low = max(0, c - qnorm(0.975) * se), concordance_high = min(1, c + qnorm(0.975) * se))
  sharp <- glm.control(epsilon = 1e-14, maxit = 50)
  for (one in list(list("calibration_intercept", glm(y ~ offset(score), family = binomial, control = sharp)),
                   list("calibration_slope", glm(y ~ score, family = binomial, control = sharp)))) {
    k <- length(coef(one[[2]])); value <- coef(one[[2]])[k]; half <- qnorm(0.975) * sqrt(vcov(one[[2]])[k, k])
    do.call(agrees, c(list(analysis), setNames(list(value, value - half, value + half), paste0(one[[1]], c("", "_low", "_high")))))
  }
  # Equal risks are equal to ten digits here, so that groups do not tear them apart.
  risk <- signif(p, 10)
  group <- droplevels(cut(risk, unique(quantile(risk, 0:10 / 10)), include.lowest = TRUE))
  if (nlevels(group) < 3) return(invisible())
  n <- tapply(y, group, length); events <- tapply(y, group, sum); expected <- tapply(p, group, sum)
  limits <- mapply(function(x, m) share_interval(x, m, "wilson"), events, n)
  agrees(analysis, level = seq_along(n), calibration_n = n, calibration_events = events,
         calibration_predicted = expected / n, calibration_observed = events / n,
         calibration_observed_low = limits[1, ], calibration_observed_high = limits[2, ])
  hl <- sum((events - expected)^2 / expected + (events - expected)^2 / (n - expected))
  do.call(agrees, c(list(analysis, hl_groups = length(n)), chi_square("hl", hl, length(n) - 2)))
}

# ---- Markers --------------------------------------------------------------------------------

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

# A test at a cut-off: its 2 x 2 table, shares and likelihood ratios (Simel 1991).
agrees_cutoff <- function(analysis, curve, cutoff, level = "", interval = "wilson") {
  high <- curve$direction == "<"
  positive <- function(x) if (high) x > cutoff else x < cutoff
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
       test_statistic = difference / se, p = 2 * pt(-abs(difference / se), df))
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

# A restricted cubic spline as rms::rcs() has it.
spline <- function(x, knots) {
  k <- length(knots); last <- knots[k]; before <- knots[k - 1]
  cube <- function(t) pmax(x - t, 0)^3
  curved <- sapply(knots[1:(k - 2)], function(t)
    (cube(t) - cube(before) * (last - t) / (last - before) + cube(last) * (before - t) / (last - before)) /
      (last - knots[1])^2)
  cbind(x, curved)
}

# ---- Rates and shares -----------------------------------------------------------------------

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

# Shares with an outcome, and of two groups the second against the first.
agrees_shares <- function(analysis, y, g = NULL, interval = "wilson", difference = "newcombe") {
  parts <- each_group(y, g)
  for (name in names(parts)) {
    known <- parts[[name]][!is.na(parts[[name]])]
    limits <- share_interval(sum(known), length(known), interval)
    agrees(analysis, group = name, n = length(known), events = sum(known), proportion = mean(known),
           proportion_low = limits[1], proportion_high = limits[2])
  }
  if (length(parts) != 3) return(invisible())
  known <- lapply(parts[2:3], function(v) v[!is.na(v)])
  x <- sapply(known, sum); n <- lengths(known); p <- x / n; z <- qnorm(0.975)
  wald <- z * sqrt(sum(p * (1 - p) / n)); d <- unname(p[2] - p[1])
  limits <- d + c(-1, 1) * wald
  if (difference == "newcombe") {
    w <- mapply(share_interval, x, n, "wilson")
    limits <- d + c(-sqrt((p[2] - w[1, 2])^2 + (w[2, 1] - p[1])^2), sqrt((w[2, 2] - p[2])^2 + (p[1] - w[1, 1])^2))
  }
  agrees(analysis, risk_difference = d, risk_difference_low = limits[1], risk_difference_high = limits[2])
  if (any(x == 0) || any(x == n)) return(invisible())
  ratio <- p[2] / p[1]; half <- exp(z * sqrt(sum(1 / x - 1 / n)))
  odds <- (x[2] / (n - x)[2]) / (x[1] / (n - x)[1]); wide <- exp(z * sqrt(sum(1 / x + 1 / (n - x))))
  agrees(analysis, risk_ratio = ratio, risk_ratio_low = ratio / half, risk_ratio_high = ratio * half,
         odds_ratio = odds, odds_ratio_low = odds / wide, odds_ratio_high = odds * wide)
}
