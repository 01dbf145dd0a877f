"""ISO 9001 7.5, rows A4 to A7, A12, A13, A15, A16: what is found, read, printed and reviewed."""

from __future__ import annotations

import io
from datetime import timedelta
from types import SimpleNamespace

import pytest
from control_house import CODE, issue, note, review
from following import follow
from pypdf import PdfReader
from reading_house import AUTHOR as LEADER
from reading_house import REVIEWS, Clock, confirm, mails, release, run_job, shared, working
from siege import (
    ADMINISTRATOR,
    AUDITOR,
    AUTHOR,
    EMPLOYEE,
    ORGANISATION,
    QUALITY,
)

from qms.audit.models import trail_of
from qms.audit.services import in_order
from qms.cli import worker
from qms.cli.files_check import DamagedFiles
from qms.cli.worker import JOBS
from qms.documents.listing import catalogue_of, entry_of
from qms.documents.wording import show_date
from qms.jobs import names
from qms.kernel import clock
from qms.people import services as people
from qms.profiles.api import profile_of

DOCUMENTS = f"/{ORGANISATION}/documents"
JSON = {"Accept": "application/json"}


@pytest.fixture
def days(fort, monkeypatch):
    # Whoever signed in before the clock moved signs in anew.
    fort.cookies.clear()
    return Clock(fort, monkeypatch)


def in_force(house):
    """Give order, label and token of the version in force."""
    with house.site() as site:
        version = site[ORGANISATION]["documents"][CODE].in_force
        return SimpleNamespace(order=version.order, label=version.label, token=version.token)


def pages_of(pdf):
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


# Available where it is needed


def test_a4_the_address_and_the_printed_qr_always_lead_to_what_is_in_force(fort):
    old = in_force(fort)
    release(fort)
    new = in_force(fort)
    assert new.label != old.label
    reader = fort.browser(EMPLOYEE)
    assert f"/versions/{old.order}/" not in reader.get(f"{DOCUMENTS}/{CODE}/").text
    stranger = fort.browser()
    page = stranger.get(f"/v/{old.token}").text
    assert "Lo que tiene en la mano es obsoleto" in page
    assert "Reemplazada por la versión" in " ".join(page.split())
    said = stranger.get(f"/v/{old.token}", headers=JSON).json
    assert (said["version"], said["current_version"]) == (old.label, new.label)
    assert stranger.get(f"/v/{new.token}", headers=JSON).json["state"] == "in-force"


# Protected


def files_job(house):
    """Run the nightly look at all stored files."""
    with working(house) as work:
        work.at_organisation = lambda _name: None
        next(job for job in JOBS if job.name == names.FILES.name).run(work)


def damage(house):
    """Flip one byte of a signed file, as a failing disk does; gives what undoes it."""
    with house.site() as site:
        file = site[ORGANISATION]["documents"][CODE].in_force.rendition
        data = bytearray(file.read())
        data[len(data) // 2] ^= 1
        with file.blob.open("w") as target:
            target.write(bytes(data))


def test_a5_one_flipped_byte_is_named_with_its_document_in_the_night(fort, days):
    files_job(fort)
    damage(fort)
    files_job(fort)
    days.go(1)
    with pytest.raises(DamagedFiles, match=f"{ORGANISATION}/{CODE} v1: the PDF is not"):
        files_job(fort)
    with pytest.raises(DamagedFiles):
        files_job(fort)


def test_a5_administrators_read_on_the_page_of_jobs_which_document_it_is(fort, tmp_path):
    damage(fort)
    place = SimpleNamespace(
        registry=fort.registry,
        settings=SimpleNamespace(data_dir=tmp_path),
        start=lambda: None,
        writing=lambda: working(fort),
    )
    desk = worker.desk_at(place)
    desk.sit_down()
    desk.beat()
    worker.run_job(place, next(job for job in JOBS if job.name == names.FILES.name), desk)
    desk.write(clock.now())
    desk.get_up()
    answer = fort.browser(ADMINISTRATOR).get(f"/{ORGANISATION}/worker", headers=JSON).json
    (job,) = [one for one in answer["jobs"] if one["job"] == names.FILES.name]
    assert f"{ORGANISATION}/{CODE} v1" in job["failure"]


# Distribution and use


def test_a6_who_comes_to_hold_a_position_has_to_read_and_the_report_equals_the_trail(fort, days):
    release(fort)
    assert confirm(fort.browser(EMPLOYEE)).status_int == 303
    with fort.site() as site:
        folder = site[ORGANISATION]["people"]
        people.change_positions(
            folder, folder.person("oscar-beltran"), ["asesor-sac"], act=fort.act("tomas-uribe")
        )
    readers = {one["person"]: one for one in shared(fort, QUALITY)["readers"]}
    assert readers["oscar-beltran"]["read_at"] is None
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][CODE].in_force
        logged = {
            one["person_id"]
            for one in in_order(trail_of(site[ORGANISATION]))
            if one["event"] == "ReadingAcknowledged" and one["uid"] == version.uid
        }
    assert logged == {who for who, one in readers.items() if one["read_at"]} == {"paola-rincon"}


# Preserved and legible


