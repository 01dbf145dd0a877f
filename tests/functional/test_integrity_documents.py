"""A1 to A14: one truth per code, at every instant, whatever people and the clock do."""

from datetime import timedelta

import pytest
import siege
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from siege import (
    ADMINISTRATOR,
    APPROVED,
    AUTHOR,
    DRAFT,
    EMPLOYEE,
    IN_REVIEW,
    ORGANISATION,
    QUALITY,
    SIGNED,
    sign_all,
    submit,
    today,
    token_of,
    write,
)

from qms.audit.models import trail_of
from qms.audit.services import in_order
from qms.cli import worker
from qms.cli.place import Place
from qms.documents.assignment import waiting_for
from qms.documents.errors import Incomplete
from qms.documents.listing import is_current
from qms.documents.services import approval, drafting, submitting
from qms.documents.services.freezing import freeze
from qms.documents.services.release import release_due
from qms.kernel import clock
from qms.kernel.errors import Refused

DOCUMENTS = f"/{ORGANISATION}/documents"
JSON = {"Accept": "application/json"}


def entries(fort):
    """Give the trail's entries of the organisation, oldest first."""
    with fort.site() as site:
        return list(in_order(trail_of(site[ORGANISATION])))


# A2, A8


def test_a2_a_missing_section_is_named_when_one_submits(fort):
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][DRAFT].pending
        write(version, act=fort.act("lucia-mora"))
        drafting.save_section(
            version,
            "scope",
            {"html": ""},
            base_revision=version.sections["scope"].revision,
            act=fort.act("lucia-mora"),
        )
        with pytest.raises(Incomplete) as refused:
            submitting.plan_submission(version, act=fort.act("lucia-mora"), check_url="x")
        assert "ALCANCE" in str(refused.value).upper()
        order = version.order
    browser = fort.browser(QUALITY)
    path = f"{DOCUMENTS}/{DRAFT}/versions/{order}/submit"
    assert browser.post(path, {"csrf_token": token_of(browser)}, status="*").status_int == 422


def test_a8_the_change_table_has_a_row_for_every_version_in_their_order(fort):
    with fort.site() as site:
        write(site[ORGANISATION]["documents"][DRAFT].pending, act=fort.act("lucia-mora"))
    submit(fort, DRAFT, "lucia-mora")
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][DRAFT].pending
        planned = freeze(version, act=fort.act("lucia-mora"), check_url="x")
        labels = [one.label for one in version.document.versions]
        assert [row["label"] for row in planned["history"]] == labels
        assert planned["history"][-1]["reason"] == "Se ajusta el formato."


# A4, A12


def test_a12_old_direct_links_give_readers_nothing_and_old_prints_say_what_is_in_force(fort):
    with fort.site() as site:
        document = site[ORGANISATION]["documents"][SIGNED]
        old, token, label = document.in_force.order, document.in_force.token, None
        version = drafting.start_version(document, act=fort.act("lucia-mora"))
        write(version, act=fort.act("lucia-mora"), title="Título nuevo")
        label, new = version.label, version.order
    reader = fort.browser(EMPLOYEE)
    base = f"{DOCUMENTS}/{SIGNED}/versions"
    reader.get(f"{base}/{old}/", status=200)
    reader.get(f"{base}/{new}/", status=404)
    submit(fort, SIGNED, "lucia-mora")
    sign_all(fort, SIGNED)
    for tail in ("", "pdf", "approval", "related", "distribution", "file?id=x", "history"):
        reader.get(f"{base}/{old}/{tail}", status=404)
    reader.get(f"{base}/{new}/", status=200)
    assert f"/versions/{old}/" not in reader.get(f"{DOCUMENTS}/{SIGNED}/").text
    rows = [
        row
        for row in reader.get(f"{DOCUMENTS}/", headers=JSON).json["rows"]
        if row["code"] == SIGNED
    ]
    assert [(row["version"], row["title"]) for row in rows] == [(label, "Título nuevo")]
    said = fort.browser().get(f"/v/{token}", headers=JSON).json
    assert (said["state"], said["current_version"]) == ("replaced", label)
    with fort.site() as site:
        assert all(is_current(one) for one in site[ORGANISATION]["documents"].values())


# A14


