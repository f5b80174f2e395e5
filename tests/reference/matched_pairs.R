# Matched pairs compared pair by pair, weighted descriptions and risks, E-values and
# Rosenbaum's bounds.
# Run from the repository root: Rscript tests/reference/matched_pairs.R
#
# Pairs: the k-th treated patient with the k-th control by propensity score. EValue and
# rbounds are not in Debian: their formulas are written out below (VanderWeele and Ding 2017,
# table 2; Rosenbaum, Observational Studies, chapter 4, as in rbounds::psens and binarysens).
# Newcombe's interval for pairs (1998, method 10) is written out too and checked against the
# worked examples of his table II.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages({ library(survey); library(coin) })

pairs_of <- function(e, treat) {
  one <- which(treat == 1)[order(e[treat == 1])]
  two <- which(treat == 0)[order(e[treat == 0])]
  k <- min(length(one), length(two))
  cbind(control = two[seq_len(k)], treated = one[seq_len(k)])
}

wilson <- function(x, n) {
  z <- qnorm(0.975); p <- x / n
  centre <- (p + z^2 / (2 * n)) / (1 + z^2 / n)
  half <- z * sqrt(p * (1 - p) / n + z^2 / (4 * n^2)) / (1 + z^2 / n)
  c(centre - half, centre + half)
}

newcombe <- function(a, b, c, d) {  # both, first only, second only, neither; second less first
  n <- a + b + c + d
  p1 <- (a + b) / n; p2 <- (a + c) / n
  w1 <- wilson(a + b, n); w2 <- wilson(a + c, n)
  product <- a * d - b * c
  if (product > 0) product <- max(product - n / 2, 0)
  margins <- (a + b) * (c + d) * (a + c) * (b + d)
  phi <- if (margins > 0) product / sqrt(margins) else 0
  down <- (p2 - w2[1])^2 + (w1[2] - p1)^2 - 2 * phi * (p2 - w2[1]) * (w1[2] - p1)
  up <- (w2[2] - p2)^2 + (p1 - w1[1])^2 - 2 * phi * (w2[2] - p2) * (p1 - w1[1])
  c(p2 - p1, p2 - p1 - sqrt(down), p2 - p1 + sqrt(up))
}
# Newcombe 1998, table II, method 10, cells 36/12/2/0 and 20/12/2/16 (first less second):
stopifnot(all(abs(-newcombe(36, 12, 2, 0)[3:2] - c(0.0569, 0.3404)) < 6e-5),
          all(abs(-newcombe(20, 12, 2, 16)[3:2] - c(0.0562, 0.3292)) < 6e-5))

bounds <- function(score, ranks, gamma, exact) {
  p <- c(1 / (1 + gamma), gamma / (1 + gamma))
  if (exact) return(pbinom(score - 1, length(ranks), p, lower.tail = FALSE))
  pnorm((score - p * sum(ranks)) / sqrt(p * (1 - p) * sum(ranks^2)), lower.tail = FALSE)
}

gammas <- c(1, 1.25, 1.5, 2, 3)
sensitivity <- function(change, test) {
  change <- change[change != 0]
  ranks <- if (test == "signed rank") rank(abs(change)) else rep(1, length(change))
  score <- max(sum(ranks[change > 0]), sum(ranks[change < 0]))
  exact <- test != "signed rank"
  found <- vapply(gammas, function(g) bounds(score, ranks, g, exact), numeric(2))
  most <- NA
  if (found[2, 1] <= 0.05) {
    most <- exp(uniroot(function(l) bounds(score, ranks, exp(l), exact)[2] - 0.05, c(0, 20),
                        tol = 1e-14)$root)
  }
  list(low = arr(found[1, ]), high = arr(found[2, ]), most = most)
}

gbsg2 <- read_data("gbsg2.csv")
gbsg2$treat <- as.integer(gbsg2$horTh == "yes")
lalonde <- read_data("lalonde.csv")
anes <- transform(subset(read_data("lung.csv"), complete.cases(ph.ecog, ph.karno, age, wt.loss)),
                  treat = as.integer(sex == 2))
samples <- list(
  gbsg2 = list(file = "gbsg2.csv", d = gbsg2, f = treat ~ age + tsize + pnodes + menostat + tgrade,
               numbers = c("pnodes", "progrec"), two = "menostat", more = "tgrade",
               outcome = function(d) as.integer(d$cens == 1)),
  lalonde = list(file = "lalonde.csv", d = lalonde,
                 f = treat ~ age + educ + race + married + nodegree + re74 + re75,
                 numbers = c("re78", "age"), two = "married", more = "race",
                 outcome = function(d) as.integer(d$re78 > 0)),
  lung = list(file = "lung.csv", d = anes, f = treat ~ age + ph.ecog + ph.karno + wt.loss,
              numbers = c("wt.loss", "ph.karno"), two = NULL, more = "ph.ecog",
              outcome = function(d) as.integer(d$status == 2 & d$time < 300)))

