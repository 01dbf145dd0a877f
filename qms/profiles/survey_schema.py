"""How the part ``surveys`` of a profile must look: scales, questions, calls and their follow-up.

Everything may be left out: an organisation that says nothing asks nobody. Where reasons, states or
scales are left out, the usual ones of ``qms.surveys.choices`` stand for them.
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

LOCAL = Pattern(
    re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*"),
    _("an id has small letters without accents, digits and single dashes"),
    40,
)
"""An id that is unique in its own list only."""
CLASS_ROLES = ("promoter", "neutral", "detractor")
"""What the classes of every scale are counted as."""
STATE_ROLES = ("unmanaged", "in-progress", "managed", "unsatisfied", "suggestion", "external")
"""What the states of a follow-up mean; managed, unsatisfied and external ones are answered."""
COLOURS = ("red", "yellow", "green", "light-green", "blue", "purple", "orange", "grey")
"""The palette; each colour has a drawing of its own, so that none has to be told by its hue."""
QUESTION_KINDS = ("scale", "choice", "text", "yes-no")
USUAL_SCALES = ("nps", "csat")
"""Scales that every profile may name without describing them: NPS 0–10 and satisfaction 1–5."""

CLASS = Record(
    {
        "id": need(LOCAL),
        "name": need(Text(60)),
        "low": need(Whole(0, 100)),
        "high": need(Whole(0, 100)),
        "role": need(Choice(CLASS_ROLES)),
        "satisfied": may(Flag(), default=False),
    }
)
"""From low to high, both included; ``satisfied`` ones count for the level of satisfaction."""
SCALE = Record(
    {
        "id": need(Ident("survey-scale")),
        "name": need(Text(80)),
        "low": need(Whole(0, 100)),
        "high": need(Whole(0, 100)),
        "classes": need(Many(CLASS, least=1, most=10)),
    }
)
LINE = Record({"id": need(Ident("survey-line")), "name": need(Text(80))})
BRAND = Record({"id": need(Ident("survey-brand")), "name": need(Text(80))})
REASON = Record(
    {
        "id": need(Ident("survey-reason")),
        "name": need(Text(120)),
        "reached": may(Flag(), default=False),
        "ends": may(Flag(), default=False),
    }
)
"""Why a call gave no answers: whether somebody was reached, and whether nobody calls again."""
STATE = Record(
    {
        "id": need(Ident("survey-state")),
        "name": need(Text(80)),
        "colour": need(Choice(COLOURS)),
        "role": need(Choice(STATE_ROLES)),
        "brands": may(Many(LOCAL), []),
        "evidence": may(Flag(), default=False),
    }
)
"""A state of the follow-up board; of certain brands only, where any are named."""
QUESTION = Record(
    {
        "id": need(LOCAL),
        "text": need(Text(300)),
        "kind": may(Choice(QUESTION_KINDS), "scale"),
        "scale": may(LOCAL),
        "options": may(Many(Text(120), most=30), []),
        "required": may(Flag(), default=True),
        "score": may(Flag(), default=False),
        "marks": may(Choice(("warranty", "suggestion", "voice"))),
        "lines": may(Many(LOCAL), []),
        "brands": may(Many(LOCAL), []),
    }
)
"""Asked of all, or of some lines or brands only; the one with ``score`` classifies the customer."""
FIELD = Record({"id": need(LOCAL), "name": need(Text(80)), "heads": may(Many(Text(80)), [])})
"""One more column of the customer list, such as the vehicle, and how its head is written."""
ATTEMPTS = Record(
    {
        "most": may(Whole(1, 20), 3),
        "retry_hours": may(Whole(0, 240), 4),
        "message_after": may(Whole(1, 20)),
        "message": may(Text(2000, lines=True)),
        "lease_minutes": may(Whole(1, 240), 20),
    }
)
"""How often a customer is called, and after which failed attempt a message is sent."""
ALERT = Record({"days_left": need(Whole(-60, 60)), "to": need(Many(Ref("position"), least=1))})
"""Business days left at which positions are told; 0 is the last day, −1 the first one too late."""
FOLLOW_UP = Record(
    {
        "days": may(Whole(1, 60), 2),
        "strict": may(Flag(), default=True),
        "positions": may(Many(Ref("position")), []),
        "supervisors": may(Many(Ref("position")), []),
        "repeated_to": may(Many(Ref("position")), []),
        "warranty_to": may(Many(Ref("position")), []),
        "repeat_days": may(Whole(1, 1500), 180),
        "alerts": may(Many(ALERT), []),
    }
)
"""Business days to answer a detractor; ``strict`` reads them as «in less than»."""
REPORT = Record(
    {
        "by": may(Whole(1, 28), 5),
        "count": may(Choice(("business", "calendar")), "business"),
        "to": need(Many(Ref("position"), least=1)),
        "form_code": may(Text(64)),
    }
)
"""The monthly report goes out within so many days of the month, to the holders of positions."""
SAMPLE = Record(
    {
        "confidence": may(Whole(90, 99), 95),
        "error": may(Whole(1, 20), 5),
        "expected": may(Whole(1, 100), 100),
        "by": may(Choice(("line", "brand"))),
    }
)
"""Per cent; ``expected`` is the share that will answer, so that more are drawn."""
SURVEY = Record(
    {
        "id": need(Ident("survey")),
        "name": need(Text(120)),
        "scale": may(LOCAL),
        "lines": may(Many(LOCAL), []),
        "brands": may(Many(LOCAL), []),
        "questions": need(Many(QUESTION, least=1, most=60)),
        "script": may(Text(4000, lines=True)),
        "thanks": may(Text(600, lines=True)),
        "form_code": may(Text(64)),
        "script_code": may(Text(64)),
        "process": may(Ref("process")),
        "callers": may(Many(Ref("position")), []),
        "target": may(Whole(0, 100)),
        "low_score": may(Whole(0, 100)),
        "again_days": may(Whole(0, 1500), 30),
        "minimum": may(Whole(0, 100_000), 0),
        "link_days": may(Whole(1, 365), 15),
        "attempts": may(ATTEMPTS, ATTEMPTS.defaults()),
        "follow_up": may(FOLLOW_UP, FOLLOW_UP.defaults()),
        "sample": may(SAMPLE, SAMPLE.defaults()),
        "report": may(REPORT),
        "active": may(Flag(), default=True),
    }
)
"""One questionnaire. ``target`` is the wanted per cent of satisfied customers; a score below
``low_score`` calls for an improvement action; who answered is not asked again for ``again_days``.
"""
SURVEYS = Record(
    {
        "consent": may(Text(4000, lines=True)),
        "consent_version": may(Text(40), "1"),
        "phone_prefix": may(Text(6), "57"),
        "phone_digits": may(Many(Whole(5, 15)), [7, 10]),
        "scales": may(Many(SCALE), []),
        "lines": may(Many(LINE), []),
        "brands": may(Many(BRAND), []),
        "reasons": may(Many(REASON), []),
        "states": may(Many(STATE), []),
        "fields": may(Many(FIELD, most=20), []),
        "kinds": may(Many(SURVEY), []),
    }
)
"""Satisfaction calls and surveys."""
