# Makes student.json, reference values of the normal and Student tails:
#     python3 student.py > student.json            (mpmath 1.3.0)
# Arguments are exact float64s; results are rounded to 25 digits.
import json
import mpmath as mp

mp.mp.dps = 36


def digits(x):
    return mp.nstr(x, 25, strip_zeros=False)


def normal_tail(x):
    return mp.erfc(mp.mpf(x) / mp.sqrt(2)) / 2


def student_tail(t, df):
    t, df = mp.mpf(t), mp.mpf(df)
    if t < 0:
        return 1 - student_tail(-t, df)
    norm = mp.loggamma((df + 1) / 2) - mp.loggamma(df / 2) - mp.log(mp.pi * df) / 2

    def log_density(x):
        return norm - (df + 1) / 2 * mp.log1p(x * x / df)

    if df < 200:  # I_x(df/2, 1/2)/2, x = df/(df+t²), in the form that converges
        x = df / (df + t * t)
        if x < mp.mpf(1) / 2:
            return mp.betainc(df / 2, mp.mpf(1) / 2, 0, x, regularized=True) / 2
        return mp.mpf(1) / 2 - mp.betainc(mp.mpf(1) / 2, df / 2, 0, 1 - x, regularized=True) / 2
    top = log_density(t)
    if top < -700:
        return mp.mpf(0)
    slope = (df + 1) * t / (df + t * t)
    cuts = [t + 4 * mp.mpf(i) / (1 + slope) for i in range(30)]
    return mp.quad(lambda x: mp.exp(log_density(x) - top), cuts) * mp.exp(top)


def noncentral_tail(t, df, delta):
    # P(Z > t·s - delta) against the density of s = sqrt(chi²/df), in pieces
    # around the peak of the integrand.
    t, df, delta = mp.mpf(t), mp.mpf(df), mp.mpf(delta)
    const = mp.log(2) + df / 2 * mp.log(df / 2) - mp.loggamma(df / 2)

    def log_f(u):
        return const + df * u - df / 2 * mp.exp(2 * u) + mp.log(normal_tail(t * mp.exp(u) - delta))

    lo, hi = mp.mpf(-30), mp.mpf(5)
    for _ in range(150):
        a, b = lo + (hi - lo) / 3, hi - (hi - lo) / 3
        if log_f(a) < log_f(b):
            lo = a
        else:
            hi = b
    peak = (lo + hi) / 2
    top = log_f(peak)

    def reach(side):
        far = 1 / mp.sqrt(df)
        while log_f(peak + side * far) > top - 50:
            far *= mp.mpf("1.3")
        return far

    left, right = reach(-1), reach(1)
    cuts = [peak - left * mp.mpf(i) / 8 for i in range(8, 0, -1)] + [peak + right * mp.mpf(i) / 8 for i in range(9)]
    return mp.quad(lambda u: mp.exp(log_f(u) - top), cuts) * mp.exp(top)


def student_point(q, df):
    # secant on log t against log tail, which is concave
    q = mp.mpf(q)
    guess = mp.log(q ** (-1 / mp.mpf(df)) + mp.sqrt(-2 * mp.log(2 * q)) - 1)
    return mp.exp(mp.findroot(lambda y: mp.log(student_tail(mp.exp(y), df) / q), (guess, guess + 0.1), solver="secant"))


X = [-40.0, -8.0, -1.5, -1e-3, 0.0, 1e-300, 0.1, 0.999, 1.0, 1.001, 1.96, 2.5, 3.7, 5.1, 8.0, 12.3, 20.7, 30.1, 37.3]
DF = [0.5, 1.0, 1.7, 2.0, 3.0, 5.5, 10.0, 30.0, 126.0, 1000.5, 1e5, 1e8, 1e12]
T = [-7.5, -0.3, 1e-8, 0.2, 1.0, 2.1, 4.7, 12.0, 35.0]
DELTA = [-3.0, 0.7, 2.8, 30.0]

print(json.dumps({
    "normal_tail": [{"x": x, "tail": digits(normal_tail(x))} for x in X],
    "student_tail": [{"t": t, "df": df, "tail": digits(student_tail(t, df))} for df in DF for t in T + [1e5]
                     if (t * t < df and t < 37) or df < 40],
    "student_point": [{"q": q, "df": df, "t": digits(student_point(q, df))} for df in DF[:10]
                      for q in (0.4999, 0.25, 0.05, 0.025, 0.005, 1e-6, 1e-15)],
    "noncentral_t_tail": [{"t": t, "df": df, "delta": d, "tail": digits(noncentral_tail(t, df, d))}
                          for df in (1.0, 9.5, 126.0, 12345.6) for t in (-7.5, -0.3, 2.1, 12.0, 35.0)
                          for d in DELTA if abs(t - d) < 20],
}, indent=0))
