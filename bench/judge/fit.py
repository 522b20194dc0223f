"""Fits the weights of the judge of package passage. See README.md.

  python3 fit.py DATA         prints how often the judge is right, fitted and cross-validated
  python3 fit.py DATA --write stores the weights in passage/weights.go, too

DATA is the folder that REPRINT_DATA names. Needs numpy, scikit-learn and dateutil.
"""
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

import numpy as np
from dateutil import parser
from sklearn.linear_model import LogisticRegression

import made

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
MADE = .03  # what a made pair weighs, a read one weighing 1
C = 1.      # inverse strength of the ridge penalty, on features of variance 1
# Kinds that few read pairs show weigh more where they decide, by question.
MORE = ({"made-update": 6}, {"made-form": 2, "made-block": 4})
EITHER = .1   # what a pair weighs of which a reader accepts both answers

# Sets of one collection are left out together.
COLLECTION = {"helsinki2018": "news_en", "saudinewsnet": "news_ar_aug", "grimmer_senate": "senate_rest"}

ONE_ARTICLE = {
    "Stretch": "a long piece that the other text lacks",
    "Most": "most of one or much of both agrees",
    "Beyond": "how much more than most",
    "Form": "a site fills in its own forms",
    "Filled": "other names and numbers in every place, and nothing else",
    "Plain": "other words in place: an editor, or noise",
    "Quoted": "what agrees is quotation amid own text",
    "Framed": "they begin and end alike, around other text",
    "Before": "both begin with text of their own",
    "Words": "how much agrees",
    "Between": "agreement comes back after own text",
    "Titles": "their titles have other words",
    "LateForm": "published days apart, as short forms are",
    "Soon": "published within a day and a half",
}
REUSED = {
    "Passage": "a passage that is long enough",
    "Running": "what agrees is running text, no list",
    "Facts": "other names and numbers: a form",
    "Framed": "they begin and end alike, around other text",
    "Plain": "other words in place: an editor",
    "After": "both end with text of their own",
    "Tail": "the end agrees: what stands below every article",
    "Site": "a site repeats its own text",
    "Quoted": "what agrees is quotation amid own text",
    "Late": "published days apart: a form, no loan",
}


def klass(relation):
    return 0 if relation in ("same", "copy", "excerpt", "revision") else 1 if relation == "derived" else 2


def side(d):
    when = d.get("published") or d.get("date")
    out = {"Text": d["text"], "Title": d.get("title") or "", "URL": d.get("url") or "", "Site": d.get("site") or d.get("source") or ""}
    if when:
        t = parser.parse(str(when))
        out["Published"] = t.isoformat() + ("" if t.tzinfo else "Z")
    return out


def load(data):
    """The labelled pairs with their features."""
    pairs = []
    for name in ("judged-pairs", "read-pairs"):
        with gzip.open(os.path.join(data, name + ".jsonl.gz"), "rt") as f:
            pairs += [dict(p, file=name) for p in map(json.loads, f) if p["relation"]]
    pairs += [dict(p, file="made") for p in made.pairs(data)]
    with tempfile.TemporaryDirectory() as tmp:
        files = {"REPRINT_PAIRS": os.path.join(tmp, "pairs"), "REPRINT_FEATURES": os.path.join(tmp, "features")}
        with open(files["REPRINT_PAIRS"], "w") as f:
            for p in pairs:
                f.write(json.dumps({"A": side(p["a"]), "B": side(p["b"])}) + "\n")
        subprocess.run(["go", "test", "-count=1", "-run", "^TestWriteFeatures$", "./passage"],
                       cwd=ROOT, env=os.environ | files, check=True, stdout=subprocess.DEVNULL)
        with open(files["REPRINT_FEATURES"]) as f:
            found = [json.loads(line) for line in f]
    names = feature_names()
    for p, g in zip(pairs, found, strict=True):
        p["f"] = dict(zip(names, g["Features"], strict=True))
        p["e"], p["alike"] = g["Evidence"], g["Alike"]
        p["accepted"] = [p["relation"], *p.get("alt", [])]
        p["classes"] = sorted(set(map(klass, p["accepted"])))
        p["group"] = COLLECTION.get(p["set"], p["set"])
        p["kind"] = {"judged-pairs": "judged", "made": p["set"]}.get(p["file"]) or ("core" if p.get("core") else "other")
    folds(pairs)
    return pairs


