# Reference values for paired comparisons, transitions and proportions.
# Run from the repository root: Rscript tests/reference/paired.R
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressMessages(library(coin))

data_of <- list(lung = read_data("lung.csv"), anorexia = read_data("anorexia.csv"),
                pbc_year = read_data("pbc_year.csv"), gbsg2 = read_data("gbsg2.csv"))

plain <- function(h) {
  out <- list(statistic = unname(h$statistic), p = h$p.value)
  if (!is.null(h$parameter)) out$df <- unname(h$parameter)
  out
}

# ---- Numbers, before and after -------------------------------------------------

# The differences of numbers with decimals carry binary noise, which would break ties:
# digits.rank takes it away. (2.1 - 2.0 and 1.1 - 1.0 are not the same double.)
wilcoxon <- function(x, y, ...) {
  plain(suppressWarnings(wilcox.test(y, x, paired = TRUE, digits.rank = 12, ...)))
}

# Zero differences ranked and then left out (Pratt), without continuity correction. coin gives
# Z; its differences must be free of noise as well.
pratt <- function(x, y) {
  d <- round(y - x, 8)
  z <- wilcoxsign_test(d ~ rep(0, length(d)), zero.method = "Pratt", distribution = "asymptotic")
  list(z = abs(unname(statistic(z, "standardized")[1])), p = unname(pvalue(z)))
}

pair_values <- function(x, y) {
  known <- !is.na(x) & !is.na(y)
  x <- x[known]; y <- y[known]
  t <- t.test(y, x, paired = TRUE)
  list(n = length(x), mean_change = unname(t$estimate), lower = t$conf.int[1], upper = t$conf.int[2],
       t = plain(t),
       wilcoxon = wilcoxon(x, y, exact = FALSE, correct = FALSE),
       wilcoxon_corrected = wilcoxon(x, y, exact = FALSE, correct = TRUE),
       wilcoxon_default = wilcoxon(x, y),
       pratt = pratt(x, y),
       higher = sum(round(y - x, 8) > 0), lower_n = sum(round(y - x, 8) < 0))
}
pair_calls <- list(t = "t.test(after, before, paired = TRUE)",
                   wilcoxon = "wilcox.test(after, before, paired = TRUE, digits.rank = 12)",
                   pratt = "coin::wilcoxsign_test(zero.method = \"Pratt\")")

pair_case <- function(name, set, x, y, keep = TRUE, where = NULL) {
  d <- data_of[[set]]
  d <- d[keep & !is.na(d[[x]]), ]
  input <- list(before = x, after = y)
  if (!is.null(where)) input$where <- where
  add(paste("numbers", name), paste0(set, ".csv"), pair_calls, pair_values(d[[x]], d[[y]]),
      input = input)
}

pair_case("lung karnofsky", "lung", "ph.karno", "pat.karno")
for (s in 1:2) {
  pair_case(paste("lung karnofsky sex", s), "lung", "ph.karno", "pat.karno",
            data_of$lung$sex == s, list(sex = s))
}
pair_case("anorexia", "anorexia", "Prewt", "Postwt")
for (g in c("CBT", "Cont", "FT")) {
  pair_case(paste("anorexia", g), "anorexia", "Prewt", "Postwt", data_of$anorexia$Treat == g,
            list(Treat = g))
}
for (v in c("bili", "albumin", "platelet", "stage", "edema")) {
  pair_case(paste("pbc", v), "pbc_year", v, paste0(v, "_1y"))
}

typed <- list(
  "sleep" = list(before = sleep$extra[1:10], after = sleep$extra[11:20]),
  "darwin" = list(before = c(17.375, 20.375, 20, 20, 18.375, 18.625, 18.625, 15.25, 16.5, 18, 16.25,
                             18, 12.75, 15.5, 18),
                  after = c(23.5, 12, 21, 22, 19.125, 21.55, 22.125, 20.375, 18.25, 21.625, 23.25,
                            21, 22.125, 23, 12)),
  "six" = list(before = c(1.83, 0.5, 1.62, 2.48, 1.68, 1.88), after = c(0.878, 0.647, 0.598, 2.05,
                                                                      1.06, 1.29)),
  "zero" = list(before = c(5, 3, 8, 2, 7, 4), after = c(5, 4, 10, 5, 3, 9)),
  "two" = list(before = c(1, 2), after = c(3, 7)),
  "noise" = list(before = c(0.1, 0.2, 0.7, 0.4, 1.5), after = c(0.3, 0.4, 0.4, 0.8, 1.5)))
