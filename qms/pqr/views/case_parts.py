"""Parts of a case's page that are drawn once for as long as nothing happens to the case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from chameleon.utils import Markup

from qms.content.models import organisation_of
from qms.documents.wording import show_date
from qms.pqr.clock import Clock
from qms.pqr.models import Case
from qms.profiles.api import Profile
from qms.web.frame import Frame
from qms.web.parts import kept_of, rendered

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


def timeline_of(
    acts: Sequence[dict[str, Any]], moment: Callable[[Any], str]
) -> Callable[[Frame], Markup]:
    """Give what draws the time line of acts as ``CaseView`` prepares them."""

    def draw(ui: Frame) -> Markup:
        steps = (
            Step(
                ui.said(act["what"]),
                bool(act["internal"]),
                moment(act["when"]),
                str(act["by"]),
                tuple(ui.said(one) for one in act["about"]),
                str(act["said"]),
            )
            for act in acts
        )
        return ui.part(TIMELINE, Timeline(tuple(steps)))

    return draw
