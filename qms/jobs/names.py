"""The jobs of the worker: their lasting names, how often each is due, and how it is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qms.kernel.i18n import _


@dataclass(frozen=True)
class JobName:
    """One thing that the worker does every so often."""

    name: str
    """Its lasting name in logs, in stored data and for programs."""
    seconds: int
    """Its interval."""
    title: Any
    """Its name on screen."""
    lane: str = "all others"
    """Jobs of one lane are done one after the other; no lane waits for another."""
    on_each_node: bool = False
    """Whether every node does it for itself, so that nobody holds a lease of it."""


LISTS = JobName("lists of older releases", 3600, _("Lists of older releases"))
RELEASE = JobName("release what is due", 30, _("Put in force what is due"))
LETTERS = JobName(
    "letters about readings and signatures", 300, _("Letters about readings and signatures")
)
REVIEWS = JobName("letters about reviews", 3600, _("Letters about reviews"))
CASES = JobName("letters about cases", 60, _("Letters about cases"))
SURVEYS = JobName("alerts and reports of surveys", 300, _("Alerts and reports of surveys"))
INDICATORS = JobName(
    "periods and letters of indicators", 900, _("Periods and letters of indicators")
)
NORMS = JobName("letters about norms", 3600, _("Letters about norms"))
IMPROVEMENT = JobName("letters about improvement", 600, _("Letters about findings and actions"))
MAIL = JobName("deliver mail", 5, _("Deliver mail"), lane="mail")
TEXT = JobName("text index", 2, _("Text index"), lane="text index", on_each_node=True)
STAMPS = JobName("time stamps", 60, _("Time stamps"), lane="time stamps")
REVOCATION = JobName("revocation lists", 3600, _("Revocation lists"))
ANCHORS = JobName("anchors of the trails", 3600, _("Anchors of the trails"))
FILES = JobName("stored files", 3600, _("Check of the stored files"), lane="stored files")
INTAKE = JobName("intake of cases by mail", 60, _("Intake of cases by mail"), lane="intake")
RETENTION = JobName("retention of records", 300, _("Retention of records"), lane="retention")
CASE_LISTS = JobName("lists of cases", 2, _("Lists of cases"), lane="imports")
IMPORTS = JobName("imports of lists", 2, _("Imports of lists"), lane="imports")
SWEEP = JobName("ended sessions and delivered mails", 3600, _("Ended sessions and delivered mails"))

NAMES = (
    RELEASE,
    LETTERS,
    REVIEWS,
    CASES,
    SURVEYS,
    INDICATORS,
    NORMS,
    IMPROVEMENT,
    MAIL,
    TEXT,
    STAMPS,
    REVOCATION,
    ANCHORS,
    FILES,
    INTAKE,
    CASE_LISTS,
    RETENTION,
    IMPORTS,
    LISTS,
    SWEEP,
)
"""Every job, as the page lists them."""