for (nm in names(typed)) {
  s <- typed[[nm]]
  add(paste("numbers typed", nm), NULL, pair_calls, pair_values(s$before, s$after),
      input = lapply(s, arr))
}

# ---- Levels, before and after --------------------------------------------------

# R's Bowker test (mcnemar.test of more than two levels) is NaN when two levels were exchanged by
# nobody: bowker() leaves such pairs out, with their degrees of freedom, and is R's own otherwise.
bowker <- function(t) {
  there <- t[upper.tri(t)]; back <- t(t)[upper.tri(t)]
  k <- there + back > 0
  x <- sum((there[k] - back[k])^2 / (there[k] + back[k]))
  out <- list(statistic = x, df = sum(k), p = pchisq(x, sum(k), lower.tail = FALSE))
  if (all(k)) {
    r <- mcnemar.test(t, correct = FALSE)
    stopifnot(all.equal(r$p.value, out$p), all.equal(unname(r$statistic), x))
  }
  out
}

square_values <- function(t) {
  t <- unclass(t); dimnames(t) <- NULL
  l <- paste0("level", seq_len(nrow(t)))
  tab <- as.table(matrix(t, nrow(t), dimnames = list(before = l, after = l)))
  moves <- row(t) != col(t)
  out <- list(table = unname(t), n = sum(t))
  mh <- mh_test(tab)
  out$stuart_maxwell <- list(statistic = unname(statistic(mh)), p = unname(pvalue(mh)),
                             df = unname(mh@statistic@df))
  if (nrow(t) == 2) {
    out$mcnemar <- plain(mcnemar.test(t, correct = FALSE))
    out$mcnemar_corrected <- plain(mcnemar.test(t, correct = TRUE))
    out$mcnemar_exact <- binom.test(t[1, 2], t[1, 2] + t[2, 1])$p.value
  } else {
    out$bowker <- bowker(t)
    step <- rep(as.vector(col(t) - row(t)), as.vector(t))
    out$wilcoxon <- wilcoxon(rep(0, length(step)), step, exact = FALSE, correct = FALSE)
    out$wilcoxon_corrected <- wilcoxon(rep(0, length(step)), step, exact = FALSE, correct = TRUE)
  }
  out
}
square_calls <- list(stuart_maxwell = "coin::mh_test(t)", mcnemar = "mcnemar.test(t, correct = FALSE)",
                     exact = "binom.test(t[1, 2], t[1, 2] + t[2, 1])")

square_case <- function(name, v, keep = TRUE, where = NULL) {
  d <- data_of$pbc_year[keep & !is.na(data_of$pbc_year$trt), ]
  k <- sort(unique(c(d[[v]], d[[paste0(v, "_1y")]])))
  t <- table(factor(d[[v]], k), factor(d[[paste0(v, "_1y")]], k))
  input <- list(before = v, after = paste0(v, "_1y"))
  if (!is.null(where)) input$where <- where
  add(paste("levels", name), "pbc_year.csv", square_calls, square_values(t), input = input)
}
for (v in c("stage", "edema", "hepato", "ascites")) {
  square_case(paste("pbc", v), v)
  for (a in 0:1) {
    square_case(paste("pbc", v, "arm", a), v, data_of$pbc_year$trt == a, list(trt = a))
  }
}

squares <- list(
  "vision" = unclass(coin::vision),
  "3x3" = rbind(c(10, 5, 2), c(8, 12, 3), c(1, 6, 15)),
  "2x2 few" = rbind(c(20, 1), c(6, 13)),
  "2x2 equal" = rbind(c(20, 4), c(4, 13)),
  "2x2 one" = rbind(c(20, 1), c(0, 13)),
  "2x2 approval" = rbind(c(794, 86), c(150, 570)))
for (nm in names(squares)) {
  t <- squares[[nm]]; dimnames(t) <- NULL
  add(paste("levels typed", nm), NULL, square_calls, square_values(t), input = list(table = t))
}

# ---- Transitions ----------------------------------------------------------------

d <- data_of$pbc_year
for (v in c("stage", "edema", "hepato")) {
  x <- d[[v]]; y <- d[[paste0(v, "_1y")]]
  step <- x - y # a lower stage is better
  fate <- factor(ifelse(step > 0, "improved", ifelse(step < 0, "worse", "unchanged")),
                 c("improved", "unchanged", "worse"))
  t <- table(fate, d$trt)
  chi <- suppressWarnings(chisq.test(t, correct = FALSE))
  w <- suppressWarnings(wilcox.test(step[d$trt == 0], step[d$trt == 1], exact = FALSE, correct = FALSE))
  add(paste("transition pbc", v), "pbc_year.csv",
      list(counts = "chisq.test(table(fate, trt))", ranks = "wilcox.test(step ~ trt)"),
      list(fates = unname(unclass(t)), min_expected = min(chi$expected), chisq = plain(chi),
           fisher_p = fisher.test(t)$p.value, ranks = plain(w)),
      input = list(before = v, after = paste0(v, "_1y"), by = "trt"))
}

