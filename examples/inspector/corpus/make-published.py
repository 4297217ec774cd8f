#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What other programs say about the real documents of PUBLISHED.tsv: makes their rows of expected.json,
their previews and first pages. Rows of other documents stay. Needs file, poppler-utils, Pillow, lxml."""
import csv
import json
import pathlib
import re
import subprocess
import zipfile

from lxml import etree
from PIL import Image, ImageOps

HERE = pathlib.Path(__file__).resolve().parent
REAL = HERE / "real"
SIDE = 128
HERE_SAYS = "make-published.py"
# Poppler's lines are a pixel at least, so frames around text make another picture.
NO_PAGE = {"tika-testPDF.pdf"}
CANONICAL = {"text/xml": "application/xml"}
OFFICE = "application/vnd.openxmlformats-officedocument."
WRITTEN = {
    "tika-testWORD.docx": OFFICE + "wordprocessingml.document",
    "tika-testEPUB.epub": "application/epub+zip",
    "tika-testTEI.xml": "application/xml",
}


def run(command):
    done = subprocess.run(["sh", "-c", command], cwd=REAL, capture_output=True, check=True)
    return done.stdout.decode("utf-8").strip()


def local(element):
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def named(root, name):
    for element in root.iter():
        if local(element) == name:
            return " ".join("".join(element.itertext()).split(" ")).strip() or None
    return None


def words(texts):
    return sum(len(text.split()) for text in texts)


def paragraphs(root, paragraph, text, breaks=()):
    for each in root.iter():
        if local(each) in paragraph:
            parts = []
            for part in each.iter():
                if local(part) in text:
                    parts.append(part.text or "")
                elif local(part) in breaks:
                    parts.append(" ")
            yield "".join(parts)


def pdf(name, row, commands):
    for field, key in (("title", "Title"), ("author", "Author"), ("pages", "Pages")):
        commands[field] = f"pdfinfo {name} | sed -n 's/^{key}: *//p'"
        row[field] = run(commands[field]) or None
    row["pages"] = int(row["pages"])
    commands["words"] = f"pdftotext {name} - | wc -w"
    row["words"], row["wordsTolerance"] = int(run(commands["words"])), 0.03
    if row["words"] > 0 and name not in NO_PAGE:
        run(f"pdftoppm -png -singlefile -f 1 -scale-to {SIDE} {name} ../pages/{name}")


def image(name, row, commands):
    picture = Image.open(REAL / name)
    picture.load()
    row["width"], row["height"] = picture.size
    if picture.mode == "I;16":
        picture = picture.point(lambda sample: sample / 256).convert("L")
    pixels = picture.convert("RGBA")
    white = Image.new("RGBA", pixels.size, "white")
    flat = Image.alpha_composite(white, pixels).convert("RGB")
    way = Image.Resampling.BOX if max(flat.size) > SIDE else Image.Resampling.BICUBIC
    row["preview"] = f"previews/{name}.png"
    ImageOps.contain(flat, (SIDE, SIDE), way).save(HERE / row["preview"])
    commands.update(width=HERE_SAYS, height=HERE_SAYS, preview=HERE_SAYS)


def office(name, row, commands):
    archive = zipfile.ZipFile(REAL / name)
    part = lambda path: etree.fromstring(archive.read(path))
    if name.endswith((".docx", ".xlsx", ".pptx")):
        row["title"] = named(part("docProps/core.xml"), "title")
        row["author"] = named(part("docProps/core.xml"), "creator")
        pages = named(part("docProps/app.xml"), "Pages") or named(part("docProps/app.xml"), "Slides")
        if name.endswith(".docx"):
            texts = paragraphs(part("word/document.xml"), {"p"}, {"t"}, {"tab", "br", "cr"})
            row["words"] = words(texts)
        if name.endswith(".pptx"):
            slides = [s for s in archive.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", s)]
            row["words"] = sum(words(paragraphs(part(s), {"p"}, {"t"}, {"br"})) for s in slides)
    else:
        meta = part("meta.xml")
        row["title"], row["author"] = named(meta, "title"), named(meta, "initial-creator")
        counts = next(e for e in meta.iter() if local(e) == "document-statistic").attrib
        key = "table-count" if name.endswith(".ods") else "page-count"
        pages = next((v for k, v in counts.items() if etree.QName(k).localname == key), None)
        body = next(e for e in part("content.xml").iter() if local(e) == "body")
        row["words"] = words(
            "".join(e.itertext()) for e in body.iter() if local(e) in ("p", "h"))
    row["pages"] = int(pages) if pages else None
    row["wordsTolerance"] = 0.03 if row["words"] is not None else None
    commands.update(dict.fromkeys(("title", "author", "pages", "words"), HERE_SAYS))


def epub(name, row, commands):
    archive = zipfile.ZipFile(REAL / name)
    opf = next(n for n in archive.namelist() if n.endswith(".opf"))
    book = etree.fromstring(archive.read(opf))
    row["title"], row["author"] = named(book, "title"), named(book, "creator")
    files = {e.get("id"): e.get("href") for e in book.iter() if local(e) == "item"}
    row["words"], row["wordsTolerance"] = 0, 0.03
    for reference in (e.get("idref") for e in book.iter() if local(e) == "itemref"):
        page = etree.HTML(archive.read(opf.rpartition("/")[0] + "/" + files[reference]))
        row["words"] += words(page.find("body").itertext())
    commands.update(dict.fromkeys(("title", "author", "words"), HERE_SAYS))


def text(name, row, commands):
    if name.endswith(".html"):
        page = etree.HTML((REAL / name).read_bytes(), etree.HTMLParser(encoding="utf-8"))
        row["title"] = page.findtext(".//title")
        row["author"] = next(
            (m.get("content") for m in page.iter("meta") if (m.get("name") or "").lower() == "author"),
            None)
        row["words"], row["wordsTolerance"] = words(page.find("body").itertext()), 0.03
        commands.update(title=HERE_SAYS, author=HERE_SAYS, words=HERE_SAYS)
        return
    if name.endswith((".xml", ".svg")):
        row["words"] = words(etree.parse(REAL / name).getroot().itertext())
        commands["words"] = HERE_SAYS
    elif name.endswith(".zip"):
        archive = zipfile.ZipFile(REAL / name)
        row["words"] = words(archive.read(entry).decode("utf-8") for entry in archive.namelist())
        commands["words"] = HERE_SAYS
    elif name.endswith(".txt"):
        commands["words"] = f"LC_ALL=C.UTF-8 wc -w < {name}"
    if commands["words"] != HERE_SAYS:
        row["words"] = int(run(commands["words"]))
    row["wordsTolerance"] = 0


def row_of(name):
    commands = {"type": f"file --mime-type -b {name}"}
    row = dict.fromkeys(
        "file type canonicalType title author pages width height words wordsTolerance preview note commands"
        .split())
    row.update(file=name, type=run(commands["type"]))
    row["canonicalType"] = WRITTEN.get(name) or CANONICAL.get(row["type"], row["type"])
    match name.rpartition(".")[2]:
        case "pdf":
            pdf(name, row, commands)
        case "png" | "jpg" | "gif" | "bmp":
            image(name, row, commands)
        case "docx" | "xlsx" | "pptx" | "odt" | "ods":
            office(name, row, commands)
        case "epub":
            epub(name, row, commands)
        case "html" | "xml" | "svg" | "txt" | "zip":
            text(name, row, commands)
    if row["canonicalType"] != row["type"]:
        row["note"] = f"file says {row['type']}, the canonical type is {row['canonicalType']}; either is right"
    row["commands"] = commands
    return row


def main():
    lines = [line for line in open(HERE / "PUBLISHED.tsv", encoding="utf-8") if not line.startswith("#")]
    names = {r["file"] for r in csv.DictReader(lines, delimiter="\t") if r["folder"] == "real"}
    table = HERE / "expected.json"
    rows = [row for row in json.loads(table.read_text(encoding="utf-8")) if row["file"] not in names]
    rows += [row_of(name) for name in sorted(names)]
    rows.sort(key=lambda row: row["file"])
    table.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
