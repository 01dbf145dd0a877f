"""Faults 14 to 16: people who do things in the same instant; nothing is lost, nothing is doubled.

Each side works in its own thread over its own connection, and all of them have read the content
before any of them commits: that is the only order in which a forgotten guard shows.
"""

import threading

import pytest
import siege
import transaction
from house import PASSPHRASE
from rush import Rush, whole
from siege import APPROVED, DRAFT, IN_REVIEW, ORGANISATION
from ZODB.POSException import ConflictError

from qms.cli.load import load_folder
from qms.cli.place import Place, data_values
from qms.content.models import BlobFile
from qms.content.root import get_site
from qms.content.storage import embedded_uri
from qms.documents.assignment import hands_for
from qms.documents.errors import CodeTaken, ContentChanged, NotEditable, SectionChanged, SlotTaken
from qms.documents.services import approval, drafting, submitting
from qms.documents.services.release import release_due
from qms.kernel.errors import Refused
from qms.people import services as people
from qms.people.acts import make_act
from qms.profiles.shipped import shipped_organisations

LATE = {"cards": []}


def pending(site, code):
    return site[ORGANISATION]["documents"][code].pending


def saving(fort, person_id, text, section="objective"):
    """Save a section as somebody who opened it at its present revision."""
    with fort.site() as site:
        stored = pending(site, DRAFT).sections[section].revision

    def doing(site):
        drafting.save_section(
            pending(site, DRAFT),
            section,
            {"html": f"<p>{text}</p>"},
            base_revision=stored,
            act=fort.act(person_id),
        )

    return doing


def signing(fort, person_id, code=IN_REVIEW, kind=approval.sign, reason=None):
    """Prepare a signature, as the view does between its two transactions."""
    with fort.site() as site:
        version = pending(site, code)
        act = fort.act(person_id)
        hand = hands_for(version, person_id, siege.today(fort, site[ORGANISATION]))[0]
        ticket = approval.plan_signature(
            version,
            hand.slot.name,
            act=act,
            seen_sha256=version.rendition.sha256,
            reason=reason,
        )
        made = approval.make_signature(ticket, PASSPHRASE, secret=fort.secret)
    return lambda site: kind(pending(site, code), made, act=act)


def test_fault_16_one_code_goes_to_one_of_two_who_claim_it(fort):
    def claim(code, title):
        def doing(site):
            drafting.create_document(
                site[ORGANISATION]["documents"],
                type_id="procedure",
                process_id="sc",
                title=title,
                code=code,
                act=fort.act("lucia-mora"),
            )

        return doing

    rush = Rush(fort, claim("PRO-AX-SC-77", "Uno"), claim("pro-ax-sc-77", "Dos"))
    assert sorted(map(str, rush.ends)) == sorted(map(str, ["done", CodeTaken]))
    with fort.site() as site:
        titles = [one.title for one in site[ORGANISATION]["documents"].values()]
        assert ("Uno" in titles) + ("Dos" in titles) == 1


def test_fault_16_eight_who_take_the_next_code_get_eight_codes(fort):
    def take(site):
        drafting.create_document(
            site[ORGANISATION]["documents"],
            type_id="procedure",
            process_id="sc",
            title="Siguiente",
            act=fort.act("lucia-mora"),
        )

    rush = Rush(fort, *[take] * 4)
    with fort.site() as site:
        made = [
            one.code for one in site[ORGANISATION]["documents"].values() if one.title == "Siguiente"
        ]
    assert rush.ends.count("done") == len(made) == len(set(made)) == 4


def test_fault_14_two_editors_of_one_section_lose_no_text(fort):
    rush = Rush(fort, saving(fort, "lucia-mora", "una"), saving(fort, "andres-pineda", "otra"))
    assert sorted(map(str, rush.ends)) == sorted(map(str, ["done", SectionChanged]))


def test_fault_14_two_editors_of_two_sections_both_save(fort):
    rush = Rush(
        fort,
        saving(fort, "lucia-mora", "una"),
        saving(fort, "andres-pineda", "otra", section="scope"),
    )
    assert rush.ends == ["done", "done"]
    with fort.site() as site:
        version = pending(site, DRAFT)
        assert version.data_of("objective") == {"html": "<p>una</p>"}
        assert version.data_of("scope") == {"html": "<p>otra</p>"}
        assert {"lucia-mora", "andres-pineda"} <= set(version.editor_ids)