def test_a7_every_stored_pdf_opens_with_its_fonts_inside_and_its_words_outside(fort):
    release(fort)
    with fort.site() as site:
        stored = [
            (document.code, version.rendition.read())
            for document in site[ORGANISATION]["documents"].values()
            for version in document.versions
            if version.rendition is not None
        ]
    assert len(stored) >= 4
    for code, data in stored:
        reader = PdfReader(io.BytesIO(data))
        assert code in " ".join(page.extract_text() for page in reader.pages)
        for page in reader.pages:
            for font in page["/Resources"]["/Font"].values():
                assert embedded(font.get_object()), code


def embedded(font):
    """Tell whether the font program is in the file."""
    inner = font.get("/DescendantFonts", [font])[0].get_object()
    descriptor = inner["/FontDescriptor"].get_object()
    return any(f"/FontFile{kind}" in descriptor for kind in ("", "2", "3"))


# Not used by mistake


def test_a12_after_publishing_readers_meet_the_old_version_nowhere(followed):
    old = in_force(followed)
    release(followed)
    follow(followed)
    reader = followed.browser(EMPLOYEE)
    for tail in ("", "pdf", "pdf?copy=uncontrolled", "pdf?original=1", "approval", "related"):
        reader.get(f"{DOCUMENTS}/{CODE}/versions/{old.order}/{tail}", status=404)
    reader.get(f"{DOCUMENTS}/{CODE}/versions/compare?old=0&new={old.order}", status=404)
    rows = reader.get(f"{DOCUMENTS}/", headers=JSON).json["rows"]
    assert [one["order"] for one in rows if one["code"] == CODE] == [in_force(followed).order]
    found = reader.get(f"/{ORGANISATION}/search", {"q": "instrucción"}, headers=JSON).json
    hits = [one for one in (*found["rows"], *found["texts"]) if one.get("code") == CODE]
    assert all(f"/versions/{old.order}" not in str(one) for one in hits)
    for email in (EMPLOYEE, AUTHOR):
        work = followed.browser(email).get(f"/{ORGANISATION}/", headers=JSON).text
        assert f"/{CODE}/versions/{old.order}" not in work


@pytest.mark.parametrize("query", ["", "?copy=uncontrolled", "?show=1"])
def test_a12_no_copy_hides_that_it_is_obsolete(fort, query):
    old = in_force(fort)
    release(fort)
    answer = fort.browser(AUDITOR).get(f"{DOCUMENTS}/{CODE}/versions/{old.order}/pdf{query}")
    pages = pages_of(answer.body)
    assert pages
    assert all("OBSOLETO" in page for page in pages)


def test_a12_a_controlled_copy_of_an_old_version_is_not_printed_again(fort):
    url = issue(fort)
    release(fort)
    answer = fort.browser(QUALITY).get(f"{url}pdf", status="*")
    assert answer.status_int == 422
    assert not answer.body.startswith(b"%PDF")


# Printed copies


def test_a13_an_uncontrolled_copy_bears_its_day_on_every_page(fort):
    with fort.site() as site:
        profile = profile_of(site[ORGANISATION])
        codes = [
            CODE,
            next(
                one.code
                for one in site[ORGANISATION]["documents"].values()
                if one.in_force is not None and one.in_force.rendition is None
            ),
        ]
        today = show_date(profile, clock.now().astimezone(profile.zone).date(), "printed")
    for code in codes:
        answer = fort.browser(EMPLOYEE).get(f"{DOCUMENTS}/{code}/pdf?copy=uncontrolled")
        for page in pages_of(answer.body):
            assert "COPIA NO CONTROLADA" in page
            assert f"válida el {today}" in page


def test_a13_publishing_calls_back_exactly_the_controlled_copies_that_are_out(fort):
    first = issue(fort, 2)
    third = issue(fort)
    for page in pages_of(fort.browser(QUALITY).get(f"{third}pdf").body):
        assert "COPIA CONTROLADA N.º 3" in page
        assert "Asesor de Servicio al Cliente" in page
    note(fort, first, "delivered", "Paola Rincón")
    note(fort, first, "recovered")
    release(fort)
    work = fort.browser(QUALITY).get(f"/{ORGANISATION}/", headers=JSON).json["copies"]
    assert sorted(one["title"].split(" · ")[0] for one in work) == ["n.º 2", "n.º 3"]


# Reviewed


def test_a15_each_threshold_alerts_once_and_a_review_without_changes_keeps_the_version(fort, days):
    with fort.site() as site:
        organisation = site[ORGANISATION]
        for document in organisation["documents"].values():
            if document.in_force is not None:
                far = 90 if document.code == CODE else 2000
                day = days.first + timedelta(days=far)
                document.in_force.dates["review_by"] = day.isoformat()
                catalogue_of(organisation).put(document.uid, entry_of(document))
    due = days.first + timedelta(days=90)
    letters = lambda: [to for to, subject in mails(fort) if "Revisar" in subject]  # noqa: E731
    for before, count in ((61, 0), (57, 1), (40, 1), (27, 2), (10, 2), (-3, 3), (-4, 3)):
        # Days without a worker lie between: each threshold that passed is told once.
        day = days.calendar.next_business_day(due - timedelta(days=before))
        days.now = days.at(day)
        for _turn in range(2):
            run_job(fort, REVIEWS)
        assert letters() == [AUTHOR] * count, before
    fort.cookies.clear()
    run_job(fort, names.REVOCATION.name)
    old = in_force(fort)
    review(fort)
    assert in_force(fort) == old
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][CODE].in_force
        assert version.acts[-1]["kind"] == "reviewed"
        assert version.acts[-1]["by"] == LEADER
        assert version.dates["review_by"] > due.isoformat()
