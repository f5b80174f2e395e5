# Cox regression: Firth's penalised likelihood, profile limits; restricted cubic splines and
# interactions, of Cox and logistic models.
# Run from the repository root: Rscript tests/reference/cox_rest.R
#
# No package in Debian has Firth's method for Cox models (coxphf). Here it is by its definition:
# the log partial likelihood that coxph gives at fixed coefficients plus half the log determinant
# of the information there, maximised by Newton's steps on its gradient. The gradient of the log
# determinant is taken by fourth-order differences.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages({library(survival); library(rms)})

control <- coxph.control(iter.max = 50, eps = 1e-13, toler.chol = 1e-14)
still <- coxph.control(iter.max = 0, toler.chol = 1e-14)
q95 <- qchisq(0.95, 1)

prepare <- function(file) {
  d <- read_data(file)
  for (v in names(d)) if (is.factor(d[[v]])) d[[v]] <- factor(d[[v]], sort(levels(d[[v]]), method = "radix"))
  d
}
ovarian <- prepare("ovarian.csv")
veteran <- prepare("veteran.csv")
heart <- prepare("heart.csv")
gbsg2 <- prepare("gbsg2.csv")
pbc <- prepare("pbc.csv")
lung <- prepare("lung.csv")
infert <- prepare("infert.csv")
# Nobody with the event has x = 1: the likelihood is monotone.
ovarian$x <- as.integer(ovarian$fustat == 0 & seq_len(nrow(ovarian)) %% 3 == 0)
veteran$x <- as.integer(veteran$status == 0)

# ---- Firth ------------------------------------------------------------------
at <- function(y, x, strata, ties) function(b) {
  text <- if (is.null(strata)) y ~ x else y ~ x + strata(strata)
  fit <- suppressWarnings(coxph(text, init = b, control = still, ties = ties))
  score <- residuals(fit, "score")
  information <- solve(fit$var)
  list(value = fit$loglik[1] + 0.5 * as.numeric(determinant(information)$modulus),
       half = 0.5 * as.numeric(determinant(information)$modulus),
       score = if (is.matrix(score)) colSums(score) else sum(score), information = information)
}
slope <- function(f, b, h = 1e-3) sapply(seq_along(b), function(j) {
  v <- function(k) { s <- b; s[j] <- s[j] + k * h; f(s)$half }
  (8 * (v(1) - v(-1)) - (v(2) - v(-2))) / (12 * h)
})
maximise <- function(f, b, free) {
  for (i in 1:200) {
    here <- f(b)
    step <- numeric(length(b))
    gradient <- here$score + slope(f, b)
    step[free] <- solve(here$information[free, free, drop = FALSE], gradient[free])
    step <- step * min(1, 2 / max(abs(step)))
    while (f(b + step)$value < here$value - 1e-9 && max(abs(step)) > 1e-12) step <- step / 2
    b <- b + step
    if (max(abs(step)) < 1e-10) break
  }
  b
}
firth <- function(f, p, j_only = NULL) {
  best <- maximise(f, numeric(p), seq_len(p))
  top <- f(best)
  loss <- function(j, v, start) {
    start[j] <- v
    free <- setdiff(seq_len(p), j)
    b <- if (length(free)) maximise(f, start, free) else start
    2 * (top$value - f(b)$value)
  }
  limits <- function(j) {
    unit <- sqrt(solve(top$information)[j, j])
    g <- function(v) sqrt(max(loss(j, v, best), 0)) - sqrt(q95)
    low <- uniroot(g, best[j] + c(-6, -0.2) * unit, tol = 1e-11, extendInt = "downX")$root
    high <- uniroot(g, best[j] + c(0.2, 6) * unit, tol = 1e-11, extendInt = "upX")$root
    c(low, high)
  }
  both <- sapply(seq_len(p), limits)
  chisq <- sapply(seq_len(p), function(j) loss(j, 0, best))
  list(coef = arr(best), low = arr(both[1, ]), high = arr(both[2, ]),
       p = arr(pchisq(chisq, 1, lower.tail = FALSE)), value = top$value)
}
penalised <- list(
  list("ovarian", "ovarian.csv", ovarian, "Surv(futime, fustat == 1)", c("age", "rx"), NULL),
  list("ovarian endless", "ovarian.csv", ovarian, "Surv(futime, fustat == 1)", c("age", "x"), NULL),
  list("veteran endless", "veteran.csv", veteran, "Surv(time, status == 1)", c("karno", "x"), NULL),
  list("veteran endless strata", "veteran.csv", veteran, "Surv(time, status == 1)", c("karno", "x"), "celltype"),
  list("heart intervals", "heart.csv", heart, "Surv(start, stop, event == 1)", c("age", "surgery"), NULL)
)
for (m in penalised) for (ties in c("efron", "breslow")) {
  if (ties == "breslow" && m[[1]] != "ovarian endless") next
  d <- m[[3]]
  y <- eval(parse(text = m[[4]]), d)
  x <- scale(as.matrix(d[m[[5]]]))
  f <- at(y, x, if (is.null(m[[6]])) NULL else d[[m[[6]]]], ties)
  found <- firth(f, ncol(x))
  scale <- attr(x, "scaled:scale")
  for (name in c("coef", "low", "high")) found[[name]] <- arr(unclass(found[[name]]) / scale)
  add(sprintf("firth %s, %s", m[[1]], ties), m[[2]], "maximise(loglik + log(det(information)) / 2)", found,
      list(y = m[[4]], covariates = arr(m[[5]]), strata = paste0(m[[6]], ""), ties = ties))
}

