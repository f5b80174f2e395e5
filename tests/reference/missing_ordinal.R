# A proportional odds model of completed sets, pooled by Rubin's rules.
# Run from the repository root: Rscript tests/reference/missing_ordinal.R
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages({library(mice); library(ordinal)})

sets_of <- function(file) {
  d <- read_data(file)
  d$ph.ecog <- factor(d$ph.ecog)
  split(d[d$set > 0, ], d$set[d$set > 0])
}

# A proportional odds model of completed sets: Rubin's rules for each coefficient, clm() of ordinal
# for the fits (its gradient is 0 to 1e-12), the whole model by D1 and D2.
ordered_fit <- "clm(factor(ph.ecog) ~ age + sex + ph.karno, data = d, control = clm.control(gradTol = 1e-12, maxIter = 200))"
fits <- lapply(sets_of("lung_imputed.csv"), function(d) { d$ph.ecog <- droplevels(d$ph.ecog); run(ordered_fit, d) })
null_fit <- lapply(sets_of("lung_imputed.csv"), function(d) { d$ph.ecog <- droplevels(d$ph.ecog); run("clm(factor(ph.ecog) ~ 1, data = d)", d) })
slopes <- names(fits[[1]]$beta)
rest <- fits[[1]]$n - fits[[1]]$edf
pooled <- lapply(slopes, function(b) pool.scalar(sapply(fits, function(f) coef(f)[[b]]),
                                                 sapply(fits, function(f) vcov(f)[b, b]), n = fits[[1]]$n, k = fits[[1]]$edf))
each <- function(of) arr(sapply(pooled, of))
whole <- mitml:::.D1(sapply(fits, function(f) coef(f)[slopes]),
                     simplify2array(lapply(fits, function(f) vcov(f)[slopes, slopes])), rest)
lr <- mapply(function(one, none) 2 * as.numeric(logLik(one) - logLik(none)), fits, null_fit)
lr_d2 <- mitml:::.D2(lr, length(slopes))
add("ordinal", "lung_imputed.csv", ordered_fit,
    list(terms = arr(slopes), dfcom = rest, estimate = each(function(f) f$qbar), se = each(function(f) sqrt(f$t)),
         statistic = each(function(f) f$qbar / sqrt(f$t)), df = each(function(f) f$df),
         p = each(function(f) 2 * pt(-abs(f$qbar / sqrt(f$t)), f$df)), riv = each(function(f) f$r), fmi = each(function(f) f$fmi),
         lower = each(function(f) f$qbar - qt(0.975, f$df) * sqrt(f$t)), upper = each(function(f) f$qbar + qt(0.975, f$df) * sqrt(f$t)),
         within = each(function(f) f$ubar), between = each(function(f) f$b),
         whole_D1 = list(f = whole$F[1], df2 = whole$v, p = pf(whole$F[1], whole$k, whole$v, lower.tail = FALSE)),
         whole_lr_D2 = list(f = lr_d2$F, df2 = lr_d2$v, p = pf(lr_d2$F, lr_d2$k, lr_d2$v, lower.tail = FALSE))))

finish(c("mice", "mitml", "ordinal"))
