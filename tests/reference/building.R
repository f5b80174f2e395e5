# Reference values of model building: stepwise selection, LASSO, bootstrap validation.
# Run from the repository root: Rscript tests/reference/building.R
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressMessages({
  library(survival)
  library(MASS)
  library(glmnet)
  library(rms)
})
options(contrasts = c("contr.treatment", "contr.treatment"))

# ---- data: only patients whose every candidate is known, as SPSS and step() have it ----------
gbsg2 <- read_data("gbsg2.csv")
pbc <- read_data("pbc.csv")
pbc$dead <- as.integer(pbc$status == 2)
pbc$stage <- factor(pbc$stage)
pbc$edema <- factor(pbc$edema)
veteran <- read_data("veteran.csv")
birthwt <- read_data("birthwt.csv")
birthwt$race <- factor(birthwt$race)
aSAH <- read_data("aSAH.csv")
aSAH$poor <- as.integer(aSAH$outcome == "Poor")
retinopathy <- read_data("retinopathy.csv")

problems <- list(
  gbsg2 = list(data = gbsg2, y = "Surv(time, cens)", x = c("horTh", "age", "menostat", "tsize",
    "tgrade", "pnodes", "progrec", "estrec")),
  pbc = list(data = pbc, y = "Surv(time, dead)", x = c("age", "sex", "hepato", "spiders", "edema",
    "bili", "albumin", "copper", "ast", "platelet", "protime", "stage")),
  veteran = list(data = veteran, y = "Surv(time, status)", x = c("trt", "celltype", "karno",
    "diagtime", "age", "prior")),
  birthwt = list(data = birthwt, y = "low", x = c("age", "lwt", "race", "smoke", "ptl", "ht", "ui",
    "ftv")),
  aSAH = list(data = aSAH, y = "poor", x = c("gender", "age", "s100b", "ndka")),
  gbsg2_hormone = list(data = transform(gbsg2, yes = as.integer(horTh == "yes")), y = "yes",
    x = c("age", "menostat", "tsize", "tgrade", "pnodes", "progrec", "estrec"))
)
problems <- lapply(problems, function(p) {
  used <- c(all.vars(parse(text = p$y)), p$x)
  p$data <- droplevels(p$data[complete.cases(p$data[, used]), used])
  p$cox <- startsWith(p$y, "Surv")
  p
})

# ---- stepwise selection by tests, written out ----------------------------------------------
form <- function(p, terms) as.formula(paste(p$y, "~", if (length(terms)) paste(terms, collapse = " + ") else "1"))
fit_of <- function(p, terms, ties = "efron") {
  if (p$cox) {
    coxph(form(p, terms), data = p$data, ties = ties, control = coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100))
  } else {
    glm(form(p, terms), data = p$data, family = binomial, control = glm.control(epsilon = 1e-14, maxit = 100))
  }
}
ll <- function(f) as.numeric(if (inherits(f, "coxph")) f$loglik[length(f$loglik)] else logLik(f))
columns <- function(p, terms, term) {
  mm <- model.matrix(as.formula(paste("~", paste(terms, collapse = " + "))), p$data)
  which(attr(mm, "assign") == match(term, terms)) - if (p$cox) 1 else 0
}
df_of <- function(p, term) length(columns(p, term, term))

