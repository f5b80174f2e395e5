# Cox regression reference values.
# Run from the repository root: Rscript tests/reference/cox.R
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages(library(survival))

control <- "control = coxph.control(iter.max = 50, eps = 1e-12, toler.chol = 1e-13)"

# Coefficients are named as R names them: variable followed by level.
describe <- function(fit, vcov = FALSE) {
  s <- summary(fit)
  b <- coef(fit)
  se <- sqrt(diag(vcov(fit)))
  z <- b / se
  half <- qnorm(0.975) * se
  # Taken from the fit: summary() rounds the Wald statistic to two decimals.
  df <- length(b)
  test <- function(x) list(chisq = x, df = df, p = pchisq(x, df, lower.tail = FALSE))
  # Global Wald test of each term that has more than one coefficient.
  V <- vcov(fit)
  wald <- lapply(fit$assign, function(i) {
    chisq <- drop(b[i] %*% solve(V[i, i, drop = FALSE], b[i]))
    list(chisq = chisq, df = length(i), p = pchisq(chisq, length(i), lower.tail = FALSE))
  })
  out <- list(
    n = fit$n, n_event = fit$nevent, terms = arr(names(b)),
    coef = arr(b), se = arr(se), z = arr(z), p = arr(2 * pnorm(-abs(z))),
    hr = arr(exp(b)), hr_lower = arr(exp(b - half)), hr_upper = arr(exp(b + half)),
    loglik_null = fit$loglik[1], loglik = fit$loglik[2],
    lr_test = test(2 * (fit$loglik[2] - fit$loglik[1])),
    wald_test = test(fit$wald.test[[1]]), score_test = test(fit$score[[1]]),
    wald_by_term = wald,
    concordance = unname(s$concordance[1]), concordance_se = unname(s$concordance[2])
  )
  if (vcov) out$vcov <- unname(V)
  out
}

gbsg2 <- read_data("gbsg2.csv")
lung <- read_data("lung.csv")
veteran <- read_data("veteran.csv")
veteran$celltype <- relevel(veteran$celltype, ref = "squamous")
stopifnot(levels(gbsg2$tgrade)[1] == "I", levels(gbsg2$menostat)[1] == "Post",
          levels(gbsg2$horTh)[1] == "no")

covariates <- c("horTh", "age", "menostat", "tsize", "tgrade", "pnodes", "progrec", "estrec")
all8 <- paste(covariates, collapse = " + ")

for (ties in c("efron", "breslow")) {
  fit_case <- function(name, file, d, formula, vcov = FALSE) {
    call <- sprintf("coxph(%s, data = d, ties = \"%s\", %s)", formula, ties, control)
    add(sprintf("%s, %s", name, ties), file, call, describe(run(call, d), vcov))
  }
  for (v in covariates) {
    fit_case(sprintf("gbsg2 %s", v), "gbsg2.csv", gbsg2, sprintf("Surv(time, cens) ~ %s", v))
  }
  fit_case("gbsg2 all", "gbsg2.csv", gbsg2, sprintf("Surv(time, cens) ~ %s", all8), vcov = TRUE)
  # Months: coefficients must not depend on the unit of time.
  fit_case("gbsg2 months all", "gbsg2.csv", gbsg2,
           sprintf("Surv(time / 30.4375, cens) ~ %s", all8))
  # Heavier ties: time in whole 90-day periods.
  fit_case("gbsg2 coarse all", "gbsg2.csv", gbsg2,
           sprintf("Surv(ceiling(time / 90), cens) ~ %s", all8), vcov = TRUE)
  for (v in c("age", "sex", "ph.ecog", "factor(ph.ecog)")) {
    fit_case(sprintf("lung %s", v), "lung.csv", lung, sprintf("Surv(time, status == 2) ~ %s", v))
  }
  fit_case("lung all", "lung.csv", lung, "Surv(time, status == 2) ~ age + sex + ph.ecog", vcov = TRUE)
  for (v in c("trt", "karno", "diagtime", "age", "prior", "celltype")) {
    fit_case(sprintf("veteran %s", v), "veteran.csv", veteran, sprintf("Surv(time, status) ~ %s", v))
  }
  # celltype with reference level squamous
  fit_case("veteran all", "veteran.csv", veteran,
           "Surv(time, status) ~ trt + karno + diagtime + age + prior + celltype", vcov = TRUE)
  fit_case("veteran strata", "veteran.csv", veteran,
           "Surv(time, status) ~ trt + karno + strata(celltype)", vcov = TRUE)
}

# Test of proportional hazards (Grambsch & Therneau; score form of survival >= 3).
for (m in list(
  list("gbsg2 all", "gbsg2.csv", gbsg2, sprintf("Surv(time, cens) ~ %s", all8)),
  list("veteran all", "veteran.csv", veteran,
       "Surv(time, status) ~ trt + karno + diagtime + age + prior + celltype"),
  list("lung all", "lung.csv", lung, "Surv(time, status == 2) ~ age + sex + ph.ecog")
)) for (tr in c("km", "identity", "rank", "log")) {
  call <- sprintf("cox.zph(coxph(%s, data = d, ties = \"efron\", %s), transform = \"%s\")",
                  m[[4]], control, tr)
  zt <- run(call, m[[3]])$table
  add(sprintf("zph %s, %s", m[[1]], tr), m[[2]], call,
      list(terms = arr(rownames(zt)), chisq = arr(zt[, "chisq"]), df = arr(zt[, "df"]),
           p = arr(zt[, "p"])))
}

finish("survival")
