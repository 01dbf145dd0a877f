"""Parts of a case's page that are drawn once for as long as nothing happens to the case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from chameleon.utils import Markup

from qms.content.models import organisation_of
from qms.documents.wording import show_date, show_moment
from qms.kernel.quoting import split_quoted
from qms.pqr.clock import Clock
from qms.pqr.consequences import after_silence
from qms.pqr.models import Case
from qms.pqr.privacy import words_for
from qms.pqr.views.timeline import History
from qms.profiles.api import Profile
from qms.web.frame import Frame
from qms.web.parts import kept_of, rendered
from qms.web.unchanged import unchanged

DAYS = "qms.templates:pqr/case_days.pt"
TIMELINE = "pqr/case_timeline.pt"


class Step(NamedTuple):
    """One act of the time line, as it is printed."""

    what: str
    internal: bool
    when: str
    by: str
    about: tuple[str, ...]
    said: str
    quoted: str
    """What a mail repeats of earlier ones; folded."""


class Timeline(NamedTuple):
    """What the time line follows from."""

    steps: tuple[Step, ...]


def days_of(case: Case, clock: Clock, profile: Profile) -> Callable[[Frame], Markup]:
    """Give what draws how every day was counted; kept for the stored list of acts."""

    def draw(ui: Frame) -> Markup:
        acts: Any = case.acts
        acts._p_activate()
        known = acts._p_jar is not None and not acts._p_changed
        organisation = organisation_of(case)
        key = (DAYS, acts._p_oid, acts._p_serial, organisation.uid, profile.revision, ui.language)
        kept = kept_of(ui.request)
        found = kept.get(key) if known else None
        if found is not None:
            return Markup(found[0])
        rows = [
            (
                show_date(profile, one.day),
                one.number or "",
                f"{str(one.spent)[:-3]} h" if one.spent else "",
                ui.said(one.reason),
            )
            for one in clock.walk()[0]
        ]
        text = rendered(ui, DAYS, {"rows": rows, "calendar": case.calendar_version})
        if known:
            kept.put(key, text)
        return Markup(text)

    return draw


def timeline_of(history: History, moment: Callable[[Any], str]) -> Callable[[Frame], Markup]:
    """Give what draws the time line; it is read once until something is recorded."""

    def read(ui: Frame) -> Timeline:
        steps = (
            Step(
                ui.said(act["what"]),
                bool(act["internal"]),
                moment(act["when"]),
                str(act["by"]),
                tuple(ui.said(one) for one in act["about"]),
                str(act["said"]),
                str(act["quoted"]),
            )
            for act in history.lines()
        )
        return Timeline(tuple(steps))

    def draw(ui: Frame) -> Markup:
        what = (history.case.uid, history.personal)
        return ui.part_of(TIMELINE, what, lambda: read(ui))

    return draw


Link = tuple[str, str, str]
"""Address, words and drawing."""


class Doors(NamedTuple):
    """What the buttons of a case follow from: all that one person may do with it now."""

    resume_url: str | None
    primary: Link | None
    works: bool
    take_url: str | None
    more: tuple[Link, ...]
    deny_url: str
    code_url: str


class Facts(NamedTuple):
    """What the control block and the customer's words follow from."""

    state: str
    former_number: str
    migrated: bool
    light: str
    left: str | None
    due: str
    received: str
    channel: str
    owner: str
    rule: str
    reason: str
    product: str
    amount: str
    rated: str
    governed: tuple[tuple[str, str, str, str], ...]
    """What it is, code, version and address of each document."""
    text: str
    quoted: str
    record_url: str
    """Address of the case as a PDF in the house's own format; empty for who may not have it."""
    files: tuple[tuple[str, str], ...]
    """Address and name, for who may see personal data."""
    hidden: int
    """How many files are not shown to this reader."""


class Customer(NamedTuple):
    """What the section of the customer follows from; masked already where it must be."""

    anonymous: bool
    personal: bool
    name: str
    id: str
    email: str
    phone: str
    address: str
    former: tuple[str, ...]
    """What each of the five was before it was corrected, or an empty text."""
    proxy: str | None
    consent: tuple[str, str, str] | None
    """Version, moment and words of what the customer agreed to."""
    others: tuple[tuple[str, str, str, str, str], ...]
    """Address, number, state, kind and day."""
    letters: tuple[tuple[str, str, str, str, str], ...]
    """Address, number, kind, moment and level."""


class Term(NamedTuple):
    """What the words over the days of the clock follow from."""

    term: str
    name: str
    source: str
    silence: str
    kept: bool
    paused: bool
    lapses: str
    silent: str
    """Until when the effect of silence is recognised, and by which norm."""


_DATA = ("name", "id", "email", "phone", "address")


