"""D4-4 to D4-13 and D4-58: our own people reach for what is not theirs to do."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from house import PASSPHRASE, PASSWORD
from siege import (
    ABORTED,
    ADMINISTRATOR,
    APPROVED,
    APPROVER,
    AUDITOR,
    AUTHOR,
    DRAFT,
    EMPLOYEE,
    IN_REVIEW,
    OPERATIONS,
    ORGANISATION,
    QUALITY,
    REVIEWER,
    SECRET,
    SIGNED,
    doors,
    enrol,
    sign_next,
    submit,
    today,
    token_of,
    versions_under_way,
    write,
)

from qms.audit.models import trail_of
from qms.audit.services import broken_links
from qms.documents.assignment import hands_for, hands_of
from qms.documents.errors import NotYourTurn, OwnWork
from qms.documents.services import approval, drafting
from qms.kernel import clock
from qms.people import services as people
from qms.security.policy import roles_at

DOCUMENTS = f"/{ORGANISATION}/documents"
REFUSED = {400, 401, 403, 404, 405, 409, 422}
OWN = {"delegate", "my-signature", "ask-create", "ask-modify", "ask-copy", "ask-eliminate"}
"""What everybody may do for themselves; the body below is refused there for other reasons."""


def greedy_body(token):
    """Give every value that any of the forms could take, all at once."""
    return {
        "csrf_token": token,
        "reason": "porque sí",
        "slot": "reviewed-1",
        "to": "paola-rincon",
        "hand": "drafted-1",
        "seen": "0" * 64,
        "nonce": "uno",
        "passphrase": PASSPHRASE,
        "title": "Robado",
        "name": "Robado",
        "email": "robado@aexpress.example",
        "language": "es",
        "type": "procedure",
        "process": "sc",
        "code": "",
        "base_revision": "0",
        "html": "<p>robado</p>",
        "id": "objective",
        "roles": "administrator",
    }


@pytest.fixture(scope="module")
def ours(besieged):
    """Give method, path, view name and context class of every view below the organisation."""
    with besieged.site() as site:
        return [
            (method, path, view["name"], view["context"].__name__)
            for method, path, _content, view in doors(besieged, site[ORGANISATION])
        ]


def refuse_all(fort, email, ours, spared):
    browser = fort.browser(email)
    body = greedy_body(token_of(browser))
    before = fort.transaction()
    tried = 0
    for method, path, name, context in ours:
        if method != "POST" or (name, context) in spared or name in OWN:
            continue
        answer = browser.post(path, body, status="*")
        assert answer.status_int in REFUSED, (path, answer.status_int)
        assert fort.transaction() == before, path
        tried += 1
    assert tried > 100


def reads(ours):
    """Name the views that a POST reads with, as well as a GET does."""
    return {(name, context) for _method, _path, name, context in ours if name in READ_BY_POST}


READ_BY_POST = {
    "", "approval", "distribution", "related", "history", "structure", "check", "logo", "outbox",
    "delegations-list", "readings", "readings-by-person", "readings-by-position",
    "readings-one-by-one", "past", "past-pending", "matrix", "map.pdf", "documents", "imports",
    "progress", "worker", "affected", "missing", "standard", "case-status", "setup", "setup-types",
    "setup-routes", "setup-history", "setup-codes", "processes", "log",
}  # fmt: skip
"""Pages that answer any method alike, since they only show."""


OF_A_CLERK = {("person", "CaseRegister"), ("opt-out", "SurveyFolder")}
"""What this employee, who works a queue and calls customers, may: look a customer up, and note
that one wants to hear no more."""


def test_d4_04_an_employee_changes_nothing_by_any_view(fort, ours):
    refuse_all(fort, EMPLOYEE, ours, reads(ours) | OF_A_CLERK)


def test_d4_04_an_auditor_changes_nothing_by_any_view(fort, ours):
    taking = {("export", "Trail"), ("evidence", "Organisation"), ("evidence", "DocumentFolder")}
    refuse_all(fort, AUDITOR, ours, reads(ours) | taking)


def test_d4_04_an_administrator_changes_nothing_of_documents(fort, ours):
    of_documents = [one for one in ours if "/documents" in one[1]]
    refuse_all(fort, ADMINISTRATOR, of_documents, reads(ours))


def test_d4_04_pages_that_only_show_write_nothing_when_they_are_posted_to(fort):
    with fort.site() as site:
        shown = {
            path
            for method, path, _content, view in doors(fort, site[ORGANISATION], samples=True)
            if method == "POST" and view["name"] in READ_BY_POST
        }
    assert len(shown) > 20
    for email in (QUALITY, ADMINISTRATOR):
        browser = fort.browser(email)
        body = greedy_body(token_of(browser))
        before = fort.transaction()
        for path in sorted(shown):
            assert browser.post(path, body, status="*").status_int < 500, path
            assert fort.transaction() == before, path


# D4-5: out of order


@pytest.mark.parametrize(
    ("state", "moves"),
    [
        ("draft", ["sign", "reassign"]),
        ("in-review", ["submit", "edit-section?id=objective", "edit-details", "edit-file"]),
        ("approved", ["submit", "sign", "reassign", "edit-section?id=objective", "edit-details"]),
        ("aborted", ["submit", "sign", "abort", "reassign", "edit-section?id=objective"]),
        ("obsolete", ["submit", "sign", "abort", "reassign", "edit-section?id=objective"]),
    ],
)
def test_d4_05_no_move_out_of_order_is_taken_from_quality(fort, state, moves):
    with fort.site() as site:
        version = versions_under_way(site)[state]
        base = f"{DOCUMENTS}/{version.document.code}/versions/{version.order}"
        assert version.state == state
    browser = fort.browser(QUALITY)
    body = greedy_body(token_of(browser))
    before = fort.transaction()
    for move in moves:
        assert browser.post(f"{base}/{move}", body, status="*").status_int in {403, 404, 409}, move
    assert fort.transaction() == before


def test_d4_05_what_is_in_force_takes_no_move_at_all(fort):
    with fort.site() as site:
        order = site[ORGANISATION]["documents"][SIGNED].in_force.order
        base = f"{DOCUMENTS}/{SIGNED}/versions/{order}"
    for email in (QUALITY, AUTHOR, APPROVER):
        browser = fort.browser(email)
        body = greedy_body(token_of(browser))
        before = fort.transaction()
        for move in ("submit", "sign", "abort", "reassign", "edit-details", "edit-file"):
            assert browser.post(f"{base}/{move}", body, status="*").status_int in {403, 404, 409}
        assert fort.transaction() == before


def test_d4_05_a_second_draft_is_not_begun_beside_the_first(fort):
    browser = fort.browser(QUALITY)
    before = fort.transaction()
    for code in (DRAFT, IN_REVIEW, APPROVED):
        body = {"csrf_token": token_of(browser)}
        assert browser.post(f"{DOCUMENTS}/{code}/revise", body, status="*").status_int == 422
    assert fort.transaction() == before


# D4-6: one's own work


def ready_for_approval(fort, author="lucia-mora"):
    """Bring the draft of ``lucia-mora`` to its last signature."""
    with fort.site() as site:
        write(site[ORGANISATION]["documents"][DRAFT].pending, act=fort.act(author))
        enrol(fort, site, "lucia-mora", "hernan-bustos", "marcela-quiroga", "andres-pineda")
    submit(fort, DRAFT, author)
    sign_next(fort, DRAFT)
    sign_next(fort, DRAFT)


def try_to_approve(fort, person_id, on_behalf_of=None):
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][DRAFT].pending
        act = fort.act(person_id)
        assert not hands_for(version, person_id, today(fort, site[ORGANISATION]))
        approval.plan_signature(
            version,
            "approved-1",
            act=act,
            seen_sha256=version.rendition.sha256,
            on_behalf_of=on_behalf_of,
        )


def test_d4_06_an_author_with_the_approvers_position_does_not_approve(fort):
    ready_for_approval(fort)
    with fort.site() as site:
        room = site[ORGANISATION]["people"]
        lucia = room.person("lucia-mora")
        positions = ["coordinador-calidad", "vicepresidente-ejecutivo"]
        people.change_positions(room, lucia, positions, act=fort.act("tomas-uribe"))
    with pytest.raises(OwnWork):
        try_to_approve(fort, "lucia-mora")
    browser = fort.browser(QUALITY)
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][DRAFT].pending
        base, seen = f"{DOCUMENTS}/{DRAFT}/versions/{version.order}/sign", version.rendition.sha256
    body = {**greedy_body(token_of(browser)), "hand": "approved-1", "seen": seen}
    assert browser.post(base, body, status="*").status_int in {403, 404, 422}


def test_d4_06_an_author_does_not_approve_for_somebody_else(fort):
    ready_for_approval(fort)
    delegate(fort, "hernan-bustos", "lucia-mora")
    with pytest.raises(OwnWork):
        try_to_approve(fort, "lucia-mora", on_behalf_of="hernan-bustos")


def test_d4_06_whoever_wrote_one_section_is_an_author_too(fort):
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][DRAFT].pending
        stored = version.sections["objective"].revision
        act = fort.act("hernan-bustos")
        data = {"html": "<p>Otro objetivo.</p>"}
        drafting.save_section(version, "objective", data, base_revision=stored, act=act)
    ready_for_approval(fort)
    with pytest.raises(OwnWork):
        try_to_approve(fort, "hernan-bustos")


def test_d4_06_whoever_signed_before_does_not_approve_for_somebody_else(fort):
    ready_for_approval(fort)
    delegate(fort, "hernan-bustos", "marcela-quiroga")
    with pytest.raises(Exception, match="signed this version already"):
        try_to_approve(fort, "marcela-quiroga", on_behalf_of="hernan-bustos")


def test_d4_06_a_swap_gives_no_author_the_last_word(fort):
    ready_for_approval(fort)
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][DRAFT].pending
        approval.swap_signer(
            version, "approved-1", to="lucia-mora", reason="ausencia", act=fort.act("lucia-mora")
        )
    with pytest.raises(OwnWork):
        try_to_approve(fort, "lucia-mora")


def test_d4_06_a_second_account_of_the_author_does_not_approve(fort):
    ready_for_approval(fort)
    with fort.site() as site:
        room = site[ORGANISATION]["people"]
        people.add_person(
            room,
            name="LUCIA  MORA Ardila",
            email="lucia.otra@aexpress.example",
            position_ids=["vicepresidente-ejecutivo"],
            identifier="lucia-mora-2",
            act=fort.act("tomas-uribe"),
        )
        enrol(fort, site, "lucia-mora-2")
    with pytest.raises(OwnWork):
        try_to_approve(fort, "lucia-mora-2")


def delegate(fort, giver, taker, days=5):
    with fort.site() as site:
        first = today(fort, site[ORGANISATION])
        people.delegate(
            site[ORGANISATION]["people"],
            from_person=giver,
            to_person=taker,
            starts=first,
            ends=first + timedelta(days=days),
            reason="Vacaciones",
            act=fort.act(giver),
        )


# D4-7: guessing


def test_d4_07_versions_that_a_reader_may_not_see_answer_like_those_that_never_were(fort):
    browser = fort.browser(EMPLOYEE)
    tails = (
        "", "pdf", "pdf?original=1", "file?id=x", "approval", "history", "related", "distribution",
        "edit", "edit-gaps", "sign", "submit", "withdraw",
    )  # fmt: skip
    with fort.site() as site:
        hidden = [
            f"{DOCUMENTS}/{version.document.code}/versions/{version.order}/"
            for version in versions_under_way(site).values()
        ]
    for base in hidden:
        for tail in tails:
            answer = browser.get(base + tail, status="*")
            nothing = browser.get(f"{DOCUMENTS}/{DRAFT}/versions/99/{tail}", status=404)
            assert (answer.status_int, answer.text) == (404, nothing.text), base + tail
    for tail in ("", "pdf", "versions/", "versions/0/", "approval", "history", "related"):
        answer = browser.get(f"{DOCUMENTS}/{SECRET}/{tail}", status="*")
        assert (answer.status_int, answer.text) == (404, nothing.text), tail


@pytest.mark.parametrize("pair", [(0, 3), (3, 4), (4, 3), (3, 99), (-1, 3), ("", ""), ("x", "٣")])
def test_d4_07_a_comparison_shows_nothing_that_one_may_not_see(fort, pair):
    browser = fort.browser(EMPLOYEE)
    query = {"old": pair[0], "new": pair[1]}
    browser.get(f"{DOCUMENTS}/{DRAFT}/versions/compare", query, status=404)


def test_d4_07_the_table_of_versions_holds_one_row_for_readers(fort):
    page = fort.browser(EMPLOYEE).get(f"{DOCUMENTS}/{DRAFT}/versions/")
    for order in (0, 1, 2, 4):
        assert f"/versions/{order}/" not in page.text


def test_d4_07_auditors_see_no_draft_and_authors_no_foreign_one(fort):
    with fort.site() as site:
        order = site[ORGANISATION]["documents"][DRAFT].pending.order
    for email in (AUDITOR, REVIEWER, APPROVER, ADMINISTRATOR):
        fort.browser(email).get(f"{DOCUMENTS}/{DRAFT}/versions/{order}/", status=404)


# D4-8: mass assignment


def facts(version):
    """Give what no form may set."""
    return (
        version.state,
        version.order,
        version.author_id,
        version.author,
        version.migrated,
        version.token,
        version.code,
        version.uid,
        dict(version.dates),
        list(version.acts),
        version.main_file,
        version.rendition,
        version.title,
    )


def test_d4_08_a_form_of_a_draft_sets_nothing_but_its_own_fields(fort):
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][DRAFT].pending
        before = facts(version)
        base = f"{DOCUMENTS}/{DRAFT}/versions/{version.order}"
        revision = version.details_revision
        title, label = version.title, version.label
    browser = fort.browser(QUALITY)
    body = {
        "csrf_token": token_of(browser),
        "base_revision": revision,
        "title": title,
        "label": label,
        "reason": "Una razón.",
        "state": "in-force",
        "order": "0",
        "author_id": "paola-rincon",
        "author": "Nadie",
        "migrated": "1",
        "token": "mine",
        "code": "PRO-AX-SC-99",
        "uid": "mine",
        "in_force_from": "01/01/2020",
        "approved_on": "01/01/2020",
        "approvals": "x",
        "acts": "x",
        "rendition": "x",
        "main_file": "x",
        "act": "x",
        "__class__": "x",
        "document": "x",
    }
    assert browser.post(f"{base}/edit-details", body, status="*").status_int in {200, 303}
    with fort.site() as site:
        document = site[ORGANISATION]["documents"][DRAFT]
        assert facts(document.pending) == before
        assert document.pending.reason == "Una razón."
        assert document.in_force.label == "3"


def test_d4_08_ones_own_account_gives_no_roles(fort):
    browser = fort.browser(EMPLOYEE)
    body = {
        "csrf_token": token_of(browser),
        "language": "en",
        "roles": "administrator",
        "granted": "administrator",
        "email": "jefa@aexpress.example",
        "position_ids": "vicepresidente-ejecutivo",
        "active": "false",
        "person": "hernan-bustos",
    }
    assert browser.post("/account-language", body).status_int == 303
    with fort.site() as site:
        person = site[ORGANISATION]["people"].person("paola-rincon")
        assert person.roles == []
        assert person.email == EMPLOYEE
        assert person.position_ids == ["asesor-sac"]
        assert person.language == "en"


def test_d4_08_nobody_delegates_for_somebody_else_by_a_hidden_field(fort):
    browser = fort.browser(EMPLOYEE)
    day = (clock.now().date() + timedelta(days=2)).strftime("%d/%m/%Y")
    body = {
        "csrf_token": token_of(browser),
        "from_person": "hernan-bustos",
        "to_person": "julian-cardenas",
        "starts": day,
        "ends": day,
        "reason": "Viaje",
    }
    assert browser.post(f"/{ORGANISATION}/people/delegate", body, status="*").status_int == 303
    with fort.site() as site:
        room = site[ORGANISATION]["people"]
        made = [one for one in room["delegations"].values() if one.to_person == "julian-cardenas"]
        assert [one.from_person for one in made] == ["paola-rincon"]


def test_d4_08_an_administrator_sets_no_password_hash_and_no_id(fort):
    browser = fort.browser(ADMINISTRATOR)
    with fort.site() as site:
        person = site[ORGANISATION]["people"].person("paola-rincon")
        kept = (person.id, person.password_hash, person.uid, person.session_epoch)
    body = [
        ("csrf_token", token_of(browser)),
        ("name", "Paola Rincón Vega"),
        ("email", EMPLOYEE),
        ("language", "es"),
        ("main", "asesor-sac"),
        ("id", "hernan-bustos"),
        ("password_hash", "x"),
        ("password", "una clave nueva y larga"),
        ("uid", "x"),
        ("totp_secret", "x"),
        ("signing", "x"),
    ]
    answer = browser.post(f"/{ORGANISATION}/people/persons/paola-rincon/edit", body, status="*")
    assert answer.status_int in {303, 422}
    with fort.site() as site:
        person = site[ORGANISATION]["people"].person("paola-rincon")
        assert kept == (person.id, person.password_hash, person.uid, person.session_epoch)
        assert person.roles == []


# D4-9 and D4-10: rights that ended


def test_d4_09_a_deactivated_person_is_out_at_the_next_request(fort):
    browser = fort.browser(EMPLOYEE)
    browser.get(f"{DOCUMENTS}/", status=200)
    with fort.site() as site:
        room = site[ORGANISATION]["people"]
        people.deactivate(room, room.person("paola-rincon"), act=fort.act("tomas-uribe"))
    assert browser.get(f"{DOCUMENTS}/", status="*").status_int == 303
    assert "login" in browser.get(f"{DOCUMENTS}/{SIGNED}/pdf", status=303).headers["Location"]
    with fort.site() as site:
        room = site[ORGANISATION]["people"]
        people.reactivate(room, room.person("paola-rincon"), act=fort.act("tomas-uribe"))
    assert browser.get(f"{DOCUMENTS}/", status="*").status_int == 303


def test_d4_09_a_role_taken_away_is_gone_at_the_next_request(fort):
    browser = fort.browser(QUALITY)
    token = token_of(browser)
    with fort.site() as site:
        room = site[ORGANISATION]["people"]
        people.revoke_role(room, room.person("lucia-mora"), "quality", act=fort.act("tomas-uribe"))
        order = site[ORGANISATION]["documents"][IN_REVIEW].pending.order
    before = fort.transaction()
    body = {"csrf_token": token, "reason": "porque sí"}
    answer = browser.post(f"{DOCUMENTS}/{IN_REVIEW}/versions/{order}/abort", body, status="*")
    assert answer.status_int in {403, 404}
    assert browser.get(f"/{ORGANISATION}/trail/", status="*").status_int in {403, 404}
    assert fort.transaction() == before


def test_d4_10_a_delegation_that_is_over_signs_nothing(fort):
    ready_for_approval(fort)
    delegate(fort, "hernan-bustos", "oscar-beltran", days=2)
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][DRAFT].pending
        seen = version.rendition.sha256
        for days, wanted in ((1, None), (4, NotYourTurn), (400, NotYourTurn)):
            act = fort.act("oscar-beltran", at=clock.now() + timedelta(days=days))
            arguments = {"act": act, "seen_sha256": seen, "on_behalf_of": "hernan-bustos"}
            if wanted is None:
                assert approval.plan_signature(version, "approved-1", **arguments).hand
            else:
                with pytest.raises(wanted):
                    approval.plan_signature(version, "approved-1", **arguments)


def test_d4_10_a_delegation_ended_between_looking_and_signing_counts_no_more(fort):
    ready_for_approval(fort)
    delegate(fort, "hernan-bustos", "oscar-beltran")
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][DRAFT].pending
        act = fort.act("oscar-beltran")
        hand = next(
            one
            for one in hands_of(
                version, version.standing.open_slots[0], today(fort, site[ORGANISATION])
            )
            if one.person_id == "oscar-beltran"
        )
        ticket = approval.plan_signature(
            version,
            "approved-1",
            act=act,
            seen_sha256=version.rendition.sha256,
            on_behalf_of=hand.on_behalf_of,
        )
        made = approval.make_signature(ticket, PASSPHRASE, secret=fort.secret)
        delegation = site[ORGANISATION]["people"].delegation(hand.delegation_id)
        people.end_delegation(delegation, act=fort.act("hernan-bustos"))
        with pytest.raises(NotYourTurn):
            approval.sign(version, made, act=act)


# D4-11, D4-12: the public check page


def test_d4_11_a_check_token_cannot_be_guessed_and_its_neighbours_tell_nothing(fort):
    with fort.site() as site:
        tokens = list(site.checks.keys())
        code = site[ORGANISATION]["documents"][SIGNED].code
    assert len(set(tokens)) == len(tokens)
    assert min(len(one) for one in tokens) >= 20
    browser = fort.browser()
    browser.get(f"/v/{tokens[0]}", status=200)
    bodies = set()
    guesses = (
        tokens[0][:-1], tokens[0] + "a", tokens[0].swapcase(), "0", code, f"{tokens[0]}/x",
        f"x/{tokens[0]}", "%2e%2e", tokens[0][::-1], f"{tokens[0]}%00", "",
    )  # fmt: skip
    for guess in guesses:
        answer = browser.get(f"/v/{guess}", status="*")
        assert answer.status_int in {303, 400, 404}, guess
        bodies.add(answer.status_int)
        assert code not in answer.text.replace(f"/v/{guess}", "")
    assert 200 not in bodies


def test_d4_11_the_check_page_shows_no_content_and_no_names(fort):
    with fort.site() as site:
        documents = site[ORGANISATION]["documents"]
        tokens = {
            code: [version.token for version in documents[code].versions]
            for code in (DRAFT, IN_REVIEW, SIGNED, SECRET, ABORTED)
        }
    browser = fort.browser()
    for found in tokens.values():
        for token in found:
            text = browser.get(f"/v/{token}").text
            for name in ("Lucía", "Andrés", "Marcela", "Hernán", "lucia-mora", "/documents/"):
                assert name not in text
            assert "pdf" not in text.lower().replace("verify", "") or "Descargar" not in text


def test_d4_12_a_signing_page_of_somebody_else_is_good_for_nobody_else(fort):
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][IN_REVIEW].pending
        path = f"{DOCUMENTS}/{IN_REVIEW}/versions/{version.order}/sign"
    page = fort.browser(AUTHOR).get(path)
    form = next(one for one in page.forms.values() if "passphrase" in one.fields)
    form["passphrase"] = PASSPHRASE
    fields = form.submit_fields("sign")
    for email in (EMPLOYEE, APPROVER, QUALITY):
        fort.browser(email)
    before = fort.transaction()
    for email in (EMPLOYEE, APPROVER, QUALITY, None):
        browser = fort.browser(email)
        assert browser.post(path, fields, status="*").status_int in {303, 403, 404}
        own = [
            (name, token_of(browser) if name == "csrf_token" else value) for name, value in fields
        ]
        assert browser.post(path, own, status="*").status_int in {303, 403, 404}
    assert fort.transaction() == before


# D4-13: private attributes and views on the wrong content


NAMES = (
    "__class__", "__dict__", "_p_jar", "__parent__", "__acl__", "_documents", "codes", "annexes",
    "profile", "_children", "__getitem__", "acts", "frozen", "rendition", "files", "sections",
    "checks", "logins", "migrations", "@@", "@@__class__", "++skin++x", "acquire", "manage",
    "_p_jar/root", "..", "...", "%2e%2e", "%252e%252e", "Versions", "VERSIONS", "-1", "+1", "1e0",
    "0x1", "01 ", "٣", "²", "1_0", "None", "null", "true", "*", "%00",
)  # fmt: skip


@pytest.mark.parametrize("email", [QUALITY, EMPLOYEE])
def test_d4_13_no_attribute_is_reached_by_an_address(fort, email):
    browser = fort.browser(email)
    with fort.site() as site:
        order = site[ORGANISATION]["documents"][SIGNED].in_force.order
    places = (
        "", f"/{ORGANISATION}", f"/{ORGANISATION}/people", f"/{ORGANISATION}/people/persons",
        f"/{ORGANISATION}/people/persons/lucia-mora", DOCUMENTS, f"{DOCUMENTS}/{SIGNED}",
        f"{DOCUMENTS}/{SIGNED}/versions", f"{DOCUMENTS}/{SIGNED}/versions/{order}",
        f"/{ORGANISATION}/trail", f"/{ORGANISATION}/processes",
    )  # fmt: skip
    for place in places:
        for name in NAMES:
            answer = browser.get(f"{place}/{quote(name, safe='%/+@*')}", status="*")
            if name in {"..", "%2e%2e", "@@"}:
                # Those lead up, or to the place itself: to pages that have their own guard.
                assert answer.status_int < 500, (place, name)
                continue
            assert answer.status_int in {400, 404}, (place, name, answer.status_int)


def test_d4_13_a_view_answers_on_its_own_content_only(fort, ours):
    names = {name for _m, _p, name, _c in ours if name}
    right = {(path.rpartition("/")[0], name) for _m, path, name, _c in ours}
    browser = fort.browser(QUALITY)
    with fort.site() as site:
        order = site[ORGANISATION]["documents"][SIGNED].in_force.order
        # A child of the same name is a place of its own, with guards of its own.
        right |= {(f"/{ORGANISATION}", child) for child in site[ORGANISATION]}
    for place in (
        f"/{ORGANISATION}", DOCUMENTS, f"{DOCUMENTS}/{SIGNED}/versions",
        f"{DOCUMENTS}/{SIGNED}/versions/{order}", f"/{ORGANISATION}/people/persons/lucia-mora",
        f"/{ORGANISATION}/processes", f"/{ORGANISATION}/processes/sc",
    ):  # fmt: skip
        for name in names:
            if (place, name) not in right:
                browser.get(f"{place}/{name}", status=404)


# D4-58: the trail


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_d4_58_nobody_edits_the_trail(fort, method):
    for email in (ADMINISTRATOR, QUALITY, AUDITOR):
        browser = fort.browser(email)
        token = token_of(browser)
        before = fort.transaction()
        with fort.site() as site:
            number = next(iter(trail_of(site[ORGANISATION]).lanes[0].entries), 1)
        for tail in ("", f"{number}", f"{number}/edit", "delete", "entries", "lanes/0", "check"):
            browser.request(
                f"/{ORGANISATION}/trail/{tail}",
                method=method,
                headers={"X-CSRF-Token": token},
                status="*",
            )
        assert fort.transaction() == before


def test_d4_58_a_change_of_the_trail_in_the_database_is_named(fort):
    with fort.site() as site:
        trail = trail_of(site[ORGANISATION])
        assert not list(broken_links(trail))
        lane = next(one for one in trail.lanes if one.count > 1)
        number = next(iter(lane.entries))
        lane.entries[number] = {**lane.entries[number], "person": "Otra persona"}
        assert [one for one in broken_links(trail) if str(number) in one]
        del lane.entries[number]
        assert list(broken_links(trail))


def test_d4_24_the_password_asked_before_a_new_signing_key_cannot_be_guessed_at(fort):
    browser = fort.browser(EMPLOYEE)
    path = f"/{ORGANISATION}/my-signature"
    body = {
        "csrf_token": token_of(browser),
        "password": "no es esta",
        "passphrase": "una frase bien larga y mía",
        "again": "una frase bien larga y mía",
    }
    for _guess in range(6):
        assert browser.post(path, body, status="*").status_int == 422
    answer = browser.post(path, {**body, "password": PASSWORD}, status="*")
    assert answer.status_int == 422, "after so many guesses even the right one has to wait"


def test_d4_2_the_leader_of_another_process_is_no_leader_here(fort):
    """Leading some process lets one begin documents, not look into the drafts of another one."""
    with fort.site() as site:
        documents = site[ORGANISATION]["documents"]
        stranger = site[ORGANISATION]["people"].by_email(OPERATIONS)
        assert "leader" in roles_at(stranger, documents)
        assert "leader" not in roles_at(stranger, documents[DRAFT])
        assert "leader" not in roles_at(stranger, documents[DRAFT].pending)
    browser = fort.browser(OPERATIONS)
    address = f"/aexpress/documents/{DRAFT}/versions/4/"
    assert browser.get(address, expect_errors=True).status_int in (403, 404)
    assert browser.get("/aexpress/documents/add").status_int == 200
