"""Tests of what carries rows between Spark and a process, without Spark."""

import contextlib
import io
import os
import pathlib
import time
import types
import unittest
from collections.abc import Iterable, Iterator
from random import Random
from unittest import mock

import pyarrow as pa

import job

PROGRAM = str(pathlib.Path(__file__).resolve().parent / "testdata" / "reprint")
Rows = list[tuple[int, int, bytes]]


def batches(rows: Rows, each: int = 7) -> Iterator[pa.RecordBatch]:
    for at in range(0, len(rows), each):
        columns = [pa.array(c, t) for c, t in zip(zip(*rows[at : at + each]), job.SCHEMA.types)]
        yield pa.RecordBatch.from_arrays(columns, schema=job.SCHEMA)


class ShimTest(unittest.TestCase):
    def setUp(self) -> None:
        self.costs: list[job.Cost] = []
        self.patch = mock.patch.object(job, "SparkFiles", types.SimpleNamespace(get=lambda name: PROGRAM if name == "reprint" else "/files/" + name))
        self.patch.start()
        self.addCleanup(self.patch.stop)

    def through(self, stage: str, given: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return job.through(stage, ["--k", "5"], ["latest.arrow"], types.SimpleNamespace(add=self.costs.append))(given)  # type: ignore[arg-type]

    def rows(self, stage: str, given: Iterator[pa.RecordBatch]) -> Rows:
        return [row for b in self.through(stage, given) for row in zip(*(c.to_pylist() for c in b.columns))]

    def test_all_rows_come_back(self) -> None:
        # More than pipes hold, in both directions at once.
        for rows in [], [(-1, 2, b""), (1 << 62, -5, b"\xff\x00")], [(n, -n, b"v" * (n % 3000)) for n in range(3000)]:
            self.costs.clear()
            self.assertEqual(self.rows("same", batches(rows)), rows)
            (cost,) = self.costs
            self.assertEqual((cost["same"]["rows_in"], cost["same"]["rows_out"]), (len(rows), len(rows)))
            self.assertGreater(cost["same"]["cpu_seconds"], 0)
            self.assertGreater(cost["same"]["peak_bytes"], 1 << 20)

    def test_what_a_process_said_is_in_the_error(self) -> None:
        rows = [(0, 0, b"some")] * 70000
        for stage, want in {
            "late": r"reprint stage late, no partition: exit status 1: command stage, arguments \('--k', '5', '--facts', '/files/latest.arrow'\), batches 10000$",
            "silent": "exit status 3: $",
            "early": "exit status 1: x+the end$",
        }.items():
            with self.subTest(stage):
                with self.assertRaisesRegex(RuntimeError, want) as raised:
                    self.rows(stage, batches(rows))
                self.assertLess(len(str(raised.exception)), 5000)
        self.assertEqual(self.costs, [])

    def test_no_stream_is_an_error(self) -> None:
        with self.assertRaises(pa.ArrowInvalid):
            self.rows("garbage", batches([(0, 0, b"")]))

    def test_error_of_the_rows_is_the_error(self) -> None:
        def failing() -> Iterator[pa.RecordBatch]:
            yield from batches([(1, 1, b"1")] * 100)
            raise ZeroDivisionError("of the rows")

        with self.assertRaisesRegex(ZeroDivisionError, "of the rows"):
            self.rows("same", failing())

    def test_process_ends_with_its_task(self) -> None:
        given = self.through("forever", batches([(1, 1, b"1")] * 1000))
        next(given)
        (child,) = children()
        given.close()  # type: ignore[attr-defined]
        self.assertEqual(children(), [])
        self.assertFalse(os.path.exists(f"/proc/{child}"))

    def test_no_process_is_left(self) -> None:
        end = time.monotonic() + 5
        while children() and time.monotonic() < end:
            time.sleep(0.01)
        self.assertEqual(children(), [])


class ChosenTest(unittest.TestCase):
    def test_rows_with_the_numbers_are_left(self) -> None:
        random = Random(1)
        for count, each, late, share in (0, 3, 1, 0.5), (1, 1, 1, 1), (500, 7, 1, 0.5), (500, 7, 40, 0.02), (500, 100, 3, 0.98), (90, 9, 90, 0), (90, 9, 90, 1):
            chosen = [n for n in range(count) if random.random() < share]

            def pipe(given: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
                """Write the numbers that are chosen, so many at a time, some time after they were read."""
                read, at = 0, 0
                for batch in given:
                    self.assertEqual(batch.schema, job.SCHEMA)
                    read += batch.num_rows
                    while at < len(chosen) and (end := min(at + late, len(chosen))) and chosen[end - 1] < read:
                        yield from batches([(-n, n, b"C%d" % n) for n in chosen[at:end]], late)
                        at = end
                self.assertEqual(at, len(chosen))

            given = [
                pa.RecordBatch.from_arrays([pa.array([{"text": f"text {n}"} for n in range(at, min(at + each, count))]), *b.columns], ["own", "k", "o", "v"])
                for at, b in zip(range(0, count, each), batches([(0, 0, b"text")] * count, each))
            ]
            found = [row for b in job.chosen(pipe)(iter(given)) for row in b.to_pylist()]
            self.assertEqual(found, [{"own": {"text": f"text {n}"}, "k": -n, "v": b"C%d" % n} for n in chosen])


class MainTest(unittest.TestCase):
    def test_saved_rows_have_no_documents(self) -> None:
        for flag in "--cleaned", "--origins":
            messages = io.StringIO()
            with self.assertRaises(SystemExit), contextlib.redirect_stderr(messages):
                job.main(["--saved-rows", "saved", "--clusters", "out", flag, "more", "a.jsonl"])
            self.assertIn("not for --saved-rows: give all documents as inputs", messages.getvalue())


def children() -> list[int]:
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, rest = stat.parent.name, stat.read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(rest[1]) == os.getpid():
            found.append(int(pid))
    return found


if __name__ == "__main__":
    unittest.main()