class Life(RuleBasedStateMachine):
    """Random publishing, scheduling, returning, withdrawing and waiting, through the services."""

    base = None

    def __init__(self):
        super().__init__()
        self.copy = self.base.copy()
        self.fort = self.copy.__enter__()
        self.now = clock.now()
        self.in_force_ever = []

    def teardown(self):
        self.copy.__exit__(None, None, None)

    def act(self, person_id="lucia-mora"):
        return self.fort.act(person_id, at=self.now)

    def attempt(self, doing):
        """Do something in a transaction; what is refused leaves nothing behind."""
        try:
            with self.fort.site() as site:
                doing(site[ORGANISATION]["documents"][SIGNED])
        except Refused:
            pass

    @rule(days=st.sampled_from([None, -3, 0, 1, 5]))
    def begin_and_submit(self, days):
        def doing(document):
            act = self.act()
            version = document.pending or drafting.start_version(document, act=act)
            on = None if days is None else self.now.date() + timedelta(days=days)
            write(version, act=act, release_on=on)
            planned = submitting.plan_submission(version, act=act, check_url="x")
            submitting.submit(version, planned, b"%PDF " + version.label.encode(), act=act)

        self.attempt(doing)

    @rule(returning=st.integers(0, 5))
    def sign_or_return(self, returning):
        def doing(document):
            version = document.pending
            if version is None or not version.standing.open_slots:
                return
            waiting = waiting_for(version, self.now.date())
            for person_id, hands in sorted(waiting.items()):
                act = self.act(person_id)
                reason = None if returning else "Falta algo."
                ticket = approval.plan_signature(
                    version,
                    hands[0].slot.name,
                    act=act,
                    seen_sha256=version.rendition.sha256,
                    on_behalf_of=hands[0].on_behalf_of,
                    reason=reason,
                )
                made = approval.Signature(ticket, ticket.pdf + b" signed", {"signature": "x"})
                store = approval.sign if returning else approval.send_back
                store(version, made, act=act)
                return

        self.attempt(doing)

    @rule()
    def withdraw(self):
        def doing(document):
            if document.pending is not None:
                approval.abort(document.pending, reason="No va.", act=self.act())

        self.attempt(doing)

    @rule()
    def begin(self):
        self.attempt(lambda document: drafting.start_version(document, act=self.act()))

    @rule(hours=st.sampled_from([1, 20, 24, 24 * 6]))
    def wait(self, hours):
        self.now += timedelta(hours=hours)

    @rule(times=st.integers(1, 2))
    def work(self, times):
        for _ in range(times):
            self.attempt(
                lambda document: release_due(document.__parent__.__parent__, act=self.act("system"))
            )

    @invariant()
    def one_truth(self):
        with self.fort.site() as site:
            document = site[ORGANISATION]["documents"][SIGNED]
            states = [version.state for version in document.versions]
            assert states.count("in-force") == 1
            assert document.in_force.state == "in-force"
            under_way = [one for one in states if one in {"draft", "in-review", "approved"}]
            assert len(under_way) == (document.pending_order is not None)
            for version in document.versions:
                if version.state == "in-force" and not version.migrated:
                    assert version.is_signed
                if version.state == "approved":
                    assert version.release_on is not None
            assert is_current(document)
            self.in_force_ever.append(document.in_force_order)
            assert self.in_force_ever == sorted(self.in_force_ever), "never back to an older one"


def test_a14_one_version_is_in_force_at_every_instant(besieged):
    Life.base = besieged
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_an_undone_act_is_not_remembered_as_the_state_of_another_one(fort):
    """Two lists of acts of the same length are not the same standing."""
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][IN_REVIEW].pending
        order = version.order
    try:
        with fort.site() as site:
            version = site[ORGANISATION]["documents"][IN_REVIEW].versions.at(order)
            version.take(
                {"kind": "aborted", "by": "lucia-mora", "at": "2026-11-22", "reason": "No va."}
            )
            assert version.state == "aborted"
            raise LookupError
    except LookupError:
        pass
    siege.sign_next(fort, IN_REVIEW)
    with fort.site() as site:
        assert site[ORGANISATION]["documents"][IN_REVIEW].versions.at(order).state == "in-review"


# The worker


@pytest.fixture
def place(fort):
    """Give the command line's place over the besieged database."""
    made = Place({"qms.data_dir": str(fort.folder), "zodbconn.uri": "memory://"})
    made.__dict__["registry"] = fort.registry
    return made


RELEASE = next(job for job in worker.JOBS if job.name == "release what is due")


