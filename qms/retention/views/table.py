"""The table of retention on screen: series, what belongs to them, and their rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.content.models import organisation_of
from qms.documents.views.page import PageView
from qms.exports import LIST_PAGE, Action, Column, Kind, Listing, ListSpec
from qms.kernel.i18n import _
from qms.kernel.text import sort_key
from qms.people.moments import local_day
from qms.profiles.api import processes_of, profile_of
from qms.retention import forms
from qms.retention.errors import RuleTooEarly, SeriesTaken, SeriesUnknown
from qms.retention.listing import catalogue_of
from qms.retention.models import Series, SeriesTable
from qms.retention.services import keeping
from qms.retention.table import traits_shown
from qms.retention.views.common import room_of, room_tabs, told, wording
from qms.retention.words import COUNTED_FROM, DISPOSITIONS
from qms.security.permissions import Permission
from qms.web import fields
from qms.web.forms import FormView, at_field

TABLE = ListSpec(
    columns=(
        Column("code", _("Code"), Kind.CODE, sort="code", link=True, share=11),
        Column("name", _("Series and subseries"), sort="name", link=True, share=24),
        Column("belongs", _("What belongs to it"), cut=True, share=26),
        Column("office_years", _("Office"), Kind.NUMBER, share=9),
        Column("central_years", _("Central"), Kind.NUMBER, share=9),
        Column("disposition", _("Disposition"), share=13),
        Column("valid_from", _("In force since"), Kind.DATE, share=13),
        Column("source", _("Source"), cut=True, share=26),
        Column("procedure", _("Procedure and notes"), screen=False, share=28),
        Column("verified", _("Verified"), share=12),
    ),
    order="code",
    search=_("Words of code and name"),
)
_OWN_NAMES = ("document_types", "case_kinds", "case_lanes", "surveys", "processes")


def staff_words(profile: Any, organisation: Any) -> dict[str, dict[str, str]]:
    """Give the organisation's own names of what can belong to a series."""
    cases = profile.cases
    return {
        "document_types": {one.id: one.name for one in profile.document_types},
        "processes": {one.id: one.name for one in processes_of(organisation, active_only=False)},
        "case_kinds": {one["id"]: one["name"] for one in cases["kinds"]},
        "case_lanes": {one["id"]: one["name"] for one in cases["lanes"]},
        "surveys": {one["id"]: one["name"] for one in profile.surveys["kinds"]},
    }


def years(count: int) -> Any:
    """Say a number of years."""
    return _("1 year") if count == 1 else _("${n} years", {"n": count})


def belongs_text(
    series: Series, words: Mapping[str, Mapping[str, str]], translate: Callable[[Any], str]
) -> str:
    """Say in one line what belongs to a series."""
    shown = traits_shown(series, {name: dict(found) for name, found in words.items()})
    parts = [one for name in _OWN_NAMES[:-1] for one in shown.get(name, [])]
    if series.all_cases:
        parts.append(translate(_("All cases that no other series names")))
    text = ", ".join(parts)
    if series.processes:
        text = f"{text} ({', '.join(shown['processes'])})"
    return text


def table_record(
    series: Series,
    day: str,
    words: Mapping[str, Mapping[str, str]],
    translate: Callable[[Any], str],
) -> dict[str, Any]:
    """Give a series as the table shows it."""
    rule = series.rule_on(day) or (series.rules[0] if series.rules else {})
    verified = _("To be verified") if rule.get("to_verify") else _("Yes")
    return {
        "series": series,
        "code": series.code,
        "name": series.title,
        "belongs": belongs_text(series, words, translate),
        "office_years": rule.get("office_years"),
        "central_years": rule.get("central_years"),
        "disposition": rule.get("disposition", ""),
        "valid_from": rule.get("valid_from"),
        "source": rule.get("source", ""),
        "procedure": rule.get("notes", ""),
        "verified": translate(verified),
    }


def master_record(
    series: Series,
    day: str,
    words: Mapping[str, Mapping[str, str]],
    translate: Callable[[Any], str],
) -> dict[str, Any]:
    """Give a series as the master list of records shows it."""
    found = table_record(series, day, words, translate)
    years = {"office": found["office_years"], "central": found["central_years"]}
    kept = _("${office} + ${central} years", years) if years["office"] is not None else ""
    disposition = DISPOSITIONS.get(found["disposition"], "")
    return {
        **found,
        **{name: getattr(series, name) for name in ("medium", "storage", "protection")},
        "retrieval": series.retrieval,
        "retention": translate(kept),
        "disposition_text": translate(disposition),
    }


@view_config(
    context=SeriesTable,
    request_method="GET",
    permission=Permission.VIEW,
    renderer=LIST_PAGE,
)
def show_table(table: SeriesTable, request: Request) -> dict[str, Any]:
    """Show the table as it is in force today; it prints and downloads as any list."""
    organisation = organisation_of(table)
    day = local_day(organisation, request.act.at).isoformat()
    words = staff_words(profile_of(organisation), organisation)
    translate = request.localizer.translate
    may = request.has_permission(Permission.RETENTION_MANAGE, table)
    actions = [Action(_("Add a series"), request.resource_path(table, "add"))] if may else []
    return Listing(request, TABLE).show(
        _("Table of retention"),
        [table_record(one, day, words, translate) for one in table.values() if one.active],
        url=lambda one: request.resource_path(one["series"]),
        actions=actions,
        empty=_("Here stand the series of records, how long each is kept, and what follows."),
        **room_tabs(request, "series"),
    )


