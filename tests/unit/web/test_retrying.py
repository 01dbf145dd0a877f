"""Whoever meets others in the database gets through, waiting a little longer each time."""

import threading

import pytest
from pyramid.config import Configurator
from pyramid.response import Response
from pyramid_retry import mark_error_retryable
from webtest import TestApp
from ZODB.POSException import ConflictError

from qms import DEFAULTS
from qms.web import retrying


class Meeting:
    """A view that meets somebody so many times before it gets through."""

    def __init__(self, times):
        self.times, self.asked = times, 0

    def __call__(self, request):
        self.asked += 1
        if self.asked <= self.times:
            error = ConflictError("met")
            mark_error_retryable(error)
            raise error
        return Response("done")


@pytest.fixture
def waited(monkeypatch):
    pauses = []
    monkeypatch.setattr(retrying.time, "sleep", pauses.append)
    return pauses


def application(view):
    config = Configurator(settings=dict(DEFAULTS))
    config.include("pyramid_retry")
    config.include("qms.web.retrying")
    config.add_route("any", "/")
    config.add_view(view, route_name="any")
    return TestApp(config.make_wsgi_app())


def test_a_writer_gets_through_behind_nine_others(waited):
    view = Meeting(9)
    assert application(view).post("/").text == "done"
    assert view.asked == 10
    assert len(waited) == 9


def test_a_reader_is_told_after_three_attempts(waited):
    view = Meeting(3)
    with pytest.raises(ConflictError):
        application(view).get("/")
    assert view.asked == 3


def test_the_waits_grow_and_end_within_bounds(waited, monkeypatch):
    monkeypatch.setattr(retrying._random, "uniform", lambda _least, most: most)
    application(Meeting(9)).post("/")
    assert waited[:3] == [0.01, 0.02, 0.04]
    assert waited == sorted(waited)
    assert max(waited) == retrying.LONGEST


def test_who_is_alone_waits_for_those_inside_and_keeps_the_others_out():
    gate, told = retrying.Gate(), []
    inside, leave, entered = threading.Event(), threading.Event(), threading.Event()

    def first():
        with gate.together():
            inside.set()
            leave.wait(5)
            told.append("first out")

    def alone():
        inside.wait(5)
        with gate.alone():
            told.append("alone in")
            entered.set()
            late.start()
            late.join(0.05)
            told.append("alone out")

    def other():
        with gate.together():
            told.append("other in")

    late = threading.Thread(target=other)
    threads = [threading.Thread(target=first), threading.Thread(target=alone)]
    for thread in threads:
        thread.start()
    inside.wait(5)
    entered.wait(0.05)
    assert told == []
    leave.set()
    for thread in [*threads, late]:
        thread.join(5)
    assert told == ["first out", "alone in", "alone out", "other in"]


def test_who_waits_too_long_goes_on(monkeypatch):
    monkeypatch.setattr(retrying, "PATIENCE", 0.01)
    gate = retrying.Gate()
    with gate.alone():
        with gate.alone():
            pass
        with gate.together():
            pass
    with gate.together():
        assert not gate._alone
