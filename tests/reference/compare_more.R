# Reference values for ordered groups, exact tests by simulation, pairs of groups, differences
# of means, standardised differences of several groups, and checks of assumptions.
# Run from the repository root: Rscript tests/reference/compare_more.R
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressMessages(library(coin))

file_of <- c(gbsg2 = "gbsg2.csv", pbc = "pbc.csv", infert = "infert.csv", aSAH = "aSAH.csv",
             warpbreaks = "warpbreaks.csv", lung = "lung.csv")
data_of <- lapply(file_of, read_data)
data_of$lung <- data_of$lung[data_of$lung$ph.ecog %in% 0:2, ]
pair_names <- function(k) apply(combn(k, 2), 2, paste, collapse = "-")

# Rows without a missing value; groups as a factor: alphabetical, numbers increasing.
two <- function(set, x, g) {
  d <- data_of[[set]][, c(x, g)]
  names(d) <- c("x", "g")
  d <- d[complete.cases(d), ]
  d$g <- factor(d$g)
  d
}

# ---- Numbers ------------------------------------------------------------------

# Jonckheere-Terpstra with the variance for ties (Lehmann, Nonparametrics, 1975, appendix;
# Hollander and Wolfe, section 6.2).
jonckheere <- function(x, g) {
  s <- split(x, g); k <- length(s); j <- 0
  for (a in 1:(k - 1)) for (b in (a + 1):k) {
    j <- j + sum(outer(s[[a]], s[[b]], "<")) + sum(outer(s[[a]], s[[b]], "==")) / 2
  }
  n <- as.numeric(lengths(s)); t <- as.numeric(table(x)); N <- sum(n)
  v <- (N * (N - 1) * (2 * N + 5) - sum(n * (n - 1) * (2 * n + 5)) -
          sum(t * (t - 1) * (2 * t + 5))) / 72 +
    sum(n * (n - 1) * (n - 2)) * sum(t * (t - 1) * (t - 2)) / (36 * N * (N - 1) * (N - 2)) +
    sum(n * (n - 1)) * sum(t * (t - 1)) / (8 * N * (N - 1))
  z <- (j - (N^2 - sum(n^2)) / 4) / sqrt(v)
  list(statistic = j, z = z, p = 2 * pnorm(-abs(z)))
}

# Dunn OJ. Multiple comparisons using rank sums. Technometrics 1964.
dunn <- function(x, g) {
  r <- rank(x); N <- length(x); t <- as.numeric(table(x)); n <- lengths(split(x, g))
  m <- tapply(r, g, mean)
  s2 <- N * (N + 1) / 12 - sum(t^3 - t) / (12 * (N - 1))
  z <- apply(combn(length(n), 2), 2, function(i)
    (m[i[2]] - m[i[1]]) / sqrt(s2 * (1 / n[i[1]] + 1 / n[i[2]])))
  p <- 2 * pnorm(-abs(z))
  list(z = arr(z), p = arr(p), holm = arr(p.adjust(p, "holm")))
}

levene <- function(x, g, centre) {
  d <- abs(x - ave(x, g, FUN = centre))
  a <- anova(lm(d ~ g))
  list(f = a[["F value"]][1], p = a[["Pr(>F)"]][1])
}

# The lower triangle of a matrix of pairwise p-values, in the order 1-2, 1-3, ..., 2-3, ...
lower <- function(m) arr(m[lower.tri(m, diag = TRUE)])

