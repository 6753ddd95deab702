"""The data that is measured with."""
import sqlite3

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {0}) "


def orders(rows):
    customers = max(1, rows // 6)
    yield """CREATE TABLE customers(id INTEGER PRIMARY KEY, name VARCHAR(60) NOT NULL, email TEXT, city TEXT, credit REAL,
             created_at DATETIME)"""
    yield """CREATE TABLE orders(id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers(id),
             product VARCHAR(40) NOT NULL, quantity INTEGER NOT NULL, price REAL NOT NULL, paid BOOLEAN NOT NULL,
             note TEXT, ordered_at DATETIME NOT NULL)"""
    yield "INSERT INTO customers " + NUMBERS.format(customers) + """
             SELECT i, 'Customer number '||i, 'customer'||i||'@example.org', 'City '||(i % 997),
             (i * 7919 % 1000003) / 100.0, datetime(1600000000 + i * 37, 'unixepoch') FROM n"""
    yield "INSERT INTO orders " + NUMBERS.format(rows - customers) + f"""
             SELECT i, 1 + (i * 7919) % {customers}, 'Product '||(i % 5003), 1 + i % 9, (i * 104729 % 10000019) / 100.0,
             i % 3 = 0, CASE WHEN i % 10 = 0 THEN 'A note on order number '||i END,
             datetime(1600000000 + i * 11, 'unixepoch') FROM n"""


def narrow(rows):
    yield "CREATE TABLE narrow(id INTEGER PRIMARY KEY, n INTEGER NOT NULL)"
    yield "INSERT INTO narrow " + NUMBERS.format(rows) + "SELECT i, i * 7919 % 1000003 FROM n"


def wide(rows):
    kinds = [("INTEGER", "i * {0} % 100003"), ("REAL", "(i * {0} % 1000003) / 100.0"), ("TEXT", "'value '||(i * {0} % 5003)"),
             ("DATETIME", "datetime(1600000000 + i * {0}, 'unixepoch')"), ("BOOLEAN", "(i + {0}) % 2")]
    columns = [(f"c{c}", *kinds[c % len(kinds)]) for c in range(60)]
    yield "CREATE TABLE wide(id INTEGER PRIMARY KEY, " + ", ".join(f"{n} {k}" for n, k, _ in columns) + ")"
    yield "INSERT INTO wide " + NUMBERS.format(max(1, rows // 10)) + "SELECT i, " + ", ".join(
        v.format(7 + c) for c, (_, _, v) in enumerate(columns)) + " FROM n"


def text(rows):
    yield "CREATE TABLE text(id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL, summary TEXT)"
    yield "INSERT INTO text " + NUMBERS.format(max(1, rows // 20)) + """
             SELECT i, 'Zażółć gęślą jaźń '||i, replace(hex(randomblob(700)), 'A', 'ł '), hex(randomblob(150)) FROM n"""


def blob(rows):
    yield "CREATE TABLE blob(id INTEGER PRIMARY KEY, name TEXT NOT NULL, content BLOB NOT NULL)"
    yield "INSERT INTO blob " + NUMBERS.format(max(1, rows // 500)) + "SELECT i, 'file '||i, randomblob(65536) FROM n"


def small(_rows):
    for table in range(1000):
        yield f"CREATE TABLE small{table}(id INTEGER PRIMARY KEY, name TEXT NOT NULL, at DATETIME, amount REAL)"
        yield f"INSERT INTO small{table} " + NUMBERS.format(10) + """
             SELECT i, 'name '||i, datetime(1600000000 + i, 'unixepoch'), i / 4.0 FROM n"""


SHAPES = {"orders": orders, "narrow": narrow, "wide": wide, "text": text, "blob": blob, "small": small}


def generate(shape, rows, path):
    path.unlink(missing_ok=True)
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN")
        for statement in SHAPES[shape](rows):
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path.stat().st_size >> 20
