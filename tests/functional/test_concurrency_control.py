"""Faults 14 to 16 in document control's rooms: who decides, signs and numbers in one instant."""

import pytest
import siege
from control_siege import accept, ask, issue_copies, signed, the_request
from rush import Rush, whole
from siege import DRAFT, ORGANISATION, SIGNED

from qms.copies import services as copies
from qms.documents.assignment import hands_for
from qms.documents.services import approval, submitting
from qms.requests import services as requests
from qms.reviews import services as reviews


def the_document(site, code=SIGNED):
    return site[ORGANISATION]["documents"][code]


def test_fault_14_two_who_decide_at_once_give_one_decision(fort):
    number = ask(fort, "modify")

    def yes(site):
        requests.accept(the_request(site, number), act=fort.act("andres-pineda"))

    def no(site):
        requests.reject(the_request(site, number), reason="No.", act=fort.act("lucia-mora"))

    rush = Rush(fort, yes, no)
    with fort.site() as site:
        kinds = [one["kind"] for one in the_request(site, number).acts]
        state = the_request(site, number).state
    assert "done" in rush.ends, rush.ends
    # An accepted request may still be rejected, by a second act; never the other way round.
    assert kinds in (
        ["asked", "accepted"],
        ["asked", "rejected"],
        ["asked", "accepted", "rejected"],
    )
    assert state == kinds[-1]
    assert rush.ends.count("done") == len(kinds) - 1


def test_fault_14_a_decision_and_a_withdrawal_at_once_are_told_apart(fort):
    number = ask(fort, "modify")
    rush = Rush(
        fort,
        lambda site: requests.accept(the_request(site, number), act=fort.act("lucia-mora")),
        lambda site: requests.withdraw(the_request(site, number), act=fort.act("paola-rincon")),
    )
    with fort.site() as site:
        kinds = [one["kind"] for one in the_request(site, number).acts]
    assert kinds in (["asked", "withdrawn"], ["asked", "accepted", "withdrawn"])
    assert rush.ends[1] == "done"


def test_fault_14_one_request_starts_one_document(fort):
    number = ask(fort, "create", title="Nuevo", type_id="instruction", process_id="sc")
    accept(fort, number)

    def create(site):
        requests.create(the_request(site, number), act=fort.act("lucia-mora"))

    with fort.site() as site:
        before = len(site[ORGANISATION]["documents"])
    rush = Rush(fort, create, create)
    with fort.site() as site:
        assert len(site[ORGANISATION]["documents"]) == before + rush.ends.count("done")
        assert rush.ends.count("done") == 1, "one request, one document"


def reviewing(fort, person_id):
    """Prepare a signed review, as the view does between its two transactions."""
    with fort.site() as site:
        siege.enrol(fort, site, person_id)
    with fort.site() as site:
        document = the_document(site)
        version = reviews.check(
            document,
            seen=document.in_force.order,
            note="Se miró.",
            next_day=None,
            act=fort.act(person_id),
        )
        record = reviews.statement(version, note="Se miró.", next_day=None)
        made = signed(fort, site[ORGANISATION], record, person_id)
    return lambda site: reviews.confirm(the_document(site), made, act=fort.act(person_id))


def test_fault_14_two_who_review_at_once_are_both_kept(fort):
    doings = reviewing(fort, "andres-pineda"), reviewing(fort, "lucia-mora")
    with fort.site() as site:
        before = len(the_document(site).in_force.acts)
    rush = Rush(fort, *doings)
    assert rush.ends == ["done", "done"]
    with fort.site() as site:
        acts = list(the_document(site).in_force.acts)[before:]
        assert {one["by"] for one in acts} == {"andres-pineda", "lucia-mora"}
        assert len({one["proof"]["signature"] if "signature" in one["proof"] else str(one["proof"])
                    for one in acts}) == 2  # fmt: skip


def to_sign(content):
    """Count the signatures that are still to be given."""
    return sum(slot.signed_by is None for slot in content.standing.slots)


def last_signature(fort, code, author="andres-pineda"):
    """Bring a new version to its last signature; gives the doing that puts it in force."""
    with fort.site() as site:
        document = the_document(site, code)
        if document.pending is None:
            siege.drafting.start_version(document, act=fort.act(author))
        siege.write(document.pending, act=fort.act(author))
    siege.submit(fort, code, author)
    while True:
        with fort.site() as site:
            if to_sign(the_document(site, code).pending) == 1:
                break
        siege.sign_next(fort, code)
    with fort.site() as site:
        version = the_document(site, code).pending
        day = siege.today(fort, site[ORGANISATION])
        room = site[ORGANISATION]["people"]
        person_id, hand = next(
            (who, hands_for(version, who, day)[0])
            for who in siege.waiting_for(version, day)
            if room.person(who).signing is not None
        )
        ticket = approval.plan_signature(
            version,
            hand.slot.name,
            act=fort.act(person_id),
            seen_sha256=version.rendition.sha256,
            on_behalf_of=hand.on_behalf_of,
        )
        made = approval.make_signature(ticket, siege.PASSPHRASE, secret=fort.secret)
        label = version.order
    return lambda site: approval.sign(
        the_document(site, code).versions.at(label), made, act=fort.act(person_id)
    )


