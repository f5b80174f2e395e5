# Propensity-score matching reference values (MatchIt).
# Run from the repository root: Rscript tests/reference/matching.R
#
# Order and tie rule of MatchIt 4.5 for method = "nearest", replace = FALSE,
# m.order = "largest" and a numeric distance. Read from matchit2nearest() and the
# compiled function behind nn_matchC_vec(); nearest() below is a plain R
# restatement, checked against matchit() in every case.
#
# 1. Treated units are taken by decreasing distance (here the logit of the
#    propensity score); equal distances keep the order of the data
#    (order(distance, decreasing = TRUE), a stable sort).
# 2. For ratio k there are k rounds. In each round every treated unit, in the
#    order of 1, takes one more control. No treated unit gets a second control
#    before all of them have had the chance of a first one. Once the controls run
#    out, the remaining units get fewer.
# 3. All units, treated and controls, are ranked by increasing distance, equal
#    distances again in the order of the data. A treated unit looks at the next
#    unused control to the left of its own rank and at the next one to the right,
#    and takes the nearer. When both are equally near it takes the left one.
# 4. Hence, among controls with the same distance: to the left of the treated
#    unit (lower distance, or the same distance and earlier in the data) the one
#    latest in the data is taken first; to the right the one earliest in the data.
#
# Two faults of the version used here. First, in MatchIt 4.5.1 as built by Debian the
# comparison of rule 3 calls the C function abs(int), which cuts both gaps off to
# whole numbers. On the scale of a logit nearly all gaps then count as 0, and the
# left control is taken even when the right one is nearer:
#   matchit(t ~ x, distance = c(5, 4.1, 5.1), ...)   # t = 1, 0, 0: takes 4.1
#   matchit(t ~ x, distance = c(5000, 4100, 5100))   # takes 5100, as it should
# The reference pairs are therefore those of matchit() on 2^27 times the logit
# (an exact scaling that leaves only gaps below 1e-8 undistinguished), and they
# are checked to be identical to those of nearest() on the logit itself. How many
# pairs differ from matchit() on the unscaled logit is recorded in
# `differs_from_unscaled`.
# Second, in later rounds a treated unit already matched to row i does not take
# row i + 1 (row numbers from 0 and from 1 are compared), even if it is the
# nearest. This changes none of the cases below, which the check against
# nearest() shows; the small examples are laid out to avoid it.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages(library(MatchIt))

# Rules 1 to 4. Returns row numbers, one row per treated unit, and for each choice
# how much further away the best unused alternative would have been.
nearest <- function(distance, treat, ratio) {
  rank <- order(distance)
  place <- match(seq_along(distance), rank)
  free <- treat == 0
  treated <- which(treat == 1)
  pairs <- matrix(NA_integer_, length(treated), ratio)
  margin <- c()
  for (r in seq_len(ratio)) for (i in order(distance[treated], decreasing = TRUE)) {
    if (!any(free)) next
    u <- treated[i]
    open <- which(free[rank])
    left <- suppressWarnings(max(open[open < place[u]]))
    right <- suppressWarnings(min(open[open > place[u]]))
    gap_left <- if (is.finite(left)) abs(distance[rank[left]] - distance[u]) else Inf
    gap_right <- if (is.finite(right)) abs(distance[rank[right]] - distance[u]) else Inf
    k <- rank[if (gap_left <= gap_right) left else right]
    others <- setdiff(which(free), k)
    if (length(others)) {
      margin <- c(margin, min(abs(distance[others] - distance[u])) - abs(distance[k] - distance[u]))
    }
    pairs[i, r] <- k
    free[k] <- FALSE
  }
  list(pairs = pairs, margin = margin)
}

# Weighted mean and variance. The variance is sum(w (x - m)^2) over
# sum(w) - sum(w^2) / sum(w): the usual n - 1 denominator for equal weights, and
# the one that MatchIt uses.
wmean <- function(x, w) sum(w * x) / sum(w)
wvar <- function(x, w) sum(w * (x - wmean(x, w))^2) / (sum(w) - sum(w^2) / sum(w))

# Largest difference of the two weighted distribution functions ("eCDF Max").
ks <- function(x, one, w) {
  max(vapply(unique(x), function(v) {
    abs(sum(w[one & x <= v]) / sum(w[one]) - sum(w[!one & x <= v]) / sum(w[!one]))
  }, 0))
}

