"""One hot writer of an application: its own process, its own SQLite library.

Usage: writer.py FILE NUMBER LEDGER. Does a mix of statements on rows of its own until a write is refused by the fence
(or the file LEDGER.stop appears), and then writes down every row it was told is committed, as "id|email|balance" lines.
LEDGER.count holds the number of acknowledged transactions so far.
"""
import os
import random
import sqlite3
import sys
import time

path, number, ledger = sys.argv[1], int(sys.argv[2]), sys.argv[3]
draw = random.Random(number)
connection = sqlite3.connect(path, timeout=60, isolation_level=None)
connection.execute("PRAGMA foreign_keys = 1")
rows = {}
serial = 0
acknowledged = 0
longest = 0.0


def fresh():
    global serial
    serial += 1
    return number * 1_000_000 + serial


def email(key):
    return "w%d-%d@example" % (number, key)


def insert(state):
    key = fresh()
    connection.execute("INSERT INTO account VALUES (?, ?, ?)", (key, email(key), 1))
    state[key] = (email(key), 1)


def update(state):
    key = draw.choice(list(state))
    connection.execute("UPDATE account SET balance = balance + 1 WHERE id = ?", (key,))
    state[key] = (state[key][0], state[key][1] + 1)


def move(state):
    key, other = draw.choice(list(state)), fresh()
    connection.execute("UPDATE account SET id = ? WHERE id = ?", (other, key))
    state[other] = state.pop(key)


def delete(state):
    key = draw.choice(list(state))
    connection.execute("DELETE FROM account WHERE id = ?", (key,))
    del state[key]


def replace(state):
    key, other = draw.choice(list(state)), fresh()
    mail = state[key][0]
    connection.execute("INSERT OR REPLACE INTO account VALUES (?, ?, ?)", (other, mail, 5))
    del state[key]
    state[other] = (mail, 5)


def upsert(state):
    key = draw.choice(list(state))
    connection.execute("INSERT INTO account VALUES (?, ?, 0) ON CONFLICT(email) DO UPDATE SET balance = 77",
                       (fresh(), state[key][0]))
    state[key] = (state[key][0], 77)


def swap(state):
    if len(state) > 1:
        one, two = draw.sample(list(state), 2)
        connection.execute("UPDATE account SET email = 'tmp' || id WHERE id = ?", (one,))
        connection.execute("UPDATE account SET email = ? WHERE id = ?", (state[one][0], two))
        connection.execute("UPDATE account SET email = ? WHERE id = ?", (state[two][0], one))
        state[one], state[two] = (state[two][0], state[one][1]), (state[one][0], state[two][1])


changes = [insert, insert, insert, update, update, move, delete, replace, upsert, swap]
while not os.path.exists(ledger + ".stop"):
    state = dict(rows)
    began = time.monotonic()
    try:
        connection.execute("BEGIN IMMEDIATE")
        for _ in range(draw.choice([1, 1, 1, 2, 5])):
            (draw.choice(changes) if state else insert)(state)
        if draw.random() < 0.03:
            connection.execute("ROLLBACK")
            continue
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if "moved to PostgreSQL" in str(error):
            break
        if "locked" in str(error) or "busy" in str(error):
            continue
        raise
    rows = state
    acknowledged += 1
    longest = max(longest, time.monotonic() - began)
    if acknowledged % 20 == 0:
        with open(ledger + ".count.part", "w") as out:
            out.write(str(acknowledged))
        os.replace(ledger + ".count.part", ledger + ".count")
with open(ledger, "w") as out:
    for key, (mail, balance) in sorted(rows.items()):
        out.write("%d|%s|%d\n" % (key, mail, balance))
print("%d transactions, longest %.3f s" % (acknowledged, longest))
