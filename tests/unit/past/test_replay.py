"""Whatever happened: the present follows from the log, and the past is what was seen live then."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from past_house import LOADED, OLD, SEPARATED, PastHouse

from qms.documents import workflow
from qms.documents.listing import row_of
from qms.documents.services import approval, drafting
from qms.documents.services.reading import acknowledge, pending_positions
from qms.documents.services.release import release_due, retire
from qms.kernel.errors import Refused
from qms.past.health import differences
from qms.past.keeping import chronicle_of, remembered
from qms.past.moments import asked_moment, key_of
from qms.past.rebuilding import house_at, spans_from_log
from qms.people import services as people
from qms.profiles import processes
from qms.profiles.events import ProfileApplied
from qms.reviews import services as reviews

PERSONS, POSITIONS, PROCESSES = (
    ("ana", "leo", "eva", "ivo"),
    ("boss", "clerk", "checker"),
    ("one", "two"),
)


def pick(items, number):
    items = list(items)
    return items[number % len(items)] if items else None


class Histories:
    """The things that can happen; each takes two numbers that choose among what there is."""

    def __init__(self, loaded):
        self.house = PastHouse(loaded)

    def under_way(self, state, number):
        return pick(
            (
                one.pending
                for one in self.house.documents.values()
                if one.pending is not None and one.pending.state == state
            ),
            number,
        )

    def create(self, a, b):
        self.house.draft(
            pick(PROCESSES, a),
            pick(("ana", "leo"), b),
            distribution=[pick(POSITIONS, a), pick(POSITIONS, b)],
        )

    def migrate(self, a, b):
        data = {**OLD, "document": {**OLD["document"], "code": f"T-PA-P1-{80 + a % 5}"}}
        self.house.migrate({**data, "versions": OLD["versions"][: 1 + b % 3]})

    def revise(self, a, b):
        document = pick(self.house.documents.values(), a)
        if document is not None:
            drafting.start_version(document, act=self.house.act(pick(("ana", "leo"), b)))

    def details(self, a, b):
        version = self.under_way(workflow.DRAFT, a)
        if version is not None:
            day = self.house.now.date()
            drafting.save_details(
                version,
                act=self.house.act(pick(("ana", "eva"), b)),
                title=f"Papel {b % 4}",
                label=str(version.order + b % 2),
                label_reason="Se saltó una.",
                distribution=[pick(POSITIONS, a), pick(POSITIONS, b)],
                release_on=day + timedelta(days=b % 9) if a % 2 else None,
                review_by=day + timedelta(days=400) if b % 3 == 0 else None,
            )

    def write(self, a, b):
        version = self.under_way(workflow.DRAFT, a)
        if version is not None:
            stored = version.sections.get("body")
            drafting.save_section(
                version,
                "body",
                {"html": f"<p>{b}</p>"},
                base_revision=0 if stored is None else stored.revision,
                act=self.house.act(pick(("ana", "leo", "eva"), b)),
            )

    def submit(self, a, _b):
        version = self.under_way(workflow.DRAFT, a)
        if version is not None:
            self.house.submit(version)

    def sign(self, a, b):
        version = self.under_way(workflow.IN_REVIEW, a)
        if version is not None:
            self.house.sign(version, b)

    def send_back(self, a, _b):
        version = self.under_way(workflow.IN_REVIEW, a)
        if version is not None:
            self.house.send_back(version)

    def swap(self, a, b):
        version = self.under_way(workflow.IN_REVIEW, a)
        if version is not None:
            slot = pick(version.standing.open_slots, b)
            to = pick(self.house.people.persons(), b)
            act = self.house.act("eva")
            approval.swap_signer(version, slot.name, to=to.id, reason="Está de viaje.", act=act)

    def abort(self, a, b):
        state = pick((workflow.DRAFT, workflow.IN_REVIEW, workflow.APPROVED), b)
        version = self.under_way(state, a)
        if version is not None:
            approval.abort(version, reason="Ya no hace falta.", act=self.house.act("eva"))

    def retire(self, a, _b):
        document = pick(self.house.documents.values(), a)
        if document is not None:
            retire(document, reason="Ya no se usa.", act=self.house.act("eva"))

    def review(self, a, b):
        document = pick(self.house.documents.values(), a)
        if document is not None and document.in_force is not None:
            act = self.house.act("eva")
            day = self.house.now.date() + timedelta(days=30 + b)
            note = "Se comparó con la práctica y sigue igual."
            said = reviews.statement(document.in_force, note=note, next_day=day)
            record = {**said, "by": "eva", "at": act.at.isoformat()}
            reviews.confirm(document, record, act=act)

    def release_due(self, _a, _b):
        release_due(self.house.organisation, act=self.house.act("system"))

    def read(self, a, b):
        person = pick(self.house.people.persons(), a)
        key = pick(sorted(pending_positions(self.house.organisation, person)), b)
        if key is not None:
            uid, _slash, order = key.rpartition("/")
            document = self.house.documents[uid]
            acknowledge(document, int(order), person, act=self.house.act(person.id))

    def move(self, a, b):
        person = self.house.people["persons"].get(pick(PERSONS, a))
        if person is not None:
            wanted = [pick(POSITIONS, b)] if b % 4 else [pick(POSITIONS, b), pick(POSITIONS, a)]
            act = self.house.act()
            people.change_positions(self.house.people, person, wanted, act=act)

    def come_and_go(self, a, _b):
        folder, person = self.house.people, self.house.people["persons"].get(pick(PERSONS, a))
        if person is None:
            people.add_person(
                folder,
                name="Ivo Sáenz",
                identifier="ivo",
                position_ids=["clerk"],
                act=self.house.act(),
            )
        elif person.active:
            people.deactivate(folder, person, act=self.house.act())
        else:
            people.reactivate(folder, person, act=self.house.act())

    def rename(self, a, b):
        if a % 3 == 0:
            person = self.house.people.person(pick(("ana", "leo", "eva"), b))
            people.change_person(
                self.house.people,
                person,
                name=f"Nombre {b % 3}",
                email=person.email,
                act=self.house.act(),
            )
            return
        position = self.house.people.position(pick(POSITIONS, a))
        people.change_position(
            self.house.people,
            position,
            name=f"Cargo {b % 3}",
            superior_id=position.superior_id,
            unit_id=position.unit_id,
            site_id=None,
            act=self.house.act(),
        )

    def lead(self, a, b):
        processes.change_process(
            self.house.organisation,
            pick(PROCESSES, a),
            act=self.house.act(),
            leader=pick(POSITIONS, b),
            name=f"Proceso {b % 4} {pick(PROCESSES, a)}",
        )

    def delegate(self, a, b):
        starts = self.house.now.date() + timedelta(days=a % 3)
        people.delegate(
            self.house.people,
            from_person=pick(("ana", "leo", "eva"), a),
            to_person=pick(("ana", "leo", "eva"), a + 1 + b % 2),
            starts=starts,
            ends=starts + timedelta(days=b % 6),
            reason="Vacaciones",
            scope=["one"] if b % 4 == 0 else [],
            act=self.house.act(),
        )

    def end_delegation(self, a, _b):
        one = pick(self.house.people["delegations"].values(), a)
        if one is not None:
            people.end_delegation(one, act=self.house.act())

    def retitle_type(self, _a, b):
        organisation = self.house.organisation
        kept = organisation.profile["document_types"]
        organisation.profile["document_types"] = [{**kept[0], "name": f"Papel {b % 3}"}]
        organisation.profile_revision += 1
        act = self.house.act()
        changes = {"profile": {"changed": ["document_types"]}}
        act.notify(ProfileApplied(organisation, act, changes=changes))

    def go_on(self, a, b):
        """Take a document one step further on its way, whatever that is."""
        document = pick(self.house.documents.values(), a)
        pending = None if document is None else document.pending
        if document is None:
            self.create(a, b)
        elif pending is None:
            drafting.start_version(document, act=self.house.act("leo"))
        elif pending.state == workflow.DRAFT:
            self.house.submit(pending)
        elif pending.state == workflow.IN_REVIEW:
            self.house.sign(pending, b)

    def nothing(self, _a, _b):
        pass


DEEDS = [name for name in vars(Histories) if not name.startswith("_") and name != "under_way"]
LIKELY = ["create", *["go_on"] * 12, "read", "read", "details", "move", "lead", "review"]
STEP = st.tuples(
    st.sampled_from(DEEDS + LIKELY), st.integers(0, 11), st.integers(0, 11), st.integers(1, 90)
)


def play(steps, loaded=LOADED):
    """Let the history happen and give the house with what was seen after each step."""
    history = Histories(loaded)
    history.house.look()
    for deed, a, b, hours in steps:
        history.house.wait(hours=hours, seconds=a, microseconds=b)
        try:
            getattr(history, deed)(a, b)
        except Refused:
            history.house.now += timedelta(seconds=1)
        history.house.look()
    return history.house


@settings(max_examples=30)
@given(st.lists(STEP, min_size=10, max_size=40), st.sampled_from([LOADED, SEPARATED]))
def test_every_past_moment_is_what_was_seen_live_at_that_moment(steps, loaded):
    house = play(steps, loaded)
    for at, live in house.seen:
        rows, work = house.past(at)
        assert rows == live[0], at
        assert work == live[1], at


@settings(max_examples=30)
@given(st.lists(STEP, min_size=10, max_size=40), st.sampled_from([LOADED, SEPARATED]))
def test_the_present_rebuilt_from_the_log_equals_the_present(steps, loaded):
    house = play(steps, loaded)
    organisation = house.organisation
    chronicle = chronicle_of(organisation)
    documents = list(house.documents.values())
    for document in documents:
        assert chronicle.spans_of(document.uid) == spans_from_log(document)
    assert list(differences(organisation)) == []
    rebuilt = house_at(organisation, remembered(organisation), key_of(house.now), documents)
    for document in documents:
        again = rebuilt["documents"][document.uid]
        assert [one.standing for one in again.versions] == [
            one.standing for one in document.versions
        ]
        assert row_of(again) == row_of(document)
    for person in house.people.persons(active_only=False):
        again = rebuilt["people"].person(person.id)
        assert (again.name, again.active, again.position_ids, again.roles) == (
            person.name,
            person.active,
            person.position_ids,
            person.roles,
        )
    for process in organisation["processes"].values():
        again = rebuilt["processes"][process.id]
        assert (again.name, again.leader, again.kind) == (
            process.name,
            process.leader,
            process.kind,
        )


def test_a_lost_line_of_the_chronicle_is_found_and_made_anew():
    house = PastHouse()
    document = house.draft(distribution=["clerk"])
    house.wait(days=1)
    house.release_all(document.pending)
    chronicle = chronicle_of(house.organisation)
    wanted = chronicle.spans_of(document.uid)
    chronicle.put_spans(document.uid, wanted[:1])
    assert [what for what, _text in differences(house.organisation)] == [document.code]
    from_log = spans_from_log(document)
    assert from_log == wanted
    assert len(wanted) == 2


@pytest.mark.parametrize(
    ("day", "version"),
    [
        ("2014-06-09", None),
        ("2014-06-10", "0"),
        ("2018-04-30", "0"),
        ("2018-05-01", "1"),
        ("2021-02-02", "1"),
        ("2021-02-03", "2"),
    ],
)
def test_before_the_system_the_recorded_dates_speak(day, version):
    house = PastHouse()
    house.migrate()
    asked = asked_moment(house.organisation, day, "", now=house.now)
    rows, work = house.past(asked.at, recorded=True)
    assert [row["version"] for row in rows.values()] == ([version] if version else [])
    assert all(row["state"] == "in-force" and row["migrated"] for row in rows.values())
    assert work == {}
