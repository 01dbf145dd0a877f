"""Files leave with safe names and are never run by the browser."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
import transaction
import ZODB
from hypothesis import given
from hypothesis import strategies as st
from pyramid.request import Request
from ZODB.blob import BlobStorage
from ZODB.MappingStorage import MappingStorage

from qms.content.models import BlobFile
from qms.web.responses import disposition, file_response, safe_filename


@given(st.text(max_size=400))
def test_d4_36_any_name_becomes_a_safe_header(name):
    header = disposition(name)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    kept = unquote(header.split("''")[1])
    assert len(kept) <= 150
    assert not set(kept) & set('/\\:*?"<>|\r\n\u202e')


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("acta\r\nSet-Cookie: a=b.pdf", "acta Set-Cookie a=b.pdf"),
        ("../../etc/passwd", "etc passwd"),
        ("informe\u202efdp.exe", "informe fdp.exe"),
        ("", "archivo"),
        ("...", "archivo"),
        ("Procedimiento ñandú «5».pdf", "Procedimiento ñandú «5».pdf"),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
    ],
)
def test_d4_36_names_are_cleaned(name, safe):
    assert safe_filename(name) == safe


@pytest.mark.parametrize(
    "kind", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "message/rfc822"]
)
def test_d4_27_what_a_browser_could_run_leaves_as_bytes(kind):
    answer = file_response(Request.blank("/"), b"<script>", "x.html", kind, inline=True)
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_d4_27_only_a_pdf_is_shown_in_place():
    request = Request.blank("/")
    pdf = file_response(request, b"%PDF", "a.pdf", "application/pdf", inline=True)
    assert pdf.headers["Content-Disposition"].startswith("inline")
    png = file_response(request, b"x", "a.png", "image/png", inline=True)
    assert png.headers["Content-Disposition"].startswith("attachment")


def test_a_stored_file_answers_ranges(tmp_path):
    database = ZODB.DB(BlobStorage(str(tmp_path), MappingStorage()))
    manager = transaction.TransactionManager()
    connection = database.open(manager)
    connection.root()["file"] = BlobFile(b"0123456789", "ñ.pdf", "application/pdf")
    manager.commit()
    request = Request.blank("/", headers={"Range": "bytes=2-4"})
    answer = request.get_response(file_response(request, connection.root()["file"]))
    assert answer.status_int == 206
    assert answer.body == b"234"
    assert "filename*=UTF-8''%C3%B1.pdf" in answer.headers["Content-Disposition"]
    connection.close()
    database.close()