# ---- One proportion ---------------------------------------------------------------

# Agresti-Coull and Jeffreys from their definitions (Brown, Cai, DasGupta, Stat Sci 2001); R's
# own packages for them are not in Debian.
for (a in list(c(0, 10), c(1, 10), c(3, 17), c(7, 10), c(10, 10), c(15, 24), c(1, 1), c(0, 1),
               c(299, 686), c(1, 1000), c(999, 1000), c(50000, 100000))) {
  x <- a[1]; n <- a[2]; z <- qnorm(0.975)
  w <- suppressWarnings(prop.test(x, n, correct = FALSE))$conf.int
  b <- binom.test(x, n)$conf.int
  m <- n + z^2; p <- (x + z^2 / 2) / m; half <- z * sqrt(p * (1 - p) / m)
  j <- qbeta(c(0.025, 0.975), x + 0.5, n - x + 0.5)
  if (x == 0) j[1] <- 0
  if (x == n) j[2] <- 1
  add(sprintf("proportion %d of %d", x, n), NULL,
      list(wilson = "prop.test(x, n, correct = FALSE)", clopper_pearson = "binom.test(x, n)",
           jeffreys = "qbeta(c(0.025, 0.975), x + 0.5, n - x + 0.5)"),
      list(wilson = arr(as.numeric(w)), clopper_pearson = arr(as.numeric(b)),
           agresti_coull = arr(c(max(0, p - half), min(1, p + half))), jeffreys = arr(j)),
      input = list(x = x, n = n))
}

# ---- Two proportions ----------------------------------------------------------------

# fisher.test() stops its root search at about four digits; solved to the last here, as in compare.R.
fisher_exact_or <- function(t, level = 0.95) {
  m <- sum(t[, 1]); n <- sum(t[, 2]); k <- sum(t[1, ]); x <- t[1, 1]
  lo <- max(0, k - n); hi <- min(k, m)
  support <- lo:hi
  logdc <- dhyper(support, m, n, k, log = TRUE)
  dn <- function(b) {
    d <- logdc + b * support
    d <- exp(d - max(d))
    d / sum(d)
  }
  solve_for <- function(f) exp(uniroot(f, c(-50, 50), tol = 1e-14, maxiter = 10000)$root)
  a <- (1 - level) / 2
  c(if (x == lo) 0 else if (x == hi) Inf else solve_for(function(b) sum(support * dn(b)) - x),
    if (x == lo) 0 else solve_for(function(b) sum(dn(b)[support >= x]) - a),
    if (x == hi) Inf else solve_for(function(b) sum(dn(b)[support <= x]) - a))
}

# Second group against the first. epi.2by2 takes exposed first: rows (second, first), columns
# (event, no event). Newcombe's interval from the Wilson limits of prop.test, as he defines it.
two_values <- function(x1, n1, x2, n2) {
  t <- rbind(c(x2, n2 - x2), c(x1, n1 - x1))
  w <- function(x, n) suppressWarnings(prop.test(x, n, correct = FALSE))$conf.int
  p1 <- x1 / n1; p2 <- x2 / n2; w1 <- w(x1, n1); w2 <- w(x2, n2)
  wald <- suppressWarnings(prop.test(c(x2, x1), c(n2, n1), correct = FALSE))$conf.int
  out <- list(
    difference = p2 - p1,
    newcombe = arr(c(p2 - p1 - sqrt((p2 - w2[1])^2 + (w1[2] - p1)^2),
                     p2 - p1 + sqrt((w2[2] - p2)^2 + (p1 - w1[1])^2))),
    wald = arr(as.numeric(wald)),
    conditional = arr(fisher_exact_or(t)),
    fisher_test = arr(unname(c(fisher.test(t)$estimate, fisher.test(t)$conf.int))))
  if (all(t > 0)) {
    e <- epiR::epi.2by2(as.table(t), method = "cohort.count", units = 1)$massoc.detail
    out$risk_ratio <- arr(as.numeric(e$RR.strata.wald))
    out$odds_ratio <- arr(as.numeric(e$OR.strata.wald))
    out$epi_difference <- arr(as.numeric(e$ARisk.strata.wald))
  }
  out
}
two_calls <- list(wald = "prop.test(c(x2, x1), c(n2, n1), correct = FALSE)",
                  ratios = "epiR::epi.2by2(t, method = \"cohort.count\", units = 1)",
                  conditional = "fisher.test(t), solved to the last digit")
