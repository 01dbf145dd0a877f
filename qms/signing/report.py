"""What a verification found, as plain data for the screen, the command line and the trail."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from dataclasses import field as attribute  # a report has a ``field`` of its own
from datetime import datetime
from typing import Any

APPROVAL = "electronic approval"
SEAL = "organisation seal"
PERSONAL = "personal certificate PAdES"
UNKNOWN = "unknown"
LEVELS = (APPROVAL, SEAL, PERSONAL)
"""The three honest levels; only a trusted signature gets one of them, others are ``unknown``."""

DECLARED = "declared"
SIGNATURE_STAMP = "signature time stamp"
DOCUMENT_STAMP = "document time stamp"


@dataclass(frozen=True)
class Sentence:
    """A sentence for people: an English message id and the values of its ``${name}`` places."""

    msgid: str
    mapping: dict[str, str] = attribute(default_factory=dict)

    def __str__(self) -> str:
        text = self.msgid
        for name, value in self.mapping.items():
            text = text.replace("${" + name + "}", value)
        return text


@dataclass
class SignatureReport:
    """One signature: who claims what, and which of it holds."""

    field: str
    """Name of the signature field."""
    signer: str = ""
    """Name in the certificate; worth something only when ``trusted``."""
    person_id: str = ""
    organisation: str = ""
    position: str = ""
    """The position that the signer declared in the signature."""
    meaning: str = ""
    level: str = UNKNOWN
    signed_at: datetime | None = None
    """Declared by the signing system, or the time stamp's where the signature bears one."""
    time_source: str = DECLARED
    proved_before: datetime | None = None
    """A trusted time stamp proves that the signature existed at this moment."""
    intact: bool = False
    trusted: bool = False
    coverage: str = "unclear"
    """``entire_file``, ``entire_revision``, ``contiguous_block_from_start`` or ``unclear``."""
    modification: str = "other"
    """What was added later: none, lta_updates, form_filling, annotations or other."""
    revoked: bool = False
    revocation_checked: bool = False
    ok: bool = False
    problems: list[Sentence] = attribute(default_factory=list)
    notes: list[Sentence] = attribute(default_factory=list)


@dataclass
class StampReport:
    """One document time stamp."""

    field: str
    at: datetime | None = None
    authority: str = ""
    intact: bool = False
    trusted: bool = False


@dataclass
class Report:
    """The verdict over one file: ``ok`` only when nothing at all speaks against it."""

    sha256: str
    size: int
    ok: bool = False
    signatures: list[SignatureReport] = attribute(default_factory=list)
    stamps: list[StampReport] = attribute(default_factory=list)
    empty_fields: list[str] = attribute(default_factory=list)
    """Signature fields that nobody has signed yet."""
    problems: list[Sentence] = attribute(default_factory=list)
    notes: list[Sentence] = attribute(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Give JSON data; moments as ISO 8601 text."""
        return _json(asdict(self))

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Report:
        """Read what ``to_dict`` wrote."""
        plain = dict(data)
        plain["signatures"] = [_signature(item) for item in data["signatures"]]
        plain["stamps"] = [
            StampReport(**{**item, "at": _moment(item["at"])}) for item in data["stamps"]
        ]
        plain["problems"] = _sentences(data["problems"])
        plain["notes"] = _sentences(data["notes"])
        return cls(**plain)

    def sentences(self) -> list[Sentence]:
        """Every problem, those of the file first, then those of each signature."""
        return [*self.problems, *(p for one in self.signatures for p in one.problems)]


def _signature(item: dict[str, Any]) -> SignatureReport:
    plain = dict(item)
    for name in ("signed_at", "proved_before"):
        plain[name] = _moment(item[name])
    plain["problems"] = _sentences(item["problems"])
    plain["notes"] = _sentences(item["notes"])
    return SignatureReport(**plain)


def _sentences(items: list[dict[str, Any]]) -> list[Sentence]:
    return [Sentence(item["msgid"], item["mapping"]) for item in items]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json(item) for item in value]
    return value
