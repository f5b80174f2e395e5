# Competing risks: cumulative incidence, Gray's test, Fine and Gray's model.
# Run from the repository root: Rscript tests/reference/competing.R
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages({library(survival); library(cmprsk)})

# status: 0 censored, 1 the event, 2 the competing event
sets <- list(
  # death, with transplantation as the competing event; in days, and in months with many ties
  pbc = list(file = "pbc.csv", time = "time", status = "c(0, 2, 1)[status + 1]",
             by = c("1", "sex", "stage"), times = c(365, 1095, 1825, 3650),
             model = c("sex", "age + bili", "age + sex + bili + factor(stage)")),
  pbc_months = list(file = "pbc.csv", time = "ceiling(time / 30.4375)", status = "c(0, 2, 1)[status + 1]",
                    by = c("1", "sex", "stage"), times = c(12, 36, 60, 120),
                    model = c("age + bili", "age + sex + bili + factor(stage)")),
  # plasma cell malignancy, with death as the competing event; in months
  mgus2 = list(file = "mgus2.csv", time = "ifelse(pstat == 0, futime, ptime)",
               status = "ifelse(pstat == 0, 2 * death, 1)",
               by = c("1", "sex"), times = c(60, 120, 240, 360),
               model = c("sex", "age + sex + hgb + mspike")),
  # death of melanoma, with death of other causes as the competing event
  Melanoma = list(file = "Melanoma.csv", time = "time", status = "c(1, 0, 2)[status]",
                  by = c("1", "sex", "ulcer"), times = c(365, 1095, 1825, 3650),
                  model = c("ulcer", "sex + age + thickness + ulcer")),
  example = list(file = "crr_example.csv", time = "time", status = "status",
                 by = c("1", "group"), times = c(0.1, 0.5, 1, 2), model = "x1 + x2 + x3")
)
frame <- function(s) read_data(s$file)
complete <- function(d, rhs) d[complete.cases(d[, all.vars(as.formula(paste("~", rhs))), drop = FALSE]), ]
overall <- function(by) if (by == "1") "overall" else by

# Strata of a survfit object as a list of one-curve objects, named by level.
curves <- function(fit) {
  if (is.null(fit$strata)) return(list(overall = fit))
  out <- lapply(seq_along(fit$strata), function(i) fit[i, ])
  names(out) <- sub("^[^=]*=", "", names(fit$strata))
  out
}

# Aalen-Johansen by survfit; its standard error is the infinitesimal jackknife.
for (key in names(sets)) {
  s <- sets[[key]]
  for (by in s$by) for (ct in c("log-log", "log", "plain")) {
    d <- frame(s)
    call <- sprintf("survfit(Surv(%s, factor(%s, 0:2)) ~ %s, data = d, conf.type = \"%s\")",
                    s$time, s$status, by, ct)
    values <- lapply(curves(run(call, d)), function(fit) {
      a <- summary(fit, times = s$times, extend = TRUE)
      cause <- function(k) list(incidence = arr(a$pstate[, k]), std_err = arr(a$std.err[, k]),
                                lower = arr(a$lower[, k]), upper = arr(a$upper[, k]))
      list(n = fit$n[[1]], last_time = max(fit$time),
           events = sum(fit$n.event[, 2]), competing = sum(fit$n.event[, 3]),
           censored = sum(fit$n.censor),
           time = arr(s$times), n_risk = arr(a$n.risk[, 1]), event = cause(2), other = cause(3))
    })
    add(sprintf("aj %s by %s, %s", key, overall(by), ct), s$file, call, values)
  }
}

# Estimates and variances by cuminc, and Gray's tests. timepoints() is NA beyond the last time.
for (key in names(sets)) {
  s <- sets[[key]]
  for (by in s$by) {
    d <- if (by == "1") frame(s) else complete(frame(s), by)
    group <- if (by == "1") "rep(1, nrow(d))" else by
    call <- sprintf("with(d, cuminc(%s, %s, %s))", s$time, s$status, group)
    fit <- run(call, d)
    at <- timepoints(fit, s$times)
    levels <- if (by == "1") "1" else levels(factor(d[[by]]))
    values <- list(time = arr(s$times), groups = arr(levels))
    values$curves <- lapply(setNames(levels, levels), function(g) {
      cause <- function(k) list(est = arr(at$est[paste(g, k), ]), var = arr(at$var[paste(g, k), ]))
      list(event = cause(1), other = cause(2))
    })
    if (by != "1") {
      tests <- fit$Tests
      p <- pchisq(tests[, "stat"], tests[, "df"], lower.tail = FALSE)  # cuminc has 1 - pchisq
      values$tests <- lapply(list(event = 1, other = 2), function(k)
        list(chisq = tests[[k, "stat"]], df = tests[[k, "df"]], p = p[[k]]))
    }
    add(sprintf("cuminc %s by %s", key, overall(by)), s$file, call, values)
  }
}

