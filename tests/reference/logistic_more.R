# Logistic regression beyond glm(): clusters and weights.
# Run from the repository root: Rscript tests/reference/logistic_more.R
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressMessages(library(sandwich))
exact <- "family = binomial, control = glm.control(epsilon = 1e-15, maxit = 100)"

# glm() keeps the covariance of the step before the last; a last refit from the estimate gives
# it at the estimate.
refit <- function(call, d) {
  f <- suppressWarnings(run(call, d))
  again <- sub("family = binomial", "family = binomial, start = start", call)
  env <- new.env(parent = globalenv())
  env$d <- d
  env$start <- coef(f)
  suppressWarnings(eval(parse(text = again), env))
}
fit_of <- function(file, formula, d = read_data(file), more = "") {
  call <- sprintf("glm(%s, data = d, %s%s)", formula, exact, more)
  list(call = call, fit = refit(call, d), d = d, file = file)
}
wald <- function(b, V) drop(b[-1] %*% solve(V[-1, -1], b[-1]))

robust <- function(name, m, cluster) {
  b <- coef(m$fit)
  id <- m$d[[cluster]]
  with_factor <- vcovCL(m$fit, cluster = id, type = "HC0")
  without <- vcovCL(m$fit, cluster = id, type = "HC0", cadjust = FALSE)
  one <- function(V) list(se = arr(sqrt(diag(V))), wald = wald(b, V),
                          p = arr(2 * pnorm(-abs(b / sqrt(diag(V))))), vcov = unname(V))
  add(name, m$file, c(fit = m$call, vcov = sprintf("sandwich::vcovCL(fit, cluster = d$%s, type = \"HC0\")", cluster)),
      list(terms = arr(names(b)), coef = arr(unname(b)), factor = one(with_factor), none = one(without)))
}
bacteria <- "I(y == \"y\") ~ ap + hilo + week"
robust("clusters bacteria", fit_of("bacteria.csv", bacteria), "ID")
robust("clusters retinopathy", fit_of("retinopathy.csv", "status ~ trt + type + risk"), "id")
robust("clusters infert", fit_of("infert.csv", "case ~ spontaneous + induced + parity"), "stratum")

# Case weights: whole numbers as repeated rows; others with robust standard errors.
infert <- read_data("infert.csv")
infert$times <- 1 + seq_len(nrow(infert)) %% 3
infert$share <- 0.5 + (seq_len(nrow(infert)) %% 7) / 4
m <- fit_of("infert.csv", "case ~ age + spontaneous + induced", infert, ", weights = times")
long <- infert[rep(seq_len(nrow(infert)), infert$times), ]
l <- fit_of("infert.csv", "case ~ age + spontaneous + induced", long)$fit
stopifnot(all.equal(coef(l), coef(m$fit), tolerance = 1e-10))
cox_snell <- 1 - exp((deviance(l) - l$null.deviance) / nrow(long))
add("weights whole", m$file, m$call,
    list(terms = arr(names(coef(l))), coef = arr(unname(coef(l))), se = arr(unname(sqrt(diag(vcov(l))))),
         loglik = as.numeric(logLik(l)), lr = l$null.deviance - deviance(l), cox_snell = cox_snell,
         nagelkerke = cox_snell / (1 - exp(-l$null.deviance / nrow(long)))))
m <- fit_of("infert.csv", "case ~ age + spontaneous + induced", infert, ", weights = share")
add("weights fractions", m$file, c(fit = m$call, vcov = "sandwich::sandwich(fit)"),
    list(terms = arr(names(coef(m$fit))), coef = arr(unname(coef(m$fit))),
         se = arr(unname(sqrt(diag(sandwich(m$fit)))))))

