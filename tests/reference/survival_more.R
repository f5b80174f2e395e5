# Survival beyond Kaplan-Meier and log-rank: quantiles, differences, restricted means, the
# weighted, stratified and trend log-rank tests, left truncation, landmark, rates, p.adjust.
# Run from the repository root: Rscript tests/reference/survival_more.R
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages({
  library(survival)
  library(coin)
  library(epiR)
})

gbsg2 <- read_data("gbsg2.csv")
lung <- read_data("lung.csv")
veteran <- read_data("veteran.csv")
pbc <- read_data("pbc.csv")
myeloma <- read_data("myeloma.csv")

# One curve by its number, whether or not there are strata.
curve_of <- function(fit, i) if (is.null(fit$strata)) fit else fit[i]
levels_of <- function(fit) if (is.null(fit$strata)) "overall" else sub("^[^=]*=", "", names(fit$strata))
by_level <- function(fit, f) {
  out <- lapply(seq_along(levels_of(fit)), function(i) f(curve_of(fit, i)))
  names(out) <- levels_of(fit)
  out
}

sets <- list(
  list(stem = "gbsg2_days", file = "gbsg2.csv", d = gbsg2, y = "Surv(time, cens)", by = c("1", "horTh", "tgrade"),
       times = c(365, 730, 1825), tau = c(1000, 1825)),
  list(stem = "gbsg2_months", file = "gbsg2.csv", d = gbsg2, y = "Surv(time / 30.4375, cens)", by = "tgrade",
       times = c(12, 24, 60), tau = c(36, 60)),
  list(stem = "lung", file = "lung.csv", d = lung, y = "Surv(time, status == 2)", by = c("1", "sex", "ph.ecog"),
       times = c(90, 180, 365), tau = c(180, 400)),
  list(stem = "veteran", file = "veteran.csv", d = veteran, y = "Surv(time, status)", by = c("1", "trt", "celltype"),
       times = c(30, 90, 180), tau = c(90, 150)),
  list(stem = "pbc", file = "pbc.csv", d = pbc, y = "Surv(time, status == 2)", by = "stage",
       times = c(365, 1825), tau = 1825)
)
label <- function(s, by) sprintf("%s by %s", s$stem, if (by == "1") "overall" else by)

# ---- Quantiles ------------------------------------------------------------------
probs <- c(0.1, 0.25, 0.5, 0.75, 0.9)
for (s in sets) for (by in s$by) for (ct in c("log-log", "log", "plain")) {
  call <- sprintf("survfit(%s ~ %s, data = d, conf.type = \"%s\")", s$y, by, ct)
  add(sprintf("quantiles %s, %s", label(s, by), ct), s$file, call, by_level(run(call, s$d), function(f) {
    q <- quantile(f, probs = probs)
    list(probs = probs, time = arr(q$quantile), lower = arr(q$lower), upper = arr(q$upper))
  }))
}

# SPSS: no witness in R. Written out from Collett (Modelling Survival Data in Medical Research,
# section 2.4): se(t) = se(S(t)) / f(t), f from the last event time with S >= 1 - p + 0.05 and the
# first with S <= 1 - p - 0.05. The mean is that of print(survfit, rmean = "individual").
spss_quantile <- function(f, p) {
  happened <- f$n.event > 0
  time <- f$time[happened]
  S <- f$surv[happened]
  se <- (f$surv * f$std.err)[happened]
  tiny <- sqrt(.Machine$double.eps)
  at <- which(S <= 1 - p + tiny)[1]
  above <- which(S >= 1 - p + 0.05 - tiny)
  below <- which(S <= 1 - p - 0.05 + tiny)
  if (is.na(at)) return(c(time = NA, se = NA))
  if (!length(above) || !length(below) || S[at] == 0) return(c(time = time[at], se = NA))
  u <- max(above)
  l <- min(below)
  c(time = time[at], se = se[at] * (time[l] - time[u]) / (S[u] - S[l]))
}
freireich <- list(
  "6-MP" = list(time = c(6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35),
                status = c(rep(1, 9), rep(0, 12))),
  placebo = list(time = c(1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23), status = rep(1, 21))
)
spss <- function(f) {
  m <- summary(f, rmean = max(f$time))$table
  list(quantiles = lapply(c("0.25" = 0.25, "0.5" = 0.5, "0.75" = 0.75), function(p) {
    q <- spss_quantile(f, p)
    z <- qnorm(0.975)
    c(q["time"], lower = unname(q["time"] - z * q["se"]), upper = unname(q["time"] + z * q["se"]))
  }), mean = m[["rmean"]], mean_se = m[["se(rmean)"]])
}
for (s in sets) for (by in s$by) {
  call <- sprintf("survfit(%s ~ %s, data = d)", s$y, by)
  add(sprintf("spss %s", label(s, by)), s$file, call, by_level(run(call, s$d), spss))
}
for (nm in names(freireich)) {
  call <- "survfit(Surv(time, status) ~ 1, data = d)"
  add(sprintf("spss small: %s", nm), NULL, call, spss(run(call, as.data.frame(freireich[[nm]]))), input = freireich[[nm]])
}

