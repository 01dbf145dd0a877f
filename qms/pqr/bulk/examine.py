"""What would become of every row of a list: its values, and what is wrong or odd with it.

Nothing here writes. The same rows over the same register always give the same findings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from qms.content.models import Organisation
from qms.kernel.i18n import _
from qms.kernel.text import clean_line, fold
from qms.people.models import people_of
from qms.pqr.bulk import values
from qms.pqr.bulk.models import PAST, look
from qms.pqr.choices import Choices, choices_of
from qms.pqr.counting import HOURS
from qms.pqr.intake.reading import good_address
from qms.pqr.listing import LONGEST as SHOWN
from qms.pqr.listing import Row, catalogue_of, person_keys
from qms.sheets.tablereader import LONGEST as CELL
from qms.sheets.tables import Cell, text_of

STOP, CARE = "stop", "care"
SENTENCES: dict[str, Any] = {
    "text-missing": _("There is no text that says what they ask for."),
    "text-cut": _("The text is very long; only its first 2,000 characters are taken."),
    "name-missing": _("Nobody is named; write anonymous where that is so."),
    "received-missing": _("The day of receipt is missing."),
    "received-bad": _("«${value}» is no day; write 22/11/2026."),
    "received-later": _("The day of receipt lies in the future."),
    "hour-bad": _("«${value}» is no hour; write 14:30."),
    "hour-missing": _("The term is one of hours and the hour is missing: 00:00 is taken."),
    "kind-unknown": _("The kind «${value}» is not here."),
    "channel-unknown": _("The channel «${value}» is not here."),
    "reason-unknown": _("The reason «${value}» is not here; it is left out."),
    "product-unknown": _("The product «${value}» is not here; it is left out."),
    "site-unknown": _("The site «${value}» is not here."),
    "email-bad": _("The address «${value}» cannot be written to; it is left out."),
    "external-here": _("This number was taken over before, as ${value}."),
    "external-twice": _("This number stands also in row ${value}."),
    "same-here": _("The same customer said the same that day: ${value}."),
    "same-twice": _("The same customer said the same that day in row ${value}."),
    "closed-missing": _("The day of the closure is missing; only closed cases come this way."),
    "day-bad": _("«${value}» is no day; write 22/11/2026."),
    "order-wrong": _("Receipt, answer and closure are not in this order."),
}
ANONYMOUS = frozenset({"anonimo", "anonima"})


@dataclass(frozen=True)
class Finding:
    """What was found in one row."""

    kind: str
    weight: str
    value: str = ""

    @property
    def sentence(self) -> Any:
        """Say it."""
        return _(SENTENCES[self.kind], {"value": self.value})


@dataclass
class Line:
    """One row: what it would be as a case."""

    row: int
    """Its number in the sheet, from 1."""
    values: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def stopped(self) -> bool:
        """Whether it cannot become a case as it is."""
        return any(one.weight == STOP for one in self.findings)

    def stop(self, kind: str, value: str = "") -> None:
        """Note what keeps it from becoming a case."""
        self.findings.append(Finding(kind, STOP, clean_line(value)[:80]))

    def care(self, kind: str, value: str = "") -> None:
        """Note what has to be looked at."""
        self.findings.append(Finding(kind, CARE, clean_line(value)[:80]))


class Desk:
    """What the rows of a list are held against: the profile and the register as they stand."""

    def __init__(
        self, organisation: Organisation, mode: str, defaults: Mapping[str, str], at: datetime
    ) -> None:
        """Look up once what every row needs."""
        self.organisation, self.mode, self.defaults, self.at = organisation, mode, defaults, at
        choices: Choices = choices_of(organisation)
        self.choices, self.zone = choices, choices.profile.zone
        sites = [(one.id, one.name) for one in people_of(organisation)["sites"].values()]
        sites += [(one.id, one.city) for one in people_of(organisation)["sites"].values()]
        self.names = {
            "site": values.by_name(sites),
            **{
                one: values.by_name(choices.pairs(f"{one}s"))
                for one in ("kind", "channel", "reason", "product")
            },
        }
        room = look(organisation)
        self.externals: Mapping[str, str] = room.externals if room is not None else {}
        self.seen: dict[str, int] = {}
        """External numbers of rows above."""
        self.said: dict[tuple[str, str, str], int] = {}
        """Customer, text and day of rows above."""

    def look_at(self, row: int, cells: Mapping[str, Cell]) -> Line:
        """Read one row, and say what was found."""
        line = Line(row)
        self._days(line, cells)
        self._named(line, cells)
        self._said(line, cells)
        self._number(line, cells)
        if not line.stopped:
            self._repeated(line)
        return line

    def _days(self, line: Line, cells: Mapping[str, Cell]) -> None:
        day, hour, bad = values.day_of(cells.get("received"))
        said = text_of(cells.get("hour"))
        if said:
            hour = values.hour_of(cells["hour"])
            if hour is None:
                line.stop("hour-bad", said)
        if bad:
            line.stop("received-bad", text_of(cells.get("received")))
        elif day is None:
            line.stop("received-missing")
        else:
            received = values.moment(day, hour, self.zone)
            line.values |= {
                "received": received.astimezone(UTC).isoformat(),
                "has_hour": bool(hour),
            }
            if received > self.at:
                line.stop("received-later")
            if self.mode == PAST:
                self._ends(line, cells, received)

    def _ends(self, line: Line, cells: Mapping[str, Cell], received: datetime) -> None:
        """Read when a closed case was answered and closed; days without hours end at their end."""
        ends: dict[str, datetime] = {}
        for name in ("answered", "closed"):
            day, hour, bad = values.day_of(cells.get(name))
            if bad:
                line.stop("day-bad", text_of(cells.get(name)))
            elif day is not None:
                at = values.moment(day, hour, self.zone)
                # Of the day of receipt itself, whatever its hour.
                ends[name] = max(at, received) if at.date() == received.date() else at
        if "closed" not in ends:
            line.stop("closed-missing")
            return
        answered = ends.get("answered", ends["closed"])
        if not received <= answered <= ends["closed"] <= self.at:
            line.stop("order-wrong")
        line.values["answered"] = answered.astimezone(UTC).isoformat()
        line.values["closed"] = ends["closed"].astimezone(UTC).isoformat()
        line.values["answer"] = text_of(cells.get("answer"))

    def _named(self, line: Line, cells: Mapping[str, Cell]) -> None:
        for name in ("kind", "channel"):
            text = text_of(cells.get(name))
            found = self.names[name].get(values.plain_word(text)) if text else None
            found = found or ("" if text else self.defaults.get(name, ""))
            if not found:
                line.stop(f"{name}-unknown", text)
            line.values[name] = found
        for name in ("reason", "product", "site"):
            text = text_of(cells.get(name))
            found = self.names[name].get(values.plain_word(text), "") if text else ""
            if text and not found and name == "site":
                # Its holidays count: a site that nobody knows would count others.
                line.stop("site-unknown", text)
            elif text and not found:
                line.care(f"{name}-unknown", text)
            line.values[name] = found
        self._hours(line)

    def _hours(self, line: Line) -> None:
        received = line.values.get("received")
        if not received or line.values["has_hour"] or not line.values["kind"]:
            return
        rule = self.choices.rule(line.values["kind"], datetime.fromisoformat(received))
        if rule is not None and rule.term.unit in HOURS:
            line.care("hour-missing")

    def _said(self, line: Line, cells: Mapping[str, Cell]) -> None:
        text = text_of(cells.get("text"))
        if not text:
            line.stop("text-missing")
        if len(str(cells.get("text") or "")) >= CELL:
            line.care("text-cut")
        name = text_of(cells.get("name"))
        anonymous = fold(name) in ANONYMOUS and bool(self.choices.data["anonymous"])
        if not name or (fold(name) in ANONYMOUS and not anonymous):
            line.stop("name-missing")
        said = text_of(cells.get("email"))
        address = good_address(said) if said else ""
        if said and not address:
            line.care("email-bad", said)
        customer = {
            "name": name[:160],
            "id": text_of(cells.get("document"))[:40],
            "email": address,
            "phone": text_of(cells.get("phone"))[:40],
            "address": text_of(cells.get("address"))[:200],
        }
        line.values |= {
            "text": text,
            "anonymous": anonymous,
            "customer": {} if anonymous else customer,
        }

    def _number(self, line: Line, cells: Mapping[str, Cell]) -> None:
        external = text_of(cells.get("external"))[:80]
        line.values["external"] = external
        if not external:
            return
        if external in self.externals:
            line.stop("external-here", self.externals[external])
        elif external in self.seen:
            line.stop("external-twice", str(self.seen[external]))
        else:
            self.seen[external] = line.row

    def _repeated(self, line: Line) -> None:
        """Look for the same words of the same customer that day, above and in the register."""
        found = line.values
        received = datetime.fromisoformat(found["received"])
        day = received.astimezone(self.zone).date().isoformat()
        keys = person_keys({"id": "", "email": "", **found["customer"]})
        who = keys[0] if keys else ""
        said = fold(" ".join(found["text"].split())[:SHOWN])
        if (who, said, day) in self.said:
            line.stop("same-twice", str(self.said[who, said, day]))
            return
        self.said[who, said, day] = line.row
        if not keys:
            return
        page = catalogue_of(self.organisation).query(
            {"customer": keys}, order="received", reverse=True, limit=200
        )
        for one in page.rows:
            row = Row(*one)
            there = datetime.fromisoformat(row.received).astimezone(self.zone).date().isoformat()
            if there == day and fold(row.text) == said:
                line.stop("same-here", row.number)
                return


def examine(
    desk: Desk, rows: Sequence[Sequence[Cell]], header: int, mapping: Mapping[str, int]
) -> list[Line]:
    """Look at every row below the heads that holds anything."""
    lines = []
    for index, row in enumerate(rows):
        if index <= header or not any(text_of(cell) for cell in row):
            continue
        cells = {name: row[at] for name, at in mapping.items() if at < len(row)}
        lines.append(desk.look_at(index + 1, cells))
    return lines


def counts_of(lines: Sequence[Line]) -> dict[str, int]:
    """Count rows, those that become cases, those that are looked at, and those left out."""
    stopped = sum(one.stopped for one in lines)
    care = sum(bool(one.findings) and not one.stopped for one in lines)
    return {"rows": len(lines), "cases": len(lines) - stopped, "care": care, "out": stopped}
