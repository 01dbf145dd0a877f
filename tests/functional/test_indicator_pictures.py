"""Charts, boards and sheets of indicators, as people look at them."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from qms.indicators.figuring import Figures
from qms.indicators.periods import Period
from qms.indicators.series import points
from qms.indicators.services import analysing, measuring
from qms.indicators.services.following import begin
from qms.people.moments import local_day

HOME = "/aexpress/indicators/"
CHIEF = "jefe.sac@aexpress.example"
CALLS = "IND-002"


def quarters(today: date) -> list[Period]:
    """Give the last two finished quarters."""
    last = Period.of("quarterly", today).previous()
    return [last.previous(), last]


@pytest.fixture
def measured(house):
    """Measure the calls of two quarters: on target in the first, off it in the second."""
    with house.site() as site:
        organisation = site["aexpress"]
        indicator, act = organisation["indicators"][CALLS], house.act("jefe.sac")
        today = local_day(indicator, act.at)
        first, second = quarters(today)
        begin(indicator, first.first, reason="Se mide desde antes para la prueba.", act=act)
        given = {}
        for period, answered in ((first, 95), (second, 80)):
            for week in range(4):
                day = Period.of("daily", period.first + timedelta(7 * week + 3))
                given[day] = {
                    "llamadas_atendidas": Decimal(answered),
                    "llamadas_recibidas": Decimal(100),
                }
        measuring.capture_many(indicator, given, confirmed=True, act=act)
        figures = Figures.of(house.registry, organisation, act.at)
        assert [one.result for one in points(indicator, today, figures=figures)][-3:-1] == [95, 80]
        analysing.save(
            indicator,
            second,
            text="Bajó la atención.",
            cause="Menos personal en el turno.",
            reason="El turno ya está completo.",
            figures=figures,
            act=act,
        )
    return second


def said(page) -> str:
    """Give the words of a page, with plain spaces."""
    return " ".join(page.html.get_text(" ").split()).replace("\u00a0", " ")


def test_the_page_of_an_indicator_draws_its_series_with_a_table(house, measured):
    page = house.browser(CHIEF).get(f"{HOME}{CALLS}/")
    drawing = page.html.find("figure", class_="chart-figure")
    assert len(drawing.find_all("svg", role="img")) == 2
    title = drawing.find("svg").find("desc").text.replace("\u00a0", " ")
    assert "Meta ≥ 90 %" in title
    table = drawing.find("details").find("table")
    cells = [cell.text.replace("\u00a0", " ") for cell in table.find_all("td")]
    assert "95 %" in cells
    assert "No" in cells
    control = house.browser(CHIEF).get(f"{HOME}{CALLS}/?chart=control&rules=nelson")
    assert "Línea central" in said(control)


def test_the_list_draws_the_trend_of_every_row(house, measured):
    page = house.browser(CHIEF).get(HOME)
    drawn = page.html.find_all("svg", class_="chart-spark")
    assert any("Atención oportuna" in one["aria-label"] for one in drawn)


def test_the_board_of_a_process_has_a_card_for_each_indicator(house, measured):
    page = house.browser(CHIEF).get(f"{HOME}dashboard")
    cards = page.html.find_all("article", class_="board-card")
    card = next(one for one in cards if CALLS in one.text)
    words = " ".join(card.get_text(" ").split()).replace("\u00a0", " ")
    assert "80 %" in words
    assert "No cumple la meta" in words
    assert "baja 15 puntos: empeora" in words
    assert card.find("svg", class_="chart-spark") is not None
    told = json.loads(house.browser(CHIEF).get(f"{HOME}dashboard", headers=JSON).text)
    assert told["counts"]["target-missed"] == 1
    assert {one["number"] for one in told["indicators"]} >= {CALLS}


JSON = {"Accept": "application/json"}


def test_the_management_view_lays_quarters_over_months_and_leads_to_them(house, measured):
    page = house.browser(CHIEF).get(f"{HOME}management")
    cell = page.html.find("td", class_="verdict-target-missed")
    assert cell["colspan"] == "3"
    assert "No cumple la meta" in cell.text
    assert cell.find("a")["href"] == f"{HOME}{CALLS}/period/{measured.key}"
    missed = house.browser(CHIEF).get(f"{HOME}management?show=target-missed")
    assert [one.text for one in missed.html.select("tbody th[scope=row] .code")] == [CALLS]
    sheet = house.browser(CHIEF).get(f"{HOME}management?download=xlsx")
    rows = list(load_workbook(io.BytesIO(sheet.body)).active.values)
    assert any(CALLS in map(str, line) and 80 in line for line in rows)


def test_a_board_counts_who_is_late(house, measured):
    told = json.loads(house.browser(CHIEF).get(f"{HOME}management", headers=JSON).text)
    late = [one["number"] for one in told["indicators"] if one["late"]]
    assert told["counts"]["late"] == len(late)
    assert CALLS in late


def test_the_sheet_says_everything_of_the_card_and_the_pdf_says_the_same(house, measured):
    browser = house.browser(CHIEF)
    page = browser.get(f"{HOME}{CALLS}/sheet")
    wanted = (
        "Frecuencia de toma de datos Diaria",
        "Frecuencia de análisis Trimestral",
        "Meta ≥ 90 %",
        "Sentido ≥ mínimo",
        "Bajó la atención.",
        "Menos personal en el turno.",
        "NO El turno ya está completo.",
    )
    for sentence in wanted:
        assert sentence in said(page), sentence
    answer = browser.get(f"{HOME}{CALLS}/sheet-pdf")
    assert answer.content_type == "application/pdf"
    reader = PdfReader(io.BytesIO(answer.body))
    text = " ".join(" ".join(one.extract_text() for one in reader.pages).split())
    for word in (CALLS, "Ficha técnica del indicador", "Trimestral", "Bajó la atención", "80"):
        assert word in text.replace("\u00a0", " "), word


def test_the_series_is_taken_away_with_its_variables(house, measured):
    answer = house.browser(CHIEF).get(f"{HOME}{CALLS}/sheet?download=xlsx")
    rows = [list(line) for line in load_workbook(io.BytesIO(answer.body)).active.values]
    head = next(line for line in rows if "llamadas_recibidas" in line)
    line = next(line for line in rows if measured.key in line)
    assert line[head.index("llamadas_recibidas")] == 400
    assert line[head.index("Resultado")] == 80


def test_boards_and_sheets_are_there_before_anything_was_measured(house):
    browser = house.browser(CHIEF)
    for view in ("dashboard", "management", f"{CALLS}/sheet", f"{CALLS}/sheet-pdf", f"{CALLS}/"):
        assert browser.get(HOME + view).status_int == 200


def test_the_bands_take_the_shades_of_the_organisation():
    from qms.indicators.charting import coloured
    from qms.kernel.bands import Band

    class Painted:
        indicators = {"palette": {"red": "#aa0000"}}  # noqa: RUF012

    bands = (Band("Crítico", None, colour="#c0392b"), Band("Otro", Decimal(1), colour="#123456"))
    assert [band.colour for band in coloured(Painted(), bands)] == ["#aa0000", "#123456"]
    named = coloured(Painted(), (Band("Bueno", None, colour="green"),))
    assert named[0].colour == "#2e8b57"


def test_the_chart_runs_over_capture_periods_where_somebody_asks(house, measured):
    with house.site() as site:
        indicator, act = site["aexpress"]["indicators"][CALLS], house.act("jefe.sac")
        days = (local_day(indicator, act.at) - timedelta(back) for back in range(1, 40))
        given = {
            Period.of("daily", day): {
                "llamadas_atendidas": Decimal(90 + day.day % 7),
                "llamadas_recibidas": Decimal(100),
            }
            for day in days
            if day.weekday() in (0, 2, 3)
        }
        measuring.capture_many(indicator, given, confirmed=True, act=act)
    page = house.browser(CHIEF).get(f"{HOME}{CALLS}/?chart=control&of=captures")
    cells = [cell.text for cell in page.html.select("figure.chart-figure details tbody th")]
    assert len(cells) > 12, "each working day is a point"
    assert "Línea central" in said(page)
    assert page.html.select_one('ul[aria-label="Qué períodos se dibujan"] [aria-current]').text == (
        "Diaria"
    )
    line = house.browser(CHIEF).get(f"{HOME}{CALLS}/?chart=line&of=captures")
    assert "Sin datos" in said(line), "days that nobody captured are gaps, never zero"
    sheet = house.browser(CHIEF).get(f"{HOME}{CALLS}/sheet?chart=control&of=captures")
    assert "Línea central" in said(sheet)
    address = sheet.html.select_one('a[href*="sheet-pdf"]')["href"]
    assert address.endswith("?chart=control&of=captures")
    paper = PdfReader(io.BytesIO(house.browser(CHIEF).get(address).body))
    assert "Línea central" in "".join(one.extract_text() for one in paper.pages)
    single = house.browser(CHIEF).get(f"{HOME}IND-003/?of=captures")
    assert single.html.select_one('ul[aria-label="Qué períodos se dibujan"]') is None