# Rao's score test of adding a term to a fitted model.
score <- function(p, terms, term, ties) {
  if (!p$cox) {
    # As anova(test = "Rao") has it, but with the weights of the estimates themselves.
    f <- fit_of(p, terms)
    X <- model.matrix(form(p, c(terms, term)), p$data)
    mu <- plogis(drop(model.matrix(f) %*% coef(f)))
    u <- drop(crossprod(X, f$y - mu))
    found <- drop(u %*% solve(crossprod(X, X * (mu * (1 - mu))), u))
    rao <- anova(f, fit_of(p, c(terms, term)), test = "Rao")$Rao[2]
    stopifnot(all.equal(found, rao, tolerance = 1e-5))
    return(found)
  }
  start <- c(if (length(terms)) coef(fit_of(p, terms, ties)), rep(0, df_of(p, term)))
  coxph(form(p, c(terms, term)), data = p$data, ties = ties, init = start,
    control = coxph.control(iter.max = 0))$score
}
wald <- function(p, terms, term, ties) {
  f <- fit_of(p, terms, ties)
  k <- columns(p, terms, term)
  drop(coef(f)[k] %*% solve(vcov(f)[k, k], coef(f)[k]))
}
lr <- function(p, terms, term, ties) {
  2 * (ll(fit_of(p, terms, ties)) - ll(fit_of(p, setdiff(terms, term), ties)))
}
# The likelihood ratio at conditional estimates of the reduced model (Lawless and Singhal 1978).
conditional <- function(p, terms, term, ties) {
  f <- fit_of(p, terms, ties)
  k <- columns(p, terms, term)
  b <- coef(f)
  V <- vcov(f)
  moved <- b
  moved[k] <- 0
  moved[-k] <- b[-k] - V[-k, k, drop = FALSE] %*% solve(V[k, k], b[k])
  at <- if (p$cox) {
    ll(coxph(form(p, terms), data = p$data, ties = ties, init = moved, control = coxph.control(iter.max = 0)))
  } else {
    eta <- drop(model.matrix(f) %*% moved)
    sum(plogis((2 * f$y - 1) * eta, log.p = TRUE))
  }
  2 * (ll(f) - at)
}
score_out <- function(p, terms, term, ties) score(p, setdiff(terms, term), term, ties)
removal <- list(wald = wald, "likelihood ratio" = lr, conditional = conditional, score = score_out)

stepwise <- function(p, rule, by, enter = 0.05, remove = 0.10, ties = "efron") {
  ordered <- function(terms) p$x[p$x %in% terms]
  now <- if (rule == "forward") character() else p$x
  seen <- list(now)
  moves <- list()
  repeat {
    after <- NULL
    if (length(now)) {
      chi <- sapply(now, function(t) removal[[by]](p, now, t, ties))
      pv <- mapply(function(x, t) pchisq(x, df_of(p, t), lower.tail = FALSE), chi, now)
      w <- which.max(pv)
      if (pv[w] >= remove) {
        move <- list("removed", now[w], chi[w], pv[w])
        after <- setdiff(now, now[w])
      }
    }
    if (is.null(after)) {
      out <- setdiff(p$x, now)
      if (!length(out)) break
      chi <- sapply(out, function(t) score(p, now, t, ties))
      pv <- mapply(function(x, t) pchisq(x, df_of(p, t), lower.tail = FALSE), chi, out)
      w <- which.min(pv)
      if (pv[w] >= enter) break
      move <- list("entered", out[w], chi[w], pv[w])
      after <- c(now, out[w])
    }
    after <- ordered(after)
    if (any(sapply(seen, identical, after))) break
    seen <- c(seen, list(after))
    now <- after
    f <- fit_of(p, now, ties)
    moves <- c(moves, list(c(move, df_of(p, move[[2]]), -2 * ll(f) + 2 * length(coef(f)))))
  }
  pick <- function(k) arr(sapply(moves, function(m) unname(m[[k]])))
  if (!length(moves)) return(list(chosen = arr(now)))
  list(move = pick(1), term = pick(2), chi_square = pick(3), p = pick(4), df = pick(5),
    aic = pick(6), chosen = arr(now))
}

ties_of <- list(gbsg2 = c("efron", "breslow"), pbc = "breslow", veteran = c("efron", "breslow"),
  birthwt = "", aSAH = "", gbsg2_hormone = "")
for (name in names(problems)) {
  p <- problems[[name]]
  for (rule in c("forward", "backward")) for (by in names(removal)) for (ties in ties_of[[name]]) {
    t <- if (p$cox) ties else "efron"
    label <- paste(c("step", name, rule, by, if (p$cox) t), collapse = " ")
    add(label, name, paste(rule, "by", by), stepwise(p, rule, by, ties = t),
      input = list(rule = rule, by = by, ties = t, covariates = arr(p$x), enter = 0.05, remove = 0.10))
  }
  # Wider gates, through which covariates come back.
  add(paste("step", name, "backward wide"), name, "backward by Wald, enter .2, remove .3",
    stepwise(p, "backward", "wald", 0.2, 0.3),
    input = list(rule = "backward", by = "wald", ties = "efron", covariates = arr(p$x), enter = 0.2, remove = 0.3))
}

