"""The register of cases (PQR, SQR, PQRSD): from a customer's sentence to effective closure."""

from __future__ import annotations

from pyramid.config import Configurator

from qms.content.models import Organisation
from qms.kernel.i18n import _
from qms.profiles.api import profile_of


def acronym_of(organisation: Organisation) -> str:
    """Give the organisation's own word for its cases: PQR, SQR, Reclamo."""
    return str(profile_of(organisation).case_acronym)


def includeme(config: Configurator) -> None:
    """Announce the register, the work that waits, and what the search box finds."""
    config.add_menu_item(
        "cases", title=acronym_of, icon="complaint", context_path="cases", order=35
    )
    config.add_work_group(
        "cases",
        title=_("Customer cases to attend to"),
        items="qms.pqr.shown.work",
        count="qms.pqr.shown.count",
        order=15,
    )
    config.add_found_group(
        "cases", title=_("Customer cases"), find="qms.pqr.shown.find_cases", order=20
    )
    # Any two registrations meet at the next number, which has no gaps.
    for path in ("/cases/quick", "/cases/add", "/new-case"):
        config.add_one_by_one(path)
    config.include(".figures")
    config.include(".management")
    config.add_record_kind(
        "case",
        title=_("Customer cases"),
        records="qms.pqr.retaining.records",
        find="qms.pqr.retaining.find",
        scopes="qms.pqr.retaining.scopes",
        dispose="qms.pqr.retaining.dispose",
    )
    config.include(".letters")
    config.include(".answer_letters")
    config.include(".linking")
    config.add_work_group(
        "case-approvals",
        title=_("Answers to approve"),
        items="qms.pqr.approving.work",
        count="qms.pqr.approving.count",
        order=14,
    )
    config.add_work_group(
        "case-terms",
        title=_("Terms to compute anew"),
        items="qms.pqr.term_work.work",
        count="qms.pqr.term_work.count",
        order=17,
    )
    config.include(".intake.letters")
    config.include(".intake.personal")
    config.add_work_group(
        "case-mail",
        title=_("E-mails of customers to look at"),
        items="qms.pqr.intake.shown.work",
        count="qms.pqr.intake.shown.count",
        order=16,
    )
    config.add_past_work(
        "cases", title=_("Customer cases to attend to"), items="qms.pqr.past.items", order=30
    )
    config.scan(".subscribers")
    config.scan(".views")
