"""Trusted time comes after the commit: pending while the authority is down, then once."""

import pytest
from reading_house import release
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
        code = version.document.code
    with house.site() as site:
        return site["aexpress"]["documents"][code].in_force.file.read()


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


def test_what_waits_for_trusted_time_is_known_without_walking_all_documents(house, monkeypatch):
    with house.site() as site:
        walked = [one.document.code for one in timestamping.pending(site["aexpress"])]
        assert timestamping.waiting(site["aexpress"]) == (0, ""), "no queue until somebody asks"
        assert [one.document.code for one in timestamping.take_up(site["aexpress"])] == walked
        count, since = timestamping.waiting(site["aexpress"])
        assert (count, bool(since)) == (1, True)
    monkeypatch.setattr(timestamping, "_walked", lambda _organisation: 1 / 0)
    release(house, "FOR-AX-SC-03")
    with house.site() as site:
        codes = {one.document.code for one in timestamping.pending(site["aexpress"])}
        assert codes == {CODE, "FOR-AX-SC-03"}
    release(house, "FOR-AX-SC-03")
    with house.site() as site:
        assert timestamping.waiting(site["aexpress"])[0] == 2, "what is superseded waits no more"
    stamp(house, monkeypatch, build_tsa().stamper(clock.now()))
    with house.site() as site:
        assert len(list(timestamping.pending(site["aexpress"]))) == 1
        assert timestamping.waiting(site["aexpress"])[0] == 1
