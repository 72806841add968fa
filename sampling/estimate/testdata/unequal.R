# Makes unequal.json: what R 4.2.2 with package survey 4.1-1 says where units are drawn
# with unequal probabilities (pps = "brewer"). The probabilities are made up from columns of
# the synthetic staff samples. Rows of a cluster stand together, for survey takes
# corrections in the order of the rows and totals in that of the labels.
#     LC_ALL=C Rscript unequal.R > unequal.json
suppressMessages(library(survey))
num <- function(x) paste0("[", paste(formatC(as.numeric(x), digits = 17, format = "g"), collapse = ","), "]")
out <- character()
put <- function(key, ...) {
  parts <- list(...)
  out <<- c(out, paste0('"', key, '":{', paste0('"', names(parts), '":', sapply(parts, num), collapse = ","), "}"))
}
read <- function(name) read.csv(paste0("synthetic_staff_", name, ".csv"))
strat <- read("strat"); two <- read("twostage")
strat$p <- .2 + strat$tenure / 50
two <- two[order(two$team), ]
two$p1 <- .3 + .1 * (as.integer(factor(two$team)) %% 5)
two$p2 <- ave(two$Mi, two$team, FUN = length) / two$Mi
designs <- list(
  rows = svydesign(id = ~1, strata = ~dept, fpc = ~p, pps = "brewer", data = strat),
  clusters = svydesign(id = ~team, fpc = ~p1, pps = "brewer", data = two),
  stages = svydesign(id = ~team + id, fpc = ~p1 + p2, pps = "brewer", data = two))
for (name in names(designs)) {
  d <- designs[[name]]
  m <- svymean(~score + tenure, d); t <- svytotal(~score, d); r <- svyratio(~score, ~tenure, d)
  b <- svyby(~score, ~grade, d, svymean); e <- svymean(~score, subset(d, pass == 1)); l <- svyglm(score ~ tenure, d)
  put(name, mean = coef(m), vcov = vcov(m), total = coef(t), totalse = SE(t), ratio = coef(r), ratiose = SE(r),
      by = coef(b), byse = SE(b), domain = coef(e), domainse = SE(e), coef = coef(l), lvcov = vcov(l), df = degf(d))
}
cat("{", paste(out, collapse = ",\n"), "}\n")
