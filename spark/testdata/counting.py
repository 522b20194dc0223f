"""A job that counts words, by the flow of job.py and stages that stand in for the true ones."""

import json
import sys

import job
import shuffled

STEPS = (
    job.Step("words", (("lines", b""),), sorted=False),
    job.Step("counts", (("words", b""),)),
    job.Step("some", (("words", b"ab\xc3"), ("words", b"c")), stage="counts", flags=(("--all", "counts"),)),
)

_, program, partitions, to, log, *paths = sys.argv
spark = job.session(shuffled.settings(log))
job.send_program(spark.sparkContext, program)
flow = job.Flow(spark, STEPS, [], int(partitions))
flow.give("lines", job.lines_of(spark, paths))
for step in ("counts", "some"):
    rows = flow.of(step).selectExpr("concat(cast(substring(v, 2) as string), ' ', o) AS value")
    rows.sort("value").write.text(f"{to}/{step}")
spark.stop()
print(json.dumps({"cost": flow.cost.value, "shuffled": shuffled.of(log)}))
