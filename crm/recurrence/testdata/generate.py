"""Writes dateutil.tsv.gz: 10,000 random recurrence rules with the number and the SHA-256 of
their instants over 20 years, as python-dateutil and zoneinfo have them.

    python3 generate.py dateutil.tsv.gz          # about two minutes

A line is: rule, start, zone, count, SHA-256 of the instants as big-endian 64-bit Unix seconds.

Left out is what python-dateutil 2.9.0 does otherwise than RFC 5545:
  - BYDAY with numbered and plain weekdays: it wants a day to be both; the RFC lists
    alternatives.
  - WEEKLY with BYSETPOS from a start that is not the first day of a week: it counts the
    first week from the start on; in the RFC the set is that of the whole interval, as it is
    in python-dateutil with MONTHLY and YEARLY.
UNTIL is applied here, for python-dateutil refuses one in UTC beside a local start.
"""
import datetime as clock
import gzip
import hashlib
import io
import random
import struct
import sys
from datetime import datetime, timedelta, timezone
from multiprocessing import Pool
from zoneinfo import ZoneInfo

import dateutil
from dateutil.rrule import rrulestr

ZONES = ["Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo",
         "America/St_Johns", "Asia/Kolkata", "Asia/Tehran", "UTC"]
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
CLOCKS = [(2, 30, 0), (0, 0, 0), (1, 30, 0), (0, 0, 30), (23, 59, 59), (9, 0, 0), (3, 0, 0)]
EPOCH = datetime(1970, 1, 1)
clock.MAXYEAR = 2030  # python-dateutil looks for rules that never come up to this year


def some(rng, values, most):
    return rng.sample(values, rng.randint(1, most))


def text(values):
    return ",".join(str(v) for v in values)


def draw(rng):
    freq = rng.choices(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"], [2, 4, 7, 5])[0]
    start = datetime(1998, 1, 1) + timedelta(days=rng.randrange(2500))
    if rng.random() < 0.2:  # the ends of months are where mistakes live
        start = start.replace(day=1) - timedelta(days=rng.choice([1, 2, 3]))
    clock = rng.choice(CLOCKS) if rng.random() < 0.8 else (rng.randrange(24), rng.randrange(60), rng.randrange(60))
    start = start.replace(hour=clock[0], minute=clock[1], second=clock[2])
    parts = ["FREQ=" + freq]
    if rng.random() < 0.6:
        parts.append("INTERVAL=%d" % rng.choice([2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 30]))
    by = False
    if rng.random() < 0.35:
        by = True
        parts.append("BYMONTH=" + text(some(rng, range(1, 13), 4)))
    if freq != "WEEKLY" and rng.random() < 0.4:
        by = True
        parts.append("BYMONTHDAY=" + text(some(rng, [n for n in range(-31, 32) if n], 5)))
    if rng.random() < 0.5:
        by = True
        days = some(rng, DAYS, 4)
        if freq in ("MONTHLY", "YEARLY") and rng.random() < 0.6:
            reach = 53 if freq == "YEARLY" and not any(p.startswith("BYMONTH=") for p in parts) else 5
            days = [str(rng.choice([n for n in range(-reach, reach + 1) if n])) + d for d in days]
        parts.append("BYDAY=" + text(days))
    wkst = 0
    if rng.random() < 0.4:
        wkst = rng.randrange(7)
        parts.append("WKST=" + DAYS[wkst])
    if by and rng.random() < 0.3:
        reach = {"DAILY": 2, "WEEKLY": 7, "MONTHLY": 8, "YEARLY": 60}[freq]
        parts.append("BYSETPOS=" + text(some(rng, [n for n in range(-reach, reach + 1) if n], 3)))
        if freq == "WEEKLY":
            start -= timedelta(days=(start.weekday() - wkst) % 7)
    end = rng.random()
    if end < 0.2:
        parts.append("COUNT=%d" % rng.choice([1, 2, 3, 5, 10, 50, 500]))
    elif end < 0.5:
        until = start + timedelta(days=rng.randrange(3000), hours=rng.choice([0, 0, 1, 5, -5]))
        form = rng.choice(["%Y%m%d", "%Y%m%dT%H%M%S", "%Y%m%dT%H%M%SZ"])
        parts.append("UNTIL=" + until.strftime(form))
    head, tail = parts[0], parts[1:]
    rng.shuffle(tail)
    return ";".join([head] + tail), start, rng.choice(ZONES)


def work(args):
    rule, start, zone = args
    tz = ZoneInfo(zone)
    last, instant = None, None
    kept = []
    for part in rule.split(";"):
        if not part.startswith("UNTIL="):
            kept.append(part)
            continue
        value = part[6:]
        if value.endswith("Z"):
            instant = int((datetime.strptime(value, "%Y%m%dT%H%M%SZ") - EPOCH).total_seconds())
        elif "T" in value:
            last = datetime.strptime(value, "%Y%m%dT%H%M%S")
        else:
            last = datetime.strptime(value, "%Y%m%d").replace(hour=23, minute=59, second=59)
    end = start.replace(year=start.year + 20) if (start.month, start.day) != (2, 29) else start + timedelta(days=7305)
    count, digest = 0, hashlib.sha256()
    for local in rrulestr(";".join(kept), dtstart=start):
        if local >= end or (last and local > last):
            break
        # fold=0: the first of a repeated time, and in a gap the offset before it (PEP 495).
        offset = local.replace(tzinfo=tz, fold=0).utcoffset()
        unix = int((local - EPOCH - offset).total_seconds())
        if instant is not None and unix > instant:
            break
        count += 1
        digest.update(struct.pack(">q", unix))
    return "\t".join([rule, start.isoformat(), zone, str(count), digest.hexdigest()])


def main():
    rng = random.Random(5545)
    rules = [draw(rng) for _ in range(10000)]
    with Pool() as pool:
        lines = pool.map(work, rules, chunksize=20)
    head = "# python-dateutil %s, seed 5545" % dateutil.__version__
    raw = io.BytesIO()
    with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as out:
        out.write(("\n".join([head] + lines) + "\n").encode())
    with open(sys.argv[1], "wb") as out:
        out.write(raw.getvalue())


main()