# ---- Differences of S(t), restricted means ------------------------------------------
contrast <- function(estimate, se) {
  z <- qnorm(0.975)
  list(estimate = estimate, lower = estimate - z * se, upper = estimate + z * se,
       p = 2 * pnorm(-abs(estimate / se)))
}
for (s in sets) for (by in setdiff(s$by, "1")) {
  call <- sprintf("survfit(%s ~ %s, data = d)", s$y, by)
  fit <- run(call, s$d)
  at <- by_level(fit, function(f) {
    x <- summary(f, times = s$times, extend = TRUE)
    # Not known beyond the last time, unless the curve has reached 0.
    list(surv = x$surv, se = x$std.err, last = if (min(f$surv) > 0) max(f$time) else Inf)
  })
  out <- lapply(names(at)[-1], function(g) {
    seen <- s$times <= min(at[[g]]$last, at[[1]]$last)
    d <- contrast(at[[g]]$surv - at[[1]]$surv, sqrt(at[[g]]$se^2 + at[[1]]$se^2))
    lapply(d, function(x) arr(ifelse(seen, x, NA)))
  })
  names(out) <- names(at)[-1]
  add(sprintf("difference %s", label(s, by)), s$file, call, list(times = arr(s$times), first = names(at)[1], groups = out))

  last <- sapply(seq_along(levels_of(fit)), function(i) max(curve_of(fit, i)$time))
  for (tau in c(list("common"), as.list(s$tau))) {
    until <- if (identical(tau, "common")) min(last) else tau
    means <- by_level(fit, function(f) {
      # Not followed up to tau: no mean, unless the curve has reached 0.
      if (until > max(f$time) && min(f$surv) > 0) return(c(rmst = NA, se = NA))
      m <- summary(f, rmean = until)$table
      c(rmst = m[["rmean"]], se = m[["se(rmean)"]])
    })
    first <- means[[1]]
    vs <- lapply(means[-1], function(m) {
      d <- contrast(m[["rmst"]] - first[["rmst"]], sqrt(m[["se"]]^2 + first[["se"]]^2))
      r <- contrast(log(m[["rmst"]] / first[["rmst"]]), sqrt((m[["se"]] / m[["rmst"]])^2 + (first[["se"]] / first[["rmst"]])^2))
      list(difference = unlist(d), ratio = c(exp(unlist(r[1:3])), p = r$p))
    })
    add(sprintf("rmst %s, tau %s", label(s, by), tau), s$file,
        sprintf("summary(%s, rmean = %s)", call, until), list(tau = until, groups = means, against_first = vs))
  }
}

