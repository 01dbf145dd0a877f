"""D4-52 and D4-43: altered, wrapped, shadowed, look-alike and hostile files are never ok."""

import contextlib
import io
import re
import zlib
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from signing_house import AT, LATER, appearance, sign_all

from qms.signing import authority as pki
from qms.signing import services
from qms.signing.errors import SigningRefused
from qms.signing.inspection import inspect_pdf
from qms.signing.keys import UnlockedKey
from qms.signing.pades import FieldBox, add_signature_fields, sign_pdf
from qms.signing.report import UNKNOWN
from qms.signing.verify import Limits, verify_pdf


@pytest.fixture(scope="session")
def judge(house):
    def judge(pdf, at=LATER, **kwargs):
        return inspect_pdf(pdf, [house.root], crls=[house.authority.crl], at=at, **kwargs)

    return judge


def gaps(pdf):
    """Where each signature's own hexadecimal digits stand; only there bytes are not covered."""
    ranges = re.finditer(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", pdf)
    return [(int(match[1]), int(match[2])) for match in ranges]


@settings(max_examples=60)
@given(place=st.integers(0, 10**9), change=st.integers(1, 255))
def test_d4_52_any_byte_flipped_under_a_signature_is_noticed(place, change, signed_pdf, judge):
    start, end = gaps(signed_pdf)[-1]
    place %= start + len(signed_pdf) - end
    position = place if place < start else end + place - start
    altered = bytearray(signed_pdf)
    altered[position] ^= change
    assert not judge(bytes(altered)).ok


@settings(max_examples=30)
@given(place=st.integers(0, 10**9))
def test_d4_52_a_changed_signature_value_never_helps(place, signed_pdf, judge):
    start, end = gaps(signed_pdf)[0]
    position = start + 1 + place % (end - start - 2)
    altered = bytearray(signed_pdf)
    altered[position] = ord("7") if altered[position] != ord("7") else ord("8")
    assert not judge(bytes(altered)).ok  # the later signatures cover the first one's digits


@pytest.mark.parametrize("extra", [b" ", b"\n%comment\n", b"%%EOF\n", b"1 0 obj\n<<>>\nendobj\n"])
def test_d4_52_bytes_appended_after_the_last_signature(extra, signed_pdf, judge):
    assert not judge(signed_pdf + extra).ok


def test_d4_52_a_file_cut_back_to_fewer_signatures_shows_what_is_missing(signed_pdf, judge):
    _, end = gaps(signed_pdf)[0]
    cut = signed_pdf.index(b"%%EOF", end) + 6
    report = judge(signed_pdf[:cut])
    assert report.empty_fields == ["step-1", "step-2", "seal"]


def incremental(pdf, change):
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def overlay(writer):
    evil = generic.StreamObject(stream_data=b"BT /F1 20 Tf 72 600 Td (VALE 1.000.000) Tj ET")
    writer.add_stream_to_page(0, writer.add_object(evil))


def replace_content(writer):
    page = writer.find_page_for_modification(0)[0].get_object()
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b""))
    writer.update_container(page)


def rotate(writer):
    page = writer.find_page_for_modification(0)[0].get_object()
    page["/Rotate"] = generic.NumberObject(180)
    writer.update_container(page)


def annotate(writer):
    page = writer.find_page_for_modification(0)[0].get_object()
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 600, 800))),
            pdf_name("/Contents"): generic.pdf_string("ANULADO"),
        }
    )
    page["/Annots"].append(writer.add_object(note))
    writer.update_container(page["/Annots"])
    writer.update_container(page)


def redraw_signature(writer):
    field = writer.root["/AcroForm"]["/Fields"][0]
    evil = generic.StreamObject(stream_data=b"BT (Otra persona) Tj ET")
    evil[pdf_name("/Subtype")] = pdf_name("/Form")
    evil[pdf_name("/BBox")] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 165, 60)))
    field["/AP"]["/N"] = writer.add_object(evil)
    writer.update_container(field["/AP"])
    writer.update_container(field)


