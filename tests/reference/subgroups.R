# One effect within subgroups, and the likelihood-ratio test of its interaction.
# Run from the repository root: Rscript tests/reference/subgroups.R
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages(library(survival))

d <- read_data("gbsg2.csv")
d$menostat <- relevel(d$menostat, "Pre")
d$old <- factor(ifelse(d$age >= 50, "yes", "no"))

effect <- function(fit) {
  term <- grep("horTh", names(coef(fit)), value = TRUE)[1]
  limits <- if (inherits(fit, "coxph")) confint(fit)[term, ] else confint.default(fit)[term, ]
  list(ratio = unname(exp(coef(fit)[term])), low = unname(exp(limits[1])), high = unname(exp(limits[2])),
       n = if (inherits(fit, "coxph")) fit$n else length(fit$y),
       events = if (inherits(fit, "coxph")) fit$nevent else sum(fit$y))
}

models <- list(
  cox = list(of = function(f, x) coxph(update(Surv(time, cens) ~ 1, f), data = x)),
  logistic = list(of = function(f, x) glm(update(cens ~ 1, f), data = x, family = binomial)))
for (kind in names(models)) {
  fit <- models[[kind]]$of
  found <- list(all = effect(fit(~ horTh, d)))
  for (by in c("menostat", "tgrade")) {
    levels <- lapply(split(d, d[[by]]), function(part) effect(fit(~ horTh, part)))
    with <- fit(reformulate(c("horTh", by, paste0("horTh:", by))), d)
    without <- fit(reformulate(c("horTh", by)), d)
    chi <- 2 * as.numeric(logLik(with) - logLik(without))
    df <- attr(logLik(with), "df") - attr(logLik(without), "df")
    found[[by]] <- list(levels = levels, chi_square = chi, df = df,
                        p = pchisq(chi, df, lower.tail = FALSE))
  }
  add(kind, "gbsg2.csv", paste(kind, "within subgroups"), found)
}
finish()
