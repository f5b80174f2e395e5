# Conditional logistic regression of matched sets: exact, within each set.
# Run from the repository root: Rscript tests/reference/conditional.R
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages(library(survival))

control <- coxph.control(iter.max = 50, eps = 1e-13, toler.chol = 1e-14)
models <- list(
  # 1:2 sets of a case and its controls
  c("infert", "clogit(case ~ spontaneous + induced + strata(stratum), d, control = control)"),
  c("infert factor", "clogit(case ~ factor(spontaneous) + factor(induced) + strata(stratum), d, control = control)"),
  # a treated and an untreated eye
  c("retinopathy", "clogit(status ~ trt + risk + strata(id), d, control = control)"),
  # several of each in a set
  c("bacteria", "clogit(I(y == 'y') ~ week + strata(ID), d, control = control)"))
for (one in models) {
  file <- paste0(sub(" .*", "", one[1]), ".csv")
  fit <- run(one[2], read_data(file))
  s <- summary(fit)
  add(one[1], file, one[2], list(
    coefficient = arr(unname(coef(fit))), se = arr(sqrt(diag(fit$var))),
    odds_ratio = arr(s$conf.int[, "exp(coef)"]), low = arr(s$conf.int[, "lower .95"]),
    high = arr(s$conf.int[, "upper .95"]), p = arr(s$coefficients[, "Pr(>|z|)"]),
    loglik = arr(fit$loglik), lr = unname(s$logtest["test"]), wald = unname(fit$wald.test),
    score = unname(s$sctest["test"]), n = fit$n, events = fit$nevent,
    lr_terms = arr(head(drop1(fit, test = "Chisq")[-1, "LRT"], -1))))  # the last is the strata's
}
finish(c("survival"))
