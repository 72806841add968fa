# Makes survey.json: what R 4.2.2 with package survey 4.1-1 says about the synthetic
# staff samples beside the figures of the specification: regressions, contrasts of
# domains, quantiles by further rules, policies for lonely units.
#     Rscript survey.R > survey.json
suppressMessages(library(survey))
num <- function(x) paste0("[", paste(formatC(as.numeric(x), digits = 17, format = "g"), collapse = ","), "]")
out <- character()
put <- function(key, ...) {
  parts <- list(...)
  out <<- c(out, paste0('"', key, '":{', paste0('"', names(parts), '":', sapply(parts, num), collapse = ","), "}"))
}
read <- function(name) read.csv(paste0("synthetic_staff_", name, ".csv"))
strat <- read("strat"); cluster <- read("cluster"); two <- read("twostage")
designs <- list(
  strat = svydesign(id = ~1, strata = ~dept, fpc = ~Nh, weights = ~w, data = strat),
  cluster = svydesign(id = ~team, fpc = ~NT, weights = ~w, data = cluster),
  twostage = svydesign(id = ~team + id, fpc = ~NT + Mi, data = two))
tight <- list(epsilon = 1e-15, maxit = 100)
for (name in names(designs)) {
  d <- designs[[name]]
  m <- svyglm(score ~ tenure + I(grade == "y"), d)
  put(paste0(name, "/linear"), coef = coef(m), vcov = vcov(m), df = m$df.residual)
  m <- svyglm(score ~ tenure - 1, d)
  put(paste0(name, "/linear_origin"), coef = coef(m), vcov = vcov(m), df = m$df.residual)
  m <- svyglm(pass ~ tenure + I(grade == "y"), d, family = quasibinomial, control = tight)
  put(paste0(name, "/logistic"), coef = coef(m), vcov = vcov(m), df = m$df.residual)
  b <- svyby(~score, ~grade, d, svymean, covmat = TRUE)
  put(paste0(name, "/by_grade"), mean = coef(b), vcov = vcov(b))
  q <- svyquantile(~tenure, d, c(.2, .4, .6, .85), qrule = "hf5", interval.type = "asin", alpha = .1, df = Inf)$tenure
  put(paste0(name, "/hf5_asin"), q = q[, 1], lower = q[, 2], upper = q[, 3], se = q[, 4])
  for (rule in c("hf4", "hf6")) {
    q <- svyquantile(~tenure, d, c(.2, .4, .6, .85), qrule = rule, interval.type = "beta")$tenure
    put(paste0(name, "/", rule, "_beta"), q = q[, 1], lower = q[, 2], upper = q[, 3], se = q[, 4])
  }
  e <- subset(d, tenure > 5 & pass == 1)
  r <- svyratio(~score, ~tenure, e)
  p <- list(svyciprop(~I(score > 70), e, method = "beta"), svyciprop(~I(score > 70), e, method = "xlogit"),
            svyciprop(~I(score > 70), e, method = "likelihood"))
  put(paste0(name, "/domain_share"), p = coef(p[[1]]), beta = attr(p[[1]], "ci"), logit = attr(p[[2]], "ci"),
      likelihood = attr(p[[3]], "ci"))
  q <- svyquantile(~score, e, c(.3, .5, .7), qrule = "school", interval.type = "beta")$score
  put(paste0(name, "/domain_school_beta"), q = q[, 1], lower = q[, 2], upper = q[, 3], se = q[, 4])
  put(paste0(name, "/domain_ratio"), ratio = coef(r), vcov = vcov(r), df = degf(e))
}
p <- postStratify(designs$strat, ~grade, data.frame(grade = c("x", "y", "z"), Freq = c(220, 179, 201)))
e <- subset(p, tenure > 5 & pass == 1)
m <- svymean(~score, e); b <- svyby(~score, ~dept, p, svymean); r <- svyciprop(~pass, p, method = "xlogit")
q <- svyquantile(~score, p, c(.25, .5), qrule = "math", interval.type = "mean")$score
l <- svyglm(score ~ tenure, p)
put("poststratified", mean = coef(m), se = SE(m), by = coef(b), byse = SE(b), share = attr(r, "ci"),
    q = q[, 1], lower = q[, 2], upper = q[, 3], coef = coef(l), vcov = vcov(l), df = c(degf(p), degf(e)))
cat("{", paste(out, collapse = ",\n"), "}\n")