# ---- stepwise by AIC: step() and stepAIC() ---------------------------------------------------
for (name in names(problems)) {
  p <- problems[[name]]
  d <- p$data
  control <- if (p$cox) "control = coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100)" else
    "family = binomial, control = glm.control(epsilon = 1e-14, maxit = 100)"
  fitter <- if (p$cox) "coxph" else "glm"
  call_of <- function(terms) eval(parse(text = sprintf("%s(%s ~ %s, data = d, %s)", fitter, p$y, terms, control)))
  everything <- paste(p$x, collapse = " + ")
  for (rule in c("forward", "backward", "both")) {
    start <- call_of(if (rule == "forward") "1" else everything)
    scope <- list(lower = ~1, upper = as.formula(paste("~", everything)))
    found <- step(start, scope = scope, direction = rule, trace = 0)
    other <- stepAIC(start, scope = scope, direction = rule, trace = 0)
    stopifnot(all.equal(found$anova$AIC, other$anova$AIC))
    an <- found$anova
    add(paste("aic", name, rule), name, sprintf("step(direction = \"%s\")", rule),
      list(step = arr(as.character(an$Step)[-1]), aic = arr(an$AIC[-1]), first_aic = an$AIC[1],
        chosen = arr(p$x[p$x %in% attr(terms(found), "term.labels")])),
      input = list(rule = rule, covariates = arr(p$x)))
  }
}

# ---- LASSO: glmnet with the folds given ------------------------------------------------------
# Who is censored at the time of an event is at risk at it, as in coxph. glmnet 4.1 adds 2e-14 to
# the times of the censored for that, which is lost on times above 100 (such as days): some of
# them are then not at risk. Half a day does what was meant.
# Its Fortran code spaces the penalties of Cox models in single precision: the same grid is given
# in double, as long as the one that it chose.
later <- function(p) {
  if (!p$cox) return(p$data)
  y <- all.vars(parse(text = p$y))
  d <- p$data
  d[[y[1]]] <- d[[y[1]]] + 0.5 * (1 - d[[y[2]]] %in% max(d[[y[2]]]))
  d
}
for (name in c("gbsg2", "pbc", "veteran", "birthwt", "aSAH", "gbsg2_hormone")) {
  p <- problems[[name]]
  x <- model.matrix(as.formula(paste("~", paste(p$x, collapse = " + "))), p$data)[, -1]
  y <- eval(parse(text = p$y), later(p))
  family <- if (p$cox) "cox" else "binomial"
  set.seed(42)
  fold <- sample(rep_len(1:10, nrow(x)))
  usual <- glmnet(x, y, family = family, thresh = 1e-20, maxit = 1e8)
  grid <- exp(seq(0, log(1e-4), length.out = 100))[seq_along(usual$lambda)] * usual$lambda[1]
  whole <- glmnet(x, y, family = family, lambda = grid, thresh = 1e-20, maxit = 1e8)
  cv <- cv.glmnet(x, y, family = family, foldid = fold, lambda = whole$lambda, thresh = 1e-20, maxit = 1e8,
    type.measure = "deviance", grouped = TRUE)
  at <- c(cv$lambda.min, cv$lambda.1se)
  b <- as.matrix(coef(whole, s = at))
  add(paste("lasso", name), name, "cv.glmnet(x, y, foldid, lambda = glmnet(x, y)$lambda, thresh = 1e-20)",
    list(lambda = arr(whole$lambda), dev_ratio = arr(whole$dev.ratio), cvm = arr(cv$cvm), cvsd = arr(cv$cvsd),
      nonzero = arr(unname(cv$nzero)), lambda_min = at[1], lambda_1se = at[2], columns = arr(rownames(b)),
      at_min = arr(b[, 1]), at_1se = arr(b[, 2])),
    input = list(covariates = arr(p$x), fold = arr(fold)))
}

