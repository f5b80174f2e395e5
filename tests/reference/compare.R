# Reference values for the comparison of groups and for descriptive statistics.
# Run from the repository root: Rscript tests/reference/compare.R
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))

d_gbsg2 <- read_data("gbsg2.csv")
d_lung <- read_data("lung.csv")
d_pbc <- read_data("pbc.csv")
d_infert <- read_data("infert.csv")
d_asah <- read_data("aSAH.csv")
d_warp <- read_data("warpbreaks.csv")
file_of <- c(gbsg2 = "gbsg2.csv", lung = "lung.csv", pbc = "pbc.csv", infert = "infert.csv",
             aSAH = "aSAH.csv", warpbreaks = "warpbreaks.csv")
data_of <- list(gbsg2 = d_gbsg2, lung = d_lung, pbc = d_pbc, infert = d_infert, aSAH = d_asah,
                warpbreaks = d_warp)

# ---- Numeric variable, groups -------------------------------------------------

htest <- function(h) {
  out <- list(statistic = unname(h$statistic), p = h$p.value)
  if (!is.null(h$parameter)) {
    out$df <- if (length(h$parameter) > 1) arr(h$parameter) else unname(h$parameter)
  }
  out
}

ttest <- function(h) {
  c(htest(h), list(mean1 = unname(h$estimate[1]), mean2 = unname(h$estimate[2]),
                   difference = unname(h$estimate[1] - h$estimate[2]), se = h$stderr,
                   lower = h$conf.int[1], upper = h$conf.int[2]))
}

describe_numeric <- function(x) {
  x <- x[!is.na(x)]
  list(n = length(x), mean = mean(x), sd = sd(x), median = median(x),
       min = min(x), max = max(x),
       q1_type7 = unname(quantile(x, 0.25, type = 7)), q3_type7 = unname(quantile(x, 0.75, type = 7)),
       q1_type6 = unname(quantile(x, 0.25, type = 6)), q3_type6 = unname(quantile(x, 0.75, type = 6)))
}

# Standardised difference of means, (m1 - m2) / sqrt((s1^2 + s2^2) / 2).
smd_numeric <- function(x, g) {
  s <- split(x, g)
  unname((mean(s[[1]]) - mean(s[[2]])) / sqrt((var(s[[1]]) + var(s[[2]])) / 2))
}

# Groups in the order of R's factor levels: alphabetical, or increasing for
# numbers; "first minus second". Rows with a missing value are left out.
numeric_case <- function(set, x, g) {
  d <- data_of[[set]]
  d <- d[!is.na(d[[x]]) & !is.na(d[[g]]), ]
  k <- nlevels(factor(d[[g]]))
  f <- sprintf("%s ~ factor(%s)", x, g)
  e <- function(text) suppressWarnings(run(text, d))
  calls <- c(
    anova = "oneway.test(%s, data = d, var.equal = TRUE)",
    welch_anova = "oneway.test(%s, data = d, var.equal = FALSE)",
    kruskal = "kruskal.test(%s, data = d)")
  if (k == 2) calls <- c(
    welch = "t.test(%s, data = d, var.equal = FALSE)",
    student = "t.test(%s, data = d, var.equal = TRUE)",
    wilcoxon = "wilcox.test(%s, data = d, exact = FALSE, correct = TRUE)",
    wilcoxon_uncorrected = "wilcox.test(%s, data = d, exact = FALSE, correct = FALSE)", calls)
  calls <- vapply(calls, sprintf, "", f)
  values <- lapply(names(calls), function(n) {
    h <- e(calls[[n]])
    if (n %in% c("welch", "student")) ttest(h) else htest(h)
  })
  names(values) <- names(calls)
  groups <- lapply(split(d[[x]], factor(d[[g]])), describe_numeric)
  values <- c(list(n = nrow(d), groups = groups, overall = describe_numeric(d[[x]])), values)
  if (k == 2) values$smd <- smd_numeric(d[[x]], factor(d[[g]]))
  add(sprintf("numeric %s %s by %s", set, x, g), file_of[[set]], as.list(calls), values)
}

