"""How the part ``indicators`` of a profile must look: terms of measuring and systems outside.

Everything may be left out. Days are business days of the organisation.
"""

from __future__ import annotations

from qms.profiles.shapes import Ident, Many, Record, Text, Whole, may, need

EXTERNAL = Record({"id": need(Ident("external-system")), "name": need(Text(120))})
"""A system outside of this one that pushes values; a variable names it as ``external:ID``."""
INDICATORS = Record(
    {
        "capture_days": may(Whole(0, 90), 5),
        "analysis_days": may(Whole(0, 90), 10),
        "close_days": may(Whole(1, 250), 20),
        "reminders": may(Many(Whole(-90, 90), most=10), [2, 0, -5]),
        "externals": may(Many(EXTERNAL), []),
    }
)
"""``capture_days`` and ``analysis_days``: the terms after the end of a period; ``close_days``: when
it closes without analysis; ``reminders``: days before a term, negative after it."""
