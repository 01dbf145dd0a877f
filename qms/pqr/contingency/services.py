"""Numbers for paper: set aside, entered later with the true moment of receipt, or annulled.

They are taken from the very series of all cases, so that it has no gap as long as each of them
ends up used or annulled; who looks at the list sees which did not yet.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime

from qms.content.models import Organisation
from qms.documents.wording import show_moment
from qms.kernel.acts import Act
from qms.kernel.i18n import _
from qms.kernel.text import clean_line
from qms.pqr import services as cases
from qms.pqr.codes import CODE_LENGTH, LETTERS
from qms.pqr.contingency.errors import (
    BeforeTheBlock,
    NoSuchNumber,
    NumberGone,
    TooMany,
    WhenMissing,
    WhyLater,
)
from qms.pqr.contingency.events import NumberAnnulled, NumbersReserved
from qms.pqr.contingency.models import ANNULLED, OPEN, USED, Block, look, room_of
from qms.pqr.errors import ReceivedLater, WordsMissing
from qms.pqr.intake.services import Say
from qms.pqr.services import Received, Registered
from qms.profiles.api import profile_of
from qms.security.secrets import derive_key

MOST, MOST_OPEN = 100, 300
"""Numbers of one block, and open ones of all blocks together."""
PURPOSE = "contingency codes"
LATER = _(
    "Contingency number of block ${block}. Received on paper on ${moment}; entered later, "
    "on ${later}: ${reason}"
)


@dataclass(frozen=True)
class Place:
    """One number that was set aside, and how it stands."""

    number: str
    block: Block
    state: str
    at: str
    """ISO moment at which it was used or annulled."""
    person_id: str
    reason: str


def reserve(organisation: Organisation, count: int, reason: str, *, act: Act) -> Block:
    """Set the next numbers of the series aside."""
    reason, room = clean_line(reason), room_of(organisation)
    if not reason:
        raise WordsMissing
    open_ones = sum(block.count(OPEN) for block in room.blocks.values())
    if not 1 <= count <= MOST or open_ones + count > MOST_OPEN:
        raise TooMany(most=MOST, open=open_ones)
    register = cases.register_of(organisation)
    numbers = [cases.next_number(organisation, act) for _each in range(count)]
    number = room.blocks.maxKey() + 1 if room.blocks else 1
    block = Block(number, numbers, reason=reason, person_id=act.person_id, at=act.at)
    room.blocks[number] = block
    for one in numbers:
        room.places[one] = number
    facts = {"block": number, "first": numbers[0], "last": numbers[-1], "count": count}
    act.notify(NumbersReserved(register, act, facts={**facts, "reason": reason}))
    return block


def block_of(organisation: Organisation, number: str) -> Block:
    """Give the block of a number of a case, written as it was given out, or refuse."""
    room = look(organisation)
    place = room.places.get(number) if room is not None else None
    if room is None or place is None:
        raise NoSuchNumber
    found: Block = room.blocks[place]
    return found


def places(organisation: Organisation) -> list[Place]:
    """List every number that was ever set aside: the series can be accounted for by it."""
    room = look(organisation)
    if room is None:
        return []
    return [
        Place(number, block, *values)
        for block in room.blocks.values()
        for number, values in block.states.items()
    ]


def code_of(block: Block, number: str, secret: bytes) -> str:
    """Give the secret code that is printed for a number; without the server's secret nobody can."""
    key = derive_key(secret, PURPOSE)
    made = hmac.new(key, f"{block.salt} {number}".encode(), hashlib.sha256).digest()
    value, letters = int.from_bytes(made), []
    for _each in range(CODE_LENGTH):
        value, rest = divmod(value, len(LETTERS))
        letters.append(LETTERS[rest])
    text = "".join(letters)
    return f"{text[:5]}-{text[5:]}"


def enter(
    organisation: Organisation,
    number: str,
    received: Received,
    *,
    reason: str,
    secret: bytes,
    say: Say,
    act: Act,
) -> Registered:
    """Register what was received on paper under its number; the clock runs from the receipt."""
    block, reason = _open_block(organisation, number), clean_line(reason)
    at = _checked_moment(organisation, block, received.received_at, act)
    if not reason:
        raise WhyLater
    said: dict[str, object] = {
        "block": str(block.number),
        "moment": _moment(organisation, at),
        "later": _moment(organisation, act.at),
        "reason": reason,
    }
    made = cases.register(
        organisation,
        replace(
            received,
            number=number,
            code=code_of(block, number, secret),
            note=say(_(LATER, said)),
            origin={"by": "contingency", "block": block.number, "entered_later": reason},
        ),
        act=act,
    )
    block.states[number] = (USED, act.at.isoformat(), act.person_id, reason)
    return made


def _checked_moment(
    organisation: Organisation, block: Block, at: datetime | None, act: Act
) -> datetime:
    """Give the moment of receipt, which lies between the block's and now."""
    if at is None:
        raise WhenMissing
    if at > act.at:
        raise ReceivedLater
    # People write minutes: the very minute of the block is not before it.
    if at < block.reserved_at.replace(second=0, microsecond=0):
        raise BeforeTheBlock(moment=_moment(organisation, block.reserved_at))
    return at


def _moment(organisation: Organisation, at: datetime) -> str:
    return str(show_moment(profile_of(organisation), at))


def annul(organisation: Organisation, number: str, reason: str, *, act: Act) -> None:
    """Account for a number that was not used: a torn form, an outage that was short."""
    block = _open_block(organisation, number)
    reason = clean_line(reason)
    if not reason:
        raise WordsMissing
    block.states[number] = (ANNULLED, act.at.isoformat(), act.person_id, reason)
    register = cases.register_of(organisation)
    facts = {"number": number, "block": block.number, "reason": reason}
    act.notify(NumberAnnulled(register, act, facts=facts))


def _open_block(organisation: Organisation, number: str) -> Block:
    block = block_of(organisation, number)
    if block.state(number) != OPEN:
        raise NumberGone(number=number)
    return block
