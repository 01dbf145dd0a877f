"""PAdES signatures in a PDF: empty fields, personal signatures, the seal, trusted time.

Every function takes and gives the bytes of a file and only ever appends to it (an incremental
update), so what an earlier signer saw stays in the file, byte for byte. Nothing here belongs
inside a transaction: make the bytes first, then store them. Profile: ETSI EN 319 142-1.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from asn1crypto import cms, core
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, PdfTimeStamper, Signer
from pyhanko.sign.ades.api import CAdESSignedAttrSpec, SignerAttrSpec
from pyhanko.sign.fields import (
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
    enumerate_sig_fields,
)
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

from qms.signing.appearance import Appearance, SignatureStyle, share_font
from qms.signing.errors import FieldNotFound, FieldTaken, NotSignable
from qms.signing.keys import UnlockedKey
from qms.signing.timestamps import GuardedTimeStamper

TITLE = "2.5.4.12"
"""X.520 title: the signer's position, a claimed attribute that the signature covers."""
STAMP_ROOM = 2 * 12 * 1024
"""Room for a time stamp token in hexadecimal digits."""
SEAL_LEVEL = "Sello electrónico PAdES de la organización"


@dataclass(frozen=True)
class FieldBox:
    """An empty signature field: its name, page from 0, and corners in points from lower left."""

    name: str
    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    label: str = ""
    """What a screen reader says of the field, such as «Firma: Revisó»."""


def add_signature_fields(pdf: bytes, fields: Sequence[FieldBox]) -> bytes:
    """Append all empty fields, and the font that every signature will use, in one revision.

    Once, before the first signature. Raises NotSignable for a file that is no sound PDF.
    """
    writer = _writer(pdf)
    try:
        for box in fields:
            spec = SigFieldSpec(
                box.name,
                on_page=box.page,
                box=(round(box.x0), round(box.y0), round(box.x1), round(box.y1)),
                readable_field_name=box.label or None,
                empty_field_appearance=False,
            )
            append_signature_field(writer, spec)
        share_font(writer)
        return _written(writer)
    except (PdfError, SigningError, LookupError, TypeError) as error:
        raise NotSignable from error


def empty_fields(pdf: bytes) -> list[str]:
    """Name the signature fields that nobody has signed yet, in the order of the form."""
    found = enumerate_sig_fields(_writer(pdf).prev, filled_status=False)
    return [name for name, _, _ in found]


def sign_pdf(
    pdf: bytes,
    field_name: str,
    key: UnlockedKey,
    *,
    appearance: Appearance,
    timestamper: TimeStamper | None = None,
    crls: Iterable[bytes] = (),
) -> bytes:
    """Sign the existing empty field ``field_name``; the file grows, no earlier byte changes.

    ``appearance.at`` becomes the declared signing time. The first signature of a file certifies
    it: from then on only its signature fields may be filled (DocMDP 2). With ``timestamper`` the
    signature bears trusted time (B-T); ``crls`` (DER) of the organisation go into the file with
    the certificates (towards B-LT). Call ``preflight`` before. Raises FieldNotFound, FieldTaken,
    NotSignable, TimestampUnavailable, KeyMismatch.
    """
    key.check()
    writer = _writer(pdf)
    first = _check_field(writer, field_name)
    shown = replace(appearance, name=appearance.name or key.name)
    metadata = PdfSignatureMetadata(
        field_name=field_name,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason="; ".join([shown.meaning, *shown.extra]),
        name=shown.name,
        certify=first,
        docmdp_permissions=MDPPerm.FILL_FORMS,
        cades_signed_attr_spec=_claims(shown.position),
    )
    guarded = GuardedTimeStamper(timestamper) if timestamper is not None else None
    style = SignatureStyle(appearance=shown)
    signer = _Signer(metadata, _KeySigner(key), timestamper=guarded, stamp_style=style)
    signer.moment = shown.at
    try:
        _embed(writer, crls, [key])
        signed = signer.sign_pdf(
            writer, existing_fields_only=True, bytes_reserved=_room(key, shown, guarded)
        )
    except (PdfError, SigningError) as error:
        raise NotSignable from error
    return signed.getvalue()


