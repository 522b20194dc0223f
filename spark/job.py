#!/usr/bin/env python3
"""Cluster a collection on Apache Spark: spark-submit job.py --help

Spark sorts and carries rows, and the program reprint does all else. The only thing that
is done with rows is: bring those of one key k together, sort them by k, o and v, and pipe
each partition through one process "reprint stage NAME". Rows are (k, o, v); the first
byte of v is their kind.
"""

import argparse
import bisect
import collections
import contextlib
import dataclasses
import functools
import json
import os
import shlex
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator

import pyarrow as pa
from pyspark import SparkContext, SparkFiles, StorageLevel, TaskContext
from pyspark.accumulators import Accumulator, AccumulatorParam
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import BinaryType, LongType, StructField, StructType

import shuffled

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


def through(stage: str, arguments: list[str], facts: list[str], cost: Accumulator[Cost]) -> Callable[[Iterable[pa.RecordBatch]], Batches]:
    """Return a function that pipes batches through a process of a stage.

    facts are the names of files that the process reads; all machines have them.
    """

    def run(batches: Iterable[pa.RecordBatch]) -> Batches:
        command = [SparkFiles.get("reprint"), "stage", stage, *arguments]
        for name in facts:
            command += ["--facts", SparkFiles.get(name)]
        figures = {"rows_in": 0.0, "bytes_in": 0.0, "rows_out": 0.0, "bytes_out": 0.0}
        trouble: list[BaseException] = []
        with tempfile.TemporaryFile() as messages:
            process = subprocess.Popen(command, bufsize=1 << 20, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=messages)
            to, back = process.stdin, process.stdout
            assert to and back

            def feed() -> None:
                try:
                    writer = pa.ipc.new_stream(to, SCHEMA)
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
                        to.close()

            feeder = threading.Thread(target=feed, daemon=True)
            feeder.start()
            done = False
            try:
                try:
                    for batch in pa.ipc.open_stream(back):
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
                back.close()
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


def chosen(pipe: Callable[[Iterable[pa.RecordBatch]], Batches]) -> Callable[[Iterable[pa.RecordBatch]], Batches]:
    """Return a function that leaves of batches the rows whose numbers the process of a stage writes.

    The first column of a batch is what is left, the others are what the process reads. Behind
    what is left stand the key and the value that the process has written.
    """

    def run(batches: Iterable[pa.RecordBatch]) -> Batches:
        waiting: collections.deque[pa.Array] = collections.deque()
        begin = 0  # the number of the first row that waits

        def rows() -> Batches:
            for batch in batches:
                waiting.append(batch.column(0))
                yield pa.RecordBatch.from_arrays(batch.columns[1:], schema=SCHEMA)

        for found in pipe(rows()):
            numbers, at = found.column(1).to_pylist(), 0
            while at < len(numbers):
                own = waiting[0]
                end = bisect.bisect_left(numbers, begin + len(own), at)
                if end > at:
                    left = own.take(pa.array([number - begin for number in numbers[at:end]], pa.int64()))
                    keys, values = (found.column(i).slice(at, end - at) for i in (0, 2))
                    yield pa.RecordBatch.from_arrays([left, keys, values], ["own", "k", "v"])
                if (at := end) < len(numbers):
                    begin += len(waiting.popleft())

    run.__name__ = pipe.__name__
    return run


Reads = tuple[tuple[str, str], ...]  # steps, and the kinds of their rows: each letter is one


@dataclasses.dataclass(frozen=True)
class Step:
    """A stage of that name over rows of other steps."""

    name: str
    reads: Reads
    facts: Reads = ()  # of steps before, which each process of it has as a whole
    sorted: bool = True  # else the rows are piped where and as they are


@dataclasses.dataclass(frozen=True)
class Rounds:
    """Steps that read what the last one of them has written, again until its rows stay the same."""

    name: str
    reads: Reads
    steps: tuple[Step, ...]  # in the order of a round
    watched: str  # the kind of rows that stay the same


@dataclasses.dataclass(frozen=True)
class Answer:
    """What the job writes: rows of a step, whose values are lines of JSON behind their kind."""

    name: str
    about: str
    read: tuple[str, str]
    schema: str  # of Spark, for Parquet


