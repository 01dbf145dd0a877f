"""The forms with which audits are planned, staffed and carried out."""

from __future__ import annotations

from datetime import date
from typing import Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.improvement import audit_forms as forms
from qms.improvement.forms import ReasonSchema
from qms.improvement.independence import independent
from qms.improvement.models import Audit, AuditProgramme, AuditRegister
from qms.improvement.services import audits as services
from qms.improvement.views.offering import ActForm, OfferedForm, files_of
from qms.kernel.i18n import _
from qms.kernel.text import sort_key
from qms.people.models import people_of
from qms.people.moments import local_day
from qms.security.permissions import Permission
from qms.web.forms import FormView
from qms.web.once import OnceForm
from qms.web.redirects import see_other


@view_config(context=AuditRegister, name="new-programme", permission=Permission.AUDIT_MANAGE)
class NewProgrammeForm(FormView):
    """Begins the programme of a year."""

    schema = forms.NewProgrammeSchema
    heading = _("Begin a programme")

    def initial(self) -> dict[str, Any]:
        """Start with this year."""
        return {"year": local_day(self.context, self.request.act.at).year}

    def save(self, values: dict[str, Any]) -> Response:
        """Begin it."""
        organisation, year = organisation_of(self.context), values["year"]
        made = services.plan_programme(organisation, year, values, act=self.request.act)
        return self.done(_("Saved."), made)


