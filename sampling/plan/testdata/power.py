# Makes power.json, reference values of powers and sizes:
#     python3 power.py > power.json                (mpmath 1.3.0, 30 digits)
# Arguments are exact float64s; results are rounded to 20 digits.
import json
import mpmath as mp

mp.mp.dps = 30


def digits(x):
    return mp.nstr(x, 20, strip_zeros=False)


def normal_tail(x):
    return mp.erfc(x / mp.sqrt(2)) / 2


def normal_point(q):
    return mp.findroot(lambda x: mp.log(normal_tail(x) / q), 2)


def student_point(q, df):
    def tail(t):
        return mp.betainc(df / 2, mp.mpf(1) / 2, 0, df / (df + t * t), regularized=True) / 2

    return mp.findroot(lambda t: mp.log(tail(t) / q), normal_point(q))


def noncentral_tail(t, df, delta):
    # P(Z > t·s - delta) against the density of log s, s = sqrt(chi²/df).
    norm = mp.log(2) + df / 2 * mp.log(df / 2) - mp.loggamma(df / 2)
    width = 12 / mp.sqrt(df)
    left = max(width, 80 / df)
    cuts = [-left * mp.mpf(i) / 12 for i in range(12, 0, -1)] + [width * mp.mpf(i) / 8 for i in range(9)]
    return mp.quad(lambda u: mp.exp(norm + df * u - df / 2 * mp.exp(2 * u)) * normal_tail(t * mp.exp(u) - delta), cuts)


def means(effect, n1, n2, tail, strict):
    # n2 = 0: one sample
    effect, n1, n2, tail = mp.mpf(effect), mp.mpf(n1), mp.mpf(n2), mp.mpf(tail)
    df, shift = (n1 + n2 - 2, effect / mp.sqrt(1 / n1 + 1 / n2)) if n2 else (n1 - 1, effect * mp.sqrt(n1))
    cut = student_point(tail, df)
    return noncentral_tail(cut, df, shift) + (noncentral_tail(cut, df, -shift) if strict else 0)


def means_size(effect, power, tail, ratio, start):
    # secant on the power; ratio 0: one sample
    f = lambda n: means(effect, n, n * ratio, tail, False) - mp.mpf(power)
    return mp.findroot(f, (mp.mpf(start), mp.mpf(start) * mp.mpf("1.01")), solver="secant", tol=1e-24)


powers, sizes = [], []
for effect, n1, n2, alpha, one, strict in [
        (0.5, 20, 20, 0.05, False, False), (0.5, 20, 20, 0.05, False, True), (0.5, 64, 64, 0.05, True, False),
        (1.2, 10, 10, 0.01, False, True), (0.3, 30, 90, 0.05, False, False), (0.01, 5, 9, 0.001, False, True),
        (0.8, 12, 0, 0.05, False, False), (2.0, 2, 0, 0.05, False, True), (3.0, 40, 40, 1e-6, False, False),
        (0.1, 3000, 2000, 0.05, True, False)]:
    tail = alpha if one else mp.mpf(alpha) / 2
    powers.append({"effect": effect, "n1": n1, "n2": n2, "alpha": alpha, "one_sided": one, "strict": strict,
                   "power": digits(means(effect, n1, n2, tail, strict))})
for effect, power, alpha, one, ratio, start in [
        (0.5, 0.8, 0.05, False, 1.0, 63.8), (0.4, 0.9, 0.05, False, 1.0, 132.3), (0.2, 0.95, 0.01, False, 1.0, 892.4),
        (0.5, 0.8, 0.05, False, 0.0, 33.4), (0.2, 0.95, 0.01, False, 0.0, 448.7), (0.5, 0.8, 0.05, True, 2.0, 38.0)]:
    tail = alpha if one else mp.mpf(alpha) / 2
    sizes.append({"effect": effect, "power": power, "alpha": alpha, "one_sided": one, "ratio": ratio,
                  "n": digits(means_size(effect, power, tail, ratio, start))})

props = []
for p1, p2, alpha, power, one, ratio in [(0.5, 0.6, 0.05, 0.8, False, 1.0), (0.5, 0.6, 0.05, 0.8, True, 1.0),
                                         (0.1, 0.15, 0.05, 0.9, False, 1.0), (0.8, 0.9, 0.01, 0.8, False, 1.0),
                                         (0.02, 0.05, 0.05, 0.8, False, 3.0), (0.97, 0.9, 0.001, 0.99, True, 0.5)]:
    a, b, r = mp.mpf(p1), mp.mpf(p2), mp.mpf(ratio)
    pooled = (a + r * b) / (1 + r)
    sd0 = mp.sqrt(pooled * (1 - pooled) * (1 + 1 / r))
    sd1 = mp.sqrt(a * (1 - a) + b * (1 - b) / r)
    za = normal_point(mp.mpf(alpha) if one else mp.mpf(alpha) / 2)
    zb = normal_point(1 - mp.mpf(power))
    props.append({"p1": p1, "p2": p2, "alpha": alpha, "power": power, "one_sided": one, "ratio": ratio,
                  "n": digits(((za * sd0 + zb * sd1) / (a - b)) ** 2)})

print(json.dumps({"means_power": powers, "means_size": sizes, "proportions_size": props}, indent=0))