for (a in list(
  c("gbsg2", "age", "horTh"), c("gbsg2", "tsize", "horTh"), c("gbsg2", "pnodes", "horTh"),
  c("gbsg2", "progrec", "menostat"), c("gbsg2", "age", "menostat"),
  c("gbsg2", "age", "tgrade"), c("gbsg2", "pnodes", "tgrade"), c("gbsg2", "progrec", "tgrade"),
  c("lung", "age", "sex"), c("lung", "meal.cal", "sex"), c("lung", "wt.loss", "sex"),
  c("lung", "ph.karno", "sex"), c("lung", "age", "ph.ecog"),
  c("pbc", "bili", "trt"), c("pbc", "chol", "trt"), c("pbc", "albumin", "sex"),
  c("pbc", "bili", "stage"), c("pbc", "platelet", "stage"), c("pbc", "copper", "edema"),
  c("infert", "age", "case"), c("infert", "parity", "case"), c("infert", "age", "education"),
  c("aSAH", "age", "outcome"), c("aSAH", "s100b", "outcome"), c("aSAH", "ndka", "outcome"),
  c("aSAH", "s100b", "gender"),
  c("warpbreaks", "breaks", "wool"), c("warpbreaks", "breaks", "tension")
)) {
  # A stage with a single patient has no variance: keep levels with two or more.
  if (identical(a, c("lung", "age", "ph.ecog"))) {
    keep <- d_lung$ph.ecog %in% c(0, 1, 2)
    full <- data_of$lung
    data_of$lung <- d_lung[keep, ]
    numeric_case(a[1], a[2], a[3])
    data_of$lung <- full
    names(cases)[length(cases)] <- "numeric lung age by ph.ecog (0 to 2)"
    next
  }
  numeric_case(a[1], a[2], a[3])
}

# Exact Wilcoxon tests: small samples without ties. Hodges-Lehmann estimate with
# its exact interval.
for (nm in c("A", "B", "C")) {
  s <- list(
    A = list(x = c(1.1, 2.3, 3.7, 4.2, 8.9), y = c(5.5, 6.1, 7.4, 9.3, 10.2, 11.8)),
    B = list(x = c(0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46),
             y = c(1.15, 0.88, 0.9, 0.74, 1.21)),
    C = list(x = c(1, 2, 3), y = c(4, 5, 6)))[[nm]]
  ex <- "wilcox.test(x, y, exact = TRUE, conf.int = TRUE)"
  h <- suppressWarnings(eval(parse(text = ex), s))
  h1 <- wilcox.test(s$x, s$y, exact = FALSE, correct = TRUE)
  h2 <- wilcox.test(s$x, s$y, exact = FALSE, correct = FALSE)
  add(sprintf("wilcoxon exact %s", nm), NULL, ex,
      list(statistic = unname(h$statistic), p = h$p.value, shift = unname(h$estimate),
           lower = h$conf.int[1], upper = h$conf.int[2], p_normal_corrected = h1$p.value,
           p_normal_uncorrected = h2$p.value), input = s)
}
# Ties and small groups: only the normal approximation.
s <- list(x = c(1, 2, 2, 3, 3, 3), y = c(2, 3, 4, 4, 5))
h <- suppressWarnings(wilcox.test(s$x, s$y, exact = FALSE, correct = TRUE))
h2 <- suppressWarnings(wilcox.test(s$x, s$y, exact = FALSE, correct = FALSE))
add("wilcoxon ties", NULL, "wilcox.test(x, y, exact = FALSE, correct = TRUE)",
    list(statistic = unname(h$statistic), p = h$p.value, p_uncorrected = h2$p.value), input = s)

# Constant values, the same in both groups.
s <- list(x = c(1, 2, 3, 4), y = c(1, 2, 3, 4))
h <- suppressWarnings(wilcox.test(s$x, s$y, exact = FALSE, correct = TRUE))
add("wilcoxon equal", NULL, "wilcox.test(x, y, exact = FALSE, correct = TRUE)",
    list(statistic = unname(h$statistic), p = h$p.value,
         t_p = t.test(s$x, s$y)$p.value), input = s)

