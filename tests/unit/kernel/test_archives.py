"""Archives from outside: nothing leads astray, nothing unpacks beyond its bound."""

from __future__ import annotations

import io
import stat
import struct
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qms.kernel.archives import (
    ArchiveTooLarge,
    ArchiveWriter,
    BadArchive,
    SafeArchive,
)


def archive(*entries, compression=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as made:
        for name, data in entries:
            made.writestr(name, data)
    return stream


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "name",
    ["../outside.pdf", "a/../../b.pdf", "/etc/passwd", "C:/windows.pdf", "C:evil.pdf",
     "a\\..\\b.pdf", "/".join(["x"] * 30) + ".pdf", "n" * 500 + ".pdf"],
)  # fmt: skip
def test_d4_38_names_that_lead_out_are_left_alone_one_by_one(name):
    info = zipfile.ZipInfo("placeholder.pdf")
    info.filename = info.orig_filename = name
    made = SafeArchive(archive((info, b"x"), ("good.pdf", b"y")))
    assert [one.path for one in made.entries] == ["good.pdf"]
    assert len(made.refused) == 1


def test_d4_38_links_duplicates_and_locked_entries_are_told_and_not_taken():
    link = zipfile.ZipInfo("link.pdf")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    stream = archive((link, "/etc/passwd"), ("a.pdf", b"1"), ("A.PDF", b"2"))
    made = SafeArchive(stream)
    assert [one.path for one in made.entries] == ["a.pdf"]
    assert made.read(made.entries[0]) == b"1"
    assert {one.path for one in made.refused} == {"link.pdf", "A.PDF"}


def test_d4_39_an_entry_that_grows_beyond_reason_is_left_alone():
    made = SafeArchive(archive(("bomb.pdf", b"\0" * (20 << 20)), ("good.pdf", b"y")))
    assert [one.path for one in made.entries] == ["good.pdf"]


def test_d4_39_a_header_that_lies_about_the_size_is_stopped_at_the_bytes():
    stream = archive(("a.pdf", b"\0" * (2 << 20)))
    data = bytearray(stream.getvalue())
    directory = data.rfind(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = struct.pack("<L", 10)
    made = SafeArchive(io.BytesIO(bytes(data)))
    with pytest.raises(BadArchive):
        made.read(made.entries[0], most=1 << 20)


def test_d4_39_the_bound_holds_on_actual_bytes():
    made = SafeArchive(archive(("a.pdf", bytes(range(256)) * 8192)))
    with pytest.raises(ArchiveTooLarge):
        made.read(made.entries[0], most=1 << 20)


def test_d4_39_a_hundred_thousand_entries_are_refused_before_they_are_listed():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("a", b"")
    data = bytearray(stream.getvalue())
    end = data.rfind(b"PK\x05\x06")
    data[end + 8 : end + 12] = struct.pack("<HH", 60_000, 60_000)
    began = time.monotonic()
    with pytest.raises(ArchiveTooLarge):
        SafeArchive(io.BytesIO(bytes(data)))
    assert time.monotonic() - began < 1
    with pytest.raises(ArchiveTooLarge):
        SafeArchive(archive(*((str(at), b"") for at in range(30))), entries=20)
    with pytest.raises(ArchiveTooLarge):
        SafeArchive(archive(("a", b"12345"), ("b", b"12345")), total=9)


@settings(max_examples=60)
@given(st.binary(max_size=400), st.booleans())
def test_bytes_that_are_no_archive_are_refused_and_nothing_else_happens(data, signed):
    try:
        made = SafeArchive(io.BytesIO((b"PK\x03\x04" if signed else b"") + data))
        for one in made.entries:
            made.read(one)
    except BadArchive:
        return


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}/[a-z]{1,8}\.(json|pdf)", fullmatch=True),
                       st.binary(max_size=200), max_size=5))  # fmt: skip
def test_what_is_written_is_read_again_and_equal_content_gives_equal_bytes(files):
    streams = []
    for _ in range(2):
        stream = io.BytesIO()
        writer = ArchiveWriter(stream)
        for path, data in files.items():
            writer.add(path, data)
        writer.close()
        streams.append(stream.getvalue())
    assert streams[0] == streams[1]
    made = SafeArchive(io.BytesIO(streams[0]))
    assert {one.path: made.read(one) for one in made.entries} == files
