"""What a mail is: a new case, the answer of a customer, a bounce, or something for a clerk.

Pure rules over what was read: nothing here writes, and nothing here answers a mail.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any

from qms.kernel.text import clean_line, fold
from qms.pqr.intake.reading import Mail

NEW, REPLY, STRANGER, BOUNCE = "new", "reply", "stranger", "bounce"
KEEP, IGNORE = "keep", "ignore"
_SERVERS = frozenset({"mailer-daemon", "postmaster", "mail-daemon", "mdaemon"})
_PLACE = re.compile(r"\{acronym\}|\{year\}|\{n(?::0?\d{1,2})?\}")
_BRACKETS = re.compile(r"\[([^\[\]]{1,80})\]")
_MOST = 5


@lru_cache(maxsize=64)
def number_pattern(pattern: str, acronym: str) -> re.Pattern[str]:
    """Give what every number of an organisation's pattern looks like."""
    parts, position = [], 0
    for place in _PLACE.finditer(pattern):
        parts.append(re.escape(pattern[position : place.start()]))
        position = place.end()
        name = place.group().strip("{}").partition(":")[0]
        parts.append({"acronym": re.escape(acronym), "year": r"\d{4}"}.get(name, r"\d{1,12}"))
    parts.append(re.escape(pattern[position:]))
    return re.compile("".join(parts), re.IGNORECASE)


def tokens_in(subject: str) -> list[str]:
    """Give what stands in brackets in a subject, in capitals, the first few."""
    found = [clean_line(one).upper() for one in _BRACKETS.findall(clean_line(subject))]
    return [one for one in found if one][:_MOST]


def number_in(
    subject: str, is_here: Callable[[str], bool], pattern: re.Pattern[str]
) -> tuple[str, bool]:
    """Give the case that a subject names, and whether it is here; empty where it names none."""
    tokens = tokens_in(subject)
    known = next((one for one in tokens if is_here(one)), "")
    if known:
        return known, True
    return next((one for one in tokens if pattern.fullmatch(one)), ""), False


def same_address(one: str, other: str) -> bool:
    """Tell whether two addresses are the same person's, as mail servers see it."""
    return bool(one) and fold(clean_line(one)) == fold(clean_line(other))


def is_program(mail: Mail, ours: Collection[str]) -> bool:
    """Tell whether no person wrote it, or we ourselves: it never gets an answer (RFC 3834)."""
    local = mail.address.partition("@")[0].lower()
    own = any(same_address(mail.address, one) for one in ours)
    return bool(mail.automatic) or own or local in _SERVERS


def has_failed(report: Any) -> bool:
    """Tell whether a report says that a mail of ours will never arrive; delays say less."""
    return bool(report) and str(report.get("action", "")).strip().lower() == "failed"


def doubt(mail: Mail) -> str:
    """Say why a clerk has to look at a mail of a person before it can count; empty for none."""
    if not mail.address or mail.senders != 1:
        return "sender"
    if mail.spam:
        return "spam"
    if mail.failed_proof:
        return "unproven"
    if not (mail.text or mail.subject or mail.files):
        return "empty"
    return ""
