"""What a benchmark needs of the machine: a PostgreSQL of its own, a JDK, ports nobody uses."""
import glob
import os
import shutil
import socket
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAP_MB = 256


def free_port():
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """The PostgreSQL that is measured: one of our own, or the empty database in BENCH_URL."""

    def __init__(self, work):
        self.url = os.environ.get("BENCH_URL")
        self.pid = None
        if self.url:
            return
        self.bin = os.environ.get("PG_BIN") or sorted((str(Path(p).parent) for p in glob.glob("/usr/lib/postgresql/*/bin/initdb")), key=lambda p: int(p.split("/")[4]))[-1]
        self.data = work / "cluster"
        self.data.mkdir()
        self.run_as = []
        if os.getuid() == 0:
            shutil.chown(self.data, "postgres")
            self.run_as = ["runuser", "-u", "postgres", "--"]
        port = os.environ.get("BENCH_PORT") or free_port()
        self.call("initdb", "-D", self.data, "-U", "bench", "-A", "trust", "--no-sync")
        with open(self.data / "postgresql.conf", "a") as conf:
            conf.write(f"port={port}\nlisten_addresses='127.0.0.1'\nunix_socket_directories=''\nshared_buffers=1GB\n"
                       "max_wal_size=8GB\nmaintenance_work_mem=256MB\ncheckpoint_timeout=30min\n")
        self.call("pg_ctl", "-D", self.data, "-w", "-l", self.data / "log", "start")
        self.url = f"postgresql://bench@127.0.0.1:{port}/postgres"
        self.pid = (self.data / "postmaster.pid").read_text().split("\n", 1)[0]

    def call(self, tool, *arguments):
        subprocess.run([*self.run_as, f"{self.bin}/{tool}", *map(str, arguments)], cwd="/", check=True, stdout=subprocess.DEVNULL)

    def stop(self):
        if self.pid:
            self.call("pg_ctl", "-D", self.data, "-m", "immediate", "stop")

    def sql(self, *statements):
        arguments = [a for s in statements for a in ("-c", s)]
        done = subprocess.run(["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", self.url, *arguments], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"psql: {done.stderr}")
        return done.stdout.strip()

    def fresh(self):
        self.sql("DROP SCHEMA IF EXISTS ferryman CASCADE", "DROP SCHEMA public CASCADE", "CREATE SCHEMA public", "CHECKPOINT")

    def cpu(self):
        """CPU seconds of the server so far; 0 where it is not ours."""
        ticks = 0
        if self.pid:
            for stat in glob.glob("/proc/[0-9]*/stat"):
                try:
                    fields = Path(stat).read_text().rsplit(")", 1)[1].split()
                except OSError:
                    continue
                if stat.split("/")[2] == self.pid:
                    ticks += sum(map(int, fields[11:15]))
                elif fields[1] == self.pid:
                    ticks += sum(map(int, fields[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")


def java():
    found = [os.environ.get("JAVA", ""), *(f"{os.environ['JAVA_HOME']}/bin/java" for _ in "." if "JAVA_HOME" in os.environ),
             *glob.glob("/usr/lib/jvm/*25*/bin/java")]
    return next(j for j in found if j and os.access(j, os.X_OK))


OPTIONS = [f"-Xmx{HEAP_MB}m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
           # The standard output is what the command says, and nothing of the virtual machine's own.
           "-Xlog:disable", "-Xlog:all=warning:stderr", "-XX:+DisplayVMOutputToStderr"]


def packaged():
    """The jar, built from this checkout; the classes of its tests are compiled as well."""
    subprocess.run([ROOT / "mvnw", "-q", "-DskipTests", "-Dformatter.skip", "package"], cwd=ROOT, check=True)
    return next(p for p in sorted((ROOT / "target").glob("ferryman-*.jar")) if "original" not in p.name)


def extracted(jar, work):
    """The jar with its libraries beside it."""
    subprocess.run([java(), "-Djarmode=tools", "-jar", jar, "extract", "--destination", work / "app"], check=True, stdout=subprocess.DEVNULL)
    return work / "app" / jar.name


def build(work, cache):
    """The command that starts Ferryman, built from this checkout; with an AOT cache where that is wanted."""
    jar = packaged()
    if not cache:
        return [java(), *OPTIONS, "-jar", str(jar)]
    return [java(), f"-XX:AOTCache={work / 'app' / 'ferryman.aot'}", *OPTIONS, "-jar", str(extracted(jar, work))]
