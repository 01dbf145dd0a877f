"""How a profile says who works a case, who approves its answer, and how it leaves the house.

Everything may be left out: cases then go to the queue of their kind, answers need no approval and
leave without a letter of their own, customers rate from 1 to 5.
"""

from __future__ import annotations

import re

from qms.kernel.i18n import _
from qms.profiles.shapes import (
    Choice,
    Flag,
    Ident,
    Many,
    Pattern,
    Record,
    Ref,
    Text,
    Whole,
    may,
    need,
)

MONEY = Pattern(
    re.compile(r"\d{1,15}(\.\d{1,2})?"),
    _("an amount is written with digits and a point: 1500000 or 99.50"),
    18,
)
CASE_NUMBER = Pattern(
    re.compile(r"(?:[A-Za-z0-9.-]|\{acronym\}|\{year\})*\{n(?::0?\d{1,2})?\}"),
    _("a number is written as {acronym}-{year}-{n:05} and ends with the running number"),
    60,
)
TOLD = ("owner", "superior", "quality", "queue")
LEVEL = Record(
    {
        "after": need(Whole(1, 10_000)),
        "unit": need(Choice(("business_day", "hour", "percent"))),
        "to": may(Many(Choice(TOLD)), []),
        "positions": may(Many(Ref("position")), []),
    }
)
"""Who is told when so many business days or hours, or so much of the term, have gone."""
RULE = Record(
    {
        "id": need(Ident("case-rule")),
        "name": may(Text(160)),
        "kinds": may(Many(Ref("case-kind")), []),
        "lanes": may(Many(Ref("case-lane")), []),
        "processes": may(Many(Ref("process")), []),
        "products": may(Many(Ref("case-product")), []),
        "reasons": may(Many(Ref("case-reason")), []),
        "channels": may(Many(Ref("case-channel")), []),
        "sites": may(Many(Ref("site")), []),
        "amount_from": may(MONEY),
        "amount_to": may(MONEY),
        "urgent": may(Flag(), default=False),
        "queue": may(Ref("case-queue")),
        "position": may(Ref("position")),
        "person": may(Ref("person")),
        "levels": may(Many(LEVEL), []),
    }
)
"""A rule of the matrix: all its conditions hold, the first rule that fits wins."""
APPROVAL = Record(
    {
        "kinds": may(Many(Ref("case-kind")), []),
        "lanes": may(Many(Ref("case-lane")), []),
        "amount_from": may(MONEY),
        "position": may(Ref("position")),
        "role": may(Choice(("process-leader",))),
    }
)
"""Whose answers are approved by whom, before they may be sent; the first that fits wins."""
LETTER_KINDS = ("answer", "ask", "suspend", "extend", "transfer", "escalate")
LETTERS = Record(
    {
        "kinds": may(Many(Choice(LETTER_KINDS)), []),
        "signed": may(Choice(("person", "seal", "none")), "person"),
        "number": may(CASE_NUMBER, "{acronym}-C-{year}-{n:05}"),
        "notice_number": may(CASE_NUMBER, "{acronym}-E-{year}-{n:05}"),
        "notice_form": may(Text(64)),
    }
)
"""Which acts leave the house as a signed letter, and with which signature.

A notice of escalation is always made and filed; among the kinds, it is signed as well. Its numbers
are a series of their own, and ``notice_form`` is the code of the format that it is printed as.
"""
SCORE = Record({"score": need(Whole(0, 10)), "word": need(Text(60))})
SCALE = [
    {"score": 1, "word": "Muy mala"},
    {"score": 2, "word": "Mala"},
    {"score": 3, "word": "Regular"},
    {"score": 4, "word": "Buena"},
    {"score": 5, "word": "Muy buena"},
]
"""The scale of who gives none; data, and therefore not translated."""
ANSWER_KEYS = {
    "amount": may(Flag(), default=False),
    "currency": may(Text(3)),
    "procedure_code": may(Text(64)),
    "matrix": may(Many(RULE), []),
    "approval": may(Many(APPROVAL), []),
    "letters": may(LETTERS, LETTERS.defaults()),
    "rating": may(Many(SCORE, least=2, most=11), SCALE),
    "rating_days": may(Whole(1, 365), 60),
    "objection_days": may(Whole(0, 365), 10),
    "notice_days": may(Whole(1, 60), 5),
    "keep_years": may(Whole(0, 100), 0),
    "keep_source": may(Text(300)),
}
"""What the part ``cases`` of a profile says of answers; see ``case_schema``."""
