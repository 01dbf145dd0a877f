"""The customer's own page, by number and code: how the case stands, and what can be done there.

Nobody is signed in here: number and code travel with every form and are checked each time, wrong
ones are counted, and both mistakes are answered alike (D4-11).
"""

from __future__ import annotations

from functools import partial
from typing import Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from qms.content.models import Organisation
from qms.content.once import Made
from qms.documents.wording import show_date, show_moment
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.people.public_door import ASKS, WRITES, PublicDoor
from qms.pqr import answer_forms, forms, lettering, posting, rating, services, workflow
from qms.pqr.choices import choices_of, times_of
from qms.pqr.errors import CaseMovedOn, NoSuchCase, NothingToRate, NotThatFar
from qms.pqr.letters import due_text
from qms.pqr.models import Case
from qms.pqr.views import taking
from qms.pqr.views.composing import LEVELS, TITLES
from qms.pqr.views.public import PublicForm, check_open
from qms.pqr.words import ACT_NAMES
from qms.profiles.api import profile_of
from qms.web.errors import sentence, status_of
from qms.web.forms import FormView
from qms.web.i18n import translate
from qms.web.once import OnceForm, new_key
from qms.web.redirects import see_other
from qms.web.responses import file_response

SHOWN = {
    "asked": "text",
    "completed": "text",
    "lapsed": "reason",
    "extended": "reason",
    "suspended": "reason",
    "transferred": "reason",
    "withdrawn": "reason",
    "reopened": "reason",
    "rated": "comment",
    "objected": "text",
    "upheld": "reason",
}
"""Acts of which the customer reads the words; of the others only that they happened."""
UNSEEN = workflow.INTERNAL | {"answered", "rectified", "consent-ended", "suppressed"}
STATUS = "case-status"


def asking(organisation: Organisation, request: Request, number: str) -> PublicDoor:
    """Give the door of a number; another organisation's case of the same number has its own."""
    return PublicDoor(request, "case-asks", ASKS, f"{organisation.__name__} {number}")


def known_case(organisation: Organisation, request: Request, number: str, code: str) -> Case:
    """Give the case of number and code; counts a wrong one, and refuses who has to wait."""
    number = number.strip().upper()
    door = asking(organisation, request, number)
    door.refuse_waiting()
    try:
        return services.find_by_code(organisation, number, code)
    except NoSuchCase:
        door.count(refused=True)
        raise


@view_config(context=Organisation, name=STATUS, permission=NO_PERMISSION_REQUIRED)
class CaseStatus(PublicForm):
    """Says how a case stands, to who has its number and its code."""

    __view_defaults__ = {"renderer": "qms.templates:pqr/status.pt"}  # noqa: RUF012
    schema = forms.StatusSchema
    heading = _("Follow your case")
    introduction = _("Number and code stand on your receipt.")
    button = _("See my case")

    def initial(self) -> dict[str, Any]:
        """Start with the number of the link; never with a code."""
        return {"number": self.request.GET.get("number", "")[:80]}

    def save(self, values: dict[str, Any]) -> Any:
        """Show the case, or refuse a wrong number and a wrong code in the same words."""
        case = known_case(self.context, self.request, values["number"], values["code"])
        return {**self.page(self.form(), ""), **shown(case, self.request, values["code"])}

    def extra(self) -> dict[str, Any]:
        """Show no case until its code was given."""
        return {**super().extra(), "case": None, "asks": True}


def shown(case: Case, request: Request, code: str, said: Any = None) -> dict[str, Any]:
    """Give what the customer may know and do; no internal note, no name of staff."""
    organisation: Organisation = request.context
    profile, choices, now = profile_of(organisation), choices_of(organisation), case.progress
    until, at = rating.objection_until(case), request.act.at
    may_object = until is not None and times_of(organisation).day(at) <= until
    return {
        "heading": case.number,
        "introduction": None,
        "case": case,
        "code": code,
        "said": said,
        "once": new_key(),
        "kind": choices.name("kinds", now.kind),
        "due": due_text(profile, case) if case.state in workflow.PENDING else None,
        "answer": now.answer if now.notified_at and case.disposed is None else "",
        "asked": _asked(case) if case.state == workflow.WAITING else "",
        "lapses_at": case.clock.lapses_at(),
        "scale": rating.scale_of(choices) if rating.may_rate(case, at=at) else [],
        "rated": rating.word_of(choices, now.rating) if now.rating is not None else "",
        "object_until": until if may_object else None,
        "letters": [
            (one.number, TITLES[one.kind], one.at)
            for one in lettering.given_out(case)
            if one.file.disposed is None
        ],
        "steps": [_step(act, choices) for act in case.acts if act["kind"] not in UNSEEN],
        "date": partial(show_date, profile),
        "moment": partial(show_moment, profile),
    }


