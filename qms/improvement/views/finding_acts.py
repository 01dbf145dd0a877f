"""The small forms with which a finding is worked, one for each act."""

from __future__ import annotations

from functools import partial
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.documents.views.statement import StatementForm
from qms.improvement import forms
from qms.improvement.choices import choices_of
from qms.improvement.models import Finding
from qms.improvement.services import actions
from qms.improvement.services import findings as services
from qms.improvement.services.actions import Planned
from qms.improvement.views.offering import ActForm, files_of
from qms.kernel.i18n import _
from qms.profiles.api import profile_of
from qms.security.permissions import Permission
from qms.web.redirects import see_other
from qms.web.seen import SeenForm, mark_of

ADDED = frozenset({"noted", "corrected", "action-added", "action-moved"})
"""Acts that add to a finding and take nothing from what somebody else is writing."""


class FindingForm(SeenForm, ActForm):
    """One act on a finding; the acts derive from it."""

    context: Finding

    def present(self) -> str:
        """Name how far the finding is; what was only added is nothing to look at."""
        return mark_of(sum(one["kind"] not in ADDED for one in self.context.acts))

    def evidence(self, values: dict[str, Any]) -> dict[str, Any]:
        """Give the files and the record that the form brought."""
        return {"files": files_of(values), "record": values.get("record") or ""}


@view_config(context=Finding, name="accept", permission=Permission.FINDING_MANAGE)
class AcceptForm(FindingForm):
    """Accepts and classifies it."""

    schema = forms.ClassifySchema
    heading = _("Classify the finding")
    introduction = _("The kind says what it needs: cause, plan, and when its effect is checked.")

    def initial(self) -> dict[str, Any]:
        """Start with the process that was named."""
        return {"process": self.context.process}

    def do(self, values: dict[str, Any]) -> None:
        """Accept it."""
        services.accept(self.context, values, act=self.request.act)


@view_config(context=Finding, name="reclassify", permission=Permission.FINDING_MANAGE)
class ReclassifyForm(FindingForm):
    """Classifies it anew."""

    schema = forms.ReclassifySchema
    heading = _("Classify anew")

    def initial(self) -> dict[str, Any]:
        """Start with how it is classified."""
        now = self.context.progress
        return {
            "kind": now.kind,
            "severity": now.severity,
            "process": now.process,
            "responsible": now.responsible,
        }

    def do(self, values: dict[str, Any]) -> None:
        """Classify it."""
        services.reclassify(self.context, values, values["reason"], act=self.request.act)


@view_config(context=Finding, name="reject", permission=Permission.FINDING_MANAGE)
class RejectForm(FindingForm):
    """Turns a report down; whoever made it is told why."""

    schema = forms.ReasonSchema
    heading = _("Reject the finding")
    introduction = _("Whoever reported it reads the reason.")

    def do(self, values: dict[str, Any]) -> None:
        """Reject it."""
        services.reject(self.context, values["reason"], act=self.request.act)


@view_config(context=Finding, name="merge", permission=Permission.FINDING_MANAGE)
class MergeForm(FindingForm):
    """Merges it into another one."""

    schema = forms.MergeSchema
    heading = _("Merge into another finding")

    def do(self, values: dict[str, Any]) -> None:
        """Merge it."""
        act = self.request.act
        actions.merge_finding(self.context, values["into"], values["reason"], act=act)


@view_config(context=Finding, name="reassign", permission=Permission.FINDING_MANAGE)
class ReassignForm(FindingForm):
    """Gives it to another person."""

    schema = forms.ReassignSchema
    heading = _("Give it to another person")

    def do(self, values: dict[str, Any]) -> None:
        """Give it."""
        responsible, reason = values["responsible"], values["reason"]
        services.reassign(self.context, responsible, reason, act=self.request.act)