def feature_names():
    with open(os.path.join(ROOT, "passage", "features.go")) as f:
        block = f.read().split("const (", 1)[1].split(")", 1)[0]
    return re.findall(r"^\tf([A-Z]\w*)", block, re.M)


def folds(pairs, n=10):
    """Deals the pairs out, those with a text in common together."""
    parent = {}

    def root(x):
        while parent.setdefault(x, x) != x:
            x = parent[x]
        return x
    for p in pairs:
        p["texts"] = [hashlib.md5(p[s]["text"].encode()).hexdigest() for s in "ab"]
        parent[root(p["texts"][0])] = root(p["texts"][1])
    for p in pairs:
        p["fold"] = int(hashlib.md5(root(p["texts"][0]).encode()).hexdigest(), 16) % n


def fit(pairs, question, names):
    """Bias and weights: is it one article (0), or else a loan (1)?"""
    X, y, w = [], [], []
    for p in pairs:
        if p["alike"] or not p["e"]["Passages"]:
            continue
        weight = MADE if p["file"] == "made" else 1.
        weight *= MORE[question].get(p["set"], 1)
        classes, first = p["classes"], klass(p["relation"])
        if question == 1:
            if classes == [0]:
                continue
            classes = [c for c in classes if c > 0]
            if first == 0:
                weight, first = weight / 2, min(classes)
        if len({c == question for c in classes}) == 2:
            weight *= EITHER
        X.append([p["f"][n] for n in names])
        y.append(first == question)
        w.append(weight)
    X = np.array(X)
    mean, deviation = X.mean(0), X.std(0) + 1e-9
    m = LogisticRegression(C=C, max_iter=1000).fit((X - mean) / deviation, y, sample_weight=w)
    worth = m.coef_[0] / deviation
    return m.intercept_[0] - (worth * mean).sum(), worth


def probability(model, names, pairs):
    X = np.array([[p["f"][n] for n in names] for p in pairs])
    return 1 / (1 + np.exp(-(X @ model[1] + model[0])))


def judge(train, pairs):
    """The class of each pair, by the rules of passage/judge.go, and its probability."""
    same = probability(fit(train, 0, list(ONE_ARTICLE)), list(ONE_ARTICLE), pairs)
    loan = probability(fit(train, 1, list(REUSED)), list(REUSED), pairs)
    for i, p in enumerate(pairs):
        e = p["e"]
        if p["alike"]:
            same[i] = 1
        elif not e["Passages"]:
            same[i] = loan[i] = 0
        elif e["Words"] < 20 and min(e["CoverageA"], e["CoverageB"]) < .8:
            same[i] = .01
        elif min(e["CoverageA"], e["CoverageB"]) >= .9 and e["Edits"] == e["Plain"] and (e["Stretch"] < 10 or e["Words"] >= 400):
            same[i] = max(same[i], .8)
    found = np.where(same >= .5, 0, np.where(loan >= .5, 1, 2))
    return found, np.choose(found, [same, (1 - same) * loan, (1 - same) * (1 - loan)])


def relation(p, found):
    """The relation of a pair of this class, as passage/judge.go has it."""
    e = p["e"]
    hi, lo = max(e["CoverageA"], e["CoverageB"]), min(e["CoverageA"], e["CoverageB"])
    if p["alike"]:
        return "copy"
    if found == 0:
        return "copy" if lo >= .8 and e["Facts"] < 8 else "excerpt" if hi >= .75 and hi >= 1.25 * lo else "revision"
    if found == 1:
        return "derived"
    if e["Facts"] >= 4 or e["Framed"]:
        return "template"
    return "unrelated" if e["Words"] < 20 or hi < .5 and lo < .15 else "template"