class SeriesForm(FormView):
    """What the forms of a series share."""

    wide = True

    def bindings(self) -> dict[str, Any]:
        """Offer the organisation's own types, kinds, lanes and processes."""
        organisation = organisation_of(self.context)
        words = staff_words(profile_of(organisation), organisation)
        return {
            name: sorted(found.items(), key=lambda pair: sort_key(pair[1]))
            for name, found in words.items()
        }


@view_config(context=SeriesTable, name="add", permission=Permission.RETENTION_MANAGE)
class AddSeries(SeriesForm):
    """Puts a series with its first rule into the table."""

    heading = _("Add a series")

    def make_schema(self) -> Any:
        """Ask for code and name, for what belongs to it, and for its first rule."""
        schema = forms.SeriesSchema()
        schema.children.insert(0, fields.text(_("Code"), longest=24, name="code"))
        parent = fields.text(
            _("Part of the series"),
            longest=24,
            optional=True,
            name="parent",
            help=_("The code of a series, where this is a subseries of it."),
        )
        schema.children.insert(2, parent)
        forms.rule_fields(schema)
        schema.add(fields.long_text(forms.REASON, rows=3, longest=2000, name="reason"))
        return schema

    def initial(self) -> dict[str, Any]:
        """Start with a rule that destroys nothing."""
        today = local_day(self.context, self.request.act.at)
        return {"disposition": "CT", "counted_from": "closed", "valid_from": today}

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it."""
        organisation = organisation_of(self.context)
        with at_field("code", SeriesTaken), at_field("parent", SeriesUnknown):
            made = keeping.add_series(
                organisation, values, reason=values["reason"], act=self.request.act
            )
        return self.done(_("The series is in the table."), made)


@view_defaults(context=Series)
class SeriesView(PageView):
    """One series: what belongs to it, every rule it had, what was done with it."""

    context: Series

    @view_config(
        request_method="GET",
        permission=Permission.VIEW,
        renderer="qms.templates:retention/series.pt",
    )
    def show(self) -> dict[str, Any]:
        """Show it."""
        series, request = self.context, self.request
        organisation = organisation_of(series)
        day = local_day(organisation, request.act.at).isoformat()
        words = staff_words(profile_of(organisation), organisation)
        translate = request.localizer.translate
        table = room_of(series)["series"]
        found = master_record(series, day, words, translate)
        sees = bool(request.has_permission(Permission.VIEW, room_of(series)))
        count = catalogue_of(organisation).query({"series": (series.code,)}, order="code", limit=0)
        now = series.rule_on(day)
        return {
            "heading": f"{series.code} · {series.title}",
            "series": series,
            "found": found,
            "parent": table.get(series.parent) if series.parent else None,
            "parts": [one for one in table.values() if one.parent == series.code],
            "rules": [
                {
                    **one,
                    "now": one is now,
                    "later": one["valid_from"] > day,
                    "office": years(one["office_years"]),
                    "central": years(one["central_years"]),
                }
                for one in reversed(series.rules)
            ],
            "dispositions": DISPOSITIONS,
            "counted": COUNTED_FROM,
            "acts": told(series, series.acts) if sees else [],
            "sees": sees,
            "count": count.total,
            "may": bool(request.has_permission(Permission.RETENTION_MANAGE, series)),
            "room": room_of(series),
            **wording(series),
            "json": {name: value for name, value in found.items() if name != "series"}
            | {"rules": [dict(one) for one in series.rules]},
        }


@view_config(context=Series, name="edit", permission=Permission.RETENTION_MANAGE)
class EditSeries(SeriesForm):
    """Changes what belongs to a series, or what the master list says of it."""

    heading = _("Change the series")
    introduction = _("What was closed already follows the series that it belongs to from now on.")

    def make_schema(self) -> Any:
        """Ask for everything but the rule, and for the reason."""
        schema = forms.SeriesSchema()
        schema.add(fields.yes_no(_("In use"), name="active"))
        schema.add(fields.long_text(forms.REASON, rows=3, longest=2000, name="reason"))
        return schema

    def initial(self) -> dict[str, Any]:
        """Start with what it is."""
        names = ("all_cases", "active", "medium", "storage", "protection", "retrieval")
        own = {name: getattr(self.context, name) for name in names}
        many = {name: list(getattr(self.context, name)) for name in _OWN_NAMES}
        return {"name": self.context.title, **own, **many}

    def save(self, values: dict[str, Any]) -> Response:
        """Keep the change with its reason."""
        keeping.change_series(self.context, values, reason=values["reason"], act=self.request.act)
        return self.done(_("Saved."))


@view_config(context=Series, name="rule", permission=Permission.RETENTION_MANAGE)
class ChangeRule(FormView):
    """Lets another rule hold from a day on."""

    heading = _("Another rule of retention")
    introduction = _("The former rules stay in the table, and rule what was closed under them.")

    def make_schema(self) -> Any:
        """Ask for the rule and its reason."""
        schema = forms.rule_fields(fields.Schema())
        schema.add(fields.long_text(forms.REASON, rows=3, longest=2000, name="reason"))
        return schema

    def initial(self) -> dict[str, Any]:
        """Start with the present rule, from today on."""
        last = dict(self.context.rules[-1]) if self.context.rules else {}
        last["valid_from"] = local_day(self.context, self.request.act.at)
        names = ("office_years", "central_years", "disposition", "counted_from", "valid_from")
        return {name: last[name] for name in names if name in last} | {
            "source": last.get("source", ""),
            "notes": last.get("notes", ""),
        }

    def save(self, values: dict[str, Any]) -> Response:
        """Add the rule."""
        with at_field("valid_from", RuleTooEarly):
            keeping.change_rule(self.context, values, reason=values["reason"], act=self.request.act)
        return self.done(_("The rule is in the table."))
