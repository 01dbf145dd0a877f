"""The blocks around the sections: title, contents, approvals, changes, distribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reportlab.platypus import Flowable, KeepTogether, Spacer

from qms.documents.pdf_scope import FrozenScope
from qms.pdf.blocks import SignatureBox, contents
from qms.pdf.kit import Kit
from qms.pdf.letterhead import fill
from qms.pdf.text import heading, plain

__all__ = ["SEAL", "BlockMaker"]

SEAL = "seal"
"""Name of the box of the organisation's seal."""

_BOX = (165.0, 58.0)
"""Width and height in points that a signature's appearance would like."""
_LEAST_WIDTH = 120.0
_MOST_COLUMNS = 4
_PADDING = 9.0

Entry = tuple[str, str, str]


class BlockMaker:
    """Makes the blocks of one document."""

    def __init__(
        self, frozen: Mapping[str, Any], scope: FrozenScope, kit: Kit, entries: Sequence[Entry]
    ) -> None:
        self._frozen = frozen
        self._scope = scope
        self._kit = kit
        self._entries = entries
        self._printing = frozen["printing"]
        self._signed = not frozen["version"].get("migrated")

    def make(self, name: str) -> list[Flowable]:
        """Make one block by its name in the profile; an unknown one is nothing."""
        makers = {
            "title": self.title,
            "index": self.index,
            "approvals": self.approvals,
            "changes": self.changes,
            "distribution": self.distribution,
        }
        return makers[name]() if name in makers else []

    def _heading(self, text: object) -> list[Flowable]:
        if not text:
            return []
        return heading(str(text), self._kit.house.heading, key=f"b-{text}", keep=52)

    # Title and contents

    def title(self) -> list[Flowable]:
        """Print what the document is, large, with the dates that it has."""
        document, version = self._frozen["document"], self._frozen["version"]
        kit = self._kit
        made: list[Flowable] = [Spacer(1, 10)]
        kind = document.get("type") or {}
        family = " – ".join(filter(None, (kind.get("family"), kind.get("name"))))
        if family:
            made.append(plain(family, kit.house.band))
        made.append(plain(document["title"], kit.house.title, tag="Title"))
        facts = [
            (kit.label("code"), document.get("code")),
            (kit.label("version"), version.get("label")),
            (kit.label("in_force_from"), self._scope.date(version.get("in_force_from"))),
            (kit.label("approved_on"), self._scope.date(version.get("approved_on"))),
            (kit.label("review_by"), self._scope.date(version.get("review_by"))),
        ]
        known = [(label, str(value)) for label, value in facts if value]
        row = [
            [plain(label, kit.house.small_head), plain(value, kit.house.head)]
            for label, value in known
        ]
        made += kit.table([row], [1.0] * len(row), header_rows=0)
        return made

    def index(self) -> list[Flowable]:
        """Print the sections with the pages on which they begin."""
        if not self._entries:
            return []
        kit = self._kit
        keys = ("contents_number", "contents_title", "contents_page")
        heads = (kit.label(keys[0]), kit.label(keys[1]), kit.label(keys[2]))
        return [*self._heading(kit.label("contents")), contents(self._entries, heads, kit.width)]

    # Approvals

    def approvals(self) -> list[Flowable]:
        """Print who approves, with a box for each signature and one for the seal.

        A migrated version prints what its approval said elsewhere, and that it said it there.
        """
        settings = self._printing.get("approvals") or {}
        slots = self._slots(descending=settings.get("order") == "descending")
        made = self._heading(settings.get("heading"))
        layout = settings.get("layout")
        if slots:
            if layout == "rows":
                made += self._approval_rows(slots)
            elif layout == "positions":
                made += self._approval_positions(slots)
            else:
                made += self._approval_columns(slots)
        made += self._seal() if self._signed else [self._migrated()]
        return made if self._kit.linear else [KeepTogether(made)]

    def _slots(self, *, descending: bool) -> list[Mapping[str, Any]]:
        """Give the approvals in the order of their steps, or the last step first."""
        slots: list[Mapping[str, Any]] = [
            {**slot, "label": self._label(slot)} for slot in self._frozen.get("approvals") or []
        ]
        if not descending:
            return slots
        steps = list(dict.fromkeys(str(slot.get("step")) for slot in slots))
        return sorted(slots, key=lambda slot: -steps.index(str(slot.get("step"))))

    def _label(self, slot: Mapping[str, Any]) -> str:
        """Give the printed name of a step; a migrated approval has its own already."""
        own = (self._printing.get("approvals") or {}).get("steps") or {}
        text = str(own.get(str(slot.get("step"))) or "")
        if not text or not self._signed:
            return str(slot.get("label") or "")
        return fill(text, {"version": str(self._frozen["version"].get("label") or "")})

    def _migrated(self) -> Flowable:
        kit = self._kit
        text = f"{kit.label('migrated')}: {kit.label('migrated_note')}"
        return kit.text(text, kit.house.note)

    def _word(self, key: str, otherwise: str = "") -> str:
        labels = (self._printing.get("approvals") or {}).get("labels") or {}
        return str(labels.get(key) or otherwise)

    def _box(self, slot: Mapping[str, Any], room: float) -> Flowable:
        width = max(min(_BOX[0], room), min(_LEAST_WIDTH, room))
        return SignatureBox(str(slot["slot"]), width, _BOX[1])

    def _position(self, slot: Mapping[str, Any]) -> str:
        return str(slot.get("position") or slot.get("assignee") or "")

    def _told(self, slot: Mapping[str, Any], key: str) -> str:
        """Give a fact of an approval; before the signature it is the signature that will say it."""
        value = slot.get(key)
        if value:
            return self._scope.date(value) if key == "date" else str(value)
        return f"({self._kit.label('in_signature')})" if self._signed else self._kit.label("empty")

    def _approval_columns(self, slots: Sequence[Mapping[str, Any]]) -> list[Flowable]:
        steps: dict[str, list[Mapping[str, Any]]] = {}
        for slot in slots:
            steps.setdefault(str(slot.get("step") or slot.get("label")), []).append(slot)
        columns = list(steps.values())
        made: list[Flowable] = []
        for start in range(0, len(columns), _MOST_COLUMNS):
            made += self._column_band(columns[start : start + _MOST_COLUMNS])
        return made

    def _column_band(self, columns: Sequence[Sequence[Mapping[str, Any]]]) -> list[Flowable]:
        kit = self._kit
        room = kit.width / len(columns) - _PADDING
        rows: list[list[Any]] = [[str(slots[0].get("label") or "") for slots in columns]]
        style = kit.house.cell
        for place in range(max(len(slots) for slots in columns)):
            cells = []
            for slots in columns:
                cell: list[Flowable] = []
                if place < len(slots):
                    slot = slots[place]
                    cell = [
                        kit.pair(self._word("name", "Nombre:"), self._told(slot, "name"), style),
                        kit.pair(self._word("position", "Cargo:"), self._position(slot), style),
                        kit.pair(self._word("date", "Fecha:"), self._told(slot, "date"), style),
                        kit.pair(self._word("signature", "Firma:"), "", style),
                    ]
                    if self._signed:
                        cell.append(self._box(slot, room))
                cells.append(cell)
            rows.append(cells)
        return kit.table(rows, [1.0] * len(columns))

    def _approval_rows(self, slots: Sequence[Mapping[str, Any]]) -> list[Flowable]:
        kit = self._kit
        heads = [
            self._word("action", "Acción"),
            self._word("date", "Fecha"),
            self._word("by", "Ejecutada por"),
        ]
        shares = [20.0, 18.0, 62.0]
        if self._signed:
            heads.append(self._word("signature", kit.label("signature")).rstrip(":"))
            shares = [17.0, 16.0, 32.0, 35.0]
        rows: list[list[Any]] = [heads]
        for slot in slots:
            position = self._position(slot)
            name = str(slot.get("name") or "")
            by = f"{name} ({position})" if name and position else name or position
            row: list[Any] = [str(slot.get("label") or ""), self._told(slot, "date"), by]
            if self._signed:
                row.append([self._box(slot, kit.width * 0.35 - _PADDING)])
            rows.append(row)
        return kit.table(rows, shares)

    def _approval_positions(self, slots: Sequence[Mapping[str, Any]]) -> list[Flowable]:
        kit = self._kit
        rows: list[list[Any]] = []
        for together in self._positions_together(slots):
            who: list[Flowable] = []
            for slot in together:
                who.append(kit.text(self._position(slot), kit.house.cell))
                if slot.get("name"):
                    who.append(self._worded("name", str(slot["name"])))
            if together[-1].get("date"):
                who.append(self._worded("date", self._scope.date(together[-1]["date"])))
            row: list[Any] = [str(together[0].get("label") or ""), who]
            if self._signed:
                row.append([self._box(together[0], kit.width * 0.35 - _PADDING)])
            rows.append(row)
        shares = [22.0, 43.0, 35.0] if self._signed else [25.0, 75.0]
        return kit.table(rows, shares, header_rows=0, label_columns=1)

    def _positions_together(
        self, slots: Sequence[Mapping[str, Any]]
    ) -> list[list[Mapping[str, Any]]]:
        """Group what one row says: each signature has its own, others share label and date."""
        groups: list[list[Mapping[str, Any]]] = []
        for slot in slots:
            last = groups[-1][-1] if groups else {}
            same = (last.get("label"), last.get("date")) == (slot.get("label"), slot.get("date"))
            if groups and same and not self._signed:
                groups[-1].append(slot)
            else:
                groups.append([slot])
        return groups

    def _worded(self, key: str, value: str) -> Flowable:
        word = self._word(key)
        style = self._kit.house.cell
        return self._kit.pair(word, value, style) if word else self._kit.text(value, style)

    def _seal(self) -> list[Flowable]:
        kit = self._kit
        name = self._frozen["organisation"].get("legal_name") or ""
        text = [kit.text(kit.label("seal"), kit.house.label), kit.text(name, kit.house.note)]
        box = SignatureBox(SEAL, *_BOX)
        return kit.table([[text, [box]]], [65, 35], header_rows=0)

    # Changes

    def changes(self) -> list[Flowable]:
        """Print the table of versions with their reasons and changes."""
        settings = self._printing.get("changes") or {}
        columns = settings.get("columns") or []
        if not columns:
            return []
        fields = [str(column.get("field")) for column in columns]
        rows: list[list[Any]] = [[str(column.get("title") or "") for column in columns]]
        rows += [
            [self._change_cell(entry, field, fields) for field in fields]
            for entry in self._ordered_history()
        ]
        shares = [float(column.get("width") or 0) for column in columns]
        if not all(shares):
            usual = {"version": 12, "date": 16, "description": 60, "author": 22, "state": 16}
            shares = [float(usual.get(field, 20)) for field in fields]
        made = self._heading(settings.get("heading"))
        return [*made, *self._kit.table(rows, shares)]

    def _ordered_history(self) -> list[Mapping[str, Any]]:
        history = list(self._frozen.get("history") or [])
        settings = self._printing.get("changes") or {}
        return history[::-1] if settings.get("order") == "descending" else history

    def _change_cell(self, entry: Mapping[str, Any], field: str, fields: Sequence[str]) -> Any:
        if field == "version":
            return str(entry.get("label") or "")
        if field == "date":
            return self._scope.date(entry.get("date")) or self._kit.label("empty")
        if field == "author":
            return str(entry.get("author") or "")
        if field == "state":
            state = str(entry.get("state") or "")
            return self._kit.labels.get(f"state_{state}", state)
        return self._description(entry, with_date="date" not in fields)

    def _description(self, entry: Mapping[str, Any], *, with_date: bool) -> list[Flowable]:
        kit = self._kit.narrowed(self._kit.width * 0.6)
        reason = str(entry.get("reason") or "")
        items = [self._change(item) for item in entry.get("changes") or []]
        made: list[Flowable] = []
        day = self._scope.date(entry.get("date")) if with_date else ""
        if day and day != reason:
            made.append(kit.text(day))
        if reason:
            made.append(kit.text(reason))
        if len(items) == 1 and not reason:
            made.append(kit.text(items[0]))
        else:
            made += kit.bullets(items, numbered=True)
        return made or [kit.text(kit.label("empty"))]

    def _change(self, item: Mapping[str, Any]) -> str:
        text, subject = str(item.get("text") or ""), str(item.get("subject") or "")
        if text:
            return text
        verb = self._kit.label(f"change_{item.get('kind')}")
        return f"{verb} {subject}".strip()

    # Distribution

    def distribution(self) -> list[Flowable]:
        """Print the numbered list of positions that get the document."""
        people = [str(one.get("name") or "") for one in self._frozen.get("distribution") or []]
        settings = self._printing.get("distribution") or {}
        if not people:
            return []
        across = max(1, min(4, int(settings.get("columns") or 1)))
        labels = settings.get("labels") or {}
        head = [str(labels.get("number") or "N.°"), str(labels.get("position") or "CARGO")]
        rows: list[list[Any]] = [head * across]
        for start in range(0, len(people), across):
            row: list[Any] = []
            for place in range(start, start + across):
                known = place < len(people)
                row += [str(place + 1), people[place]] if known else ["", ""]
            rows.append(row)
        title = settings.get("heading")
        return [*self._heading(title), *self._kit.table(rows, [8.0, 42.0] * across)]
