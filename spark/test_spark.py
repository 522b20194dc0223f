"""Tests of the job on Spark: on two threads of one process, and on a cluster of two workers,
one of which is killed. With REPRINT_SPARK_ALL all of them, else those that CI has time for."""

import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from collections import Counter

import standalone

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = HERE / "testdata" / "reprint"
ANSWERS = ("counts", "some", "shapes")
ALL = bool(os.environ.get("REPRINT_SPARK_ALL"))
LONGEST_JOB = 300  # seconds, on a busy machine

# The first process of a stage writes some of its rows and waits to be killed.
HOLD = """#!/bin/bash
if [[ "$2" == "{stage}" ]] && mkdir "{held}" 2>/dev/null; then
    echo $$ >"{held}/part" && mv "{held}/part" "{held}/pid"
    "{program}" "$@" | {{ head -c 100; sleep {longest}; }}
    exit 1
fi
exec "{program}" "$@"
"""

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.log.level": "WARN",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.executor.memory": "600m",
    "spark.executor.cores": "1",
    # What waits for a machine that was lost waits less here.
    "spark.shuffle.io.retryWait": "500ms",
    "spark.shuffle.io.maxRetries": "2",
}


class Result:
    """What a job wrote and said."""

    def __init__(self, code: int, messages: str, folder: pathlib.Path):
        self.code, self.messages = code, messages
        self.answers = {
            answer.name: b"".join(part.read_bytes() for part in sorted(answer.glob("part-*"))) for answer in folder.iterdir()
        } if folder.exists() else {}
        self.whole = folder.exists() and all((answer / "_SUCCESS").exists() for answer in folder.iterdir())


class SparkTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="reprint-spark-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.jobs = 0

    def start(self, inputs: list[pathlib.Path], partitions: int, master: str = "local[2]", program: pathlib.Path = PROGRAM, flags: tuple[str, ...] = ()):
        self.jobs += 1
        to = self.folder / f"answers-{self.jobs}"
        command = [str(standalone.HOME / "bin" / "spark-submit"), "--master", master, "--driver-memory", "600m"]
        for name, value in SETTINGS.items():
            command += ["--conf", f"{name}={value}"]
        command += ["--py-files", f"{HERE / 'job.py'},{HERE / 'shuffled.py'}", str(HERE / "testdata" / "counting.py")]
        command += ["--reprint", str(program), "--partitions", str(partitions), "--stats", str(self.folder / f"stats-{self.jobs}.json")]
        command += [*flags, *(word for name in ANSWERS for word in (f"--{name}", str(to / name))), *map(str, inputs)]
        log = (self.folder / f"job-{self.jobs}.log").open("w+b")
        self.addCleanup(log.close)
        environment = standalone.environment(self.folder)
        process = subprocess.Popen(command, env=environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        self.addCleanup(end, process)

        def result() -> Result:
            code = process.wait(LONGEST_JOB)
            log.seek(0)
            return Result(code, log.read().decode(errors="replace"), to)

        return result

    def job(self, *arguments, **more) -> Result:
        return self.start(*arguments, **more)()

    def write(self, name: str, lines: list[str]) -> pathlib.Path:
        file = self.folder / name
        file.write_text("".join(line + "\n" for line in lines))
        return file

    def check(self, got: Result, want: dict[str, bytes]) -> None:
        self.assertEqual(got.code, 0, got.messages[-5000:])
        self.assertTrue(got.whole)
        self.assertEqual(got.answers, want)


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
        process.wait()


def collection(lines: int, seed: int) -> list[str]:
    words = random.Random(seed)
    return [" ".join(f"{words.choice('abcdé')}{int(words.expovariate(0.02))}" for _ in range(words.randrange(20))) for _ in range(lines)]


def on_one_machine(lines: list[str]) -> dict[str, bytes]:
    """What the job must write, byte for byte."""
    counts = Counter(word for line in lines for word in line.split())
    some = {word: n for word, n in counts.items() if word[0] in "abcé"}
    shapes = Counter(word[0] for word in counts)
    return {name: b"".join(sorted(f'{{"word":"{w}","n":{n}}}\n'.encode() for w, n in of.items())) for name, of in zip(ANSWERS, (counts, some, shapes))}


class LocalTest(SparkTest):
    def test_same_as_one_machine(self) -> None:
        lines = collection(2000, 1)
        want = on_one_machine(lines)
        files = [self.write("a.jsonl", lines[:1000]), self.write("b.jsonl", lines[1000:])]
        self.check(self.job(files, 4), want)
        stats = json.loads((self.folder / "stats-1.json").read_text())
        words = sum(len(line.split()) for line in lines)
        self.assertEqual((stats["words"]["rows_in"], stats["words"]["rows_out"]), (len(lines), words))
        self.assertEqual((stats["counts"]["shuffled_rows"], stats["counts"]["rows_in"]), (words, words))
        self.assertGreater(stats["counts"]["shuffled_bytes"], words)
        self.assertGreater(stats["cut"]["rows_in"], stats["shapes"]["rows_in"])
        self.assertEqual(stats["total"]["shuffled_bytes"], sum(of.get("shuffled_bytes", 0) for name, of in stats.items() if name != "total"))
        if not ALL:
            return
        for partitions in 1, 8:
            self.check(self.job(files, partitions), want)
        shuffled = random.Random(2).sample(lines, len(lines))
        self.check(self.job([self.write("c.jsonl", shuffled)], 4), want)

    @unittest.skipUnless(ALL, "of --all")
    def test_few_lines(self) -> None:
        for lines in [], ["aa"]:
            self.check(self.job([self.write(f"{len(lines)}.jsonl", lines), self.write("empty.jsonl", [])], 8), on_one_machine(lines))

    def test_broken_record(self) -> None:
        got = self.job([self.write("a.jsonl", ["aa", "bad", "cc"])], 4)
        self.assertNotEqual(got.code, 0)
        self.assertRegex(got.messages, r"reprint stage words, partition 0: exit status 1: file:/\S+/a.jsonl:2: bad \(k 0, o 0\)")
        self.assertFalse(got.whole)


class KillTest(SparkTest):
    def test_killed_worker(self) -> None:
        lines = collection(2000, 3)
        want = on_one_machine(lines)
        file = self.write("a.jsonl", lines)
        with standalone.Standalone(self.folder) as cluster:
            if ALL:
                begin = time.monotonic()
                self.check(self.job([file], 4, master=cluster.url), want)
                print(f"undisturbed: {time.monotonic() - begin:.1f} s", file=sys.stderr)
        for stage in ("words", "counts") if ALL else ("counts",):
            with self.subTest(stage), standalone.Standalone(self.folder) as cluster:
                held = self.folder / f"held-{stage}"
                folder = self.folder / stage
                folder.mkdir()
                program = folder / "reprint"
                program.write_text(HOLD.format(stage=stage, held=held, program=PROGRAM, longest=LONGEST_JOB))
                program.chmod(0o755)
                begin = time.monotonic()
                result = self.start([file], 4, master=cluster.url, program=program)
                while not (held / "pid").exists():
                    self.assertLess(time.monotonic(), begin + LONGEST_JOB)
                    time.sleep(0.02)
                cluster.kill_worker_of(int((held / "pid").read_text()))
                got = result()
                print(f"killed in {stage}: {time.monotonic() - begin:.1f} s", file=sys.stderr)
                self.check(got, want)
                self.assertRegex(got.messages, re.compile("lost|ExecutorLost", re.I))


if __name__ == "__main__":
    unittest.main()
