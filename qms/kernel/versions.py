"""Version labels by an organisation's scheme: what comes first, what comes next, what fits.

A label is only text.  Which version is newer is kept elsewhere as an integer, so that history which
was labelled otherwise (``1.0`` among whole numbers) keeps its labels.  A scheme is data::

    {kind: integer, start: 0, width: 1}                 0, 1, 2       (width 2: 00, 01)
    {kind: dotted, start: "1.0"}                        1.0, 1.1, 2.0
    {kind: dotted, start: "0.1.0", major: 0, minor: 1}  which place each step raises
    {kind: dotted, start: "0.1.0", dated: "–({date})", date_style: abbreviated}
    {kind: letters-numbers, start: 0, skip: "IO"}       drafts A, B; issued 0, 1
    {kind: issue-revision, template: "{issue}/{revision}", start: "1/0"}
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import date
from typing import Literal

from qms.kernel.errors import Refused
from qms.kernel.formats import BadDate, BadStyle, DateStyle
from qms.kernel.i18n import _

__all__ = ["BadLabel", "BadScheme", "Step", "VersionScheme"]

Step = Literal["major", "minor"]
"""How far a version goes: a new issue, or a small change to the present one."""

MAX_LABEL = 40
"""Longest label, in characters."""
_MAX_DIGITS = 6
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = frozenset("0123456789")


class BadScheme(Refused):
    """This version scheme cannot be used."""


class BadLabel(Refused):
    """This version label does not follow the organisation's scheme."""


def _number(text: str) -> int | None:
    """Read a whole number without needless zeros, or give None."""
    if not 0 < len(text) <= _MAX_DIGITS or not set(text) <= _DIGITS:
        return None
    return int(text) if text == str(int(text)) else None


def _refuse_unknown(data: Mapping[str, object], *known: str) -> None:
    for key in data:
        if key not in ("kind", *known):
            raise BadScheme(
                _("${key} is not a part of this version scheme; known are ${known}."),
                key=key,
                known=", ".join(known),
            )


def _whole(data: Mapping[str, object], key: str, default: int, most: int) -> int:
    value = data.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise BadScheme(
            _("In a version scheme, ${key} is a whole number from 0 to ${most}, not ${value}."),
            key=key,
            most=most,
            value=value,
        )
    return value


class VersionScheme(ABC):
    """How an organisation labels versions."""

    @staticmethod
    def from_data(data: Mapping[str, object] | str) -> VersionScheme:
        """Build the scheme that the profile describes; raises BadScheme with the mistake."""
        if isinstance(data, str):
            data = {"kind": data}
        kind = data.get("kind") if isinstance(data, Mapping) else None
        builder = _KINDS.get(kind) if isinstance(kind, str) else None
        if builder is None:
            raise BadScheme(
                _("${kind} is no kind of version scheme; known are ${known}."),
                kind=kind,
                known=", ".join(_KINDS),
            )
        return builder(data)

    @abstractmethod
    def first(self, *, on: date | None = None) -> str:
        """Give the label of a document's first version; a dated scheme needs the date ``on``."""

    @abstractmethod
    def next(self, label: str, step: Step = "minor", on: date | None = None) -> str:
        """Give the label after ``label``; raises BadLabel when nothing follows from it."""

    @abstractmethod
    def is_valid(self, label: str) -> bool:
        """Tell whether a label is written as this scheme writes them."""

    def jump_needs_reason(self, previous: str | None, label: str) -> bool:
        """Tell whether ``label`` is anything but what the scheme offers after ``previous``."""
        if not self.is_valid(label):
            return True
        core = self._core(label)
        if previous is None:
            return core != self._core(self.first(on=date.min))
        for step in ("major", "minor"):
            try:
                offered = self.next(previous, step, date.min)
            except BadLabel:
                continue
            if core == self._core(offered):
                return False
        return True

    def _core(self, label: str) -> str:
        """Give what counts of a label, which is all of it unless the scheme adds a date."""
        return label

    def _nothing_follows(self, label: str) -> BadLabel:
        return BadLabel(
            _("What follows version ${label} is not known here; write the label, like ${example}."),
            label=label[:MAX_LABEL],
            example=self._core(self.first(on=date(2026, 1, 1))),
        )


