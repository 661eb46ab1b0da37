#!/usr/bin/env python3
"""Opens dossiers as a court or an archive would: with the BagIt library of the Library of Congress and Python's own ZIP, nothing of ours.

usage: check.py PACKAGE.zip ...
Each is a valid bag; its names are safe in every system; its trail is one chain that ends at the digest it names; every text is the one the
trail commits to; the catalogue names every document, and every document lies where the catalogue says or is named as withheld.
"""
import hashlib, hmac, json, pathlib, re, sys, tempfile, zipfile

import bagit

NAME = re.compile(r"(?:[a-z0-9][a-z0-9.-]*/)*[a-z0-9][a-z0-9.-]*\Z")
RESERVED = {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))}


def check(package, folder):
    with zipfile.ZipFile(package) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            assert NAME.match(name) and len(name) < 120, name
            assert not any(part.split(".")[0] in RESERVED or part.endswith(".") for part in name.split("/")), name
        names = [name.lower() for name in archive.namelist()]
        assert len(set(names)) == len(names), "names differ in more than their case"
        archive.extractall(folder)
    (root,) = pathlib.Path(folder).iterdir()
    bag = bagit.Bag(str(root))
    bag.validate()
    assert bag.version == "1.0" and bag.algorithms == ["sha256"], (bag.version, bag.algorithms)

    data = root / "data"
    trail = json.loads((data / "trail.json").read_text())
    previous, seqs, committed = "", [], {}

    def walk(value):
        if isinstance(value, dict):
            if set(value) == {"id", "commitment"}:
                committed[value["id"]] = value["commitment"]
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    for line in trail["events"]:
        raw = (root / line["file"]).read_bytes()
        event = json.loads(raw)
        assert event["previous"] == previous, line["file"]
        previous = hashlib.sha256(raw).hexdigest()
        assert previous == line["sha256"] and event["seq"] == line["seq"]
        seqs.append(line["seq"])
        walk(event)
    assert seqs == list(range(1, trail["version"] + 1))
    assert previous == trail["head_sha256"] == bag.info["Trail-Head-SHA256"]

    texts = {text["id"]: text for text in json.loads((data / "texts.json").read_text())}
    assert set(texts) == set(committed), "every text that the trail commits to, and no other"
    for known, text in texts.items():
        words = text["text"].encode()
        message = len(words).to_bytes(8, "big") + words
        assert hmac.new(bytes.fromhex(text["salt"]), message, "sha256").hexdigest() == committed[known], known

    catalogue = json.loads((data / "catalogue.json").read_text())
    assert [entry["n"] for entry in catalogue["entries"]] == list(range(1, len(catalogue["entries"]) + 1))
    assert [entry["item"] for entry in catalogue["entries"]] == sorted(entry["item"] for entry in catalogue["entries"])
    named, withheld = set(), 0
    for file in (file for entry in catalogue["entries"] for file in entry["files"]):
        assert file["withheld"] == (file["path"] is None)
        withheld += file["withheld"]
        if file["path"]:
            assert hashlib.sha256((root / file["path"]).read_bytes()).hexdigest() == file["sha256"]
            named.add(root / file["path"])
    lying = set((data / "documents").iterdir()) if (data / "documents").exists() else set()
    assert named == lying, "the catalogue and the folder hold the same files"
    for page in ("index.pdf", "records.pdf"):
        if (data / page).exists():
            assert (data / page).read_bytes().startswith(b"%PDF-1.7"), page
    assert (data / "index.pdf").exists()
    case = json.loads((data / "case.json").read_text())
    kinds = [item["kind"] for reply in case["replies"] for item in reply["items"]]
    return case["stage"], kinds, len(lying), withheld, len(seqs)


def main():
    replied = {}
    for package in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            stage, kinds, files, withheld, events = check(package, folder)
        for kind in kinds:
            replied[kind] = replied.get(kind, 0) + 1
        print(f"{pathlib.Path(package).name}: valid; {stage}, replies {','.join(kinds) or '-'}, {files} files, {withheld} withheld, {events} events")
    print("replies by kind:", ", ".join(f"{kind} {count}" for kind, count in sorted(replied.items())))


main()
