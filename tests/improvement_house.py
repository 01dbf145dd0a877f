"""What tests of improvement share: how forms are filled in, and findings brought along."""

from __future__ import annotations

import re
from datetime import timedelta

from siege import EMPLOYEE, QUALITY
from webtest.forms import Radio

from qms.improvement.services import actions, audits, findings, management
from qms.kernel import clock

FINDINGS_AT, ACTIONS_AT = "/aexpress/findings/", "/aexpress/actions/"
JSON = {"Accept": "application/json"}


def fill(form, **values):
    """Fill a form in; sets of radio buttons by the name of their field."""
    for name, value in values.items():
        if name in ("effective", "verdict", "similar", "needed", "passed", "disposition"):
            radios = [
                one
                for fields in form.fields.values()
                for one in fields
                if isinstance(one, Radio) and name in (one.name or "", (one.id or ""))
            ]
            found = radios or [
                one for fields in form.fields.values() for one in fields if isinstance(one, Radio)
            ]
            found[0].value = value
        else:
            form[name] = value
    return form


def do(browser, path, **values):
    """Fill one of the forms in and send it; it must be taken."""
    answer = fill(browser.get(path).forms["form"], **values).submit()
    assert answer.status_int == 303, re.sub(r"\s+", " ", answer.text)[:3000]
    return answer


def refused(browser, path, **values):
    """Send a form that must come back; gives its text."""
    return fill(browser.get(path).forms["form"], **values).submit(status=422).text


def shown(browser, path):
    return browser.get(path, headers=JSON).json


def report(browser, text="El 12 % de los reclamos se cerró sin confirmar con el cliente", **more):
    answer = do(browser, f"{FINDINGS_AT}new", text=text, source="indicator", process="sc", **more)
    return answer.location.rstrip("/").rpartition("/")[2]


def accept(number, house, responsible="andres-pineda", kind="no-conformidad"):
    quality = house.browser(QUALITY)
    path = f"{FINDINGS_AT}{number}/accept"
    do(quality, path, kind=kind, severity="mayor", responsible=responsible, process="sc")


def analyse(browser, number):
    form = browser.get(f"{FINDINGS_AT}{number}/analyse").forms["form"]
    whys = list(form.fields["why"])
    whys[0].value, whys[1].value = "Nadie llama al cliente", "No hay quién lo tenga a cargo"
    form["bone-0"] = "El procedimiento no dice quién confirma\nNo hay lista de control"
    form["root"] = "El paso 6 no nombra un responsable"
    fill(form, similar="no")
    assert form.submit().status_int == 303


def plan(browser, number, days_from_now, owner="position:asesor-sac", today=None):
    due = (today or clock.now().date()) + timedelta(days=days_from_now)
    do(
        browser,
        f"{FINDINGS_AT}{number}/plan-action",
        kind="corrective",
        title="Nombrar responsable de confirmar el cierre",
        owner=owner,
        due=f"{due:%d/%m/%Y}",
    )
    return max(shown(browser, f"{FINDINGS_AT}{number}/")["actions"])


def press(browser, path, view):
    page = browser.get(path)
    form = next(one for one in page.forms.values() if one.action.endswith(f"/{view}"))
    return form.submit()


def carry_out(house, number, action):
    """Do the action as its owner and verify it as quality staff."""
    do(
        house.browser(EMPLOYEE),
        f"{ACTIONS_AT}{action}/finish",
        text="Se cambió el paso 6",
        record="Acta 12 de 2026",
    )
    quality = house.browser(QUALITY)
    do(quality, f"{ACTIONS_AT}{action}/verify", verdict="verify", text="Leí el acta")


def one_of_each(organisation, act):
    """Bring one finding, action, programme, audit and management review along, by the services."""
    day = act.at.date()
    reported = findings.Reported("El registro no tiene firma", process="sc")
    finding = findings.report(organisation, reported, act=act)
    planned = actions.Planned("improvement", "Firmarlo", "position:jefe-sac", day)
    action = actions.plan(organisation, planned, act=act)
    facts = dict.fromkeys(audits.PROGRAMME_FACTS, "Todo")
    audits.plan_programme(organisation, day.year, facts, act=act)
    plan_ = audits.Plan("Auditoría", "Ver", "ISO 9001", "Todo", ("sc",), day, day)
    audit = audits.plan(organisation, day.year, plan_, act=act)
    review = management.call(
        organisation, "Revisión", day, day, ["vicepresidente-ejecutivo"], act=act
    )
    return finding, action, audit, review