# SMD = difference of means (or of proportions of a level) over a standard
# deviation of the ORIGINAL sample, before as well as after matching:
#   pooled   sqrt((s1^2 + s0^2) / 2)
#   treated  s1
# with s^2 = sample variance for numeric variables and p (1 - p) for the levels of
# categorical ones. Variance ratio = treated over control, numeric only.
balance <- function(d, treat, numeric, categorical, w) {
  one <- treat == 1
  num <- lapply(numeric, function(v) {
    x <- as.numeric(d[[v]])
    s1 <- var(x[one]); s0 <- var(x[!one])
    pooled <- sqrt((s1 + s0) / 2)
    m1 <- mean(x[one]); m0 <- mean(x[!one])
    a1 <- wmean(x[one], w[one]); a0 <- wmean(x[!one], w[!one])
    list(mean_treated = m1, mean_control = m0, sd_treated = sqrt(s1), sd_control = sqrt(s0),
         smd_pooled = (m1 - m0) / pooled, smd_treated = (m1 - m0) / sqrt(s1),
         variance_ratio = s1 / s0, ks = ks(x, one, rep(1, length(x))),
         after = list(mean_treated = a1, mean_control = a0,
                      smd_pooled = (a1 - a0) / pooled, smd_treated = (a1 - a0) / sqrt(s1),
                      variance_ratio = wvar(x[one], w[one]) / wvar(x[!one], w[!one]),
                      ks = ks(x, one, w)))
  })
  names(num) <- numeric
  cat <- lapply(categorical, function(v) {
    f <- factor(d[[v]])
    lev <- lapply(levels(f), function(l) {
      x <- as.numeric(f == l)
      p1 <- mean(x[one]); p0 <- mean(x[!one])
      pooled <- sqrt((p1 * (1 - p1) + p0 * (1 - p0)) / 2)
      a1 <- wmean(x[one], w[one]); a0 <- wmean(x[!one], w[!one])
      list(p_treated = p1, p_control = p0,
           smd_pooled = (p1 - p0) / pooled, smd_treated = (p1 - p0) / sqrt(p1 * (1 - p1)),
           after = list(p_treated = a1, p_control = a0, smd_pooled = (a1 - a0) / pooled,
                        smd_treated = (a1 - a0) / sqrt(p1 * (1 - p1))))
    })
    names(lev) <- levels(f)
    lev
  })
  names(cat) <- categorical
  list(numeric = num, categorical = cat)
}

scale <- 2^27
match_case <- function(name, file, d, treat_text, covariates, numeric, categorical, ratio) {
  prefix <- if (nzchar(treat_text)) sprintf("d$treat <- as.integer(%s); ", treat_text) else ""
  # The logit is fitted to convergence (MatchIt leaves glm's default of 1e-8).
  text <- paste0("matchit(treat ~ %s, data = d, method = \"nearest\", distance = \"glm\", ",
                 "link = \"linear.logit\", m.order = \"largest\", replace = FALSE, ratio = %d%s)")
  # The pairs come from a second call with the fitted logit, see the top.
  call <- paste0(prefix, sprintf(text, paste(covariates, collapse = " + "), ratio,
                                 ", distance.options = list(epsilon = 1e-14, maxit = 50)"))
  rownames(d) <- seq_len(nrow(d))
  first <- suppressWarnings(run(call, d))
  treat <- as.integer(first$treat)
  distance <- unname(first$distance)
  stopifnot(diff(range(distance)) * scale < 2^31)
  d$logit <- distance
  if (nzchar(prefix)) d$treat <- treat
  rescaled <- sub("distance = \"glm\", link = \"linear.logit\"", "distance = 2^27 * d$logit",
                  sub(", distance.options = .*$", ")", call), fixed = TRUE)
  m <- suppressWarnings(run(rescaled, d))
  pairs <- m$match.matrix
  treated <- as.integer(rownames(pairs))
  pairs <- matrix(as.integer(pairs), nrow(pairs))

  mine <- nearest(distance, treat, ratio)
  stopifnot(identical(mine$pairs, pairs), identical(treated, which(treat == 1)))
  unscaled <- matrix(as.integer(first$match.matrix), nrow(pairs))

  full <- rowSums(!is.na(pairs)) == ratio
  w <- unname(m$weights)
  weighted <- balance(d, treat, numeric, categorical, w)
  # Check against MatchIt's own table (treated-group denominator).
  tab <- summary(m, standardize = TRUE)
  for (v in numeric) {
    x <- d[[v]]
    if (length(unique(x)) == 2 || !v %in% rownames(tab$sum.all)) next
    stopifnot(
      all.equal(tab$sum.all[v, "Std. Mean Diff."], weighted$numeric[[v]]$smd_treated),
      all.equal(tab$sum.all[v, "Var. Ratio"], weighted$numeric[[v]]$variance_ratio),
      all.equal(tab$sum.matched[v, "Std. Mean Diff."], weighted$numeric[[v]]$after$smd_treated),
      all.equal(tab$sum.all[v, "eCDF Max"], weighted$numeric[[v]]$ks),
      all.equal(tab$sum.matched[v, "eCDF Max"], weighted$numeric[[v]]$after$ks),
      all.equal(tab$sum.matched[v, "Var. Ratio"], weighted$numeric[[v]]$after$variance_ratio))
  }
  for (v in categorical) for (l in levels(factor(d[[v]]))) {
    row <- if (is.numeric(d[[v]])) v else paste0(v, l)
    if (!row %in% rownames(tab$sum.all) || (is.numeric(d[[v]]) && l == "0")) next
    stopifnot(all.equal(tab$sum.all[row, "Std. Mean Diff."],
                        weighted$categorical[[v]][[l]]$smd_treated),
              all.equal(tab$sum.matched[row, "Std. Mean Diff."],
                        weighted$categorical[[v]][[l]]$after$smd_treated))
  }

  dup <- function(x) sum(duplicated(x) | duplicated(x, fromLast = TRUE))
  used <- sort(pairs[!is.na(pairs)])
  out <- list(
    n_treated = sum(treat == 1), n_control = sum(treat == 0), ratio = ratio,
    ps = list(terms = arr(names(coef(first$model))), coef = arr(coef(first$model))),
    # linear predictor of each row of the file, in order
    distance = arr(distance),
    # row numbers count from 1; pairs[i, ] are the controls of treated_rows[i], null = none
    treated_rows = arr(treated), pairs = pairs,
    control_rows_used = arr(used),
    n_matched_treated = sum(!is.na(pairs[, 1])), n_matched_control = length(used),
    n_treated_with_all = sum(full),
    mean_abs_gap = mean(abs(distance[treated] - matrix(distance[pairs], nrow(pairs))), na.rm = TRUE),
    # Sensitivity to rounding of the logit: rows that share their distance with
    # another row of the same group, and choices that were tied or nearly so.
    tied_rows = list(treated = dup(distance[treat == 1]), control = dup(distance[treat == 0])),
    tied_choices = sum(mine$margin == 0), nearly_tied_choices = sum(mine$margin > 0 & mine$margin < 1e-9),
    smallest_other_margin = min(mine$margin[mine$margin >= 1e-9]),
    differs_from_unscaled = sum(!mapply(identical, c(pairs), c(unscaled))),
    balance = weighted
  )
  if (!all(full)) {
    # Fewer controls for some: their controls count more.
    out$weights <- arr(w)
  }
  add(name, file, paste(call, rescaled, sep = "; "), out)
}

