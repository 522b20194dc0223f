"""What the stages of a run cost, of the log of events that Spark keeps."""

import collections
import json
import pathlib
import re
from typing import Any

# Metrics of the nodes of a plan, and what they are called here.
METRICS = {
    ("Exchange", "shuffle bytes written"): "shuffled_bytes",
    ("Exchange", "shuffle records written"): "shuffled_rows",
    ("Sort", "spill size"): "spilled_bytes",
}
ANSWERS = "answers"  # what brings them into order


def settings(folder: str) -> dict[str, str]:
    """Return the settings under which Spark keeps a log in a folder."""
    return {
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": pathlib.Path(folder).absolute().as_uri(),
        "spark.eventLog.compress": "false",
        "spark.eventLog.rolling.enabled": "false",
    }


def owners(node: dict[str, Any], stage: str, found: dict[int, tuple[str, str]]) -> None:
    """Note whose each metric of a plan is: the stage that the rows go to."""
    if called := re.match(r"MapInArrow (\w[\w-]*)\(", node["simpleString"]):
        stage = called.group(1)
    for metric in node["metrics"]:
        if name := METRICS.get((node["nodeName"], metric["name"])):
            found.setdefault(metric["accumulatorId"], (stage, name))  # what is kept is in later plans, too
    for child in node["children"]:
        owners(child, stage, found)


def of(folder: str) -> dict[str, dict[str, int]]:
    """Return the figures of each stage of the one run whose log is in a folder."""
    found: dict[int, tuple[str, str]] = {}
    sums: collections.Counter[int] = collections.Counter()
    (log,) = pathlib.Path(folder).iterdir()
    with log.open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            if "sparkPlanInfo" in event:
                owners(event["sparkPlanInfo"], ANSWERS, found)
            elif event["Event"] == "SparkListenerTaskEnd":
                for one in event["Task Info"]["Accumulables"]:
                    if str(one.get("Update", "")).isdecimal():
                        sums[one["ID"]] += int(one["Update"])
    figures: dict[str, dict[str, int]] = {}
    for number, (stage, name) in found.items():
        known = figures.setdefault(stage, dict.fromkeys(METRICS.values(), 0))
        known[name] += sums[number]
    return figures


def join(cost: dict[str, dict[str, float]], of_spark: dict[str, dict[str, int]]) -> dict[str, dict[str, float]]:
    """Return the figures of stages, of their processes and of Spark, and their sums."""
    stages = {stage: {**cost.get(stage, {}), **of_spark.get(stage, {})} for stage in [*cost, *(of_spark.keys() - cost)]}
    total: dict[str, float] = {}
    for figures in stages.values():
        for name, figure in figures.items():
            total[name] = max(total.get(name, 0), figure) if name == "peak_bytes" else total.get(name, 0) + figure
    return {**stages, "total": total}
