"""Notices on the web for answers that have no address to go to (Ley 1437 de 2011, art. 69).

A notice shows the number and the answer for some business days, and no personal data. The answer
counts as notified with the day on which the notice is put up; when it is taken down, the case gets
the proof of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from BTrees.OOBTree import OOBTree

from qms.content.models import Organisation, organisation_of
from qms.kernel.acts import Act
from qms.kernel.text import fold
from qms.pqr import services
from qms.pqr.choices import choices_of
from qms.pqr.errors import NotOnNotice
from qms.pqr.models import CUSTOMER, Case

ROOM = "pqr.notices"
"""Number of a case to its notice, as plain values."""
NOTICE = "notice"
_SHORTEST = 4
"""Letters from which a part of a name counts as one."""


@dataclass(frozen=True)
class Notice:
    """One notice on the web."""

    number: str
    kind: str
    text: str
    since: date
    until: date
    """The last day on which it is shown."""


def refuse_personal(case: Case, text: str) -> None:
    """Refuse a notice that names what is known of the customer (NotOnNotice)."""
    said = fold(text)
    for who in (case.customer, case.proxy or {}):
        for name in CUSTOMER:
            value = str(who.get(name) or "").strip()
            parts = value.split() if name == "name" else [value]
            for part in parts:
                if len(part) >= _SHORTEST and fold(part) in said:
                    raise NotOnNotice(text=part)


def publish(case: Case, text: str, *, act: Act) -> Notice:
    """Put the answer up as a notice, and note that it is notified."""
    refuse_personal(case, text)
    organisation, times = organisation_of(case), case.clock.times
    since = times.day(act.at)
    days = choices_of(organisation).data["notice_days"]
    until = times.calendar(since).add_business_days(since, days)
    services.notify(case, NOTICE, proof=f"{since.isoformat()} – {until.isoformat()}", act=act)
    put_up = organisation.annexes.setdefault(ROOM, OOBTree())
    put_up[case.number] = (since.isoformat(), until.isoformat(), text.strip())
    return _notice(organisation, case.number, put_up[case.number])


def _notice(organisation: Organisation, number: str, kept: Any) -> Notice:
    case = organisation[services.NAME][number]
    kind = choices_of(organisation).name("kinds", case.progress.kind)
    since, until, text = kept
    return Notice(number, kind, text, date.fromisoformat(since), date.fromisoformat(until))


def shown_on(organisation: Organisation, day: date) -> list[Notice]:
    """List the notices of a day, the newest first."""
    put_up: Any = organisation.annexes.get(ROOM, {})
    found = [_notice(organisation, number, kept) for number, kept in put_up.items()]
    found = [one for one in found if one.since <= day <= one.until]
    return sorted(found, key=lambda one: (one.since, one.number), reverse=True)


def take_down(organisation: Organisation, *, act: Act) -> int:
    """Take the notices down whose days are over, each with its proof on the case; count them."""
    put_up: Any = organisation.annexes.get(ROOM)
    done = 0
    for number, (since, until, _text) in list(put_up.items() if put_up is not None else ()):
        case = organisation[services.NAME][number]
        if case.clock.times.day(act.at) <= date.fromisoformat(until):
            continue
        del put_up[number]
        if getattr(case, "disposed", None) is None:
            services.take(case, "delivered", act, notice=[since, until])
        done += 1
    return done
