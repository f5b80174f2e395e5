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

finish("sandwich")
