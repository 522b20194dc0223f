#!/usr/bin/env python3
"""Makes the files of this folder with the tools that people use for each format.

    pip install pyarrow warcio feedgen zstandard
    python3 make.py

The texts are written for these tests.
"""
import bz2, csv, datetime, gzip, io, json, lzma, pathlib

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from feedgen.feed import FeedGenerator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

here = pathlib.Path(__file__).parent
utc = datetime.timezone.utc
docs = [
    {
        "id": "17",
        "text": 'The ferry "Marrow Star" ran onto a sandbank on Sunday, and all ninety passengers were taken off by lifeboat before dawn.\n\nThe pilot said that the buoy had drifted; nobody had answered his two warnings, he said.',
        "title": "Ferry aground, all safe",
        "site": "The Quay Gazette",
        "url": "https://quay.example/ferry",
        "published": datetime.datetime(2024, 7, 5, 10, 10, tzinfo=utc),
    },
    {
        "id": "18",
        "text": "Zwölf Bäcker haben am Dienstag gegen die neue Brückenmaut demonstriert; sie fürchten größere Umwege für ihre Lieferwagen, sagte ein Sprecher.",
        "title": "Bäcker gegen Maut",
        "site": "Brückenblatt",
        "url": "https://bruecke.example/maut",
        "published": datetime.datetime(2024, 7, 6, 8, 0, tzinfo=utc),
    },
    {
        "id": "19",
        "text": "The town council voted on Monday to plant four hundred lime trees along the old canal before the end of the winter, which\tthe mayor called a gift to the grandchildren.",
        "title": "Lime trees for the canal",
        "site": "The Quay Gazette",
        "url": "https://quay.example/limes",
        "published": datetime.datetime(2024, 7, 6, 9, 30, tzinfo=utc),
    },
]
names = list(docs[0])


def stamped(d):
    return {**d, "published": d["published"].strftime("%Y-%m-%dT%H:%M:%SZ")}


def write(name, data):
    (here / name).write_bytes(data.encode() if isinstance(data, str) else data)


def table(delimiter, header=None, times="%Y-%m-%d %H:%M:%S+00", **dialect):
    out = io.StringIO(newline="")
    w = csv.writer(out, delimiter=delimiter, **dialect)
    w.writerow(header or names)
    for d in docs:
        w.writerow([d[n] if n != "published" else d[n].strftime(times) for n in names])
    return out.getvalue()


lines = "".join(json.dumps(stamped(d), ensure_ascii=False) + "\n" for d in docs)
write("lines.jsonl", lines)
write("numbers.ndjson", "".join(json.dumps({**stamped(d), "id": int(d["id"])}) + "\n" for d in docs))
write("array.json", json.dumps([stamped(d) for d in docs], ensure_ascii=False))
write("pretty.json", json.dumps([stamped(d) for d in docs], indent=2))
write("objects.json", "\n".join(json.dumps(stamped(d), indent=4) for d in docs) + "\n")
write("synonyms.jsonl", "".join(json.dumps({"_id": {"$oid": d["id"]}, "content": {"rendered": d["text"]}, "headline": d["title"], "domain": d["site"], "link": d["url"], "pubDate": d["published"].strftime("%a, %d %b %Y %H:%M GMT")}) + "\n" for d in docs))
write("utf16.jsonl", lines.encode("utf-16"))

write("comma.csv", table(","))
write("excel.csv", ("\ufeff" + table(";", ["ID", "Body", "Headline", "Newspaper", "Link", "Date"], "%d.%m.%Y, %H:%M")))
write("tabs.tsv", table("\t"))
write("quoted.csv", table(",", quoting=csv.QUOTE_ALL, lineterminator="\n"))
write("latin1.csv", table(",").encode("latin-1"))
write("utf16.csv", table(",").encode("utf-16"))

data = lines.encode()
half = data.index(b"\n") + 20
write("members.jsonl.gz", gzip.compress(data[:half], mtime=0) + gzip.compress(data[half:], mtime=0))
write("lines.jsonl.xz", lzma.compress(data))
write("lines.jsonl.bz2", bz2.compress(data[:half]) + bz2.compress(data[half:]))
long = zstandard.ZstdCompressor(compression_params=zstandard.ZstdCompressionParameters(window_log=31, enable_ldm=True)).compressobj()
write("long.jsonl.zst", long.compress(data) + long.flush())
write("comma.csv.gz", gzip.compress(table(",").encode(), mtime=0))

