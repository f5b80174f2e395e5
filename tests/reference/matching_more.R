# Matching by other rules: with replacement, in other orders, within calipers and exact
# strata, optimal pairs and full matching.
# Run from the repository root: Rscript tests/reference/matching_more.R
#
# Witnesses
# - with replacement: MatchIt, on 2^27 times the logit (see matching.R for why), for the weights
#   and effective sample sizes of its pairs. With two controls or more it passes over the row
#   after the one it took last (the second fault in matching.R), so the nearest controls are
#   written down plainly, and checked against MatchIt for one control.
# - orders, calipers, exact strata: MatchIt 4.5.1 as built by Debian leaves pairs outside the
#   caliper, so greedy() below writes the rule down: in each round each treated unit in turn
#   takes the nearest unused control of its stratum, if that is within the caliper; of equally
#   near ones the earlier row. Without a caliper it is checked against MatchIt.
# - optimal and full matching: optmatch is not in Debian. The least total distance is that of
#   a linear programme (lpSolve): pairs, the cheapest assignment, each pair being worth more
#   than all distances; full matching, the cheapest edge cover. Both have whole solutions
#   because the constraint matrix of a bipartite graph is totally unimodular. Which pairs make
#   up the optimum is not always unique: its sum of distances is.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages({ library(MatchIt); library(lpSolve) })

scale <- 2^27

greedy <- function(distance, treat, ratio, turn, caliper = Inf, stratum = rep(1, length(treat))) {
  treated <- which(treat == 1)
  pairs <- matrix(NA_integer_, length(treated), ratio)
  free <- treat == 0
  for (r in seq_len(ratio)) for (i in turn) {
    if (r > 1 && is.na(pairs[i, r - 1])) next
    u <- treated[i]
    open <- which(free & stratum == stratum[u])
    if (!length(open)) next
    gap <- abs(distance[open] - distance[u])
    if (min(gap) > caliper) next
    k <- open[which.min(gap)]
    pairs[i, r] <- k
    free[k] <- FALSE
  }
  pairs
}

turns <- list(largest = function(x) order(x, decreasing = TRUE), smallest = function(x) order(x),
              data = function(x) seq_along(x))

lalonde <- read_data("lalonde.csv")
gbsg2 <- read_data("gbsg2.csv")
samples <- list(
  lalonde = list(file = "lalonde.csv", d = lalonde, treat = lalonde$treat,
                 formula = "treat ~ age + educ + race + married + nodegree + re74 + re75"),
  gbsg2 = list(file = "gbsg2.csv", d = gbsg2, treat = as.integer(gbsg2$horTh == "yes"),
               formula = "treat ~ age + tsize + pnodes + menostat + tgrade"))

for (key in names(samples)) {
  s <- samples[[key]]
  d <- s$d
  d$treat <- s$treat
  rownames(d) <- seq_len(nrow(d))
  fit <- glm(as.formula(s$formula), binomial, d, epsilon = 1e-14, maxit = 50)
  d$logit <- unname(fit$linear.predictors)
  treat <- d$treat
  treated <- which(treat == 1)

  for (k in c(1, 3)) {
    call <- sprintf(paste0("matchit(%s, data = d, method = \"nearest\", distance = 2^27 * d$logit, ",
                           "replace = TRUE, ratio = %d)"), s$formula, k)
    m <- suppressWarnings(run(call, d))
    pairs <- matrix(as.integer(m$match.matrix), length(treated))
    nn <- summary(m)$nn
    nearest <- t(vapply(treated, function(u) {
      gap <- abs(d$logit - d$logit[u])
      gap[treat == 1] <- Inf
      order(gap)[seq_len(k)]
    }, integer(k)))
    if (k == 1) nearest <- matrix(nearest, length(treated))
    gaps <- function(p) abs(d$logit[treated] - matrix(d$logit[p], nrow(p)))
    if (k == 1) stopifnot(all.equal(gaps(nearest), gaps(pairs), tolerance = 1e-7))
    add(sprintf("%s replacement 1:%d", key, k), s$file, call,
        list(ratio = k, distance = arr(d$logit), pairs = pairs, weights = arr(m$weights),
             effective_n = list(control = nn["Matched (ESS)", "Control"],
                                treated = nn["Matched (ESS)", "Treated"]),
             nearest = nearest, mean_gap = mean(gaps(nearest))))
  }

  width <- 0.2 * sd(d$logit)
  prob <- fitted(fit)
  stratum <- if (key == "lalonde") paste(d$race, d$married) else paste(d$tgrade, d$menostat)
  asked <- expand.grid(order = names(turns), ratio = 1:2, stringsAsFactors = FALSE)
  for (j in seq_len(nrow(asked))) {
    o <- asked$order[j]
    k <- asked$ratio[j]
    turn <- turns[[o]](d$logit[treated])
    plain <- greedy(d$logit, treat, k, turn)
    # The rule is MatchIt's: total distance and who was matched are the same.
    call <- sprintf(paste0("matchit(%s, data = d, method = \"nearest\", distance = 2^27 * d$logit, ",
                           "m.order = \"%s\", ratio = %d)"), s$formula, o, k)
    m <- suppressWarnings(run(call, d))
    theirs <- matrix(as.integer(m$match.matrix), length(treated))
    total <- function(p) sum(abs(d$logit[treated] - matrix(d$logit[p], nrow(p))), na.rm = TRUE)
    stopifnot(identical(is.na(plain), is.na(theirs)))
    stopifnot(all.equal(total(plain), total(theirs)))
    within <- greedy(d$logit, treat, k, turn, width)
    alike <- greedy(d$logit, treat, k, turn, width, stratum)
    raw <- greedy(prob, treat, k, turns[[o]](prob[treated]), 0.02)
    add(sprintf("%s %s 1:%d", key, o, k), s$file, "greedy()",
        list(ratio = k, order = o, width = width,
             plain = list(pairs = plain, total = total(plain)),
             caliper = list(pairs = within, total = total(within)),
             exact = list(pairs = alike, total = total(alike)),
             probability = list(pairs = raw,
                                total = sum(abs(prob[treated] - matrix(prob[raw], nrow(raw))),
                                            na.rm = TRUE))))
  }
}

