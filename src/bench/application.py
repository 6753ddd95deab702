"""The application that is moved, as the benchmark src/bench/live starts it: HTTP in front, a database behind.

    application.py PORT sqlite FILE
    application.py PORT postgres CONNINFO

PUT /orders/ID?quantity=N adds an order, PATCH the same changes one, DELETE /orders/ID removes one; each is one transaction
and may be sent again. 200 says that it is committed; 503 that nothing has happened and somebody else has to be asked, or
the same one again. Every connection of HTTP has a connection of its own to the database.
"""
import ctypes
import ctypes.util
import sqlite3
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class NotDone(Exception):
    """Nothing was committed, as far as anybody knows: sending it again does no harm."""


class Sqlite:
    add = ("INSERT INTO orders VALUES ({id}, 1, 'Product', {quantity}, 1.5, 1, NULL, '2026-01-01 10:00:00')"
           " ON CONFLICT (id) DO UPDATE SET quantity = excluded.quantity")

    def __init__(self, path):
        self.connection = sqlite3.connect(path, timeout=30, isolation_level=None)
        self.connection.execute("PRAGMA foreign_keys = 1")
        self.connection.execute("PRAGMA synchronous = NORMAL")

    def write(self, sql):
        try:
            self.connection.execute(sql)
        except sqlite3.OperationalError as error:
            raise NotDone(str(error)) from error
        except sqlite3.IntegrityError as error:
            # What RAISE(ABORT) says comes as a constraint that was broken.
            if "moved to PostgreSQL" not in str(error):
                raise
            raise NotDone(str(error)) from error

    def close(self):
        self.connection.close()


class Postgres:
    add = ("INSERT INTO orders VALUES ({id}, 1, 'Product', {quantity}, 1.5, true, NULL, '2026-01-01 10:00:00')"
           " ON CONFLICT (id) DO UPDATE SET quantity = excluded.quantity")
    pq = ctypes.CDLL(ctypes.util.find_library("pq") or "libpq.so.5")
    for function in (pq.PQconnectdb, pq.PQexec):
        function.restype = ctypes.c_void_p
    pq.PQerrorMessage.restype = ctypes.c_char_p
    for function in (pq.PQstatus, pq.PQexec, pq.PQerrorMessage, pq.PQfinish, pq.PQresultStatus, pq.PQclear):
        function.argtypes = [ctypes.c_void_p]
    pq.PQexec.argtypes = [ctypes.c_void_p, ctypes.c_char_p]

    def __init__(self, conninfo):
        self.conninfo = conninfo
        self.connection = None

    def write(self, sql):
        if self.connection is None:
            self.connection = self.pq.PQconnectdb(self.conninfo.encode())
        result = self.pq.PQexec(self.connection, sql.encode())
        done = self.pq.PQresultStatus(result) == 1
        self.pq.PQclear(result)
        if not done:
            message = self.pq.PQerrorMessage(self.connection).decode(errors="replace").strip()
            if self.pq.PQstatus(self.connection) != 0:
                self.close()
            raise NotDone(message)

    def close(self):
        if self.connection is not None:
            self.pq.PQfinish(self.connection)
        self.connection = None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self):
        super().setup()
        self.side = SIDES[sys.argv[2]](sys.argv[3])

    def finish(self):
        self.side.close()
        super().finish()

    def do(self, statement):
        path, _, quantity = self.path.partition("?quantity=")
        values = {"id": int(path.rpartition("/")[2]), "quantity": int(quantity or 0)}
        try:
            self.side.write(statement.format(**values))
            status, text = 200, b""
        except NotDone as error:
            status, text = 503, str(error).encode()
        self.send_response_only(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_PUT(self):
        self.do(self.side.add)

    def do_PATCH(self):
        self.do("UPDATE orders SET quantity = {quantity} WHERE id = {id}")

    def do_DELETE(self):
        self.do("DELETE FROM orders WHERE id = {id}")

    def log_message(self, *_):
        pass


class Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, address):
        # HAProxy closes its idle connections when it is switched.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, address)


SIDES = {"sqlite": Sqlite, "postgres": Postgres}
Http(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
