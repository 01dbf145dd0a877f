"""The pictures of cases, retention, indicators, surveys and improvement, of a played year.

``make_screenshots.py`` calls these stories with a way to open a screen for somebody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from make_screenshots import Walker

__all__ = ["PLAYED", "STORIES"]

PLAYED = ("aexpress", "carrazos")
"""The organisations whose year the stories look at."""
QUALITY, CALLS = "calidad@aexpress.example", "calidad@carrazos.example"
PHONE = (390, 780)
CASES, FINDINGS, INDICATORS = "/aexpress/cases/", "/aexpress/findings/", "/aexpress/indicators/"

Open = Callable[..., "Walker"]
"""Opens a screen: told an e-mail address, or None, and the size where it is not the usual one."""


def cases(open_screen: Open) -> None:
    """Look at the queue, a case and a report, and at what customers see."""
    quality = open_screen(QUALITY)
    page = quality.go(CASES)
    quality.shoot("pqr-cola", height=700)
    page.locator(".table-list tbody a").first.click()
    quality.shoot("pqr-caso", height=800)
    quality.go(f"{CASES}report-channels")
    quality.shoot("pqr-informe", height=760)
    quality.close()
    customer = open_screen(None, PHONE)
    customer.go("/aexpress/new-case")
    customer.shoot("pqr-formulario")
    customer.close()


def retention(open_screen: Open) -> None:
    """Look at where the records are."""
    quality = open_screen(QUALITY)
    quality.go("/aexpress/retention/records")
    quality.shoot("retencion", height=600)
    quality.close()


def indicators(open_screen: Open) -> None:
    """Look at an indicator, at one that missed its target, and at the boards."""
    quality = open_screen(QUALITY)
    quality.go(f"{INDICATORS}IND-001/")
    quality.shoot("indicador", height=800)
    quality.go(f"{INDICATORS}dashboard")
    quality.shoot("tablero", height=520)
    quality.close()
    dealer = open_screen(CALLS)
    dealer.go("/carrazos/indicators/management")
    dealer.shoot("tablero-gerencia", height=480)
    dealer.close()


def surveys(open_screen: Open) -> None:
    """Look at the month of the dealer's calls and at the board of those who were not satisfied."""
    dealer = open_screen(CALLS)
    page = dealer.go("/carrazos/surveys/")
    page.locator(".survey-card h2 a").first.click()
    dealer.shoot("encuestas-informe", height=700)
    page = dealer.go("/carrazos/surveys/board")
    page.locator(".list-switch").click()
    dealer.shoot("encuestas-tablero", height=480)
    dealer.close()


def improvement(open_screen: Open) -> None:
    """Look at findings, at one with its causes and what it is linked with, and at the year."""
    quality = open_screen(QUALITY)
    quality.go(FINDINGS)
    quality.shoot("hallazgos", height=640)
    page = quality.go(FINDINGS)
    page.locator(".facets").get_by_role("link", name="Plan en marcha").click()
    page.locator(".table-list tbody a").first.click()
    quality.shoot("hallazgo", height=860)
    quality.shoot("vinculos", part=page.locator(".links-panel"))
    page = quality.go("/aexpress/audits/")
    page.locator(".table-list tbody a").first.click()
    quality.shoot("auditoria", height=700)
    page = quality.go("/aexpress/management-reviews/")
    page.locator(".table-list tbody a").first.click()
    quality.shoot("revision-direccion", height=700)
    quality.close()


STORIES = (cases, retention, indicators, surveys, improvement)
