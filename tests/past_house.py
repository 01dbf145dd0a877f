"""A small organisation in memory whose history tests make up, by the services of the screen.

There is no database and nothing is signed: a signature is the act that signing stores.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from qms.audit.services import record
from qms.content.models import Site
from qms.documents import events, workflow
from qms.documents.assignment import waiting_for
from qms.documents.folder import documents_of
from qms.documents.inbox import waiting_signatures
from qms.documents.listing import reindex, row_of
from qms.documents.reading import begin_anew, keep_the_demands, keep_the_positions
from qms.documents.services import drafting
from qms.documents.services.freezing import local_day, route_slots
from qms.documents.services.migration import migrate_document
from qms.documents.services.reading import pending_readings
from qms.documents.services.release import is_due, release
from qms.documents.subscribers import follow_the_profile, keep_the_master_list
from qms.kernel.acts import Act
from qms.past.listing import rows_at
from qms.past.moments import key_of
from qms.past.pending import PastWork
from qms.past.subscribers import keep_the_chronicle
from qms.people.events import PersonAdded, PersonReactivated, PlaceChanged, PositionsChanged
from qms.profiles.api import profile_of
from qms.profiles.events import ProcessEvent, ProfileApplied
from qms.profiles.loader import apply, load_text

PROFILE = """
organisation: {id: past, name: Pasado, country: CO, language: es-CO, timezone: America/Bogota,
  colour: "#0b5fa5", system_name: SISTEMA, case_acronym: PQR}
units: [{id: u, name: Unidad, parent: null}]
positions:
  - {id: boss, name: Jefe, superior: null, unit: u}
  - {id: clerk, name: Auxiliar, superior: boss, unit: u}
  - {id: checker, name: Revisor, superior: boss, unit: u}
persons:
  - {id: ana, name: Ana Ruiz, email: ana@past.example, positions: [boss], roles: [administrator]}
  - {id: leo, name: Leo Paz, email: leo@past.example, positions: [clerk], roles: []}
  - {id: eva, name: Eva Gil, email: eva@past.example, positions: [checker], roles: [quality]}
processes:
  - {id: one, acronym: P1, name: Proceso uno, macroprocess: Macro, kind: core, leader: boss}
  - {id: two, acronym: P2, name: Proceso dos, macroprocess: Macro, kind: support, leader: clerk}
codes: {company: PA, types: {T: paper}, processes: {P1: one, P2: two},
  patterns: ["{type}-{company}-{process}-{number:2}"]}
versions: {kind: integer, start: 0}
document_types:
  - id: paper
    name: Papel
    plural: Papeles
    acronym: T
    family: null
    content: structured
    review_months: 12
    route: short
    sections:
      - {id: body, kind: text, title: CUERPO, number: "1", required: true, print: {mode: heading}}
routes:
  - id: short
    name: Ruta
    separation_of_duties: false
    steps:
      - {id: made, label: ELABORÓ, meaning: Elaboro, rule: all, count: null, term_days: 2,
         assignees: [{role: process-leader}]}
      - {id: approved, label: APROBÓ, meaning: Apruebo, rule: all, count: null, term_days: 3,
         assignees: [{position: checker}]}
"""
LOADED = load_text(PROFILE)
SEPARATED = load_text(
    PROFILE.replace("separation_of_duties: false", "separation_of_duties: true").replace(
        "rule: all, count: null, term_days: 3,\n         assignees: [{position: checker}]",
        "rule: any, count: null, term_days: 3,\n"
        "         assignees: [{position: checker}, {role: superior}]",
    )
)
"""The same with duties kept apart, and with the author's superior on the route."""
START = datetime(2026, 3, 2, 14, tzinfo=UTC)
OLD = {
    "document": {
        "code": "T-PA-P1-90",
        "title": "Papel antiguo",
        "type": "paper",
        "process": "one",
        "distribution": ["clerk"],
    },
    "versions": [
        {"label": "0", "in_force_from": "2014-06-10"},
        {"label": "1", "in_force_from": "2018-05"},
        {"label": "2", "approved_on": "2021-02-03"},
    ],
    "sections": {"body": {"html": "<p>Texto</p>"}},
}
_READERS = (PersonAdded, PositionsChanged)
_NAMES = (ProcessEvent, PlaceChanged)


