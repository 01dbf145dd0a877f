"""Findings, actions, audits and the management review."""

from __future__ import annotations

from pyramid.config import Configurator

from qms.kernel.i18n import _
from qms.security.permissions import Permission


def includeme(config: Configurator) -> None:
    """Announce the room's pages, the work that waits, its figures and its inputs."""
    config.add_menu_item(
        "improvement", title=_("Improvement"), icon="improve", context_path="findings", order=45
    )
    for path in ("actions", "audits", "management-reviews", "risks", "improvement-board"):
        config.add_menu_cover("improvement", path)
    _work(config)
    _links(config)
    _figures(config)
    _inputs(config)
    config.include(".letters")
    config.scan(".subscribers")
    config.scan(".views")


def _work(config: Configurator) -> None:
    shown = "qms.improvement.shown"
    groups = (
        ("findings", _("Findings that wait for you"), 20),
        ("actions", _("Actions of improvement"), 22),
        ("audits", _("Audits to carry out"), 24),
    )
    for name, title, order in groups:
        config.add_work_group(
            f"improvement-{name}",
            title=title,
            items=f"{shown}.{name}",
            count=f"{shown}.count_{name}",
            order=order,
        )
    config.add_found_group("findings", title=_("Findings"), find=f"{shown}.find_findings", order=30)
    config.add_found_group("actions", title=_("Actions"), find=f"{shown}.find_actions", order=32)


def _links(config: Configurator) -> None:
    linking = "qms.improvement.linking"
    config.add_linkable(
        "finding",
        title=_("Finding"),
        find=f"{linking}.finding",
        suggest=f"{linking}.findings",
        permission=Permission.FINDING_WORK,
        order=60,
    )
    config.add_linkable(
        "action",
        title=_("Action"),
        find=f"{linking}.action",
        suggest=f"{linking}.actions",
        permission=Permission.ACTION_MANAGE,
        order=62,
    )
    config.add_linkable(
        "audit",
        title=_("Audit"),
        find=f"{linking}.audit",
        permission=Permission.AUDIT_CONDUCT,
        order=64,
    )
    config.add_linkable(
        "management-review",
        title=_("Management review"),
        find=f"{linking}.review",
        permission=Permission.MANAGEMENT_PREPARE,
        order=66,
    )
    config.set_follow_up(
        "findings/new", title=_("Raise a finding"), permission=Permission.FINDING_REPORT
    )


def _figures(config: Configurator) -> None:
    counting = "qms.improvement.counting"
    filters = {"process": f"{counting}.process_choices", "source": f"{counting}.source_choices"}
    config.add_figure_source(
        "actions.due",
        title=_("Actions due"),
        count=f"{counting}.actions_due",
        filters=filters,
        drill=f"{counting}.list_of_actions",
    )
    config.add_figure_source(
        "actions.done-on-time",
        title=_("Actions done by their day"),
        count=f"{counting}.actions_on_time",
        filters=filters,
        drill=f"{counting}.list_of_actions",
    )
    config.add_figure_source(
        "findings.open",
        title=_("Findings open at the end"),
        count=f"{counting}.findings_open",
        filters=filters,
        drill=f"{counting}.list_of_findings",
        sums=False,
    )


def _inputs(config: Configurator) -> None:
    reviewing = "qms.improvement.reviewing"
    for part, name, title in (
        ("a", "former_decisions", _("Actions of earlier reviews")),
        ("c4", "findings", _("Findings")),
        ("c4", "corrective_actions", _("Actions of findings")),
        ("c6", "audits", _("Audits")),
        ("e", "risks", _("Risks")),
        ("f", "opportunities", _("Improvement actions")),
    ):
        config.add_review_input(
            f"improvement.{name}", title=title, part=part, prepare=f"{reviewing}.{name}", order=20
        )