def prepared_submission(fort):
    """Prepare a submission, as the view does between its two transactions."""
    with fort.site() as site:
        siege.write(pending(site, DRAFT), act=fort.act("lucia-mora"))
    with fort.site() as site:
        version = pending(site, DRAFT)
        act = fort.act("lucia-mora")
        planned = submitting.plan_submission(version, act=act, check_url="http://localhost/v/x")
        pdf = b"%PDF-1.7 in the place of the real one"
    return lambda site: submitting.submit(pending(site, DRAFT), planned, pdf, act=act)


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("what", ["section", "new section", "file", "details"])
def test_fault_15_nothing_is_written_into_a_draft_while_it_is_frozen(fort, what, order):
    with fort.site() as site:
        version = pending(site, DRAFT)
        version.sections.pop("indicators", None)
        # Somebody who wrote here before is no new editor, so that no other guard steps in.
        version.editor_ids.add("andres-pineda")
    submit = prepared_submission(fort)

    def write(site):
        version, act = pending(site, DRAFT), fort.act("andres-pineda")
        if what == "section":
            stored = version.sections["objective"].revision
            data = {"html": "<p>tarde</p>"}
            drafting.save_section(version, "objective", data, base_revision=stored, act=act)
        elif what == "new section":
            drafting.save_section(version, "indicators", LATE, base_revision=0, act=act)
        elif what == "file":
            file = BlobFile(b"PK", "tarde.zip", "application/zip")
            drafting.attach_file(version, file, main=False, act=act)
        else:
            siege.write(version, act=act, reason="Otra razón.")

    rush = Rush(fort, *(submit, write)[:: 1 if order == 0 else -1])
    ended, wrote = rush.ends[:: 1 if order == 0 else -1]
    assert "done" in (ended, wrote), rush.ends
    if ended == "done":
        assert wrote is NotEditable
        with fort.site() as site:
            version = pending(site, DRAFT)
            assert "indicators" not in version.sections
            assert version.data_of("objective") != {"html": "<p>tarde</p>"}
            assert not [one for one in version.files.values() if one.filename == "tarde.zip"]
    else:
        assert (ended, wrote) == (ContentChanged, "done")


def test_fault_14_a_signature_and_a_return_in_the_same_instant_are_not_both_given(fort):
    siege.sign_next(fort, IN_REVIEW)
    with fort.site() as site:
        slot = pending(site, IN_REVIEW).standing.open_slots[0]
        assert slot.name == "reviewed-1"
    sign = signing(fort, "lucia-mora")
    back = signing(fort, "lucia-mora", kind=approval.send_back, reason="Falta el anexo.")
    rush = Rush(fort, sign, back)
    assert rush.ends.count("done") == 1
    with fort.site() as site:
        kinds = [act["kind"] for act in pending(site, IN_REVIEW).acts]
        assert kinds[-1] == ("signed" if rush.ends[0] == "done" else "returned")
        assert len(kinds) == 3
    whole(fort)


def test_fault_14_two_signers_at_once_are_both_kept_or_one_is_asked_again(fort):
    with fort.site() as site:
        people_ = site[ORGANISATION]["people"]
        # Two hold the position, so that both may give the very same signature.
        people_.place(people_.person("oscar-beltran"), ["jefe-operaciones", "coordinador-calidad"])
    siege.sign_next(fort, IN_REVIEW)
    rush = Rush(fort, signing(fort, "lucia-mora"), signing(fort, "oscar-beltran"))
    assert rush.ends.count("done") == 1
    assert set(rush.ends) - {"done"} <= {ContentChanged, SlotTaken}
    with fort.site() as site:
        version = pending(site, IN_REVIEW)
        signer = ("lucia-mora", "oscar-beltran")[rush.ends.index("done")]
        assert version.standing.slot("reviewed-1").signed_by == signer
        assert version.acts[-1]["file_sha256"] == version.rendition.sha256
        assert version.rendition.is_intact()


def test_fault_15_the_last_signature_and_a_withdrawal_are_not_both_done(fort):
    for _signature in range(2):
        siege.sign_next(fort, IN_REVIEW)

    def withdraw(site):
        version = site[ORGANISATION]["documents"][IN_REVIEW].latest
        approval.abort(version, reason="No va.", act=fort.act("lucia-mora"))

    last = signing(fort, "marcela-quiroga")
    rush = Rush(fort, last, withdraw)
    assert rush.ends.count("done") == 1
    whole(fort)
    with fort.site() as site:
        document = site[ORGANISATION]["documents"][IN_REVIEW]
        wanted = "in-force" if rush.ends[0] == "done" else "aborted"
        assert document.latest.state == wanted
        assert document.pending_order is None


def test_fault_14_two_workers_release_once(fort):
    with fort.site() as site:
        pending(site, APPROVED).release_on = None
    released = []

    def work(site):
        released.append(release_due(site[ORGANISATION], act=fort.act(channel="worker")))

    rush = Rush(fort, work, work)
    assert rush.ends == ["done", "done"]
    whole(fort)
    with fort.site() as site:
        acts = [act["kind"] for act in site[ORGANISATION]["documents"][APPROVED].in_force.acts]
        assert acts.count("released") == 1


