"""A PDF of about twenty pages beside bare ReportLab, and a signature beside bare pyHanko.

Bare ReportLab lays out the same texts in the same fonts with a table as head of every page, in one
pass and without tags, contents, outline, signature fields or «page x of y». Bare pyHanko signs the
same file in the same field with the same appearance, its own signer with the key loaded before and
the room for the signature given, so that it signs once.
"""

from __future__ import annotations

import argparse
import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from pages import bound
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Spacer, Table
from timing import Taken, side_by_side

from qms.cli.place import Place, data_values
from qms.documents.pdf import render
from qms.documents.services.freezing import freeze
from qms.pdf import fonts
from qms.pdf.document import Sheet
from qms.signing import services as signing
from qms.signing.appearance import Appearance, SignatureStyle
from qms.signing.pades import FieldBox, add_signature_fields, sign_pdf

PAGES = 20
FIELD = "approved-1"


def frozen_of(place: Place, times: int) -> dict[str, Any]:
    """Freeze a document of the corpus whose text is repeated so many times."""
    with place.reading() as site:
        found = next(iter(site["bench"]["documents"].values()))
        act = _act(place)
        frozen = freeze(found.latest, act=act, check_url="http://bench/v/x")
    for section in frozen["sections"]:
        section["data"]["html"] *= times
    return frozen


def _act(place: Place) -> Any:
    from qms.people.acts import make_act

    return make_act(place.registry, "ana")


def paragraphs_of(frozen: dict[str, Any]) -> list[str]:
    """Give the texts of all sections, a heading before each."""
    texts = []
    for section in frozen["sections"]:
        texts.append(f"<b>{section['title']}</b>")
        texts += re.findall(r"<p>(.*?)</p>", section["data"]["html"])
    return texts


def bare_pdf(texts: list[str]) -> bytes:
    """Lay the texts out with ReportLab alone."""
    sheet = Sheet.of("letter")
    style = ParagraphStyle(
        "body", fontName=fonts.REGULAR, fontSize=10, leading=13, alignment=4, spaceAfter=6
    )
    story: list[Any] = []
    for text in texts:
        story += [Paragraph(text, style), Spacer(1, 2)]

    def head(canvas: Any, document: Any) -> None:
        cells = [["BANCO", "SISTEMA", f"Página {document.page}"], ["Código", "Título", "Versión"]]
        table = Table(cells, colWidths=[100, 268, 100])
        table.setStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")])
        table.wrapOn(canvas, 468, 60)
        table.drawOn(canvas, 72, sheet.height - 80)

    frame = Frame(72, 72, 468, sheet.height - 172, 0, 0, 0, 0)
    target = io.BytesIO()
    document = BaseDocTemplate(
        target,
        pagesize=(sheet.width, sheet.height),
        pageTemplates=[PageTemplate(frames=[frame], onPage=head)],
        pageCompression=1,
        invariant=1,
    )
    document.build(story)
    return target.getvalue()


def pages_of(pdf: bytes) -> int:
    """Count the pages of a file."""
    return int(IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False).root["/Pages"]["/Count"])


class Signing:
    """One key, one file with one field, and both ways to sign it."""

    def __init__(self, place: Place, frozen: dict[str, Any]) -> None:
        from qms.kernel.clock import now

        at, secret = now(), b"x" * 32
        authority = signing.found_authority(
            label="bench",
            organisation="Banco",
            organisation_id="NIT 1",
            country="CO",
            secret=secret,
            at=at - timedelta(minutes=1),
        )
        identity = signing.enrol(
            authority,
            name="Ana Ruiz",
            person_id="ana",
            passphrase="firma-9-larga",
            secret=secret,
            at=at,
        )
        key = signing.unlock(identity, authority, "firma-9-larga")
        if key is None:
            raise SystemExit("the key does not open")
        self.key = key
        self.appearance = Appearance("Ana Ruiz", "Líder", "Apruebo esta versión", at)
        rendition = render(frozen, files={}, mark=None)
        box = FieldBox(FIELD, 0, 80.0, 80.0, 260.0, 140.0, "Firma")
        self.pdf = add_signature_fields(rendition.pdf, [box])
        self.signer = self._bare_signer()

    def _bare_signer(self) -> SimpleSigner:
        from asn1crypto import keys, x509
        from cryptography.hazmat.primitives import serialization

        der = serialization.Encoding.DER
        private = self.key.private_key.private_bytes(
            der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        store = SimpleCertificateStore()
        store.register(x509.Certificate.load(self.key.issuer.public_bytes(der)))
        return SimpleSigner(
            signing_cert=x509.Certificate.load(self.key.certificate.public_bytes(der)),
            signing_key=keys.PrivateKeyInfo.load(private),
            cert_registry=store,
        )

    def ours(self) -> bytes:
        """Sign as the house does."""
        return sign_pdf(self.pdf, FIELD, self.key, appearance=self.appearance)

    def bare(self) -> bytes:
        """Sign with the library alone."""
        writer = IncrementalPdfFileWriter(io.BytesIO(self.pdf))
        metadata = PdfSignatureMetadata(
            field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
        )
        style = SignatureStyle(appearance=self.appearance)
        signer = PdfSigner(metadata, self.signer, stamp_style=style)
        return signer.sign_pdf(writer, existing_fields_only=True, bytes_reserved=8192).getvalue()


def line(name: str, ours: Taken, bare: Taken, note: str) -> str:
    """Write one row of the table."""
    return (
        f"| {name} | {ours.wall_ms:.1f} | {bare.wall_ms:.1f} | {ours.wall_ms / bare.wall_ms:.2f} |"
        f" {ours.processor_ms:.1f} | {bare.processor_ms:.1f} |"
        f" {ours.processor_ms / bare.processor_ms:.2f} | {note} |"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--times", type=int, default=15)
    arguments = parser.parse_args()
    bound(0)
    place = Place(data_values(arguments.data))
    times = 1
    frozen = frozen_of(place, times)
    while (made := render(frozen, files={}, mark=None)).pages < PAGES:
        times += 1
        frozen = frozen_of(place, times)
    texts = paragraphs_of(frozen)
    other = pages_of(bare_pdf(texts))
    print("| work | ours ms | bare ms | ratio | ours CPU ms | bare CPU ms | ratio | |")
    print("|---|---|---|---|---|---|---|---|")
    ours, bare = side_by_side(
        lambda: render(frozen, files={}, mark=None), lambda: bare_pdf(texts), arguments.times
    )
    print(line("PDF, bare ReportLab", ours, bare, f"{made.pages} pages, bare {other}"))
    work = Signing(place, frozen)
    ours, bare = side_by_side(work.ours, work.bare, arguments.times * 2)
    print(line("one signature, bare pyHanko", ours, bare, f"{len(work.pdf) // 1024} kB file"))
    place.close()


if __name__ == "__main__":
    main()
