# Makes counts.json, the reference values of counts_test.go:
#     python3 counts.py > counts.json        (mpmath 1.3.0, 60 digits)
# Arguments are exact float64s; results are rounded to 25 digits.
import json
import mpmath as mp

mp.mp.dps = 60


def digits(x):
    return mp.nstr(x, 25, strip_zeros=False)


def binomial(k, n, p):
    p = mp.mpf(p)
    mass = mp.binomial(n, k) * p ** k * (1 - p) ** (n - k)
    term, lower, i = mass, mass, k
    while i > 0 and term > lower * mp.mpf(10) ** -40:
        term *= mp.mpf(i) / (n - i + 1) * (1 - p) / p
        lower += term
        i -= 1
    term, upper, i = mass, mp.mpf(0), k
    while i < n and (i < n * p + 2 or term > upper * mp.mpf(10) ** -40):
        term *= mp.mpf(n - i) / (i + 1) * p / (1 - p)
        upper += term
        i += 1
    if lower < upper:
        upper = 1 - lower
    else:
        lower = 1 - upper
    return {"k": k, "n": n, "p": float(p), "mass": digits(mass), "at_most": digits(lower), "above": digits(upper)}


def poisson(k, mean):
    m = mp.mpf(mean)
    mass = mp.exp(-m + k * mp.log(m) - mp.loggamma(k + 1))
    above = mp.gammainc(k + 1, 0, m, regularized=True)
    lower = mp.gammainc(k + 1, m, mp.inf, regularized=True)
    return {"k": k, "mean": mean, "mass": digits(mass), "at_most": digits(lower), "above": digits(above)}


def hyper(k, N, D, n):
    def mass(x):
        if x < max(0, n - N + D) or x > min(n, D):
            return mp.mpf(0)
        return mp.binomial(D, x) * mp.binomial(N - D, n - x) / mp.binomial(N, n)
    lo, hi = max(0, n - N + D), min(n, D)
    term = mass(k)
    lower, x = term, k
    while x > lo and term > lower * mp.mpf(10) ** -40:
        term *= mp.mpf(x) * (N - D - n + x) / ((D - x + 1) * (n - x + 1))
        lower += term
        x -= 1
    upper, x, term = mp.mpf(0), k, mass(k)
    while x < hi and (x < n * D / N + 2 or term > upper * mp.mpf(10) ** -40):
        term *= mp.mpf(D - x) * (n - x) / ((x + 1) * (N - D - n + x + 1))
        upper += term
        x += 1
    if lower < upper:
        upper = 1 - lower
    else:
        lower = 1 - upper
    return {"k": k, "population": N, "marked": D, "n": n, "log": digits(mp.log(mass(k))), "mass": digits(mass(k)),
            "at_most": digits(lower), "above": digits(upper)}


def beta(a, b, x, y):
    if x > y:
        return 1 - beta(b, a, y, x)
    term, total, i = mp.mpf(1), mp.mpf(1), 0
    while term > total * mp.mpf(10) ** -45:
        term *= x * (a + b + i) / (a + 1 + i)
        total += term
        i += 1
    return total * mp.exp(a * mp.log(x) + b * mp.log(y) - mp.loggamma(a) - mp.loggamma(b) + mp.loggamma(a + b)) / a


def quantile(p, a, b):
    a, b = mp.mpf(a), mp.mpf(b)
    lo = hi = mp.log(a / b)
    f = lambda t: beta(a, b, 1 / (1 + mp.exp(-t)), 1 / (1 + mp.exp(t))) - mp.mpf(p)
    while f(lo) > 0:
        lo -= 1
    while f(hi) < 0:
        hi += 1
    for _ in range(100):
        mid = (lo + hi) / 2
        if f(mid) < 0:
            lo = mid
        else:
            hi = mid
    return {"p": p, "a": float(a), "b": float(b), "x": digits(1 / (1 + mp.exp(-lo))), "y": digits(1 / (1 + mp.exp(lo)))}


B = [(k, n, p) for n in (1, 2, 7, 10, 59, 93, 1000) for p in (1e-9, 0.001, 0.05, 0.3, 0.5, 0.77, 0.999)
     for k in sorted({0, 1, n // 20, n // 3, n // 2, n - 1, n})]
B += [(k, 10 ** 6, p) for k, p in ((0, 1e-6), (5, 1e-6), (40, 1e-5), (50000, 0.05), (50500, 0.05), (48000, 0.05), (999999, 0.5))]
B += [(k, 10 ** 9, p) for k, p in ((0, 1e-9), (3, 1e-9), (1000, 1e-6), (1200, 1e-6), (800, 1e-6), (50020000, 0.05))]
P = [(k, m) for m in (1e-9, 0.3, 1.0, 2.9957, 10.0, 77.5, 1000.0, 1e5) for k in sorted({0, 1, 3, 10, int(m), int(m + 3 * m ** .5), int(max(0, m - 4 * m ** .5))})]
H = [(k, N, D, n) for N in (7, 33, 100, 1000) for D in (1, 3, N // 5 + 1, N - 2) for n in sorted({1, N // 10 + 1, N // 3, N - 1})
     for k in sorted({max(0, n - N + D), (n * D) // N, min(n, D)}) if max(0, n - N + D) <= k <= min(n, D)]
H += [(k, 10 ** 9, D, n) for k, D, n in ((0, 1, 1), (0, 1, 950000000), (0, 30, 10 ** 8), (3, 1000, 10 ** 6), (1000, 10 ** 6, 10 ** 6),
      (1130, 10 ** 6, 10 ** 6), (49950000, 10 ** 8, 5 * 10 ** 8))]
H += [(3, 10 ** 15, 10 ** 9, 3 * 10 ** 6), (250, 100000, 5000, 5000), (0, 10 ** 15, 1, 1)]
Q = [(p, a, b) for p in (1e-10, 0.005, 0.05, 0.5, 0.9, 0.995) for a, b in ((0.5, 0.5), (0.5, 10.5), (1, 1), (1, 59), (2, 58),
     (3.5, 30.5), (10.5, 0.5), (50, 51), (299.5, 700.5), (1000, 1), (0.5, 1e6), (4, 1e9))]

print(json.dumps({
    "binomial": [binomial(*c) for c in B],
    "poisson": [poisson(*c) for c in P],
    "hypergeometric": [hyper(*c) for c in H],
    "beta_quantile": [quantile(*c) for c in Q],
}, indent=0))