def test_fault_15_release_and_withdrawal_in_the_same_instant(fort):
    with fort.site() as site:
        pending(site, APPROVED).release_on = None

    def withdraw(site):
        version = site[ORGANISATION]["documents"][APPROVED].latest
        approval.abort(version, reason="No va.", act=fort.act("lucia-mora"))

    rush = Rush(fort, lambda site: release_due(site[ORGANISATION], act=fort.act()), withdraw)
    whole(fort)
    with fort.site() as site:
        document = site[ORGANISATION]["documents"][APPROVED]
        assert document.latest.state == ("aborted" if rush.ends[1] == "done" else "in-force")


def test_fault_14_two_drafts_are_not_begun_at_once(fort):
    def begin(site):
        document = site[ORGANISATION]["documents"][siege.SIGNED]
        drafting.start_version(document, act=fort.act("lucia-mora"))

    rush = Rush(fort, begin, begin)
    assert rush.ends.count("done") == 1
    with fort.site() as site:
        states = [one.state for one in site[ORGANISATION]["documents"][siege.SIGNED].versions]
        assert states.count("draft") == 1


def test_fault_15_the_last_two_administrators_do_not_remove_each_other(fort):
    with fort.site() as site:
        room = site[ORGANISATION]["people"]
        second = room.person("sonia-medrano")
        people.grant_role(room, second, "administrator", act=fort.act("tomas-uribe"))

    def demote(who, by):
        def doing(site):
            room = site[ORGANISATION]["people"]
            people.revoke_role(room, room.person(who), "administrator", act=fort.act(by))

        return doing

    Rush(fort, demote("sonia-medrano", "tomas-uribe"), demote("tomas-uribe", "sonia-medrano"))
    with fort.site() as site:
        room = site[ORGANISATION]["people"]
        assert [one.id for one in room.persons() if "administrator" in one.roles]


def as_request(database, registry, doing):
    """Do something in a transaction of one application's own database; repeat what met another."""
    for _attempt in range(5):
        manager = transaction.TransactionManager(explicit=True)
        connection = database.open(manager)
        manager.begin()
        try:
            doing(get_site(connection), registry)
            manager.commit()
            return "done"
        except ConflictError:
            manager.abort()
        except Refused as refusal:
            manager.abort()
            return type(refusal)
        finally:
            connection.close()
    return "gave up"


def two_installations(uri, tmp_path):
    """Open two applications over one database, as two servers do, with one organisation in it."""
    places = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        places.append(Place(data_values(folder, **{"zodbconn.uri": uri})))
    with places[0].writing() as work:
        load_folder(work, next(one for one in shipped_organisations() if one.name == ORGANISATION))
        work.commit()
        documents = work.site[ORGANISATION]["documents"]
        drafting.start_version(documents[DRAFT], act=work.act("lucia-mora"))
    return places


def rush_of_two(places, doings):
    """Run one doing in each application at the same time and give how they ended."""
    barrier, ends = threading.Barrier(2, timeout=30), [None, None]

    def run(number):
        place, doing, first = places[number], doings[number], [True]

        def waiting(site, registry):
            doing(site, registry)
            if first.pop() if first else False:
                barrier.wait()

        ends[number] = as_request(place.database, place.registry, waiting)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def two_servers_meet(uri, tmp_path):
    places = two_installations(uri, tmp_path)
    try:
        assert places[0].registry is not places[1].registry

        def claim(title):
            def doing(site, registry):
                drafting.create_document(
                    site[ORGANISATION]["documents"],
                    type_id="procedure",
                    process_id="sc",
                    title=title,
                    code="PRO-AX-SC-77",
                    act=make_act(registry, "lucia-mora"),
                )

            return doing

        ends = rush_of_two(places, [claim("Uno"), claim("Dos")])
        assert sorted(map(str, ends)) == sorted(map(str, ["done", CodeTaken]))

        def save(text):
            def doing(site, registry):
                version = pending(site, DRAFT)
                drafting.save_section(
                    version,
                    "objective",
                    {"html": f"<p>{text}</p>"},
                    base_revision=1,
                    act=make_act(registry, "lucia-mora"),
                )

            return doing

        ends = rush_of_two(places, [save("una"), save("otra")])
        assert sorted(map(str, ends)) == sorted(map(str, ["done", SectionChanged]))
        with places[0].reading() as site:
            assert pending(site, DRAFT).data_of("objective")["html"] in {
                "<p>una</p>",
                "<p>otra</p>",
            }
    finally:
        for place in places:
            place.close()


@pytest.mark.postgresql
def test_fault_16_two_servers_over_postgresql_lose_nothing(postgresql_uri, tmp_path):
    two_servers_meet(postgresql_uri, tmp_path)


def test_fault_16_two_servers_over_the_embedded_database_lose_nothing(tmp_path):
    two_servers_meet(embedded_uri(tmp_path / "db"), tmp_path)
