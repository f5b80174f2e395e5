# Meta-analysis reference values (metafor).
# Run from the repository root: Rscript tests/reference/pooling.R
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages(library(metafor))

# metafor's own tolerances stop after five digits; these let it run to the end.
TIGHT <- "control = list(threshold = 1e-13, maxiter = 10000, tol = 1e-13)"
PRECISE <- list(tol = 1e-14, maxiter = 10000)

# Studies as printed and their effects. The areas under the curve are the ten external
# validations at 90 days in Table 5 of Sanker et al., as printed there.
sorg <- data.frame(
  auc = c(.85, .84, .72, .743, .714, .78, .84, .73, .81, .81),
  low = c(.83, .79, .66, .666, .589, .76, .79, .67, .74, .70),
  high = c(.87, .90, .77, .817, .839, .80, .89, .78, .87, .89))
effects <- list(
  bcg = list(file = "bcg.csv",
    call = "escalc(measure = \"RR\", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = d)", back = "exp"),
  bcg_risk = list(file = "bcg.csv",
    call = "escalc(measure = \"PLO\", xi = tpos, ni = tpos + tneg, data = d)", back = "transf.ilogit"),
  hackshaw = list(file = "hackshaw1998.csv",
    call = "transform(d, yi = log(or), vi = ((log(or.ub) - log(or.lb)) / (2 * qnorm(0.975)))^2)", back = "exp"),
  pritz = list(file = "pritz1997.csv", call = "escalc(measure = \"PLO\", xi = xi, ni = ni, data = d)",
    back = "transf.ilogit"),
  pritz_arcsine = list(file = "pritz1997.csv", call = "escalc(measure = \"PFT\", xi = xi, ni = ni, data = d)",
    back = "function(x) transf.ipft.hm(x, targs = list(ni = d$ni))"),
  begg = list(file = "begg1989.csv", call = "transform(d, vi = sei^2)", back = "identity"),
  sorg = list(input = sorg, call = paste0("transform(d, yi = qlogis(auc), vi = ((qlogis(high) - ",
    "qlogis(low)) / (2 * qnorm(0.975)))^2)"), back = "transf.ilogit"))

coefficients_of <- function(r) {
  list(b = arr(as.vector(r$beta)), se = arr(r$se), statistic = arr(r$zval), p = arr(r$pval),
       low = arr(r$ci.lb), high = arr(r$ci.ub), df = if (is.null(r$ddf) || all(is.na(r$ddf))) NA else r$ddf[1])
}

heterogeneity_of <- function(r) {
  out <- list(q = r$QE, q_df = r$k - r$p, q_p = r$QEp, i2 = r$I2, h2 = r$H2)
  if (r$method != "FE") {
    out$tau2 <- r$tau2
    ci <- confint(r, control = c(PRECISE, list(tau2.max = 1e5)))$random
    for (n in c("tau^2", "tau", "I^2(%)", "H^2")) {
      key <- sub("\\(%\\)", "", gsub("^", "", n, fixed = TRUE))
      out[[paste0("ci_", key)]] <- arr(ci[n, c("ci.lb", "ci.ub")])
    }
  }
  out
}

# Prediction interval with t(k - 2), t(k - 1) and z; metafor has only the latter two.
prediction_of <- function(r, back) {
  half <- sqrt(r$se^2 + r$tau2)
  mu <- as.vector(r$beta)
  stopifnot(all.equal(predict(r)$pi.ub, mu + half * if (r$test == "z") qnorm(0.975) else qt(0.975, r$k - 1)))
  q <- suppressWarnings(c("t(k-2)" = qt(0.975, r$k - 2), "t(k-1)" = qt(0.975, r$k - 1), z = qnorm(0.975)))
  lapply(q, function(crit) arr(c(back(mu - crit * half), back(mu + crit * half))))
}

for (nm in names(effects)) {
  e <- effects[[nm]]
  d <- if (is.null(e$file)) e$input else read_data(e$file)
  back <- run(e$back, d)
  dat <- as.data.frame(run(e$call, d))
  add(paste("effects", nm), e$file, e$call, list(yi = arr(as.vector(dat$yi)), sei = arr(sqrt(as.vector(dat$vi)))),
      input = if (is.null(e$file)) lapply(e$input, arr))
  for (method in c("REML", "DL", "PM", "ML", "FE")) {
    for (test in if (method == "FE") "z" else c("z", "knha", "adhoc")) {
      call <- sprintf("rma(yi, vi, data = d, method = \"%s\", test = \"%s\", %s)", method, test, TIGHT)
      r <- run(call, dat)
      v <- c(coefficients_of(r), heterogeneity_of(r))
      v$back <- arr(c(back(as.vector(r$beta)), back(r$ci.lb), back(r$ci.ub)))
      v$weights <- arr(weights(r))
      if (method != "FE") v$prediction <- prediction_of(r, back)
      add(paste("pool", nm, method, test), e$file, call, v)
    }
  }
  for (test in c("z", "knha")) {
    call <- sprintf("leave1out(rma(yi, vi, data = d, test = \"%s\", %s))", test, TIGHT)
    l <- run(call, dat)
    add(paste("leave1out", nm, test), e$file, call,
        lapply(list(effect = l$estimate, effect_se = l$se, p = l$pval, effect_low = l$ci.lb, effect_high = l$ci.ub,
                    q = l$Q, q_p = l$Qp, tau2 = l$tau2, i2 = l$I2, h2 = l$H2), arr))
    call <- sprintf("regtest(rma(yi, vi, data = d, test = \"%s\", %s), ret.fit = TRUE)", test, TIGHT)
    g <- run(call, dat)
    add(paste("regtest mixed", nm, test), e$file, call,
        list(b = as.vector(g$fit$beta)[2], se = g$fit$se[2], statistic = g$zval, p = g$pval,
             back = arr(sapply(c(g$est, g$ci.lb, g$ci.ub), back))))
  }
  call <- "regtest(yi, vi, data = d, model = \"lm\", ret.fit = TRUE)"
  g <- run(call, dat)
  co <- summary(g$fit)$coefficients[2, ]
  add(paste("regtest egger", nm), e$file, call,
      list(b = co[[1]], se = co[[2]], statistic = g$zval, p = g$pval, df = g$dfs,
           back = arr(sapply(c(g$est, g$ci.lb, g$ci.ub), back))))
}

