# Makes reference.json, values of R's survival package for this package's tests:
#     Rscript reference.R > reference.json        (R 4.2.2, survival 3.5-3)
# hr_turnover.csv is simulated staff: entry = days of tenure when the window
# opened, stop = days of tenure at exit or censoring, event 0 none, 1 voluntary,
# 2 involuntary.
library(survival)

json <- function(x) {
  if (is.list(x)) {
    paste0("{", paste0('"', names(x), '": ', vapply(x, json, ""), collapse = ",\n"), "}")
  } else if (is.matrix(x)) {
    paste0("[", paste(apply(x, 1, json), collapse = ",\n"), "]")
  } else if (is.character(x)) {
    paste0("[", paste0('"', x, '"', collapse = ", "), "]")
  } else {
    s <- ifelse(is.finite(x), sprintf("%.17g", x), "null")
    paste0("[", paste(s, collapse = ", "), "]")
  }
}

kinds <- c("log", "log-log", "plain")
hr <- read.csv("hr_turnover.csv")
thin <- function(n) unique(c(seq(1, n, by = max(1, n %/% 32)), n))

# One curve under the three kinds of limits, thinned, with its quantiles and its
# restricted mean at tau (start is the t0 of a conditional curve).
probs <- c(0.01, 0.05, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 1)
curve <- function(y, tau, level = 0.95, start = NULL, ...) {
  fit <- function(kind) {
    if (is.null(start)) survfit(y ~ 1, conf.type = kind, conf.int = level, ...)
    else survfit(y ~ 1, conf.type = kind, conf.int = level, start.time = start, ...)
  }
  s <- fit("log")
  k <- thin(length(s$time))
  mean <- survival:::survmean(s, rmean = tau)$matrix
  out <- list(level = level, start = if (is.null(start)) 0 else start, points = length(s$time), rows = s$n,
              index = k - 1, time = s$time[k], n_risk = s$n.risk[k], n_event = s$n.event[k],
              n_censor = s$n.censor[k], surv = s$surv[k],
              std_err = ifelse(s$surv[k] == 0, NA, s$surv[k] * s$std.err[k]), cumhaz = s$cumhaz[k],
              std_chaz = s$std.chaz[k], tau = tau, mean = unname(mean["rmean"]),
              mean_se = unname(mean["se(rmean)"]), probs = probs)
  for (kind in kinds) {
    s <- fit(kind)
    q <- quantile(s, probs)
    out[[kind]] <- list(lower = s$lower[k], upper = s$upper[k], quantile = unname(q$quantile),
                        quantile_lower = unname(q$lower), quantile_upper = unname(q$upper))
  }
  out
}

incidence <- function(entry, stop, cause, ...) {
  f <- factor(cause, 0:2)
  s <- survfit(Surv(entry, stop, f) ~ 1, id = seq_along(stop), ...)
  k <- thin(length(s$time))
  out <- list(time = s$time[k], n_risk = s$n.risk[k, 1], pstate = s$pstate[k, ], std_err = s$std.err[k, ])
  for (kind in kinds) {
    s <- survfit(Surv(entry, stop, f) ~ 1, id = seq_along(stop), conf.type = kind)
    out[[kind]] <- list(lower = s$lower[k, ], upper = s$upper[k, ])
  }
  out
}

# survdiff takes no left truncation; the score test of the exact (discrete)
# partial likelihood is the log-rank test.
truncated <- function(...) {
  s <- coxph(..., data = hr, ties = "exact")
  df <- sum(!is.na(coef(s)))
  list(chisq = s$score, df = df, p = pchisq(s$score, df, lower.tail = FALSE))
}

diff <- function(f, rho) {
  s <- survdiff(f, data = hr, rho = rho)
  df <- sum(rowSums(as.matrix(s$exp)) > 0) - 1
  list(rho = rho, obs = as.matrix(s$obs), exp = as.matrix(s$exp), var = s$var, chisq = s$chisq, df = df,
       p = pchisq(s$chisq, df, lower.tail = FALSE))
}

y <- with(hr, Surv(entry, stop, event > 0))
right <- with(hr, Surv(stop, event > 0))
# A first risk set that dies out; a risk set that is empty for a while.
dies <- data.frame(entry = c(0, 0, 5, 5, 6), stop = c(2, 3, 7, 8, 9), cause = c(1, 2, 1, 0, 1))
gap <- data.frame(entry = c(2, 2, 5, 5, 6, 0, 1), stop = c(4, 4, 7, 8, 9, 3, 4), cause = c(0, 1, 2, 0, 1, 1, 0))
tied <- c(1, 1, 2, 2, 2, 3, 4, 4, 4, 4, 7, 9)
tied_event <- c(1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 0)

cat(json(list(
  curves = list(
    truncated = curve(y, 1825),
    truncated_99 = curve(y, 3000, level = 0.99),
    # survfit keeps the times from start.time on, ours those after it.
    conditional = curve(y, 1825, start = 365.5),
    fleming_harrington = curve(y, 1825, stype = 2, ctype = 1),
    right_censored = curve(right, max(hr$stop)),
    dies = curve(with(dies, Surv(entry, stop, cause > 0)), 9),
    gap = curve(with(gap, Surv(entry, stop, cause > 0)), 9),
    tied = curve(Surv(tied, tied_event), 8),
    uncensored = curve(Surv(1:20, rep(1, 20)), 20, level = 0.9),
    all_censored = curve(Surv(c(1, 2, 2, 3), c(0, 0, 0, 0)), 3),
    time_zero = curve(Surv(c(0, 0, 5, 7, 8), c(1, 0, 1, 1, 0)), 8)
  ),
  incidences = list(
    truncated = with(hr, incidence(entry, stop, event)),
    right_censored = with(hr, incidence(0 * stop, stop, event)),
    dies = with(dies, incidence(entry, stop, cause)),
    gap = with(gap, incidence(entry, stop, cause))
  ),
  truncated_tests = list(
    dept = truncated(Surv(entry, stop, event > 0) ~ factor(dept)),
    female = truncated(Surv(entry, stop, event > 0) ~ female),
    dept_by_female = truncated(Surv(entry, stop, event > 0) ~ factor(dept) + strata(female))
  ),
  tests = list(
    dept = diff(Surv(stop, event > 0) ~ dept, 0),
    dept_peto = diff(Surv(stop, event > 0) ~ dept, 1),
    dept_half = diff(Surv(stop, event == 1) ~ dept, 0.5),
    dept_by_female = diff(Surv(stop, event > 0) ~ dept + strata(female), 0),
    dept_by_female_peto = diff(Surv(stop, event > 0) ~ dept + strata(female), 1),
    female_by_dept = diff(Surv(stop, event > 0) ~ female + strata(dept), 0)
  )
)), "\n")
