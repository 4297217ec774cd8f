#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the hostile documents and their table, byte for byte the same on each run.

usage: make-hostile.py FOLDER [--table FILE] [--odd-name]

Python 3 standard library only. --odd-name also makes the file whose name holds a newline and
escape codes; the others have plain names. Compressed bytes depend on the zlib version.
"""
import argparse
import base64
import os
import struct
import zlib

MIB = 1 << 20
ROWS = []
FILES = {}

# ---- helpers -------------------------------------------------------------------------------


def limit(name, data, attacks, defence, default, allowed, raised, then, note="", facts="", raised_facts=""):
    FILES[name] = data
    ROWS.append((name, attacks, "limit", defence, default, allowed, facts, raised, then, raised_facts, "", note))


def check(name, data, attacks, defence, allowed, note="", facts="", canary=""):
    FILES[name] = data
    ROWS.append((name, attacks, "check", defence, "", allowed, facts, "", "", "", canary, note))


def deflate(size, unit=b"a", head=b"", tail=b"", wbits=-15):
    """Compresses head, then size bytes of the repeated unit, then tail; never holds them all."""
    out = zlib.compressobj(9, zlib.DEFLATED, wbits, 9)
    parts, crc, total = [], 0, 0
    block = unit * (MIB // len(unit))

    def put(b):
        nonlocal crc, total
        crc = zlib.crc32(b, crc)
        total += len(b)
        parts.append(out.compress(b))

    put(head)
    while size > 0:
        put(block[:min(size, len(block))])
        size -= len(block)
    put(tail)
    parts.append(out.flush())
    return b"".join(parts), crc, total


class Zip:
    """A zip writer that lets every field be a lie."""

    def __init__(self):
        self.body, self.central, self.count = bytearray(), bytearray(), 0

    def add(self, name, data=b"", packed=None, at=None, size=None, attributes=0, store=False):
        raw = name.encode()
        if packed is None:
            if store:
                packed = (data, zlib.crc32(data), len(data))
            else:
                c = zlib.compressobj(9, zlib.DEFLATED, -15)
                packed = (c.compress(data) + c.flush(), zlib.crc32(data), len(data))
        stream, crc, length = packed
        length = length if size is None else size
        fields = struct.pack("<HHHHHIIIHH", 20, 0x800, 0 if store else 8, 0, 0x5C2F, crc,
                             len(stream), length, len(raw), 0)
        if at is None:
            at = len(self.body)
            self.body += b"PK\3\4" + fields + raw + stream
        self.central += (b"PK\1\2" + struct.pack("<H", 0x0314) + fields
                         + struct.pack("<HHHII", 0, 0, 0, attributes, at) + raw)
        self.count += 1
        return at

    def bytes(self, prefix=b""):
        """The archive; with a prefix, offsets are counted from the start of the prefix."""
        central = self.central
        if prefix:
            central, i = bytearray(central), 0
            while i < len(central):
                n = struct.unpack_from("<H", central, i + 28)[0]
                at = struct.unpack_from("<I", central, i + 42)[0]
                struct.pack_into("<I", central, i + 42, at + len(prefix))
                i += 46 + n
        end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, self.count, self.count, len(central),
                                      len(prefix) + len(self.body), 0)
        return prefix + bytes(self.body) + bytes(central) + end


def pdf(objects, root=1, extra=b"", prev=None):
    """objects: number -> bytes. Returns a PDF with a right xref table."""
    out, at = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), {}
    for n, body in objects.items():
        at[n] = len(out)
        out += b"%d 0 obj\n" % n + body + b"\nendobj\n"
    start = len(out)
    top = max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % top
    for n in range(1, top):
        out += b"%010d 00000 n \n" % at[n] if n in at else b"0000000000 65535 f \n"
    if prev == "self":
        extra += b" /Prev %d" % start
    out += b"trailer\n<< /Size %d /Root %d 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (
        top, root, b" " + extra if extra else b"", start)
    return bytes(out)


def stream(data, entries=b"", length=None):
    return b"<< /Length %s%s >>\nstream\n" % (
        length or b"%d" % len(data), b" " + entries if entries else b"") + data + b"\nendstream"


TEXT = b"BT /F1 12 Tf 72 700 Td (Hello harbour) Tj ET"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def page(content, catalog=b"", **more):
    """A PDF of one page: 1 catalog, 2 pages, 3 page, 4 content, 5 font."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R %s>>" % catalog,
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
           b" /Resources << /Font << /F1 5 0 R >> >> >>",
        4: content,
        5: FONT,
    }
    objects.update(more.pop("objects", {}))
    return pdf(objects, **more)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, idat, depth=8, colour=0, middle=b""):
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth,
            colour, 0, 0, 0)) + middle + chunk(b"IDAT", idat) + chunk(b"IEND", b""))


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DOC_HEAD = f'<?xml version="1.0" encoding="UTF-8"?>\n<w:document xmlns:w="{W}"><w:body>'.encode()
DOC_TAIL = b"</w:body></w:document>"


