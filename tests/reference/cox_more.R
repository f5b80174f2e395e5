# Cox regression: strata, clusters, case weights, late entry, exact ties; tests of proportional
# hazards, concordance, residuals, baseline hazard and predicted survival.
# Run from the repository root: Rscript tests/reference/cox_more.R
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages(library(survival))

control <- "control = coxph.control(iter.max = 50, eps = 1e-12, toler.chol = 1e-13)"

# A long column as two numbers that change with any entry and with their order.
marks <- function(x) {
  x <- as.matrix(x)
  list(squares = arr(colSums(x^2)), waves = arr(colSums(x * cos(seq_len(nrow(x))))))
}

prepare <- function(file) {
  d <- read_data(file)
  # Levels in the order of their codes, whatever the language of the machine.
  for (v in names(d)) if (is.factor(d[[v]])) d[[v]] <- factor(d[[v]], sort(levels(d[[v]]), method = "radix"))
  i <- seq_len(nrow(d))
  d$copies <- 1 + i %% 3          # whole-number case weights
  d$fractions <- 0.5 + (i %% 4) / 4
  d
}
rats <- prepare("rats.csv")
retinopathy <- prepare("retinopathy.csv")
heart <- prepare("heart.csv")
cgd <- prepare("cgd.csv")
ovarian <- prepare("ovarian.csv")
kidney <- prepare("kidney.csv")
veteran <- prepare("veteran.csv")
lung <- prepare("lung.csv")
pbc <- prepare("pbc.csv")
gbsg2 <- prepare("gbsg2.csv")
infert <- prepare("infert.csv")
stopifnot(levels(veteran$celltype)[1] == "adeno")

models <- list(
  list("rats strata", "rats.csv", rats, "time", "status == 1", c("rx"), strata = "litter"),
  list("rats cluster", "rats.csv", rats, "time", "status == 1", c("rx", "sex"), cluster = "litter"),
  list("retinopathy cluster", "retinopathy.csv", retinopathy, "futime", "status == 1",
       c("trt", "type", "risk"), cluster = "id"),
  list("retinopathy cluster strata", "retinopathy.csv", retinopathy, "futime", "status == 1",
       c("trt", "risk"), cluster = "id", strata = "type"),
  list("kidney cluster", "kidney.csv", kidney, "time", "status == 1", c("age", "sex", "disease"),
       cluster = "id"),
  list("heart intervals", "heart.csv", heart, "stop", "event == 1",
       c("age", "year", "surgery", "transplant"), entry = "start"),
  list("heart intervals strata", "heart.csv", heart, "stop", "event == 1",
       c("age", "transplant"), entry = "start", strata = "surgery"),
  list("cgd intervals cluster", "cgd.csv", cgd, "tstop", "status == 1",
       c("treat", "inherit", "age", "steroids"), entry = "tstart", cluster = "id"),
  list("cgd everything", "cgd.csv", cgd, "tstop", "status == 1", c("treat", "age"),
       entry = "tstart", cluster = "id", strata = "hos.cat", weights = "fractions"),
  list("ovarian plain", "ovarian.csv", ovarian, "futime", "fustat == 1", c("age", "rx")),
  list("veteran strata", "veteran.csv", veteran, "time", "status == 1",
       c("trt", "karno", "age"), strata = "celltype"),
  list("veteran plain", "veteran.csv", veteran, "time", "status == 1", c("karno", "celltype")),
  list("lung copies", "lung.csv", lung, "time", "status == 2", c("age", "sex", "ph.ecog"),
       weights = "copies"),
  list("lung fractions", "lung.csv", lung, "time", "status == 2", c("age", "sex", "ph.ecog"),
       weights = "fractions"),
  list("lung cluster missing", "lung.csv", lung, "time", "status == 2",
       c("age", "sex", "wt.loss"), cluster = "inst"),
  list("pbc strata", "pbc.csv", pbc, "time", "status == 2",
       c("age", "bili", "albumin", "edema"), strata = c("sex", "stage")),
  list("pbc plain", "pbc.csv", pbc, "time", "status == 2",
       c("age", "bili", "albumin", "edema", "protime")),
  list("gbsg2 cluster fractions", "gbsg2.csv", gbsg2, "time", "cens == 1",
       c("horTh", "pnodes", "tgrade"), cluster = "estrec", weights = "fractions"),
  list("infert age as time", "infert.csv", infert, "age", "case == 1",
       c("spontaneous", "induced"), strata = "education")
)

