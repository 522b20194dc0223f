"""Tests of the job on Spark: on two threads of one process, and on a cluster of two workers,
one of which is killed. With REPRINT_SPARK_ALL all of them, else those that CI has time for.

REPRINT_SPARK_PROGRAMS is a folder with the programs reprint and newsgen.
"""

import gzip
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
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet

import job
import standalone

HERE = pathlib.Path(__file__).resolve().parent
PROGRAMS = pathlib.Path(os.environ["REPRINT_SPARK_PROGRAMS"]).resolve()
ALL = bool(os.environ.get("REPRINT_SPARK_ALL"))
ANSWERS = [*(answer.name for answer in job.ANSWERS), "cleaned"]
OF_ROWS = ["clusters", "pairs", "dropped"]  # what needs no texts beside saved rows
STAGES = [one.name for step in job.STEPS for one in (step.steps if isinstance(step, job.Rounds) else (step,))]
LONGEST_JOB = 600  # seconds, on a busy machine
KILLED_JOBS = 6  # in which all stages are killed

# The first process of each of some stages writes some of its rows and waits to be killed.
HOLD = """#!/bin/bash
held="{held}/$2"
if [[ " {stages} " == *" $2 "* ]] && mkdir "$held" 2>/dev/null; then
    echo $$ >"$held/part" && mv "$held/part" "$held/pid"
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
    # Such short jobs end before better code would pay.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
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


class Job:
    """A job that runs."""

    def __init__(self, process: subprocess.Popen[bytes], log: IO[bytes], to: pathlib.Path):
        self.process, self.log, self.to = process, log, to

    def result(self) -> Result:
        code = self.process.wait(LONGEST_JOB)
        self.log.seek(0)
        return Result(code, self.log.read().decode(errors="replace"), self.to)


class SparkTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="reprint-spark-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.jobs = 0

    def start(self, inputs: list[pathlib.Path], partitions: int, names: list[str] = ANSWERS, master: str = "local[2]", program: pathlib.Path = PROGRAMS / "reprint", flags: tuple[str, ...] = ()) -> Job:
        self.jobs += 1
        to = self.folder / f"answers-{self.jobs}"
        command = [str(standalone.HOME / "bin" / "spark-submit"), "--master", master, "--driver-memory", "600m"]
        for name, value in SETTINGS.items():
            command += ["--conf", f"{name}={value}"]
        command += ["--py-files", str(HERE / "shuffled.py"), str(HERE / "job.py")]
        command += ["--reprint", str(program), "--partitions", str(partitions), "--stats", str(self.folder / f"stats-{self.jobs}.json")]
        command += [*flags, *(word for name in names for word in (f"--{name}", str(to / name))), *map(str, inputs)]
        log = (self.folder / f"job-{self.jobs}.log").open("w+b")
        self.addCleanup(log.close)
        environment = standalone.environment(self.folder)
        process = subprocess.Popen(command, env=environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        self.addCleanup(end, process)
        return Job(process, log, to)

    def job(self, inputs: list[pathlib.Path], partitions: int, names: list[str] = ANSWERS, **more: Any) -> Result:
        return self.start(inputs, partitions, names, **more).result()

    def write(self, name: str, lines: list[str]) -> pathlib.Path:
        file = self.folder / name
        with gzip.open(file, "wt", encoding="utf-8") if name.endswith(".gz") else file.open("w", encoding="utf-8") as to:
            to.writelines(line + "\n" for line in lines)
        return file

    def check(self, got: Result, want: dict[str, bytes], names: list[str] = ANSWERS) -> None:
        self.assertEqual(got.code, 0, got.messages[-5000:])
        self.assertTrue(got.whole)
        if "cleaned" in names:
            got.answers["cleaned"] = ordered(got.answers["cleaned"])  # as the input is, part by part
        for name in names:
            self.assertTrue(got.answers[name] == want[name], f"{name} differ:\n{got.answers[name][:1000]!r}\n{want[name][:1000]!r}")


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
        process.wait()


def bare(value: object) -> object:
    """Return a value without what is null, and without times, of which there are two spellings."""
    if isinstance(value, dict):
        return {key: bare(of) for key, of in value.items() if of is not None and key != "published"}
    return [bare(of) for of in value] if isinstance(value, list) else value


def ordered(lines: bytes) -> bytes:
    return b"".join(sorted(lines.splitlines(keepends=True)))


def collection(documents: int, seed: int) -> list[str]:
    """Return lines of documents: generated ones, and texts of the repository in many languages."""
    made = subprocess.run([PROGRAMS / "newsgen", "-docs", str(documents), "-seed", str(seed)], check=True, capture_output=True, encoding="utf-8")
    lines = made.stdout.splitlines()
    for n, file in enumerate(sorted((HERE.parent / "testdata" / "articles").glob("*.txt"))):
        text = file.read_text(encoding="utf-8", errors="replace")
        document: dict[str, Any] = {"id": file.name, "text": text, "title": f"ü <{n}>", "published": f"2026-01-{n % 28 + 1:02}T00:00:00+01:00", "mark": {"n": n}}
        if n % 3 == 0:  # what tells of its origin
            document |= {"byline": "Associated Press", "clock": "page", "hints": [{"kind": "source", "value": "Reuters"}], "owner": f"Owner {n % 2}"}
        lines.append(json.dumps(document, ensure_ascii=n % 2 == 0) + " " * (n % 3))
        if n % 7 == 0:  # a copy elsewhere, with a name that stands in many
            copy = document | {"id": f"copy of {file.name}", "site": f"paper{n}.example", "text": f"{text}\n(Fjordnytt)"}
            lines.append(json.dumps(copy))
    return lines


def on_one_machine(files: list[pathlib.Path]) -> dict[str, bytes]:
    """Return what the job must write, byte for byte: what one machine does, ordered by lines."""
    answers = {}
    with tempfile.NamedTemporaryFile() as dropped:
        for name, command in {
            "clusters": ["cluster", "--memory", "100000000", "--format", "jsonl"],
            "pairs": ["pairs", "--format", "jsonl"],
            "origins": ["origin", "--format", "jsonl"],
            "cleaned": ["dedup", "-o", "-", "--dropped", dropped.name],
        }.items():
            out = subprocess.run([PROGRAMS / "reprint", *command, *files], check=True, capture_output=True).stdout
            answers[name] = ordered(out)
        answers["dropped"] = ordered(pathlib.Path(dropped.name).read_bytes())
    return answers


class LocalTest(SparkTest):
    def test_same_as_one_machine(self) -> None:
        lines = collection(400, 1)
        lines[3] += "\r"
        files = [self.write("a.jsonl", lines[:200] + ["", " "]), self.write("b.jsonl.gz", lines[200:])]
        want = on_one_machine(files)
        self.assertGreater(want["pairs"].count(b"\n"), 50)
        self.assertGreater(want["dropped"].count(b"\n"), 30)
        self.assertIn(b"Fjordnytt", want["origins"])
        # Documents again, as they are, and one that a later one has replaced.
        again = lines[5:9] + [json.dumps(json.loads(lines[300]) | {"text": "an earlier text of some words", "published": "1999-01-01"})]
        files.append(self.write("again.jsonl", again))
        lines = lines + again
        saved = self.folder / "saved"
        self.check(self.job(files, 4, flags=("--save-rows", str(saved))), want)
        stats = json.loads((self.folder / "stats-1.json").read_text())
        self.assertEqual(set(stats), {"version", *STAGES, "answers", "total"})
        self.assertEqual(stats["read"]["rows_in"], len(lines) + 2)
        self.assertEqual(stats["sketches"]["rows_in"], len(lines))
        for name in "keys", "fresh", "freshness", "weigh", "candidates", "large", "cluster":
            self.assertEqual(stats[name]["shuffled_rows"], stats[name]["rows_in"], name)
        for name in "send", "gather":  # texts were moved before
            self.assertEqual(stats[name]["shuffled_rows"], stats[name]["rows_in"] - len(lines), name)
        self.assertEqual(stats["pairs"]["rows_in"], stats["cluster"]["rows_in"])
        self.assertGreater(stats["compare"]["shuffled_bytes"], 100 * len(lines))
        self.assertEqual(stats["total"]["shuffled_bytes"], sum(of.get("shuffled_bytes", 0) for name, of in stats.items() if name != "total"))

        # What was saved counts beside new texts: the same as all texts in one job.
        new = [json.loads(line) for line in collection(550, 1)]
        more = [self.write("d.jsonl", [json.dumps({**document, "id": "new " + document["id"]}) for document in new[400:]])]
        self.check(self.job(more, 4, OF_ROWS, flags=("--saved-rows", str(saved))), on_one_machine(files[:2] + more), OF_ROWS)
        if not ALL:
            return
        self.check(self.job([], 4, OF_ROWS, flags=("--saved-rows", str(saved))), want, OF_ROWS)
        got = self.job(more, 4, OF_ROWS, flags=("--saved-rows", str(saved), "--flags=--k 4"))
        self.assertNotEqual(got.code, 0)
        self.assertRegex(got.messages, r'--saved-rows \S+: its rows are of \{.*"K":5.*, and those of this program with these flags of \{.*"K":4')
        (saved / "_SUCCESS").unlink()
        got = self.job([], 4, OF_ROWS, flags=("--saved-rows", str(saved)))
        self.assertNotEqual(got.code, 0)
        self.assertIn("no folder that a job has written with --save-rows to its end", got.messages)
        del files[2]
        lines = lines[: -len(again)]
        for partitions in 1, 8:
            self.check(self.job(files, partitions), want)
        shuffled = random.Random(2).sample(lines, len(lines))
        self.check(self.job([self.write("c.jsonl", shuffled)], 4), want)

    @unittest.skipUnless(ALL, "of --all")
    def test_parquet(self) -> None:
        lines = collection(100, 4)
        want = on_one_machine([self.write("a.jsonl", lines)])
        file = self.folder / "a.parquet"
        documents = [json.loads(line) for line in lines]
        columns = {name for document in documents for name in document}
        pyarrow.parquet.write_table(pa.Table.from_pylist([dict.fromkeys(columns) | document for document in documents]), file)
        got = self.job([file], 4, flags=("--format", "parquet"))
        self.assertEqual(got.code, 0, got.messages[-5000:])
        for name in ANSWERS:
            table = pyarrow.parquet.read_table(self.folder / "answers-1" / name).to_pylist()
            known = [json.loads(line) for line in want[name].splitlines()]
            if name == "cleaned":  # the rows of the input
                known = [row for row in pyarrow.parquet.read_table(file).to_pylist() if row["id"] in {line["id"] for line in known}]
            self.assertEqual(len(table), len(known))
            for row, line in zip(table, known):
                self.assertEqual(bare(row), bare(line))

    @unittest.skipUnless(ALL, "of --all")
    def test_few_documents(self) -> None:
        for lines in [], collection(0, 1)[:1]:
            files = [self.write(f"{len(lines)}.jsonl", lines), self.write("empty.jsonl", [])]
            self.check(self.job(files, 8), on_one_machine(files) if lines else dict.fromkeys(ANSWERS, b""))

    def test_broken_record(self) -> None:
        lines = collection(0, 1)
        got = self.job([self.write("a.jsonl", [*lines[:7], "", '{"id":"b","text":', *lines[7:]])], 4)
        self.assertNotEqual(got.code, 0)
        self.assertRegex(got.messages, r"reprint stage read, partition 0: exit status 1: reprint: stage read: .*file:/\S+/a.jsonl:9: no JSON document")
        self.assertFalse(got.whole)


class KillTest(SparkTest):
    def test_killed_worker(self) -> None:
        file = self.write("a.jsonl", collection(200, 3))
        want = on_one_machine([file])
        # Of a cluster one worker after another is killed, and another one takes its place.
        with standalone.Standalone(self.folder) as cluster:
            if ALL:
                begin = time.monotonic()
                self.check(self.job([file], 2, master=cluster.url, flags=self.saving()), want)
                print(f"undisturbed: {time.monotonic() - begin:.1f} s", file=sys.stderr)
            for stages in [STAGES[n::KILLED_JOBS] for n in range(KILLED_JOBS)] if ALL else [["compare"]]:
                with self.subTest(stages):
                    self.kill(cluster, file, want, stages)

    def saving(self) -> tuple[str, ...]:
        """Return flags by which a job has all stages."""
        return ("--save-rows", str(self.folder / f"saved-{self.jobs}")) if ALL else ()

    def kill(self, cluster: standalone.Standalone, file: pathlib.Path, want: dict[str, bytes], stages: list[str]) -> None:
        """Check a job in the middle of some of whose stages a worker is killed, once in each."""
        held = self.folder / f"held-{self.jobs}"
        held.mkdir()
        program = held / "reprint"
        program.write_text(HOLD.format(stages=" ".join(stages), held=held, program=PROGRAMS / "reprint", longest=LONGEST_JOB))
        program.chmod(0o755)
        begin = time.monotonic()
        running = self.start([file], 2, master=cluster.url, program=program, flags=self.saving())
        left = set(stages)
        while left:
            for stage in [stage for stage in left if (held / stage / "pid").exists()]:
                process = int((held / stage / "pid").read_text())
                if process in standalone.parents():  # else it was killed with another
                    cluster.kill_worker_of(process)
                    cluster.start_worker()
                left.remove(stage)
            self.assertLess(time.monotonic(), begin + LONGEST_JOB, left)
            if running.process.poll() is not None:
                break
            time.sleep(0.02)
        got = running.result()
        print(f"killed in {', '.join(stages)}: {time.monotonic() - begin:.1f} s", file=sys.stderr)
        self.check(got, want)
        self.assertEqual(left, set())
        self.assertRegex(got.messages, re.compile("lost", re.I))


if __name__ == "__main__":
    unittest.main()
