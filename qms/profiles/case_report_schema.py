"""How the key ``reports`` of the part ``cases`` of a profile must look."""

from __future__ import annotations

from qms.profiles.shapes import Many, Record, Ref, Text, Whole, may

REPORTS = Record(
    {
        "hide_below": may(Whole(0, 50), 5),
        "regulator": may(Text(160)),
        "regulator_kinds": may(Many(Ref("case-kind")), []),
        "public_kinds": may(Many(Ref("case-kind")), []),
    }
)
"""``hide_below``: smaller numbers are hidden on the public page, since they could point to persons;
who supervises the organisation, and the kinds that this report and the public one are about (none
named: all of them)."""