text_of <- function(m, ties) {
  times <- paste(c(m$entry, m[[4]], m[[5]]), collapse = ", ")
  right <- m[[6]]
  if (length(m$strata)) right <- c(right, sprintf("strata(%s)", paste(m$strata, collapse = ", ")))
  extra <- ""
  if (length(m$cluster)) extra <- sprintf(", cluster = %s", m$cluster)
  if (length(m$weights)) extra <- sprintf("%s, weights = %s", extra, m$weights)
  sprintf("coxph(Surv(%s) ~ %s, data = d%s, ties = \"%s\", x = TRUE, y = TRUE, model = TRUE, %s)",
          times, paste(right, collapse = " + "), extra, ties, control)
}

input_of <- function(m) {
  list(time = m[[4]], event = m[[5]], covariates = arr(m[[6]]), strata = arr(as.character(m$strata)),
       cluster = paste0(m$cluster, ""), weights = paste0(m$weights, ""), entry = paste0(m$entry, ""))
}

estimates <- function(fit) {
  b <- coef(fit)
  se <- sqrt(diag(vcov(fit)))
  list(n = fit$n, n_event = fit$nevent, terms = arr(names(b)), coef = arr(b), se = arr(se),
       p = arr(2 * pnorm(-abs(b / se))), vcov = unname(vcov(fit)),
       loglik = arr(fit$loglik), score = unname(fit$score), wald = unname(drop(b %*% solve(vcov(fit), b))))
}

# The strata of pbc with two variables hold some in which a covariate is constant, for which
# cox.zph scales the Schoenfeld residuals in another way: those residuals are not compared.
for (m in models) for (ties in c("efron", "breslow")) {
  d <- m[[3]]
  call <- text_of(m, ties)
  fit <- run(call, d)
  out <- estimates(fit)
  for (tr in c("km", "identity", "rank", "log")) {
    if (tr == "log" && min(fit$y[fit$y[, ncol(fit$y)] == 1, ncol(fit$y) - 1]) <= 0) next
    z <- cox.zph(fit, transform = tr)
    zt <- z$table
    out[[paste0("zph_", tr)]] <- list(terms = arr(rownames(zt)), chisq = arr(zt[, "chisq"]),
                                      df = arr(zt[, "df"]), p = arr(zt[, "p"]))
    if (tr == "km") out$scaled <- list(sums = arr(colSums(z$y)), squares = arr(colSums(z$y^2)),
                                       by_time = arr(colSums(z$y * z$x)))
  }
  cc <- fit$concordance
  out$concordance <- list(c = unname(cc["concordance"]), se = unname(cc["std"]),
                          counts = as.list(cc[1:5]))
  for (kind in c("martingale", "deviance", "score", "dfbeta", "dfbetas"))
    out[[paste0("residual_", kind)]] <- marks(residuals(fit, kind))
  sch <- as.matrix(residuals(fit, "schoenfeld"))
  out$schoenfeld <- list(squares = arr(colSums(sch^2)))
  add(sprintf("%s, %s", m[[1]], ties), m[[2]], call, out, input_of(m))
}

