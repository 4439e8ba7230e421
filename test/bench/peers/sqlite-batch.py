"""The best that SQLite gives: prepared rows, 10,000 to a transaction, write-ahead log, no index.
Usage: sqlite-batch.py DATABASE SECONDS NUMBERS; NUMBERS is how many a value has. Prints JSON."""
import json
import os
import random
import sqlite3
import sys
import time

database, seconds, numbers = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
batch = 10_000
series = 100

db = sqlite3.connect(database)
db.execute("PRAGMA journal_mode = WAL")
db.execute("PRAGMA synchronous = NORMAL")
names = ", ".join(f"value{i} REAL" for i in range(numbers))
db.execute(f"CREATE TABLE reading (series INTEGER, at INTEGER, {names})")
random.seed(1)
# Made beforehand, so that only SQLite is measured; times go on from batch to batch.
batches = [
    [
        (row % series, 1_767_225_600 + (part * batch + row) // series * 10)
        + tuple(round(random.uniform(0, 4000), 1) for _ in range(numbers))
        for row in range(batch)
    ]
    for part in range(20)
]
insert = f"INSERT INTO reading VALUES (?, ?{', ?' * numbers})"
values = 0
started = time.perf_counter()
while time.perf_counter() - started < seconds:
    with db:
        db.executemany(insert, batches[values // batch % len(batches)])
    values += batch
took = time.perf_counter() - started
db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
db.close()
print(json.dumps({"valuesPerSecond": values / took, "bytesPerValue": os.path.getsize(database) / values}))
