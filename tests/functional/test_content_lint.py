"""The content review: while editing, at submission, over the organisation, and what is accepted."""

from __future__ import annotations

import json

from siege import ADMINISTRATOR, AUDITOR, AUTHOR, EMPLOYEE, QUALITY, write

from qms.audit.services import in_order, trail_of
from qms.documents.lint.board import BOARDS, board_of, bring_up_to_date
from qms.documents.lint.models import lint_room
from qms.documents.services import drafting

ORGANISATION, CODE = "aexpress", "PRO-AX-SC-01"
LIST = f"/{ORGANISATION}/documents/lint"
PAGE = f"/{ORGANISATION}/documents/{CODE}/findings"
TWICE = [{"term": "PQR", "definition": "Una cosa."}, {"term": "PQR", "definition": "Otra cosa."}]


def as_data(browser, path, **query):
    return browser.get(path, query, headers={"Accept": "application/json"}).json


def draft(house, code=CODE, **sections):
    """Begin a version whose sections are those given."""
    with house.site() as site:
        document = site[ORGANISATION]["documents"][code]
        version = drafting.start_version(document, act=house.act("andres-pineda"))
        write(version, act=house.act("andres-pineda"))
        for section, data in sections.items():
            stored = version.sections.get(section)
            drafting.save_section(
                version,
                section,
                data,
                base_revision=0 if stored is None else stored.revision,
                act=house.act("andres-pineda"),
            )
        return f"/{ORGANISATION}/documents/{code}/versions/{version.order}"


def entries(house, event):
    with house.site() as site:
        return [one for one in in_order(trail_of(site[ORGANISATION])) if one["event"] == event]


def test_the_review_lists_what_is_open_grouped_by_document(house):
    page = house.browser(QUALITY).get(LIST)
    groups = [one.text.strip() for one in page.html.select(".finding-group th")]
    assert groups == [f"{CODE} Servicio al Cliente"]
    assert "«INS-AX-SC-01» se llama aquí" in page.text
    assert "Escriba el mismo título en todas partes" in page.text
    told = as_data(house.browser(QUALITY), LIST)
    assert told["checked"] == told["documents"] == 5
    assert {one["document"] for one in told["rows"]} == {CODE}
    assert told["rows"][0]["place"]
    assert told["rows"][0]["suggestion"]


def test_the_review_is_narrowed_by_rule_and_weight_and_taken_away(house):
    browser = house.browser(QUALITY)
    told = as_data(browser, LIST, rule="title-differs")
    assert [one["rule"] for one in told["rows"]] == ["title-differs"]
    assert as_data(browser, LIST, severity="error")["total"] == 0
    sheet = browser.get(LIST, {"rule": "title-differs", "download": "csv"})
    text = sheet.body.decode("utf-8-sig")
    assert "Dos títulos para un código" in text
    assert text.count(CODE) >= 1
    assert "FOR-AX-SG-02" not in text


def test_a_leader_sees_the_own_processes_and_a_reader_nothing(house):
    assert house.browser(AUDITOR).get(LIST).status_int == 200
    assert as_data(house.browser(AUTHOR), LIST)["total"] == 8, "leads Servicio al Cliente"
    operations = as_data(house.browser("operaciones@aexpress.example"), LIST)
    assert operations["total"] == 0, "leads another process"
    assert as_data(house.browser(ADMINISTRATOR), LIST)["total"] == 8, "all is in force"
    for path in (LIST, LIST + "-accepted", PAGE):
        house.browser(EMPLOYEE).get(path, status=(403, 404))


def test_drafts_are_not_the_administrators_to_see(house):
    with house.site() as site:
        drafting.create_document(
            site[ORGANISATION]["documents"],
            type_id="procedure",
            process_id="sc",
            title="Servicio al Cliente",
            act=house.act("andres-pineda"),
        )
    assert as_data(house.browser(QUALITY), LIST, rule="title-used-twice")["total"] == 1
    assert as_data(house.browser(ADMINISTRATOR), LIST, rule="title-used-twice")["total"] <= 1
    codes = {one["document"] for one in as_data(house.browser(ADMINISTRATOR), LIST)["rows"]}
    assert codes == {CODE}


def test_a_known_oddity_is_accepted_with_a_reason_and_not_told_again(house):
    browser = house.browser(QUALITY)
    (found,) = as_data(browser, LIST, rule="approvals-far-apart")["rows"]
    form = browser.get(PAGE).click(href=found["key"]).forms["form"]
    form["reason"] = "\u200b "
    assert form.submit(status=422).html.select(".field-error, .error-summary")
    form["reason"] = "El original firmado dice 2016; se confirmó con archivo."
    assert form.submit().status_int == 303
    assert as_data(browser, LIST, rule="approvals-far-apart")["total"] == 0
    page = browser.get(LIST + "-accepted")
    assert "El original firmado dice 2016" in page.text
    assert "Lucía Mora Ardila" in page.text
    (entry,) = entries(house, "FindingAccepted")
    assert entry["details"]["rule"] == "approvals-far-apart"
    assert entry["details"]["reason"].startswith("El original")
    assert "Aceptados con motivo" in browser.get(PAGE).text
    again = next(one for one in page.forms.values() if one.action.endswith("/reopen-finding"))
    assert again.submit().status_int == 303
    assert as_data(browser, LIST, rule="approvals-far-apart")["total"] == 1
    assert len(entries(house, "FindingReopened")) == 1


