"""An application that is moved while it works: its own process, its own SQLite library, libpq for PostgreSQL.

Usage: application.py FILE CONNINFO NUMBER LEDGER

Writes to SQLite until the fence refuses it, then to PostgreSQL until that refuses it, and so on, until LEDGER.stop
appears. Then it writes down every row it was told is committed, as "id|email|balance" lines, and the longest time between
two acknowledged writes. Every 20 transactions LEDGER.count holds their number and the side they went to. Transfers
between the accounts of a bank that all writers share keep its total; whoever sees another total says so and ends with 3.
"""
import ctypes
import ctypes.util
import json
import os
import random
import sqlite3
import sys
import time

path, conninfo, number, ledger = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
draw = random.Random(number)
ACCOUNTS, TOTAL = 20, 20_000


class Refused(Exception):
    """This side takes no writes; nothing of the transaction happened."""


class Again(Exception):
    """Busy, cut off before the commit, no room, or another writer's lock; nothing of the transaction happened."""


class Sqlite:
    name = "sqlite"

    def __init__(self):
        self.connection = sqlite3.connect(path, timeout=60, isolation_level=None)
        self.connection.execute("PRAGMA foreign_keys = 1")

    def call(self, sql):
        try:
            return self.connection.execute(sql).fetchall()
        except sqlite3.Error as error:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            if "moved to PostgreSQL" in str(error):
                raise Refused() from error
            if "locked" in str(error) or "busy" in str(error):
                raise Again() from error
            raise

    def begin(self):
        self.call("BEGIN IMMEDIATE")

    def commit(self, serial):
        self.call("COMMIT")


class Postgres:
    name = "postgres"

    def __init__(self):
        self.pq = ctypes.CDLL(ctypes.util.find_library("pq") or "libpq.so.5")
        for function in ("PQconnectdb", "PQexec"):
            getattr(self.pq, function).restype = ctypes.c_void_p
        for function in ("PQerrorMessage", "PQgetvalue"):
            getattr(self.pq, function).restype = ctypes.c_char_p
        self.connection = None
        self.full = 0

    def connect(self):
        if self.connection and self.pq.PQstatus(ctypes.c_void_p(self.connection)) == 0:
            return
        self.close()
        self.connection = self.pq.PQconnectdb(conninfo.encode())
        if self.pq.PQstatus(ctypes.c_void_p(self.connection)) != 0:
            self.close()
            time.sleep(0.05)
            raise Again()

    def close(self):
        if self.connection:
            self.pq.PQfinish(ctypes.c_void_p(self.connection))
        self.connection = None

    def call(self, sql):
        result = self.pq.PQexec(ctypes.c_void_p(self.connection), sql.encode())
        try:
            if self.pq.PQresultStatus(ctypes.c_void_p(result)) in (1, 2):
                return [tuple(self.value(result, row, column) for column in range(self.pq.PQnfields(ctypes.c_void_p(result))))
                        for row in range(self.pq.PQntuples(ctypes.c_void_p(result)))]
        finally:
            self.pq.PQclear(ctypes.c_void_p(result))
        message = self.pq.PQerrorMessage(ctypes.c_void_p(self.connection)).decode(errors="replace")
        if self.pq.PQstatus(ctypes.c_void_p(self.connection)) != 0:
            self.close()
            raise Again(message)
        self.pq.PQclear(ctypes.c_void_p(self.pq.PQexec(ctypes.c_void_p(self.connection), b"ROLLBACK")))
        if "fenced by Ferryman" in message:
            raise Refused(message)
        self.full += "No space left" in message
        if any(word in message for word in ("deadlock", "terminating", "canceling", "shutting down", "lock timeout", "No space left")):
            raise Again(message)
        raise RuntimeError(sql + ": " + message)

    def value(self, result, row, column):
        return self.pq.PQgetvalue(ctypes.c_void_p(result), row, column).decode()

    def begin(self):
        self.connect()
        self.call("BEGIN")

    def commit(self, serial):
        try:
            self.call("COMMIT")
        except Again:
            # Nobody said whether it is committed: the mark that went with it does.
            while True:
                try:
                    self.connect()
                    seen = self.call("SELECT serial FROM mark WHERE writer = %d" % number)
                    if seen and int(seen[0][0]) == serial:
                        return
                    raise
                except Again:
                    if self.connection:
                        raise


sides = [Sqlite(), Postgres()]
side = sides[0]
rows = {}
used = 0


