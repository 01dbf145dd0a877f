"""Trusted time: in a signature, over a whole file, and what happens when nobody answers (F19)."""

import socket
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper
from signing_house import AT, LATER, appearance, build_house, sign_all

from qms.signing import services
from qms.signing.errors import TimestampUnavailable
from qms.signing.inspection import inspect_pdf
from qms.signing.pades import sign_pdf, upgrade_with_timestamp
from qms.signing.report import DECLARED, DOCUMENT_STAMP, SIGNATURE_STAMP
from qms.signing.timestamps import HttpTimeStamper
from qms.signing.verify import verify_pdf

STAMPED = AT + timedelta(minutes=3)


def test_c13_the_time_of_the_token_is_the_signing_time(frozen_pdf, house, tsa):
    pdf = sign_pdf(
        frozen_pdf,
        "step-0",
        house.keys[0],
        appearance=appearance(0),
        timestamper=tsa.stamper(STAMPED),
    )
    report = verify_pdf(pdf, [house.root], tsa_trust=[tsa.root], at=LATER)
    [signature] = report.signatures
    assert report.ok, report.sentences()
    assert signature.signed_at == signature.proved_before == STAMPED
    assert signature.time_source == SIGNATURE_STAMP


def test_a_token_of_an_unknown_authority_is_no_time(frozen_pdf, house, tsa):
    stamper = tsa.stamper(STAMPED)
    pdf = sign_pdf(
        frozen_pdf, "step-0", house.keys[0], appearance=appearance(0), timestamper=stamper
    )
    [signature] = inspect_pdf(pdf, [house.root], at=LATER).signatures
    assert signature.ok
    assert (signature.time_source, signature.proved_before) == (DECLARED, None)
    assert signature.signed_at == AT
    assert any("not trusted" in str(note) for note in signature.notes)


def stamp_all(pdf, house, tsa, at=STAMPED):
    certificates = [house.root, *house.authority.issued.values()]
    return upgrade_with_timestamp(
        pdf, tsa.stamper(at), certificates=certificates, crls=[house.authority.crl]
    )


def test_c14_the_upgrade_stamps_every_signature_and_brings_the_evidence(signed_pdf, house, tsa):
    stamped = stamp_all(signed_pdf, house, tsa)
    assert stamped.startswith(signed_pdf)
    report = verify_pdf(stamped, [house.root], tsa_trust=[tsa.root], at=LATER)
    assert report.ok, report.sentences()
    assert [s.time_source for s in report.signatures] == [DOCUMENT_STAMP] * 4
    assert {s.proved_before for s in report.signatures} == {STAMPED}
    assert {s.signed_at for s in report.signatures} == {AT}
    assert all(s.revocation_checked for s in report.signatures)  # by the list in the file itself
    [stamp] = report.stamps
    assert (stamp.trusted, stamp.at, stamp.authority) == (True, STAMPED, "Hora de prueba")
    assert report.signatures[-1].modification == "lta_updates"


def test_c14_it_still_verifies_years_after_the_certificates_expired(signed_pdf, house, tsa):
    stamped = stamp_all(signed_pdf, house, tsa)
    late = AT + timedelta(days=12 * 365)
    report = inspect_pdf(stamped, [house.root], tsa_trust=[tsa.root], at=late)
    assert report.ok, report.sentences()
    unknown = inspect_pdf(stamped, [house.root], at=late)
    assert [s.proved_before for s in unknown.signatures] == [None] * 4
    assert not unknown.stamps[0].trusted


def test_b_lt_the_seal_can_carry_the_revocation_list_in_its_own_revision(frozen_pdf, house):
    pdf = sign_all(frozen_pdf, house, crls=[house.authority.crl])
    report = verify_pdf(pdf, [house.root], at=LATER)
    assert report.ok, report.sentences()
    assert all(s.revocation_checked for s in report.signatures)
    assert b"/DSS" in pdf


def test_a_trusted_stamp_outlives_even_a_stolen_key(frozen_pdf, tsa):
    house = build_house()
    stamped = stamp_all(sign_all(frozen_pdf, house), house, tsa)
    services.revoke(
        house.authority, 3, reason="keyCompromise", secret=house.secret, at=AT + timedelta(hours=1)
    )
    crls = [house.authority.crl]
    report = inspect_pdf(stamped, [house.root], crls=crls, tsa_trust=[tsa.root], at=LATER)
    assert report.ok, report.sentences()
    assert report.signatures[0].revoked
    assert not inspect_pdf(stamped, [house.root], crls=crls, at=LATER).ok


