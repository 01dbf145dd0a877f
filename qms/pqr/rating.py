"""What the customer says of an answer: a rating of the service, once per round, or an objection."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from qms.content.models import Organisation, organisation_of
from qms.kernel.acts import Act
from qms.kernel.text import clean_line
from qms.pqr import workflow
from qms.pqr.choices import Choices, choices_of
from qms.pqr.errors import NothingToRate, NotInProfile, TooLateToObject
from qms.pqr.models import Case
from qms.pqr.services import NAME, take
from qms.security.tokens import digest

RATABLE = frozenset({workflow.NOTIFIED, workflow.OBJECTED, workflow.CLOSED})


def scale_of(choices: Choices) -> list[tuple[int, str]]:
    """Give the scale as ``(score, word)``, the worst first."""
    return sorted((int(one["score"]), str(one["word"])) for one in choices.data["rating"])


def word_of(choices: Choices, score: int) -> str:
    """Say a score with its word; one that is gone from the scale stands alone."""
    word = dict(scale_of(choices)).get(score)
    return f"{score} · {word}" if word else str(score)


def may_rate(case: Case, *, at: datetime) -> bool:
    """Tell whether this round can still be rated."""
    now = case.progress
    if now.state not in RATABLE or now.rating is not None or now.notified_at is None:
        return False
    days = choices_of(organisation_of(case)).data["rating_days"]
    return (at - datetime.fromisoformat(now.notified_at)).days < days


def rate(case: Case, score: int, comment: str = "", *, act: Act) -> None:
    """Keep what the customer says of the service; a second time is refused (AlreadyRated)."""
    choices = choices_of(organisation_of(case))
    if score not in dict(scale_of(choices)):
        raise NotInProfile(what="score")
    if case.progress.rating is None and not may_rate(case, at=act.at):
        raise NothingToRate
    take(case, "rated", act, score=score, comment=comment.strip())


def case_of_link(organisation: Organisation, number: str, token: str) -> Case:
    """Give the case of a link to rate; refuses an unknown number and a wrong token alike."""
    folder = organisation.get(NAME)
    case = folder.get(clean_line(number).upper()) if folder is not None else None
    kept = case.rating_digest if case is not None and case.rating_digest else digest("")
    # Computed and compared in every case, so that no answer comes sooner.
    if not token or not secrets.compare_digest(kept, digest(token)) or case is None:
        raise NothingToRate
    found: Case = case
    return found


def objection_until(case: Case) -> date | None:
    """Give the last day on which the customer may say that they do not agree."""
    now = case.progress
    days = choices_of(organisation_of(case)).data["objection_days"]
    if now.notified_at is None or now.state not in (workflow.NOTIFIED, workflow.CLOSED) or not days:
        return None
    times = case.clock.times
    day = times.day(datetime.fromisoformat(now.notified_at))
    last: date = times.calendar(day).add_business_days(day, days)
    return last


def object_to(case: Case, text: str, *, act: Act) -> None:
    """Keep that the customer does not agree; whoever works the case decides what follows."""
    last = objection_until(case)
    if last is None:
        workflow.after(case.progress, {"kind": "objected", "text": "-", "at": "", "by": ""})
        raise TooLateToObject(day="—")
    if case.clock.times.day(act.at) > last:
        raise TooLateToObject(day=f"{last:%d/%m/%Y}")
    take(case, "objected", act, text=text.strip())


def uphold(case: Case, reason: str, *, act: Act) -> None:
    """Let the answer stay as it is, and tell the customer why."""
    take(case, "upheld", act, reason=reason.strip())