for (a in list(
  c("warpbreaks", "breaks", "tension"), c("gbsg2", "pnodes", "tgrade"), c("gbsg2", "age", "tgrade"),
  c("pbc", "bili", "stage"), c("pbc", "albumin", "stage"), c("infert", "age", "education"),
  c("lung", "age", "ph.ecog"), c("lung", "wt.loss", "ph.ecog"), c("aSAH", "s100b", "wfns"),
  c("gbsg2", "tsize", "horTh"), c("aSAH", "s100b", "outcome"))) {
  d <- two(a[1], a[2], a[3])
  call <- c(jonckheere = "formula", shapiro = "tapply(d$x, d$g, shapiro.test)",
            levene = "formula", welch_anova = "oneway.test(x ~ g, d)")
  shapiro <- lapply(split(d$x, d$g), function(v) shapiro.test(v))
  w <- oneway.test(x ~ g, d)
  values <- list(
    n = nrow(d), jonckheere = jonckheere(d$x, d$g),
    shapiro_w = arr(vapply(shapiro, function(h) unname(h$statistic), 0)),
    shapiro_p = arr(vapply(shapiro, function(h) h$p.value, 0)),
    levene = levene(d$x, d$g, mean), brown_forsythe = levene(d$x, d$g, median),
    welch_anova = list(statistic = unname(w$statistic), p = w$p.value, df = arr(w$parameter)))
  if (nlevels(d$g) == 2) {
    t_of <- function(equal) {
      h <- t.test(d$x[d$g == levels(d$g)[2]], d$x[d$g == levels(d$g)[1]], var.equal = equal)
      list(difference = unname(h$estimate[1] - h$estimate[2]), low = h$conf.int[1],
           high = h$conf.int[2])
    }
    values <- c(values, list(welch = t_of(FALSE), student = t_of(TRUE)))
  } else {
    pt <- function(equal, adjust) lower(pairwise.t.test(
      d$x, d$g, pool.sd = FALSE, var.equal = equal, p.adjust.method = adjust)$p.value)
    pw <- function(adjust) suppressWarnings(lower(pairwise.wilcox.test(
      d$x, d$g, p.adjust.method = adjust, exact = FALSE, correct = FALSE)$p.value))
    tukey <- TukeyHSD(aov(x ~ g, d))$g
    values <- c(values, list(
      pairs = arr(pair_names(nlevels(d$g))),
      welch = list(none = pt(FALSE, "none"), holm = pt(FALSE, "holm"), bonferroni = pt(FALSE, "bonferroni"),
                   bh = pt(FALSE, "BH")),
      student = list(none = pt(TRUE, "none"), holm = pt(TRUE, "holm")),
      wilcoxon = list(none = pw("none"), holm = pw("holm"), bh = pw("BH")),
      dunn = dunn(d$x, d$g),
      tukey = list(difference = arr(tukey[, "diff"]), low = arr(tukey[, "lwr"]),
                   high = arr(tukey[, "upr"]), p = arr(tukey[, "p adj"]))))
    calls <- "pairwise.t.test(pool.sd = FALSE), pairwise.wilcox.test, TukeyHSD(aov(x ~ g, d))"
    call <- c(call, pairs = calls)
    # Standardised differences of all pairs, as tableone::ExtractSmd.
    s <- split(d$x, d$g)
    smds <- apply(combn(length(s), 2), 2, function(i)
      (mean(s[[i[2]]]) - mean(s[[i[1]]])) / sqrt((var(s[[i[1]]]) + var(s[[i[2]]])) / 2))
    values$smd <- list(largest = max(abs(smds)), mean = mean(abs(smds)))
  }
  add(sprintf("numeric %s %s by %s", a[1], a[2], a[3]), file_of[[a[1]]], as.list(call), values)
}

# ---- Counts -------------------------------------------------------------------

smd_levels <- function(a, b) {
  cov <- function(q) diag(q * (1 - q), length(q)) - (outer(q, q) - diag(q^2, length(q)))
  a <- a[-1]; b <- b[-1]
  S <- (cov(a) + cov(b)) / 2
  sqrt(drop((a - b) %*% solve(S, a - b)))
}

table_values <- function(t) {
  t <- unclass(t); names(dimnames(t)) <- NULL; dimnames(t) <- NULL
  scores <- list(seq_len(nrow(t)), seq_len(ncol(t)))
  f <- as.table(t); dimnames(f) <- list(x = seq_len(nrow(t)), g = seq_len(ncol(t)))
  l <- lbl_test(f, scores = list(x = scores[[1]], g = scores[[2]]))
  expected <- outer(rowSums(t), colSums(t)) / sum(t)
  g2 <- 2 * sum(ifelse(t > 0, t * log(t / expected), 0))
  df <- prod(dim(t) - 1)
  out <- list(table = t, linear = list(statistic = unname(statistic(l))^2,
                                       p = as.numeric(pvalue(l))),
              likelihood_ratio = list(statistic = g2, df = df,
                                      p = pchisq(g2, df, lower.tail = FALSE)))
  if (all(dim(t) == 2)) {
    h <- unname(suppressWarnings(chisq.test(t, correct = FALSE))$statistic) * (sum(t) - 1) / sum(t)
    out$n_minus_1 <- list(statistic = h, df = 1, p = pchisq(h, 1, lower.tail = FALSE))
  }
  if (min(dim(t)) == 2) {
    side <- if (ncol(t) == 2) t else t(t)
    h <- suppressWarnings(prop.trend.test(side[, 1], rowSums(side)))
    out$trend <- list(statistic = unname(h$statistic), p = h$p.value)
  }
  if (nrow(t) == 2 && ncol(t) > 2) {
    pp <- function(adjust) suppressWarnings(lower(pairwise.prop.test(
      t(t), p.adjust.method = adjust, correct = FALSE)$p.value))
    out$pairs <- list(none = pp("none"), holm = pp("holm"), bonferroni = pp("bonferroni"),
                      bh = pp("BH"))
  }
  if (ncol(t) > 2) {
    p <- prop.table(t, 2)
    smds <- apply(combn(ncol(t), 2), 2, function(i) smd_levels(p[, i[1]], p[, i[2]]))
    out$smd <- list(largest = max(smds), mean = mean(smds))
  }
  out
}
table_call <- list(linear = "coin::lbl_test(t), squared", trend = "prop.trend.test(t[, 1], rowSums(t))",
                   n_minus_1 = "formula", likelihood_ratio = "formula",
                   pairs = "pairwise.prop.test(t(t), correct = FALSE)")