def docx(document=None, packed=None):
    z = Zip()
    z.add("[Content_Types].xml", b'<?xml version="1.0" encoding="UTF-8"?>\n<Types xmlns="http://schemas'
          b'.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="appli'
          b'cation/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml"'
          b' ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xm'
          b'l"/></Types>')
    z.add("_rels/.rels", b'<?xml version="1.0" encoding="UTF-8"?>\n<Relationships xmlns="http://schemas.o'
          b'penxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.open'
          b'xmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
          b'</Relationships>')
    z.add("word/document.xml", document or b"", packed=packed)
    return z.bytes()


# A baseline JPEG of 64 x 64 pixels; the frame header's height and width stand at JPEG_SIZE.
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxO"
    "UlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09P"
    "T09PT09PT0//wAARCABAAEADASIAAhEBAxEB/8QAFwABAQEBAAAAAAAAAAAAAAAAAAMCBv/EABUQAQEAAAAAAAAAAAAAAAAAAAAR"
    "/8QAFwEBAQEBAAAAAAAAAAAAAAAAAAUEBv/EABURAQEAAAAAAAAAAAAAAAAAAAAT/9oADAMBAAIRAxEAPwDnqVOlYoO/spSp0pAs"
    "pSp0pAspSp0pAsnSsUqzBJs3SsUpAs3SsUpAs3SsUpAsnSp0qzBKspSp0pAspSp0pAspSp0pAsnSsUqxBJs3SsUpAs3SsUpAs3Ss"
    "UpAs/9k=")
JPEG_SIZE = JPEG.index(b"\xff\xc0") + 5

# public class Evil { public static void main(String[] a) { System.out.println("POLYGLOT RAN"); } }
EVIL = base64.b64decode(
    "yv66vgAAADQAGgoAAgADBwAEDAAFAAYBABBqYXZhL2xhbmcvT2JqZWN0AQAGPGluaXQ+AQADKClWCQAIAAkHAAoMAAsADAEAEGph"
    "dmEvbGFuZy9TeXN0ZW0BAANvdXQBABVMamF2YS9pby9QcmludFN0cmVhbTsIAA4BAAxQT0xZR0xPVCBSQU4KABAAEQcAEgwAEwAU"
    "AQATamF2YS9pby9QcmludFN0cmVhbQEAB3ByaW50bG4BABUoTGphdmEvbGFuZy9TdHJpbmc7KVYHABYBAARFdmlsAQAEQ29kZQEA"
    "BG1haW4BABYoW0xqYXZhL2xhbmcvU3RyaW5nOylWACEAFQACAAAAAAACAAEABQAGAAEAFwAAABEAAQABAAAABSq3AAGxAAAAAAAJ"
    "ABgAGQABABcAAAAVAAIAAQAAAAmyAAcSDbYAD7EAAAAAAAA=")


def jar(prefix):
    z = Zip()
    z.add("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\r\nMain-Class: Evil\r\n"
          b"Class-Path: http://127.0.0.1:9/other.jar other.jar\r\n\r\n")
    z.add("Evil.class", EVIL)
    z.add("META-INF/services/java.nio.file.spi.FileSystemProvider", b"Evil\n")
    return z.bytes(prefix)


