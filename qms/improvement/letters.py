"""Mails about findings, actions and audits, and reminders of what is due."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyramid.config import Configurator

from qms.content.models import organisation_of
from qms.documents.wording import show_date
from qms.improvement import events
from qms.improvement.models import Audit, Finding, ImprovementAction
from qms.improvement.services import actions
from qms.improvement.services.places import quality_staff
from qms.kernel.acts import Act
from qms.kernel.i18n import _
from qms.notices.letters import Letter, Letters
from qms.people.models import Person, people_of
from qms.profiles.api import profile_of


class ImprovementLetters(Letters):
    """Writes to whoever has to know of a finding, an action or an audit."""

    def _values(self, content: Any) -> dict[str, object]:
        return {"number": content.number, "title": content.title}

    def write(
        self, content: Any, persons: Iterable[Person], letter: Letter, key: str, act: Act
    ) -> int:
        """Write to these persons, but never to who did it; each letter of one key once."""
        told = {one.id: one for one in persons if one.id != act.person_id}
        return sum(
            self.send(told[one], letter, f"{key} {content.uid} {one}", act) for one in sorted(told)
        )

    def _tell(self, event: Any, persons: Iterable[Person], subject: str, *paragraphs: Any) -> None:
        content = event.subject
        letter = Letter(
            _(subject, self._values(content)),
            (content.title, *(one for one in paragraphs if one)),
            (_("See it"), self.address(content)),
        )
        key = f"{type(event).__name__} {len(content.acts)}"
        self.write(content, persons, letter, key, event.act)

    def _person(self, content: Any, person_id: str) -> list[Person]:
        found = people_of(organisation_of(content))["persons"].get(person_id)
        return [found] if found is not None else []

    # Findings

    def reported(self, event: events.FindingReported) -> None:
        """Ask quality staff to classify it."""
        finding: Finding = event.subject
        by = show_date(profile_of(organisation_of(finding)), finding.due)
        self._tell(
            event,
            quality_staff(organisation_of(finding)),
            _("[${number}] A finding was reported – classify it"),
            _("To classify by ${day}.", {"day": by}),
        )

    def accepted(self, event: Any) -> None:
        """Tell who answers for it."""
        finding: Finding = event.subject
        responsible = self._person(finding, finding.progress.responsible)
        self._tell(
            event,
            responsible,
            _("[${number}] You answer for a finding"),
            _("Correct it, analyse its cause and plan what is done."),
        )

    def decided(self, event: Any) -> None:
        """Tell who reported it what was decided, with the reason."""
        finding: Finding = event.subject
        reporter = self._person(finding, finding.reported_by)
        reason = finding.acts[-1].get("reason") or ""
        self._tell(event, reporter, _("[${number}] It was decided about your finding"), reason)

    def closed(self, event: events.FindingClosed) -> None:
        """Tell who reported it that it is closed."""
        finding: Finding = event.subject
        reporter = self._person(finding, finding.reported_by)
        self._tell(event, reporter, _("[${number}] The finding that you reported was closed"))

    def checked(self, event: events.EffectivenessChecked) -> None:
        """Tell who answers for it, and quality staff, of a check that failed."""
        finding: Finding = event.subject
        if finding.acts[-1]["effective"]:
            return
        told = self._person(finding, finding.progress.responsible)
        self._tell(
            event,
            [*told, *quality_staff(organisation_of(finding))],
            _("[${number}] What was done had no effect: a new round begins"),
            finding.acts[-1]["text"],
        )

    # Actions

    def planned(self, event: Any) -> None:
        """Tell who owns it, and until when."""
        action: ImprovementAction = event.subject
        due = show_date(profile_of(organisation_of(action)), action.progress.due)
        self._tell(
            event,
            actions.owners(action),
            _("[${number}] An action is yours"),
            _("Due on ${day}.", {"day": due}),
            action.evidence_asked,
        )

    def done(self, event: events.ActionDone) -> None:
        """Ask who planned it, or quality staff, to verify it."""
        action: ImprovementAction = event.subject
        held = {one.id for one in actions.owners(action)}
        planner = [one for one in self._person(action, action.planned_by) if one.id not in held]
        persons = planner or quality_staff(organisation_of(action))
        self._tell(event, persons, _("[${number}] An action is done – verify it"))

    def returned(self, event: events.ActionReturned) -> None:
        """Tell who owns it what is missing."""
        action: ImprovementAction = event.subject
        reason = action.acts[-1]["reason"]
        self._tell(event, actions.owners(action), _("[${number}] An action was returned"), reason)

    # Audits

    def staffed(self, event: events.AuditStaffed) -> None:
        """Tell the team."""
        audit: Audit = event.subject
        people = people_of(organisation_of(audit))
        team = [people.person(one) for one in audit.progress.team]
        profile, plan = profile_of(organisation_of(audit)), audit.progress.plan
        values: dict[str, object] = {
            "first": show_date(profile, plan["first"]),
            "last": show_date(profile, plan["last"]),
        }
        self._tell(
            event,
            team,
            _("[${number}] You are of the team of an audit"),
            _("From ${first} to ${last}.", values),
        )

    # Reminders; the worker writes them

    def remind(
        self, content: Any, persons: Iterable[Person], subject: Any, key: str, act: Act
    ) -> int:
        """Remind of something that is due."""
        letter = Letter(subject, (content.title,), (_("See it"), self.address(content)))
        return self.write(content, persons, letter, f"reminder {key}", act)


def includeme(config: Configurator) -> None:
    """Let the letters hear of what they are about, and the worker find them."""
    letters = config.registry.qms_improvement_letters = ImprovementLetters(config.registry)
    config.add_letters(
        {
            events.FindingReported: letters.reported,
            events.FindingAccepted: letters.accepted,
            events.FindingReassigned: letters.accepted,
            events.FindingRejected: letters.decided,
            events.FindingMerged: letters.decided,
            events.EffectivenessChecked: letters.checked,
            events.FindingClosed: letters.closed,
            events.ActionPlanned: letters.planned,
            events.ActionReassigned: letters.planned,
            events.ActionDone: letters.done,
            events.ActionReturned: letters.returned,
            events.AuditStaffed: letters.staffed,
        }
    )
