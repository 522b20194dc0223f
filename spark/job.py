#!/usr/bin/env python3
"""Cluster a collection on Apache Spark: spark-submit job.py --help

Spark sorts and carries rows, and the program reprint does all else. The only thing that
is done with rows is: bring those of one key k together, sort them by k, o and v, and pipe
each partition through one process "reprint stage NAME". Rows are (k, o, v); the first
byte of v is their kind.
"""

import argparse
import contextlib
import dataclasses
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator

import pyarrow as pa
from pyspark import SparkContext, SparkFiles, StorageLevel, TaskContext
from pyspark.accumulators import Accumulator, AccumulatorParam
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

SCHEMA = pa.schema([("k", pa.int64()), ("o", pa.int64()), ("v", pa.binary())])
SCHEMA_OF_SPARK = "k bigint, o bigint, v binary"
Batches = Iterator[pa.RecordBatch]

# Of the messages of a process that failed, the end is kept.
LONGEST_MESSAGE = 4096

# What it costs the processes of a stage: figures of each process are added up, and of
# peak_bytes the largest is kept.
Cost = dict[str, dict[str, float]]


class CostParam(AccumulatorParam[Cost]):
    def zero(self, value: Cost) -> Cost:
        return {}

    def addInPlace(self, value1: Cost, value2: Cost) -> Cost:
        for stage, figures in value2.items():
            known = value1.setdefault(stage, {})
            for name, figure in figures.items():
                known[name] = max(known.get(name, 0), figure) if name == "peak_bytes" else known.get(name, 0) + figure
        return value1


def through(stage: str, arguments: list[str], files: dict[str, str], cost: Accumulator[Cost]) -> Callable[[Batches], Batches]:
    """Return a function that pipes batches through a process of a stage.

    files are flags whose values are names of files that came with addFile.
    """

    def run(batches: Batches) -> Batches:
        command = [SparkFiles.get("reprint"), "stage", stage, *arguments]
        for flag, name in files.items():
            command += [flag, SparkFiles.get(name)]
        figures = {"rows_in": 0.0, "bytes_in": 0.0, "rows_out": 0.0, "bytes_out": 0.0}
        trouble: list[BaseException] = []
        with tempfile.TemporaryFile() as messages:
            process = subprocess.Popen(command, bufsize=1 << 20, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=messages)
            assert process.stdin and process.stdout

            def feed() -> None:
                try:
                    writer = pa.ipc.new_stream(process.stdin, SCHEMA)
                    for batch in batches:
                        figures["rows_in"] += batch.num_rows
                        figures["bytes_in"] += batch.nbytes
                        writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=SCHEMA))
                    writer.close()  # with the mark of the end, without which the process takes the rows for cut
                except BrokenPipeError:
                    pass  # the process ended, and says why
                except BaseException as e:
                    trouble.append(e)
                    process.kill()
                finally:
                    with contextlib.suppress(OSError):
                        process.stdin.close()

            feeder = threading.Thread(target=feed, daemon=True)
            feeder.start()
            done = False
            try:
                try:
                    for batch in pa.ipc.open_stream(process.stdout):
                        figures["rows_out"] += batch.num_rows
                        figures["bytes_out"] += batch.nbytes
                        yield batch
                except (pa.ArrowInvalid, OSError) as e:
                    trouble.append(e)  # of a stream that was cut: its process says why
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
                feeder.join()
                done = True
            finally:
                if not done:  # the task was cancelled
                    process.kill()
                    process.wait()
                process.stdout.close()
            if process.returncode > 0 or process.returncode < 0 and not trouble:
                messages.seek(max(0, messages.seek(0, os.SEEK_END) - LONGEST_MESSAGE))
                said = messages.read().decode(errors="replace").strip()
                task = TaskContext.get()
                place = f"partition {task.partitionId()}" if task else "no partition"
                raise RuntimeError(f"reprint stage {stage}, {place}: exit status {process.returncode}: {said}")
            if trouble:
                raise trouble[0]
            figures["cpu_seconds"] = usage.ru_utime + usage.ru_stime
            figures["peak_bytes"] = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
            cost.add({stage: figures})

    run.__name__ = stage  # by which plans of Spark call it
    return run


@dataclasses.dataclass(frozen=True)
class Step:
    """A stage over rows of other steps."""

    name: str
    reads: tuple[tuple[str, bytes], ...]  # steps, and the kinds of their rows: each byte is one
    stage: str = ""  # if it is not called as the step
    sorted: bool = True  # else the rows are piped where and as they are
    flags: tuple[tuple[str, str], ...] = ()  # flags, and the steps whose rows are in the files that these name