ODD_NAME = "name\n\x1b[31mred\x1b[0m.txt"
ODD_TEXT = b"The name of this file is odd.\n"
EXPANSION = ("limit.expansion", "64 MiB")

# ---- decompression -------------------------------------------------------------------------

z = Zip()
z.add("letters.txt", packed=deflate(200 * MIB))
limit("flat-bomb.zip", z.bytes(), "one zip entry of 200 MiB, a single word without a line end",
      *EXPANSION, "error:limit.expansion", "256 MiB", "ok", raised_facts="words=1")

z = Zip()
kernel = deflate(4 * MIB)
first = z.add("part-00.txt", packed=kernel)
for i in range(1, 50):
    z.add("part-%02d.txt" % i, packed=kernel, at=first)
limit("overlap-bomb.zip", z.bytes(), "50 zip entries share the same compressed bytes, 200 MiB together",
      *EXPANSION, "error:limit.expansion", "256 MiB", "ok", raised_facts="words=50")

z = Zip()
z.add("small.txt", packed=deflate(80 * MIB), size=10)
limit("lying-size.zip", z.bytes(), "a zip entry states 10 bytes and expands to 80 MiB",
      *EXPANSION, "error:limit.expansion", "128 MiB", "error:format.damaged",
      "format.damaged: the stated size is wrong")


def nest(inner, name, copies):
    z = Zip()
    packed_inner = None
    for i in range(copies):
        if packed_inner is None:
            c = zlib.compressobj(9, zlib.DEFLATED, -15)
            packed_inner = (c.compress(inner) + c.flush(), zlib.crc32(inner), len(inner))
        z.add(name % i, packed=packed_inner)
    return z.bytes()


z = Zip()
z.add("letters.txt", packed=deflate(16 * MIB))
check("nested-bomb.zip", nest(nest(nest(z.bytes(), "c%02d.zip", 16), "b%02d.zip", 16), "a%02d.zip", 16),
      "zip in zip in zip in zip, 64 GiB in all", "inner archives are listed, never opened",
      "ok", facts="words=0")

body, crc, total = deflate(100 * MIB)
limit("bomb.txt.gz", b"\x1f\x8b\x08\0\0\0\0\0\2\xff" + body + struct.pack("<II", crc, total & 0xFFFFFFFF),
      "gzip of 100 MiB", *EXPANSION, "error:limit.expansion", "128 MiB", "ok", raised_facts="words=1")

once = deflate(80 * MIB, b" ", TEXT, b"\n", 15)[0]
twice = zlib.compress(once, 9)
limit("flate-chain.pdf", page(stream(twice, b"/Filter [/FlateDecode /FlateDecode]")),
      "page content of 80 MiB behind two Flate filters", *EXPANSION, "error:limit.expansion", "128 MiB", "ok",
      raised_facts="words=2")

limit("bomb.docx", docx(packed=deflate(96 * MIB, b"aaaaaaa ", DOC_HEAD + b"<w:p><w:r><w:t>",
                                       b"</w:t></w:r></w:p>" + DOC_TAIL)),
      "word/document.xml of 96 MiB", *EXPANSION, "error:limit.expansion", "128 MiB", "ok",
      raised_facts="words=12582912")

comment = zlib.compress(b"A" * (80 * MIB), 9)
check("ztxt-bomb.png", png(64, 64, zlib.compress(bytes(65 * 64), 9), middle=chunk(b"zTXt", b"Comment\0\0" + comment)),
      "a compressed PNG text chunk of 80 MiB", "image metadata is not read",
      "ok", facts="size=64x64")

# ---- entries, depth, pixels ----------------------------------------------------------------

z = Zip()
for i in range(3000):
    z.add("%x" % i, store=True)
limit("many-entries.zip", z.bytes(), "3000 empty zip entries", "limit.entries", "2048 entries",
      "error:limit.entries", "4096 entries", "ok")

