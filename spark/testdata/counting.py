"""A job that counts words, with stages that stand in for the true ones."""

import sys

import job

STEPS = (
    job.Step("words", (("lines", b""),), sorted=False),
    job.Step("counts", (("words", b""),)),
    job.Step("some", (("words", b"ab\xc3"), ("words", b"c")), stage="counts", flags=(("--all", "counts"),)),
    job.Rounds("shortest", (("counts", b""),), (job.Step("cut"),), b"!"),
    job.Step("shapes", (("shortest", b""),), stage="counts"),
)
ANSWERS = (
    job.Answer("counts", "counts", b"", "word string, n bigint", "words and how often they are there"),
    job.Answer("some", "some", b"ab\xc3", "word string, n bigint", "those of some letters"),
    job.Answer("shapes", "shapes", b"", "word string, n bigint", "first letters and how many words there are of each"),
)

job.main(sys.argv[1:], STEPS, ANSWERS)