for (key in names(samples)) {
  s <- samples[[key]]
  d <- s$d
  e <- fitted(glm(s$f, binomial, d, epsilon = 1e-14, maxit = 50))
  at <- pairs_of(e, d$treat)
  tests <- list()
  for (v in s$numbers) {
    x <- d[at[, 1], v]; y <- d[at[, 2], v]
    t <- t.test(y, x, paired = TRUE)
    w <- suppressWarnings(wilcox.test(y, x, paired = TRUE, correct = FALSE, exact = FALSE))
    tests[[v]] <- list(t = unname(t$statistic), t_p = t$p.value, v = unname(w$statistic), v_p = w$p.value,
                       bounds = list("signed rank" = sensitivity(y - x, "signed rank"),
                                     sign = sensitivity(y - x, "sign")))
  }
  counts <- list()
  if (!is.null(s$two)) {
    x <- factor(d[at[, 1], s$two], levels(factor(d[[s$two]]))); y <- factor(d[at[, 2], s$two], levels(x))
    tab <- table(x, y)
    counts[[s$two]] <- list(p = binom.test(tab[1, 2], tab[1, 2] + tab[2, 1])$p.value)
  }
  x <- factor(d[at[, 1], s$more], levels(factor(d[[s$more]]))); y <- factor(d[at[, 2], s$more], levels(x))
  mh <- mh_test(as.table(table(x, y)))
  counts[[s$more]] <- list(p = unname(pvalue(mh)), statistic = unname(statistic(mh)))
  o <- s$outcome(d)
  x <- o[at[, 1]]; y <- o[at[, 2]]
  a <- sum(x & y); b <- sum(x & !y); cc <- sum(!x & y); dd <- sum(!x & !y); n <- length(x)
  bt <- binom.test(cc, b + cc)
  ci <- bt$conf.int
  half <- qnorm(0.975) * sqrt((b + cc) / ((a + b) * (a + cc)))
  rr <- (a + cc) / (a + b)
  wald <- (cc - b) / n + c(0, -1, 1) * qnorm(0.975) * sqrt(b + cc - (b - cc)^2 / n) / n
  outcome <- list(cells = arr(c(a, b, cc, dd)), p = bt$p.value,
                  chi_square = unname(mcnemar.test(table(x, y), correct = FALSE)$statistic),
                  difference = arr(newcombe(a, b, cc, dd)), wald = arr(wald),
                  ratio = arr(c(rr, rr * exp(-half), rr * exp(half))),
                  odds = arr(c(cc / b, ci[1] / (1 - ci[1]), ci[2] / (1 - ci[2]))),
                  bounds = sensitivity(y - x, "mcnemar"))
  add(paste("pairs:", key), s$file, "t.test, wilcox.test, binom.test, coin::mh_test",
      list(numbers = tests, counts = counts, outcome = outcome),
      input = list(control = arr(at[, 1]), treated = arr(at[, 2]), outcome = arr(o)))

  # Weighted by the inverse probability of treatment.
  w <- ifelse(d$treat == 1, 1 / e, 1 / (1 - e))
  d$.w <- unname(w); d$.y <- o
  design <- svydesign(ids = ~1, weights = ~.w, data = d)
  described <- list()
  for (v in s$numbers) for (g in 0:1) {
    mine <- d$treat == g
    q <- svyquantile(as.formula(paste0("~", v)), subset(design, treat == g), c(0.25, 0.5, 0.75),
                     qrule = "math", ci = FALSE)
    described[[v]][[as.character(g)]] <- list(
      mean = sum(d$.w[mine] * d[mine, v]) / sum(d$.w[mine]),
      sd = sqrt(cov.wt(cbind(d[mine, v]), d$.w[mine])$cov[1, 1]), quartiles = arr(as.numeric(q[[1]])))
  }
  ci <- lapply(0:1, function(g) {
    found <- svyciprop(~.y, subset(design, treat == g), method = "logit", df = Inf)
    arr(c(as.numeric(found), as.numeric(attr(found, "ci"))))
  })
  names(ci) <- c("0", "1")
  fit <- svyglm(.y ~ treat, design)
  logit <- suppressWarnings(svyglm(.y ~ treat, design, family = quasibinomial(),
                                   control = glm.control(epsilon = 1e-14, maxit = 50)))
  add(paste("weighted:", key), s$file, "svyquantile, cov.wt, svyciprop, svyglm",
      list(described = described, risks = ci,
           difference = list(estimate = unname(coef(fit)[2]), se = unname(SE(fit)[2])),
           odds = list(log = unname(coef(logit)[2]), se = unname(SE(logit)[2]))),
      input = list(weights = arr(d$.w), outcome = arr(o)))
}

# E-values: risk ratio, or odds and hazard ratios of rare and common outcomes.
e_of <- function(rr) { rr <- pmax(rr, 1 / rr); rr + sqrt(rr * (rr - 1)) }
hazard <- function(hr) (1 - 0.5^sqrt(hr)) / (1 - 0.5^sqrt(1 / hr))
ratios <- list(c(3.9, 1.8, 8.7), c(0.8, 0.71, 0.91), c(0.56, 0.3, 1.05), c(1.4, 0.9, 2.1), c(0.86, 0.75, 0.99))
for (r in ratios) for (m in c("risk ratio", "odds ratio", "hazard ratio")) for (rare in c(TRUE, FALSE)) {
  as_rr <- if (rare || m == "risk ratio") identity else if (m == "odds ratio") sqrt else hazard
  limit <- if (r[1] > 1) r[2] else r[3]
  add(sprintf("e-value: %s %s %s", m, if (rare) "rare" else "common", r[1]), NULL, "formula",
      list(e_value = e_of(as_rr(r[1])), e_value_limit = if (r[2] <= 1 && r[3] >= 1) 1 else e_of(as_rr(limit))),
      input = list(ratio = arr(r), measure = m, rare = rare))
}
# The paper's own example: maternal smoking, RR 3.9 (1.8 to 8.7): E-value 7.26, limit 3.0.
stopifnot(abs(e_of(3.9) - 7.26) < 0.005, abs(e_of(1.8) - 3.0) < 0.005)

finish(c("survey", "coin"))
