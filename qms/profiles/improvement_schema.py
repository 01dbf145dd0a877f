"""How the part ``improvement`` of a profile must look: kinds of findings, gates, limits, numbers.

Everything may be left out: an organisation that says nothing has nonconformities, observations,
opportunities and nonconforming outputs, and the six categories of the fishbone.
"""

from __future__ import annotations

import re

from qms.kernel.i18n import _
from qms.profiles.shapes import Flag, Ident, Many, Pattern, Record, Text, Whole, may, need

SERIES = Pattern(
    re.compile(r"(?:[A-Za-z0-9.-]|\{year\})*\{n(?::0?\d{1,2})?\}"),
    _("a number is written as HAL-{year}-{n:04} and ends with the running number"),
    60,
)
KIND = Record(
    {
        "id": need(Ident("finding-kind")),
        "name": need(Text(120)),
        "cause": may(Flag(), default=False),
        "action": may(Flag(), default=False),
        "output": may(Flag(), default=False),
        "days": may(Whole(0, 1000), 30),
        "active": may(Flag(), default=True),
    }
)
"""``cause``: it needs an analysis of its cause and an answer about risks; ``action``: it needs an
action plan; ``output``: it is a nonconforming output, which needs a disposition and another
verification; ``days``: calendar days from the last verified action to the effectiveness check."""
SEVERITY = Record({"id": need(Ident("finding-severity")), "name": need(Text(80))})
STAGES = Many(Whole(-365, 365), most=12)
IMPROVEMENT = Record(
    {
        "number": may(SERIES, "HAL-{year}-{n:04}"),
        "action_number": may(SERIES, "ACC-{year}-{n:04}"),
        "audit_number": may(SERIES, "AUD-{year}-{n:02}"),
        "review_number": may(SERIES, "REV-{year}-{n:02}"),
        "kinds": may(Many(KIND), []),
        "severities": may(Many(SEVERITY), []),
        "fishbone": may(Many(Text(60), most=10), []),
        "classify_days": may(Whole(1, 365), 5),
        "extensions": may(Whole(0, 20), 2),
        "reminders": may(STAGES, [5, 0, -3]),
        "signed_closing": may(Flag(), default=False),
    }
)
"""``classify_days``: business days to classify what was reported; ``extensions``: how often an
action's day may be moved; ``reminders``: business days before a term, negative after it;
``signed_closing``: whether closing a finding is a signed statement."""
