"""ISO 9001 7.5, rows A1 to A3, A8, A9, A11, A14, A34: what is made, approved, changed, kept."""

from __future__ import annotations

import io
from datetime import timedelta
from types import SimpleNamespace

import pytest
import retention_house as retention
from control_house import CODE, retire
from pypdf import PdfReader
from reading_house import release
from retention_house import Years
from siege import (
    APPROVER,
    AUTHOR,
    DRAFT,
    EMPLOYEE,
    IN_REVIEW,
    ORGANISATION,
    QUALITY,
    REVIEWER,
    submit,
    token_of,
    views,
    write,
)

from qms.audit.models import trail_of
from qms.audit.services import in_order
from qms.content.errors import FileDisposed
from qms.documents import workflow
from qms.documents.models import Document, DocumentFolder, Version
from qms.documents.services import drafting
from qms.kernel.errors import Refused
from qms.retention.services import disposals

DOCUMENTS = f"/{ORGANISATION}/documents"
JSON = {"Accept": "application/json"}
SIGNERS = (AUTHOR, REVIEWER, APPROVER)


def create(house, code, email=QUALITY):
    """Fill in the form of a new document with a code of one's own."""
    browser = house.browser(email)
    values = {"csrf_token": token_of(browser), "type": "instruction", "process": "sc"}
    values |= {"title": "Otra instrucción", "code": code}
    return browser.post(f"{DOCUMENTS}/add", values, status="*")


# Identification


@pytest.mark.parametrize(
    "code", [CODE, CODE.lower(), f" {CODE} ", "INS-AX- SC-01", "ins–ax–sc–01", "INS-AX-SC-0\u200b1"]
)
def test_a1_a_code_that_is_in_use_is_refused_however_it_is_written(fort, code):
    with fort.site() as site:
        before = len(site[ORGANISATION]["documents"])
    answer = create(fort, code)
    assert answer.status_int == 422, "said at its field"
    assert "nunca se usa dos veces" in answer.text
    with fort.site() as site:
        assert len(site[ORGANISATION]["documents"]) == before


def test_a1_the_code_of_a_retired_document_stays_its_own(fort):
    retire(fort, SIGNERS)
    answer = create(fort, CODE)
    assert answer.status_int == 422
    assert "nunca se usa dos veces" in answer.text


def test_a1_every_document_bears_code_title_version_dates_and_author(fort):
    submit_next(fort)
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][DRAFT].pending
        frozen = version.frozen.read().decode()
        text = " ".join(
            page.extract_text() for page in PdfReader(io.BytesIO(version.rendition.read())).pages
        )
        title, label = version.title, version.label
    assert DRAFT in text
    assert label in text
    assert title.upper().split()[0] in text.upper()
    assert '"author":{"name":"Lucía Mora Ardila"' in frozen


def submit_next(house):
    with house.site() as site:
        write(site[ORGANISATION]["documents"][DRAFT].pending, act=house.act("lucia-mora"))
    submit(house, DRAFT, "lucia-mora")


# Format


def test_a2_without_a_mandatory_section_nobody_submits_and_its_name_is_told(fort):
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][DRAFT].pending
        write(version, act=fort.act("lucia-mora"))
        scope = version.sections["scope"]
        drafting.save_section(
            version,
            "scope",
            {"html": ""},
            base_revision=scope.revision,
            act=fort.act("lucia-mora"),
        )
        path = f"{DOCUMENTS}/{DRAFT}/versions/{version.order}"
    browser = fort.browser(QUALITY)
    answer = browser.post(f"{path}/submit", {"csrf_token": token_of(browser)}, status="*")
    assert answer.status_int == 422
    assert "alcance" in browser.get(f"{path}/edit-gaps").text.casefold()
    with fort.site() as site:
        assert site[ORGANISATION]["documents"][DRAFT].pending.state == "draft"


# Approval


def _route():
    def step(name):
        return SimpleNamespace(
            id=name,
            label=name,
            meaning=name,
            rule="all",
            count=None,
            term_days=1,
            assignees=({"person": "ana"},),
        )

    return [slot.to_data() for slot in workflow.slots_of_route((step("one"), step("two")))]


def _alphabet():
    at = "2026-11-22T10:00:00+00:00"
    plain = ("released", "superseded", "retired", "reviewed")
    acts = [{"kind": kind, "by": "ana", "at": at} for kind in plain]
    acts += [{"kind": "submitted", "by": "ana", "at": at, "slots": _route()}]
    acts += [{"kind": "aborted", "by": "ana", "at": at, "reason": "No va."}]
    for slot in ("one-1", "two-1"):
        acts += [{"kind": "signed", "by": who, "at": at, "slot": slot} for who in ("ana", "beto")]
        acts += [{"kind": "returned", "by": "ana", "at": at, "slot": slot, "reason": "Falta."}]
    return acts