@view_config(context=Finding, name="correct", permission=Permission.FINDING_WORK)
class CorrectForm(FindingForm):
    """Notes the immediate correction."""

    schema = forms.CorrectSchema
    heading = _("Immediate correction")
    introduction = _("What was done at once, before anybody knows the cause.")

    def do(self, values: dict[str, Any]) -> None:
        """Note it."""
        services.correct(
            self.context,
            values["text"],
            who=values["who"] or "",
            when=values["when"],
            act=self.request.act,
            **self.evidence(values),
        )


@view_config(context=Finding, name="dispose", permission=Permission.FINDING_WORK)
class DisposeForm(FindingForm):
    """Says what is done with a nonconforming output."""

    schema = forms.DisposeSchema
    heading = _("What is done with the output")

    def do(self, values: dict[str, Any]) -> None:
        """Keep it."""
        disposition, text = values["disposition"], values["text"]
        services.dispose(
            self.context, disposition, text, authority=values["authority"], act=self.request.act
        )


@view_config(context=Finding, name="reverify", permission=Permission.FINDING_CHECK)
class ReverifyForm(FindingForm):
    """Verifies an output again."""

    schema = forms.ReverifySchema
    heading = _("Verify the output again")

    def do(self, values: dict[str, Any]) -> None:
        """Note the result."""
        services.reverify(
            self.context,
            values["text"],
            passed=values["passed"] == "yes",
            act=self.request.act,
            **self.evidence(values),
        )


@view_config(context=Finding, name="analyse", permission=Permission.FINDING_WORK)
class AnalyseForm(FindingForm):
    """Analyses the cause."""

    heading = _("Analyse the cause")

    def make_schema(self) -> Any:
        """Make the form with the organisation's categories."""
        return forms.analyse_schema(choices_of(organisation_of(self.context)).fishbone)

    def initial(self) -> dict[str, Any]:
        """Start with the last analysis of this round."""
        cause = self.context.progress.cause
        categories = choices_of(organisation_of(self.context)).fishbone
        if cause is None:
            return {"whys": ["", "", "", "", ""], "similar": ""}
        bones = {
            f"bone-{place}": "\n".join(cause["branches"].get(name, ()))
            for place, name in enumerate(categories)
        }
        return {
            "whys": list(cause["whys"]) or [""],
            "bones": bones,
            **{key: cause[key] for key in ("root", "similar", "similar_text")},
        }

    def typed(self) -> dict[str, Any]:
        """Read what was sent; whys that are empty do not count."""
        found = super().typed()
        whys = found.get("whys")
        if isinstance(whys, list):
            found["whys"] = [one for one in whys if isinstance(one, str) and one.strip()]
        return found

    def do(self, values: dict[str, Any]) -> None:
        """Keep it."""
        categories = choices_of(organisation_of(self.context)).fishbone
        branches = {
            name: values["bones"][f"bone-{place}"].split("\n")
            for place, name in enumerate(categories)
        }
        kept = {**values, "branches": branches}
        services.analyse(self.context, kept, act=self.request.act)


@view_config(context=Finding, name="plan-action", permission=Permission.FINDING_WORK)
class PlanActionForm(FindingForm):
    """Plans an action of the present round."""

    schema = forms.ActionSchema
    heading = _("Plan an action")
    button = _("Plan it")

    def initial(self) -> dict[str, Any]:
        """Start with a corrective action."""
        return {"kind": "corrective" if self.context.progress.rule.get("cause") else "improvement"}

    def do(self, values: dict[str, Any]) -> None:
        """Plan it."""
        planned = Planned(
            values["kind"],
            values["title"],
            values["owner"],
            values["due"],
            text=values["text"],
            evidence=values["evidence"],
        )
        organisation = organisation_of(self.context)
        actions.plan(organisation, planned, finding=self.context, act=self.request.act)


@view_config(
    context=Finding,
    name="finish-plan",
    request_method="POST",
    permission=Permission.FINDING_WORK,
)
def finish_plan(finding: Finding, request: Request) -> HTTPSeeOther:
    """Say that the plan is complete."""
    services.finish_plan(finding, act=request.act)
    return see_other(request, finding, _("The plan is complete."))