for (a in list(
  c("gbsg2", "tgrade", "horTh"), c("gbsg2", "horTh", "tgrade"), c("gbsg2", "menostat", "tgrade"),
  c("gbsg2", "menostat", "horTh"), c("pbc", "stage", "trt"), c("pbc", "hepato", "stage"),
  c("pbc", "edema", "stage"), c("pbc", "stage", "edema"), c("infert", "education", "induced"),
  c("infert", "case", "education"), c("infert", "induced", "spontaneous"), c("lung", "ph.ecog", "sex"),
  c("aSAH", "wfns", "outcome"))) {
  d <- two(a[1], a[2], a[3])
  add(sprintf("categorical %s %s by %s", a[1], a[2], a[3]), file_of[[a[1]]],
      table_call, table_values(table(d$x, d$g)))
}

# Larger tables by the network algorithm (FEXACT). The first two are of ?fisher.test.
network <- list(
  "job" = rbind(c(1, 3, 10, 6), c(2, 3, 10, 7), c(1, 6, 14, 12), c(0, 1, 9, 11)),
  "MP6" = rbind(c(1, 2, 2, 1, 1, 0, 1), c(2, 0, 0, 2, 3, 0, 0), c(0, 1, 1, 1, 2, 7, 3),
                c(1, 1, 2, 0, 0, 0, 1), c(0, 1, 1, 1, 1, 0, 0)),
  "pbc stage edema" = with(read_data("pbc.csv"), table(stage, edema)),
  "aSAH wfns gos6" = with(read_data("aSAH.csv"), table(wfns, gos6)),
  "infert education parity" = with(read_data("infert.csv"), table(education, parity)),
  "lung ecog sex" = with(read_data("lung.csv"), table(ph.ecog, sex)))
for (nm in names(network)) {
  t <- unname(unclass(network[[nm]]))
  add(sprintf("network %s", nm), NULL, "fisher.test(t, workspace = 2e8)",
      list(p = fisher.test(t, workspace = 2e8)$p.value), input = list(table = t))
}

# Tables too large for that: Monte Carlo, with its standard error.
large <- list("A" = rbind(c(100, 100, 100, 1), c(100, 90, 80, 3), c(50, 60, 70, 2)),
              "B" = rbind(c(30, 25, 40, 1, 20), c(22, 31, 18, 6, 25), c(41, 12, 33, 2, 30),
                          c(10, 22, 14, 5, 9)))
set.seed(1)
for (nm in names(large)) {
  B <- 2e6
  p <- fisher.test(large[[nm]], simulate.p.value = TRUE, B = B)$p.value
  add(sprintf("simulated %s", nm), NULL, "fisher.test(t, simulate.p.value = TRUE, B = 2e6)",
      list(p = p, se = sqrt(p * (1 - p) / B)), input = list(table = large[[nm]]))
}

# ---- Weighted standardised differences ----------------------------------------

# Weighted means; weighted variances with the correction of cov.wt (Austin and Stuart,
# Statistics in Medicine 2015). Weights: those of the inverse propensity to be treated.
d <- data_of$gbsg2
fit <- glm(horTh ~ age + menostat + tsize + tgrade, binomial, d)
p <- fitted(fit); yes <- d$horTh == "yes"
w <- ifelse(yes, 1 / p, 1 / (1 - p))
for (x in c("age", "tsize", "pnodes")) {
  v <- lapply(list(yes, !yes), function(i) cov.wt(cbind(d[[x]][i]), w[i], method = "unbiased"))
  add(sprintf("weighted gbsg2 %s", x), "gbsg2.csv", "cov.wt(cbind(x), w)",
      list(smd = (v[[1]]$center - v[[2]]$center) / sqrt((v[[1]]$cov[1] + v[[2]]$cov[1]) / 2)),
      input = list(weights = arr(w)))
}
share <- function(x, i) as.numeric(tapply(w[i], d[[x]][i], sum)) / sum(w[i])
for (x in c("tgrade", "menostat")) {
  add(sprintf("weighted gbsg2 %s", x), "gbsg2.csv", "formula",
      list(smd = smd_levels(share(x, yes), share(x, !yes))), input = list(weights = arr(w)))
}

# ---- Adjustment ---------------------------------------------------------------

p <- c(0.2, 0.001, NA, 0.04, 0.04, 0.9, 0.012, 1)
for (m in c("holm", "bonferroni", "BH")) {
  add(sprintf("p.adjust %s", m), NULL, sprintf("p.adjust(p, \"%s\")", m),
      list(adjusted = arr(p.adjust(p, m))), input = list(p = arr(p)))
}

finish("coin")
