"""Reports of cases on screen: every figure leads to its cases; what is published is on purpose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from reading_house import ORGANISATION
from siege import AUDITOR, EMPLOYEE, QUALITY, Fort

from qms.documents.figures import Span, figure_sources
from qms.kernel.acts import Act
from qms.pqr import services
from qms.pqr.services import Received

BASE = "/aexpress/cases/"
JSON = {"Accept": "application/json"}
FIRST = datetime(2025, 10, 1, 15, tzinfo=UTC)
CASES = 24


@pytest.fixture(scope="module")
def built(seeded):
    made = Fort(seeded)
    with made.site() as site:
        fill(site[ORGANISATION], made)
    yield made
    made.close()


def fill(organisation, fort):
    """Register a case every five days and give each another fate."""
    for n in range(CASES):
        at = FIRST + timedelta(days=5 * n)
        received = Received(
            ("peticion", "queja", "reclamo")[n % 3],
            ("telefono", "web")[n % 2],
            f"Envío {n} no llega",
            {"name": "Rosa Peña", "email": "rosa@example.org"},
            reason=("demora", "")[n % 2],
        )
        case = services.register(organisation, received, act=act(fort, at)).case
        if n % 4 == 0:
            continue
        done = at + timedelta(days=60 if n % 5 == 0 else 3)
        services.answer(case, "Llega hoy.", act=act(fort, done))
        services.notify(case, "phone", proof="Llamada 1", act=act(fort, done))
        if n % 2:
            services.close(case, "confirmed", "Sí", act=act(fort, done + timedelta(days=1)))


def act(_fort, at):
    """Act without telling anybody: the trail of that time is no business of these tests."""
    return Act("system", at, lambda _event: None)


def tables(browser, path):
    return browser.get(f"{BASE}{path}", headers=JSON).json["tables"]


REPORTS = (
    "report-channels?period=2025-10",
    "report-channels?period=2025-Q4",
    "report-regulator?period=2025-Q4",
    "report-process?period=2025&by=reason",
    "report-process?period=2026&by=process",
    "report-public?period=2025-Q4",
)


@pytest.mark.parametrize("path", REPORTS)
def test_every_count_of_a_report_is_the_total_of_the_list_that_it_leads_to(built, path):
    quality, seen = built.browser(QUALITY), 0
    for table in tables(quality, path):
        for row in table["rows"]:
            for figure, where in zip(row["figures"], row["lists"], strict=True):
                if where is None:
                    assert figure in ("0", None)
                    continue
                total = quality.get(where, headers=JSON).json["total"]
                outcome = parse_qs(urlsplit(where).query).get("outcome", ["received"])[0]
                assert total > 0
                # Averages and shares lead to the cases that they are made of.
                if "." not in figure and outcome not in ("answered", "rated"):
                    assert int(figure) == total, where
                seen += 1
    assert seen > 5


def test_the_page_shows_the_same_figures_as_links_with_charts_and_comparison(built):
    quality = built.browser(QUALITY)
    page = quality.get(f"{BASE}report-channels?period=2025-11")
    row = tables(quality, "report-channels?period=2025-11")[0]["rows"][-1]
    assert f'href="{row["lists"][0].replace("&", "&amp;")}">{row["figures"][0]}</a>' in page.text
    assert page.text.count("<svg") >= 4
    assert "Octubre de 2025" in page.text
    assert "Noviembre de 2024" in page.text
    assert "Sin datos" in page.text, "there was no register a year before"
    assert "Rosa" not in page.text


def test_the_list_says_what_it_is_narrowed_to_and_lets_go_of_it(built):
    quality = built.browser(QUALITY)
    where = f"{BASE}?from=2025-10-01&to=2025-12-31&outcome=closed&reason=&channel=web"
    page = quality.get(where)
    assert "Recibidos entre" in page.text
    assert "Con cierre efectivo" in page.text
    assert "Sin anotar" in page.text
    without = page.html.select_one(".list-narrowed a")["href"]
    assert "from" not in without
    assert "outcome=closed" in without
    rows = quality.get(where, headers=JSON).json
    assert {row["state"] for row in rows["rows"]} == {"case-closed"}
    assert rows["total"] < quality.get(f"{BASE}{without}", headers=JSON).json["total"]


@pytest.mark.parametrize(
    "query",
    [
        "from=2025-99-99&to=x",
        "from=0001-01-01&to=9999-12-31",
        "outcome=nonsense&by=due",
        "from=2025-12-31&to=2025-01-01",
        "process=%3Cscript%3E&site=" + "x" * 500,
    ],
)
def test_d4_56_nonsense_in_the_address_of_the_list_breaks_nothing(built, query):
    assert built.browser(QUALITY).get(f"{BASE}?{query}").status_int == 200


@pytest.mark.parametrize(
    "query", ["period=9999", "period=1900-01", "period=2030-Q1", "by=%3Cscript%3E"]
)
def test_d4_56_periods_without_a_register_say_that_there_are_no_data(built, query):
    page = built.browser(QUALITY).get(f"{BASE}report-process?{query}")
    assert page.status_int == 200


def test_reports_are_taken_away_as_pdf_and_as_table(built):
    quality = built.browser(QUALITY)
    pdf = quality.get(f"{BASE}report-regulator?period=2025-Q4&download=pdf")
    assert pdf.content_type == "application/pdf"
    assert pdf.body.startswith(b"%PDF")
    sheet = quality.get(f"{BASE}report-channels?period=2025-10&download=xlsx")
    assert sheet.body.startswith(b"PK")
    text = quality.get(f"{BASE}report-channels?period=2025-10&download=csv").body.decode(
        "utf-8-sig"
    )
    assert "Sin datos" in text
    assert "Teléfono fijo" in text


def test_reports_are_for_those_who_see_or_lead_the_register(built):
    for path in ("reports", "report-channels", "report-public"):
        built.browser(EMPLOYEE).get(f"{BASE}{path}", status=403)
        assert built.browser(AUDITOR).get(f"{BASE}{path}").status_int == 200
    built.browser(AUDITOR).get(f"{BASE}publish-report", status=403)


def test_figure_sources_lead_to_lists_with_the_same_total(built):
    quality = built.browser(QUALITY)
    sources = figure_sources(built.registry)
    span = Span(FIRST.date(), FIRST.date() + timedelta(days=91))
    with built.site() as site:
        organisation = site[ORGANISATION]
        found = {
            name: source.count(organisation, span, {"channel": ("web",)}, FIRST)
            for name, source in sources.items()
            if name.startswith("cases.")
        }
        offered = sources["cases.received"].filters["channel"](organisation)
    assert ("web", "Formulario web") in offered
    assert found["cases.received"] >= found["cases.closed"] > 0
    query = f"from={span.first}&to={span.last}&channel=web"
    for name, more in (
        ("cases.received", ""),
        ("cases.closed", "&outcome=closed"),
        ("cases.answered-on-time", "&outcome=on-time"),
        ("cases.due", "&by=due"),
    ):
        total = quality.get(f"{BASE}?{query}{more}", headers=JSON).json["total"]
        assert found[name] == total, name
    assert found["cases.rating"] is None


# The public page


def published(browser):
    return browser.get("/aexpress/case-figures", headers=JSON).json


def publish(browser, period):
    form = browser.get(f"{BASE}publish-report?period={period}").forms["form"]
    return form.submit(status="*")


def test_figures_are_public_once_quality_publishes_them_and_until_they_are_withdrawn(house):
    stranger, quality = house.browser(), house.browser(QUALITY)
    assert published(stranger)["period"] is None
    assert "Todavía no se ha publicado nada" in stranger.get("/aexpress/case-figures").text
    assert publish(quality, "2025-Q4").status_int == 303
    before = published(stranger)
    assert before["period"] == "2025-Q4"
    assert {"received", "transferred", "days", "denied"} <= set(before["columns"])
    page = stranger.get("/aexpress/case-figures")
    assert "Cuarto trimestre de 2025" in page.text
    assert "Oculto" in page.text, "small numbers are hidden"
    assert "Rosa" not in page.text
    # A case that comes in afterwards, for those days, changes nothing of what is frozen.
    with house.site() as site:
        received = Received("peticion", "web", "Más", {"name": "Eva"}, received_at=FIRST)
        services.register(site[ORGANISATION], received, act=house.act("system"))
    assert published(stranger)["rows"] == before["rows"]
    form = quality.get(f"{BASE}withdraw-report?period=2025-Q4").forms["form"]
    form["reason"] = "Faltaban casos"
    assert form.submit().status_int == 303
    assert published(stranger)["period"] is None
    trail = quality.get("/aexpress/trail/").text
    assert "Se publicaron las cifras de casos de un período" in trail
    assert "Se retiraron las cifras publicadas" in trail


def test_a_period_that_is_not_over_or_empty_is_not_published(house):
    quality = house.browser(QUALITY)
    year = datetime.now(UTC).year + 1
    assert publish(quality, str(year)).status_int != 303
    assert publish(quality, "2001").status_int != 303
    assert published(house.browser())["periods"] == []


def test_access_denied_is_noted_and_counted(house):
    quality = house.browser(QUALITY)
    path = "report-public?period=2025-Q4"
    denied = tables(quality, path)[0]["columns"].index("Con acceso negado a la información")
    number = quality.get(f"{BASE}?from=2025-10-01&to=2025-10-31", headers=JSON).json["rows"][0]
    form = quality.get(f"{BASE}{number['number']}/deny-access").forms["form"]
    form["reason"] = "Reserva legal: Ley 1712 de 2014, artículo 19"
    assert form.submit().status_int == 303
    row = tables(quality, path)[0]["rows"][-1]
    assert row["figures"][denied] == "1"
    listed = quality.get(row["lists"][denied], headers=JSON).json["rows"]
    assert [one["number"] for one in listed] == [number["number"]]
