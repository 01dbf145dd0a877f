"""Hostile text, and how one sees in a page, a sheet or a PDF that it did nothing (D4-26 to 51)."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import openpyxl
from pypdf import PdfReader

MARK = "zqx9"
"""Stands in every payload, so that one sees where it came out."""
PAYLOAD = (
    f"{MARK}\"'><script>alert({MARK})</script><img src=x onerror=alert(1)>"
    "<svg/onload=alert(1)>${7*7} {{7*7}} #{7*7} <%=7*7%> &lt;b&gt; <para><font color="
    '"[x for x in ().__class__.__base__.__subclasses__()]">x</font></para><onDraw name="x"/> & <b>'
)
FORMULA = f'=HYPERLINK("http://evil.example","{MARK}")'
"""A text that a spreadsheet would run."""
FOREIGN = re.compile(r"(?:javascript|data|file|vbscript):|//")


class Living(HTMLParser):
    """Collects what a browser would run, load or send in a page."""

    STRANGE = frozenset(
        {"img", "style", "base", "iframe", "object", "embed", "math", "mglyph", "para", "font"}
    )

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag in self.STRANGE or (tag == "script" and not dict(attrs).get("src")):
            self.found.append((tag, attrs))
        for name, value in attrs:
            target = (value or "").strip().lower()
            loads = name in {"href", "src", "action", "formaction", "xlink:href"}
            if name.startswith(("on", "tal:")) or name == "style":
                self.found.append((tag, name))
            elif loads and (FOREIGN.match(target) or "169.254" in target):
                self.found.append((tag, target))

    handle_startendtag = handle_starttag


def inert(text, path):
    """Check that nothing of the payload came to life in a page."""
    page = Living()
    page.feed(text)
    shown = {"img": "/logo", "iframe": "/pdf?show=1"}
    own = [one for one in page.found if shown.get(one[0], "-") in str(one[1])]
    assert [one for one in page.found if one not in own] == [], path
    assert not re.search(rf"{MARK}[^$]{{0,120}}\b49\b", text), path


def inert_pdf(data, path):
    """Check a PDF: nothing acts, no foreign link; gives its text without white space."""
    for name in (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"root:x:0"):
        assert name not in data, path
    reader = PdfReader(io.BytesIO(data))
    links = [
        str(note.get_object().get("/A", {}).get("/URI", ""))
        for page in reader.pages
        for note in page.get("/Annots", [])
    ]
    assert not [one for one in links if re.match(r"(?i)(javascript|data|file):", one)], path
    return re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))


def inert_sheet(data, path):
    """Check a workbook: no cell is a formula; gives its texts."""
    texts = []
    for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (path, cell.value)
                texts.append(str(cell.value or ""))
    return texts


def sealed_download(answer, path):
    """Check the head of a download (D4-27, D4-35, D4-36)."""
    head = answer.headers["Content-Disposition"]
    name = r"filename=\"[^\"\\;\r\n<>]*\"; filename\*=UTF-8''[A-Za-z0-9._~%\-]+"
    assert re.fullmatch(rf"(attachment|inline); {name}", head), (path, head)
    assert answer.headers["X-Content-Type-Options"] == "nosniff", path
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"], path
    if head.startswith("attachment"):
        assert "sandbox" in answer.headers["Content-Security-Policy"], path
    assert answer.headers["Cache-Control"] == "no-store", path