# Package batch (cluster/batch/job.go) says what the stages do, and what the letters mean.
TEXTS, SKETCHES = ("read", "d"), ("read", "S")
ABOUT = ("tell", "A")
BRIEFS, MARKS = ("keys", "b"), ("marks", "M")
LATEST, GONE, LEARNED = ("keys", "y"), ("keep", "g"), ("learn", "L")
STEPS: tuple[Step | Rounds, ...] = (
    Step("read", (("input", ""),), sorted=False),
    Step("sketches", (TEXTS,), sorted=False),
    Step("keys", (TEXTS, SKETCHES)),
    Step("fresh", (("keys", "p"),)),
    Step("freshness", (BRIEFS, ("fresh", "fh"))),
    Step("meet", (("freshness", "P"),)),
    Step("marks", (("meet", "m"),)),
    Step("weigh", (BRIEFS, MARKS, ("fresh", "u"), ("meet", "u"))),
    Step("candidates", (BRIEFS, MARKS, ("weigh", "c"))),
    Step("groups", (("candidates", "la"),)),
    Step("send", (TEXTS, MARKS, ("groups", "r"))),
    Step("compare", (("send", "t"), ("groups", "k"))),
    Step("edges", (("compare", "e"),), sorted=False),
    Rounds("components", (("edges", "sz"),), (Step("large", ()), Step("small", ())), "s"),
    Step("tell", (("input", ""),), sorted=False),
    Step("gather", (TEXTS, MARKS, ("compare", "e"), ("components", "sz"), ABOUT)),
    Step("cluster", (("gather", "DE"),)),
    Step("pairs", (("gather", "DE"),)),
    Step("lines", (("pairs", "q"),), sorted=False),
    Step("keep", (("gather", "DE"),)),
    Step("clean", (("input", ""),), (LATEST, GONE), sorted=False),
    Step("teach", (("gather", "DE"),)),
    Step("learn", (("teach", "K"),)),
    Step("judge", (("gather", "DE"),), (LEARNED,)),
    Step("origins", (("judge", "j"),), sorted=False),
)
ANSWERS = (
    Answer(
        "clusters",
        "where each document stands, as reprint cluster prints it",
        ("cluster", "o"),
        "id string, cluster string, size bigint, relation string, of string, jaccard double, containment double, "
        "std_err double, site string, published timestamp, title string, url string",
    ),
    Answer(
        "pairs",
        "which documents match, as reprint pairs prints it",
        ("lines", "q"),
        "a string, b string, relation string, jaccard double, containment_a double, containment_b double, exact boolean, std_err double",
    ),
    Answer(
        "dropped",
        "what --cleaned leaves out, and why, as reprint dedup writes it",
        ("keep", "F"),
        "id string, kept string, relation string, of string, jaccard double, containment double, "
        "site string, published timestamp, title string, url string",
    ),
    Answer(
        "origins",
        "where the articles of clusters come from, as reprint origin prints it",
        ("origins", "j"),
        "cluster string, size bigint, origin string, confidence double, likeliest string, independent bigint, first string, "
        "first_confidence double, sources array<struct<member: string, from: string, confidence: double>>, "
        "evidence array<struct<member: string, source: string, rule: string, weight: double, contradicts: boolean, "
        "start: bigint, end: bigint, byline: boolean>>",
    ),
)


@dataclasses.dataclass(frozen=True)
class Source:
    """Files that the job reads."""

    rows: DataFrame  # as they are
    value: Column  # what a process reads of a row
    form: str  # text or parquet