def seal_pdf(
    pdf: bytes,
    seal: UnlockedKey,
    *,
    meaning: str,
    at: datetime,
    when: str = "",
    field_name: str = "seal",
    timestamper: TimeStamper | None = None,
    crls: Iterable[bytes] = (),
) -> bytes:
    """Put the organisation's seal, the last signature, into its own field; raises as sign_pdf.

    ``when`` is the printed moment in the organisation's style, if it has one.
    """
    appearance = Appearance(
        name=seal.organisation, position="", meaning=meaning, at=at, level=SEAL_LEVEL, when=when
    )
    return sign_pdf(
        pdf, field_name, seal, appearance=appearance, timestamper=timestamper, crls=crls
    )


def upgrade_with_timestamp(
    pdf: bytes,
    timestamper: TimeStamper,
    *,
    certificates: Iterable[bytes] = (),
    crls: Iterable[bytes] = (),
) -> bytes:
    """Append validation data and a document time stamp over all signatures, after the commit.

    Certificates and revocation lists are DER. The pending stamp («sello de tiempo pendiente»)
    is settled by this; raises TimestampUnavailable when the authority does not answer, and the
    caller tries again later.
    """
    writer = _writer(pdf)
    _embed(writer, crls, (), certificates)
    stamper = PdfTimeStamper(GuardedTimeStamper(timestamper))
    try:
        stamped = stamper.timestamp_pdf(writer, "sha256", bytes_reserved=STAMP_ROOM)
    except (PdfError, SigningError) as error:
        raise NotSignable from error
    return stamped.getvalue()


class _KeySigner(Signer):
    """Signs with the key object as it is; the library's own signer parses the key every time."""

    def __init__(self, key: UnlockedKey) -> None:
        registry = SimpleCertificateStore()
        registry.register(_asn1(key.issuer.public_bytes(Encoding.DER)))
        super().__init__(
            signing_cert=_asn1(key.certificate.public_bytes(Encoding.DER)),
            cert_registry=registry,
            embed_roots=True,
        )
        self.key = key

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,
        dry_run: bool = False,  # noqa: FBT001, FBT002 - the library's own signature
    ) -> bytes:
        if digest_algorithm != "sha256":
            raise SigningError("only SHA-256 is used here")
        return self.key.sign(data)


class _Signer(PdfSigner):
    """Takes the moment of the act instead of reading the clock."""

    moment: datetime

    def init_signing_session(
        self,
        pdf_out: BasePdfFileWriter,
        existing_fields_only: bool = False,  # noqa: FBT001, FBT002 - the library's own signature
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.moment
        return session


def _claims(position: str) -> CAdESSignedAttrSpec | None:
    if not position:
        return None
    title = cms.AttCertAttribute({"type": TITLE, "values": [core.UTF8String(position)]})
    return CAdESSignedAttrSpec(
        signer_attributes=SignerAttrSpec(claimed_attrs=[title], certified_attrs=[])
    )


def _room(key: UnlockedKey, appearance: Appearance, stamper: TimeStamper | None) -> int:
    """Digits to keep free for the signature; asking the library would sign twice."""
    size = sum(len(c.public_bytes(Encoding.DER)) for c in (key.certificate, key.issuer))
    digits = 2 * (size + 2048 + 4 * len(appearance.position))
    return digits + (STAMP_ROOM if stamper is not None else 0)


def _embed(
    writer: BasePdfFileWriter,
    crls: Iterable[bytes],
    keys: Iterable[UnlockedKey],
    certificates: Iterable[bytes] = (),
) -> None:
    lists = [asn1_crl.CertificateList.load(crl) for crl in crls]
    chain = [c.public_bytes(Encoding.DER) for key in keys for c in (key.certificate, key.issuer)]
    found = [_asn1(certificate) for certificate in [*chain, *certificates]]
    if lists or (found and not chain):
        DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=found, crls=lists)


def _asn1(der: bytes) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(der)


def _check_field(writer: IncrementalPdfFileWriter, field_name: str) -> bool:
    """Refuse a field that is missing or signed; tells whether the file has no signature yet."""
    fields = {name: value for name, value, _ in enumerate_sig_fields(writer.prev)}
    if field_name not in fields:
        raise FieldNotFound(field=field_name)
    if fields[field_name] is not None:
        raise FieldTaken(field=field_name)
    return all(value is None for value in fields.values())


def _writer(pdf: bytes) -> IncrementalPdfFileWriter:
    try:
        return IncrementalPdfFileWriter(io.BytesIO(pdf))
    except (PdfError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise NotSignable from error


def _written(writer: IncrementalPdfFileWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
