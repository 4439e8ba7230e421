"""A month of 10 s values of ten series, found by an index, as careful loggers keep it. Usage: sqlite-month.py DATABASE
Prints JSON: p95 in ms of one series over a day by minutes and over the month by hours."""
import json
import random
import sqlite3
import sys
import time

series, days, start = 10, 30, 1_767_225_600
db = sqlite3.connect(sys.argv[1])
db.execute("PRAGMA journal_mode = WAL")
db.execute("PRAGMA synchronous = OFF")
db.execute("CREATE TABLE reading (series INTEGER, at INTEGER, value REAL, PRIMARY KEY (series, at)) WITHOUT ROWID")
random.seed(1)
with db:
    for number in range(series):
        rows = ((number, start + window * 10, round(random.uniform(0, 4000), 1)) for window in range(days * 8640))
        db.executemany("INSERT INTO reading VALUES (?, ?, ?)", rows)
db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def p95(length, bucket, rounds):
    times = []
    for number in range(rounds):
        begin = start + int(number * 0.618 % 1 * (days - length) * 24) * 3600
        started = time.perf_counter()
        rows = db.execute(
            "SELECT at / ? * ?, avg(value), min(value), max(value) FROM reading"
            " WHERE series = ? AND at >= ? AND at < ? GROUP BY 1",
            (bucket, bucket, number % series, begin, begin + length * 86_400),
        ).fetchall()
        times.append((time.perf_counter() - started) * 1000)
        assert len(rows) == length * 86_400 // bucket, len(rows)
    return sorted(times)[int(len(times) * 0.95)]


print(json.dumps({"sqliteDayP95Ms": round(p95(1, 60, 20), 1), "sqliteMonthP95Ms": round(p95(30, 3600, 10), 1)}))