class PastHouse:
    """The organisation, a clock that only goes forward, and what was seen live."""

    def __init__(self, loaded=LOADED, at=START):
        self.now = at
        self.seen = []
        self.site = Site()
        self.organisation = apply(self.site, loaded, self.act())
        documents_of(self.organisation)

    @property
    def people(self):
        return self.organisation["people"]

    @property
    def documents(self):
        return self.organisation["documents"]

    def act(self, person_id="ana"):
        return Act(person_id, self.now, self._tell)

    def _tell(self, event):
        """Tell the subscribers in the order in which the application has them."""
        record(event)
        if isinstance(event, events.DocumentEvent):
            keep_the_master_list(event)
            keep_the_demands(event)
        elif isinstance(event, _READERS):
            keep_the_positions(event)
        elif isinstance(event, PersonReactivated):
            begin_anew(event)
        elif isinstance(event, ProfileApplied):
            follow_the_profile(event)
        elif isinstance(event, _NAMES) and "documents" in self.organisation:
            reindex(self.organisation)
        keep_the_chronicle(event)

    def wait(self, **span):
        self.now += timedelta(**span)

    # What approval stores, without the cryptography

    def migrate(self, data=OLD):
        return migrate_document(self.documents, data, act=self.act())

    def draft(self, process="one", author="leo", **details):
        document = drafting.create_document(
            self.documents,
            type_id="paper",
            process_id=process,
            title=details.pop("title", "Papel"),
            act=self.act(author),
        )
        if details:
            drafting.save_details(document.pending, act=self.act(author), **details)
        return document

    def submit(self, version):
        act = self.act(version.author_id)
        slots = [slot.to_data() for slot in route_slots(version, profile_of(self.organisation))]
        version.take(
            {"kind": "submitted", "by": act.person_id, "at": act.at.isoformat(), "slots": slots}
        )
        act.notify(events.VersionSubmitted(version, act))

    def hands(self, version):
        day = local_day(self.organisation, self.act())
        waiting = waiting_for(version, day)
        return [hand for person in sorted(waiting) for hand in waiting[person]]

    def sign(self, version, which=0):
        hands = self.hands(version)
        if not hands:
            return False
        hand = hands[which % len(hands)]
        act = self.act(hand.person_id)
        now = version.take(
            {
                "kind": "signed",
                "by": hand.person_id,
                "at": act.at.isoformat(),
                "slot": hand.slot.name,
                "on_behalf_of": hand.on_behalf_of,
            }
        )
        if now.state == workflow.APPROVED:
            version.dates["approved_on"] = local_day(self.organisation, act).isoformat()
        act.notify(events.VersionSigned(version, act, slot=hand.slot.name))
        if now.state == workflow.APPROVED and is_due(version, act):
            release(version, act=act)
        return True

    def send_back(self, version, reason="Falta la firma."):
        hands = self.hands(version)
        if hands:
            act = self.act(hands[0].person_id)
            version.take(
                {
                    "kind": "returned",
                    "by": act.person_id,
                    "at": act.at.isoformat(),
                    "slot": hands[0].slot.name,
                    "reason": reason,
                }
            )
            act.notify(events.VersionReturned(version, act, slot=hands[0].slot.name))

    def release_all(self, version):
        self.submit(version)
        while version.state == workflow.IN_REVIEW:
            assert self.sign(version)

    # What the pages show

    def live(self):
        """Give what list, «My work» and readings say now, by the functions of the present."""
        organisation = self.organisation
        rows = {one.uid: _line(row_of(one)) for one in self.documents.values()}
        work = {}
        for person in self.people.persons():
            act = self.act(person.id)
            work[person.id] = (
                [_task(one) for one in waiting_signatures(organisation, person, act)],
                pending_readings(organisation, person, act),
            )
        return rows, work

    def past(self, at, *, recorded=False):
        """Give the same of a past moment, by the pages of the past."""
        found = PastWork(self.organisation, at)
        listed = rows_at(self.organisation, key_of(at)).rows
        # What was only recorded could not be seen before it was taken over.
        rows = {row.uid: _line(row) for row in listed if recorded or not row.registered}
        work = {
            person.id: ([_task(one) for one in found.signatures(person)], found.readings(person))
            for person in found.house["people"].persons()
        }
        return rows, work

    def look(self):
        """Remember what is seen now."""
        self.seen.append((self.now, self.live()))


_LINE = (
    *("code", "title", "type_id", "type_name", "process_id", "process_name", "version", "order"),
    *("state", "approved_on", "in_force_from", "review_by", "responsible", "signed", "migrated"),
    *("pending", "pending_order", "pending_label"),
)


def _line(row):
    return {name: getattr(row, name) for name in _LINE}


def _task(one):
    return (one.version.uid, one.version.label, one.hand, one.days_left)