# ---- The log-rank family --------------------------------------------------------------
# survdiff knows only S(t-)^rho. The witness for all weights is the score test of a Cox model with
# ties = "exact" (the discrete, hypergeometric likelihood) and covariates w(t) * (group == k), each
# event time a stratum; the weights are written out here. For S(t-)^rho it is survdiff's value.
weights_at <- function(start, stop, event, type) {
  times <- sort(unique(stop[event]))
  n <- sapply(times, function(t) sum(start < t & stop >= t))
  d <- sapply(times, function(t) sum(event & stop == t))
  S <- c(1, cumprod(1 - d / n))[seq_along(times)]
  w <- switch(type, "log-rank" = rep(1, length(times)), "gehan-breslow" = n, "tarone-ware" = sqrt(n),
              "peto-peto" = cumprod(1 - d / (n + 1)),
              { pq <- as.numeric(strsplit(type, ",")[[1]]); S^pq[1] * (1 - S)^pq[2] })
  list(times = times, w = w)
}
# One row a patient at risk at each event time, each event time a stratum of its own.
risk_sets <- function(start, stop, event, group, stratum) {
  d <- data.frame(start, stop, event, group, stratum)
  d <- d[complete.cases(d) & d$start < d$stop, ]
  d$group <- droplevels(factor(d$group))
  long <- do.call(rbind, lapply(split(d, d$stratum, drop = TRUE), function(p) {
    do.call(rbind, lapply(sort(unique(p$stop[p$event])), function(t) {
      here <- p[p$start < t & p$stop >= t, ]
      data.frame(died = here$event & here$stop == t, group = here$group, stratum = here$stratum, t = t)
    }))
  }))
  long$set <- as.integer(factor(paste(long$stratum, long$t)))
  list(d = d, long = long)
}
family_test <- function(sets, type, scores = NULL) {
  d <- sets$d
  long <- sets$long
  long$w <- NA
  for (s in unique(long$stratum)) {
    p <- d[d$stratum == s, ]
    w <- weights_at(p$start, p$stop, p$event, type)
    here <- long$stratum == s
    long$w[here] <- w$w[match(long$t[here], w$times)]
  }
  x <- if (is.null(scores)) model.matrix(~group, long)[, -1, drop = FALSE] else cbind(scores[as.integer(long$group)])
  x <- x * long$w
  fit <- suppressWarnings(coxph(Surv(rep(1, nrow(long)), long$died) ~ x + strata(long$set), ties = "exact", iter.max = 0))
  df <- ncol(x)
  list(chisq = fit$score, df = df, p = pchisq(fit$score, df, lower.tail = FALSE), n = nrow(d))
}
kinds <- c("log-rank", "gehan-breslow", "tarone-ware", "peto-peto", "1,0", "0,1", "0.5,0.5", "1,1")
plans <- list(
  list("gbsg2_days by horTh", "gbsg2.csv", gbsg2, "time", quote(cens == 1), "horTh", NULL),
  list("gbsg2_days by tgrade", "gbsg2.csv", gbsg2, "time", quote(cens == 1), "tgrade", NULL),
  list("gbsg2_days by tgrade, strata menostat", "gbsg2.csv", gbsg2, "time", quote(cens == 1), "tgrade", "menostat"),
  list("lung by sex", "lung.csv", lung, "time", quote(status == 2), "sex", NULL),
  list("lung by sex, strata ph.ecog", "lung.csv", lung, "time", quote(status == 2), "sex", "ph.ecog"),
  list("veteran by celltype", "veteran.csv", veteran, "time", quote(status == 1), "celltype", NULL),
  list("veteran by trt, strata celltype", "veteran.csv", veteran, "time", quote(status == 1), "trt", "celltype"),
  list("pbc by stage", "pbc.csv", pbc, "time", quote(status == 2), "stage", NULL),
  list("myeloma by period", "myeloma.csv", myeloma, "futime", quote(death == 1), "period", NULL)
)
coin_type <- c("log-rank" = "logrank", "gehan-breslow" = "Gehan-Breslow", "tarone-ware" = "Tarone-Ware",
               "peto-peto" = "Prentice-Marek", "1,0" = "Peto-Peto")
