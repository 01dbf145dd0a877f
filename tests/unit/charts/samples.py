"""Charts of every kind out of arbitrary data, for the tests of drawings."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from qms.charts import (
    Bar,
    BarChart,
    Category,
    Cause,
    ControlChart,
    Fishbone,
    Part,
    Point,
    Series,
    SeriesChart,
    Sparkline,
    Stack,
    StackedBar,
)
from qms.kernel.bands import Band, Target

D = Decimal

words = st.text("abcñ Ü<&\"'\u0007мй0", max_size=40)
value = st.decimals(-(10**9), 10**14, places=2) | st.decimals(0, 100, places=1)
maybe = st.none() | value
targets = st.none() | st.builds(Target, st.sampled_from([">=", "<", "="]), value)
units = st.sampled_from(["", "%", "días"])
BANDS = (
    Band("Crítico", None, True, D(90), False, "#c0392b"),
    Band("Bueno", D(90), True, None, False, ""),
)


@st.composite
def points(draw, most=40):
    """Give periods of one to forty days, perhaps without days."""
    day, made = date(2024, 1, 1), []
    dated, days = draw(st.booleans()), draw(st.integers(1, 40))
    for label, number in draw(st.lists(st.tuples(words, maybe), max_size=most)):
        end = day + timedelta(days - 1)
        made.append(
            Point(
                label,
                number,
                day if dated else None,
                end if dated else None,
                size=draw(st.none() | st.integers(0, 500).map(D)),
                outlier=draw(st.booleans()),
                change=draw(st.just("") | words),
            )
        )
        day = end + timedelta(1)
    return tuple(made)


series = st.builds(
    SeriesChart,
    title=words,
    points=points(),
    more=st.lists(st.builds(Series, words, points()), max_size=3).map(tuple),
    target=targets,
    bands=st.sampled_from([(), BANDS]),
    baseline=maybe,
    unit=units,
)
control = st.builds(
    ControlChart,
    points=points(),
    method=st.sampled_from(["individuals", "p"]),
    rules=st.sampled_from(["western", "nelson", ""]),
    target=targets,
    ranges=st.booleans(),
    unit=units,
)
bars = st.builds(
    BarChart,
    bars=st.lists(
        st.builds(Bar, words, maybe, maybe, st.sampled_from(["", "good", "bad"])), max_size=25
    ).map(tuple),
    horizontal=st.booleans(),
    before_name=st.sampled_from(["", "antes"]),
    target=targets,
    unit=units,
)


@st.composite
def stacked(draw):
    """Give rows that have a count for each of their classes."""
    parts = tuple(Part(name) for name in draw(st.lists(words, max_size=7)))
    count = st.none() | st.integers(0, 9000).map(D)
    rows = st.builds(Stack, words, st.tuples(*[count] * len(parts)))
    return StackedBar(parts=parts, rows=tuple(draw(st.lists(rows, max_size=6))))


sparks = st.builds(Sparkline, values=st.lists(maybe, max_size=30).map(tuple), target=targets)
causes = st.builds(Cause, words, st.lists(words, max_size=3).map(tuple), st.booleans())
fishbones = st.builds(
    Fishbone,
    effect=words,
    categories=st.lists(
        st.builds(Category, words, st.lists(causes, max_size=5).map(tuple)), max_size=12
    ).map(tuple),
)
charts = st.one_of(series, control, bars, stacked(), sparks, fishbones)