# Predicted survival and the baseline: for two patients given in `input`.
predictions <- list(
  list("ovarian plain", data.frame(age = c(50, 62.5), rx = c(1, 2)), c(0, 59, 200, 431, 600)),
  list("veteran plain", data.frame(karno = c(30, 80), celltype = c("large", "smallcell")),
       c(1, 8, 30, 100.5, 300)),
  list("pbc plain", data.frame(age = c(45, 60), bili = c(1, 7), albumin = c(3.9, 3),
                               edema = c(0, 0.5), protime = c(10, 11.5)), c(100, 1000, 3000)),
  list("veteran strata", data.frame(trt = c(1, 2), karno = c(60, 40), age = c(50, 70),
                                    celltype = c("adeno", "squamous")), c(5, 50, 150)),
  list("heart intervals", data.frame(age = c(0, 5), year = c(1, 4), surgery = c(0, 1),
                                     transplant = c(0, 1)), c(5, 50, 500)),
  list("lung copies", data.frame(age = c(50, 70), sex = c(1, 2), ph.ecog = c(0, 2)), c(100, 300)),
  list("retinopathy cluster", data.frame(trt = c(0, 1), type = c("adult", "juvenile"),
                                         risk = c(8, 11)), c(5, 20, 50))
)
for (q in predictions) for (ties in c("efron", "breslow")) {
  m <- Filter(function(m) m[[1]] == q[[1]], models)[[1]]
  call <- text_of(m, ties)
  env <- new.env(parent = globalenv())
  assign("d", m[[3]], env)
  fit <- eval(parse(text = call), env)
  new <- q[[2]]
  for (v in names(new)) {
    if (is.factor(m[[3]][[v]])) new[[v]] <- factor(new[[v]], levels(m[[3]][[v]]))
  }
  out <- list()
  for (type in c("log", "log-log", "plain")) {
    parts <- lapply(1:2, function(i) {
      s <- summary(survfit(fit, newdata = new[i, , drop = FALSE], conf.type = type), times = q[[3]],
                   extend = TRUE)
      list(surv = arr(s$surv), se = arr(s$std.err), low = arr(s$lower), high = arr(s$upper))
    })
    names(parts) <- c("first", "second")
    out[[type]] <- parts
  }
  b <- basehaz(fit, centered = FALSE)
  out$baseline <- list(rows = nrow(b), last = b$hazard[nrow(b)], first = arr(head(b$hazard, 4)),
                       sum = sum(b$hazard))
  add(sprintf("predict %s, %s", m[[1]], ties), m[[2]], call, out,
      c(input_of(m), list(new = as.list(lapply(new, arr)), times = arr(q[[3]]))))
}

# Exact ties.
exact <- list(
  list("ovarian plain", NULL), list("veteran plain", NULL), list("veteran strata", NULL),
  list("lung all", list("", "lung.csv", lung, "time", "status == 2", c("age", "sex", "ph.ecog"))),
  list("lung quarters", list("", "lung.csv", lung, "ceiling(time / 90)", "status == 2",
                             c("age", "sex", "ph.ecog"))),
  list("infert matched", list("", "infert.csv", infert, "rep(1, nrow(d))", "case == 1",
                              c("spontaneous", "induced"), strata = "stratum")),
  list("infert one time", list("", "infert.csv", infert, "rep(1, nrow(d))", "case == 1",
                               c("spontaneous", "age"), strata = "education")),
  list("kidney", list("", "kidney.csv", kidney, "time", "status == 1", c("age", "sex")))
)
for (e in exact) {
  m <- if (is.null(e[[2]])) Filter(function(m) m[[1]] == e[[1]], models)[[1]] else e[[2]]
  call <- text_of(m, "exact")
  fit <- run(call, m[[3]])
  add(sprintf("exact %s", e[[1]]), m[[2]], call, estimates(fit), input_of(m))
}

# Likelihood-ratio test of each term: the model without it, on the same rows.
for (name in c("veteran plain", "pbc plain", "lung copies", "heart intervals", "rats strata")) {
  m <- Filter(function(m) m[[1]] == name, models)[[1]]
  call <- sprintf("drop1(%s, test = \"Chisq\")", text_of(m, "efron"))
  used <- m[[3]][stats::complete.cases(m[[3]][, c(m[[6]], m[[4]], m$entry)]), ]
  full <- run(text_of(m, "efron"), used)
  values <- lapply(m[[6]], function(v) {
    less <- m
    less[[6]] <- setdiff(m[[6]], v)
    without <- if (length(less[[6]])) run(text_of(less, "efron"), used)$loglik[2] else full$loglik[1]
    df <- length(full$assign[[v]])
    x <- 2 * (full$loglik[2] - without)
    list(chisq = x, df = df, p = pchisq(x, df, lower.tail = FALSE))
  })
  names(values) <- m[[6]]
  add(sprintf("lr %s", name), m[[2]], call, values, input_of(m))
}

finish("survival")
