"""Who may look without signing in: the list of public views is agreed here, and nowhere else."""

from __future__ import annotations

import pytest
from pyramid.interfaces import IDefaultPermission
from pyramid.security import NO_PERMISSION_REQUIRED

import qms
from qms.security.permissions import Permission

PUBLIC = {
    "c": "the check page behind the QR of a controlled copy",
    "case-figures": "figures of cases that quality staff published, without small numbers",
    "case-complete": "bringing what was missing, by number and secret code",
    "case-letter": "a signed letter, by number and secret code",
    "case-letter-check": "the check page behind the QR of a letter",
    "case-notices": "answers on notice, without anybody's data",
    "case-object": "not agreeing with an answer, by number and secret code",
    "case-rate": "rating the service, by number and code or by the link of the mail",
    "case-receipt": "what a customer gets for a case, in the browser that wrote it",
    "case-receipt-pdf": "the same on paper",
    "case-status": "how a case stands, by its number and secret code",
    "customers": "lists of customers that a system outside sends with its token",
    "login": "signing in",
    "login-code": "its second step",
    "logo": "an organisation's logo, to who has its key from a public page",
    "logout": "leaving; a second press does no harm",
    "new-case": "writing a petition, complaint or claim",
    "new-password": "where the link of a mail leads",
    "p": "reading the version in force of a document that is public by its link",
    "push": "values that a system outside sends with its token",
    "reset": "asking for such a link",
    "reset-sent": "what to do next, the same for everybody",
    "survey": "the questions behind a customer's own link",
    "survey-stop": "hearing no more of surveys, by the same link",
    "survey-thanks": "thanks for an answer, without anything of the customer",
    "v": "the check page behind the printed QR",
    "verify": "checking the signatures of a PDF",
}
"""Name of each public view and what it is for."""


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    folder = tmp_path_factory.mktemp("views")
    return qms.configure({"zodbconn.uri": "memory://", "qms.data_dir": str(folder)})


def views(config):
    found = [item["introspectable"] for item in config.introspector.get_category("views")]
    own = [view for view in found if not is_exception_view(view)]
    return [view for view in own if not str(view["route_name"] or "").startswith("__")]


def is_exception_view(view):
    context = view["context"]
    return isinstance(context, type) and issubclass(context, Exception)


def permission_of(config, view):
    """Give what the view itself asks for; None leaves it to the default permission."""
    permissions = [
        related["value"]
        for related in config.introspector.related(view)
        if related.category_name == "permissions"
    ]
    return permissions[0] if permissions else None


def test_the_default_permission_is_to_view(config):
    assert config.registry.queryUtility(IDefaultPermission) == Permission.VIEW


def test_no_view_is_public_unless_it_is_on_the_list(config):
    public = set()
    for view in views(config):
        permission = permission_of(config, view)
        if permission == NO_PERMISSION_REQUIRED:
            public.add(view["name"] or view["route_name"] or str(view["context"]))
        elif permission is not None:
            assert permission in set(Permission), view["name"]
    strangers = public - set(PUBLIC)
    assert not strangers, f"public, but not agreed: {sorted(strangers)}"


def test_every_view_of_the_list_exists(config):
    names = {view["name"] for view in views(config)}
    assert set(PUBLIC) <= names


def test_whatever_a_view_changes_by_button_takes_post_only(config):
    doors = {
        "logout",
        "deactivate",
        "reactivate",
        "invite",
        "second-factor-off",
        "end",
        "export",
        "account-end-sessions",
    }
    seen = set()
    for view in views(config):
        if view["name"] in doors:
            seen.add(view["name"])
            methods = view["request_methods"]
            assert methods in ("POST", ("POST",)), view["name"]
    assert seen == doors