# ---- bootstrap validation: rms::validate, its fits driven to convergence ----------------------
# rms stops the Newton steps of its fits early (a change of 0.025 in the deviance in lrm.fit, of
# 1e-4 in coxphFit). Only these limits are changed here. `usual` is what it prints as it is.
draws <- function(n, B, seed) {
  set.seed(seed)
  t(replicate(B, sample(n, replace = TRUE)))
}
table_of <- function(v) {
  v <- unclass(v)[, 1:5]
  l <- lapply(rownames(v), function(r) as.list(v[r, ]))
  setNames(l, rownames(v))
}
quietly <- function(x) { capture.output(x <- x); x }
validated <- function(f, B, seed, ...) {
  set.seed(seed)
  quietly(validate(f, B = B, ...))
}
models <- list()
for (name in c("birthwt", "aSAH", "gbsg2", "veteran", "retinopathy")) {
  p <- if (name == "retinopathy") {
    list(cox = TRUE, data = retinopathy, y = "Surv(futime, status)", x = c("trt", "age", "type", "risk"))
  } else problems[[name]]
  d <- p$data
  f <- if (p$cox) cph(form(p, p$x), data = d, x = TRUE, y = TRUE, eps = 1e-12, iter.max = 100) else
    lrm(form(p, p$x), data = d, x = TRUE, y = TRUE, eps = 1e-13, maxit = 100)
  models[[name]] <- list(f = f, n = nrow(d), p = p)
}
B <- c(birthwt = 20, aSAH = 20, gbsg2 = 8, veteran = 20, retinopathy = 12)
usual <- lapply(names(models), function(k) {
  m <- models[[k]]
  if (k == "retinopathy") validated(m$f, B[[k]], 7, cluster = m$p$data$id) else validated(m$f, B[[k]], 7)
})
names(usual) <- names(models)
loose <- rms::lrm.fit
assignInNamespace("lrm.fit", function(..., maxit, eps) loose(..., maxit = 200, eps = 1e-9), "rms")
own <- rms:::coxphFit
assignInNamespace("coxphFit", function(..., eps, iter.max) {
  own(..., eps = 1e-12, iter.max = if (iter.max == 0) 0 else 50)
}, "rms")
for (k in names(models)) {
  m <- models[[k]]
  cluster <- k == "retinopathy"
  v <- if (cluster) validated(m$f, B[[k]], 7, cluster = m$p$data$id) else validated(m$f, B[[k]], 7)
  if (cluster) {
    groups <- split(seq_len(m$n), m$p$data$id)
    samples <- lapply(seq_len(B[[k]]), function(i) NULL)
    set.seed(7)
    for (i in seq_len(B[[k]])) samples[[i]] <- unlist(groups[sample(length(groups), replace = TRUE)], use.names = FALSE)
    samples <- do.call(rbind, samples)
  } else {
    samples <- draws(m$n, B[[k]], 7)
  }
  add(paste("validate", k), k, "rms::validate(fit, B)", list(index = table_of(v), usual = table_of(usual[[k]])),
    input = list(covariates = arr(m$p$x), samples = samples, cluster = cluster))
}