# ---- Profile limits -----------------------------------------------------------
profiles <- list(
  list("veteran", "veteran.csv", veteran, "Surv(time, status == 1)", c("trt", "karno", "age"), ""),
  list("ovarian", "ovarian.csv", ovarian, "Surv(futime, fustat == 1)", c("age", "rx"), ""),
  list("veteran strata", "veteran.csv", veteran, "Surv(time, status == 1)", c("karno", "age"), "celltype"),
  list("heart intervals", "heart.csv", heart, "Surv(start, stop, event == 1)", c("age", "year", "surgery", "transplant"), ""),
  list("veteran endless", "veteran.csv", veteran, "Surv(time, status == 1)", c("karno", "x"), "")
)
for (m in profiles) for (ties in c("efron", "breslow", "exact")) {
  if (ties == "exact" && !m[[1]] %in% c("veteran", "ovarian")) next
  d <- m[[3]]
  y <- eval(parse(text = m[[4]]), d)
  x <- as.matrix(d[m[[5]]])
  group <- if (m[[6]] == "") rep(1, nrow(d)) else d[[m[[6]]]]
  fit <- suppressWarnings(coxph(y ~ x + strata(group), ties = ties, control = control))
  top <- fit$loglik[2]
  se <- sqrt(diag(fit$var))
  limits <- sapply(seq_along(m[[5]]), function(j) {
    held <- function(v) {
      rest <- x[, -j, drop = FALSE]
      offsets <- (x[, j] - mean(x[, j])) * v
      f <- coxph(y ~ rest + strata(group) + offset(offsets), ties = ties, control = control)
      2 * (top - f$loglik[2])
    }
    g <- function(v) sqrt(max(held(v), 0)) - sqrt(q95)
    if (m[[5]][j] == "x") return(c(-Inf, uniroot(g, c(-8, 2), tol = 1e-12)$root))
    if (m[[1]] == "veteran endless") return(c(NA, NA))
    b <- coef(fit)[j]
    c(uniroot(g, b + c(-5, -0.3) * se[j], tol = 1e-13)$root, uniroot(g, b + c(0.3, 5) * se[j], tol = 1e-13)$root)
  })
  add(sprintf("profile %s, %s", m[[1]], ties), m[[2]], "2 * (loglik - profile loglik) = qchisq(0.95, 1)",
      list(low = arr(limits[1, ]), high = arr(limits[2, ])),
      list(y = m[[4]], covariates = arr(m[[5]]), strata = m[[6]], ties = ties))
}

# ---- Splines ------------------------------------------------------------------
wald <- function(b, v, at) {
  x <- drop(b[at] %*% solve(v[at, at], b[at]))
  list(chisq = x, df = length(at), p = pchisq(x, length(at), lower.tail = FALSE))
}
curves <- list(
  list("gbsg2 age", "gbsg2.csv", gbsg2, "cox", "Surv(time, cens == 1)", "age", "pnodes", 53, c(25, 40, 53, 61.5, 80)),
  list("gbsg2 progrec", "gbsg2.csv", gbsg2, "cox", "Surv(time, cens == 1)", "progrec", "tgrade", 100, c(0, 5, 100, 800, 2000)),
  list("pbc bili", "pbc.csv", pbc, "cox", "Surv(time, status == 2)", "bili", "age", 1, c(0.3, 1, 2.5, 10, 28)),
  list("lung wt.loss", "lung.csv", lung, "cox", "Surv(time, status == 2)", "wt.loss", "sex", 0, c(-20, 0, 5, 30, 60)),
  list("ovarian age", "ovarian.csv", ovarian, "cox", "Surv(futime, fustat == 1)", "age", "rx", 55, c(40, 55, 70)),
  list("infert age", "infert.csv", infert, "logistic", "case", "age", "spontaneous", 30, c(22, 30, 40))
)
for (m in curves) for (k in c(3, 4, 5, 7)) {
  if (m[[1]] == "ovarian age" && k > 3) next
  d <- m[[3]]
  d <- d[stats::complete.cases(d[c(m[[6]], m[[7]])]), ]
  knots <- rcspline.eval(d[[m[[6]]]], nk = k, knots.only = TRUE)
  if (length(knots) < k) next
  base <- rcspline.eval(d[[m[[6]]]], knots = knots, inclx = TRUE)
  other <- model.matrix(as.formula(paste("~", m[[7]])), d)[, -1, drop = FALSE]
  x <- cbind(base, other)
  if (m[[4]] == "cox") {
    y <- eval(parse(text = m[[5]]), d)
    fit <- coxph(y ~ x, control = control)
    b <- coef(fit); v <- vcov(fit)
  } else {
    y <- d[[m[[5]]]]
    fit <- glm(y ~ x, family = binomial, control = glm.control(epsilon = 1e-14, maxit = 100))
    b <- coef(fit)[-1]; v <- vcov(fit)[-1, -1]
  }
  at <- seq_len(k - 1)
  moved <- sweep(rcspline.eval(m[[9]], knots = knots, inclx = TRUE), 2,
                 rcspline.eval(c(m[[8]], m[[8]]), knots = knots, inclx = TRUE)[1, ])
  log <- drop(moved %*% b[at])
  se <- sqrt(rowSums((moved %*% v[at, at]) * moved))
  add(sprintf("spline %s %d", m[[1]], k), m[[2]], sprintf("%s ~ rcs(%s, %d) + %s", m[[5]], m[[6]], k, m[[7]]),
      list(knots = arr(knots), coef = arr(b), overall = wald(b, v, at), nonlinear = wald(b, v, at[-1]),
           ratio = arr(exp(log)), low = arr(exp(log - qnorm(0.975) * se)), high = arr(exp(log + qnorm(0.975) * se))),
      list(kind = m[[4]], y = m[[5]], variable = m[[6]], other = m[[7]], knots = k, reference = m[[8]], values = arr(m[[9]])))
}

