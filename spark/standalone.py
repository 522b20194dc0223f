"""A standalone cluster of Spark on this machine, for tests: a master and one-core workers."""

import os
import pathlib
import re
import signal
import subprocess
import sys
import time

import pyspark

HOME = pathlib.Path(pyspark.__file__).parent
LONGEST_START = 300  # seconds, on a busy machine


def environment(folder: pathlib.Path) -> dict[str, str]:
    """Return the environment of all programs of Spark: on loopback, with this Python."""
    return {
        **os.environ,
        "SPARK_HOME": str(HOME),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_NO_DAEMONIZE": "1",
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "SPARK_WORKER_DIR": str(folder / "work"),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "PYSPARK_PYTHON": sys.executable,
        "PATH": f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}",
    }


def parents() -> dict[int, int]:
    """Return the parent of each process."""
    found = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            found[int(stat.parent.name)] = int(stat.read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue  # it has ended
    return found


def family(of: int) -> set[int]:
    """Return a process and all that it and its children began."""
    members, more, parent = {of}, True, parents()
    while more:
        found = {child for child, p in parent.items() if p in members} - members
        members |= found
        more = bool(found)
    return members


class Standalone:
    """A cluster, which lives in a with statement."""

    def __init__(self, folder: pathlib.Path, workers: int = 2, memory: str = "1g"):
        self.folder, self.number, self.memory = folder, workers, memory
        self.daemons: list[subprocess.Popen[bytes]] = []
        self.url = ""

    def __enter__(self) -> "Standalone":
        try:
            self.url = self.start("master.Master", [], r"Starting Spark master at (spark://\S+)")
            for _ in range(self.number):
                self.start_worker()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start_worker(self) -> None:
        self.start("worker.Worker", ["--cores", "1", "--memory", self.memory, self.url], r"Successfully registered with master ()")

    def start(self, name: str, arguments: list[str], ready: str) -> str:
        """Start a daemon, and return what the pattern finds in its log."""
        log = self.folder / f"{name}-{len(self.daemons)}.log"
        command = [str(HOME / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}"]
        command += ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0", *arguments]
        with log.open("wb") as to:
            daemon = subprocess.Popen(command, env=environment(self.folder), stdin=subprocess.DEVNULL, stdout=to, stderr=subprocess.STDOUT)
        self.daemons.append(daemon)
        end = time.monotonic() + LONGEST_START
        while time.monotonic() < end and daemon.poll() is None:
            if found := re.search(ready, log.read_text(errors="replace")):
                return found.group(1)
            time.sleep(0.1)
        raise RuntimeError(f"{name} did not start:\n{log.read_text(errors='replace')}")

    def kill_worker_of(self, process: int) -> None:
        """Kill the worker that a process belongs to, with its executors and all that these began."""
        for worker in self.daemons[1:]:
            members = family(worker.pid) if worker.poll() is None else set()
            if process in members:
                for member in members:
                    try:
                        os.kill(member, signal.SIGKILL)
                    except ProcessLookupError:
                        continue
                worker.wait()
                return
        raise RuntimeError(f"no worker began process {process}")

    def stop(self) -> None:
        members = set().union(*(family(daemon.pid) for daemon in self.daemons if daemon.poll() is None))
        for member in members:
            try:
                os.kill(member, signal.SIGKILL)
            except ProcessLookupError:
                continue
        for daemon in self.daemons:
            daemon.wait()