def _asked(case: Case) -> str:
    return next((str(one["text"]) for one in reversed(case.acts) if one["kind"] == "asked"), "")


def _step(act: Any, choices: Any) -> dict[str, Any]:
    said = act.get(SHOWN.get(act["kind"], ""), "")
    if act["kind"] == "rated":
        said = "\n".join(filter(None, [rating.word_of(choices, act["score"]), said]))
    return {"what": ACT_NAMES[act["kind"]], "when": act.get("when") or act["at"], "said": said}


class KnownForm(OnceForm, PublicForm):
    """A form that a customer opens from their page; number and code travel with it."""

    __view_defaults__ = {"renderer": "qms.templates:pqr/status.pt"}  # noqa: RUF012
    thanks: Any = ""

    def __call__(self) -> Any:
        """Open the form by a button, or save it; by its bare address it leads to the page."""
        check_open(self.context, self.request)
        if self.request.method != "POST":
            where = self.request.resource_path(self.context, STATUS)
            return see_other(self.request, where)
        if "open" in self.request.POST:
            return self.opened()
        return super().__call__()

    def opened(self) -> Any:
        """Show the empty form to who has number and code."""
        number = self.request.POST.get("number", "")[:80]
        code = self.request.POST.get("code", "")[:40]
        form = self.form()
        try:
            known_case(self.context, self.request, number, code)
        except Refused as refusal:
            words = sentence(self.request, refusal)
            return self.sent_back(form, form.render({}), [], words, status_of(refusal))
        return self.page(form, form.render({"number": number, "code": code}))

    def save(self, values: dict[str, Any]) -> Any:
        """Do it, and show the page again."""
        case = self.case_of(values)
        try:
            self.do(case, values)
        except NotThatFar:
            # Its own sentence names the state as programs do.
            raise CaseMovedOn from None
        self.made = case.number
        return self.thanked(case, values["code"])

    def thanked(self, case: Case, code: str) -> Any:
        """Show the page again with thanks."""
        said = translate(self.request, self.thanks)
        return {**self.page(self.form(), ""), **shown(case, self.request, code, said)}

    def repeated(self, found: Made) -> Any:
        """Thank once more for what was sent twice; the code is checked as ever."""
        code = self.request.POST.get("code", "")[:40]
        return self.thanked(known_case(self.context, self.request, found.name, code), code)

    def another(self, form: Any, sent: Any, found: Made) -> Any:
        """Let the case say what it still takes: other words are meant as such here."""
        return FormView.answer(self, form, sent)

    def case_of(self, values: dict[str, Any]) -> Case:
        """Give the case that the form is about."""
        return known_case(self.context, self.request, values["number"], values["code"])

    def do(self, case: Case, values: dict[str, Any]) -> None:
        """Call the service."""
        raise NotImplementedError

    def extra(self) -> dict[str, Any]:
        """Show the form alone."""
        return {**super().extra(), "case": None, "asks": False}


@view_config(context=Organisation, name="case-complete", permission=NO_PERMISSION_REQUIRED)
class CompleteByCustomer(KnownForm):
    """Brings what was missing."""

    schema = answer_forms.CustomerCompletes
    heading = _("Complete your case")
    button = _("Send")
    thanks = _("Thank you: we have it, and the term goes on.")

    def do(self, case: Case, values: dict[str, Any]) -> None:
        """Keep it; the files follow the rules of every upload."""
        door = PublicDoor(self.request, "case-writes", WRITES)
        door.refuse_waiting()
        act = taking.act_of(self.request, anonymous=case.anonymous)
        services.complete(case, values["text"], files=taking.files_of(values), act=act)
        door.count()


@view_config(context=Organisation, name="case-object", permission=NO_PERMISSION_REQUIRED)
class ObjectByCustomer(KnownForm):
    """Says that the customer does not agree with the answer."""

    schema = answer_forms.CustomerObjects
    heading = _("I do not agree with the answer")
    introduction = _("Tell us why; somebody looks at your case again and answers you.")
    button = _("Send")
    thanks = _("We have it: somebody looks at your case again.")

    def do(self, case: Case, values: dict[str, Any]) -> None:
        """Keep it."""
        act = taking.act_of(self.request, anonymous=case.anonymous)
        rating.object_to(case, values["text"], act=act)