class IntegerScheme(VersionScheme):
    """Whole numbers, perhaps with leading zeros: 0, 1, 2 or 00, 01."""

    def __init__(self, data: Mapping[str, object]) -> None:
        """Read ``start`` and ``width``."""
        _refuse_unknown(data, "start", "width")
        self.start = _whole(data, "start", 1, 10**_MAX_DIGITS - 1)
        self.width = _whole(data, "width", 1, _MAX_DIGITS)

    def first(self, *, on: date | None = None) -> str:
        """Give the starting number."""
        return str(self.start).zfill(self.width)

    def next(self, label: str, step: Step = "minor", on: date | None = None) -> str:
        """Give the number above; old labels such as ``1.0`` or ``01`` count by their number."""
        whole, _point, rest = label.partition(".")
        if not 0 < len(whole) <= _MAX_DIGITS or not set(whole) <= _DIGITS or rest.strip("0."):
            raise self._nothing_follows(label)
        following = max(int(whole) + 1, self.start)
        if len(str(following)) > _MAX_DIGITS:
            raise self._nothing_follows(label)
        return str(following).zfill(self.width)

    def is_valid(self, label: str) -> bool:
        """Accept a number of the right width."""
        right = 0 < len(label) <= _MAX_DIGITS and set(label) <= _DIGITS
        return right and label == str(int(label)).zfill(self.width) and int(label) >= self.start


class NumbersScheme(VersionScheme):
    """Several numbers with signs between them: dotted labels, and issue with revision."""

    def __init__(
        self, start: list[int], signs: list[str], raised: Mapping[Step, int], dated: _Dated | None
    ) -> None:
        """Take the first numbers, the texts around them (one more), and the place of each step."""
        self.start, self.signs, self.raised, self.dated = start, signs, dict(raised), dated

    def first(self, *, on: date | None = None) -> str:
        """Give the starting label."""
        return self._write(self.start, on)

    def next(self, label: str, step: Step = "minor", on: date | None = None) -> str:
        """Raise the place that ``step`` means, and set those behind it back."""
        numbers = self.read(self._core(label))
        if numbers is None:
            raise self._nothing_follows(label)
        place = self.raised[step]
        raised = [*numbers[:place], numbers[place] + 1, *([0] * (len(numbers) - place - 1))]
        if len(str(raised[place])) > _MAX_DIGITS:
            raise self._nothing_follows(label)
        return self._write(raised, on)

    def is_valid(self, label: str) -> bool:
        """Accept the right count of numbers, with the date where the scheme has one."""
        core = self._core(label)
        if self.dated is not None and core == label:
            return False
        return len(label) <= MAX_LABEL and self.read(core) is not None

    def _core(self, label: str) -> str:
        return self.dated.without(label) if self.dated else label

    def read(self, core: str) -> list[int] | None:
        """Take the numbers out of a label without its date, or give None."""
        numbers: list[int] = []
        rest = core
        for sign, following in zip(self.signs, [*self.signs[1:], None], strict=True):
            if not rest.startswith(sign):
                return None
            rest = rest[len(sign) :]
            if following is None:
                return None if rest else numbers
            end = next((at for at, char in enumerate(rest) if char not in _DIGITS), len(rest))
            number = _number(rest[:end])
            if number is None:
                return None
            numbers.append(number)
            rest = rest[end:]
        return None

    def _write(self, numbers: list[int], on: date | None) -> str:
        text = self.signs[0]
        for number, sign in zip(numbers, self.signs[1:], strict=True):
            text += str(number) + sign
        if self.dated is None:
            return text
        if on is None:
            raise BadLabel(_("Labels of this scheme hold a date; say which."))
        return text + self.dated.write(on)


class _Dated:
    """The date that some organisations write behind the numbers: ``–(19-oct–2010)``."""

    def __init__(self, template: str, style: DateStyle) -> None:
        self.before, _date, self.after = template.partition("{date}")
        self.style = style

    def write(self, on: date) -> str:
        return self.before + self.style.format(on) + self.after

    def without(self, label: str) -> str:
        """Cut the date off; a label without a valid one stays as it is."""
        core, found, rest = label.partition(self.before)
        if not found or not rest.endswith(self.after):
            return label
        written = rest[: len(rest) - len(self.after)]
        try:
            right = self.style.format(self.style.parse(written)) == written
        except BadDate:
            right = False
        return core if right else label


