"""Which column of a customer list holds what: guessed from its head, remembered, or chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from qms.kernel.i18n import _
from qms.kernel.text import fold

FIELDS: dict[str, Any] = {
    "name": _("Name of the customer"),
    "phone": _("Telephone"),
    "email": _("E-mail address"),
    "document": _("Identity document"),
    "plate": _("Plate or account"),
    "line": _("Line"),
    "brand": _("Brand"),
}
"""What a column can hold, by its name; a profile adds fields of its own."""
_HEADS: dict[str, tuple[str, ...]] = {
    "name": ("nombre", "cliente", "nombre cliente", "nombre del cliente", "nombre completo",
             "razon social", "titular", "name", "customer"),
    "phone": ("telefono", "celular", "movil", "telefono 1", "tel", "numero de celular", "contacto",
              "telefono movil", "telefono celular", "phone", "mobile"),
    "email": ("correo", "correo electronico", "email", "e mail", "mail"),
    "document": ("cedula", "documento", "identificacion", "nit", "cc", "no identificacion",
                 "numero de documento", "ci", "document"),
    "plate": ("placa", "matricula", "cuenta", "contrato", "numero de cuenta", "plate", "account"),
    "line": ("linea", "area", "servicio", "tipo de servicio", "line"),
    "brand": ("marca", "brand"),
}  # fmt: skip
SEARCHED = 20
"""So many rows are looked through for the head."""


@lru_cache(4096)
def plain_head(text: str) -> str:
    """Reduce a head to its words: no case, accents, signs."""
    return " ".join("".join(char if char.isalnum() else " " for char in fold(text)).split())


def guess(
    heads: Sequence[str], remembered: Mapping[str, str], own: Mapping[str, Any]
) -> dict[str, int]:
    """Give field to column: what was chosen for the last list of this survey comes first."""
    known = {plain_head(one): name for name, names in _HEADS.items() for one in names}
    for name, entry in own.items():
        known |= {plain_head(one): name for one in (*entry["heads"], entry["name"])}
    known |= dict(remembered)
    found: dict[str, int] = {}
    for place, head in enumerate(heads):
        name = known.get(plain_head(head), "")
        if name and name not in found:
            found[name] = place
    return found


def header_of(rows: Sequence[Sequence[str]], own: Mapping[str, Any]) -> int:
    """Give the index of the row that most looks like the heads."""
    best, most = 0, 0
    for place, row in enumerate(rows[:SEARCHED]):
        merit = len(guess(row, {}, own))
        if merit > most:
            best, most = place, merit
    return best