def swap_font(writer):
    fonts = writer.root["/AcroForm"]["/DR"]["/Font"]
    descendant = fonts["/QmsSans"]["/DescendantFonts"][0]
    descendant["/W"] = generic.ArrayObject()
    writer.update_container(descendant)


def switch_layers(writer):
    writer.root["/OCProperties"] = generic.DictionaryObject(
        {pdf_name("/OCGs"): generic.ArrayObject(), pdf_name("/D"): generic.DictionaryObject()}
    )
    writer.update_root()


def shadow_catalogue(writer):
    pages = writer.root["/Pages"]
    writer.root["/Pages"] = writer.add_object(generic.DictionaryObject(pages))
    writer.update_root()


def drop_signature(writer):
    fields = writer.root["/AcroForm"]["/Fields"]
    del fields[2]
    writer.update_container(fields)


def drop_page(writer):
    pages = writer.root["/Pages"]
    del pages["/Kids"][1]
    pages["/Count"] = generic.NumberObject(1)
    writer.update_container(pages["/Kids"])
    writer.update_container(pages)


def add_open_action(writer):
    writer.root["/OpenAction"] = generic.DictionaryObject(
        {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("x()")}
    )
    writer.update_root()


CHANGES = [
    overlay,
    replace_content,
    rotate,
    annotate,
    redraw_signature,
    swap_font,
    switch_layers,
    shadow_catalogue,
    drop_signature,
    drop_page,
    add_open_action,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_d4_52_an_incremental_update_after_the_seal_is_refused(change, signed_pdf, judge):
    altered = incremental(signed_pdf, change)
    assert altered.startswith(signed_pdf)
    assert not judge(altered).ok


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_d4_52_a_change_between_two_signatures_is_refused(change, frozen_pdf, house, judge):
    pdf = frozen_pdf
    for number in (2, 0):
        pdf = sign_pdf(pdf, f"step-{number}", house.keys[number], appearance=appearance(number))
    altered = incremental(pdf, change)
    assert not judge(altered).ok
    with contextlib.suppress(SigningRefused):  # no signature at all is as good
        altered = sign_pdf(altered, "step-1", house.keys[1], appearance=appearance(1))
    assert not judge(altered).ok


def test_d4_52_an_empty_field_dressed_up_as_signed_is_refused(frozen_pdf, house, judge):
    def dress(writer):
        field = writer.root["/AcroForm"]["/Fields"][1]
        evil = generic.StreamObject(stream_data=b"BT (Gerente General) Tj ET")
        evil[pdf_name("/Subtype")] = pdf_name("/Form")
        evil[pdf_name("/BBox")] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 165, 60)))
        field["/AP"]["/N"] = writer.add_object(evil)
        writer.update_container(field["/AP"])
        writer.update_container(field)

    pdf = sign_pdf(frozen_pdf, "step-0", house.keys[0], appearance=appearance(0))
    assert not judge(incremental(pdf, dress)).ok