# ---- Categorical variable, groups ---------------------------------------------

# Non-central hypergeometric distribution: conditional maximum-likelihood odds
# ratio and exact limits, as fisher.test() defines them but solved to full
# precision (fisher.test() stops its root search at a tolerance of about 1e-4).
fisher_exact_or <- function(t, level = 0.95) {
  m <- sum(t[, 1]); n <- sum(t[, 2]); k <- sum(t[1, ]); x <- t[1, 1]
  lo <- max(0, k - n); hi <- min(k, m)
  support <- lo:hi
  logdc <- dhyper(support, m, n, k, log = TRUE)
  dn <- function(lo_or) {
    d <- logdc + lo_or * support
    d <- exp(d - max(d))
    d / sum(d)
  }
  solve_for <- function(f) exp(uniroot(f, c(-50, 50), tol = 1e-14, maxiter = 10000)$root)
  a <- (1 - level) / 2
  list(
    estimate = if (x == lo) 0 else if (x == hi) Inf else
      solve_for(function(b) sum(support * dn(b)) - x),
    lower = if (x == lo) 0 else solve_for(function(b) sum(dn(b)[support >= x]) - a),
    upper = if (x == hi) Inf else solve_for(function(b) sum(dn(b)[support <= x]) - a))
}

# Standardised difference of a variable with two or more levels (Yang D, Dalton
# JE. A unified approach to measuring the effect size between two groups using
# SAS. SAS Global Forum 2012, paper 335): the Mahalanobis distance of the vectors
# of proportions without the first level, with the mean of the two multinomial
# covariance matrices. With two levels it is the absolute value of
# (p1 - p2) / sqrt((p1 (1 - p1) + p2 (1 - p2)) / 2).
smd_levels <- function(t) {
  p <- prop.table(t, 2)
  keep <- rowSums(t) > 0
  p <- p[keep, , drop = FALSE]
  a <- p[-1, 1]; b <- p[-1, 2]
  cov <- function(q) diag(q * (1 - q), length(q)) - (outer(q, q) - diag(q^2, length(q)))
  S <- (cov(a) + cov(b)) / 2
  sqrt(drop((a - b) %*% solve(S, a - b)))
}

table_values <- function(t) {
  t <- unclass(t)
  two <- all(dim(t) == 2)
  h <- suppressWarnings(chisq.test(t, correct = FALSE))
  f <- fisher.test(t, workspace = 2e7)
  names_of <- if (is.null(rownames(t))) list() else
    list(rows = arr(rownames(t)), columns = arr(colnames(t)))
  out <- c(names_of, list(
    table = unname(t), expected = unname(h$expected),
    n = sum(t), min_expected = min(h$expected),
    share_expected_below_5 = mean(h$expected < 5),
    chisq = htest(h)))
  if (two) out$chisq_corrected <- htest(suppressWarnings(chisq.test(t, correct = TRUE)))
  out$fisher_p <- f$p.value
  if (two) {
    out$fisher_or <- list(estimate = unname(f$estimate), lower = f$conf.int[1],
                          upper = f$conf.int[2])
    out$fisher_or_exact <- fisher_exact_or(t)
  }
  out$cramers_v <- sqrt(unname(h$statistic) / (sum(t) * (min(dim(t)) - 1)))
  if (ncol(t) == 2) {
    # columns are the two groups, rows the levels
    out$smd <- smd_levels(t)
    p <- prop.table(t, 2)
    out$smd_by_row <- arr((p[, 1] - p[, 2]) /
                            sqrt((p[, 1] * (1 - p[, 1]) + p[, 2] * (1 - p[, 2])) / 2))
  }
  out
}

# The continuity correction exists for tables of two rows and two columns only.
table_calls <- function(t) {
  calls <- list(chisq = "chisq.test(t, correct = FALSE)")
  if (all(dim(t) == 2)) calls$chisq_corrected <- "chisq.test(t, correct = TRUE)"
  c(calls, fisher = "fisher.test(t, workspace = 2e7)")
}

