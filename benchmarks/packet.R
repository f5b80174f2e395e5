# What benchmarks/packet.py times beside cohort-stats: the same analyses of the same patients,
# their tables and figures in one Word file. Rscript packet.R FOLDER (with cohort.csv and roles.csv).
suppressPackageStartupMessages({
  library(survival)
  library(pROC)
  library(MatchIt)
  library(flextable)
  library(officer)
})
folder <- commandArgs(TRUE)[1]
out <- file.path(folder, "by_r")
dir.create(out, showWarnings = FALSE)
d <- read.csv(file.path(folder, "cohort.csv"), stringsAsFactors = TRUE)
roles <- read.csv(file.path(folder, "roles.csv"), stringsAsFactors = FALSE)
rows <- roles$name[roles$baseline == 1]
models <- roles$name[roles$model == 1]
d$stage <- factor(d$stage, levels = c("I", "II", "III", "IV"))
d$dead <- as.integer(d$death == "yes")
d$leak <- as.integer(d$complication == "yes")
d$treated <- as.integer(d$therapy == "yes")
d$high <- factor(d$marker >= 10, c(FALSE, TRUE), c("< 10", ">= 10"))

p_words <- function(p) ifelse(p < 0.001, "< 0.001", sprintf("%.3f", p))
ratio <- function(b, se) sprintf("%.2f (%.2f-%.2f)", exp(b), exp(b - 1.96 * se), exp(b + 1.96 * se))

baseline <- function(data) {
  by <- data$therapy
  one <- function(name) {
    x <- data[[name]]
    if (is.numeric(x)) {
      cell <- function(v) sprintf("%.1f (%.1f-%.1f)", median(v), quantile(v, 0.25), quantile(v, 0.75))
      test <- suppressWarnings(wilcox.test(x ~ by))$p.value
      smd <- abs(diff(tapply(x, by, mean))) / sqrt(mean(tapply(x, by, var)))
      return(data.frame(row = name, all = cell(x), no = cell(x[by == "no"]),
                        yes = cell(x[by == "yes"]), p = p_words(test), smd = sprintf("%.2f", smd)))
    }
    counts <- table(x, by)
    expected <- suppressWarnings(chisq.test(counts)$expected)
    test <- if (any(expected < 5)) fisher.test(counts, workspace = 2e6) else chisq.test(counts)
    cell <- function(n) sprintf("%d (%.0f%%)", n, 100 * n / sum(n))
    rbind(data.frame(row = name, all = "", no = "", yes = "", p = p_words(test$p.value), smd = ""),
          data.frame(row = paste0("  ", rownames(counts)), all = cell(rowSums(counts)),
                     no = cell(counts[, "no"]), yes = cell(counts[, "yes"]), p = "", smd = ""))
  }
  do.call(rbind, lapply(rows, one))
}

# A figure as cohort-stats writes it: SVG, PDF, and PNG of 300 dots per inch.
figures <- character()
draw <- function(key, work, width = 6.85, height = 4) {
  stem <- file.path(out, paste0("figure_", length(figures) + 1, "_", key))
  svg(paste0(stem, ".svg"), width, height); work(); dev.off()
  cairo_pdf(paste0(stem, ".pdf"), width, height); work(); dev.off()
  png(paste0(stem, ".png"), width, height, units = "in", res = 300, type = "cairo")
  work(); dev.off()
  figures <<- c(figures, paste0(stem, ".png"))
}

tables <- list()
add <- function(title, frame) tables[[title]] <<- frame

add("Baseline characteristics", baseline(d))

at <- seq(0, 60, 12)
kaplan_meier <- function(key, by) {
  formula <- as.formula(paste("Surv(months, dead) ~", by))
  fit <- survfit(formula, d, conf.type = "log-log")
  test <- survdiff(formula, d)
  p <- pchisq(test$chisq, length(test$n) - 1, lower.tail = FALSE)
  s <- summary(fit, times = c(12, 24, 36), extend = TRUE)
  middle <- quantile(fit, 0.5)
  risk <- summary(fit, times = at, extend = TRUE)
  add(paste("Survival by", by), data.frame(
    group = s$strata, months = s$time,
    survival = sprintf("%.1f%% (%.1f-%.1f)", 100 * s$surv, 100 * s$lower, 100 * s$upper),
    median = rep(sprintf("%.1f (%.1f-%.1f)", middle$quantile, middle$lower, middle$upper), each = 3),
    p = p_words(p)))
  counts <- matrix(risk$n.risk, nrow = length(at))
  draw(key, function() {
    par(mar = c(5 + ncol(counts), 8, 1, 1), bty = "l", las = 1)
    plot(fit, col = 1:4, mark.time = TRUE, conf.int = TRUE, xlab = "Months", xaxt = "n")
    axis(1, at)
    legend("bottomleft", names(fit$strata), col = 1:4, lty = 1, bty = "n",
           title = paste("Log-rank p", p_words(p)))
    for (k in seq_len(ncol(counts))) mtext(counts[, k], 1, 3 + k, at = at, cex = 0.8)
  })
}
kaplan_meier("therapy", "therapy")
kaplan_meier("stage", "stage")
kaplan_meier("marker", "high")