def test_d4_52_a_wrapping_attack_that_moves_the_signed_bytes_is_refused(signed_pdf, house, judge):
    """The digest still matches: the second signed range is copied behind the attacker's page."""
    start, end = gaps(signed_pdf)[-1]
    tail = signed_pdf[end:]
    marker = signed_pdf.rindex(b"/ByteRange", 0, start)
    opening = max(m.start() for m in re.finditer(rb"\d+ 0 obj", signed_pdf[:marker]))
    number = int(signed_pdf[opening:].split()[0])
    closing = signed_pdf.index(b"endobj", end) + 6
    body = signed_pdf[opening:closing]
    page = int(PdfFileReader(io.BytesIO(signed_pdf)).root["/Pages"]["/Kids"].raw_get(0).idnum)
    page_object = PdfFileReader(io.BytesIO(signed_pdf)).root["/Pages"]["/Kids"][0]
    evil_page = io.BytesIO()
    changed = generic.DictionaryObject(page_object)
    changed[pdf_name("/Rotate")] = generic.NumberObject(180)
    changed.write_to_stream(evil_page, None)

    out = bytearray(signed_pdf + b"\n")
    offsets = {}
    offsets[page] = len(out)
    out += b"%d 0 obj\n%s\nendobj\n" % (page, evil_page.getvalue())
    out += b"9000 0 obj\n<</Length %d>>\nstream\n" % len(tail)
    copied = len(out)
    out += tail + b"\nendstream\nendobj\n"
    offsets[number] = len(out)
    moved = re.sub(
        rb"/ByteRange\s*\[[^\]]*\]", b"/ByteRange [0 %d %d %d]" % (start, copied, len(tail)), body
    )
    out += moved + b"\n"
    xref = len(out)
    out += b"xref\n"
    for entry, offset in sorted(offsets.items()):
        out += b"%d 1\n%010d 00000 n \n" % (entry, offset)
    trailer = signed_pdf[signed_pdf.rindex(b"trailer") :]
    previous = re.search(rb"startxref\s+(\d+)", trailer)[1]
    root = re.search(rb"/Root\s+(\d+ 0 R)", trailer)[1]
    out += b"trailer\n<</Size 9001 /Root %s /Prev %s>>\n" % (root, previous)
    out += b"startxref\n%d\n%%%%EOF\n" % xref
    wrapped = bytes(out)

    embedded = PdfFileReader(io.BytesIO(wrapped), strict=False).embedded_signatures
    digests = [one.compute_digest() for one in embedded if one.fq_name == "seal"]
    honest = PdfFileReader(io.BytesIO(signed_pdf)).embedded_signatures[-1].compute_digest()
    assert digests == [honest]  # the attack is a real one
    report = judge(wrapped)
    assert not report.ok
    assert not verify_pdf(wrapped, [house.root], at=LATER).ok


@pytest.mark.parametrize(
    "new",
    [b"[0 0 0 0]", b"[]", b"null", b"[0 -1 5 9]", b"[0 1e9 2 3]", b"[0 10 20 999999999]", b"(x)"],
)
def test_d4_52_a_forged_byte_range_is_refused(new, signed_pdf, judge):
    forged = re.sub(rb"/ByteRange\s*\[[^\]]*\]", b"/ByteRange " + new, signed_pdf)
    assert forged != signed_pdf
    assert not judge(forged).ok


def test_d4_52_an_emptied_signature_is_refused(signed_pdf, judge):
    for start, end in gaps(signed_pdf):
        forged = signed_pdf[: start + 1] + b"0" * (end - start - 2) + signed_pdf[end - 1 :]
        assert not judge(forged).ok


def test_d4_52_a_look_alike_authority_with_the_same_names_is_not_trusted(
    frozen_pdf, look_alike, judge, house
):
    report = judge(sign_all(frozen_pdf, look_alike))
    assert not report.ok
    assert [s.intact for s in report.signatures] == [True] * 4
    assert [s.trusted for s in report.signatures] == [False] * 4
    assert {s.level for s in report.signatures} == {UNKNOWN}
    assert report.signatures[0].signer == "Lucía Mora"  # that is what makes it a look-alike


def test_d4_52_one_look_alike_among_honest_signatures_spoils_the_file(
    frozen_pdf, house, look_alike, judge
):
    pdf = sign_pdf(frozen_pdf, "step-0", house.keys[0], appearance=appearance(0))
    pdf = sign_pdf(pdf, "step-1", look_alike.keys[1], appearance=appearance(1))
    report = judge(pdf)
    assert [s.ok for s in report.signatures] == [True, False]
    assert not report.ok


def test_d4_52_a_person_cannot_issue_certificates(frozen_pdf, house, judge):
    """Whoever holds a signing certificate tries to be an authority of the same name."""
    person = house.keys[0]
    root = pki.load_certificate(house.root)
    forger = pki.Issuer(root, person.private_key)
    key = ec.generate_private_key(ec.SECP256R1())
    forged = pki.issue_person(
        forger, key.public_key(), serial=77, name="Gerente", person_id="gerente", at=AT
    )
    for chain in (root, person.certificate):
        unlocked = UnlockedKey(key, pki.load_certificate(forged), chain)
        pdf = sign_pdf(frozen_pdf, "step-0", unlocked, appearance=appearance(0))
        assert not judge(pdf).ok


