"""Commits single rows to SQLite as fast as it can: writer.py FILE JOURNAL KIND SECONDS SEED.

Prints commits per second, and microseconds of CPU time per commit.

JOURNAL is wal (with synchronous=NORMAL), wal-full (with FULL, as SQLite begins) or delete (the rollback journal, with FULL);
KIND is insert or update.
"""
import random
import sqlite3
import sys
import time

path, journal, kind, seconds = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])
draw = random.Random(int(sys.argv[5]))
connection = sqlite3.connect(path, timeout=30, isolation_level=None)
mode = journal.partition("-")[0]
if connection.execute(f"PRAGMA journal_mode = {mode}").fetchone()[0] != mode:
    sys.exit("the journal mode could not be set")
connection.execute("PRAGMA synchronous = " + ("NORMAL" if journal == "wal" else "FULL"))
highest = connection.execute("SELECT max(id) FROM orders").fetchone()[0]
insert = "INSERT INTO orders VALUES (?, 1, 'Product', 1, 1.5, 1, NULL, '2026-01-01 10:00:00')"
update = "UPDATE orders SET quantity = quantity + 1 WHERE id = ?"
commits = 0
begun, used = time.perf_counter(), time.process_time()
while time.perf_counter() - begun < seconds:
    if kind == "insert":
        highest += 1
        connection.execute(insert, (highest,))
    else:
        connection.execute(update, (draw.randint(1, highest),))
    commits += 1
print(commits / (time.perf_counter() - begun), (time.process_time() - used) / commits * 1e6)