def test_an_auditor_reads_findings_and_accepts_none(house):
    browser = house.browser(AUDITOR)
    (found,) = as_data(browser, LIST, rule="title-differs")["rows"]
    assert "accept-finding" not in browser.get(PAGE).text
    browser.get(f"/aexpress/documents/{CODE}/accept-finding?key={found['key']}", status=(403, 404))
    quality = house.browser(QUALITY)
    quality.get(f"/aexpress/documents/{CODE}/accept-finding?key=nothing", status=404)


def test_the_document_tells_whoever_may_revise_it(house):
    page = house.browser(QUALITY).get(f"/aexpress/documents/{CODE}/")
    assert "halló 8 asuntos aquí" in page.text
    assert any(one.text == "Hallazgos" for one in page.html.select(".tabs a"))
    reader = house.browser(EMPLOYEE).get(f"/aexpress/documents/{CODE}/")
    assert "asuntos aquí" not in reader.text
    assert "Hallazgos" not in reader.text


def test_the_editor_tells_as_one_types_and_blocks_nothing(house):
    address = draft(house)
    browser = house.browser(AUTHOR)
    assert "Texto suelto" not in browser.get(f"{address}/edit-findings").text
    page = browser.get(f"{address}/edit")
    assert page.html.select_one("#content-findings .finding-panel") is not None
    with house.site() as site:
        version = site[ORGANISATION]["documents"][CODE].pending
        stored = version.sections["considerations"]
        drafting.save_section(
            version,
            "considerations",
            {"html": "<p>El Asesor anota la llamada en la</p><p>ii</p>"},
            base_revision=stored.revision,
            act=house.act("andres-pineda"),
        )
    after = browser.get(f"{address}/edit-findings").text
    assert "El texto se corta: «…El Asesor anota la llamada en la»" in after
    assert "Texto suelto: «ii»" in after
    assert 'href="#s-considerations"' in after


def test_an_error_keeps_a_draft_back_until_it_is_corrected_or_accepted(house):
    address = draft(house, terms={"terms": TWICE})
    browser = house.browser(AUTHOR)
    page = browser.get(f"{address}/submit")
    assert page.html.select_one("form[action$=submit] button[disabled]") is not None
    assert "Un error impide enviar la versión" in page.text
    form = next(one for one in page.forms.values() if one.action.endswith("/submit"))
    refused = form.submit(expect_errors=True)
    assert refused.status_int in (409, 422)
    assert "está definido dos veces" in refused.text or "se contradice" in refused.text
    (error,) = [
        one
        for one in as_data(browser, f"{address}/findings")["findings"]
        if one["severity"] == "error"
    ]
    accept = page.click(href=error["key"]).forms["form"]
    accept["reason"] = "La segunda definición es la de la norma anterior."
    answer = accept.submit()
    assert answer.headers["Location"].endswith("/submit")
    page = browser.get(f"{address}/submit")
    assert "La segunda definición es la de la norma anterior." in page.text
    form = next(one for one in page.forms.values() if one.action.endswith("/submit"))
    assert form.submit().status_int == 303
    with house.site() as site:
        version = site[ORGANISATION]["documents"][CODE].pending
        assert version.state == "in-review"
        (kept,) = next(one for one in version.acts if one["kind"] == "submitted")[
            "accepted_findings"
        ]
        assert kept["rule"] == "term-defined-twice"
        assert len(list(lint_room(site[ORGANISATION]).everything())) == 1


def test_only_what_changed_is_checked_again(house):
    browser = house.browser(QUALITY)
    as_data(browser, LIST)
    (board,) = house.registry["qms.documents.lint.boards"].values()
    entries_before = dict(board._entries)
    as_data(browser, LIST)
    assert dict(board._entries) == entries_before
    with house.site() as site:
        people = site[ORGANISATION]["people"]["positions"]["jefe-sac"]
        people.title = "Jefatura de Servicio"
    as_data(browser, LIST)
    assert all(board._entries[uid] is not one for uid, one in entries_before.items())


def test_hostile_addresses_are_answered_and_hostile_text_is_shown_as_text(house):
    browser = house.browser(QUALITY)
    for query in ("?rule=%3Cb%3E&severity=x&page=99999999", "?q=" + "%C3%B1" * 500, "?sort=;drop"):
        assert browser.get(LIST + query).status_int == 200
    address = draft(house)
    with house.site() as site:
        version = site[ORGANISATION]["documents"][CODE].pending
        stored = version.sections["terms"]
        term = "<script>alert(1)</script>${code}"
        drafting.save_section(
            version,
            "terms",
            {"terms": [{"term": term, "definition": "a"}, {"term": term, "definition": "b"}]},
            base_revision=stored.revision,
            act=house.act("andres-pineda"),
        )
    page = house.browser(AUTHOR).get(f"{address}/findings")
    assert "<script>alert(1)" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    assert json.dumps(as_data(house.browser(AUTHOR), f"{address}/findings"))


def test_a_large_organisation_is_checked_step_by_step(house, monkeypatch):
    monkeypatch.setattr("qms.documents.views.content_list.report_of", slow)
    house.registry.pop(BOARDS, None)
    browser = house.browser(QUALITY)
    page = browser.get(LIST)
    banner = page.html.select_one(".banner[hx-get]")
    assert "de 5 documentos" in banner.text
    for _step in range(5):
        answer = browser.get(banner["hx-get"])
    assert "Todos los documentos están revisados" in answer.text
    assert "hx-get" not in answer.text


def slow(request, organisation):
    """Read one document at a time, as a large organisation would many."""
    return bring_up_to_date(
        board_of(request.registry, organisation),
        organisation,
        request.act.at.date(),
        outside=lambda make: make(),
        seconds=-1.0,
    )
