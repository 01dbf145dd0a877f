"""What the columns of a list of cases can hold, and how their heads are recognised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from qms.kernel.i18n import _
from qms.kernel.text import fold
from qms.sheets.tables import Cell, text_of

FIELDS: dict[str, Any] = {
    "external": _("Number in the other system"),
    "received": _("Day of receipt"),
    "hour": _("Hour of receipt"),
    "kind": _("Kind"),
    "channel": _("Channel"),
    "name": _("Customer"),
    "document": _("Identity document"),
    "email": _("E-mail address"),
    "phone": _("Telephone"),
    "address": _("Postal address"),
    "text": _("What they ask for"),
    "reason": _("Reason"),
    "product": _("Product or service"),
    "site": _("Site"),
    "answered": _("Day of the answer"),
    "answer": _("Answer"),
    "closed": _("Day of the closure"),
}
"""What a column can hold, with its head in the template."""
NEEDED = frozenset({"received", "name", "text"})
PAST_ONLY = frozenset({"answered", "answer", "closed"})
_HEADS: dict[str, tuple[str, ...]] = {
    "external": ("numero en el otro sistema", "numero anterior", "radicado", "consecutivo",
                 "numero", "no", "n", "n o", "nro", "id", "ticket", "caso",
                 "numero de radicado", "guia"),
    "received": ("dia de recibo", "fecha de recibo", "fecha de radicado", "fecha de recepcion",
                 "fecha", "recibido", "fecha recibido", "fecha de radicacion", "fecha ingreso"),
    "hour": ("hora de recibo", "hora"),
    "kind": ("clase", "tipo", "tipo de pqr", "tipo de solicitud", "clasificacion"),
    "channel": ("canal", "medio", "medio de recepcion"),
    "name": ("cliente", "nombre", "peticionario", "solicitante", "usuario", "nombre del cliente"),
    "document": ("documento de identidad", "documento", "cedula", "nit", "identificacion"),
    "email": ("correo electronico", "correo", "e mail", "email"),
    "phone": ("telefono", "celular", "telefono de contacto"),
    "address": ("direccion postal", "direccion"),
    "text": ("que pide", "descripcion", "asunto", "detalle", "solicitud", "hechos", "texto",
             "motivo de la solicitud", "observacion", "queja"),
    "reason": ("motivo", "causal", "causa"),
    "product": ("producto o servicio", "producto", "servicio"),
    "site": ("sede", "sucursal", "ciudad"),
    "answered": ("dia de la respuesta", "fecha de respuesta", "respondido"),
    "answer": ("respuesta", "solucion"),
    "closed": ("dia del cierre", "fecha de cierre", "cerrado"),
}  # fmt: skip
_BY_HEAD = {head: name for name, heads in _HEADS.items() for head in heads}
SEARCHED = 30
"""So many rows are looked through for the heads."""
MOST = 60
"""So many columns are asked about."""


@lru_cache(2048)
def plain_head(text: str) -> str:
    """Reduce a head to its words."""
    return " ".join("".join(one if one.isalnum() else " " for one in fold(text)).split())


def field_of(head: str, remembered: Mapping[str, str]) -> str:
    """Say what a column of this head holds: as the last time, else as the words say."""
    plain = plain_head(head)
    return remembered.get(plain, _BY_HEAD.get(plain, "")) if plain else ""


def heads_of(rows: Sequence[Sequence[Cell]], header: int) -> list[str]:
    """Give the heads of the columns, empty ones too."""
    row = rows[header] if header < len(rows) else []
    return [text_of(cell)[:80] for cell in row[:MOST]]


def guessed(
    rows: Sequence[Sequence[Cell]], header: int, remembered: Mapping[str, str]
) -> dict[str, int]:
    """Give what each column holds by its head; the first of two of one meaning."""
    found: dict[str, int] = {}
    for index, head in enumerate(heads_of(rows, header)):
        name = field_of(head, remembered)
        if name in FIELDS:
            found.setdefault(name, index)
    return found


def find_header(rows: Sequence[Sequence[Cell]], remembered: Mapping[str, str]) -> int:
    """Give the row whose cells are most like heads."""
    return max(
        range(min(len(rows), SEARCHED)),
        key=lambda at: (len(guessed(rows, at, remembered)), -at),
        default=0,
    )
