"""Trusted time comes after the commit: pending while the authority is down, then once."""

import pytest
from signing_house import build_tsa

from qms.documents.services import timestamping
from qms.kernel import clock
from qms.signing.errors import TimestampUnavailable
from qms.signing.verify import verify_pdf

CODE = "INS-AX-SC-01"


def stamp(house, monkeypatch, stamper):
    """Do what the worker's job does for one version and give its file."""
    monkeypatch.setattr(timestamping, "HttpTimeStamper", lambda _url: stamper)
    with house.site() as site:
        version = next(iter(timestamping.pending(site["aexpress"])))
        plan = timestamping.plan(version)
        stamped = timestamping.make(plan, "https://tsa.example")
        assert timestamping.store(version, plan, stamped, act=house.act())
        assert not timestamping.store(version, plan, stamped, act=house.act())
    with house.site() as site:
        return site["aexpress"]["documents"][CODE].in_force.file.read()


def test_the_pending_stamp_is_settled_once_and_every_signature_still_holds(house, monkeypatch):
    tsa = build_tsa()
    pdf = stamp(house, monkeypatch, tsa.stamper(clock.now()))
    with house.site() as site:
        authority = site["aexpress"].annexes["signing.authority"]
        trust, crl = authority.certificate, authority.crl
        assert list(timestamping.pending(site["aexpress"])) == []
    report = verify_pdf(pdf, [trust], crls=[crl], at=clock.now(), tsa_trust=[tsa.root])
    assert report.ok
    assert [one.trusted for one in report.stamps] == [True]
    unknown = verify_pdf(pdf, [trust], crls=[crl], at=clock.now())
    assert [one.ok for one in unknown.signatures] == [True] * 4


def test_fault_19_a_silent_authority_leaves_the_stamp_pending_and_invents_no_time(
    house, monkeypatch
):
    class Silent:
        def __init__(self, *_args):
            raise TimestampUnavailable

    monkeypatch.setattr(timestamping, "HttpTimeStamper", Silent)
    with house.site() as site:
        version = next(iter(timestamping.pending(site["aexpress"])))
        plan = timestamping.plan(version)
        with pytest.raises(TimestampUnavailable):
            timestamping.make(plan, "https://tsa.example")
        assert not version.timestamped
        assert version.file.sha256 == plan.sha256