def test_d4_52_the_issuing_key_itself_does_not_sign_documents(frozen_pdf, house, judge):
    issuer = services.open_issuer(house.authority, house.secret)
    unlocked = UnlockedKey(issuer.private_key, issuer.certificate, issuer.certificate)
    pdf = sign_pdf(frozen_pdf, "step-0", unlocked, appearance=appearance(0))
    assert not judge(pdf).ok


def test_d4_52_a_signed_pdf_inside_an_unsigned_one_proves_nothing(signed_pdf, plain_pdf, judge):
    out = io.BytesIO()
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(plain_pdf)))
    writer.root["/Attached"] = writer.add_object(generic.StreamObject(stream_data=signed_pdf))
    writer.write(out)
    report = judge(out.getvalue())
    assert not report.ok
    assert report.signatures == []


def test_d4_52_a_pdf_without_signature_is_not_ok(plain_pdf, frozen_pdf, judge):
    assert str(judge(plain_pdf).problems[0]) == "This PDF has no signature."
    report = judge(frozen_pdf)
    assert not report.ok
    assert len(report.empty_fields) == 4


def test_nothing_is_trusted_without_a_root(signed_pdf):
    assert not inspect_pdf(signed_pdf, [], at=LATER).ok


def test_a_dynamic_form_is_refused(plain_pdf, house, judge):
    def make_xfa(writer):
        form = writer.root["/AcroForm"]
        form["/XFA"] = writer.add_object(generic.StreamObject(stream_data=b"<xdp/>"))
        writer.update_container(form)

    fields = add_signature_fields(plain_pdf, [FieldBox("a", 0, 40, 40, 205, 100)])
    pdf = sign_pdf(incremental(fields, make_xfa), "a", house.keys[0], appearance=appearance(0))
    assert "dynamic form" in str(judge(pdf).problems[0])


def test_a_signed_program_that_starts_on_opening_is_named(frozen_pdf, house, judge):
    pdf = incremental(frozen_pdf, add_open_action)
    pdf = sign_pdf(pdf, "step-0", house.keys[0], appearance=appearance(0))
    assert "program" in str(judge(pdf).notes[0])


@pytest.fixture
def revoked_when(new_house, frozen_pdf):
    pdf = sign_pdf(frozen_pdf, "step-0", new_house.keys[0], appearance=appearance(0))

    def judge(reason, when):
        services.revoke(new_house.authority, 3, reason=reason, secret=new_house.secret, at=when)
        return inspect_pdf(pdf, [new_house.root], crls=[new_house.authority.crl], at=LATER)

    return judge


@pytest.mark.parametrize("reason", ["keyCompromise", "unspecified"])
def test_a_stolen_key_discredits_every_unstamped_signature(reason, revoked_when):
    report = revoked_when(reason, AT + timedelta(hours=1))
    assert not report.ok
    assert report.signatures[0].revoked
    assert not report.signatures[0].trusted
    assert "2026-11-22" in str(report.signatures[0].problems[0])


def test_who_left_the_organisation_keeps_what_they_signed_before(revoked_when):
    report = revoked_when("affiliationChanged", AT + timedelta(hours=1))
    assert report.ok
    assert report.signatures[0].revoked
    assert "after this signature" in str(report.signatures[0].notes[0])


def test_a_signature_after_the_revocation_is_refused_whatever_the_reason(revoked_when):
    assert not revoked_when("affiliationChanged", AT - timedelta(hours=1)).ok


def test_a_foreign_revocation_list_counts_for_nothing(signed_pdf, house, look_alike):
    issuer = services.open_issuer(look_alike.authority, look_alike.secret)
    lines = [pki.Revocation(serial, AT, "keyCompromise") for serial in range(1, 9)]
    crl = pki.issue_crl(issuer, lines, number=99, at=AT)
    assert inspect_pdf(signed_pdf, [house.root], crls=[crl], at=LATER).ok


def test_a_certificate_that_expired_since_still_proves_and_says_so(signed_pdf, house):
    report = inspect_pdf(signed_pdf, [house.root], at=AT + timedelta(days=3 * 365))
    assert report.ok
    assert any("expired since" in str(note) for note in report.signatures[0].notes)


