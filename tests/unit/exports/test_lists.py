"""A list page: what an address asks for, where its links lead, and what short lists show."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyramid import testing
from pyramid.testing import DummyRequest
from webob.multidict import MultiDict

from qms.exports import Column, Facet, Kind, Listing, ListSpec, Switch
from qms.exports.records import choose

LIST = ListSpec(
    columns=(
        Column("code", "Código", Kind.CODE, sort="code", link=True),
        Column("title", "Título", sort="title"),
        Column("count", "Copias", Kind.NUMBER, sort="count"),
        Column("day", "Día", Kind.DATE, sort="day"),
        Column("state", "Estado", Kind.CHIP, sort="state"),
        Column("secret", "Solo en archivos", screen=False),
    ),
    facets={"state": Facet("Estado"), "place": Facet("Sede", {"b": "Bogotá", "m": "Medellín"})},
    switches={"rest": Switch("Todo", clears=("state",))},
    search="Palabras",
    size=3,
)
RECORDS = [
    {
        "code": f"C-{n}",
        "title": title,
        "count": count,
        "day": day,
        "state": state,
        "place": place,
        "secret": "x",
    }
    for n, (title, count, day, state, place) in enumerate(
        [
            ("Ñame", "10", "2024-01-02", "draft", ["b"]),
            ("Nube", "9", None, "in-force", ["b", "m"]),
            ("petición", "-1", "2018-05", "in-force", ["m"]),
            ("Árbol", None, "2020-01-01", "obsolete", []),
            ("nulo", "2.5", "2020-01-01", "in-force", ["b"]),
        ]
    )
]


@pytest.fixture(autouse=True)
def config():
    with testing.testConfig() as config:
        config.include("qms.web.static")
        config.include("qms.web.i18n")
        yield


def asked(query=""):
    request = DummyRequest(path="/list")
    request.GET = MultiDict(parse_qsl(query, keep_blank_values=True))
    request.organisation = None
    return Listing(request, LIST)


def shown(query=""):
    listing = asked(query)
    return listing, listing.show("Lista", RECORDS, url=lambda record: f"/{record['code']}")


def codes(query):
    return [one["code"] for one in shown(query)[0].found]


def test_the_usual_list_begins_at_the_first_page_in_the_order_of_the_first_column():
    listing = asked()
    assert (listing.order, listing.reverse, listing.start, listing.limit) == ("code", False, 0, 3)
    assert (listing.q, listing.filters, listing.on("rest")) == ("", {}, False)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("sort=title", ["C-3", "C-1", "C-4", "C-0", "C-2"]),
        ("sort=count", ["C-2", "C-4", "C-1", "C-0", "C-3"]),
        ("sort=count&dir=desc", ["C-0", "C-1", "C-4", "C-2", "C-3"]),
        ("sort=day", ["C-2", "C-3", "C-4", "C-0", "C-1"]),
        ("sort=day&dir=desc", ["C-0", "C-3", "C-4", "C-2", "C-1"]),
        ("q=peticion", ["C-2"]),
        ("q=c-1 NUBE", ["C-1"]),
        ("q=nada", []),
        ("state=in-force", ["C-1", "C-2", "C-4"]),
        ("state=in-force&state=draft&place=b", ["C-0", "C-1", "C-4"]),
    ],
)
def test_short_lists_are_sorted_as_spanish_does_and_filtered(query, wanted):
    assert codes(query) == wanted


def test_counts_say_what_a_click_would_add():
    listing, _values = shown("state=in-force&place=m")
    counts = {
        facet["name"]: {one["name"]: one["count"] for one in facet["values"]}
        for facet in listing.facets
    }
    assert counts == {"state": {"Vigente": 2}, "place": {"Bogotá": 2, "Medellín": 2}}


def test_a_page_beyond_the_last_is_the_last():
    listing, values = shown("page=99")
    assert (listing.number, listing.pages, len(listing.lines)) == (2, 2, 2)
    assert values["json"]()["page"] == 2


def test_every_link_keeps_the_state_and_begins_at_the_first_page():
    query = "q=c&sort=title&dir=desc&state=in-force&rest=1&page=2"
    listing, _values = shown(query)
    kept = {"q": "c", "sort": "title", "dir": "desc", "state": "in-force", "rest": "1"}

    def state(url):
        return dict(parse_qsl(url.partition("?")[2]))

    assert state(listing.page_url(2)) == kept | {"page": "2"}
    assert [state(url) for _title, url in listing.downloads] == [
        kept | {"download": name} for name in ("xlsx", "csv", "pdf")
    ]
    assert state(listing.heads[1]["url"]) == kept | {"dir": "asc"}
    assert state(listing.heads[0]["url"]) == kept | {"sort": "code", "dir": "asc"}
    assert [head["aria"] for head in listing.heads] == [None, "descending", None, None, None]
    assert state(listing.clear_url) == {"sort": "title", "dir": "desc", "rest": "1"}
    (switch,) = listing.switches
    assert state(switch["url"]) == {"q": "c", "sort": "title", "dir": "desc"}
    chosen = next(one for one in listing.facets[0]["values"] if one["chosen"])
    assert "state" not in state(chosen["url"])


def test_cells_are_ready_and_files_have_more_columns_than_the_screen():
    listing, values = shown("q=peticion&rest=1")
    (line,) = listing.lines
    assert [cell.content for cell in line[:4]] == ["C-2", "petición", "-1", "Mayo 2018"]
    assert [cell.url for cell in line] == ["/C-2", None, None, None, None]
    assert 'class="chip chip-good"' in line[4].content
    table = values["table"]()
    assert list(table.rows()) == [("C-2", "petición", "-1", "2018-05", "in-force", "x")]
    assert table.total == 1
    assert [said for said, _text in table.facts][1:] == ["Todo"]
    assert table.facts[0][1] == "«peticion»"


def test_markup_in_a_record_stays_text():
    listing = asked()
    listing.show("Lista", [{**RECORDS[0], "title": "<script>", "state": "<b>"}])
    (line,) = listing.lines
    assert not hasattr(line[1].content, "__html__")
    assert "&lt;b&gt;" in line[4].content


HOSTILE = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["", "0", "-1", "9" * 30, "٣", "1e3", "code", "title", "desc", "__class__"]),
    st.text(min_size=900, max_size=1000),
)
NAMES = st.sampled_from(
    ["q", "sort", "dir", "page", "state", "place", "rest", "download", "secret", "audience"]
)


@given(st.lists(st.tuples(NAMES, HOSTILE), max_size=80))
@settings(max_examples=80)
def test_d4_56_no_address_breaks_a_list_or_asks_for_more_than_it_offers(pairs):
    request = DummyRequest(path="/list")
    request.GET = MultiDict(pairs)
    request.organisation = None
    listing = Listing(request, LIST)
    assert listing.order in {"code", "title", "count", "day", "state"}
    assert len(listing.q) <= 200
    assert set(listing.filters) <= {"state", "place"}
    assert all(len(values) <= 50 for values in listing.filters.values())
    assert all(len(one) <= 200 for values in listing.filters.values() for one in values)
    values = listing.show("Lista", RECORDS)
    assert len(listing.lines) <= 3
    assert 1 <= listing.number <= listing.pages
    for url in [listing.clear_url, *(head["url"] for head in listing.heads)]:
        assert len(url) < 200_000
        again = DummyRequest(path="/list")
        again.GET = MultiDict(parse_qsl(url.partition("?")[2], keep_blank_values=True))
        assert Listing(again, LIST).q == (listing.q if "q=" in url else "")
    assert values["json"]()["total"] == len(listing.found)


def test_a_facet_of_yes_and_no_and_of_nothing():
    records = [{"a": True}, {"a": False}, {"a": None}]
    found = choose(
        records,
        [Column("a", "A", Kind.YES_NO)],
        q="",
        searched=(),
        facets=("a",),
        chosen={"a": ("yes",)},
        order="",
        reverse=False,
    )
    assert found.records == [{"a": True}]
    assert found.counts == {"a": {"yes": 1, "no": 1}}