class Flow:
    """The rows of steps. Each is made when an answer needs it."""

    def __init__(self, spark: SparkSession, steps: tuple[Step, ...], arguments: list[str], partitions: int):
        self.spark, self.arguments, self.partitions = spark, arguments, partitions
        self.steps = {step.name: step for step in steps}
        self.cost: Accumulator[Cost] = spark.sparkContext.accumulator({}, CostParam())
        readers = [name for step in steps for name, _ in step.reads]
        self.shared = {name for name in readers if readers.count(name) > 1}
        self.rows: dict[str, DataFrame] = {}
        self.files: dict[str, str] = {}

    def give(self, name: str, rows: DataFrame) -> None:
        """Give the rows of a step, which is then not run."""
        self.rows[name] = rows

    def of(self, name: str, kinds: bytes = b"") -> DataFrame:
        """Return the rows of a step, of all kinds or of some."""
        if name not in self.rows:
            step = self.steps[name]
            rows = self.of(*step.reads[0])
            for read in step.reads[1:]:
                rows = rows.unionAll(self.of(*read))
            self.rows[name] = self.run(step, rows)
            if name in self.shared:
                self.rows[name].persist(StorageLevel.DISK_ONLY)
        rows = self.rows[name]
        if kinds:
            rows = rows.where(F.substring("v", 1, 1).isin([bytearray([kind]) for kind in kinds]))
        return rows

    def run(self, step: Step, rows: DataFrame) -> DataFrame:
        """Return what a step makes of rows."""
        files = {flag: self.file(name) for flag, name in step.flags}
        if step.sorted:
            rows = rows.repartition(self.partitions, "k").sortWithinPartitions("k", "o", "v")
        stage = step.stage or step.name
        return rows.mapInArrow(through(stage, self.arguments, files, self.cost), SCHEMA_OF_SPARK)

    def file(self, name: str) -> str:
        """Return the name of a file with the rows of a step, in their order, which every task has."""
        if name not in self.files:
            table = self.of(name).toArrow().cast(SCHEMA).sort_by([("k", "ascending"), ("o", "ascending"), ("v", "ascending")])
            self.files[name] = f"{name}.arrow"
            path = os.path.join(tempfile.mkdtemp(prefix="reprint-"), self.files[name])
            with pa.OSFile(path, "wb") as to, pa.ipc.new_stream(to, SCHEMA) as writer:
                writer.write_table(table)
            self.spark.sparkContext.addFile(path)
        return self.files[name]


def session(settings: dict[str, str]) -> SparkSession:
    """Return a session of Spark in which the job's rows are what they have to be."""
    builder = SparkSession.builder.appName("reprint")
    for name, value in {
        # Partitions are those that the job asks for, and no keys are moved about.
        "spark.sql.adaptive.enabled": "false",
        "spark.io.compression.codec": "zstd",
        # A batch of rows is a message, which has to be whole in memory.
        "spark.sql.execution.arrow.maxRecordsPerBatch": "10000",
        "spark.sql.execution.arrow.maxBytesPerBatch": str(4 << 20),
        "spark.sql.execution.arrow.useLargeVarTypes": "false",
        **settings,
    }.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def send_program(context: SparkContext, path: str) -> None:
    """Give the program to every task."""
    if os.path.basename(path) != "reprint":
        raise SystemExit(f"job: --reprint is {path}, want a file of the name reprint")
    context.addFile(path)


def lines_of(spark: SparkSession, paths: list[str]) -> DataFrame:
    """Return rows of JSON of files that have lines of it or are Parquet.

    Their values are the name of the file, a zero byte and the JSON. o is the row of a file
    of Parquet, and 0 of others; then k is the byte from which Spark reads the lines.
    """
    lines: DataFrame | None = None
    zero = F.lit(0).cast("bigint")
    for path in paths:
        if path.rstrip("/").endswith(".parquet"):
            found, json = spark.read.parquet(path), F.to_json(F.struct("*"))
            k, o = zero, F.col("_metadata.row_index") + 1
        else:
            found, json = spark.read.text(path), F.col("value")
            k, o = F.col("_metadata.file_block_start"), zero
        value = F.concat(F.col("_metadata.file_path"), F.lit("\0"), json).cast("binary")
        found = found.select(k.alias("k"), o.alias("o"), value.alias("v"))
        lines = found if lines is None else lines.unionAll(found)
    assert lines is not None
    return lines