def fresh():
    global used
    used += 1
    return number * 1_000_000 + used


def email(key):
    return "w%d-%d@example" % (number, key)


def insert(state):
    key = fresh()
    side.call("INSERT INTO account (id, email, balance) VALUES (%d, '%s', 1)" % (key, email(key)))
    state[key] = (email(key), 1)


def update(state):
    key = draw.choice(list(state))
    side.call("UPDATE account SET balance = balance + 1 WHERE id = %d" % key)
    state[key] = (state[key][0], state[key][1] + 1)


def move(state):
    key, other = draw.choice(list(state)), fresh()
    side.call("UPDATE account SET id = %d WHERE id = %d" % (other, key))
    state[other] = state.pop(key)


def delete(state):
    key = draw.choice(list(state))
    side.call("DELETE FROM account WHERE id = %d" % key)
    del state[key]


def replace(state):
    key, other = draw.choice(list(state)), fresh()
    mail = state[key][0]
    if side.name == "sqlite":
        side.call("INSERT OR REPLACE INTO account (id, email, balance) VALUES (%d, '%s', 5)" % (other, mail))
    else:
        side.call("DELETE FROM account WHERE email = '%s'" % mail)
        side.call("INSERT INTO account (id, email, balance) VALUES (%d, '%s', 5)" % (other, mail))
    del state[key]
    state[other] = (mail, 5)


def upsert(state):
    key = draw.choice(list(state))
    side.call("INSERT INTO account (id, email, balance) VALUES (%d, '%s', 0) ON CONFLICT(email) DO UPDATE SET balance = 77"
              % (fresh(), state[key][0]))
    state[key] = (state[key][0], 77)


def swap(state):
    if len(state) > 1:
        one, two = draw.sample(list(state), 2)
        side.call("UPDATE account SET email = 'tmp' || id WHERE id = %d" % one)
        side.call("UPDATE account SET email = '%s' WHERE id = %d" % (state[one][0], two))
        side.call("UPDATE account SET email = '%s' WHERE id = %d" % (state[two][0], one))
        state[one], state[two] = (state[two][0], state[one][1]), (state[one][0], state[two][1])


def transfer(_state):
    one, two = sorted(draw.sample(range(1, ACCOUNTS + 1), 2))
    amount = draw.randint(-50, 50)
    side.call("UPDATE bank SET amount = amount - %d WHERE id = %d" % (amount, one))
    side.call("UPDATE bank SET amount = amount + %d WHERE id = %d" % (amount, two))


def look():
    total = int(side.call("SELECT sum(amount) FROM bank")[0][0])
    if total != TOTAL:
        print("the bank has %d instead of %d on %s" % (total, TOTAL, side.name))
        sys.exit(3)


def publish(name, text):
    with open(ledger + "." + name + ".part", "w") as out:
        out.write(text)
    os.replace(ledger + "." + name + ".part", ledger + "." + name)


CHANGES = [insert, insert, insert, update, update, move, delete, replace, upsert, swap, transfer, transfer]
acknowledged, serial, longest, crossing = 0, 0, 0.0, 0.0
last = time.monotonic()
pause = float(os.environ.get("PAUSE", "0"))
while not os.path.exists(ledger + ".stop"):
    state = dict(rows)
    serial += 1
    try:
        side.begin()
        for _ in range(draw.choice([1, 1, 1, 2, 5])):
            (draw.choice(CHANGES) if state else insert)(state)
        side.call("INSERT INTO mark (writer, serial) VALUES (%d, %d) ON CONFLICT(writer) DO UPDATE SET serial = %d"
                  % (number, serial, serial))
        if draw.random() < 0.03:
            side.call("ROLLBACK")
            continue
        side.commit(serial)
    except Refused:
        side = sides[1 - sides.index(side)]
        time.sleep(0.002)
        continue
    except Again:
        continue
    rows = state
    acknowledged += 1
    now = time.monotonic()
    longest, last = max(longest, now - last), now
    if acknowledged % 20 == 0:
        try:
            look()
        except (Again, Refused):
            pass
        publish("count", "%d %s" % (acknowledged, side.name))
    if pause:
        time.sleep(pause)
with open(ledger, "w") as out:
    for key, (mail, balance) in sorted(rows.items()):
        out.write("%d|%s|%d\n" % (key, mail, balance))
print(json.dumps({"transactions": acknowledged, "longest": round(longest, 4), "side": side.name, "full": sides[1].full}))
