"""How the part ``retention`` of a profile must look: the table of retention and its terms.

Everything may be left out: an organisation that says nothing keeps everything for ever. What the
profile says is where the table begins; on screen it goes on, and its former rules are kept.
"""

from __future__ import annotations

import re

from qms.kernel.i18n import _
from qms.profiles.shapes import Choice, Flag, Many, Pattern, Record, Ref, Text, Whole, may, need

CODE = Pattern(
    re.compile(r"[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*"),
    _("a series is written as 100-02, in letters, digits, dots and dashes"),
    24,
)
DAY = Pattern(re.compile(r"\d{4}-\d{2}-\d{2}"), _("a date is written in quotes as '2026-11-22'"))
DISPOSITIONS = ("CT", "E", "S", "M")
"""Kept for ever, eliminated, selected, or carried over to another medium."""
COUNTED_FROM = ("closed", "whole")
"""From the day on which a record itself was closed, or the whole that it belongs to."""
SERIES = Record(
    {
        "code": need(CODE),
        "name": need(Text(200)),
        "parent": may(CODE),
        "document_types": may(Many(Ref("type")), []),
        "processes": may(Many(Ref("process")), []),
        "case_kinds": may(Many(Ref("case-kind")), []),
        "case_lanes": may(Many(Ref("case-lane")), []),
        "all_cases": may(Flag(), default=False),
        "surveys": may(Many(Ref("survey")), []),
        "office_years": may(Whole(0, 100), 0),
        "central_years": may(Whole(0, 100), 0),
        "disposition": may(Choice(DISPOSITIONS), "CT"),
        "counted_from": may(Choice(COUNTED_FROM), "closed"),
        "valid_from": may(DAY, "2000-01-01"),
        "source": may(Text(300)),
        "notes": may(Text(2000, lines=True)),
        "to_verify": may(Flag(), default=True),
        "medium": may(Text(120)),
        "storage": may(Text(300)),
        "protection": may(Text(300)),
        "retrieval": may(Text(300)),
    }
)
"""A series or (with ``parent``) subseries; ``processes`` narrow what belongs to it."""
RETENTION = Record(
    {
        "notice_days": may(Whole(0, 3650), 60),
        "notice_source": may(Text(300)),
        "count_from": may(Choice(("closing", "next-year")), "closing"),
        "approvers": may(Many(Ref("position")), []),
        "keepers": may(Many(Ref("position")), []),
        "series": may(Many(SERIES), []),
    }
)
"""``notice_days``: calendar days between the announcement of an elimination and its approval;
``count_from``: whether years run from the closing or from the next 1 January; ``approvers``: the
positions that may approve an elimination, and ``keepers`` those that receive records in an archive,
both beside the quality staff."""
