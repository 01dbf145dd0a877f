"""What each rule is called for people."""

from __future__ import annotations

from typing import Any

from qms.documents.lint import organisation
from qms.documents.lint.rules import RULES
from qms.kernel.i18n import _

_SISTERS = {
    "formula-without-target": _("Formula without target"),
    "interface-unknown-to-supplier": _("A supplier that does not know of it"),
    "interface-unknown-to-customer": _("A customer that does not know of it"),
    "interface-input-not-delivered": _("An input that nobody delivers"),
    "interface-output-not-taken": _("An output that nobody takes"),
    "interface-input-without-supplier": _("An input without supplier"),
    "interface-output-without-customer": _("An output without customer"),
    "interface-named-differently": _("A process under another name"),
    "interface-out-of-use": _("A process out of use"),
}
"""Rules that are told by the check of another one."""
_TITLES = {one.id: one.title for one in (*RULES, *organisation.RULES)} | _SISTERS


def rule_title(name: str) -> Any:
    """Give the title of a rule; an unknown one is called by its id."""
    return _TITLES.get(name, name)