DEPTH = ("limit.depth", "256 levels")
limit("deep.xml", b'<?xml version="1.0"?>\n' + b"<a>" * 100000 + b"deep" + b"</a>" * 100000 + b"\n",
      "XML elements nested 100000 levels", *DEPTH, "error:limit.depth", "200000 levels", "ok",
      facts="level=257", raised_facts="words=1")
limit("deep.docx", docx(DOC_HEAD + b"<w:p>" * 100000 + b"</w:p>" * 100000 + DOC_TAIL),
      "word/document.xml nested 100002 levels", *DEPTH, "error:limit.depth", "200000 levels", "ok",
      facts="level=257", raised_facts="words=0")
limit("deep-arrays.pdf", page(stream(TEXT), b"/Nested " + b"[" * 100000 + b"]" * 100000 + b" "),
      "PDF arrays nested 100000 levels", *DEPTH, "error:limit.depth", "1000 levels",
      "error:limit.depth", facts="level=257", raised_facts="level=1001")
limit("nested-arrays.pdf", page(stream(TEXT), b"/Nested " + b"[" * 600 + b"]" * 600 + b" "),
      "PDF arrays nested 600 levels", *DEPTH, "error:limit.depth", "1000 levels", "ok",
      facts="level=257", raised_facts="words=2")

PIXELS = ("limit.pixels", "40000000 pixels")
row = zlib.compress(bytes(1001) * 8000, 9)
limit("many-pixels.png", png(8000, 8000, row, depth=1), "a right PNG of 8000 x 8000 pixels, 1 bit each",
      *PIXELS, "error:limit.pixels", "80000000 pixels", "ok", raised_facts="size=8000x8000")
limit("lying-size.png", png(60000, 60000, zlib.compress(bytes(64), 9), colour=2),
      "the header claims 60000 x 60000 pixels, the data has none", *PIXELS, "error:limit.pixels",
      "4000000000 pixels", "error:format.damaged")
