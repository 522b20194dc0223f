"""Sketches by datasketch and rensa of the texts in a file of JSON lines.

usage: peers.py datasketch|rensa INPUT PAIRS

Prints a line of JSON with what it took, and writes the pairs of documents,
by line number, that are found through the index and estimated at .5 or more.
"""

import importlib.metadata
import json
import re
import sys
import time

SLOTS = 128
THRESHOLD = 0.5

# A word is letters, marks and digits; a Chinese character is one by itself.
# Python's \w lacks the marks of Arabic and Devanagari.
WORD = re.compile(r"[\u4e00-\u9fff]|[^\W_\u4e00-\u9fff]+(?:[\u0900-\u0963\u064b-\u0652]|[^\W_\u4e00-\u9fff])*")


def shingles(text):
    words = WORD.findall(text.lower())
    return {" ".join(words[i : i + 5]) for i in range(max(1, len(words) - 4))}


def resident():
    with open("/proc/self/status") as f:
        for line in f:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    return 0


class Datasketch:
    def __init__(self):
        from datasketch import MinHash, MinHashLSH

        self.MinHash = MinHash
        self.lsh = MinHashLSH(threshold=THRESHOLD, num_perm=SLOTS)
        self.how = "%d bands of %d, its choice" % (self.lsh.b, self.lsh.r)

    def sign(self, text):
        m = self.MinHash(num_perm=SLOTS)
        m.update_batch([s.encode() for s in shingles(text)])
        return m

    def insert(self, i, m):
        self.lsh.insert(i, m, check_duplication=False)

    def query(self, m):
        return self.lsh.query(m)


class Rensa:
    def __init__(self):
        from rensa import RMinHash, RMinHashLSH

        self.RMinHash = RMinHash
        self.lsh = RMinHashLSH(threshold=THRESHOLD, num_perm=SLOTS, num_bands=32)
        self.how = "32 bands of 4"

    def sign(self, text):
        m = self.RMinHash(num_perm=SLOTS, seed=1)
        m.update(list(shingles(text)))
        return m

    def insert(self, i, m):
        self.lsh.insert(i, m)

    def query(self, m):
        return self.lsh.query(m)


def main(name, path, pairs):
    impl = {"datasketch": Datasketch, "rensa": Rensa}[name]()
    with open(path) as f:
        texts = [json.loads(line)["text"] for line in f]
    impl.sign(texts[0])
    before = resident()
    start = time.perf_counter()
    sketches = [impl.sign(t) for t in texts]
    signed = time.perf_counter()
    for i, m in enumerate(sketches):
        impl.insert(i, m)
    found = []
    for i, m in enumerate(sketches):
        found += [(j, i) for j in impl.query(m) if j < i and m.jaccard(sketches[j]) >= THRESHOLD]
    end = time.perf_counter()
    with open(pairs, "w") as f:
        for a, b in sorted(set(found)):
            f.write("%d %d\n" % (a, b))
    json.dump(
        {
            "version": importlib.metadata.version(name),
            "sign_seconds": signed - start,
            "index_seconds": end - signed,
            "bytes": resident() - before,
            "index": impl.how,
        },
        sys.stdout,
    )


main(*sys.argv[1:])
