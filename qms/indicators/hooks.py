"""Names under which drawings and further pages are handed to the pages of indicators."""

from __future__ import annotations

PICTURE = "qms.indicators.picture"
"""Told request, indicator and points; gives the drawing of its page, or None."""
SPARK = "qms.indicators.spark"
"""Told request and row; gives the drawing of a list's line."""
ACTIONS = "qms.indicators.actions"
"""Buttons of the list: title, name of the view, drawing."""
SHEETS = "qms.indicators.sheet"
"""Buttons of the page of an indicator, likewise."""