class LettersNumbersScheme(VersionScheme):
    """Letters while it is a proposal, numbers once it is issued: A, B, then 0, 1."""

    def __init__(self, data: Mapping[str, object]) -> None:
        """Read the first number and the letters that are left out because they look like digits."""
        _refuse_unknown(data, "start", "skip")
        self.start = _whole(data, "start", 0, 10**_MAX_DIGITS - 1)
        skipped = str(data.get("skip", ""))
        self.letters = "".join(letter for letter in _ALPHABET if letter not in skipped)
        if not self.letters or set(skipped) - set(_ALPHABET):
            raise BadScheme(_("The letters to skip are capitals, and not all of them."))

    def first(self, *, on: date | None = None) -> str:
        """Give the first letter."""
        return self.letters[0]

    def next(self, label: str, step: Step = "minor", on: date | None = None) -> str:
        """Give the next letter; a major step issues the proposal; numbers only count on."""
        number = _number(label)
        if number is not None and number < 10**_MAX_DIGITS - 1:
            return str(max(number + 1, self.start))
        if number is not None or not self._is_letters(label):
            raise self._nothing_follows(label)
        if step == "major":
            return str(self.start)
        position = 0
        for letter in label:
            position = position * len(self.letters) + self.letters.index(letter) + 1
        following, text = position + 1, ""
        while following:
            following, place = divmod(following - 1, len(self.letters))
            text = self.letters[place] + text
        if len(text) > _MAX_DIGITS:
            raise self._nothing_follows(label)
        return text

    def is_valid(self, label: str) -> bool:
        """Accept letters of the scheme, or a number from the start on."""
        number = _number(label)
        return self._is_letters(label) if number is None else number >= self.start

    def _is_letters(self, label: str) -> bool:
        return 0 < len(label) <= _MAX_DIGITS and set(label) <= set(self.letters)


def _dotted(data: Mapping[str, object]) -> VersionScheme:
    _refuse_unknown(data, "start", "major", "minor", "dated", "date_style")
    start = str(data.get("start", "1.0"))
    numbers = [_number(part) for part in start.split(".")]
    known = [number for number in numbers if number is not None]
    if len(known) != len(numbers) or not 2 <= len(known) <= 4:
        raise BadScheme(_("A dotted version starts like 1.0 or 0.1.0, not ${start}."), start=start)
    raised: dict[Step, int] = {
        "major": _whole(data, "major", 0, len(known) - 1),
        "minor": _whole(data, "minor", 1, len(known) - 1),
    }
    dated = None
    if "dated" in data:
        template = str(data["dated"])
        before, place, after = template.partition("{date}")
        if not place or not before or set(before + after) & _DIGITS:
            raise BadScheme(_("The date of a label is written like –({date}), with a sign before."))
        try:
            dated = _Dated(template, DateStyle.from_data(data.get("date_style", "abbreviated")))
        except BadStyle as mistake:
            raise BadScheme(mistake.msgid, **mistake.mapping) from mistake
    return NumbersScheme(known, ["", *["."] * (len(known) - 1), ""], raised, dated)


def _issue_revision(data: Mapping[str, object]) -> VersionScheme:
    _refuse_unknown(data, "start", "template")
    template = str(data.get("template", "{issue}/{revision}"))
    before, issue, rest = template.partition("{issue}")
    between, revision, after = rest.partition("{revision}")
    signs = [before, between, after]
    if not (issue and revision and between) or set("".join(signs)) & (_DIGITS | set("{}")):
        raise BadScheme(
            _("A template of issue and revision is like {issue}/{revision}, not ${template}."),
            template=template,
        )
    shape = NumbersScheme([1, 0], signs, {"major": 0, "minor": 1}, None)
    start = str(data.get("start", shape.first()))
    numbers = shape.read(start)
    if numbers is None:
        raise BadScheme(
            _("${start} is not written like ${example}."), start=start, example=shape.first()
        )
    shape.start = numbers
    return shape


_KINDS = {
    "integer": IntegerScheme,
    "dotted": _dotted,
    "letters-numbers": LettersNumbersScheme,
    "issue-revision": _issue_revision,
}
