#!/usr/bin/python3
"""Every kind of reply of the demo, as a bureau would print it and as it is served on line.

Starts the program on a fresh demo, takes the DOCX and the PDF of one reply of each kind and of every other kind of letter the demo has made,
lets LibreOffice open the DOCX, checks what can be checked without eyes, and writes a picture of every page with an index.

    tests/letters/gallery.py [OUT, default assets/letters]

Wants Debian's poppler-utils, libreoffice-writer-nogui, fonts-noto-cjk and python3-pil. Exits with 1 when a kind of reply has no letter, a font is not
embedded, or the two files do not say the same.
"""

import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = re.compile(r"—\s*\d+\s*—")


class Service:
    """The running demo, as a clerk sees it."""

    def __init__(self, folder):
        port = random.randint(20000, 40000)
        self.base = f"http://127.0.0.1:{port}/api/v1"
        env = os.environ | {"FOI_DATA_DIR": f"{folder}/data", "FOI_LISTEN": f"127.0.0.1:{port}", "FOI_LOG": "warn"}
        subprocess.run(["cargo", "build", "--locked", "-q"], cwd=ROOT, check=True)
        self.process = subprocess.Popen([ROOT / "target/debug/foi-docket"], cwd=folder, env=env, stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            if line.startswith("Ready"):
                break
        else:
            sys.exit("the program ended before it was ready")
        self.token = None
        self.token = self.call("/sessions", {"username": "clerk", "password": "demo"})["access_token"]

    def bytes(self, path, body=None):
        headers = {"content-type": "application/json"}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        for _ in range(5):
            try:
                with urllib.request.urlopen(urllib.request.Request(self.base + path, data, headers)) as answer:
                    return answer.read()
            except urllib.error.HTTPError as error:
                if error.code != 429:
                    sys.exit(f"{path}: {error.code} {error.read().decode()}")
                time.sleep(int(error.headers.get("retry-after", "1")))
        sys.exit(f"{path}: refused again and again")

    def call(self, path, body=None):
        return json.loads(self.bytes(path, body))


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def chosen(service):
    """One current letter of each kind of reply, and of each other kind of letter: (name, title, letter)."""
    kinds = {kind["code"]: kind["zh"] for kind in service.call("/code-lists/reply-kinds")["items"]}
    replies, others, next_page = {}, {}, "/cases?limit=200"
    while next_page:
        page = service.call(next_page)
        for row in page["items"]:
            case = service.call(f"/cases/{row['id']}")
            for letter in case["letters"]:
                if not letter["current"]:
                    continue
                which = letter["letter"]
                if which["kind"] != "reply":
                    others.setdefault(which["kind"], letter)
                    continue
                items = next(reply["items"] for reply in case["replies"] if reply["n"] == which["n"])
                main = next(item["kind"] for item in items if item["main"])
                replies.setdefault(main, letter)
        after = page.get("next_cursor")
        next_page = f"/cases?limit=200&cursor={after}" if after else None
    missing = [kind for kind in kinds if kind not in replies]
    if missing:
        sys.exit(f"no letter of these kinds of reply: {', '.join(missing)}")
    named = [(f"reply-{kind}", f"{kind} {kinds[kind]}", replies[kind]) for kind in kinds]
    labels = {kind["code"]: kind["zh"] for kind in service.call("/code-lists/letters")["items"]}
    return named + [(kind.replace("_", "-"), labels[kind], letter) for kind, letter in sorted(others.items())]


def words(pdf):
    """What a reader reads, without spaces, line ends and page numbers."""
    return re.sub(r"\s", "", PAGE.sub("", run("pdftotext", "-raw", str(pdf), "-")))


def sheet(out, name, folder):
    """One picture of a letter: the pages served on line above, those of LibreOffice below."""
    rows = [[Image.open(page) for page in sorted(folder.glob(f"{name}{kind}-[0-9]*.png"))] for kind in ("", "-docx")]
    width, height = rows[0][0].size
    gap = 8
    whole = Image.new("L", (max(map(len, rows)) * (width + gap) + gap, 2 * (height + gap) + gap), 160)
    for down, row in enumerate(rows):
        for across, page in enumerate(row):
            whole.paste(page.convert("L"), (gap + across * (width + gap), gap + down * (height + gap)))
    whole.quantize(8).save(out / f"{name}.png", optimize=True)
    return [len(row) for row in rows]


def check(name, pdf, docx_as_pdf):
    fonts = run("pdffonts", str(pdf)).splitlines()[2:]
    if not fonts or any(line.split()[-5] != "yes" for line in fonts):
        sys.exit(f"{name}: a font is not embedded\n" + "\n".join(fonts))
    online, printed = words(pdf), words(docx_as_pdf)
    if sorted(online) != sorted(printed):
        sys.exit(f"{name}: the PDF and the DOCX do not say the same\n{online}\n{printed}")


def main():
    out = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "assets/letters")
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.png"):
        old.unlink()
    index = [
        "# The letters of the demo",
        "",
        "Made by `tests/letters/gallery.py` from the running demo: for each kind above the PDF as it is served on line, below the DOCX",
        "as LibreOffice opens it. Names are made up.",
        "",
    ]
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        service = Service(folder)
        try:
            letters = chosen(service)
            files = []
            for name, _, letter in letters:
                for ending in ("pdf", "docx"):
                    file = pathlib.Path(folder, f"{name}.{ending}")
                    file.write_bytes(service.bytes(f"/letters/{letter['id']}/content?format={ending}"))
                    files.append(str(file))
        finally:
            service.process.terminate()
            service.process.wait()
        printed = pathlib.Path(folder, "printed")
        pictures = pathlib.Path(folder, "pictures")
        run(str(ROOT / "tests/letters/pictures.sh"), str(pictures), str(printed), *files)
        pages = [0, 0]
        for name, title, _ in letters:
            check(name, pathlib.Path(folder, f"{name}.pdf"), printed / f"{name}.pdf")
            pages = [have + more for have, more in zip(pages, sheet(out, name, pictures))]
            index += [f"## {title}", "", f"![{title}]({name}.png)", ""]
    (out / "README.md").write_text("\n".join(index), encoding="utf-8")
    print(f"{len(letters)} letters; pages as PDF: {pages[0]}, as DOCX in LibreOffice: {pages[1]}")


main()