def test_a_declared_time_after_the_trusted_one_is_a_lie(frozen_pdf, house, tsa):
    early = tsa.stamper(AT - timedelta(hours=1))
    pdf = sign_pdf(frozen_pdf, "step-0", house.keys[0], appearance=appearance(0), timestamper=early)
    assert not inspect_pdf(pdf, [house.root], tsa_trust=[tsa.root], at=LATER).ok


def test_a_change_after_the_document_stamp_is_noticed(signed_pdf, house, tsa):
    stamped = bytearray(stamp_all(signed_pdf, house, tsa))
    stamped[-40] ^= 1
    assert not inspect_pdf(bytes(stamped), [house.root], tsa_trust=[tsa.root], at=LATER).ok
    longer = bytes(stamp_all(signed_pdf, house, tsa)) + b"\n% more"
    assert not inspect_pdf(longer, [house.root], tsa_trust=[tsa.root], at=LATER).ok


@pytest.fixture
def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_f19_an_authority_that_is_down_leaves_the_signature_pending(
    signed_pdf, frozen_pdf, house, closed_port
):
    stamper = HttpTimeStamper(f"http://127.0.0.1:{closed_port}/", seconds=2)
    with pytest.raises(TimestampUnavailable):
        upgrade_with_timestamp(signed_pdf, stamper)
    with pytest.raises(TimestampUnavailable):
        sign_pdf(frozen_pdf, "step-0", house.keys[0], appearance=appearance(0), timestamper=stamper)


class Lying(TimeStamper):
    """Answers with an honest token over something else."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    async def async_timestamp(self, message_digest, md_algorithm):
        return await self.inner.async_timestamp(b"\0" * 32, md_algorithm)


class Replaying(TimeStamper):
    """Answers every question with the answer to an earlier one, so the nonce is wrong."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    async def async_request_tsa_response(self, req):
        old = tsp.TimeStampReq.load(req.dump())
        old["nonce"] = 1
        return self.inner.request_tsa_response(old)


@pytest.mark.parametrize("kind", [Lying, Replaying])
def test_f19_a_token_over_another_hash_or_nonce_is_refused(kind, signed_pdf, tsa):
    with pytest.raises(TimestampUnavailable):
        upgrade_with_timestamp(signed_pdf, kind(tsa.stamper(STAMPED)))


@pytest.fixture
def server(tsa):
    """A time stamp authority over HTTP whose manners each test chooses by path."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((self.path, self.headers["Content-Type"]))
            answer = b"x" * 100_000 if self.path == "/long" else b"no time today"
            if self.path == "/good":
                request = tsp.TimeStampReq.load(body)
                answer = tsa.stamper(STAMPED).request_tsa_response(request).dump()
            self.send_response({"/moved": 302, "/error": 500}.get(self.path, 200))
            if self.path == "/moved":
                self.send_header("Location", "/good")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args):
            pass

    seen = []
    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_authority_over_http_is_asked_as_the_norm_says(server, signed_pdf, house, tsa):
    address, seen = server
    stamped = upgrade_with_timestamp(signed_pdf, HttpTimeStamper(address + "/good"))
    assert inspect_pdf(stamped, [house.root], tsa_trust=[tsa.root], at=LATER).stamps[0].trusted
    assert seen == [("/good", "application/timestamp-query")]


@pytest.mark.parametrize("path", ["/moved", "/error", "/long", "/nonsense"])
def test_f19_d4_53_bad_answers_and_redirects_are_not_followed(path, server, signed_pdf):
    address, seen = server
    with pytest.raises(TimestampUnavailable):
        upgrade_with_timestamp(signed_pdf, HttpTimeStamper(address + path))
    assert [asked for asked, _ in seen] == [path]


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/", "", "javascript:x"])
def test_d4_53_only_web_addresses_are_authorities(url):
    with pytest.raises(ValueError, match="address"):
        HttpTimeStamper(url)