# Moderators and subgroups.
regressions <- list(
  list("bcg", "~ ablat"), list("bcg", "~ ablat + year"), list("bcg", "~ alloc + ablat"),
  list("hackshaw", "~ design"), list("hackshaw", "~ design + year"), list("begg", "~ trt"), list("begg", "~ trt + arms"))
for (x in regressions) for (method in c("REML", "DL", "PM", "ML", "FE")) for (test in if (method == "FE") "z" else c("z", "knha")) {
  e <- effects[[x[[1]]]]
  dat <- as.data.frame(run(e$call, read_data(e$file)))
  call <- sprintf("rma(yi, vi, mods = %s, data = d, method = \"%s\", test = \"%s\", %s)", x[[2]], method, test, TIGHT)
  r <- run(call, dat)
  alone <- run(sub("mods = [^,]*, ", "", call), dat)
  v <- c(coefficients_of(r), heterogeneity_of(r), list(qm = r$QM, qm_df = r$m, qm_p = r$QMp))
  # metafor's R2 is recomputed because it keeps only what its own fit of the empty model gives.
  if (method != "FE") v$r2 <- if (alone$tau2 > 0) max(0, 100 * (alone$tau2 - r$tau2) / alone$tau2) else NA
  add(paste("mods", x[[1]], x[[2]], method, test), e$file, call, v)
}

for (x in list(list("bcg", "alloc"), list("hackshaw", "design"), list("begg", "trt"))) for (test in c("z", "knha")) {
  e <- effects[[x[[1]]]]
  dat <- as.data.frame(run(e$call, read_data(e$file)))
  dat$by <- dat[[x[[2]]]]
  levels <- levels(factor(dat$by))
  call <- sprintf("rma(yi, vi, mods = ~ by - 1, data = d, test = \"%s\", %s)", test, TIGHT)
  r <- run(call, dat)
  m <- run(sub(" - 1", "", call, fixed = TRUE), dat)
  add(paste("subgroups common", x[[1]], test), e$file, call,
      c(coefficients_of(r), list(levels = arr(levels), tau2 = r$tau2, qm = m$QM, qm_df = m$m, qm_p = m$QMp)))
  call <- sprintf("rma(yi, vi, data = d, subset = by == LEVEL, test = \"%s\", %s)", test, TIGHT)
  own <- lapply(levels, function(l) run(sub("LEVEL", quoted(l), call), dat))
  between <- rma(sapply(own, function(r) as.vector(r$beta)), sei = sapply(own, function(r) r$se), method = "FE")
  add(paste("subgroups separate", x[[1]], test), e$file, call,
      list(levels = arr(levels), b = arr(sapply(own, function(r) as.vector(r$beta))), se = arr(sapply(own, `[[`, "se")),
           low = arr(sapply(own, `[[`, "ci.lb")), high = arr(sapply(own, `[[`, "ci.ub")),
           tau2 = arr(sapply(own, `[[`, "tau2")), qm = between$QE, qm_df = between$k - 1, qm_p = between$QEp))
}

# Small and awkward sets: two studies, effects alike, one precise study among vague ones.
small <- list(
  two = list(yi = c(0.2, 0.9), sei = c(0.1, 0.3)),
  alike = list(yi = c(0.3, 0.3, 0.31, 0.3), sei = c(0.2, 0.3, 0.25, 0.4)),
  precise = list(yi = c(0.1, 0.5, -0.4, 1.2, 0.8), sei = c(0.01, 0.4, 0.5, 0.6, 0.3)),
  three = list(yi = c(-1, 0, 2), sei = c(0.5, 0.5, 0.5)))
for (nm in names(small)) for (method in c("REML", "DL", "PM", "ML")) for (test in c("z", "knha")) {
  dat <- as.data.frame(small[[nm]])
  call <- sprintf("rma(yi, sei = sei, data = d, method = \"%s\", test = \"%s\", %s)", method, test, TIGHT)
  r <- run(call, dat)
  v <- c(coefficients_of(r), heterogeneity_of(r), list(prediction = prediction_of(r, identity)))
  add(paste("small", nm, method, test), NULL, call, v, input = small[[nm]])
}

# The double arcsine and its inversion, also at and beyond the ends.
x <- c(0, 1, 3, 17, 50, 50)
n <- c(10, 10, 8, 40, 50, 51)
add("double arcsine", NULL, "transf.ipft(transf.pft(x / n, n), n)",
    list(effect = arr(transf.pft(x / n, n)), back = arr(mapply(transf.ipft, transf.pft(x / n, n), n)),
         beyond = arr(transf.ipft(c(0.01, 0.4, 0.9, 1.5), 20))), input = list(x = x, n = n))

finish("metafor")