for (q in plans) {
  d <- q[[3]]
  start <- if (q[[6]] == "period") d$entry else rep(0, nrow(d))
  stop_ <- d[[q[[4]]]]
  event <- eval(q[[5]], d)
  group <- d[[q[[6]]]]
  stratum <- if (is.null(q[[7]])) rep(1, nrow(d)) else d[[q[[7]]]]
  sets_at_risk <- risk_sets(start, stop_, event, group, stratum)
  for (type in kinds) {
    values <- family_test(sets_at_risk, type)
    values$trend <- family_test(sets_at_risk, type, scores = seq_along(unique(na.omit(group))))[c("chisq", "p")]
    call <- sprintf("coxph(Surv(rep(1, n), died) ~ w * (group == k) + strata(s, t), ties = \"exact\")$score, weights %s", type)
    if (type %in% c("log-rank", "1,0") && all(start == 0)) {
      f <- survdiff(Surv(stop_, event) ~ group + strata(stratum), rho = if (type == "1,0") 1 else 0)
      stopifnot(abs(f$chisq / values$chisq - 1) < 1e-8)
      call <- c(cox = call, survdiff = sprintf("survdiff(Surv(time, event) ~ group + strata(s), rho = %d)", as.integer(type == "1,0")))
    }
    if (type %in% names(coin_type) && is.null(q[[7]]) && all(start == 0)) {
      # Observed less expected events by group, weighted: coin's linear statistic with its sign turned.
      seen <- !is.na(group)
      t <- logrank_test(Surv(stop_[seen], event[seen]) ~ factor(group[seen]), type = coin_type[[type]])
      values$observed_less_expected <- arr(-as.vector(statistic(t, "linear")))
      if (nlevels(factor(group)) == 2) {  # coin gives the first group only
        values$observed_less_expected <- arr(c(1, -1) * values$observed_less_expected[1])
      }
    }
    add(sprintf("family %s, weights %s", q[[1]], type), q[[2]], as.list(call), values)
  }
}

# Pairs of groups, each on its own patients.
for (q in plans[c(2, 6, 8)]) {
  d <- q[[3]]
  g <- factor(d[[q[[6]]]])
  pairs <- combn(levels(g), 2)
  p <- apply(pairs, 2, function(two) {
    here <- !is.na(g) & g %in% two
    f <- survdiff(Surv(d[[q[[4]]]][here], eval(q[[5]], d)[here]) ~ droplevels(g[here]))
    c(f$chisq, pchisq(f$chisq, 1, lower.tail = FALSE))
  })
  add(sprintf("pairwise %s", q[[1]]), q[[2]], "survdiff on two groups; p.adjust",
      list(first = arr(pairs[1, ]), second = arr(pairs[2, ]), chisq = arr(p[1, ]), p = arr(p[2, ]),
           holm = arr(p.adjust(p[2, ], "holm")), bonferroni = arr(p.adjust(p[2, ], "bonferroni")),
           "benjamini-hochberg" = arr(p.adjust(p[2, ], "BH"))))
}

# ---- p.adjust ---------------------------------------------------------------------------
for (nm in c("plain", "ties", "missing", "one", "large")) {
  p <- switch(nm, plain = c(0.01, 0.04, 0.03, 0.005, 0.6), ties = c(0.02, 0.02, 0.5, 0.02, 1),
              missing = c(0.01, NA, 0.03, 0.2), one = 0.03, large = c(0.9, 0.95, 0.99, 0.7))
  add(sprintf("adjust %s", nm), NULL, "p.adjust(p, method)", list(
    holm = arr(p.adjust(p, "holm")), bonferroni = arr(p.adjust(p, "bonferroni")),
    "benjamini-hochberg" = arr(p.adjust(p, "BH")), none = arr(p)), input = list(p = arr(p)))
}