def test_a3_no_sequence_of_up_to_eight_acts_puts_an_unsigned_version_in_force():
    """Every sequence is walked; those that lead to the same standing go on as one."""
    known, border, reached = {workflow.Standing()}, [workflow.Standing()], 0
    for _length in range(8):
        following = []
        for standing in border:
            for act in _alphabet():
                try:
                    now = workflow.after(standing, act)
                except Refused:
                    continue
                if now.state in {workflow.APPROVED, workflow.IN_FORCE}:
                    reached += 1
                    assert len(now.slots) == 2
                    assert all(slot.signed_by for slot in now.slots), "each act that it demands"
                if repr(now) not in known:
                    known.add(repr(now))
                    following.append(now)
        border = following
    assert reached, "signed ones do get there"


def test_a3_with_duties_apart_nobody_signs_twice_nor_what_they_wrote(fort):
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][IN_REVIEW].pending
        order, route = version.order, version.route_id
        assert route
    browser = fort.browser(EMPLOYEE)
    page = f"{DOCUMENTS}/{IN_REVIEW}/versions/{order}/sign"
    assert browser.get(page, status="*").status_int in {403, 404}, "nobody whom the route names"
    values = {"csrf_token": token_of(browser), "passphrase": "x", "slot": "approved-1"}
    assert browser.post(page, values, status="*").status_int in {403, 404}
    with fort.site() as site:
        assert site[ORGANISATION]["documents"][IN_REVIEW].pending.state == "in-review"


# Changes


@pytest.mark.parametrize("blank", ["", "  ", "\u200b"])
def test_a8_without_a_reason_of_the_change_nobody_submits(fort, blank):
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][DRAFT].pending
        write(version, act=fort.act("lucia-mora"), reason=blank)
        path = f"{DOCUMENTS}/{DRAFT}/versions/{version.order}/submit"
    browser = fort.browser(QUALITY)
    answer = browser.post(path, {"csrf_token": token_of(browser)}, status="*")
    assert answer.status_int == 422


def test_a8_the_printed_table_of_changes_has_a_row_for_each_version_in_their_order(fort):
    release(fort)
    with fort.site() as site:
        document = site[ORGANISATION]["documents"][CODE]
        reasons = [version.reason for version in document.versions if version.state != "aborted"]
        order = document.in_force.order
        pages = PdfReader(io.BytesIO(document.in_force.rendition.read())).pages
        text = " ".join(" ".join(page.extract_text() for page in pages).split())
    places = [text.find(reason.split(".")[0]) for reason in reasons]
    assert -1 not in places
    assert len(reasons) >= 2
    assert places == sorted(places) or places == sorted(places, reverse=True)
    shown = fort.browser(QUALITY).get(
        f"{DOCUMENTS}/{CODE}/versions/compare?old={order - 1}&new={order}"
    )
    assert shown.status_int == 200


# Retention


@pytest.fixture
def years(fort, monkeypatch):
    return Years(fort, monkeypatch)


def due(house, years):
    """Give the codes of what could be listed for elimination today."""
    with house.site() as site:
        kinds = retention.kinds_of(house)
        return [row.code for row in disposals.due(site[ORGANISATION], kinds, years.today)]


def test_a9_what_is_held_is_never_listed_and_only_an_act_eliminates_with_its_hash(fort, years):
    order = retention.supersede(fort)
    with fort.site() as site:
        old = site[ORGANISATION]["documents"][CODE].versions.at(order)
        before = (old.rendition.sha256, old.frozen.sha256, [dict(act) for act in old.acts])
        content = old.rendition.read()
    retention.to_the_end(fort, years, order)
    hold = retention.held(fort, "document", CODE)
    assert not [one for one in due(fort, years) if one.startswith(CODE)]
    retention.fill(fort, QUALITY, f"{hold}release", reason="El proceso terminó.")
    assert [one for one in due(fort, years) if one.startswith(CODE)]
    url = retention.propose(fort)
    retention.press(fort, QUALITY, f"{url}announce")
    years.go(years.today + timedelta(days=61))
    retention.approve(fort, url)
    again = retention.held(fort, "document", CODE)
    retention.work(fort)
    with fort.site() as site:
        old = site[ORGANISATION]["documents"][CODE].versions.at(order)
        assert old.rendition.read() == content, "held after its approval, it stays"
    retention.fill(fort, QUALITY, f"{again}release", reason="Terminó también.")
    url = retention.propose(fort)
    retention.press(fort, QUALITY, f"{url}announce")
    years.go(years.today + timedelta(days=61))
    retention.approve(fort, url)
    retention.work(fort)
    with fort.site() as site:
        document = site[ORGANISATION]["documents"][CODE]
        old = document.versions.at(order)
        assert (old.rendition.sha256, old.frozen.sha256) == before[:2]
        assert [dict(act) for act in old.acts] == before[2]
        with pytest.raises(FileDisposed):
            old.rendition.read()
        with old.rendition.blob.open("r") as stream:
            assert stream.read() == b"", "no byte is left"
        assert document.in_force.rendition.read().startswith(b"%PDF")
        entries = [
            one for one in in_order(trail_of(site[ORGANISATION])) if "Disposed" in one["event"]
        ]
        ours = [
            one for one in entries if one["path"].startswith(f"{DOCUMENTS}/{CODE}/versions/{order}")
        ]
        assert [one["details"]["files"]["pdf"] for one in ours] == [before[0]]
    names = {
        view["name"]
        for view in views(fort)
        for kind in (Document, DocumentFolder, Version)
        if issubclass(kind, view["context"]) and view["context"] is not object
    }
    assert not {one for one in names if any(word in one for word in ("delete", "destroy", "purge"))}