columns = {n: [d[n] for d in docs] for n in names}
columns["id"] = [int(i) for i in columns["id"]]
for name, compression, unit in [("snappy.parquet", "snappy", "ms"), ("zstd.parquet", "zstd", "us"), ("gzip.parquet", "gzip", "ns")]:
    arrays = {**{n: pa.array(v) for n, v in columns.items()}, "published": pa.array(columns["published"], pa.timestamp(unit, tz="UTC"))}
    arrays["tags"] = pa.array([["a", "b"], [], None])
    pq.write_table(pa.table(arrays), here / name, compression=compression, row_group_size=2)
naive = {**columns, "id": [str(i) for i in columns["id"]], "published": pa.array([d.replace(tzinfo=None) for d in columns["published"]], pa.timestamp("ns"))}
pq.write_table(pa.table(naive), here / "int96.parquet", use_deprecated_int96_timestamps=True, compression="none", use_dictionary=False)


def page(d, charset="utf-8"):
    body = "".join(f"<p>{p}</p>\n" for p in d["text"].replace("\t", " ").split("\n\n"))
    more = "".join(f"<p>{s}</p>\n" for s in filler)
    about = json.dumps({"@context": "https://schema.org", "@graph": [{"@type": "NewsArticle", "headline": d["title"], "datePublished": d["published"].isoformat(), "author": [{"@type": "Person", "name": "Ada Reed"}], "publisher": {"@type": "Organization", "name": d["site"]}}]})
    return f"""<!DOCTYPE html>
<html><head><meta charset="{charset}"><title>{d['title']} - {d['site']}</title>
<link rel="canonical" href="{d['url']}"><meta property="og:site_name" content="{d['site']}">
<script type="application/ld+json">{about}</script><script>track("page")</script></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<main><article><h1>{d['title']}</h1>
{body}{more}</article></main>
<footer><p>All rights reserved. <a href="/imprint">Imprint</a></p></footer></body></html>
"""


filler = [
    "Residents who were asked about it on the market square said that they had expected nothing else, that it had been talked of for years, and that somebody should have written it down.",
    "A spokeswoman for the district said that a report would be published in the autumn, with figures, maps, and a list of what had been tried before, and that comments were welcome until then.",
]
write("page.html", page(docs[0]))
write("latin1.html", page(docs[1], "iso-8859-1").encode("latin-1"))

with open(here / "crawl.warc.gz", "wb") as f:
    w = WARCWriter(f, gzip=True)
    w.write_record(w.create_warcinfo_record("crawl.warc.gz", {"software": "warcio"}))
    for d, encoding in zip(docs, ["utf-8", "iso-8859-1", "utf-8"]):
        payload, headers = page(d, encoding).encode(encoding), [("Content-Type", f"text/html; charset={encoding}")]
        if d["id"] == "19":
            payload = gzip.compress(payload, mtime=0)
            headers.append(("Content-Encoding", "gzip"))
        date = {"WARC-Date": "2024-07-07T00:00:00Z"}
        w.write_record(w.create_warc_record(d["url"], "response", payload=io.BytesIO(payload), http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"), warc_headers_dict=date))
        w.write_record(w.create_warc_record(d["url"], "request", payload=io.BytesIO(b""), http_headers=StatusAndHeaders("GET / HTTP/1.1", [], protocol="HTTP/1.1", is_http_request=True), warc_headers_dict=date))
    w.write_record(w.create_warc_record("https://quay.example/logo.png", "response", payload=io.BytesIO(b"\x89PNG"), http_headers=StatusAndHeaders("200 OK", [("Content-Type", "image/png")], protocol="HTTP/1.1"), warc_headers_dict=date))
    w.write_record(w.create_warc_record("https://quay.example/gone", "response", payload=io.BytesIO(b"gone"), http_headers=StatusAndHeaders("404 Not Found", [("Content-Type", "text/html")], protocol="HTTP/1.1"), warc_headers_dict=date))

feed = FeedGenerator()
feed.id("https://quay.example/"), feed.title("The Quay Gazette"), feed.link(href="https://quay.example/"), feed.description("News of the harbour")
for d in docs[::2]:
    e = feed.add_entry(order="append")
    e.id(d["id"]), e.title(d["title"]), e.link(href=d["url"]), e.published(d["published"]), e.updated(d["published"])
    e.description("A teaser.")
    e.content("".join(f"<p>{p}</p>" for p in d["text"].replace("\t", " ").split("\n\n")), type="CDATA")
feed.rss_file(here / "rss.xml")
feed.atom_file(here / "atom.xml")