# The constraints "so many edges at each unit" for lp(); units without an edge have none.
constraints <- function(edges, m) {
  unit <- c(edges[, 1], m + edges[, 2])
  cbind(match(unit, sort(unique(unit))), rep(seq_len(nrow(edges)), 2), 1)
}

# Optimal pairs: at most k controls of each treated unit, each control at most once; as many
# treated units with a control and as many pairs as possible, the shortest of them. A treated
# unit's first control is a variable of its own, worth twice as much as another one.
optimal <- function(distance, k) {
  m <- nrow(distance); n <- ncol(distance)
  edges <- which(is.finite(distance), arr.ind = TRUE)
  w <- distance[edges]
  worth <- sum(w) + 1
  first <- edges
  more <- if (k > 1) cbind(edges[, 1] + m, edges[, 2]) else NULL
  both <- rbind(first, more)
  unit <- c(both[, 1], 2 * m + both[, 2])
  known <- sort(unique(unit))
  most <- c(rep(1, m), rep(k - 1, m), rep(1, n))[known]
  constraint <- cbind(match(unit, known), rep(seq_len(nrow(both)), 2), 1)
  gain <- c(w - 2 * worth, if (k > 1) w - worth)
  found <- lp("min", gain, , rep("<=", length(most)), most, dense.const = constraint)
  stopifnot(found$status == 0, all(abs(found$solution - round(found$solution)) < 1e-9))
  used <- found$solution > 0.5
  list(pairs = sum(used), total = sum(rep(w, length.out = nrow(both))[used]),
       treated = length(unique((both[used, 1] - 1) %% m)))
}

cover <- function(distance) {
  m <- nrow(distance); n <- ncol(distance)
  edges <- which(is.finite(distance), arr.ind = TRUE)
  w <- distance[edges]
  constraint <- constraints(edges, m)
  has <- c(seq_len(m) %in% edges[, 1], seq_len(n) %in% edges[, 2])
  found <- lp("min", w, , rep(">=", sum(has)), rep(1, sum(has)), dense.const = constraint)
  stopifnot(found$status == 0)
  list(total = found$objval, treated = sum(has[seq_len(m)]), controls = sum(has[-seq_len(m)]))
}

small <- list(
  list(name = "lalonde", file = "lalonde.csv", x = lalonde[seq(1, 614, 4), ], f = "treat ~ age + educ + race + married + nodegree + re74 + re75"),
  list(name = "gbsg2", file = "gbsg2.csv", x = transform(gbsg2, treat = as.integer(horTh == "yes"))[1:130, ], f = "treat ~ age + tsize + pnodes + menostat"),
  list(name = "gbsg2 few covariates", file = "gbsg2.csv", x = transform(gbsg2, treat = as.integer(tgrade == "I"))[1:250, ], f = "treat ~ menostat + tsize"),
  list(name = "veteran", file = "veteran.csv", x = transform(read_data("veteran.csv"), treat = as.integer(prior > 0)), f = "treat ~ age + karno + celltype"))
for (s in small) {
  logit <- unname(glm(as.formula(s$f), binomial, s$x, epsilon = 1e-14, maxit = 50)$linear.predictors)
  one <- s$x$treat == 1
  gap <- abs(outer(logit[one], logit[!one], "-"))
  for (width in c(Inf, 0.2, 0.02)) {
    caliper <- width * sd(logit)
    if (is.infinite(width)) caliper <- Inf
    d <- ifelse(gap <= caliper, gap, Inf)
    values <- list(full = cover(d))
    for (k in 1:3) if (k * sum(one) <= sum(!one) || k == 1) values[[paste0("optimal 1:", k)]] <- optimal(d, k)
    add(sprintf("optimal: %s, caliper %s", s$name, format(width)), s$file, "lpSolve::lp", values,
        input = list(logit = arr(logit), treat = arr(as.integer(one)), caliper = if (is.infinite(caliper)) NA else caliper))
  }
}

finish(c("MatchIt", "lpSolve"))