lalonde <- read_data("lalonde.csv")
gbsg2 <- read_data("gbsg2.csv")

lv <- c("age", "educ", "race", "married", "nodegree", "re74", "re75")
for (k in 1:3) {
  match_case(sprintf("lalonde 1:%d", k), "lalonde.csv", lalonde, "", lv,
             c("age", "educ", "re74", "re75", "married", "nodegree"),
             c("race", "married", "nodegree"), k)
}
gv <- c("age", "tsize", "pnodes", "menostat")
match_case("gbsg2 grade I 1:3", "gbsg2.csv", gbsg2, "d$tgrade == \"I\"", gv,
           c("age", "tsize", "pnodes", "progrec", "estrec"), c("menostat", "horTh"), 3)
match_case("gbsg2 grade I 1:1", "gbsg2.csv", gbsg2, "d$tgrade == \"I\"", gv,
           c("age", "tsize", "pnodes", "progrec", "estrec"), c("menostat", "horTh"), 1)
match_case("gbsg2 horTh 1:1", "gbsg2.csv", gbsg2, "d$horTh == \"yes\"", c(gv, "tgrade"),
           c("age", "tsize", "pnodes", "progrec", "estrec"), c("menostat", "tgrade"), 1)

# Small examples of rules 1 to 4 with the distance given, in whole numbers.
small <- list(
  "rounds" = list(distance = c(20, 10, 19, 9, 17, 2, 1), treat = c(1, 1, 0, 0, 0, 0, 0), ratio = 2),
  "controls run out" = list(distance = c(20, 10, 15, 19, 8), treat = c(1, 1, 1, 0, 0), ratio = 1),
  "controls run out in round two" = list(distance = c(20, 10, 19, 8, 3), treat = c(1, 1, 0, 0, 0), ratio = 2),
  "equal gaps, lower one" = list(distance = c(10, 15, 5), treat = c(1, 0, 0), ratio = 1),
  "equal controls below" = list(distance = c(10, 5, 5, 5, 30), treat = c(1, 0, 0, 0, 0), ratio = 2),
  "equal controls above" = list(distance = c(10, 15, -30, 15, -40, 15),
                                treat = c(1, 0, 0, 0, 0, 0), ratio = 2),
  "same distance" = list(distance = c(10, 10, 10, 10, 10), treat = c(0, 0, 1, 0, 0), ratio = 3),
  "equal treated" = list(distance = c(10, 10, 9, 7), treat = c(1, 1, 0, 0), ratio = 1)
)
for (nm in names(small)) {
  s <- small[[nm]]
  d <- data.frame(treat = s$treat, distance = s$distance, x = seq_along(s$treat))
  call <- sprintf(paste0("matchit(treat ~ x, data = d, method = \"nearest\", distance = d$distance, ",
                         "m.order = \"largest\", replace = FALSE, ratio = %d)"), s$ratio)
  m <- suppressWarnings(run(call, d))
  pairs <- matrix(as.integer(m$match.matrix), nrow(m$match.matrix))
  stopifnot(identical(nearest(s$distance, s$treat, s$ratio)$pairs, pairs))
  add(paste("small:", nm), NULL, call,
      list(treated_rows = arr(as.integer(rownames(m$match.matrix))), pairs = pairs), input = s)
}

finish("MatchIt")