def test_the_worker_releases_on_the_day_and_once_even_after_days_of_rest(fort, place, monkeypatch):
    with fort.site() as site:
        day = site[ORGANISATION]["documents"][APPROVED].pending.release_on
        old = site[ORGANISATION]["documents"][APPROVED].in_force_order
    before = len(entries(fort))
    worker.run_job(place, RELEASE)
    assert len(entries(fort)) == before
    with fort.site() as site:
        assert site[ORGANISATION]["documents"][APPROVED].in_force_order == old

    late = clock.now() + timedelta(days=37)
    monkeypatch.setattr(clock, "now", lambda: late)
    for _turn in range(3):
        worker.run_job(place, RELEASE)
    kinds = [entry["event"] for entry in entries(fort)[before:]]
    assert kinds == ["VersionSuperseded", "VersionReleased"]
    with fort.site() as site:
        document = site[ORGANISATION]["documents"][APPROVED]
        assert document.in_force_order == old + 1
        assert [one.state for one in document.versions].count("in-force") == 1
        assert document.in_force.dates["in_force_from"] >= day.isoformat()
        assert document.pending_order is None


def test_the_worker_goes_by_the_day_at_the_organisations_place(fort, place, monkeypatch):
    with fort.site() as site:
        day = site[ORGANISATION]["documents"][APPROVED].pending.release_on
    # 4:59 in UTC is 23:59 of the day before in Bogotá.
    moment = clock.now().replace(
        year=day.year, month=day.month, day=day.day, hour=4, minute=59, second=59
    )
    monkeypatch.setattr(clock, "now", lambda: moment)
    worker.run_job(place, RELEASE)
    with fort.site() as site:
        assert site[ORGANISATION]["documents"][APPROVED].pending is not None
    later = moment + timedelta(seconds=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    worker.run_job(place, RELEASE)
    with fort.site() as site:
        assert site[ORGANISATION]["documents"][APPROVED].pending is None


def test_a_withdrawn_version_is_never_released(fort, place, monkeypatch):
    with fort.site() as site:
        document = site[ORGANISATION]["documents"][APPROVED]
        old = document.in_force_order
        approval.abort(document.pending, reason="No va.", act=fort.act("lucia-mora"))
    late = clock.now() + timedelta(days=400)
    monkeypatch.setattr(clock, "now", lambda: late)
    worker.run_job(place, RELEASE)
    with fort.site() as site:
        assert site[ORGANISATION]["documents"][APPROVED].in_force_order == old


# The trail of every request that writes


def test_every_request_that_wrote_left_a_line(fort):
    quality = fort.browser(QUALITY)
    admin = fort.browser(ADMINISTRATOR)
    author = fort.browser(AUTHOR)
    with fort.site() as site:
        documents = site[ORGANISATION]["documents"]
        draft = f"{DOCUMENTS}/{DRAFT}/versions/{documents[DRAFT].pending.order}"
        review = f"{DOCUMENTS}/{IN_REVIEW}/versions/{documents[IN_REVIEW].pending.order}"
        day = today(fort, site[ORGANISATION]).strftime("%d/%m/%Y")
        delegation = next(iter(site[ORGANISATION]["people"]["delegations"]))
        objective = documents[DRAFT].pending.sections["objective"].revision
    people = f"/{ORGANISATION}/people"
    person = f"{people}/persons/paola-rincon"
    doings = [
        (quality, f"{DOCUMENTS}/{SIGNED}/revise", {}),
        (quality, f"{draft}/edit-section?id=objective",
         {"html": "<p>Otro objetivo.</p>", "base_revision": objective}),
        (quality, f"{draft}/edit-details",
         {"title": "Otro", "label": "4", "reason": "Porque sí.", "base_revision": 0}),
        (quality, f"{draft}/submit", {}),
        (quality, f"{review}/reassign",
         {"slot": "reviewed-1", "to": "oscar-beltran", "reason": "ausencia"}),
        (quality, f"{review}/abort", {"reason": "No va."}),
        (author, f"{people}/delegate",
         {"to_person": "oscar-beltran", "starts": day, "ends": day, "reason": "Viaje"}),
        (admin, f"{people}/delegations/{delegation}/end", {}),
        (author, "/account-language", {"language": "en"}),
        (admin, f"{people}/add-unit", {"name": "Nueva", "parent_id": ""}),
        (admin, f"{person}/invite", {}),
        (admin, f"{person}/deactivate", {}),
        (admin, f"{person}/reactivate", {}),
        (author, "/logout", {}),
    ]  # fmt: skip
    for browser, path, body in doings:
        before, transaction = len(entries(fort)), fort.transaction()
        answer = browser.post(path, {"csrf_token": token_of(browser), **body}, status="*")
        assert answer.status_int == 303, (path, answer.status_int)
        assert fort.transaction() != transaction, path
        found = entries(fort)
        assert len(found) > before, path
        assert found[-1]["channel"] == "web"
        assert found[-1]["person_id"] in {"lucia-mora", "tomas-uribe", "andres-pineda"}
