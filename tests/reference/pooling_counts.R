# Proportions pooled from their counts: the random-intercept logistic model (binomial-normal).
# Run from the repository root: Rscript tests/reference/pooling_counts.R
#
# metafor::rma.glmm fits it by lme4::glmer, whose optimiser stops after five or six digits whatever
# nAGQ. So the likelihood is written out here (Gauss-Hermite quadrature with 120 points around each
# study's mode), and its slope brought to 0 by Newton's steps; the values of rma.glmm stand beside.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages({library(metafor); library(lme4)})

hermite <- function(k) { # for the weight exp(-x^2 / 2) / sqrt(2 pi), by Golub and Welsch
  J <- matrix(0, k, k)
  i <- seq_len(k - 1)
  J[cbind(i, i + 1)] <- J[cbind(i + 1, i)] <- sqrt(i)
  e <- eigen(J, symmetric = TRUE)
  list(x = e$values, w = e$vectors[1, ]^2)
}
gh <- hermite(120)

# Slope of the log likelihood by (beta, tau), and the likelihood without binomial coefficients.
slope <- function(theta, x, n, X) {
  p <- ncol(X); tau <- theta[p + 1]; eta <- as.vector(X %*% theta[seq_len(p)])
  out <- numeric(p + 1); total <- 0
  for (i in seq_along(x)) {
    u <- 0
    for (k in 1:200) {
      q <- plogis(eta[i] + tau * u)
      step <- (tau * (x[i] - n[i] * q) - u) / (1 + tau^2 * n[i] * q * (1 - q))
      u <- u + max(-1, min(1, step))
    }
    q <- plogis(eta[i] + tau * u)
    s <- 1 / sqrt(1 + tau^2 * n[i] * q * (1 - q))
    v <- u + s * gh$x
    lp <- eta[i] + tau * v
    f <- x[i] * plogis(lp, log.p = TRUE) + (n[i] - x[i]) * plogis(-lp, log.p = TRUE) +
      (gh$x^2 - v^2) / 2 + log(s) + log(gh$w)
    top <- max(f); share <- exp(f - top); total <- total + top + log(sum(share)); share <- share / sum(share)
    r <- x[i] - n[i] * plogis(lp)
    out <- out + c(X[i, ] * sum(share * r), sum(share * r * v))
  }
  list(value = total, slope = out)
}

fit <- function(x, n, X) {
  start <- c(coef(glm(cbind(x, n - x) ~ X - 1, family = binomial)), 0.7)
  o <- optim(start, function(t) -slope(t, x, n, X)$value, function(t) -slope(t, x, n, X)$slope,
             method = "L-BFGS-B", lower = c(start[-length(start)] - 5, 0.01), upper = c(start[-length(start)] + 5, 8),
             control = list(maxit = 1000, factr = 10))
  theta <- o$par
  bend <- function(theta) {
    sapply(seq_along(theta), function(j) {
      h <- 1e-4 * replace(numeric(length(theta)), j, 1)
      f <- function(k) slope(theta + k * h, x, n, X)$slope
      (8 * (f(1) - f(-1)) - (f(2) - f(-2))) / (12 * 1e-4)
    })
  }
  for (k in 1:8) theta <- theta - solve(bend(theta), slope(theta, x, n, X)$slope)
  p <- ncol(X)
  V <- solve(-bend(theta))
  list(b = arr(unname(theta[seq_len(p)])), se = arr(unname(sqrt(diag(V))[seq_len(p)])),
       tau2 = unname(theta[p + 1]^2),
       log_likelihood = slope(theta, x, n, X)$value + sum(lchoose(n, x)))
}

bcg <- read_data("bcg.csv"); pritz <- read_data("pritz1997.csv")
sets <- list(
  list("pritz", "pritz1997.csv", pritz$xi, pritz$ni, NULL),
  list("bcg", "bcg.csv", bcg$tpos, bcg$tpos + bcg$tneg, NULL),
  list("bcg ablat", "bcg.csv", bcg$tpos, bcg$tpos + bcg$tneg, bcg$ablat),
  list("bcg alloc", "bcg.csv", bcg$tpos, bcg$tpos + bcg$tneg, bcg$alloc),
  list("zeros", NULL, c(0, 2, 0, 5, 1, 12, 3), c(20, 35, 12, 80, 44, 60, 9), NULL),
  list("rare", NULL, c(0, 0, 1, 0, 2, 9), c(100, 250, 400, 80, 900, 300), NULL))
for (s in sets) {
  d <- data.frame(x = s[[3]], n = s[[4]])
  X <- matrix(1, nrow(d), 1)
  given <- list(measure = "PLO", xi = d$x, ni = d$n)
  if (!is.null(s[[5]])) { d$m <- s[[5]]; X <- model.matrix(~ m, d); given$mods <- X[, -1, drop = FALSE] }
  r <- suppressWarnings(do.call(rma.glmm, c(given, nAGQ = 25)))
  f <- fit(d$x, d$n, X)
  stopifnot(abs(f$tau2 - r$tau2) < 1e-3 * (1 + f$tau2), all(abs(f$b - as.vector(r$beta)) < 1e-3))
  vt <- r$vt
  v <- c(f, list(q = r$QE.LRT, q_df = r$QE.df, q_p = r$QEp.LRT, i2 = 100 * f$tau2 / (vt + f$tau2),
                 h2 = f$tau2 / vt + 1,
                 rma_glmm = list(b = arr(as.vector(r$beta)), se = arr(r$se), tau2 = r$tau2,
                                 log_likelihood = as.numeric(logLik(r)))))
  common <- suppressWarnings(do.call(rma.glmm, c(given, method = "FE")))
  g <- glm(cbind(x, n - x) ~ X - 1, binomial, d, control = list(epsilon = 1e-14, maxit = 100))
  stopifnot(all.equal(unname(coef(g)), as.vector(common$beta), tolerance = 1e-6))
  q <- plogis(as.vector(X %*% coef(g))) # vcov(g) has the weights of the step before the last
  v$common <- list(b = arr(unname(coef(g))), se = arr(unname(sqrt(diag(solve(t(X) %*% (X * d$n * q * (1 - q))))))))
  add(paste("counts", s[[1]]), s[[2]], "rma.glmm(measure = \"PLO\", xi = x, ni = n, nAGQ = 25), solved exactly",
      v, input = list(events = arr(d$x), n = arr(d$n)))
}
finish(c("metafor", "lme4"))
