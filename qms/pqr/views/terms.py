"""Terms and norms: what the country's profile says, whether it is verified, and who leans on it."""

from __future__ import annotations

from datetime import date
from typing import Any

from pyramid.request import Request
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.exports import LIST_PAGE, Action, Column, Facet, Kind, Listing, ListSpec
from qms.kernel.i18n import _
from qms.pqr.choices import Choices, choices_of, times_of
from qms.pqr.models import CaseRegister
from qms.pqr.words import EXTENSION_NAMES, RESUME_NAMES, SILENCE_NAMES, span
from qms.profiles.countries import CountryRule, CountryTerm
from qms.security.permissions import Permission
from qms.web.i18n import translate

HOLDS, UNVERIFIED, OVER, TO_COME = "norm-holds", "norm-unverified", "norm-over", "norm-to-come"
OWN = "own"
ORIGINS = {
    "term": _("Term of the country"),
    "rule": _("Duty of the country"),
    OWN: _("Term of the organisation"),
}
LIST = ListSpec(
    columns=(
        Column("name", _("What it is about"), sort="name"),
        Column("says", _("What the norm says")),
        Column("source", _("Norm"), sort="source"),
        Column("state", _("State"), Kind.CHIP, sort="state"),
        Column("since", _("Holds from"), Kind.DATE, sort="since"),
        Column("used", _("Kinds of case that use it")),
        Column("until", _("Holds until"), Kind.DATE, sort="until", screen=False),
        Column("checked", _("Verified by"), screen=False),
        Column("checked_on", _("Verified on"), Kind.DATE, screen=False),
        Column("url", _("Address of the source"), screen=False),
        Column("regime", _("Regime"), screen=False),
    ),
    facets={"state": Facet(_("State")), "origin": Facet(_("Sort"), ORIGINS)},
    order="state",
    search=_("Words of name, norm or regime"),
)


@view_config(
    context=CaseRegister,
    name="terms",
    request_method="GET",
    permission=Permission.VIEW,
    renderer=LIST_PAGE,
)
def show_terms(register: CaseRegister, request: Request) -> dict[str, Any]:
    """List every term and duty with its norm; what nobody verified is shown switched off."""
    organisation = organisation_of(register)
    choices = choices_of(organisation)
    today = times_of(organisation).day(request.act.at)
    made = Words(choices, request, today)
    country = choices.profile.country
    records = [
        *(made.term(one) for one in country.terms),
        *(made.rule(one) for one in country.rules),
        *made.own(),
    ]
    matrix = Action(
        _("Matrix of escalation"), request.resource_path(register, "matrix"), "list", primary=False
    )
    return Listing(request, LIST).show(
        _("Terms and norms"),
        records,
        names=("name", "says", "source", "regime"),
        empty=_("The country of this organisation has no terms in its profile."),
        actions=[matrix],
        table_class="terms-list",
    )


class Words:
    """Says terms and duties in the words of their reader."""

    def __init__(self, choices: Choices, request: Request, today: date) -> None:
        """Look up once which kinds of case lean on which term."""
        self.choices, self.request, self.today = choices, request, today
        self._used: dict[tuple[str, str], list[str]] = {}
        for kind in choices.kinds.values():
            legal = choices.like(str(kind.get("term") or ""))
            if legal is not None and kind.get("active", True):
                self._used.setdefault((legal.kind, legal.regime), []).append(str(kind["name"]))

    def _say(self, text: Any) -> str:
        return str(translate(self.request, text))

    def term(self, one: CountryTerm) -> dict[str, Any]:
        """Give the line of a term of the country."""
        used = self._used.get((one.kind, one.regime), []) if one.holds(self.today) else []
        more = [*self._extension(one), *self._incomplete(one)]
        if one.silence in SILENCE_NAMES:
            more.append(self._say(SILENCE_NAMES[one.silence]))
        more += [one.note] if one.note else []
        return {
            **self._common(one, "term"),
            "says": "; ".join((self._say(span(one.term.amount, one.term.unit)), *more)),
            "used": ", ".join(used),
        }

    def rule(self, one: CountryRule) -> dict[str, Any]:
        """Give the line of a duty of the country."""
        here = [self._say(_("Here: ${what}", {"what": one.held}))] if one.held else []
        return {**self._common(one, "rule"), "says": ". ".join((one.text, *here)), "used": ""}

    def own(self) -> list[dict[str, Any]]:
        """Give the lines of the terms that the organisation sets itself."""
        found = []
        for kind in self.choices.kinds.values():
            own = kind.get("own_term")
            if not own or not kind.get("active", True):
                continue
            plain = dict.fromkeys(("since", "until", "checked", "checked_on", "url"), "")
            found.append(
                {
                    **plain,
                    "name": str(kind["name"]),
                    "says": self._say(span(own["amount"], own["unit"])),
                    "source": own["source"],
                    "state": HOLDS,
                    "origin": OWN,
                    "used": str(kind["name"]),
                    "regime": "",
                }
            )
        return found

    def _common(self, one: CountryTerm | CountryRule, origin: str) -> dict[str, Any]:
        return {
            "name": one.name,
            "source": one.source,
            "since": one.since,
            "until": one.until,
            "state": state_of(one, self.today),
            "origin": origin,
            "checked": one.verified_by,
            "checked_on": one.verified_on,
            "url": one.url or "",
            "regime": one.regime,
        }

    def _extension(self, one: CountryTerm) -> list[str]:
        given = one.extension or {}
        words = EXTENSION_NAMES.get(given.get("kind", "none"))
        if words is None:
            return []
        amount = given.get("amount")
        more = self._say(span(amount, given.get("unit") or one.term.unit)) if amount else ""
        said = self._say(_(words, {"more": more}))
        return [said if given.get("verified", True) else self._unsure(said)]

    def _incomplete(self, one: CountryTerm) -> list[str]:
        given = one.incomplete
        if not given:
            return []
        ask, complete = given.get("ask_within"), given.get("complete_within")
        values: dict[str, object] = {
            "ask": self._say(span(ask["amount"], ask["unit"])) if ask else "—",
            "complete": self._say(span(complete["amount"], complete["unit"])) if complete else "—",
        }
        said = self._say(
            _("what is missing is asked for within ${ask} and brought within ${complete}", values)
        )
        said = f"{said}, {self._say(RESUME_NAMES[given['then']])}"
        return [said if given.get("verified", True) else self._unsure(said)]

    def _unsure(self, said: str) -> str:
        return self._say(_("${what} (to be verified, has no effect)", {"what": said}))


def state_of(one: CountryTerm | CountryRule, today: date) -> str:
    """Name how a term or a duty stands on a day."""
    if not one.verified or not one.enabled:
        return UNVERIFIED
    if one.until is not None and one.until < today:
        return OVER
    return TO_COME if one.since is not None and one.since > today else HOLDS
