# Makes reference.json, the reference values of this package's tests:
#     python3 reference.py > reference.json        (mpmath 1.2.1, 60 digits)
# Arguments are exact float64s; results are rounded to 25 digits.
import json
import mpmath as mp

mp.mp.dps = 60


def digits(x):
    return mp.nstr(x, 25, strip_zeros=False)


def normal_quantile(p):
    # erfinv at 60 digits loses nothing down to 1e-45; below, Newton on log p.
    p = mp.mpf(p)
    if p > mp.mpf(10) ** -20:
        return mp.sqrt(2) * mp.erfinv(2 * p - 1)
    z = -mp.sqrt(-2 * mp.log(p))
    for _ in range(60):
        tail = mp.erfc(-z / mp.sqrt(2)) / 2
        z -= (mp.log(tail) - mp.log(p)) * tail / (mp.exp(-z * z / 2) / mp.sqrt(2 * mp.pi))
    return z


def wilson(k, n, level):
    z = -normal_quantile((1 - mp.mpf(level)) / 2)
    root = z * mp.sqrt(z * z + 4 * mp.mpf(k) * (n - k) / n)
    return [digits((2 * k + z * z + s * root) / (2 * (n + z * z))) for s in (-1, 1)]


P = [5e-324, 2.2e-308, 1e-300, 1e-100, 1e-50, 1e-20, 1e-12, 1e-10, 1e-8, 1e-5, 0.0005, 0.001, 0.005, 0.01, 0.025,
     0.05, 0.0749, 0.075, 0.0751, 0.1, 0.2, 0.3, 0.4, 0.49, 0.499999, 0.5000001, 0.6, 0.75, 0.9, 0.925, 0.975, 0.999,
     0.999999, 1 - 2 ** -53]
DF = [1, 2, 3, 4, 5, 6, 7, 10, 15, 20, 31, 50, 99, 100, 101, 200, 499, 1000, 5000]
WILSON = [(0, 1), (1, 1), (0, 10), (10, 10), (1, 10), (5, 10), (9, 10), (27, 30), (1, 1000000), (999999, 1000000),
          (500000, 1000000), (1, 2000000000), (3, 7)]

chi = []
for df in DF:
    for x in [1e-300, 0.001, 0.1, 0.5, 1.0, 2.5, 0.5 * df, 0.9 * df, float(df), 1.1 * df, 2.0 * df, 4.3 * df,
              10.326741954885632, 30.7, 100.3, 700.9, 1400.3]:
        q = mp.gammainc(mp.mpf(df) / 2, mp.mpf(x) / 2, mp.inf, regularized=True)
        if q > mp.mpf(10) ** -305:
            chi.append({"df": df, "x": x, "tail": digits(q)})

print(json.dumps({
    "normal_quantile": [{"p": p, "z": digits(normal_quantile(p))} for p in P],
    "chi_squared_tail": chi,
    "wilson": [{"k": k, "n": n, "level": l, "limits": wilson(k, n, l)} for k, n in WILSON for l in (0.5, 0.95, 0.999)],
}, indent=0))
