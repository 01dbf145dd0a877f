"""How the part ``cases`` of a profile must look: kinds, channels, queues and rules of the register.

Everything may be left out: an organisation that says nothing has petitions, complaints, claims and
suggestions with the general term of its country, and the usual channels.
"""

from __future__ import annotations

from typing import get_args

from qms.kernel.terms import Start, Unit
from qms.profiles.case_answer_schema import ANSWER_KEYS, CASE_NUMBER
from qms.profiles.case_report_schema import REPORTS
from qms.profiles.shapes import (
    Choice,
    Flag,
    Ident,
    Many,
    Record,
    Ref,
    Text,
    Whole,
    may,
    need,
)

OWN_TERM = Record(
    {
        "amount": need(Whole(1, 5000)),
        "unit": need(Choice(get_args(Unit))),
        "start": may(Choice(get_args(Start)), "next_day"),
        "source": need(Text(300)),
    }
)
"""A term that the organisation sets itself, with the document that says so."""
LANE = Record({"id": need(Ident("case-lane")), "name": need(Text(120))})
"""What customers ask for at large; complaints may be one lane among others."""
KIND = Record(
    {
        "id": need(Ident("case-kind")),
        "name": need(Text(120)),
        "lane": may(Ref("case-lane")),
        "term": may(Text(64)),
        "own_term": may(OWN_TERM),
        "queue": may(Ref("case-queue")),
        "process": may(Ref("process")),
        "procedure": may(Text(64)),
        "urgent": may(Flag(), default=False),
        "public": may(Flag(), default=True),
        "active": may(Flag(), default=True),
    }
)
"""``term`` is the id of a term of the country; of its like, the one that holds on the day counts.
``public`` kinds stand in the form for customers."""
CHANNEL = Record(
    {
        "id": need(Ident("case-channel")),
        "name": need(Text(120)),
        "active": may(Flag(), default=True),
    }
)
REASON = Record(
    {"id": need(Ident("case-reason")), "name": need(Text(160)), "active": may(Flag(), default=True)}
)
PRODUCT = Record(
    {
        "id": need(Ident("case-product")),
        "name": need(Text(160)),
        "active": may(Flag(), default=True),
    }
)
QUEUE = Record(
    {
        "id": need(Ident("case-queue")),
        "name": need(Text(120)),
        "positions": may(Many(Ref("position")), []),
    }
)
"""A queue, and the positions that work it."""
TRIAGE = Record(
    {
        "group": may(Text(120)),
        "if": need(Text(400)),
        "to": need(Text(300)),
        "place": need(Text(160)),
    }
)
"""A rule of the desk: who asks for this goes there."""
ESCALATION = Record(
    {
        "kind": may(Ref("case-kind")),
        "minutes": may(Whole(1, 10_000)),
        "percent": may(Whole(1, 1000)),
        "to": need(Many(Choice(("owner", "superior", "quality", "queue")), least=1)),
    }
)
"""Who is told: so many minutes after the receipt, or when so much of the term has gone."""
SEMAPHORE = Record(
    {
        "warn": may(Whole(1, 100), 60),
        "alert": may(Whole(1, 100), 85),
        "warn_days": may(Whole(0, 100)),
        "alert_days": may(Whole(0, 100)),
    }
)
"""From when a case is near its end, and from when it is urgent: per cent of the term that have
gone, or business days that are left, whichever comes first."""
ANSWER = Record(
    {
        "id": need(Ident("case-answer")),
        "name": need(Text(120)),
        "text": need(Text(8000, lines=True)),
    }
)
"""A letter to begin with; places are {customer} {number} {kind} {received} {organisation}."""
MAIL = Record({"kind": may(Ref("case-kind")), "channel": may(Ref("case-channel"))})
"""As what cases by e-mail are registered; else as the first kind that customers choose."""
LOG_FIELDS = (
    *("number", "received", "channel", "kind", "lane", "reason", "product", "site", "process"),
    *("customer", "document", "phone", "email", "text", "amount", "owner", "due", "norm"),
    *("answer", "notified", "how", "closed", "ground", "state", "on-time", "rating", "form"),
    "blank",
)
LOG = Record({"field": need(Choice(LOG_FIELDS)), "title": need(Text(120))})
"""A column of the log in the organisation's own format; ``blank`` is filled in by hand.

``log_version`` names the version of the format whose columns these are, where that is not yet, or
no more, the one in force."""
CASES = Record(
    {
        "number": may(CASE_NUMBER, "{acronym}-{year}-{n:05}"),
        "anonymous": may(Flag(), default=True),
        "public": may(Flag(), default=True),
        "consent": may(Text(4000, lines=True)),
        "consent_version": may(Text(40), "1"),
        "form_code": may(Text(64)),
        "log": may(Many(LOG), []),
        "log_version": may(Text(40)),
        "lanes": may(Many(LANE), []),
        "kinds": may(Many(KIND), []),
        "channels": may(Many(CHANNEL), []),
        "reasons": may(Many(REASON), []),
        "products": may(Many(PRODUCT), []),
        "queues": may(Many(QUEUE), []),
        "triage": may(Many(TRIAGE), []),
        "escalation": may(Many(ESCALATION), []),
        "semaphore": may(SEMAPHORE, SEMAPHORE.defaults()),
        "answers": may(Many(ANSWER), []),
        "mail": may(MAIL, MAIL.defaults()),
        "reports": may(REPORTS, REPORTS.defaults()),
        **ANSWER_KEYS,
    }
)
"""The register of cases."""