two_case <- function(name, data, x1, n1, x2, n2, more = list()) {
  add(paste("two", name), data, two_calls, two_values(x1, n1, x2, n2),
      input = c(list(x1 = x1, n1 = n1, x2 = x2, n2 = n2), more))
}
from <- function(set, happened, by) {
  g <- sort(unique(by[!is.na(by) & !is.na(happened)]))
  c(x1 = sum(happened[by == g[1]], na.rm = TRUE), n1 = sum(by == g[1] & !is.na(happened), na.rm = TRUE),
    x2 = sum(happened[by == g[2]], na.rm = TRUE), n2 = sum(by == g[2] & !is.na(happened), na.rm = TRUE))
}
a <- from("lung", data_of$lung$status == 2, data_of$lung$sex)
two_case("lung dead by sex", "lung.csv", a[[1]], a[[2]], a[[3]], a[[4]],
         list(outcome = "status", is = 2, by = "sex"))
a <- from("gbsg2", data_of$gbsg2$cens == 1, data_of$gbsg2$horTh)
two_case("gbsg2 event by hormones", "gbsg2.csv", a[[1]], a[[2]], a[[3]], a[[4]],
         list(outcome = "cens", is = 1, by = "horTh"))
a <- from("pbc_year", data_of$pbc_year$hepato_1y == 1, data_of$pbc_year$trt)
two_case("pbc hepatomegaly by arm", "pbc_year.csv", a[[1]], a[[2]], a[[3]], a[[4]],
         list(outcome = "hepato_1y", is = 1, by = "trt"))
for (a in list(c(3, 10, 8, 12), c(56, 70, 48, 80), c(9, 10, 3, 10), c(0, 10, 4, 12), c(5, 10, 12, 12),
               c(0, 10, 10, 10), c(1, 2, 1, 3), c(1500, 9000, 1700, 9000))) {
  two_case(sprintf("typed %d/%d %d/%d", a[1], a[2], a[3], a[4]), NULL, a[1], a[2], a[3], a[4])
}

# ---- Two proportions of the same patients ------------------------------------------

# Newcombe, Stat Med 1998 (17:2635), method 10, from the Wilson limits of prop.test; Wald as
# PropCIs::diffpropci.Wald.mp. Neither is in a package of Debian. Table 2 x 2, before by after; the
# difference is after minus before at the second level. His own example 36, 12, 2, 0 has the limits
# 0.0569 and 0.3404.
paired_difference <- function(t) {
  n <- sum(t); b <- t[1, 2]; c <- t[2, 1]
  w <- function(x) suppressWarnings(prop.test(x, n, correct = FALSE))$conf.int
  x2 <- b + t[2, 2]; x1 <- c + t[2, 2]; p2 <- x2 / n; p1 <- x1 / n; w2 <- w(x2); w1 <- w(x1)
  det <- t[1, 1] * t[2, 2] - b * c
  if (det > 0) det <- max(det - n / 2, 0)
  margins <- prod(rowSums(t), colSums(t))
  phi <- if (margins == 0) 0 else det / sqrt(margins)
  side <- function(x, y) sqrt(x^2 - 2 * phi * x * y + y^2)
  d <- p2 - p1
  half <- qnorm(0.975) * sqrt(b + c - (b - c)^2 / n) / n
  list(difference = d,
       newcombe = arr(c(d - side(p2 - w2[1], w1[2] - p1), d + side(w2[2] - p2, p1 - w1[1]))),
       wald = if (b + c == 0) arr(c(NA, NA)) else arr(c(max(-1, d - half), min(1, d + half))))
}
pairs <- list("newcombe" = rbind(c(36, 12), c(2, 0)), "approval" = rbind(c(794, 86), c(150, 570)),
              "one way" = rbind(c(20, 7), c(0, 13)), "nobody" = rbind(c(30, 0), c(0, 12)),
              "all one" = rbind(c(30, 0), c(0, 0)), "everybody" = rbind(c(0, 9), c(0, 0)),
              "against" = rbind(c(3, 14), c(15, 2)))
d <- data_of$pbc_year
for (v in c("hepato", "ascites")) pairs[[paste("pbc", v)]] <- table(d[[v]], d[[paste0(v, "_1y")]])
for (nm in names(pairs)) {
  t <- unname(unclass(pairs[[nm]]))
  add(paste("difference", nm), NULL, "formula", paired_difference(t), input = list(table = t))
}

finish(c("coin", "epiR"))
