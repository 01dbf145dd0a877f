"""What is odd about interfaces: who only gives or only takes, what nobody delivers or takes."""

from __future__ import annotations

from collections.abc import Iterator

from qms.documents.interface_data import IN, NOTE, OUT, WARNING, Finding, Item, Mention, View
from qms.documents.parties import PROCESS, same_thing
from qms.kernel.i18n import _


def find(view: View) -> list[Finding]:
    """Give every finding, in the order of documents and places."""
    found = [
        *_one_way(view),
        *_one_sided(view),
        *_unmatched(view),
        *_loose(view),
        *_names(view),
    ]
    order = {IN: 0, OUT: 1}
    columns = {"suppliers": order[IN], "inputs": order[IN]}
    return sorted(
        found,
        key=lambda one: (
            one.place.code,
            one.place.section_id,
            one.place.row,
            columns.get(one.place.column, order[OUT]),
            one.kind,
            one.process_id,
            one.other_id,
            one.place.text,
        ),
    )


def _direct(mention: Mention) -> str | None:
    return mention.party.id if mention.party.kind == PROCESS else None


def _one_way(view: View) -> Iterator[Finding]:
    """Find processes that supply others and receive nothing, and the other way round."""
    gives: dict[str, Mention] = {}
    takes: dict[str, Mention] = {}
    covered: dict[str, set[str]] = {IN: set(), OUT: set()}
    for one in view.mentions:
        other = _direct(one)
        for process_id, side in (
            (other, gives if one.way == IN else takes),
            (one.speaker, takes if one.way == IN else gives),
        ):
            if process_id is not None:
                former = side.get(process_id)
                # The process's own document is where it can best be put right.
                if former is None or (former.speaker != process_id == one.speaker):
                    side[process_id] = one
        covered[one.way] |= set(one.party.members)
    for process_id, one in sorted(gives.items()):
        if process_id not in takes and process_id not in covered[OUT]:
            yield _only(view, process_id, one, supplies=True)
    for process_id, one in sorted(takes.items()):
        if process_id not in gives and process_id not in covered[IN]:
            yield _only(view, process_id, one, supplies=False)


def _only(view: View, process_id: str, said: Mention, *, supplies: bool) -> Finding:
    weight = WARNING if _stands_out(view, process_id, said) else NOTE
    values: dict[str, object] = {
        "process": view.name(process_id),
        "speaker": view.name(said.speaker),
    }
    if supplies:
        sentence = _("«${process}» only supplies: nobody delivers anything to it.", values)
        hint = _("Say what «${process}» receives and from whom, or why it needs nothing.", values)
    else:
        sentence = _("«${process}» only receives: it delivers nothing to anybody.", values)
        hint = _("Say what «${process}» delivers and to whom, or why it receives at all.", values)
    kind = "only-supplies" if supplies else "only-receives"
    other = said.speaker if said.speaker != process_id else ""
    return Finding(kind, weight, process_id, other, said.place, sentence, hint)


def _stands_out(view: View, process_id: str, said: Mention) -> bool:
    """Tell whether going one way is an exception where it is said.

    One characterisation alone cannot know what its neighbours do otherwise; but where nearly all
    neighbours stand on both sides, whoever stands on one side only was probably forgotten.
    """
    if process_id in view.described:
        return True
    sides: dict[str, set[str]] = {IN: set(), OUT: set()}
    for one in view.mentions:
        other = _direct(one)
        if one.place.code == said.place.code and other not in (None, process_id):
            sides[one.way].add(str(other))
    return len(sides[IN] & sides[OUT]) > len(sides[IN] ^ sides[OUT])


def _answers(view: View, mention: Mention) -> list[Mention]:
    """Give what the other process says, the other way, about the speaker."""
    return [
        one
        for one in view.spoken.get(_direct(mention) or "", ())
        if one.way != mention.way and one.party.means(mention.speaker)
    ]