@pytest.mark.parametrize("first", [0, 1])
def test_fault_15_a_review_does_not_confirm_what_a_new_version_replaces(fort, first):
    review = reviewing(fort, "lucia-mora")
    release = last_signature(fort, SIGNED)
    rush = Rush(fort, *((review, release) if first == 0 else (release, review)))
    assert "done" in rush.ends
    whole(fort)
    with fort.site() as site:
        document = the_document(site)
        old = document.versions.at(1)
        kinds = [one["kind"] for one in old.acts]
        assert document.in_force.order == 2
        assert "reviewed" not in kinds[kinds.index("superseded") :]
        assert rush.ends[first].__name__ in {"ReviewUnderWay", "NotReviewable"}, "one is under way"


def test_fault_16_copies_numbered_by_eight_at_once_have_no_gap_and_no_twin(fort):
    def number(site):
        copies.issue(
            the_document(site),
            count=2,
            holder="Asesor",
            place="Ventanilla",
            act=fort.act("lucia-mora"),
        )

    rush = Rush(fort, *[number] * 8)
    assert rush.ends == ["done"] * 8
    with fort.site() as site:
        made = list(site[ORGANISATION]["copies"].values())
        assert sorted(one.number for one in made) == list(range(1, 17))
        assert len({one.token for one in made}) == 16
        for one in made:
            assert copies.find_copy(site, one.token) is one


def test_fault_16_requests_asked_by_eight_at_once_have_no_gap_and_no_twin(fort):
    def asking(site):
        organisation = site[ORGANISATION]
        requests.ask(
            organisation,
            "modify",
            document=the_document(site),
            reason="Falta un paso.",
            act=fort.act("paola-rincon"),
        )

    rush = Rush(fort, *[asking] * 8)
    assert rush.ends == ["done"] * 8
    with fort.site() as site:
        numbers = sorted(site[ORGANISATION]["requests"])
        assert [int(one[-4:]) for one in numbers] == list(range(1, 9))


def test_fault_15_a_new_version_and_copies_being_printed_leave_no_copy_forgotten(fort):
    issue_copies(fort)
    release = last_signature(fort, SIGNED)

    def number(site):
        copies.issue(the_document(site), count=1, holder="A", place="B", act=fort.act("lucia-mora"))

    rush = Rush(fort, release, number)
    assert rush.ends == ["done", "done"]
    with fort.site() as site:
        document = the_document(site)
        for one in site[ORGANISATION]["copies"].values():
            replaced = one.order != document.in_force.order
            assert one.state == ("copy-recalled" if replaced else "copy-issued"), one.number


def retiring(fort, code):
    """Bring a retirement to its last signature; gives the doing that retires the document."""
    number = ask(fort, "eliminate", "lucia-mora", code=code)
    accept(fort, number, "andres-pineda")
    made = None
    while True:
        with fort.site() as site:
            request = the_request(site, number)
            day = siege.today(fort, site[ORGANISATION])
            room = site[ORGANISATION]["people"]
            who = next(
                one
                for one in siege.waiting_for(request, day)
                if room.person(one).signing is not None and room.person(one).active
            )
            hand = requests.hands(request, fort.act(who))[0]
            record = requests.retirement_record(request, hand)
            made = signed(fort, site[ORGANISATION], record, who)
            if to_sign(request) == 1:
                break
            requests.sign_retirement(request, made, act=fort.act(who))
    return lambda site: requests.sign_retirement(the_request(site, number), made, act=fort.act(who))


@pytest.mark.parametrize("first", [0, 1])
def test_fault_15_the_last_signature_of_a_retirement_meets_a_submission(fort, first):
    with fort.site() as site:
        siege.write(the_document(site, DRAFT).pending, act=fort.act("lucia-mora"))
    retire = retiring(fort, DRAFT)
    with fort.site() as site:
        version = the_document(site, DRAFT).pending
        order, act = version.order, fort.act("lucia-mora")
        planned = submitting.plan_submission(version, act=act, check_url="http://localhost/v/x")
    pdf = b"%PDF-1.7 in the place of the real one"

    def submit(site):
        version = the_document(site, DRAFT).versions.at(order)
        submitting.submit(version, planned, pdf, act=act)

    rush = Rush(fort, *((retire, submit) if first == 0 else (submit, retire)))
    ended, sent = rush.ends if first == 0 else rush.ends[::-1]
    assert ended == "done", rush.ends
    whole(fort)
    with fort.site() as site:
        document = the_document(site, DRAFT)
        assert document.in_force is None
        assert document.pending is None
        kinds = [one["kind"] for one in document.versions.at(order).acts]
        assert kinds == (["submitted", "aborted"] if sent == "done" else ["aborted"])


def test_fault_14_two_last_signatures_of_a_retirement_retire_once(fort):
    retire = retiring(fort, SIGNED)
    rush = Rush(fort, retire, retire)
    assert rush.ends.count("done") == 1
    whole(fort)
    with fort.site() as site:
        (request,) = site[ORGANISATION]["requests"].values()
        kinds = [one["kind"] for one in request.acts]
        assert kinds[-1] == "answered"
        assert kinds.count("signed") == 3
