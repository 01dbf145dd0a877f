"""The guard stands outside retries and transactions and disturbs neither."""

from __future__ import annotations

import pytest
from pyramid.config import Configurator
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.session import SignedCookieSessionFactory
from webtest import TestApp
from ZODB.POSException import ConflictError

from qms.kernel.errors import Conflict

BODY = {"text": "x" * 50_000}


@pytest.fixture
def flaky():
    failures: list[Exception] = []
    seen: list[str] = []

    def view(context, request):
        seen.append(request.POST["text"])
        if failures:
            raise failures.pop(0)
        return Response("done")

    config = Configurator(
        package="qms",
        settings={"tm.manager_hook": "pyramid_tm.explicit_manager", "retry.attempts": "3"},
    )
    config.include("pyramid_retry")
    config.include("pyramid_tm")
    config.set_session_factory(SignedCookieSessionFactory("x" * 32))
    config.include("qms.web")
    config.add_view(view, permission=NO_PERMISSION_REQUIRED, require_csrf=False)
    app = TestApp(config.make_wsgi_app())
    return app, failures, seen


def test_a_conflict_is_tried_again_with_the_whole_body(flaky):
    app, failures, seen = flaky
    failures += [ConflictError(), ConflictError()]
    assert app.post("/", BODY).text == "done"
    assert seen == [BODY["text"]] * 3


def test_a_conflict_that_stays_becomes_a_page_with_the_headers(flaky):
    app, failures, seen = flaky
    failures += [ConflictError() for _ in range(3)]
    answer = app.post("/", BODY, status=500)
    assert len(seen) == 3
    assert "Algo falló" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_refusal_is_not_tried_again(flaky):
    app, failures, seen = flaky
    failures += [Conflict()]
    app.post("/", BODY, status=409)
    assert len(seen) == 1