class CaseParts:
    """Draws a case's page out of what its view found."""

    def __init__(self, page: Any, values: dict[str, Any]) -> None:
        """Take the page with the values that it hands to its template."""
        self._page, self._values = page, values
        self._case: Case = page.context

    def _url(self, *elements: str) -> str:
        return str(self._page.request.resource_path(self._case, *elements))

    def doors(self, ui: Frame) -> Markup:
        """Draw the buttons; nothing where there is none."""
        given, case, home = self._values, self._case, self._url()
        primary, now = given["primary"], case.progress
        works = bool(given["works"] and case.disposed is None)
        takes = now.owner != self._page.request.person.id and not now.ended_at
        values = Doors(
            f"{home}resume" if given["resumes"] else None,
            (f"{home}{primary[1]}", ui.said(primary[2]), primary[3]) if primary else None,
            works,
            f"{home}take" if works and takes else None,
            tuple(
                (f"{home}{view}", ui.said(words), drawing)
                for _kind, view, words, drawing in given["more"]
            )
            if works
            else (),
            f"{home}deny-access",
            f"{home}new-code",
        )
        return ui.part("pqr/case_doors.pt", values)

    def facts(self, ui: Frame) -> Markup:
        """Draw the control block and what is asked for."""
        case, given, moment, name = self._case, self._values, self._moment, self._page.choices.name
        left, former = given["left"], str(case.former_number or "")
        said, quoted = split_quoted(words_for(case, case.text, personal=given["personal"]))
        values = Facts(
            case.state,
            former,
            bool(former) and case.acts[0]["origin"]["by"] == "migrated",
            given["light"] or "",
            None if left is None else ui.said(left),
            moment(case.due) if case.due else "",
            moment(case.received_at),
            name("channels", case.channel_id),
            given["owner"] or "",
            ui.said(given["rule"]) if given["owner"] and given["rule"] else "",
            name("reasons", case.reason_id) if case.reason_id else "",
            name("products", case.product_id) if case.product_id else "",
            given["amount"],
            ui.said(given["rated"]),
            tuple(
                (ui.said(what), kept["code"], str(kept["version"]), url)
                for what, kept, url in given["governed"]
            ),
            said,
            quoted,
            self._url("record") if given["personal"] and case.disposed is None else "",
            tuple((self._url("file", one.uid), one.filename) for one in case.files)
            if given["personal"]
            else (),
            0 if given["personal"] else len(case.files),
        )
        return ui.part("pqr/case_facts.pt", values)

    def customer(self, ui: Frame) -> Markup:
        """Draw who asks, what else they asked, and the letters they were sent."""
        case, given = self._case, self._values
        customer, proxy, consent = given["customer"], given["proxy"], case.consent
        kind_name, former, moment = self._page.choices.name, given["former"], self._moment
        base = self._page.request.resource_path(given["register"])
        shown = {one: str(customer[one] or "") for one in _DATA}
        values = Customer(
            anonymous=bool(case.anonymous),
            personal=given["personal"],
            name=shown["name"],
            id=shown["id"],
            email=shown["email"],
            phone=shown["phone"],
            address=shown["address"],
            former=tuple(former.get(one) or "" for one in _DATA),
            proxy=str(proxy["name"] or "") if proxy else None,
            consent=(
                (str(consent["version"]), moment(consent["at"]), str(consent["text"]))
                if consent
                else None
            ),
            others=tuple(
                (
                    f"{base}{one.number}/",
                    one.number,
                    one.state,
                    kind_name("kinds", one.kind),
                    show_date(self._page.profile, one.received[:10]),
                )
                for one in given["others"]
            ),
            letters=tuple(self._letter(ui, one) for one in given["letters"]),
        )
        return ui.part("pqr/case_customer.pt", values)

    def _letter(self, ui: Frame, one: Any) -> tuple[str, str, str, str, str]:
        kind, level = self._values["letter_words"][one.kind], self._values["levels"][one.level]
        url = self._url("letter-file", one.number)
        return url, one.number, ui.said(kind), self._moment(one.at), ui.said(level)

    def term(self, ui: Frame) -> Markup:
        """Draw term, norm and what holds the clock up; only where the case has a rule."""
        given, clock = self._values, self._values["clock"]
        lapses, silence = given["lapses_at"], given["silence"]
        values = Term(
            ui.said(given["term"]),
            clock.rule.name,
            clock.rule.source,
            ui.said(silence) if silence else "",
            bool(clock.kept),
            bool(clock.is_paused),
            show_date(self._page.profile, lapses.date()) if lapses else "",
            self._silent(),
        )
        return ui.part("pqr/case_term.pt", values)

    def _silent(self) -> str:
        case, request = self._case, self._page.request
        at = request.act.at
        if not self._values["clock"].late(at):
            return ""
        # A term that has passed stays so until something is recorded.
        until = unchanged(request, ("silence", case.uid), lambda: after_silence(case, at))
        return f"{self._moment(until.at)} ({until.source})" if until is not None else ""

    def _moment(self, at: Any) -> str:
        return show_moment(self._page.profile, at)
