"""Figures by the ledger are those that walking every case gives, and lists hold the same cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qms.content.models import Site
from qms.documents.figures import Span
from qms.kernel.acts import Act
from qms.pqr import figures, services, workflow
from qms.pqr.choices import choices_of
from qms.pqr.ledger import FILTERS, OUTCOMES, Question, ledger_of
from qms.pqr.listing import catalogue_of, facts_of, reindex
from qms.pqr.periods import Period
from qms.pqr.publishing import HIDDEN, frozen
from qms.pqr.reports import COUNT, KINDS, MEASURES, Cell, Grid, Line, Maker, Report
from qms.pqr.services import Received
from qms.profiles.loader import apply, load
from qms.profiles.shipped import shipped_organisations

FOLDERS = {path.name: Path(path) for path in shipped_organisations()}
FIRST = datetime(2026, 1, 10, 15, tzinfo=UTC)
LATER = FIRST + timedelta(days=700)
FATES = ("open", "answered", "late", "closed", "reopened", "transferred", "rated", "denied")


def act(at=LATER, by="paola-rincon"):
    return Act(by, at, lambda _event: None)


def organisation():
    made = apply(Site(), load(FOLDERS["aexpress"]), act=act(FIRST - timedelta(days=30)))
    services.register_of(made)
    return made


def registered(where, hours, kind, channel, reason, fate):
    """Register a case and let it have its fate."""
    at = FIRST + timedelta(hours=hours)
    received = Received(kind, channel, "No llega", {"name": "Ana"}, reason=reason)
    case = services.register(where, received, act=act(at)).case
    if fate == "open":
        return case
    if fate == "transferred":
        services.transfer(case, "Otra entidad", "No es nuestro", act=act(at + timedelta(hours=3)))
        return case
    done = at + timedelta(days=90 if fate == "late" else 3)
    services.answer(case, "Así es.", act=act(done))
    services.notify(case, "phone", proof="Llamada", act=act(done + timedelta(hours=1)))
    if fate == "denied":
        services.take(case, "noted", act(done), note="Reserva legal", denied=True)
    if fate == "rated":
        services.take(case, "rated", act(done + timedelta(hours=2)), score=4)
    if fate in ("closed", "reopened"):
        services.close(case, "confirmed", "De acuerdo", act=act(done + timedelta(days=2)))
    if fate == "reopened":
        services.reopen(case, "not-satisfied", "No", act=act(done + timedelta(days=4)))
    return case


case_lists = st.lists(
    st.tuples(
        st.integers(0, 24 * 120),
        st.sampled_from(["peticion", "queja", "reclamo", "informe"]),
        st.sampled_from(["telefono", "web", "correo"]),
        st.sampled_from(["", "demora", "averia"]),
        st.sampled_from(FATES),
    ),
    max_size=9,
)
spans = st.tuples(st.integers(-20, 140), st.integers(0, 130))
chosen = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.just(("peticion", "queja")),
        "channel": st.just(("web",)),
        "reason": st.sampled_from([("demora",), ("",)]),
        "process": st.just(("sc",)),
        "lane": st.just(("pqr",)),
    },
)


def local_day(case, where):
    return case.received_at.astimezone(choices_of(where).profile.zone).date()


def walked(where, span, filters, outcome, *, by_due=False):
    """Find the cases by looking at every one of them."""
    zone = choices_of(where).profile.zone
    found = []
    for case in where["cases"].values():
        facts = facts_of(case)
        day = local_day(case, where)
        if by_due:
            if case.due is None:
                continue
            day = datetime.fromisoformat(case.due).astimezone(zone).date()
        values = {name: getattr(facts, name) for name in FILTERS}
        fits = all(values[name] in wanted for name, wanted in filters.items())
        if span.first <= day <= span.last and fits and OUTCOMES[outcome](facts):
            found.append(case)
    return found


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(case_lists, spans, chosen, st.sampled_from(sorted(OUTCOMES)), st.booleans())
def test_a_figure_is_what_walking_every_case_gives_and_its_list_holds_these_cases(
    cases, span, filters, outcome, by_due
):
    where = organisation()
    for one in cases:
        registered(where, *one)
    first = FIRST.date() + timedelta(days=span[0])
    asked = Span(first, first + timedelta(days=span[1]))
    expected = walked(where, asked, filters, outcome, by_due=by_due)
    count = figures.count(outcome, where, asked, filters, by_due=by_due)
    assert count == len(expected)
    ledger, zone = ledger_of(where), choices_of(where).profile.zone
    among = ledger.among(Question(asked, filters, outcome, by_due), zone)
    for order in ("received", "due"):
        page = catalogue_of(where).query({}, order=order, among=among, limit=None)
        assert sorted(row[0] for row in page.rows) == sorted(one.number for one in expected)
    states = catalogue_of(where).counts("state", {}, among=among)
    assert sum(states.values()) == len(expected)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(case_lists, spans, st.sampled_from(["kind", "channel", "process", "reason"]))
def test_averages_and_groups_are_what_walking_gives(cases, span, group):
    where = organisation()
    for one in cases:
        registered(where, *one)
    first = FIRST.date() + timedelta(days=span[0])
    asked = Span(first, first + timedelta(days=span[1]))
    facts = [facts_of(one) for one in walked(where, asked, {}, "received")]
    days = [one.days for one in facts if one.answer]
    ratings = [one.rating for one in facts if one.rating is not None]
    mean = Decimal(sum(days)) / len(days) if days else None
    assert figures.average("days", where, asked, {}) == mean
    rated = Decimal(sum(ratings)) / len(ratings) if ratings else None
    assert figures.average("rating", where, asked, {}) == rated
    tallies = ledger_of(where).tallies(Question(asked), (group,))
    for (value,), tally in tallies.items():
        alike = [one for one in facts if getattr(one, group) == value]
        for name, test in OUTCOMES.items():
            assert tally[name] == sum(map(test, alike))
    assert sum(tally["received"] for tally in tallies.values()) == len(facts)


def test_what_happens_later_counts_for_the_day_of_receipt():
    where = organisation()
    case = registered(where, 0, "queja", "web", "", "answered")
    january = Span(date(2026, 1, 1), date(2026, 1, 31))
    assert figures.count("closed", where, january, {}) == 0
    services.close(case, "confirmed", "Sí", act=act(LATER))
    assert figures.count("closed", where, january, {}) == 1
    assert figures.count("closed", where, Span(date(2026, 2, 1), date(2027, 12, 31)), {}) == 0


def test_without_data_there_is_no_average_and_no_zero_before_the_register():
    where = organisation()
    january = Span(date(2026, 1, 1), date(2026, 1, 31))
    assert figures.average("days", where, january, {}) is None
    assert figures.count("received", where, january, {}) == 0
    registered(where, 0, "queja", "web", "", "open")
    maker = Maker(where, date(2026, 3, 1))
    report = maker.make(KINDS["channels"], Period.parse("2026-01"), "channel")
    received = next(one for one in report.tiles if one.now.kind == COUNT)
    assert received.now.value == 1
    assert received.before.value is None, "the register began in January"
    share = next(one for one in report.tiles if one.now.kind == "percent")
    assert share.now.value is None, "nothing was answered"


def test_the_ledger_made_anew_says_the_same():
    where = organisation()
    for n, fate in enumerate(FATES):
        registered(where, n * 200, "queja", "web", "demora", fate)
    span = Span(date(2026, 1, 1), date(2026, 12, 31))
    before = {one: figures.count(one, where, span, {}) for one in OUTCOMES}
    assert reindex(where) == len(FATES)
    assert {one: figures.count(one, where, span, {}) for one in OUTCOMES} == before
    assert len(catalogue_of(where)) == len(FATES)
    assert before["reopened"] == before["denied"] == before["rated"] == 1


def test_a_local_day_decides_and_not_that_of_utc():
    where = organisation()
    # Eight in the evening of January 31 in Bogotá is February in UTC.
    hours = (datetime(2026, 2, 1, 1, tzinfo=UTC) - FIRST).total_seconds() / 3600
    registered(where, hours, "queja", "web", "", "open")
    assert figures.count("received", where, Span(date(2026, 1, 31), date(2026, 1, 31)), {}) == 1
    assert figures.count("received", where, Span(date(2026, 2, 1), date(2026, 2, 28)), {}) == 0


# Periods


@pytest.mark.parametrize(
    ("text", "first", "last", "before", "year_before"),
    [
        ("2026-01", "2026-01-01", "2026-01-31", "2025-12", "2025-01"),
        ("2026-Q1", "2026-01-01", "2026-03-31", "2025-Q4", "2025-Q1"),
        ("2024", "2024-01-01", "2024-12-31", "2023", "2023"),
        ("2024-02", "2024-02-01", "2024-02-29", "2024-01", "2023-02"),
    ],
)
def test_periods_know_their_days_and_their_neighbours(text, first, last, before, year_before):
    period = Period.parse(text)
    assert str(period) == text
    assert (period.span.first.isoformat(), period.span.last.isoformat()) == (first, last)
    assert (str(period.before), str(period.year_before)) == (before, year_before)


@pytest.mark.parametrize("text", ["", "2026-13", "2026-Q5", "26", "2026-1", "2026-01-01", "x" * 99])
def test_what_is_no_period_is_none(text):
    assert Period.parse(text) is None


# The public report


def column_report(*numbers):
    """Make a report with one row a number and their sum."""
    kind = KINDS["public"]
    values = [*numbers, sum(numbers)]

    def cells(value):
        return tuple(
            Cell(Decimal(value) if MEASURES[name].kind == COUNT else None, MEASURES[name].kind)
            for name in kind.measures
        )

    lines = tuple(
        Line((str(n),), cells(value), n == len(numbers)) for n, value in enumerate(values)
    )
    grid = Grid("", ("",), (), lines)
    return Report(kind, Period.parse("2026-Q1"), "kind", (), (grid,), (), (), ())


@given(st.lists(st.integers(0, 30), min_size=1, max_size=7), st.integers(0, 10))
def test_no_small_number_is_published_nor_can_be_subtracted(numbers, threshold):
    figures_ = frozen(column_report(*numbers), threshold)
    column = [row["figures"][0] for row in figures_["rows"]]
    for value, number in zip(column, [*numbers, sum(numbers)], strict=True):
        assert value == HIDDEN or number == 0 or number >= threshold
        assert value in (HIDDEN, str(number))
    if column[-1] != HIDDEN:
        assert column[:-1].count(HIDDEN) != 1


# The corpus of the benchmark


def test_a_case_built_at_once_is_the_case_that_its_acts_lead_to(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[3] / "bench"))
    import random

    import cases as corpus

    where = apply(Site(), corpus.load_text(corpus.profile(), "bench.yaml"), act=act(FIRST))
    services.register_of(where)
    source = random.Random(3)
    for n in range(6):
        at = FIRST + timedelta(days=20 * n)
        built = corpus.build_case(where, source, f"PQR-2026-{n:06}", at, ended=n % 2 == 0)
        kept = (built.due, built.first_due, built.calendar_version, facts_of(built))
        line = catalogue_of(where).row(built.uid)
        acts = list(built.acts)
        assert workflow.progress(acts) == built.progress
        del built.acts[:]
        for one in acts:
            built.take(one)
        services.index(built)
        assert (built.due, built.first_due, built.calendar_version, facts_of(built)) == kept
        assert catalogue_of(where).row(built.uid) == line