class Flow:
    """The rows of steps. Each is made when an answer needs it."""

    def __init__(self, spark: SparkSession, steps: tuple[Step | Rounds, ...], arguments: list[str], partitions: int, folder: str):
        self.spark, self.arguments, self.partitions, self.folder = spark, arguments, partitions, folder
        self.steps = {step.name: step for step in steps}
        self.cost: Accumulator[Cost] = spark.sparkContext.accumulator({}, CostParam())
        readers = [name for step in steps for name, _ in (*step.reads, *(step.facts if isinstance(step, Step) else ()))]
        # What is read twice is kept. So is an answer, whose order Spark finds by reading it once more.
        self.kept = {name for name in readers if readers.count(name) > 1} | {answer.read[0] for answer in ANSWERS}
        if SKETCHES not in (read for step in steps for read in step.reads):
            self.kept.discard(TEXTS[0])  # kept by texts, sorted
        reads = [step.reads for step in steps]
        self.sorted_twice = {read for read in reads if reads.count(read) > 1}
        self.rows: dict[str, DataFrame] = {}
        self.sorted: dict[Reads, DataFrame] = {}
        self.sorted_texts: DataFrame | None = None
        self.files: dict[tuple[str, str], str] = {}
        self.facts: dict[tuple[str, str], int] = {}  # how many there are

    def of(self, name: str, kinds: str) -> DataFrame:
        """Return the rows of a step that are of some kinds."""
        if name not in self.rows:
            step = self.steps[name]
            if isinstance(step, Rounds):
                self.rows[name] = self.settle(step)
            else:
                rows = self.pipe(step, self.by_key(step.reads) if step.sorted else self.union(step.reads))
                self.rows[name] = rows.persist(StorageLevel.DISK_ONLY) if name in self.kept else rows
        return self.rows[name].where(is_of(kinds)) if kinds else self.rows[name]

    def version(self) -> str:
        """Return what the rows of documents depend on, as the program says it."""
        zero = F.lit(0).cast("bigint")
        one = self.spark.range(0, 1, 1, 1).select(zero.alias("k"), zero.alias("o"), F.lit("").cast("binary").alias("v"))
        (found,) = self.pipe(Step("version", (), sorted=False), one).collect()
        return bytes(found["v"][1:]).decode()

    def save(self, folder: str) -> None:
        """Write the rows of documents to a folder, for later jobs."""
        step = self.steps["sketches"]
        read = self.steps["read"]
        assert isinstance(step, Step)
        assert isinstance(read, Step)
        rows = self.rows["read"] = self.pipe(step, self.pipe(read, self.union(read.reads))).persist(StorageLevel.DISK_ONLY)
        rows = rows.withColumn("version", F.lit(self.version()))
        rows.write.option("compression", "zstd").parquet(folder)

    def take(self, folders: list[str]) -> None:
        """Take the rows of folders that earlier jobs have written, beside those that are read."""
        wanted = self.version()
        rows = self.of("read", "")
        for folder in folders:
            saved = saved_rows(self.spark, folder)
            for (version,) in saved.select("version").distinct().collect():
                if version != wanted:
                    raise SystemExit(f"--saved-rows {folder}: its rows are of {version}, and those of this program with these flags of {wanted}: read the documents again")
            rows = rows.unionAll(saved.drop("version"))
        self.rows["read"] = rows

    def union(self, reads: Reads) -> DataFrame:
        return functools.reduce(DataFrame.unionAll, (self.of(*read) for read in reads))

    def by_key(self, reads: Reads) -> DataFrame:
        """Return rows in partitions by their keys, sorted there."""
        if reads not in self.sorted:
            others = tuple(read for read in reads if read != TEXTS)
            if others == reads:
                rows = self.sort(self.union(reads))
                self.sorted[reads] = rows.persist(StorageLevel.DISK_ONLY) if reads in self.sorted_twice else rows
            elif others:
                self.sorted[reads] = self.beside_texts(self.sort(self.union(others)))
            else:
                self.sorted[reads] = self.texts()
        return self.sorted[reads]

    def texts(self) -> DataFrame:
        """Return the texts as by_key does. They are most bytes of all, and are moved once."""
        if self.sorted_texts is None:
            self.sorted_texts = self.sort(self.of(*TEXTS)).persist(StorageLevel.DISK_ONLY)
        return self.sorted_texts

    def beside_texts(self, others: DataFrame) -> DataFrame:
        """Return texts and other sorted rows, merged where they are.

        No text is equal to another row. So a full join by all columns, which Spark does by merging
        sorted rows, finds each row once, in order.
        """
        return others.hint("merge").join(self.texts(), ["k", "o", "v"], "full")

    def sort(self, rows: DataFrame) -> DataFrame:
        return rows.repartition(self.partitions, "k").sortWithinPartitions("k", "o", "v")

    def pipe(self, step: Step, rows: DataFrame) -> DataFrame:
        """Return what a step makes of rows."""
        facts = [self.file(read) for read in step.facts]
        return rows.mapInArrow(through(step.name, self.arguments, facts, self.cost), SCHEMA_OF_SPARK)

    def cleaned(self, sources: list[Source]) -> DataFrame:
        """Return the rows of the sources that are kept, as they are. Their columns are the same."""
        step = self.steps["clean"]
        assert isinstance(step, Step)
        rows = functools.reduce(DataFrame.unionAll, (rows_of(source, F.struct("*").alias("own")) for source in sources))
        schema = StructType([rows.schema["own"], StructField("k", LongType()), StructField("v", BinaryType())])
        facts = [self.file(read) for read in step.facts]
        found = rows.mapInArrow(chosen(through(step.name, self.arguments, facts, self.cost)), schema)
        if not self.facts[LATEST]:
            return found.select("own.*")
        # Of those that may be the same document again the one with the greatest value is kept.
        again = F.length("v") > 1
        best = F.max_by("own", F.struct("v", F.to_json("own"))).alias("own")
        return found.where(~again).select("own.*").unionAll(found.where(again).groupBy("k").agg(best).select("own.*"))

    def settle(self, rounds: Rounds) -> DataFrame:
        """Return the rows of the round after which they stay the same."""
        rows = self.union(rounds.reads)
        before: DataFrame | None = None
        known = None
        while True:
            for step in rounds.steps:
                rows = self.pipe(step, self.sort(rows))
            rows.persist(StorageLevel.DISK_ONLY)
            found = rows.where(is_of(rounds.watched)).select("k", "v").distinct()
            now = found.agg(F.count("*"), F.bit_xor(F.xxhash64("k", "v"))).first()
            if before is not None:
                before.unpersist()
            if now == known:
                return rows
            before, known = rows, now

    def file(self, read: tuple[str, str]) -> str:
        """Return the name of a file with rows, which is on all machines."""
        if read not in self.files:
            name = self.files[read] = "-".join(read) + ".arrow"
            path = os.path.join(self.folder, name)
            facts = self.of(*read).toArrow().cast(SCHEMA)
            self.facts[read] = facts.num_rows
            with pa.OSFile(path, "wb") as to, pa.ipc.new_stream(to, SCHEMA) as writer:
                # In order they are read quickly.
                writer.write_table(facts.sort_by("k"), max_chunksize=1 << 16)
            self.spark.sparkContext.addFile(path)
        return self.files[read]