@view_config(context=AuditProgramme, name="change", permission=Permission.AUDIT_MANAGE)
class ChangeProgrammeForm(FormView):
    """Changes a draft."""

    schema = forms.ProgrammeSchema
    heading = _("Change the programme")

    def initial(self) -> dict[str, Any]:
        """Start with what it says."""
        plan = self.context.progress.plan
        return {key: plan[key] for key in services.PROGRAMME_FACTS}

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it."""
        services.change_programme(self.context, values, act=self.request.act)
        return self.done(_("Saved."))


def _plan(values: dict[str, Any]) -> services.Plan:
    return services.Plan(
        values["title"],
        values["objective"],
        values["criteria"],
        values["scope"],
        tuple(values["processes"]),
        values["first"],
        values["last"],
    )


@view_config(context=AuditProgramme, name="plan", permission=Permission.AUDIT_MANAGE)
class PlanAuditForm(OnceForm, OfferedForm):
    """Plans an audit of the programme, once."""

    schema = forms.AuditSchema
    heading = _("Plan an audit")
    button = _("Plan it")

    def initial(self) -> dict[str, Any]:
        """Start with the criteria of the programme."""
        return {key: self.context.progress.plan[key] for key in ("criteria", "scope")}

    def save(self, values: dict[str, Any]) -> Response:
        """Plan it."""
        organisation, year = organisation_of(self.context), self.context.year
        audit = services.plan(organisation, year, _plan(values), act=self.request.act)
        values_: dict[str, object] = {"number": audit.number}
        return self.done(_("The audit has the number ${number}.", values_), audit)


class AuditForm(ActForm):
    """One act on an audit; the acts derive from it."""

    context: Audit


@view_config(context=Audit, name="change", permission=Permission.AUDIT_MANAGE)
class ChangeAuditForm(AuditForm):
    """Changes the plan."""

    schema = forms.ChangeAuditSchema
    heading = _("Change the plan")

    def initial(self) -> dict[str, Any]:
        """Start with the plan as it is."""
        plan = dict(self.context.progress.plan)
        days = {key: date.fromisoformat(plan[key]) for key in ("first", "last")}
        return {**plan, **days}

    def do(self, values: dict[str, Any]) -> None:
        """Change it."""
        services.change(self.context, _plan(values), values["reason"], act=self.request.act)


@view_config(context=Audit, name="team", permission=Permission.AUDIT_MANAGE)
class TeamForm(AuditForm):
    """Names the team; who is tied to an audited process is marked."""

    schema = forms.TeamSchema
    heading = _("Name the team")
    introduction = _(
        "Whoever leads the process, works in it or wrote its documents cannot audit it; those who"
        " are independent stand first."
    )

    def bindings(self) -> dict[str, Any]:
        """Offer everybody, those who are independent first."""
        organisation = organisation_of(self.context)
        free = independent(organisation, self.context.progress.plan["processes"])
        known = {one.id for one in free}
        translate = self.request.localizer.translate
        tied = [one for one in people_of(organisation).persons() if one.id not in known]
        named = sorted(((one.id, one.name) for one in free), key=lambda pair: sort_key(pair[1]))
        note = translate(_("takes part in the process"))
        others = sorted(
            ((one.id, f"{one.name} – {note}") for one in tied), key=lambda pair: sort_key(pair[1])
        )
        return {"auditors": [*named, *others]}

    def initial(self) -> dict[str, Any]:
        """Start with the team as it is."""
        now = self.context.progress
        return {"lead": now.lead, "team": [one for one in now.team if one != now.lead]}

    def do(self, values: dict[str, Any]) -> None:
        """Name it."""
        services.staff(self.context, values["lead"], values["team"], act=self.request.act)


@view_config(context=Audit, name="ask", permission=Permission.AUDIT_CONDUCT)
class AskForm(AuditForm):
    """Adds a question."""

    schema = forms.QuestionSchema
    heading = _("Add a question")

    def do(self, values: dict[str, Any]) -> None:
        """Add it."""
        services.add_question(self.context, values["text"], values["code"], act=self.request.act)


@view_config(context=Audit, name="open", permission=Permission.AUDIT_CONDUCT)
class OpenForm(AuditForm):
    """Opens an audit, after another look at whether its team is independent."""

    schema = forms.OpeningSchema
    heading = _("Open the audit")
    introduction = _("Whether the team is independent is looked at once more.")

    def do(self, values: dict[str, Any]) -> None:
        """Open it."""
        services.begin(self.context, values["text"], act=self.request.act)


@view_config(context=Audit, name="answer", permission=Permission.AUDIT_CONDUCT)
class AnswerForm(AuditForm):
    """Answers the question that the address names."""

    schema = forms.AnswerSchema
    heading = _("Answer the question")

    def _question(self) -> dict[str, Any]:
        wanted = self.request.tail
        asked = (one for one in self.context.progress.questions if one["id"] == wanted)
        found = next(asked, None)
        if found is None:
            raise HTTPNotFound
        return dict(found)

    @property
    def introduction(self) -> Any:
        """Show the question and where it comes from."""
        question = self._question()
        where = " ".join(filter(None, (question["code"], question["version"], question["place"])))
        return f"{where} · {question['text']}" if where else question["text"]

    def initial(self) -> dict[str, Any]:
        """Start with the last answer."""
        answer = self.context.progress.answers.get(self._question()["id"])
        return {"verdict": answer["verdict"], "text": answer["text"]} if answer else {}

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it and go back to the line."""
        question = self._question()["id"]
        services.answer(
            self.context,
            question,
            values["verdict"],
            values["text"],
            files=files_of(values),
            act=self.request.act,
        )
        where = self.request.resource_path(self.context, anchor=f"q-{question}")
        return see_other(self.request, where)


@view_config(context=Audit, name="conclude", permission=Permission.AUDIT_CONDUCT)
class ConcludeForm(AuditForm):
    """Reports an audit of which every question is answered."""

    schema = forms.ConclusionSchema
    heading = _("Conclude the audit")

    def do(self, values: dict[str, Any]) -> None:
        """Conclude it."""
        services.conclude(self.context, values["text"], act=self.request.act)


@view_config(context=Audit, name="cancel", permission=Permission.AUDIT_MANAGE)
class CancelForm(AuditForm):
    """Gives an audit up, with the reason."""

    schema = ReasonSchema
    heading = _("Cancel the audit")

    def do(self, values: dict[str, Any]) -> None:
        """Cancel it."""
        services.cancel(self.context, values["reason"], act=self.request.act)
