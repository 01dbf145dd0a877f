"""A list of cases from its upload to its last row; nothing is written before it was seen.

The place in the plan moves in the very transaction that registered the rows: whatever kills the
process, no row is registered twice and none is left out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from qms.content.models import BlobFile, Organisation, numbers_of
from qms.kernel.acts import Act
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.kernel.text import whole_number
from qms.pqr import services as cases
from qms.pqr.bulk import columns, events
from qms.pqr.bulk.errors import (
    FieldsMissing,
    NoSuchList,
    NotAtThisStage,
    NothingToTake,
)
from qms.pqr.bulk.examine import Desk, Line, counts_of, examine
from qms.pqr.bulk.models import (
    DONE,
    GIVEN_UP,
    MODES,
    NEW,
    PAST,
    PREVIEW,
    RUNNING,
    BulkRun,
    look,
    room_of,
)
from qms.pqr.choices import choices_of
from qms.pqr.listing import index
from qms.pqr.models import Case
from qms.pqr.services import Received
from qms.sheets.runs import carry_out, packed, unpacked
from qms.sheets.tables import Tables

BATCH, SECONDS = 50, 2.0
"""Most rows of one transaction, and so long it may take."""
TAKEN, LEFT = "taken", "left"
SERIES = "cases migrated"
HOW = "migrated"
"""How the answer of a case of another system reached its customer: that system knows."""


def receive(
    organisation: Organisation, source: BlobFile, tables: Tables, *, mode: str, act: Act
) -> BulkRun:
    """Keep an uploaded list whose cells were read; its columns are guessed."""
    room = room_of(organisation)
    number = room.runs.maxKey() + 1 if room.runs else 1
    run = BulkRun(number, source, tables.to_data(), person_id=act.person_id, at=act.at)
    run.mode = mode if mode in MODES else NEW

    def merit(sheet: Any) -> int:
        header = columns.find_header(sheet.rows, room.remembered)
        return len(columns.guessed(sheet.rows, header, room.remembered))

    sheet = max((one for one in tables.sheets if one.rows), key=merit)
    run.sheet = sheet.name
    run.header = columns.find_header(sheet.rows, room.remembered)
    run.mapping.update(columns.guessed(sheet.rows, run.header, room.remembered))
    room.runs[number] = run
    _tell(organisation, events.CaseListReceived, run, act, rows=len(sheet.rows))
    return run


def run_of(organisation: Organisation, number: str) -> BulkRun:
    """Give a list by its number, or refuse."""
    room = look(organisation)
    wanted = whole_number(number, 0, 8)
    found: BulkRun | None = room.runs.get(wanted) if room is not None else None
    if found is None:
        raise NoSuchList
    return found


def rows_of(run: BulkRun) -> list[list[Any]]:
    """Give the cells of the sheet that was chosen."""
    return Tables.from_data(unpacked(run.tables)).sheet(run.sheet).rows


def choose_columns(
    organisation: Organisation,
    run: BulkRun,
    mapping: Mapping[str, int],
    *,
    defaults: Mapping[str, str],
    act: Act,
) -> None:
    """Say what each column holds; it is remembered by the heads for the next list."""
    if not run.is_open:
        raise NotAtThisStage
    chosen = {name: at for name, at in mapping.items() if name in columns.FIELDS}
    needed = columns.NEEDED | ({"closed"} if run.mode == PAST else frozenset())
    if not needed <= set(chosen):
        raise FieldsMissing
    run.mapping.clear()
    run.mapping.update(chosen)
    run.defaults.clear()
    run.defaults.update(defaults)
    run.stage = PREVIEW
    heads = columns.heads_of(rows_of(run), run.header)
    room = room_of(organisation)
    # What a head was not said to hold this time is forgotten as well.
    for at, head in enumerate(heads):
        name = next((name for name, where in chosen.items() if where == at), "")
        if plain := columns.plain_head(head):
            room.remembered[plain] = name
    _tell(organisation, events.CaseListMapped, run, act, columns=sorted(chosen))


def examined(organisation: Organisation, run: BulkRun, at: datetime) -> list[Line]:
    """Find what would become of every row as things stand now."""
    desk = Desk(organisation, run.mode, dict(run.defaults), at)
    return examine(desk, rows_of(run), run.header, dict(run.mapping))


def account_of(lines: list[Line]) -> list[dict[str, Any]]:
    """Give the rows as plain data: what the preview and the report show."""
    return [
        {
            "row": line.row,
            "external": line.values.get("external", ""),
            "customer": (line.values.get("customer") or {}).get("name", ""),
            "text": str(line.values.get("text", ""))[:160],
            "kind": line.values.get("kind", ""),
            "received": line.values.get("received", ""),
            "stopped": line.stopped,
            "findings": [[one.kind, one.weight, one.value] for one in line.findings],
        }
        for line in lines
    ]


def start(organisation: Organisation, run: BulkRun, *, act: Act) -> None:
    """Begin: fix which rows become cases; they follow by :func:`step`."""
    if run.stage != PREVIEW:
        raise NotAtThisStage
    lines = examined(organisation, run, act.at)
    plan = [{"row": line.row, **line.values} for line in lines if not line.stopped]
    if not plan:
        raise NothingToTake
    run.plan = packed(plan, "plan.json")
    run.account = packed(account_of(lines), "account.json")
    run.counts = counts_of(lines)
    run.total, run.cursor = len(plan), 0
    run.stage, run.started_at = RUNNING, act.at
    _tell(organisation, events.CaseListStarted, run, act, mode=run.mode, **run.counts)


def step(organisation: Organisation, run: BulkRun, *, act: Act, most: int = BATCH) -> bool:
    """Register the next rows, in the caller's transaction; tells whether more follow."""
    if run.stage != RUNNING:
        return False
    plan, until, before = _plan_of(run), time.monotonic() + SECONDS, run.cursor
    for row in plan[run.cursor : run.cursor + most]:
        run.results[row["row"]] = _carry(organisation, run, row, act)
        run.cursor += 1
        if time.monotonic() > until:
            break
    if run.cursor < len(plan):
        _tell(organisation, events.CaseListCarried, run, act, rows=run.cursor - before)
        return True
    _finish(organisation, run, act)
    return False