@view_config(context=Finding, name="risks", permission=Permission.FINDING_WORK)
class RisksForm(FindingForm):
    """Answers about the risks."""

    schema = forms.RisksSchema
    heading = _("Answer about the risks")
    introduction = _("The risks stand in the documents of the process; a new version changes them.")

    def do(self, values: dict[str, Any]) -> None:
        """Keep the answer."""
        needed = values["needed"] == "yes"
        services.answer_risks(self.context, values["text"], needed=needed, act=self.request.act)


@view_config(context=Finding, name="risk-document", permission=Permission.FINDING_WORK)
class RiskDocumentForm(FindingForm):
    """Names where the risks were updated."""

    schema = forms.RiskDocumentSchema
    heading = _("Risks updated in")

    def do(self, values: dict[str, Any]) -> None:
        """Keep the document and its version in force."""
        services.update_risks(self.context, values["code"], act=self.request.act)


@view_config(context=Finding, name="check", permission=Permission.FINDING_CHECK)
class CheckForm(FindingForm):
    """Checks the effectiveness."""

    schema = forms.CheckSchema
    heading = _("Check the effectiveness")
    introduction = _("Another person looks at whether what was done had its effect.")

    def do(self, values: dict[str, Any]) -> None:
        """Keep the check."""
        services.check(
            self.context,
            values["text"],
            effective=values["effective"] == "yes",
            act=self.request.act,
            **self.evidence(values),
        )


@view_config(context=Finding, name="close", permission=Permission.FINDING_MANAGE)
class CloseForm(StatementForm):
    """Closes it, signed where the profile asks for it."""

    heading = _("Close the finding")
    button = _("Close")

    @property
    def _signed(self) -> bool:
        return bool(profile_of(organisation_of(self.context)).improvement["signed_closing"])

    def make_schema(self) -> Any:
        """Ask for the passphrase where closing is a signed statement."""
        return forms.SignedCloseSchema() if self._signed else forms.CloseSchema()

    def save(self, values: dict[str, Any]) -> Response:
        """Close it."""
        finding, text = self.context, values["text"]
        if not self._signed:
            services.close(finding, text, act=self.request.act)
            return self.done(_("The finding was closed."))
        self.sign(
            organisation_of(finding),
            services.closing_record(finding, text),
            values["passphrase"],
            subject=finding,
            store=partial(_close_signed, finding, text, self.request),
        )
        return self.done(_("The finding was closed."))


def _close_signed(finding: Finding, text: str, request: Request, record: dict[str, Any]) -> None:
    services.close(finding, text, record=record, act=request.act)


@view_config(context=Finding, name="cancel", permission=Permission.FINDING_MANAGE)
class CancelForm(FindingForm):
    """Cancels it with its plan."""

    schema = forms.ReasonSchema
    heading = _("Cancel the finding")
    introduction = _("What is still open of its plan is cancelled, too.")

    def do(self, values: dict[str, Any]) -> None:
        """Cancel it."""
        actions.cancel_finding(self.context, values["reason"], act=self.request.act)


@view_config(context=Finding, name="reopen", permission=Permission.FINDING_MANAGE)
class ReopenForm(FindingForm):
    """Opens it again."""

    schema = forms.ReasonSchema
    heading = _("Open it again")
    introduction = _("A new round begins; what was done before stays in the history.")

    def do(self, values: dict[str, Any]) -> None:
        """Open it."""
        services.reopen(self.context, values["reason"], act=self.request.act)


@view_config(context=Finding, name="note", permission=Permission.FINDING_WORK)
class NoteForm(FindingForm):
    """Adds a note."""

    schema = forms.NoteSchema
    heading = _("Add a note")

    def do(self, values: dict[str, Any]) -> None:
        """Keep it."""
        files = files_of(values)
        services.note(self.context, values["text"], files=files, act=self.request.act)
