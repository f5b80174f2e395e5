# ---- The numbers of the packet, and how many agree ------------------------------------------

plain_text <- function(x) sub("^'('*[=+@\t-])", "\\1", ifelse(is.na(x), "", x))
packet <- read.csv("../results.csv", colClasses = "character", encoding = "UTF-8", na.strings = "")
for (column in c("analysis", "group", "term", "level", "statistic"))
  packet[[column]] <- plain_text(packet[[column]])
packet$value <- as.numeric(packet$value)
packet$time <- as.numeric(packet$time)

key <- function(x) paste(x$analysis, x$group, x$term, x$level,
                         ifelse(is.na(x$time), "", signif(x$time, 10)), x$statistic, sep = "\r")
packet$key <- key(packet)
places <- split(seq_len(nrow(packet)), paste(packet$analysis, packet$statistic, sep = "\r"))
found <- list()
reasons <- list()
failed <- list()
quiet <- function(x) suppressWarnings(suppressMessages(x))

# Runs the lines of one analysis as if they stood by themselves; where one ends with an error, that
# is said, and the next analysis follows.
analysis_step <- function(analysis, lines) tryCatch(
  for (line in as.list(substitute(lines))[-1]) {
    shown <- withVisible(eval(line, globalenv()))
    if (shown$visible) print(shown$value)
  },
  error = function(e) {
    failed[[analysis]] <<- conditionMessage(e)
    cat(sprintf("ERROR in %s: %s\n", analysis, conditionMessage(e)))
    not_repeated(sprintf("^%s(/|$)", analysis), "", "R ended this analysis with an error, see above and below")
  })

# Prints numbers beside those of the packet and keeps them for the table at the end; the values
# may be vectors, as long as the group, term, level or time that they belong to.
agrees <- function(analysis, ..., group = "", term = "", level = "", time = NA) {
  values <- list(...)
  for (statistic in names(values)) {
    value <- as.numeric(values[[statistic]])
    if (!length(value) || is.null(places[[paste(analysis, statistic, sep = "\r")]])) next
    rows <- data.frame(analysis = analysis, group = group, term = term, level = level,
                       time = as.numeric(time), statistic = statistic, R = value)
    rows$key <- key(rows)
    here <- places[[paste(analysis, statistic, sep = "\r")]]
    at <- here[match(rows$key, packet$key[here])]
    rows$packet <- packet$value[at]
    rows <- rows[!is.na(at), ]
    found[[length(found) + 1]] <<- rows
    if (nrow(rows) && nrow(rows) <= 12)
      cat(sprintf("  %-70s %.7g (packet %.7g)\n", about(rows), rows$R, rows$packet), sep = "")
  }
  invisible()
}

about <- function(x) trimws(gsub(" +", " ", paste(x$group, x$term, x$level,
                                                  ifelse(is.na(x$time), "", x$time), x$statistic)))

# Numbers of the packet that R does not repeat, and why. The first reason that fits counts.
not_repeated <- function(analysis, statistics, reason)
  reasons[[length(reasons) + 1]] <<- list(analysis = analysis, statistics = statistics, reason = reason)

report_agreement <- function() {
  agreement_told()
  if (!length(failed)) return(invisible())
  cat("\nAnalyses that R ended with an error:\n")
  cat(sprintf("  %s: %s\n", names(failed), unlist(failed)), sep = "")
  if (!interactive()) quit(status = 1)
}

agreement_told <- function() {
  if (!length(found)) return(cat("\nNo number was compared.\n"))
  compared <- do.call(rbind, found)
  compared <- compared[!duplicated(compared$key), ]
  compared$difference <- compared$R - compared$packet
  same <- (is.na(compared$R) & is.na(compared$packet)) | compared$R == compared$packet |
    abs(compared$difference) <= 1e-6 * pmax(abs(compared$packet), 1e-3)
  same <- same %in% TRUE
  shown <- c("analysis", "statistic", "packet", "R", "difference")
  compared$statistic <- trimws(paste(compared$group, compared$term, compared$level,
                                     ifelse(is.na(compared$time), "", compared$time),
                                     compared$statistic))
  curve <- grepl("(curve|roc|incidence)[_a-z]*$", compared$statistic)
  options(width = 250, max.print = 1e6)
  cat("\nEvery number, but for the points of curves:\n")
  print(compared[!curve, shown], row.names = FALSE)
  if (any(!same)) {
    cat("\nNumbers that differ:\n")
    print(compared[!same, shown], row.names = FALSE, digits = 10)
  }
  left <- packet[!packet$key %in% compared$key, ]
  left$reason <- ""
  for (one in rev(reasons)) {
    fits <- grepl(one$analysis, left$analysis) & grepl(one$statistics, left$statistic)
    left$reason[fits] <- one$reason
  }
  cat("\nNumbers of the packet that are not repeated here:\n")
  for (reason in sort(unique(left$reason[left$reason != ""])))
    cat(sprintf("%7d  %s\n", sum(left$reason == reason), reason))
  unexplained <- left[left$reason == "", ]
  if (nrow(unexplained)) {
    cat("\nNumbers that are neither repeated nor given a reason:\n")
    print(unique(unexplained[c("analysis", "statistic")]), row.names = FALSE)
  }
  cat(sprintf("\n%d of %d numbers agree to 1e-6; %d are not repeated, %d without a reason.\n",
              sum(same), length(same), nrow(left), nrow(unexplained)))
}