def is_of(kinds: str) -> Column:
    """Return whether a row is of one of some kinds."""
    return F.substring("v", 1, 1).isin([bytearray(kind, "ascii") for kind in kinds])


def without(step: Step | Rounds, rows: tuple[str, str]) -> Step | Rounds:
    """Return a step that does not read some rows."""
    return dataclasses.replace(step, reads=tuple(read for read in step.reads if read != rows))


def session(settings: dict[str, str]) -> SparkSession:
    """Return a session of Spark in which the job's rows are what they have to be."""
    builder = SparkSession.builder.appName("reprint")
    for name, value in {
        # Partitions are those that the job asks for, and no keys are moved about.
        "spark.sql.adaptive.enabled": "false",
        # Rows that are partitioned by k are merged by all columns without being moved.
        "spark.sql.requireAllClusterKeysForCoPartition": "false",
        "spark.io.compression.codec": "zstd",
        "spark.io.compression.zstd.level": "4",
        # A batch of rows is a message, which has to be whole in memory.
        "spark.sql.execution.arrow.maxRecordsPerBatch": "10000",
        "spark.sql.execution.arrow.maxBytesPerBatch": str(4 << 20),
        "spark.sql.execution.arrow.useLargeVarTypes": "false",
        **settings,
    }.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def sources(spark: SparkSession, paths: list[str]) -> list[Source]:
    """Return files that have lines of JSON or are Parquet.

    Their values are the place of the document, a zero byte and the document in JSON. The
    places of lines that Spark reads in one piece are equal, and end with a colon.
    """
    all_sources = []
    path, begin = F.col("_metadata.file_path"), F.col("_metadata.file_block_start")
    for given in paths:
        if given.rstrip("/").endswith(".parquet"):
            found, json_of, form = spark.read.parquet(given), F.to_json(F.struct("*")), "parquet"
            place = F.concat(path, F.lit(", row "), F.col("_metadata.row_index") + 1)
        else:
            found, json_of, form = spark.read.text(given, lineSep="\n"), F.col("value"), "text"
            place = F.when(begin == 0, F.concat(path, F.lit(":"))).otherwise(F.concat(path, F.lit(", after byte "), begin, F.lit(":")))
        all_sources.append(Source(found, F.concat(place, F.lit("\0"), json_of).cast("binary"), form))
    return all_sources


def rows_of(source: Source, *more: Column) -> DataFrame:
    """Return rows of the documents of a source, behind more columns."""
    zero = F.lit(0).cast("bigint")
    return source.rows.select(*more, zero.alias("k"), zero.alias("o"), source.value.alias("v"))


def saved_rows(spark: SparkSession, folder: str) -> DataFrame:
    """Return what a job has saved, with its version."""
    jvm, settings = spark.sparkContext._jvm, spark.sparkContext._jsc.hadoopConfiguration()
    assert jvm
    whole = jvm.org.apache.hadoop.fs.Path(folder, "_SUCCESS")
    if not whole.getFileSystem(settings).exists(whole):
        raise SystemExit(f"--saved-rows {folder}: it is no folder that a job has written with --save-rows to its end")
    rows = spark.read.parquet(folder)
    if sorted(rows.dtypes) != sorted([("k", "bigint"), ("o", "bigint"), ("v", "binary"), ("version", "string")]):
        raise SystemExit(f"--saved-rows {folder}: it has other columns than --save-rows writes: {', '.join(rows.columns)}")
    return rows.select("k", "o", "v", "version")


