"""How the part ``indicators`` of a profile must look: terms of measuring and systems outside.

Everything may be left out. Days are business days of the organisation.
"""

from __future__ import annotations

import re

from qms.kernel.i18n import _
from qms.profiles.shapes import (
    Choice,
    Ident,
    Many,
    Pattern,
    Record,
    Table,
    Text,
    Whole,
    may,
    need,
)

PALETTE = ("red", "orange", "yellow", "light-green", "green", "blue", "purple", "grey")
"""The colours that cards offer for bands, in their order."""
_COLOUR = Pattern(
    re.compile(r"#[0-9a-fA-F]{6}"),
    _('a colour is written in quotes as "#0b5fa5"'),
)

EXTERNAL = Record({"id": need(Ident("external-system")), "name": need(Text(120))})
"""A system outside of this one that pushes values; a variable names it as ``external:ID``."""
INDICATORS = Record(
    {
        "capture_days": may(Whole(0, 90), 5),
        "analysis_days": may(Whole(0, 90), 10),
        "close_days": may(Whole(1, 250), 20),
        "reminders": may(Many(Whole(-90, 90), most=10), [2, 0, -5]),
        "externals": may(Many(EXTERNAL), []),
        "palette": may(Table(_COLOUR, frozenset(PALETTE)), {}),
        "rules": may(Choice(("western", "nelson", "none")), "western"),
    }
)
"""``capture_days`` and ``analysis_days``: the terms after the end of a period; ``close_days``: when
it closes without analysis; ``reminders``: days before a term, negative after it; ``palette``: the
organisation's own shades of the colours of bands; ``rules``: the run rules of control charts."""