# ---- Left truncation and landmark ----------------------------------------------------------
for (by in c("1", "period")) for (ct in c("log-log", "log", "plain")) {
  call <- sprintf("survfit(Surv(entry, futime, death) ~ %s, data = d, conf.type = \"%s\")", by, ct)
  add(sprintf("truncated myeloma by %s, %s", if (by == "1") "overall" else by, ct), "myeloma.csv", call,
      by_level(run(call, myeloma), function(f) {
        q <- quantile(f, 0.5)
        x <- summary(f, times = c(100, 365, 1000, 2000))
        m <- summary(f, rmean = 1500)$table
        list(n = f$n, events = sum(f$n.event), median = arr(c(q$quantile, q$lower, q$upper)),
             at = list(time = arr(x$time), n_risk = arr(x$n.risk), surv = arr(x$surv),
                       lower = arr(x$lower), upper = arr(x$upper)),
             rmst = m[["rmean"]], rmst_se = m[["se(rmean)"]])
      }))
}
for (s in sets[c(1, 3, 4)]) for (at in s$times[1:2]) {
  by <- s$by[2]
  y <- sub("time", sprintf("time - %g", at), s$y)
  call <- sprintf("survfit(%s ~ %s, data = subset(d, time > %g), conf.type = \"log-log\")", y, by, at)
  event <- with(s$d, eval(parse(text = sub("^Surv\\(time, (.*)\\)$", "\\1", s$y)))) == 1
  gone <- s$d$time <= at
  test <- run(sub(", conf.type = \"log-log\"", "", sub("survfit", "survdiff", call)), s$d)
  add(sprintf("landmark %s at %g", label(s, by), at), s$file, call,
      list(events_before = sum(gone & event), censored_before = sum(gone & !event),
           chisq = test$chisq, curves = by_level(run(call, s$d), function(f) {
             q <- quantile(f, 0.5)
             list(n = f$n, events = sum(f$n.event), median = arr(c(q$quantile, q$lower, q$upper)))
           })))
}

# ---- Rates ------------------------------------------------------------------------------------
for (s in sets[c(1, 3, 4, 5)]) for (by in setdiff(s$by, "1")) {
  d <- s$d
  y <- with(d, eval(parse(text = s$y)))
  g <- factor(d[[by]])
  y <- y[!is.na(g)]
  g <- g[!is.na(g)]
  x <- tapply(y[, 2], g, sum)
  time <- tapply(y[, 1], g, sum)
  one <- lapply(levels(g), function(k) {
    t <- poisson.test(x[[k]], time[[k]])
    c(events = x[[k]], person_time = time[[k]], rate = unname(t$estimate), lower = t$conf.int[1], upper = t$conf.int[2])
  })
  names(one) <- levels(g)
  first <- levels(g)[1]
  vs <- lapply(levels(g)[-1], function(k) {
    t <- poisson.test(c(x[[k]], x[[first]]), c(time[[k]], time[[first]]))
    e <- epi.2by2(matrix(c(x[[k]], time[[k]], x[[first]], time[[first]]), 2, byrow = TRUE), method = "cohort.time", units = 1)
    # epi.2by2 rounds nothing but names its rows; the Wald difference of rates is massoc's ARate.
    a <- e$massoc.detail$ARate.strata.wald
    z <- a$est / ((a$upper - a$lower) / 2 / qnorm(0.975))
    list(ratio = c(estimate = unname(t$estimate), lower = t$conf.int[1], upper = t$conf.int[2], p = t$p.value),
         difference = c(estimate = a$est, lower = a$lower, upper = a$upper, p = 2 * pnorm(-abs(z))))
  })
  names(vs) <- levels(g)[-1]
  add(sprintf("rates %s", label(s, by)), s$file, "poisson.test(x, T); poisson.test(c(x1, x2), c(T1, T2)); epi.2by2(method = \"cohort.time\")",
      list(groups = one, against_first = vs))
}
for (counts in list(c(0, 10, 5, 12), c(3, 7.5, 0, 4), c(11, 800, 3, 770), c(1, 2, 1, 2), c(15, 19017, 41, 28010), c(900, 1e5, 1000, 1.03e5))) {
  a <- poisson.test(counts[1], counts[2])
  t <- poisson.test(counts[c(1, 3)], counts[c(2, 4)])
  add(sprintf("rates small: %s", paste(counts, collapse = " ")), NULL, "poisson.test(c(x1, x2), c(T1, T2))",
      list(rate = arr(c(a$estimate, a$conf.int)), ratio = arr(c(t$estimate, t$conf.int, t$p.value))),
      input = list(counts = arr(counts)))
}

finish(c("survival", "coin", "epiR"))