# Rows: levels of the variable; columns: groups.
table_case <- function(set, x, g) {
  d <- data_of[[set]]
  call <- sprintf("table(d$%s, d$%s)", x, g)
  t <- run(call, d)
  names(dimnames(t)) <- NULL
  add(sprintf("categorical %s %s by %s", set, x, g), file_of[[set]],
      c(list(table = call), table_calls(t)), table_values(t))
}

for (a in list(
  c("gbsg2", "menostat", "horTh"), c("gbsg2", "tgrade", "horTh"), c("gbsg2", "cens", "horTh"),
  c("gbsg2", "tgrade", "menostat"), c("gbsg2", "menostat", "tgrade"),
  c("lung", "ph.ecog", "sex"), c("lung", "status", "sex"),
  c("pbc", "sex", "trt"), c("pbc", "stage", "trt"), c("pbc", "ascites", "trt"),
  c("pbc", "hepato", "trt"), c("pbc", "edema", "trt"), c("pbc", "stage", "sex"),
  c("infert", "education", "case"), c("infert", "induced", "case"),
  c("aSAH", "gender", "outcome"), c("aSAH", "wfns", "outcome")
)) table_case(a[1], a[2], a[3])

# A larger table, where Fisher's test takes longer but is still exact.
table_case("infert", "education", "induced")

typed <- list(
  "4x2" = rbind(c(2, 3), c(8, 3), c(20, 6), c(42, 12)),
  "3x2 a" = rbind(c(7, 1), c(16, 6), c(49, 16)),
  "3x2 b" = rbind(c(1, 5), c(14, 46), c(9, 21)),
  "3x3" = rbind(c(3, 1, 0), c(2, 6, 4), c(0, 2, 7)),
  "2x5" = rbind(c(1, 0, 4, 2, 3), c(6, 5, 1, 0, 2)),
  "2x2 small" = rbind(c(3, 1), c(1, 3)),
  "2x2 zero" = rbind(c(0, 5), c(6, 4)),
  "2x2 zero right" = rbind(c(5, 0), c(4, 6)),
  "2x2 larger" = rbind(c(12, 5), c(29, 2)),
  "2x2 balanced" = rbind(c(10, 10), c(10, 10)),
  "2x2 large" = rbind(c(150, 120), c(310, 390))
)
for (nm in names(typed)) {
  t <- typed[[nm]]
  add(sprintf("typed %s", nm), NULL,
      table_calls(t), table_values(t), input = list(table = t))
}

# ---- Descriptive statistics ---------------------------------------------------

for (a in list(c("gbsg2", "age"), c("gbsg2", "tsize"), c("gbsg2", "pnodes"), c("gbsg2", "progrec"),
               c("gbsg2", "time"), c("lung", "meal.cal"), c("lung", "wt.loss"), c("pbc", "bili"),
               c("pbc", "chol"), c("pbc", "albumin"), c("aSAH", "s100b"), c("aSAH", "ndka"),
               c("infert", "age"))) {
  x <- data_of[[a[1]]][[a[2]]]
  missing <- sum(is.na(x))
  x <- x[!is.na(x)]
  p <- c(0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
  ci <- t.test(x)$conf.int
  add(sprintf("describe %s %s", a[1], a[2]), file_of[[a[1]]],
      sprintf("quantile(d$%s, p, type = 7 or 6, na.rm = TRUE)", a[2]),
      c(describe_numeric(x), list(
        missing = missing, variance = var(x), se = sd(x) / sqrt(length(x)),
        mean_lower = ci[1], mean_upper = ci[2], iqr = IQR(x),
        probs = arr(p), type7 = arr(quantile(x, p, type = 7)), type6 = arr(quantile(x, p, type = 6)))))
}

# Adjustment for multiple testing.
p <- c(0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216)
for (m in c("holm", "hochberg", "bonferroni", "BH", "BY")) {
  add(sprintf("p.adjust %s", m), NULL, sprintf("p.adjust(p, \"%s\")", m),
      list(adjusted = arr(p.adjust(p, m))), input = list(p = arr(p)))
}

finish("stats")
