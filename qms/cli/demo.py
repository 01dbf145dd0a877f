"""The demonstration: five organisations, with one document each taken through its real route."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import yaml

from qms.cli.load import load_folder
from qms.cli.place import Place, Work
from qms.cli.progress import progress
from qms.cli.year.playing import play_year
from qms.content.models import Organisation, organisation_of
from qms.documents.assignment import hands_of, waiting_for
from qms.documents.models import Version
from qms.documents.services import approval, drafting, keys, submitting
from qms.documents.services.freezing import local_day
from qms.documents.services.migration import plain
from qms.people import services as people_services
from qms.people.models import people_of
from qms.profiles.shipped import shipped_organisations
from qms.security.secrets import secret_at
from qms.signing import services as signing

PASSWORD = "demo-2026-qms"  # noqa: S105 - printed for everybody, good for the demonstration only
PASSPHRASE = "firma-2026-qms"  # noqa: S105 - likewise

PLAYED = "cli.demo.year"
"""The organisations whose year was played, in the site's annexes."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the organisations to make, all of them by default."""
    parser.add_argument(
        "--base-url", help="address that the printed QR codes lead to (default: of the settings)"
    )
    parser.add_argument(
        "--year",
        action="store_true",
        help="play a year of cases, calls and measurements, once (some minutes)",
    )
    parser.add_argument(
        "--quiet", action="store_true", help="leave the accounts to «qms serve», which prints them"
    )
    parser.add_argument("organisation", nargs="*", help="only these of the shipped organisations")


def run(place: Place, arguments: argparse.Namespace) -> int:
    """Make the demonstration's organisations that are not there yet and print the accounts."""
    if getattr(arguments, "base_url", None):
        place.values["qms.base_url"] = arguments.base_url
    secret = secret_at(place.settings.secret_file)
    wanted = [
        folder
        for folder in shipped_organisations()
        if not arguments.organisation or folder.name in arguments.organisation
    ]
    with place.writing() as work:
        for folder in progress(wanted, "organisations", label=lambda one: one.name):
            if folder.name in work.site:
                continue
            organisation = load_folder(work, folder)
            _open_accounts(work, organisation, secret)
            work.commit()
            _sign_one(work, organisation, folder, secret)
            work.commit()
        work.site.annexes["cli.demo"] = True
        if getattr(arguments, "year", False):
            _play(work, wanted)
    if not getattr(arguments, "quiet", False):
        print_accounts(place)
    return 0


def _play(work: Work, folders: Iterable[Path]) -> None:
    """Play the year of each organisation once."""
    played = work.site.annexes.get(PLAYED, ())
    for folder in folders:
        if folder.name not in played:
            play_year(work, work.site[folder.name], folder, PASSPHRASE)
            played = (*played, folder.name)
            work.site.annexes[PLAYED] = played
            work.commit()


def _open_accounts(work: Work, organisation: Organisation, secret: bytes) -> None:
    signers = set(_route_persons(organisation))
    authority = keys.authority_of(organisation)
    for person in people_of(organisation).persons():
        act = work.act(person.id, channel="demo")
        people_services.set_password(person, PASSWORD, act=act)
        if person.id in signers:
            keys.enrol(organisation, person, passphrase=PASSPHRASE, secret=secret, act=act)
    if signing.crl_is_due(authority, at=act.at):
        signing.publish_crl(authority, secret=secret, at=act.at)


def _route_persons(organisation: Organisation) -> Iterator[str]:
    """Give everybody who may have to sign by any route of the organisation."""
    people = people_of(organisation)
    for route in organisation.profile["routes"]:
        for step in route["steps"]:
            for assignee in step["assignees"]:
                if "position" in assignee:
                    yield from (one.id for one in people.holders(assignee["position"]))
                elif "unit" in assignee:
                    yield from (one.id for one in people.members(assignee["unit"]))
                elif "person" in assignee:
                    yield assignee["person"]
                else:
                    # An author, a leader or somebody's superior can be anybody with a position.
                    yield from (one.id for one in people.persons() if one.position_ids)


def _sign_one(work: Work, organisation: Organisation, folder: Path, secret: bytes) -> None:
    """Take the document of ``demo.yaml`` through its route, as its signers would on screen."""
    data = yaml.safe_load((folder / "demo.yaml").read_text(encoding="utf-8"))
    documents = organisation["documents"]
    author = data.get("author") or next(people_of(organisation).persons()).id
    act = work.act(author, channel="demo")
    version = drafting.start_version(documents[data["sign"]], act=act)
    for section_id, content in data["sections"].items():
        stored = version.sections.get(section_id)
        drafting.save_section(
            version,
            section_id,
            plain(content),
            base_revision=0 if stored is None else stored.revision,
            act=act,
        )
    drafting.save_details(
        version,
        act=act,
        reason=data["reason"],
        changes=data.get("changes") or [],
        distribution=data.get("distribution") or list(version.distribution) or None,
    )
    work.commit()
    submit_now(work, version, author)
    while version.state == "in-review":
        sign_next(work, version, secret)


def submit_now(work: Work, version: Version, person_id: str) -> None:
    """Submit a draft the way the screen does: plan, make the bytes outside, store."""
    act = work.act(person_id, channel="demo")
    url = work.place.settings.check_url(version.token)
    submission = submitting.plan_submission(version, act=act, check_url=url)
    pdf = work.outside(lambda: submitting.make_rendition(submission))
    submitting.submit(version, submission, pdf, act=act)
    work.commit()


def sign_next(work: Work, version: Version, secret: bytes) -> None:
    """Give one of the open signatures, by whoever may."""
    organisation = organisation_of(version)
    act = work.act("system", channel="demo")
    day = local_day(organisation, act)
    waiting = waiting_for(version, day)
    people = people_of(organisation)
    for person_id, hands in waiting.items():
        if people.person(person_id).signing is None:
            continue
        act = work.act(person_id, channel="demo")
        ticket = approval.plan_signature(
            version,
            hands[0].slot.name,
            act=act,
            seen_sha256=version.file.sha256,
            on_behalf_of=hands[0].on_behalf_of,
        )
        signature = work.outside(
            partial(approval.make_signature, ticket, PASSPHRASE, secret=secret)
        )
        approval.sign(version, signature, act=act)
        work.commit()
        return
    names = [
        hand.person_id
        for slot in version.standing.open_slots
        for hand in hands_of(version, slot, day)
    ]
    raise SystemExit(f"nobody can sign {version.document.code}: {names}")


def print_accounts(place: Place) -> None:
    """Print who can sign in where, with the passwords of the demonstration."""
    out = sys.stdout
    with place.reading() as site:
        out.write(f"\nPassword of every account: {PASSWORD}   Signing passphrase: {PASSPHRASE}\n")
        for organisation in site.values():
            if "people" not in organisation:
                continue
            out.write(f"\n{organisation.title}\n")
            people = people_of(organisation)
            for person in people.persons():
                positions = ", ".join(people.position_name(one) for one in person.position_ids)
                roles = ", ".join(person.roles)
                out.write(
                    f"  {person.email:<42} {person.name:<30} {positions}"
                    + (f"  [{roles}]" if roles else "")
                    + "\n"
                )
    out.write("\n")


def is_demo(place: Place) -> bool:
    """Tell whether the place holds the demonstration (its accounts open with the demo password)."""
    if not place.exists():
        return False
    with place.reading() as site:
        return bool(site.annexes.get("cli.demo"))