def test_a34_at_the_end_of_retention_a_list_of_transfer_then_an_act_and_nothing_vanishes(
    fort, years
):
    order = retention.supersede(fort)
    known = {one["code"] for one in retention.rows(fort)}
    line = retention.row(fort, order)
    assert line["phase"] == "retention-office"
    years.go(retention.day_of(line["transfer_on"]) - timedelta(days=1))
    assert retention.row(fort, order)["phase"] == "retention-office"
    years.go(retention.day_of(line["transfer_on"]))
    assert retention.row(fort, order)["phase"] == "retention-transfer"
    assert not [one for one in due(fort, years) if one.startswith(CODE)]
    listed = retention.transfer(fort)
    assert line["code"] in fort.browser(QUALITY).get(listed).text
    years.go(retention.day_of(line["disposal_on"]) - timedelta(days=1))
    assert not [one for one in due(fort, years) if one.startswith(CODE)]
    years.go(retention.day_of(line["disposal_on"]))
    assert line["code"] in due(fort, years)
    url = retention.propose(fort)
    fort.browser(APPROVER).get(f"{url}approve", status=403)
    retention.press(fort, QUALITY, f"{url}announce")
    years.go(years.today + timedelta(days=61))
    retention.approve(fort, url)
    retention.work(fort)
    retention.listed(fort)
    assert retention.row(fort, order)["phase"] == "retention-disposed"
    assert {one["code"] for one in retention.rows(fort)} == known, "all are still on the list"
    with fort.site() as site:
        entries = list(in_order(trail_of(site[ORGANISATION])))
        events = [one["event"] for one in entries]
    told = ("TransferSent", "TransferTakenOver", "DisposalProposed", "DisposalAnnounced")
    told += ("DisposalApproved", "VersionDisposed", "DisposalFinished")
    assert set(told) <= set(events)
    # What happens in the same moment has no order.
    moments = [next(one["at"] for one in entries if one["event"] == name) for name in told]
    assert moments == sorted(moments)


# What is closed stays as it is


def test_a11_a_closed_version_takes_no_change_and_its_correction_shows_both(fort):
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][CODE].in_force
        section = next(iter(version.sections))
        closed = (version.rendition.sha256, version.sections[section].data)
        order = version.order
    browser = fort.browser(QUALITY)
    base = f"{DOCUMENTS}/{CODE}/versions/{order}"
    before = fort.transaction()
    body = {"csrf_token": token_of(browser), "html": "<p>Otra cosa.</p>", "base_revision": "0"}
    answer = browser.post(f"{base}/edit-section?id={section}", body, status="*")
    assert answer.status_int in {403, 409}
    assert browser.put(f"{base}/", status="*").status_int in {403, 404, 405, 409}
    assert fort.transaction() == before
    release(fort)
    with fort.site() as site:
        old = site[ORGANISATION]["documents"][CODE].versions.at(order)
        assert (old.rendition.sha256, old.sections[section].data) == closed
    history = browser.get(f"{DOCUMENTS}/{CODE}/history").text
    assert "Se ajusta el formato." in history


def test_a11_what_was_decided_about_a_request_cannot_be_decided_again(fort):
    url = retire(fort, SIGNERS)
    for email in (*SIGNERS, QUALITY):
        assert fort.browser(email).get(f"{url}decide", status="*").status_int in {403, 404}
        assert fort.browser(email).get(f"{url}sign", status="*").status_int in {403, 404}


# One truth


def test_a14_at_most_one_version_of_every_code_is_in_force_in_every_list(fort):
    release(fort)
    rows = fort.browser(QUALITY).get(f"{DOCUMENTS}/?size=200", headers=JSON).json["rows"]
    assert len({one["code"] for one in rows}) == len(rows)
    with fort.site() as site:
        for document in site[ORGANISATION]["documents"].values():
            states = [version.state for version in document.versions]
            assert states.count("in-force") == (document.in_force is not None)
        entries = in_order(trail_of(site[ORGANISATION]))
        kinds = [one["event"] for one in entries if one["path"].startswith(f"{DOCUMENTS}/{CODE}")]
        assert kinds[-2:] == ["VersionSuperseded", "VersionReleased"]
