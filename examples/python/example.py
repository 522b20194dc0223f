#!/usr/bin/env python3
"""A look at all calls: python3 example.py [URL [TOKEN]], with reprint serve running."""

import sys

from reprint_client import Client, ReprintError

STORY = (
    "A night ferry ran onto a sandbank off Marrow Point on Sunday. All ninety passengers were "
    "taken off by lifeboat before dawn, and nobody was hurt."
)


def main(url: str = "http://127.0.0.1:8080", token: str = "") -> None:
    client = Client(url, token)
    print("status", client.health()["status"])

    first = client.add({"id": "agency/1", "text": STORY, "site": "agency.example", "title": "Ferry aground", "published": "2026-03-01T06:00:00Z"})
    print(first["id"], first["decision"])
    later = [
        {"id": f"paper-{n}", "text": STORY + " More soon.", "site": f"paper{n}.example", "published": f"2026-03-01T{7 + n:02}:00:00Z"}
        for n in range(5)
    ]
    for decision in client.add_many([*later, {"id": "", "text": "no id"}]):
        if "error" in decision:
            print("line", decision["line"], decision["status"])
        else:
            print(decision["id"], decision["decision"], "of", decision["of"])

    asked = client.query({"id": "draft", "text": STORY})
    print("draft", asked["decision"], asked["size"])
    print("query_many", [d["decision"] for d in client.query_many([{"id": "x", "text": STORY}, {"id": "y", "text": "other words"}])])

    known = client.get("agency/1")
    print(known["title"], known["size"], client.text("agency/1") == STORY)
    print("members", [m["id"] for m in client.all_members("paper-3", limit=2)])
    print("clusters", [(c["id"], c["size"]) for c in client.all_clusters(site="agency.example", min_size=2, limit=1)])
    print("origin", client.origin("paper-3")["cluster"])

    client.remove("paper-4")
    print("events", [e["action"] for e in client.events(from_=6, limit=2)])
    try:
        client.get("paper-4")
    except ReprintError as e:
        print("gone", e.status)
    print("paths", len(client.description()["paths"]), "reprint_documents 5" in client.metrics())


if __name__ == "__main__":
    main(*sys.argv[1:])