regression <- function(key, title, fit_one) {
  uni <- do.call(rbind, lapply(models, function(name) fit_one(name)))
  multi <- fit_one(models)
  both <- merge(uni, multi, by = "term", all = TRUE, sort = FALSE, suffixes = c(" alone", " together"))
  add(title, both[, c("term", "ratio alone", "p alone", "ratio together", "p together")])
  draw(key, function() {
    par(mar = c(4, 12, 1, 1), bty = "l", las = 1)
    k <- seq_len(nrow(multi))
    low <- exp(multi$b - 1.96 * multi$se)
    high <- exp(multi$b + 1.96 * multi$se)
    plot(exp(multi$b), k, log = "x", xlim = range(low, high), pch = 15, yaxt = "n",
         xlab = "Ratio", ylab = "")
    segments(low, k, high, k)
    abline(v = 1, lty = 2)
    axis(2, k, multi$term)
  })
}
as_rows <- function(term, b, se, p) {
  data.frame(term = term, b = b, se = se, ratio = ratio(b, se), p = p_words(p))
}
regression("cox", "Cox regression", function(names) {
  fit <- coxph(reformulate(names, "Surv(months, dead)"), d)
  cox.zph(fit)
  co <- summary(fit)$coefficients
  as_rows(rownames(co), co[, "coef"], co[, "se(coef)"], co[, "Pr(>|z|)"])
})
regression("logistic", "Logistic regression", function(names) {
  fit <- glm(reformulate(names, "leak"), binomial, d)
  limits <- suppressMessages(confint(fit)) # profile likelihood, as cohort-stats prints
  co <- summary(fit)$coefficients[-1, , drop = FALSE]
  found <- as_rows(rownames(co), co[, 1], co[, 2], co[, 4])
  found$ratio <- sprintf("%.2f (%.2f-%.2f)", exp(co[, 1]), exp(limits[-1, 1]), exp(limits[-1, 2]))
  found
})

curve <- roc(d$leak, d$marker, direction = "<", quiet = TRUE)
area <- ci.auc(curve)
cut <- coords(curve, "best", best.method = "youden",
              ret = c("threshold", "sensitivity", "specificity", "ppv", "npv"))
add("ROC curve", cbind(area = sprintf("%.2f (%.2f-%.2f)", area[2], area[1], area[3]), round(cut, 3)))
draw("roc", function() plot(curve), 3.3, 3.3)

m <- matchit(reformulate(rows, "treated"), d, method = "nearest", caliper = 0.2, ratio = 1)
s <- summary(m)
balance <- data.frame(row = rownames(s$sum.all), before = round(s$sum.all[, 3], 3),
                      after = round(s$sum.matched[, 3], 3))
add("Balance", balance)
add("Baseline characteristics of the matched", baseline(match.data(m)))
draw("love", function() {
  par(mar = c(4, 10, 1, 1), las = 1)
  k <- seq_len(nrow(balance))
  plot(abs(balance$before), k, yaxt = "n", xlab = "Standardised difference", ylab = "")
  points(abs(balance$after), k, pch = 16)
  axis(2, k, balance$row)
})
draw("overlap", function() {
  par(mfrow = c(2, 1))
  hist(m$distance[d$treated == 1], 20, main = "Treated", xlab = "Score")
  hist(m$distance[d$treated == 0], 20, main = "Controls", xlab = "Score")
})

document <- read_docx()
for (k in seq_along(tables)) {
  document <- body_add_par(document, paste0("Table ", k, ". ", names(tables)[k]))
  table <- autofit(theme_booktabs(flextable(tables[[k]])))
  document <- body_add_flextable(document, table)
}
for (k in seq_along(figures)) {
  size <- if (grepl("roc", figures[k])) c(3.3, 3.3) else c(6, 3.5)
  document <- body_add_img(document, figures[k], width = size[1], height = size[2])
  document <- body_add_par(document, paste0("Figure ", k, "."))
}
print(document, target = file.path(out, "manuscript.docx"))
for (k in seq_along(tables)) {
  write.csv(tables[[k]], file.path(out, paste0("table_", k, ".csv")), row.names = FALSE)
}
cat(length(tables), "tables,", length(figures), "figures\n")
