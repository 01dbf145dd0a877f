"""Changes the tree of processes on screen; the profile's export has every change."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.kernel.i18n import _
from qms.processes import services
from qms.processes.forms import MacroprocessSchema, ProcessSchema, RetireSchema
from qms.processes.overview import KIND_TITLES, leader_name
from qms.profiles import processes as writing
from qms.profiles.errors import AcronymTaken, ProcessNameTaken
from qms.profiles.models import Process, ProcessFolder
from qms.security.permissions import Permission
from qms.web.forms import FieldRefused, FormView, at_field
from qms.web.i18n import translate
from qms.web.redirects import see_other

CONFIGURE = Permission.ORGANISATION_CONFIGURE
STEPS = {"up": -1, "down": 1}


@view_config(
    context=ProcessFolder,
    name="arrange",
    permission=CONFIGURE,
    renderer="qms.templates:processes/arrange.pt",
)
def arrange(folder: ProcessFolder, request: Request) -> dict[str, Any]:
    """Show the tree of processes with what can be done to each."""
    organisation = organisation_of(folder)
    bands = []
    for kind, title in KIND_TITLES.items():
        groups: dict[str, list[Process]] = {}
        for one in writing.ordered_processes(organisation):
            if one.kind == kind:
                groups.setdefault(one.macroprocess or "", []).append(one)
        bands.append({"kind": kind, "title": title, "groups": list(groups.items())})
    everything = writing.ordered_processes(organisation, active_only=False)
    address = request.resource_path
    return {
        "heading": _("Arrange the processes"),
        "tabs": [
            (_("Process map"), address(folder), False),
            (_("Interfaces"), address(folder, "matrix"), False),
            (_("Arrange"), address(folder, "arrange"), True),
        ],
        "bands": bands,
        "leader_name": lambda process: leader_name(organisation, process),
        "retired": [one for one in everything if not one.active],
    }


@view_config(context=Process, name="move", permission=CONFIGURE, request_method="POST")
def move(process: Process, request: Request) -> Response:
    """Move a process up or down within its macroprocess."""
    steps = STEPS.get(request.POST.get("to", ""))
    if steps is not None:
        writing.move_process(organisation_of(process), process.id, steps, act=request.act)
    return see_other(request, request.resource_path(process.__parent__, "arrange"))


@view_config(context=Process, name="resume", permission=CONFIGURE, request_method="POST")
def resume(process: Process, request: Request) -> Response:
    """Put a process back into use."""
    writing.reactivate_process(organisation_of(process), process.id, act=request.act)
    return see_other(
        request,
        request.resource_path(process.__parent__, "arrange"),
        _("The process is in use again."),
    )


class _ProcessForm(FormView):
    """What the forms of a process share: refusals stand at their fields."""

    schema = ProcessSchema

    def save(self, values: dict[str, Any]) -> Response:
        """Write the process, and say at which field it was refused."""
        with at_field("name", ProcessNameTaken), at_field("acronym", AcronymTaken):
            return self.write(values)

    def write(self, values: dict[str, Any]) -> Response:
        """Do the work."""
        raise NotImplementedError

    def hint(self) -> Any:
        """Name the macroprocesses that there are, so that one is not written in two ways."""
        names = writing.macroprocesses(organisation_of(self.context))
        if not names:
            return ""
        return _("Macroprocesses so far: ${names}.", {"names": "; ".join(names)})


@view_config(context=ProcessFolder, name="add", permission=CONFIGURE)
class AddProcess(_ProcessForm):
    """A new process."""

    heading = _("New process")
    button = _("Add the process")

    @property
    def introduction(self) -> Any:
        """Name the macroprocesses that there are."""
        return self.hint()

    def initial(self) -> dict[str, Any]:
        """Begin with the commonest kind."""
        return {"kind": "core"}

    def write(self, values: dict[str, Any]) -> Response:
        """Add it at the end of the map."""
        organisation = organisation_of(self.context)
        made = writing.add_process(organisation, **_plain(values), act=self.request.act)
        return self.done(_("The process was added."), made)


@view_config(context=Process, name="edit", permission=CONFIGURE)
class EditProcess(_ProcessForm):
    """Another name, acronym, place or leader."""

    heading = _("Edit the process")

    @property
    def introduction(self) -> Any:
        """Say what a new acronym does to codes, and name the macroprocesses."""
        count = services.codes_with_acronym(organisation_of(self.context), self.context)
        if not count:
            return self.hint()
        said = _(
            "${n} documents bear the acronym ${acronym} in their codes, and keep them: a new"
            " acronym is for new codes only.",
            {"n": count, "acronym": self.context.acronym},
        )
        return " ".join(translate(self.request, one) for one in (said, self.hint()) if one)

    def initial(self) -> dict[str, Any]:
        """Start from what is stored."""
        names = ("name", "acronym", "kind", "macroprocess", "leader")
        return {name: getattr(self.context, name) or "" for name in names}

    def write(self, values: dict[str, Any]) -> Response:
        """Change it."""
        organisation = organisation_of(self.context)
        writing.change_process(
            organisation, self.context.id, act=self.request.act, **_plain(values)
        )
        return self.done(_("Saved."))


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Store nothing where nothing was said."""
    return {name: value or None if name != "name" else value for name, value in values.items()}


@view_config(context=ProcessFolder, name="macroprocess", permission=CONFIGURE)
class RenameMacroprocess(FormView):
    """Another name for a macroprocess, in all of its processes."""

    schema = MacroprocessSchema
    heading = _("Rename the macroprocess")

    @property
    def former(self) -> str:
        """The name as it is now, from the address; 404 where there is none."""
        name = self.request.GET.get("name", "")
        everything = writing.ordered_processes(organisation_of(self.context), active_only=False)
        if not name or name not in {one.macroprocess for one in everything}:
            raise HTTPNotFound
        return name

    def initial(self) -> dict[str, Any]:
        """Start from the present name."""
        return {"name": self.former}

    def save(self, values: dict[str, Any]) -> Response:
        """Rename it everywhere."""
        organisation = organisation_of(self.context)
        writing.rename_macroprocess(organisation, self.former, values["name"], act=self.request.act)
        return self.done(_("Saved."), self.request.resource_path(self.context, "arrange"))


@view_config(
    context=Process,
    name="retire",
    permission=CONFIGURE,
    renderer="qms.templates:processes/retire.pt",
)
class RetireProcess(FormView):
    """Takes a process out of use, after telling what depends on it."""

    schema = RetireSchema
    heading = _("Take the process out of use")
    button = _("Take it out of use")

    def save(self, values: dict[str, Any]) -> Response:
        """Take it out of use."""
        organisation = organisation_of(self.context)
        if not values["known"] and services.dependents_of(
            organisation, self.context, person=self.request.person
        ):
            raise FieldRefused("known", _("Confirm that you know what depends on it."))
        writing.deactivate_process(organisation, self.context.id, act=self.request.act)
        return self.done(
            _("The process is out of use."),
            self.request.resource_path(self.context.__parent__, "arrange"),
        )

    def extra(self) -> dict[str, Any]:
        """Give what depends on it."""
        organisation = organisation_of(self.context)
        folder = organisation.get("documents")
        return {
            "process": self.context,
            "dependents": services.dependents_of(
                organisation, self.context, person=self.request.person
            ),
            "shown": services.SHOWN,
            "document_url": lambda code: self.request.resource_path(folder[code]),
        }