def crossed(pairs, by):
    """judge, each pair by the weights fitted to those with another value of by."""
    found, sure = np.zeros(len(pairs), int), np.zeros(len(pairs))
    for value in sorted({p[by] for p in pairs}):
        test = [i for i, p in enumerate(pairs) if p[by] == value]
        found[test], sure[test] = judge([p for p in pairs if p[by] != value], [pairs[i] for i in test])
    return found, sure


def report(name, pairs, found):
    right = {}
    for p, c in zip(pairs, found):
        right.setdefault(p["kind"], []).append((c in p["classes"], relation(p, c) in p["accepted"]))
    print(name)
    for kind in sorted(right):
        three, six = np.mean(right[kind], 0)
        print(f"  {kind:16} {len(right[kind]):4} pairs  three {three:.3f}" + ("" if kind not in ("core", "other", "judged") else f"  six {six:.3f}"))


def logit(p):
    p = np.clip(p, .01, .995)
    return np.log(p / (1 - p))


def calibrate(pairs, found, sure):
    """Platt's scaling, halfway between three classes and six."""
    real = [i for i, p in enumerate(pairs) if p["file"] != "made" and p["e"]["Passages"] and not p["alike"]]
    x = logit(sure[real])[:, None]
    right = [found[i] in pairs[i]["classes"] for i in real] + [relation(pairs[i], found[i]) in pairs[i]["accepted"] for i in real]
    m = LogisticRegression(C=10).fit(np.concatenate([x, x]), right)
    said = m.predict_proba(x)[:, 1]
    for name, ok in (("three", right[:len(real)]), ("six", right[len(real):])):
        error = 0.
        for k in range(10):
            part = (said * 10).astype(int) == k
            error += abs(said[part].sum() - np.array(ok)[part].sum())
        print(f"  expected calibration error, {name} classes: {error / len(real):.3f}")
    return m.intercept_[0], m.coef_[0, 0]


def table(pairs, question, features):
    bias, worth = fit(pairs, question, list(features))
    rows = "".join(f"\t\t{{f{n}, {w:.3f}}}, // {features[n]}\n" for n, w in zip(features, worth))
    return f"hypothesis{{\n\tbias: {bias:.2f},\n\tweights: []weight{{\n{rows}\t}},\n}}"


GO = """package passage

// This file is written by bench/judge/fit.py.

// A hypothesis on a pair is weighed by logistic regression: its odds are the
// exponential of the bias and of each feature times its worth.
type hypothesis struct {
	bias    float64
	weights []weight
}

// A weight says what a feature is worth as evidence. Above 0 it speaks for the
// hypothesis, below against it.
type weight struct {
	feature int
	worth   float64
}

// oneArticle says that two texts are one article.
var oneArticle = %s

// reused says, of two texts that are not one article, that one has a passage of
// the other, or both of a third, that is an article's own.
var reused = %s

// The scaling of probabilities, see calibrated.
const calibrationBias, calibrationSlope = %.3f, %.3f
"""


def main():
    pairs = load(sys.argv[1])
    found, sure = crossed(pairs, "fold")
    report("fitted to nine tenths, without the texts of the pair", pairs, found)
    scale = calibrate(pairs, found, sure)
    report("fitted to the other collections", pairs, crossed(pairs, "group")[0])
    report("fitted to all", pairs, judge(pairs, pairs)[0])
    if "--write" in sys.argv:
        path = os.path.join(ROOT, "passage", "weights.go")
        with open(path, "w") as f:
            f.write(GO % (table(pairs, 0, ONE_ARTICLE), table(pairs, 1, REUSED), *scale))
        subprocess.run(["gofmt", "-w", path], check=True)


main()