# Firth's penalised likelihood. Estimates by brglm2 (its mean bias reduction is Firth's method
# for logistic models); the profile of the penalised likelihood, which no package in Debian
# offers (logistf is not there), by its definition: l(b) + log det(X'WX) / 2, maximised over the
# other coefficients by their modified scores, the penalty that of the whole model.
suppressMessages(library(brglm2))
penalised <- function(X, y, b) {
  p <- plogis(drop(X %*% b))
  sum(plogis((2 * y - 1) * drop(X %*% b), log.p = TRUE)) +
    as.numeric(determinant(crossprod(X, X * (p * (1 - p))))$modulus) / 2
}
climb <- function(X, y, b, free) {
  now <- penalised(X, y, b)
  for (i in 1:2000) {
    p <- plogis(drop(X %*% b))
    W <- p * (1 - p)
    I <- crossprod(X, X * W)
    h <- W * rowSums((X %*% solve(I)) * X)
    step <- rep(0, length(b))
    step[free] <- solve(I[free, free], crossprod(X, y - p + h * (0.5 - p))[free])
    size <- 0.5  # whole steps may circle around the maximum
    while (penalised(X, y, b + size * step) < now - 1e-11) size <- size / 2
    b <- b + size * step
    now <- penalised(X, y, b)
    if (max(abs(X %*% step)) < 1e-9) return(list(b = b, value = now))
  }
  stop("no convergence")
}
firth_case <- function(name, m) {
  X <- model.matrix(m$fit)
  y <- m$fit$y
  call <- sub("control = glm.control\\(epsilon = 1e-15, maxit = 100\\)",
              "method = \"brglmFit\", type = \"AS_mean\", epsilon = 1e-12, maxit = 1000, start = start", m$call)
  # From zeros: from brglmFit's own start it does not converge where data are separated.
  env <- new.env(parent = globalenv())
  env$d <- m$d
  env$start <- rep(0, ncol(X))
  f <- eval(parse(text = call), env)
  best <- climb(X, y, coef(f), seq_len(ncol(X)))
  stopifnot(max(abs(best$b - coef(f))) < 1e-8)
  I <- crossprod(X, X * (function(p) p * (1 - p))(plogis(drop(X %*% best$b))))
  se <- sqrt(diag(solve(I)))
  lost <- function(hold, values) {
    b <- best$b
    b[hold] <- values
    free <- setdiff(seq_along(b), hold)
    2 * (best$value - climb(X, y, b, free)$value)
  }
  limit <- function(j, sign) {
    cut <- qchisq(0.95, 1)
    far <- best$b[j] + sign * 2 * se[j]
    while (lost(j, far) < cut) far <- far + sign * se[j]
    uniroot(function(v) lost(j, v) - cut, sort(c(best$b[j], far)), tol = 1e-12)$root
  }
  lr <- sapply(seq_along(best$b), function(j) lost(j, 0))
  asg <- attr(X, "assign")
  terms <- sapply(setdiff(unique(asg), 0), function(k) lost(which(asg == k), 0))
  names(terms) <- attr(terms(m$fit), "term.labels")
  model <- lost(which(asg > 0), 0)
  add(name, m$file, call, list(
    terms = arr(names(coef(f))), coef = arr(unname(coef(f))), se = arr(unname(se)),
    lower = arr(sapply(seq_along(se), limit, -1)), upper = arr(sapply(seq_along(se), limit, 1)),
    lr = arr(lr), p = arr(pchisq(lr, 1, lower.tail = FALSE)), loglik = best$value,
    by_term = terms, model = model))
}
birthwt <- read_data("birthwt.csv")
firth_case("firth birthwt", fit_of("birthwt.csv", "low ~ age + lwt + factor(race) + smoke + ht + ui"))
# One woman had three premature labours before: separation.
firth_case("firth birthwt separated", fit_of("birthwt.csv", "low ~ lwt + smoke + factor(ptl)"))
firth_case("firth infert", fit_of("infert.csv", "case ~ education + age + parity + induced + spontaneous"))

# Discrimination and calibration. Hosmer and Lemeshow's test as ResourceSelection::hoslem.test
# makes its groups (not in Debian; cut() at the deciles of the fitted probabilities), with the
# number of groups that come out less two as degrees of freedom.
hosmer <- function(y, p, less) {
  g <- cut(p, unique(quantile(p, 0:10 / 10)), include.lowest = TRUE)
  g <- droplevels(g)
  o <- tapply(y, g, sum)
  e <- tapply(p, g, sum)
  n <- as.vector(table(g))
  x2 <- sum((o - e)^2 / e + (o - e)^2 / (n - e))
  df <- nlevels(g) - less
  list(chisq = x2, df = df, p = if (df > 0) pchisq(x2, df, lower.tail = FALSE) else NA,
       n = arr(n), events = arr(as.vector(o)), predicted = arr(as.vector(e) / n))
}
measured <- function(y, p, less) {
  l <- qlogis(p)
  tight <- glm.control(epsilon = 1e-15, maxit = 100)
  slope <- glm(y ~ l, family = binomial, control = tight)
  slope <- glm(y ~ l, family = binomial, control = tight, start = coef(slope))
  large <- glm(y ~ offset(l), family = binomial, control = tight)
  roc <- pROC::roc(y, l, direction = "<", levels = c(0, 1), quiet = TRUE)
  list(brier = mean((y - p)^2), c = as.numeric(pROC::auc(roc)), c_se = sqrt(pROC::var(roc)),
       slope = unname(coef(slope)[2]), slope_se = sqrt(vcov(slope)[2, 2]),
       large = unname(coef(large)), large_se = sqrt(vcov(large)[1, 1]), hl = hosmer(y, p, less))
}
own <- function(name, m) {
  f <- m$fit
  X <- model.matrix(f)
  # Equal covariates give exactly equal probabilities.
  p <- plogis(rowSums(sweep(X, 2, coef(f), "*")))
  drop <- drop1(f, test = "Chisq")[-1, ]
  lr <- setNames(drop$LRT, rownames(drop))
  add(name, m$file, m$call, c(measured(f$y, p, 2), list(by_term = lr)))
}
own("performance birthwt", fit_of("birthwt.csv", "low ~ age + lwt + factor(race) + smoke + ht + ui"))
own("performance infert", fit_of("infert.csv", "case ~ spontaneous + induced"))
gbsg2 <- read_data("gbsg2.csv")
own("performance gbsg2", fit_of("gbsg2.csv", "cens ~ age + menostat + tsize + tgrade + pnodes", gbsg2))
# Probabilities from elsewhere: a rule made up beforehand.
p <- plogis(-1 + 0.9 * birthwt$smoke - 0.02 * (birthwt$lwt - 130) + birthwt$ht)
add("performance outside", "birthwt.csv", "p = plogis(-1 + 0.9 * smoke - 0.02 * (lwt - 130) + ht)",
    measured(birthwt$low, p, 0))
# Clusters: the infinitesimal jackknife of survival::concordance.
m <- fit_of("bacteria.csv", bacteria)
c2 <- survival::concordance(m$fit$y ~ predict(m$fit), cluster = m$d$ID)
add("performance clusters", m$file, m$call,
    list(c = unname(c2$concordance), c_se = sqrt(c2$var)))

finish(c("sandwich", "brglm2", "pROC", "survival"))
