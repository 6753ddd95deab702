"""Clients of the application that is moved, and the ledger of what they were told is committed."""
import http.client
import random
import threading
import time

MARK = 1_000_000
"""Every write of a client sets a quantity of its own from here on; the data it begins with has smaller ones."""


class Client(threading.Thread):
    """Writes rows of its own, one after the other, and sends each again until it is acknowledged."""

    def __init__(self, load, number):
        super().__init__(daemon=True)
        self.load = load
        self.number = number
        self.draw = random.Random(number)
        self.rows = {}
        self.mine = []
        self.used = 0
        self.connection = None
        self.idle = threading.Event()

    def run(self):
        due = time.monotonic()
        while not self.load.stopping:
            if self.load.paused.is_set():
                self.idle.set()
                time.sleep(0.005)
                due = time.monotonic()
                continue
            self.idle.clear()
            # The clients come one after the other; who was kept waiting does not make up for it.
            due = max(due + self.load.period, time.monotonic() - self.load.period)
            time.sleep(max(0, due - time.monotonic()))
            self.write()

    def write(self):
        quantity = MARK + self.number + self.load.clients_count * self.used
        self.used += 1
        kind = self.draw.random()
        if kind < 0.4 or not self.mine:
            key = self.load.highest + self.number + self.load.clients_count * self.used
            self.acknowledged("PUT", key, quantity)
            self.mine.append(key)
        elif kind < 0.5:
            place = self.draw.randrange(len(self.mine))
            self.mine[place], self.mine[-1] = self.mine[-1], self.mine[place]
            key = self.mine.pop()
            self.acknowledged("DELETE", key, quantity)
            del self.rows[key]
            return
        else:
            key = 1 + self.number + self.load.clients_count * self.draw.randrange(self.load.highest // self.load.clients_count - 1)
            self.acknowledged("PATCH", key, quantity)
        self.rows[key] = quantity

    def acknowledged(self, method, key, quantity):
        begun = time.monotonic()
        while not self.sent(method, f"/orders/{key}?quantity={quantity}"):
            self.load.again += 1
            time.sleep(0.002)
        now = time.monotonic()
        self.load.acknowledged.append(now)
        self.load.waits.append((now, now - begun))

    def sent(self, method, path):
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.load.port, timeout=60)
            self.connection.request(method, path)
            response = self.connection.getresponse()
            response.read()
            return response.status == 200
        except (OSError, http.client.HTTPException):
            if self.connection is not None:
                self.connection.close()
            self.connection = None
            return False


class Load:
    """So many writes a second by so many clients. The ledger can be read while they pause."""

    def __init__(self, port, rate, clients, highest):
        self.port = port
        self.clients_count = clients
        self.period = clients / rate
        self.highest = highest
        self.acknowledged = []
        self.waits = []
        self.again = 0
        self.stopping = False
        self.paused = threading.Event()
        self.clients = [Client(self, number) for number in range(clients)]

    def start(self):
        for client in self.clients:
            client.start()
            time.sleep(self.period / self.clients_count)

    def pause(self):
        """Returns once every write that was begun is acknowledged."""
        for client in self.clients:
            client.idle.clear()
        self.paused.set()
        for client in self.clients:
            if not client.idle.wait(90):
                raise SystemExit("a client's write was not acknowledged for 90 s")

    def resume(self):
        self.paused.clear()

    def stop(self):
        self.stopping = True

    def ledger(self):
        """Quantity by id, of every row that was written and is still there."""
        return {key: quantity for client in self.clients for key, quantity in client.rows.items()}

    def longest_gap(self, since, until):
        """Longest time between two acknowledged writes, whoever's."""
        times = [since, *sorted(t for t in self.acknowledged if since <= t <= until), until]
        return max(after - before for before, after in zip(times, times[1:]))

    def longest_wait(self, since, until):
        """Longest time from sending a write for the first time to its acknowledgement."""
        return max((wait for at, wait in self.waits if since <= at <= until), default=0)

    def rate(self, since, until):
        return sum(since <= t <= until for t in self.acknowledged) / (until - since)