def test_c15_a_signature_made_outside_the_certificates_time_is_not_trusted(frozen_pdf, house):
    at = AT + timedelta(days=3 * 365)
    pdf = sign_pdf(frozen_pdf, "step-0", house.keys[0], appearance=appearance(0, at))
    assert not inspect_pdf(pdf, [house.root], at=at).ok


def test_a_time_that_lies_ahead_is_not_believed(frozen_pdf, house):
    pdf = sign_pdf(frozen_pdf, "step-0", house.keys[0], appearance=appearance(0))
    assert not inspect_pdf(pdf, [house.root], at=AT - timedelta(hours=1)).ok
    assert inspect_pdf(pdf, [house.root], at=AT - timedelta(minutes=5)).ok


def hostile_files():
    nested = b"%PDF-1.7\n1 0 obj\n" + b"[" * 200_000 + b"\nendobj\n"
    bomb = zlib.compress(b"0" * 300_000_000, 9)
    loop = (
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 1 0 R/AcroForm 1 0 R/Fields[1 0 R]/Kids[1 0 R]"
        b"/FT/Sig/V 1 0 R/Parent 1 0 R>>\nendobj\n"
    )
    xref = b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \n"
    end = b"trailer\n<</Size 2/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    return {
        "empty": b"",
        "text": "¡Hola!".encode() * 1000,
        "header only": b"%PDF-1.7\n",
        "nested": nested + xref + end % (0, len(nested)),
        "xref loop": loop + xref + end % (len(loop), len(loop)),
        "self reference": loop + xref + end.replace(b"/Prev %d", b"") % len(loop),
        "bomb": b"%%PDF-1.7\n1 0 obj\n<</Type/XRef/Size 9/W[1 4 2]/Filter/FlateDecode/Root 1 0 R"
        b"/Length %d>>\nstream\n" % len(bomb) + bomb + b"\nendstream\nendobj\nstartxref\n9\n%%EOF",
        "zeros": b"\0" * 5_000_000,
    }


@pytest.mark.parametrize("name", hostile_files())
def test_d4_43_a_hostile_file_gets_a_clean_report(name, house):
    report = verify_pdf(hostile_files()[name], [house.root], at=LATER)
    assert not report.ok
    assert report.problems
    assert all("Traceback" not in str(sentence) for sentence in report.sentences())


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_d4_43_noise_never_raises(house, noise):
    for pdf in (noise, b"%PDF-1.7\n" + noise + b"\nstartxref\n0\n%%EOF"):
        assert not inspect_pdf(pdf, [house.root], at=LATER).ok


@settings(max_examples=60)
@given(st.integers(0, 10**9), st.integers(1, 3000), st.binary(max_size=50))
def test_d4_43_a_mangled_file_never_raises(signed_pdf, judge, place, length, patch):
    start = place % len(signed_pdf)
    mangled = signed_pdf[:start] + patch + signed_pdf[start + length :]
    report = judge(mangled)
    assert report.to_dict()


def test_d4_43_a_parser_at_its_limit_dies_alone_and_the_next_file_is_checked(signed_pdf, house):
    for limits in (Limits(seconds=0), Limits(memory=40 * 1024 * 1024)):
        report = verify_pdf(signed_pdf, [house.root], at=LATER, limits=limits)
        assert not report.ok
        assert report.problems
        assert verify_pdf(signed_pdf, [house.root], at=LATER).ok


def test_d4_43_a_helper_that_was_killed_is_replaced(signed_pdf, house):
    from qms.signing import verify

    assert verify_pdf(signed_pdf, [house.root], at=LATER).ok
    verify._helper.process.kill()
    verify._helper.process.wait()
    assert verify_pdf(signed_pdf, [house.root], at=LATER).ok


def test_d4_45_a_file_over_the_size_limit_is_not_even_read(signed_pdf, house):
    report = verify_pdf(signed_pdf, [house.root], at=LATER, limits=Limits(size=1024 * 1024 // 64))
    assert not report.ok
    assert "too large" in str(report.problems[0])
