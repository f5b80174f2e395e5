# Proportional odds regression reference values.
# Run from the repository root: Rscript tests/reference/ordinal.R
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressMessages({ library(ordinal); library(MASS); library(sandwich) })

# clm() of ordinal gives estimates, and the likelihood with slopes of their own at each
# threshold (`nominal`); polr() of MASS gives the same estimates, less exactly.
tight <- "control = clm.control(gradTol = 1e-12, maxIter = 200)"
clm_of <- function(formula, d, more = "") {
  run(sprintf("clm(%s, data = d, %s%s)", formula, tight, more), d)
}
# Limits of the profile likelihood: of the model with v * x_j as offset.
profile_limits <- function(formula, d, fit, weights) {
  X <- model.matrix(as.formula(sub("^[^~]*", "", formula)), d)[, -1, drop = FALSE]
  y <- model.response(model.frame(fit))
  b <- fit$beta
  se <- sqrt(diag(vcov(fit)))[names(b)]
  w <- weights
  at <- function(v, j) {
    e <- list2env(list(y = y, Z = X[, -j, drop = FALSE], o = v * X[, j], w = w), parent = globalenv())
    rest <- if (ncol(X) > 1) "y ~ Z + offset(o)" else "y ~ offset(o)"
    f <- eval(parse(text = sprintf("clm(%s, weights = w, control = clm.control(gradTol = 1e-10, maxIter = 200))", rest)), e)
    2 * (as.numeric(logLik(fit)) - as.numeric(logLik(f))) - qchisq(0.95, 1)
  }
  t(sapply(seq_along(b), function(j) {
    one <- function(sign) {
      ends <- sort(c(b[j], b[j] + sign * 4 * se[j]))
      uniroot(at, ends, j = j, tol = 1e-11)$root
    }
    c(one(-1), one(1))
  }))
}
ordinal_case <- function(name, file, formula, d = read_data(file), cluster = NULL) {
  w <- if ("Freq" %in% names(d)) d$Freq else rep(1, nrow(d))
  more <- if ("Freq" %in% names(d)) ", weights = Freq" else ""
  fit <- clm_of(formula, d, more)
  null <- clm_of(sub("~.*", "~ 1", formula), d[as.integer(rownames(model.frame(fit))), ], more)
  terms <- attr(terms(fit), "term.labels")
  V <- vcov(fit)
  by_term <- lapply(terms, function(t) {
    used <- d[rownames(model.frame(fit)), ]
    rest <- paste(c("1", setdiff(terms, t)), collapse = " + ")
    without <- clm_of(sub("~.*", paste("~", rest), formula), used, more)
    own <- clm_of(formula, used, sprintf(", nominal = ~ %s%s", t, more))
    list(lr = 2 * as.numeric(logLik(fit) - logLik(without)), df = fit$edf - without$edf,
         nominal = 2 * as.numeric(logLik(own) - logLik(fit)), nominal_df = own$edf - fit$edf)
  })
  names(by_term) <- terms
  all_own <- clm_of(formula, d, sprintf(", nominal = ~ %s%s", paste(terms, collapse = " + "), more))
  p <- run(sprintf("polr(%s, data = d, Hess = TRUE%s)", formula, more), d)
  stopifnot(max(abs(coef(p) - fit$beta)) < 1e-3)
  ll <- as.numeric(logLik(fit)); l0 <- as.numeric(logLik(null)); n <- sum(w[as.integer(rownames(model.frame(fit)))])
  cs <- 1 - exp(2 * (l0 - ll) / n)
  limits <- profile_limits(formula, d, fit, w[as.integer(rownames(model.frame(fit)))])
  values <- list(
    n = nrow(model.frame(fit)), terms = arr(names(fit$beta)), coef = arr(unname(fit$beta)),
    thresholds = arr(unname(fit$alpha)), se = arr(unname(sqrt(diag(V)))),
    lower = arr(limits[, 1]), upper = arr(limits[, 2]), loglik = ll, loglik_null = l0,
    cox_snell = cs, nagelkerke = cs / (1 - exp(2 * l0 / n)), by_term = by_term,
    nominal = 2 * as.numeric(logLik(all_own) - logLik(fit)), nominal_df = all_own$edf - fit$edf)
  if (!is.null(cluster)) {
    id <- d[rownames(model.frame(fit)), cluster]
    # The score of each row by its definition, summed by cluster (sandwich's estfun needs polr).
    values$robust_se <- arr(unname(sqrt(diag(robust(fit, d[rownames(model.frame(fit)), ], formula, id)))))
  }
  add(name, file, sprintf("clm(%s, data = d%s)", formula, more), values)
}
robust <- function(fit, d, formula, id) {
  X <- model.matrix(as.formula(sub("^[^~]*", "", formula)), d)[, -1, drop = FALSE]
  y <- as.integer(model.response(model.frame(fit)))
  K <- length(fit$alpha)
  a <- c(-Inf, fit$alpha, Inf)
  eta <- drop(X %*% fit$beta)
  up <- dlogis(a[y + 1] - eta); down <- dlogis(a[y] - eta)
  P <- plogis(a[y + 1] - eta) - plogis(a[y] - eta)
  E <- cbind(sapply(1:K, function(k) (up * (y == k) - down * (y == k + 1)) / P), -(up - down) / P * X)
  S <- rowsum(E, id)
  V <- vcov(fit)
  g <- nrow(S)
  V %*% crossprod(S) %*% V * g / (g - 1)
}

ordinal_case("wine", "wine.csv", "factor(rating) ~ temp + contact", cluster = "judge")
housing <- read_data("housing.csv")
housing$Sat <- factor(housing$Sat, levels = c("Low", "Medium", "High"), ordered = TRUE)
housing$Infl <- factor(housing$Infl, levels = c("Low", "Medium", "High"))
ordinal_case("housing", "housing.csv", "Sat ~ Infl + Type + Cont", housing)
pbc <- read_data("pbc.csv")
pbc <- pbc[!is.na(pbc$stage) & pbc$stage > 1 & !is.na(pbc$platelet), ]
rownames(pbc) <- NULL
ordinal_case("pbc stage", "pbc.csv", "factor(stage) ~ age + albumin + log(bili) + sex + platelet", pbc)
retinopathy <- read_data("retinopathy.csv")
retinopathy$third <- factor(cut(retinopathy$risk, c(0, 8, 10, 12)))
ordinal_case("retinopathy risk", "retinopathy.csv", "third ~ age + trt + laser", retinopathy, cluster = "id")

finish(c("ordinal", "MASS"))