limit("lying-size.gif", b"GIF89a" + struct.pack("<HHBBB", 60000, 60000, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
      + b"," + struct.pack("<HHHHB", 0, 0, 60000, 60000, 0) + b"\2\2\x4c\1\0;",
      "the header claims 60000 x 60000 pixels, the data has none", *PIXELS, "error:limit.pixels",
      "4000000000 pixels", "error:format.damaged")
limit("lying-size.jpg", JPEG[:JPEG_SIZE] + struct.pack(">HH", 60000, 60000) + JPEG[JPEG_SIZE + 4:],
      "the header claims 60000 x 60000 pixels, the data has 64 x 64", *PIXELS, "error:limit.pixels",
      "4000000000 pixels", "error:format.damaged")
limit("lying-size.bmp", b"BM" + struct.pack("<IHHI", 58, 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, 60000,
      60000, 1, 24, 0, 0, 2835, 2835, 0, 0) + bytes(4),
      "the header claims 60000 x 60000 pixels, the data has one", *PIXELS, "error:limit.pixels",
      "4000000000 pixels", "error:format.damaged")

# ---- XML entities --------------------------------------------------------------------------

ENTITY = "a DOCTYPE is refused"
laughs = '<?xml version="1.0"?>\n<!DOCTYPE lolz [\n<!ENTITY lol0 "lol">\n' + "".join(
    f'<!ENTITY lol{i} "{f"&lol{i - 1};" * 10}">\n' for i in range(1, 10)) + "]>\n<lolz>&lol9;</lolz>\n"
check("billion-laughs.xml", laughs.encode(), "internal entities that expand to 3 GB", ENTITY, "error:format.entity")
check("external-entity.xml", b'<?xml version="1.0"?>\n<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>\n'
      b"<d>&e;</d>\n", "an external entity reads a file of the host", ENTITY, "error:format.entity")
check("external-dtd.xhtml", b'<?xml version="1.0"?>\n<!DOCTYPE html SYSTEM "http://127.0.0.1:9/evil.dtd">\n'
      b'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head><body/></html>\n',
      "an external DTD makes the parser open a connection", ENTITY, "error:format.entity")
check("entity.docx", docx(b'<?xml version="1.0"?>\n<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>\n'
      + f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&e;</w:t></w:r></w:p></w:body></w:document>'.encode()),
      "an external entity inside an Office document", ENTITY, "error:format.entity")
check("external-reference.svg", b'<?xml version="1.0"?>\n<?xml-stylesheet href="file:///etc/passwd"?>\n'
      b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xi="http://www.w3.org/2001/XInclude"'
      b' width="10" height="10"><image href="file:///etc/passwd" width="10" height="10"/>'
      b'<xi:include href="file:///etc/passwd" parse="text"/><script href="http://127.0.0.1:9/x.js"/>'
      b"<text>plain text</text></svg>\n", "XInclude, image and script name files of the host",
      "references are text, never followed", "ok", facts="words=2")

# ---- damaged and cyclic --------------------------------------------------------------------

whole = page(stream(TEXT))
check("truncated.pdf", whole[:len(whole) * 6 // 10], "the end with the cross-reference table is missing",
      "reads past the end are errors", "ok", "ok: the reader rebuilds the table", "words=2")
check("truncated.jpg", JPEG[:-60], "the last pixels are missing", "reads past the end are errors",
      "ok", "ok: the decoder leaves the rest blank", "size=64x64")
check("truncated.png", png(64, 64, zlib.compress(bytes(65 * 64), 0))[:2000], "half of the pixel data is missing",
      "reads past the end are errors", "error:format.damaged")
small = docx(DOC_HEAD + b"<w:p><w:r><w:t>Hello harbour</w:t></w:r></w:p>" + DOC_TAIL)
check("truncated.docx", small[:len(small) * 6 // 10], "the zip directory is missing",
      "reads past the end are errors", "error:format.damaged")
check("lying-length.pdf", page(stream(TEXT, length=b"2147483647")), "a stream claims 2 GiB - 1 bytes",
      "a length is checked against the file before memory is taken", "ok",
      "ok: the reader looks for endstream", "words=2")

check("cyclic-pages.pdf", pdf({1: b"<< /Type /Catalog /Pages 2 0 R >>",
      2: b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
      3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
      4: b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 1 >>"}),
      "the page tree holds itself", "each object is visited once", "error:format.cycle")
check("cyclic-outline.pdf", page(stream(TEXT), b"/Outlines 6 0 R ", objects={
      6: b"<< /Type /Outlines /First 7 0 R /Last 8 0 R /Count 2 >>",
      7: b"<< /Title (one) /Parent 6 0 R /Next 8 0 R /First 6 0 R /Last 6 0 R >>",
      8: b"<< /Title (two) /Parent 6 0 R /Next 7 0 R >>"}),
      "the outline runs in a circle", "each object is visited once", "ok",
      "ok: the inspector does not read outlines", "words=2")
check("cyclic-length.pdf", page(stream(TEXT, length=b"4 0 R")), "a stream's length is the stream itself",
      "each object is visited once", "ok", "ok: the stream counts as empty", "words=0")
check("cyclic-xref.pdf", page(stream(TEXT), prev="self"), "the cross-reference table names itself as the one before",
      "each object is visited once", "ok", "ok: each table is read once", "words=2")

# ---- content that acts ---------------------------------------------------------------------

check("launch.pdf", page(stream(TEXT), b"/OpenAction 6 0 R ", objects={
      6: b"<< /S /Launch /F (/bin/sh) /Win << /F (/usr/bin/touch) /P (launched) >> /Next 7 0 R >>",
      7: b"<< /S /JavaScript /JS (app.launchURL\\(\"http://127.0.0.1:9/\"\\)) >>"}),
      "an open action starts a program and a script", "actions are data, never run", "ok",
      facts="words=2", canary="file:launched")
POLYGLOT = "output:POLYGLOT RAN"
check("polyglot.pdf", jar(page(stream(TEXT))), "a PDF that is also an executable jar",
      "a document is never on a class path", "ok",
      "offsets of the zip part count from the file's start, so java -jar accepts it", "words=2", POLYGLOT)
check("polyglot.png", jar(png(64, 64, zlib.compress(bytes(65 * 64), 9))), "a PNG that is also an executable jar",
      "a document is never on a class path", "ok",
      "offsets of the zip part count from the file's start, so java -jar accepts it", "size=64x64", POLYGLOT)
z = Zip()
z.add("../../outside.txt", b"outside\n")
z.add("/tmp/outside.txt", b"outside\n")
z.add("..\\..\\outside.txt", b"outside\n")
z.add("same.txt", b"first\n")
z.add("same.txt", b"second\n")
z.add("link", b"/etc/passwd", attributes=0o120777 << 16)
z.add("\x1b[31mred.txt", b"red\n")
check("traversal.zip", z.bytes(), "names with ../, absolute, twice, with escape codes, and a symbolic link",
      "entries are read, never written; names are shown escaped", "ok",
      facts="words=7", canary="file:outside.txt,control characters")
check("elf.docx", b"\x7fELF\2\1\1\0" + bytes(56), "a program with the name of a document",
      "the type is taken from the content", "unsupported")
check("empty.pdf", b"", "no content", "the type is taken from the content",
      "ok", "ok: as a text of no words", "type=text/plain;words=0")
check("odd-name.txt", b"# SPDX-License-Identifier: Apache-2.0\n"
      b"# The file's name and its content, with the escapes that String.translateEscapes() knows.\n"
      b"name=" + ODD_NAME.replace("\n", "\\n").replace("\x1b", "\\033").encode() + b"\n"
      b"content=" + ODD_TEXT.replace(b"\n", b"\\n") + b"\n",
      "a file name with a newline and escape codes", "names are shown escaped", "ok",
      "this file states the name; the demo makes the file itself", canary="control characters")

# ---- hooks ---------------------------------------------------------------------------------

limit("loop.hook", b"%PORTUNUS-HOOK endless-loop\n", "a parser that never ends", "limit.time", "2 s",
      "error:limit.time", "4 s", "error:limit.time", facts="took>=2 s", raised_facts="took>=4 s")
limit("memory.hook", b"%PORTUNUS-HOOK exhaust-memory\n", "a parser that allocates until memory is gone",
      "limit.memory", "96 MiB", "error:limit.memory", "192 MiB", "error:limit.memory",
      "the heap that the job grants; its outer limit is Memory", "allocated<=96 MiB", "allocated>96 MiB")
check("exit.hook", b"%PORTUNUS-HOOK exit\n", "a parser that ends its process with status 3",
      "the domain is started again", "interrupted", "asked three times, interrupted three times", "tries=3")

# ---- output --------------------------------------------------------------------------------


def rows_of_others(table):
    """Rows of documents that this script does not make: they stay."""
    if not os.path.exists(table):
        return []
    with open(table, encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if not line.startswith(("#", "file\t"))]
    return [row for row in rows if row[0] not in FILES]


def main():
    options = argparse.ArgumentParser()
    options.add_argument("folder")
    options.add_argument("--table")
    options.add_argument("--odd-name", action="store_true")
    options = options.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    for name, data in FILES.items():
        with open(os.path.join(options.folder, name), "wb") as f:
            f.write(data)
    if options.odd_name:
        with open(os.path.join(options.folder, ODD_NAME), "wb") as f:
            f.write(ODD_TEXT)
    if options.table:
        ROWS.extend(rows_of_others(options.table))
        with open(options.table, "w", encoding="utf-8", newline="\n") as f:
            f.write("# SPDX-License-Identifier: Apache-2.0\n")
            f.write("file\tattacks\tkind\tdefence\tdefault\tallowed\tfacts\traised\traisedAllowed"
                    "\traisedFacts\tcanary\tnote\n")
            for r in ROWS:
                f.write("\t".join(r) + "\n")
    print(f"{len(FILES)} files, {sum(map(len, FILES.values()))} bytes")


main()