# ---- Interactions ---------------------------------------------------------------
# Every pair of levels is a row of the design; the effect is the difference of two of them.
products <- list(
  list("gbsg2 horTh menostat", "gbsg2.csv", gbsg2, "cox", "Surv(time, cens == 1)", "horTh", "menostat", "pnodes"),
  list("gbsg2 horTh tgrade", "gbsg2.csv", gbsg2, "cox", "Surv(time, cens == 1)", "horTh", "tgrade", "age"),
  list("gbsg2 age tgrade", "gbsg2.csv", gbsg2, "cox", "Surv(time, cens == 1)", "age", "tgrade", "tsize"),
  list("gbsg2 tgrade age", "gbsg2.csv", gbsg2, "cox", "Surv(time, cens == 1)", "tgrade", "age", "tsize"),
  list("gbsg2 age tsize", "gbsg2.csv", gbsg2, "cox", "Surv(time, cens == 1)", "age", "tsize", "horTh"),
  list("veteran trt celltype", "veteran.csv", veteran, "cox", "Surv(time, status == 1)", "trt", "celltype", "karno"),
  list("infert spontaneous education", "infert.csv", infert, "logistic", "case", "spontaneous", "education", "age")
)
for (m in products) {
  d <- m[[3]]
  right <- sprintf("%s + %s + %s + %s:%s", m[[6]], m[[7]], m[[8]], m[[6]], m[[7]])
  text <- as.formula(paste(m[[5]], "~", right))
  x <- model.matrix(as.formula(paste("~", right)), d)[, -1]
  if (m[[4]] == "cox") {
    y <- eval(parse(text = m[[5]]), d)
    fit <- coxph(y ~ x, control = control)
    b <- coef(fit); v <- vcov(fit)
  } else {
    y <- d[[m[[5]]]]
    fit <- glm(y ~ x, family = binomial, control = glm.control(epsilon = 1e-14, maxit = 100))
    b <- coef(fit)[-1]; v <- vcov(fit)[-1, -1]
  }
  crossed <- grep(":", colnames(x), fixed = TRUE)
  by <- d[[m[[7]]]]
  places <- if (is.factor(by)) levels(by) else quantile(by, c(0.25, 0.5, 0.75))
  ends <- if (is.factor(d[[m[[6]]]])) levels(d[[m[[6]]]]) else c(0, 1)
  effects <- list()
  for (place in places) for (end in ends[-1]) {
    two <- d[c(1, 1), ]
    two[[m[[7]]]] <- if (is.factor(by)) factor(place, levels(by)) else as.numeric(place)
    two[[m[[6]]]] <- if (is.factor(d[[m[[6]]]])) factor(c(ends[1], end), ends) else as.numeric(c(ends[1], end))
    rows <- model.matrix(as.formula(paste("~", right)), two)[, -1]
    change <- rows[2, ] - rows[1, ]
    log <- sum(change * b)
    se <- sqrt(drop(change %*% v %*% change))
    effects[[length(effects) + 1]] <- list(
      group = if (is.factor(by)) place else sprintf("%g", as.numeric(place)), level = if (is.factor(d[[m[[6]]]])) end else "",
      ratio = exp(log), low = exp(log - qnorm(0.975) * se), high = exp(log + qnorm(0.975) * se),
      p = 2 * pnorm(-abs(log / se)))
  }
  names(effects) <- paste0("e", seq_along(effects))
  add(sprintf("interaction %s", m[[1]]), m[[2]], paste(m[[5]], "~", right),
      list(coef = arr(sort(b[crossed])), test = wald(b, v, crossed), effects = effects),
      list(kind = m[[4]], y = m[[5]], first = m[[6]], second = m[[7]], other = m[[8]]))
}

finish(c("survival", "rms"))