# ---- the same with the selection repeated in every sample, written out ------------------------
measure_logit <- function(eta, y, b0) {
  r <- rank(eta)
  n1 <- sum(y)
  auc <- (sum(r[y == 1]) - n1 * (n1 + 1) / 2) / (n1 * (length(y) - n1))
  null <- sum(dbinom(y, 1, mean(y), log = TRUE))
  if (var(eta) < 1e-20) {
    own <- c(qlogis(mean(y)) - b0, 1)
    gain <- 0
  } else {
    f <- glm(y ~ eta, family = binomial, control = glm.control(epsilon = 1e-14, maxit = 100))
    own <- unname(coef(f))
    gain <- 2 * (as.numeric(logLik(f)) - null)
  }
  n <- length(y)
  c(C = auc, R2 = (1 - exp(-gain / n)) / (1 - exp(2 * null / n)), Intercept = own[1], Slope = own[2],
    B = mean((y - plogis(eta))^2))
}
measure_cox <- function(lp, y, strata = NULL) {
  d <- data.frame(lp = lp)
  d$y <- y
  d$s <- if (is.null(strata)) factor(rep(1, length(lp))) else strata
  f <- coxph(y ~ lp + strata(s), data = d, control = coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100))
  gain <- 2 * diff(f$loglik)
  n <- length(lp)
  conc <- concordance(y ~ lp + strata(s), data = d, reverse = TRUE)$concordance
  c(C = unname(conc), R2 = (1 - exp(-gain / n)) / (1 - exp(2 * f$loglik[1] / n)), Slope = unname(coef(f)))
}
by_hand <- function(p, samples, choose, strata = NULL) {
  one <- function(rows) {
    q <- p
    q$data <- p$data[rows, , drop = FALSE]
    terms <- choose(q)
    plain <- paste(p$y, "~", if (length(terms)) paste(terms, collapse = " + ") else "1")
    f <- if (!p$cox) fit_of(q, terms) else {
      text <- if (is.null(strata)) plain else paste0(plain, " + strata(", strata, ")")
      coxph(as.formula(text), data = q$data, control = coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100))
    }
    lp <- function(d) {
      mm <- model.matrix(as.formula(paste("~", if (length(terms)) paste(terms, collapse = " + ") else "1")), d)
      drop((if (p$cox) mm[, -1, drop = FALSE] else mm) %*% coef(f))
    }
    m <- function(d) {
      y <- eval(parse(text = p$y), d)
      if (p$cox) measure_cox(lp(d), y, if (!is.null(strata)) d[[strata]]) else measure_logit(lp(d), y, coef(f)[1])
    }
    list(train = m(q$data), test = m(p$data), terms = terms)
  }
  whole <- one(seq_len(nrow(p$data)))
  each <- apply(samples, 1, one)
  train <- rowMeans(sapply(each, `[[`, "train"))
  test <- rowMeans(sapply(each, `[[`, "test"))
  list(chosen = arr(whole$terms), apparent = as.list(whole$train), training = as.list(train), test = as.list(test),
    corrected = as.list(whole$train - (train - test)),
    selected = as.list(sapply(p$x, function(t) mean(sapply(each, function(e) t %in% e$terms)))))
}
by_step <- function(p) {
  d <<- p$data
  control <- if (p$cox) "control = coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100)" else
    "family = binomial, control = glm.control(epsilon = 1e-14, maxit = 100)"
  f <- eval(parse(text = sprintf("%s(%s ~ %s, data = d, %s)", if (p$cox) "coxph" else "glm", p$y, paste(p$x, collapse = " + "), control)))
  attr(terms(step(f, direction = "backward", trace = 0)), "term.labels")
}
for (k in c("birthwt", "veteran")) {
  p <- problems[[k]]
  samples <- draws(nrow(p$data), 15, 11)
  add(paste("selected", k, "aic"), k, "step() in every bootstrap sample", by_hand(p, samples, by_step),
    input = list(covariates = arr(p$x), samples = samples, rule = "backward", by = "aic"))
  add(paste("selected", k, "wald"), k, "backward by Wald in every bootstrap sample",
    by_hand(p, samples, function(q) unname(unlist(unclass(stepwise(q, "backward", "wald")$chosen)))),
    input = list(covariates = arr(p$x), samples = samples, rule = "backward", by = "wald"))
}
p <- problems$veteran
p$x <- setdiff(p$x, "celltype")
samples <- draws(nrow(p$data), 10, 13)
add("selected veteran strata", "veteran", "coxph with strata(celltype) in every bootstrap sample",
  by_hand(p, samples, function(q) q$x, "celltype"),
  input = list(covariates = arr(p$x), samples = samples, rule = "all", strata = "celltype"))

finish(c("survival", "MASS", "glmnet", "rms"))