# Follow-up by the reverse Kaplan-Meier method: both events end it, as a censoring would.
for (key in names(sets)) {
  s <- sets[[key]]
  for (by in s$by) {
    call <- sprintf("survfit(Surv(%s, %s == 0) ~ %s, data = d, conf.type = \"log-log\")",
                    s$time, s$status, by)
    q <- quantile(run(call, frame(s)), probs = 0.5)
    groups <- if (by == "1") "overall" else levels(factor(frame(s)[[by]]))
    values <- lapply(setNames(seq_along(groups), groups), function(i)
      list(time = q$quantile[[i]], lower = q$lower[[i]], upper = q$upper[[i]]))
    add(sprintf("follow-up %s by %s", key, overall(by)), s$file, call, values)
  }
}

# Fine and Gray's model, of the event (failcode 1) and of the competing event (2).
wald <- function(b, v) {
  x2 <- sum(b * solve(v, b))
  list(chisq = x2, df = length(b), p = pchisq(x2, length(b), lower.tail = FALSE))
}
for (key in names(sets)) {
  s <- sets[[key]]
  for (rhs in s$model) for (cause in 1:2) {
    if (cause == 2 && grepl("stage", rhs)) next  # nobody of stage 1 had a transplantation
    d <- complete(frame(s), rhs)
    call <- sprintf("with(d, crr(%s, %s, model.matrix(~ %s, d)[, -1, drop = FALSE], failcode = %d))",
                    s$time, s$status, rhs, cause)
    rough <- run(call, d)
    stopifnot(rough$converged)
    # crr is content with the score at 1e-6 of the likelihood: take one more of its steps.
    d$rough <- c(rough$coef, rep(NA, nrow(d) - length(rough$coef)))
    fit <- run(sub("))$", ", init = c(na.omit(rough)), gtol = 0, maxiter = 1))", call), d)
    stopifnot(max(abs(fit$coef - rough$coef)) < 1e-4)
    b <- fit$coef
    se <- sqrt(diag(fit$var))
    z <- b / se
    assign <- attr(model.matrix(as.formula(paste("~", rhs)), d), "assign")[-1]
    labels <- attr(terms(as.formula(paste("~", rhs))), "term.labels")
    by_term <- lapply(setNames(seq_along(labels), labels), function(k)
      wald(b[assign == k], fit$var[assign == k, assign == k, drop = FALSE]))
    add(sprintf("crr %s %s, cause %d", key, rhs, cause), s$file, call,
        list(n = fit$n, terms = arr(names(b)), coef = arr(b), se = arr(se), z = arr(z),
             p = arr(2 * pnorm(-abs(z))), shr = arr(exp(b)),
             shr_lower = arr(exp(b - qnorm(0.975) * se)), shr_upper = arr(exp(b + qnorm(0.975) * se)),
             loglik = fit$loglik, loglik_null = fit$loglik.null, vcov = unname(fit$var),
             wald_test = wald(b, fit$var), wald_by_term = by_term))
  }
}

# The same by weights in a Cox model. survival::finegray takes censorings to come after tied
# events, cmprsk::crr counts those events as at risk of censoring, so only the estimates of the
# untied cohort are the same; the standard errors pass over the estimate of the weights.
for (cause in 1:2) {
  call <- sprintf(paste("coxph(Surv(fgstart, fgstop, fgstatus) ~ x1 + x2 + x3 + cluster(id), weights = fgwt,",
                        "ties = \"breslow\", control = coxph.control(eps = 1e-11),",
                        "data = finegray(Surv(time, factor(status, 0:2)) ~ ., etype = \"%d\",",
                        "data = transform(d, id = seq_along(time))))"), cause)
  fit <- run(call, frame(sets$example))
  add(sprintf("finegray example, cause %d", cause), sets$example$file, call,
      list(terms = arr(names(coef(fit))), coef = arr(coef(fit)), se = arr(sqrt(diag(fit$var)))))
}

# The cause-specific Cox model beside it: the competing event is a censoring.
for (cause in 1:2) {
  s <- sets$Melanoma
  rhs <- "sex + age + thickness + ulcer"
  call <- sprintf("coxph(Surv(%s, %s == %d) ~ %s, data = d, control = coxph.control(eps = 1e-11))",
                  s$time, s$status, cause, rhs)
  fit <- run(call, frame(s))
  add(sprintf("cause-specific Melanoma, cause %d", cause), s$file, call,
      list(terms = arr(names(coef(fit))), coef = arr(coef(fit)), se = arr(sqrt(diag(vcov(fit))))))
}

finish(c("survival", "cmprsk"))
