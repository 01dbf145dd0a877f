"""Any accent is made readable, and nothing but a colour gets into a style sheet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.web.colour import (
    DARK_GROUND,
    LIGHT_GROUND,
    WHITE,
    contrast,
    is_colour,
    parse,
    readable,
    style_sheet,
)

COLOURS = st.tuples(*[st.integers(0, 255)] * 3)


@given(COLOURS)
def test_text_in_any_accent_can_be_read(colour):
    assert contrast(readable(colour, LIGHT_GROUND), LIGHT_GROUND) >= 4.5
    assert contrast(readable(colour, LIGHT_GROUND), WHITE) >= 4.5
    assert contrast(readable(colour, DARK_GROUND), DARK_GROUND) >= 4.5


def test_a_readable_colour_stays_itself():
    assert readable(parse("#0b5fa5"), LIGHT_GROUND) == (11, 95, 165)


def test_contrast_is_that_of_wcag():
    assert contrast((0, 0, 0), WHITE) == pytest.approx(21)
    assert contrast((118, 118, 118), WHITE) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("text", ["red", "#fff", "0b5fa5}", "0b5fa5\n", "url(x)", ""])
def test_only_colours_are_colours(text):
    assert not is_colour(text)
    with pytest.raises(ValueError, match="hexadecimal"):
        style_sheet(text)