def carry_on(
    organisation: Organisation,
    run: BulkRun,
    *,
    make_act: Callable[[], Act],
    commit: Callable[[], None],
    abort: Callable[[], None],
) -> None:
    """Carry a list to its end in short transactions; ``commit`` and ``abort`` begin new ones.

    A row that fails for an unforeseen reason is noted and passed over; a conflict means that
    somebody else carries it on, and is the caller's to hear of.
    """
    if run.stage != RUNNING:
        return

    def pass_over() -> str:
        why = str(_("Something unforeseen happened; the log of the server has it."))
        run.results[_plan_of(run)[run.cursor]["row"]] = (LEFT, why, {})
        run.cursor += 1
        return f"row {run.cursor} of list {run.number} of cases"

    carry_out(
        lambda most: step(organisation, run, act=make_act(), most=most),
        pass_over,
        most=BATCH,
        commit=commit,
        abort=abort,
    )


def running(organisation: Organisation) -> Iterator[BulkRun]:
    """Give the lists of an organisation that are under way."""
    room = look(organisation)
    if room is not None:
        yield from [run for run in room.runs.values() if run.stage == RUNNING]


def give_up(organisation: Organisation, run: BulkRun, *, act: Act) -> None:
    """End a list of which nothing was written."""
    if not run.is_open:
        raise NotAtThisStage
    run.stage, run.finished_at = GIVEN_UP, act.at
    _tell(organisation, events.CaseListGivenUp, run, act)


def _plan_of(run: BulkRun) -> list[dict[str, Any]]:
    """Give the plan; it is read once and kept beside the object in memory, never in the base."""
    kept: list[dict[str, Any]] | None = getattr(run, "_v_plan", None)
    if kept is None:
        kept = run._v_plan = unpacked(run.plan)  # noqa: SLF001
    return kept


def _tell(organisation: Organisation, kind: Any, run: BulkRun, act: Act, **facts: Any) -> None:
    register = cases.register_of(organisation)
    act.notify(kind(register, act, facts={"list": run.number, "file": run.title, **facts}))


# One row


def _carry(
    organisation: Organisation, run: BulkRun, row: dict[str, Any], act: Act
) -> tuple[str, str, dict[str, str]]:
    """Make a case of a row, unless it was made meanwhile."""
    room, external = room_of(organisation), row["external"]
    if external and external in room.externals:
        why = str(_("This number was taken over before, as ${value}."))
        return LEFT, why, {"value": room.externals[external]}
    received = Received(
        row["kind"],
        row["channel"],
        row["text"],
        row["customer"],
        reason=row["reason"],
        product=row["product"],
        site=row["site"],
        anonymous=row["anonymous"],
        received_at=datetime.fromisoformat(row["received"]),
        note=_note(run, row),
        origin={
            "by": "list",
            "list": run.number,
            "row": row["row"],
            **({"former": external} if external else {}),
        },
    )
    try:
        case = (
            _closed(organisation, received, row, act)
            if run.mode == PAST
            else cases.register(organisation, received, act=act).case
        )
    except Refused as refusal:
        return LEFT, refusal.msgid, dict(refusal.mapping)
    if external:
        room.externals[external] = case.number
    return TAKEN, case.number, {}


def _note(run: BulkRun, row: dict[str, Any]) -> str:
    head = "Migrado" if run.mode == PAST else "Registrado"
    former = f"Número anterior: {row['external']}. " if row["external"] else ""
    return f"{former}{head} de la lista «{run.title}», fila {row['row']}."


def _closed(organisation: Organisation, received: Received, row: dict[str, Any], act: Act) -> Case:
    """Take a closed case of another system over: every date its own, no letter, no alert."""
    number = _migrated_number(organisation)
    received = replace(received, number=number, origin={**(received.origin or {}), "by": HOW})
    quiet = Act(act.person_id, act.at, lambda _event: None, act.channel, act.context)
    case = cases.register(organisation, received, act=quiet).case
    answer = row["answer"] or "La respuesta está en el sistema anterior."
    proof = row["external"] or received.note
    for kind, values in (
        ("answered", {"text": answer, "when": row["answered"]}),
        ("notified", {"how": HOW, "proof": proof, "when": row["answered"]}),
        ("closed", {"ground": "exhausted", "note": received.note, "when": row["closed"]}),
    ):
        case.take({**cases.act_data(kind, act), **values})
    index(case)
    facts = {"channel": received.channel, **(received.origin or {})}
    act.notify(events.CaseMigrated(case, act, facts=facts))
    return case


def _migrated_number(organisation: Organisation) -> str:
    """Give the next number of cases of other systems; it never looks like one of our own."""
    acronym = choices_of(organisation).profile.case_acronym
    register = cases.register_of(organisation)
    while True:
        number = f"{acronym}-M-{numbers_of(organisation).take(SERIES):05}"
        if number not in register:
            return number


def _finish(organisation: Organisation, run: BulkRun, act: Act) -> None:
    run.stage, run.finished_at = DONE, act.at
    done = [one[0] for one in run.results.values()]
    run.counts = {**run.counts, TAKEN: done.count(TAKEN), LEFT: done.count(LEFT)}
    counts = {name: run.counts[name] for name in (TAKEN, LEFT)}
    _tell(organisation, events.CaseListFinished, run, act, **counts)