@view_config(context=Organisation, name="case-rate", permission=NO_PERMISSION_REQUIRED)
class RateByCustomer(KnownForm):
    """Rates the service, from the customer's page or by the link of the mail."""

    schema = answer_forms.CustomerRates
    heading = _("Rate our service")
    button = _("Send")
    thanks = _("Thank you for your rating.")

    def __call__(self) -> Any:
        """Show the form to who comes by the link; the link is checked when it is sent."""
        if self.request.method != "POST" and self.request.GET.get("token"):
            check_open(self.context, self.request)
            form = self.form()
            known = {name: self.request.GET.get(name, "")[:80] for name in ("number", "token")}
            return self.page(form, form.render(known))
        return super().__call__()

    def bindings(self) -> dict[str, Any]:
        """Offer the scale of the profile."""
        scale = rating.scale_of(choices_of(self.context))
        return {"scale": [(str(score), f"{score} · {word}") for score, word in scale]}

    def case_of(self, values: dict[str, Any]) -> Case:
        """Give the case of the link, or of number and code."""
        if not values["token"]:
            return super().case_of(values)
        door = asking(self.context, self.request, values["number"].strip().upper())
        door.refuse_waiting()
        try:
            return rating.case_of_link(self.context, values["number"], values["token"])
        except NothingToRate:
            door.count(refused=True)
            raise

    def do(self, case: Case, values: dict[str, Any]) -> None:
        """Keep the rating."""
        act = taking.act_of(self.request, anonymous=case.anonymous)
        rating.rate(case, int(values["score"]), values["comment"], act=act)

    def save(self, values: dict[str, Any]) -> Any:
        """Thank; who came by the link alone is not shown the case."""
        if not values["token"]:
            return super().save(values)
        case = self.case_of(values)
        self.do(case, values)
        self.made = case.number
        return self.thanked_alone(case.number)

    def thanked_alone(self, number: str) -> Any:
        """Thank without showing the case."""
        thanks = {"heading": self.thanks, "introduction": None, "number": number}
        return {**self.page(self.form(), ""), **thanks}

    def repeated(self, found: Made) -> Any:
        """Thank once more; the link is worth nothing any more."""
        if self.request.POST.get("token"):
            return self.thanked_alone(found.name)
        return super().repeated(found)


@view_config(
    context=Organisation,
    name="case-letter",
    permission=NO_PERMISSION_REQUIRED,
    request_method="POST",
)
def letter(organisation: Organisation, request: Request) -> Response:
    """Give a signed letter to who has number and code, as a download."""
    check_open(organisation, request)
    posted = request.POST
    case = known_case(
        organisation, request, posted.get("number", "")[:80], posted.get("code", "")[:40]
    )
    wanted = posted.get("letter", "")[:80]
    found = next((one for one in lettering.given_out(case) if one.number == wanted), None)
    if found is None:
        raise HTTPNotFound
    return file_response(request, found.file)


@view_config(
    context=Organisation,
    name="case-letter-check",
    permission=NO_PERMISSION_REQUIRED,
    request_method="GET",
    renderer="qms.templates:pqr/letter_check.pt",
)
def check_letter(organisation: Organisation, request: Request) -> dict[str, Any]:
    """Say whether a letter with this QR was given out here, without its content."""
    check_open(organisation, request)
    token = request.tail
    found = lettering.checked(organisation, token)
    if found is None:
        raise HTTPNotFound
    case, one = found
    profile = profile_of(organisation)
    return {
        "heading": _("This letter was given out by us"),
        "host": organisation,
        "organisation": organisation,
        "facts": [
            (_("Number"), one.number),
            (_("What it is"), translate(request, TITLES[one.kind])),
            (_("Case"), case.number),
            (_("Signed"), show_moment(profile, one.at)),
            (_("Level of the signature"), translate(request, LEVELS[one.level])),
            ("SHA-256", one.file.sha256),
        ],
        "verify_url": request.resource_path(request.root, "verify"),
        "json": lambda: {"number": one.number, "sha256": one.file.sha256, "level": one.level},
    }


@view_config(
    context=Organisation,
    name="case-notices",
    permission=NO_PERMISSION_REQUIRED,
    request_method="GET",
    renderer="qms.templates:pqr/notices.pt",
)
def notices(organisation: Organisation, request: Request) -> dict[str, Any]:
    """List the answers on notice: number, days and answer, and nobody's personal data."""
    check_open(organisation, request)
    profile = profile_of(organisation)
    found = posting.shown_on(organisation, times_of(organisation).day(request.act.at))
    return {
        "heading": _("Notices"),
        "host": organisation,
        "organisation": organisation,
        "notices": found,
        "date": partial(show_date, profile),
        "json": lambda: {
            "notices": [
                {
                    "number": one.number,
                    "since": one.since.isoformat(),
                    "until": one.until.isoformat(),
                    "text": one.text,
                }
                for one in found
            ]
        },
    }