def _one_sided(view: View) -> Iterator[Finding]:
    """Find pairs of described processes of which only one speaks of the other."""
    seen: set[tuple[str, str, str]] = set()
    for one in view.mentions:
        other = _direct(one)
        key = (one.speaker, one.way, str(other))
        if other not in view.described or key in seen:
            continue
        seen.add(key)
        if _answers(view, one):
            continue
        values: dict[str, object] = {"speaker": view.name(one.speaker), "other": one.party.name}
        if one.way == IN:
            kind = "unknown-to-supplier"
            sentence = _(
                "«${speaker}» takes from «${other}», whose characterisation does not name it as"
                " a customer.",
                values,
            )
        else:
            kind = "unknown-to-customer"
            sentence = _(
                "«${speaker}» delivers to «${other}», whose characterisation does not name it as"
                " a supplier.",
                values,
            )
        hint = _("Agree with the leader of «${other}» and correct one of the two.", values)
        yield Finding(kind, WARNING, one.speaker, str(other), one.place, sentence, hint)


def _unmatched(view: View) -> Iterator[Finding]:
    """Find inputs that no named supplier delivers, and outputs that no named customer takes."""
    offered: dict[tuple[str, str, Item], list[Mention]] = {}
    for one in view.mentions:
        for item in one.items:
            offered.setdefault((one.speaker, one.way, item), []).append(one)
    for (speaker, way, item), mentions in offered.items():
        others = [_direct(one) for one in mentions]
        if not all(other in view.described for other in others):
            continue  # somebody among them does not say in detail what passes
        if not all(_answers(view, one) for one in mentions):
            continue  # told already, for the pair as a whole
        said = [
            heard
            for other in dict.fromkeys(others)
            for one in view.spoken.get(other or "", ())
            if one.way != way
            for heard in one.items
        ]
        if any(same_thing(item.text, heard.text) for heard in said):
            continue
        yield _missing(view, speaker, way, item, sorted({str(other) for other in others}))


def _missing(view: View, speaker: str, way: str, item: Item, others: list[str]) -> Finding:
    values: dict[str, object] = {
        "item": item.text,
        "speaker": view.name(speaker),
        "others": ", ".join(view.name(other) for other in others),
    }
    if way == IN:
        kind = "input-not-delivered"
        sentence = _("«${item}» comes from ${others}, where it is no output.", values)
    else:
        kind = "output-not-taken"
        sentence = _("«${item}» goes to ${others}, where it is no input.", values)
    hint = _("Use the same words on both sides, or take it out where it does not pass.")
    return Finding(kind, WARNING, speaker, others[0], item.place, sentence, hint)


def _loose(view: View) -> Iterator[Finding]:
    """Find grids with inputs and no supplier at all, or with outputs and no customer."""
    seen: set[tuple[str, str, str]] = set()
    for process_id, item in view.loose:
        key = (item.place.code, item.place.section_id, item.place.column)
        if key in seen:
            continue
        seen.add(key)
        values: dict[str, object] = {"process": view.name(process_id), "item": item.text}
        if item.place.column == "inputs":
            kind = "input-without-supplier"
            sentence = _("No supplier is named for the inputs of «${process}».", values)
            hint = _("Say from whom «${item}» comes.", values)
        else:
            kind = "output-without-customer"
            sentence = _("No customer is named for the outputs of «${process}».", values)
            hint = _("Say who takes «${item}».", values)
        yield Finding(kind, WARNING, process_id, "", item.place, sentence, hint)


def _names(view: View) -> Iterator[Finding]:
    """Find names that only resemble those of processes, and processes out of use."""
    seen: set[tuple[str, str, str]] = set()
    for one in view.mentions:
        other = _direct(one)
        key = (one.place.code, str(other), one.place.text)
        if other is None or key in seen:
            continue
        seen.add(key)
        values: dict[str, object] = {"text": one.place.text, "name": one.party.name}
        if not view.processes[other].active:
            yield Finding(
                "out-of-use",
                WARNING,
                one.speaker,
                other,
                one.place,
                _("«${text}» names a process that is out of use.", values),
                _("Name the process that does its work now, or take it out."),
            )
        elif not one.exact:
            yield Finding(
                "named-differently",
                WARNING,
                one.speaker,
                other,
                one.place,
                _("«${text}» seems to mean the process «${name}».", values),
                _("Write its name as it stands in the process map, or its acronym."),
            )