def write(rows: DataFrame, answer: Answer, form: str, path: str) -> None:
    """Write an answer in the order of its lines."""
    ordered = rows.select(F.expr("CAST(substring(v, 2) AS STRING)").alias("value")).sort("value")
    if form == "parquet":
        ordered.select(F.from_json("value", answer.schema).alias("line")).select("line.*").write.parquet(path)
    else:
        ordered.write.text(path)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="job.py", description="Cluster a collection on Apache Spark.")
    parser.add_argument("--reprint", default="reprint", metavar="FILE", help="the program, for the machines of the cluster (default: ./reprint)")
    parser.add_argument("--partitions", type=int, default=0, metavar="N", help="parts of the rows of each stage (default: four for each core)")
    parser.add_argument("--format", choices=("jsonl", "parquet"), default="jsonl", help="of the answers (default: jsonl)")
    parser.add_argument("--flags", default="", metavar="FLAGS", help='flags for the stages, in quotes: "--preset noisy"')
    parser.add_argument("--save-rows", metavar="FOLDER", help="folder for what was read of the inputs, for later jobs")
    parser.add_argument("--saved-rows", metavar="FOLDER", action="append", default=[], help="folder of --save-rows of an earlier job: its documents count beside the inputs; several are named one by one")
    parser.add_argument("--stats", metavar="FILE", help="file for what each stage cost, in JSON")
    for answer in ANSWERS:
        parser.add_argument(f"--{answer.name}", metavar="FOLDER", help=answer.about)
    parser.add_argument("--cleaned", metavar="FOLDER", help="the input without what --dropped names: its own lines, or rows, as they are")
    parser.add_argument("inputs", nargs="*", metavar="INPUT", help="file or folder of JSON lines, or of Parquet if its name ends in .parquet")
    given = parser.parse_args(arguments)
    wanted = {answer: path for answer in ANSWERS if (path := getattr(given, answer.name))}
    if not wanted and not given.cleaned and not given.save_rows:
        parser.error("no answer is asked for: " + ", ".join(f"--{answer.name}" for answer in ANSWERS) + ", --cleaned or --save-rows")
    if not given.inputs and not given.saved_rows:
        parser.error("no input is given")
    if given.saved_rows and (given.cleaned or given.origins):
        parser.error("--cleaned and --origins read the documents again, and are not for --saved-rows: give all documents as inputs")
    if os.path.basename(given.reprint) != "reprint" or not os.path.isfile(given.reprint):
        parser.error(f"--reprint: {given.reprint} is no file of the name reprint")

    with tempfile.TemporaryDirectory(prefix="reprint-") as folder:
        run(given, wanted, folder)


def run(given: argparse.Namespace, wanted: dict[Answer, str], folder: str) -> None:
    """Write the answers that are wanted. The folder is empty, and for as long as that takes."""
    log = os.path.join(folder, "events")
    if given.stats:
        os.mkdir(log)
    spark = session(shuffled.settings(log) if given.stats else {})
    spark.sparkContext.addFile(given.reprint)
    partitions = given.partitions or 4 * spark.sparkContext.defaultParallelism
    spark.conf.set("spark.sql.shuffle.partitions", str(partitions))
    steps = STEPS
    if not any(answer.name == "origins" for answer in wanted):
        steps = tuple(without(step, ABOUT) for step in steps)
    if not given.save_rows and not given.saved_rows:
        steps = tuple(without(step, SKETCHES) for step in steps)
    flow = Flow(spark, steps, shlex.split(given.flags), partitions, folder)
    inputs = sources(spark, given.inputs)
    if given.cleaned and any(one.rows.schema != inputs[0].rows.schema for one in inputs):
        raise ValueError("--cleaned: files with other columns, or JSON lines beside Parquet, cannot be written as one: clean one kind at a time")
    nothing = spark.createDataFrame([], SCHEMA_OF_SPARK).coalesce(1)
    flow.rows["input"] = functools.reduce(DataFrame.unionAll, map(rows_of, inputs)) if inputs else nothing
    if given.save_rows:
        flow.save(given.save_rows)
    if given.saved_rows:
        flow.take(given.saved_rows)
    for answer, path in wanted.items():
        write(flow.of(*answer.read), answer, given.format, path)
    if given.cleaned:
        flow.cleaned(inputs).write.format(inputs[0].form).save(given.cleaned)
    spark.stop()
    if given.stats:
        with open(given.stats, "w", encoding="utf-8") as to:
            json.dump(shuffled.join(flow.cost.value, shuffled.of(log)), to, indent=1)


if __name__ == "__main__":
    main(sys.argv[1:])
