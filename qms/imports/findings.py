"""What can be found in a list: kinds, how much each weighs, and its sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from translationstring import TranslationString

from qms.imports.columns import FIELDS
from qms.kernel.i18n import _

STOP, CARE, NOTE = "stop", "care", "note"
"""A row with STOP is left out; CARE wants a look; NOTE says what was made of a cell."""

KINDS: dict[str, tuple[str, str]] = {
    "no-document": (NOTE, _("There is no document in this row: a heading or a total.")),
    "waits": (STOP, _("Row ${row} of the same code has to be put right first.")),
    "code-missing": (STOP, _("The row has no code.")),
    "code-too-long": (STOP, _("«${code}» is too long for a code.")),
    "title-missing": (STOP, _("The row has no title, and no other row of its code has one.")),
    "type-missing": (STOP, _("The type is missing, and the code does not tell it.")),
    "type-unknown": (STOP, _("The type «${value}» is unknown here: assign it or create it.")),
    "process-missing": (STOP, _("The process is missing, and the code does not tell it.")),
    "process-unknown": (STOP, _("The process «${value}» is unknown here: assign it or create it.")),
    "left-out": (STOP, _("You chose to leave rows with «${value}» out.")),
    "duplicate": (STOP, _("Says the same as row ${row}; only that one is taken.")),
    "duplicate-differs": (
        STOP,
        _("Row ${row} has the same code and version but says otherwise (${what}); only that one "
          "is taken."),
    ),
    "twin-code": (
        STOP,
        _("«${code}» looks like «${other}» (row ${row}) but is written with other signs."),
    ),
    "twin-here": (
        STOP,
        _("«${code}» looks like «${other}», which is here already, but is written with other "
          "signs."),
    ),
    "state-draft": (STOP, _("A version that is not approved («${value}») is not taken over.")),
    "version-stuck": (
        STOP,
        _("No version can follow «${label}» by the scheme of the organisation: write another "
          "label for it."),
    ),
    "same-version-here": (STOP, _("This version is here already; it stays as it is.")),
    "skipped-here": (STOP, _("The code is here already, and you chose to leave it alone.")),
    "between-versions": (
        STOP,
        _("The version stands between versions that are here; it cannot be put in between."),
    ),
    "draft-open": (
        STOP,
        _("A version of this document is under way here; finish it before adding a newer one."),
    ),
    "code-grammar": (CARE, _("The code does not follow the grammar: ${why}")),
    "code-differs": (CARE, _("The code says something else than the row: ${why}")),
    "code-rewritten": (NOTE, _("The code «${said}» is written as ${code}.")),
    "code-twin-joined": (CARE, _("«${said}» is taken for ${code}, as you chose.")),
    "number-gap": (NOTE, _("Before this code, ${codes} is missing from the numbering.")),
    "same-title": (CARE, _("The same title stands under ${codes}.")),
    "title-differs": (CARE, _("Row ${row} gives this code another title.")),
    "type-from-code": (NOTE, _("The type «${value}» was taken from the code.")),
    "process-from-code": (NOTE, _("The process «${value}» was taken from the code.")),
    "position-unknown": (
        CARE,
        _("The position «${value}» is unknown here; it stays as text unless you assign or create "
          "it."),
    ),
    "version-missing": (CARE, _("The version is missing; the row is taken as version ${label}.")),
    "version-rewritten": (NOTE, _("The version «${said}» is written as ${label}.")),
    "version-outside": (CARE, _("The version «${label}» is not written as versions are here.")),
    "version-chosen": (NOTE, _("The version «${said}» is written as ${label}, as you chose.")),
    "version-gap": (CARE, _("Between the versions of this code, ${labels} is missing.")),
    "version-first-missing": (NOTE, _("The history before version ${label} is not in the list.")),
    "versions-disordered": (
        CARE,
        _("Version ${label} has a date before that of version ${former}."),
    ),
    "date-unreadable": (CARE, _("${field}: «${value}» is not a date; it is left empty.")),
    "date-impossible": (CARE, _("${field}: the calendar has no day «${value}»; it is left empty.")),
    "date-month-only": (NOTE, _("${field}: «${value}» names a month only, and stays a month.")),
    "date-serial": (NOTE, _("${field}: the number ${value} was read as the day ${day}.")),
    "date-short-year": (NOTE, _("${field}: «${value}» was read as ${day}.")),
    "date-swapped": (
        CARE,
        _("${field}: «${value}» can only be a date with month and day swapped; read as ${day}."),
    ),
    "date-future": (CARE, _("${field}: ${day} has not come yet.")),
    "date-order": (CARE, _("${field}: ${day} is before ${other}.")),
    "review-overdue": (CARE, _("The review has been overdue since ${day}.")),
    "number-ambiguous": (CARE, _("${field}: «${value}» could mean two numbers; it is left empty.")),
    "number-unreadable": (
        CARE,
        _("${field}: «${value}» is not a number of months; it is left empty."),
    ),
    "state-unknown": (CARE, _("The state «${value}» is unknown; it was taken from the version.")),
    "two-in-force": (
        CARE,
        _("Rows ${rows} call two versions of this code in force; ${label} is taken as the one."),
    ),
    "newest-obsolete": (
        CARE,
        _("The newest version is obsolete, but an older one is called in force."),
    ),
    "reference-unknown": (
        CARE,
        _("The related document «${code}» is neither here nor in the list."),
    ),
    "file-missing": (CARE, _("There is no file for this row.")),
    "file-ambiguous": (CARE, _("Several files fit this row: ${files}; none is taken.")),
    "file-shared": (CARE, _("The file ${file} fits row ${row} too; it is taken there.")),
}  # fmt: skip
"""Each kind of finding: its weight and its sentence."""


@dataclass(frozen=True)
class Finding:
    """One thing found in one row."""

    kind: str
    mapping: Mapping[str, Any] = field(default_factory=dict)
    """Plain values; ``field`` is a field's name, ``why`` a refusal as ``{msgid, mapping}``."""

    @property
    def weight(self) -> str:
        """STOP, CARE or NOTE."""
        return KINDS[self.kind][0]

    def say(self, translate: Callable[[TranslationString], str]) -> str:
        """Give the sentence in the language that ``translate`` gives."""
        values = dict(self.mapping)
        if "field" in values:
            values["field"] = translate(_(FIELDS.get(values["field"], values["field"])))
        if "fields" in values:
            names = [translate(_(FIELDS.get(one, one))) for one in values["fields"]]
            values["what"] = ", ".join(names).lower()
        if isinstance(values.get("why"), Mapping):
            values["why"] = translate(_(values["why"]["msgid"], dict(values["why"]["mapping"])))
        return translate(_(KINDS[self.kind][1], values))

    def to_data(self) -> dict[str, Any]:
        """Give plain data to be kept."""
        return {"kind": self.kind, "mapping": dict(self.mapping)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Finding:
        """Read what :meth:`to_data` gave."""
        return cls(data["kind"], data["mapping"])


def in_english(text: TranslationString) -> str:
    """Fill a sentence in without translating it, for the terminal and for tests."""
    return text.interpolate()
