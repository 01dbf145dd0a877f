"""Which column of a list holds what: guessed from its head, and changed by whoever knows better."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qms.kernel.i18n import _
from qms.kernel.text import fold
from qms.sheets.tables import Cell, text_of

FIELDS: dict[str, str] = {
    "code": _("Code"),
    "title": _("Title"),
    "type": _("Type of document"),
    "process": _("Process"),
    "version": _("Version"),
    "approved_on": _("Date of approval"),
    "in_force_from": _("In force from"),
    "review_by": _("Next review"),
    "review_months": _("Months until the review"),
    "state": _("State"),
    "responsible": _("Responsible position"),
    "drafted_by": _("Drafted by"),
    "reviewed_by": _("Reviewed by"),
    "approved_by": _("Approved by"),
    "distribution": _("Distribution"),
    "medium": _("Medium or place"),
    "reason": _("Reason of the change"),
    "references": _("Related documents"),
    "file": _("File name"),
}
"""What a column can hold, by its name."""
_HEADS: dict[str, tuple[str, ...]] = {
    "code": ("codigo", "cod", "codigo del documento", "cod documento", "code", "document code",
             "id documento", "referencia", "identificacion"),
    "title": ("nombre", "nombre del documento", "titulo", "titulo del documento", "documento",
              "denominacion", "descripcion del documento", "title", "name", "document name",
              "document title"),
    "type": ("tipo", "tipo de documento", "tipo documento", "clase", "clase de documento", "type",
             "document type"),
    "process": ("proceso", "nombre del proceso", "proceso al que pertenece", "area proceso",
                "process", "proceso responsable"),
    "version": ("version", "version vigente", "ver", "rev", "revision", "no version",
                "n version", "version actual", "edicion", "num version"),
    "approved_on": ("fecha de aprobacion", "fecha aprobacion", "aprobado el", "aprobacion",
                    "f aprobacion", "approved on", "approval date", "fecha de emision",
                    "fecha emision"),
    "in_force_from": ("vigencia", "fecha de vigencia", "vigente desde", "fecha vigencia", "fecha",
                      "entrada en vigencia", "fecha de entrada en vigencia", "fecha version",
                      "fecha de la version", "fecha de actualizacion", "ultima actualizacion",
                      "in force from", "effective date", "effective from"),
    "review_by": ("proxima revision", "fecha proxima revision", "fecha de proxima revision",
                  "fecha de revision", "revisar antes de", "vence", "vencimiento",
                  "fecha de vencimiento", "vigente hasta", "next review", "review by",
                  "review date", "expiry date"),
    "review_months": ("meses para revision", "meses revision", "frecuencia de revision meses",
                      "periodicidad meses", "review months"),
    "state": ("estado", "estado del documento", "situacion", "status", "state"),
    "responsible": ("responsable", "cargo responsable", "responsable del documento", "dueno",
                    "custodio", "lider", "responsible", "owner"),
    "drafted_by": ("elaboro", "elaborado por", "elabora", "autor", "drafted by", "author"),
    "reviewed_by": ("reviso", "revisado por", "revisa", "reviewed by"),
    "approved_by": ("aprobo", "aprobado por", "aprueba", "approved by"),
    "distribution": ("distribucion", "lista de distribucion", "distribuido a", "destinatarios",
                     "cargos", "distribution"),
    "medium": ("medio", "ubicacion", "medio de almacenamiento", "soporte", "medio ubicacion",
               "medium", "location", "donde se encuentra"),
    "reason": ("control de cambios", "cambios", "justificacion", "motivo del cambio",
               "justificacion del cambio", "descripcion del cambio", "naturaleza del cambio",
               "observaciones", "reason", "change", "comentarios"),
    "references": ("documentos relacionados", "documentos asociados", "relacionados",
                   "documentos de referencia", "related documents", "references"),
    "file": ("archivo", "nombre del archivo", "nombre archivo", "enlace", "ruta", "link",
             "vinculo", "file", "filename", "file name"),
}  # fmt: skip
_LOOSE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("code", ("codigo",)),
    ("review_by", ("proxima", "vencimiento")),
    ("approved_on", ("aprobacion", "emision")),
    ("in_force_from", ("vigencia",)),
    ("type", ("tipo",)),
    ("process", ("proceso",)),
    ("version", ("version",)),
    ("title", ("nombre", "titulo")),
    ("distribution", ("distribucion",)),
    ("medium", ("ubicacion", "medio")),
    ("responsible", ("responsable",)),
    ("file", ("archivo",)),
    ("state", ("estado",)),
)
"""A word that decides where no head fits as a whole; the first that fits wins."""
SEARCHED = 40
"""So many rows are looked through for the head."""


@lru_cache(4096)
def plain_head(text: str) -> str:
    """Reduce a head to its words: no case, accents, signs or numbering."""
    kept = "".join(char if char.isalnum() else " " for char in fold(text))
    return " ".join(kept.split())


def field_of_head(text: str) -> str | None:
    """Guess what a column of this head holds, or None."""
    plain = plain_head(text)
    if not plain:
        return None
    for name, heads in _HEADS.items():
        if plain in heads:
            return name
    words = plain.split()
    for name, marks in _LOOSE:
        if any(mark in words for mark in marks):
            return name
    return None


def find_header(rows: Sequence[Sequence[Cell]]) -> int:
    """Give the index of the row that is most likely the head: most known names, the first such."""
    best, most = 0, -1.0
    for index, row in enumerate(rows[:SEARCHED]):
        texts = [text_of(cell) for cell in row]
        filled = [text for text in texts if text]
        fields = {field for text in filled if len(text) < 60 and (field := field_of_head(text))}
        merit = len(fields) + (0.5 if {"code", "title"} <= fields else 0)
        if merit > most and len(filled) > 1:
            best, most = index, merit
    return best


@dataclass(frozen=True)
class Column:
    """A column as whoever maps it sees it."""

    index: int
    letter: str
    head: str
    samples: tuple[str, ...]
    guess: str


def columns_of(rows: Sequence[Sequence[Cell]], header: int, samples: int = 3) -> list[Column]:
    """List the columns that have a head or cells, each with a guess; no field is guessed twice."""
    head = rows[header] if header < len(rows) else []
    below = rows[header + 1 :]
    width = max((len(row) for row in (head, *below[:2000])), default=0)
    found: list[Column] = []
    taken: set[str] = set()
    exact = {
        field: index
        for index, cell in reversed(list(enumerate(head)))
        if _is_exact(text_of(cell), field := field_of_head(text_of(cell)))
    }
    for index in range(width):
        text = text_of(head[index]) if index < len(head) else ""
        shown = _samples(below, index, samples)
        if not text and not shown:
            continue
        guess = field_of_head(text)
        if guess in taken or exact.get(guess, index) != index:
            guess = None
        if guess:
            taken.add(guess)
        found.append(Column(index, letters(index), text, shown, guess or ""))
    return found


def _is_exact(text: str, field: str | None) -> bool:
    return field is not None and plain_head(text) in _HEADS[field]


def _samples(rows: Iterable[Sequence[Cell]], index: int, most: int) -> tuple[str, ...]:
    shown: list[str] = []
    for row in rows:
        text = text_of(row[index]) if index < len(row) else ""
        if text and text not in shown:
            shown.append(text[:60])
        if len(shown) == most:
            break
    return tuple(shown)


def letters(index: int) -> str:
    """Name a column as spreadsheets do: A, B, …, Z, AA."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


def guessed(rows: Sequence[Sequence[Cell]], header: int) -> dict[str, int]:
    """Give the guessed mapping: field to the index of its column."""
    return {one.guess: one.index for one in columns_of(rows, header, 1) if one.guess}


def checked_mapping(mapping: Mapping[str, int]) -> dict[str, int]:
    """Keep only known fields and sensible columns."""
    return {name: int(at) for name, at in mapping.items() if name in FIELDS and 0 <= int(at) < 200}
