"""How an organisation writes and reads dates and numbers, as data of its profile.

A date style is the name of a known one or a mapping with a template in which ``{d}`` and ``{dd}``
are the day, ``{mm}`` the number of the month, ``{month}``, ``{Month}``, ``{mon}`` and ``{Mon}`` its
name or its first three letters, and ``{yyyy}`` the year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property, lru_cache

from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.kernel.text import fold

__all__ = [
    "BadDate",
    "BadNumber",
    "BadStyle",
    "DateStyle",
    "NumberStyle",
    "parse_date",
    "parse_number",
]

NO_BREAK_SPACE = "\u00a0"
"""Between a number and its percent sign, so that a line never ends between them."""
THIN_SPACE = "\u202f"
"""The narrow no-break space that groups thousands."""

MONTHS = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)
"""Names of the months; a profile may give its own (``setiembre`` in Peru and Uruguay)."""

NAMED_STYLES = {
    "long": "{d} de {month} de {yyyy}",
    "month-first": "{Month} {d} de {yyyy}",
    "numeric": "{dd}/{mm}/{yyyy}",
    "iso": "{yyyy}-{mm}-{dd}",
    "month-only": "{Month} {yyyy}",
    "abbreviated": "{d}-{mon}\u2013{yyyy}",
}
"""The date styles met so far, by name."""

_FIELDS = ("d", "dd", "mm", "month", "Month", "mon", "Mon", "yyyy")
_DIGITS = frozenset("0123456789")
_GROUPING = (" ", ".", ",")
_MAX_NUMBER = 40
_PRINTED = 2000
"""So many days of a style are remembered as they are printed."""
_MOST_PLACES = 6
"""Of a number that is all but a limit."""


class BadStyle(Refused):
    """This date or number style cannot be used."""


class BadDate(Refused):
    """This is not a date."""


class BadNumber(Refused):
    """This is not a number."""


def _date(year: str, month: int, day: str, written: str) -> date:
    """Make a date of its parts, or say what is wrong with it."""
    if len(year) != 4:
        raise BadDate(_("Write the year of «${date}» with four digits."), date=written)
    try:
        return date(int(year), month, int(day))
    except ValueError:
        raise BadDate(_("The calendar has no day «${date}»."), date=written) from None


def parse_date(text: str) -> date:
    """Read a date as people type it: d/m/yyyy (also with dashes or points), or yyyy-mm-dd."""
    written = text.strip()
    for sign in "-/.":
        parts = [part.strip() for part in written.split(sign)]
        if len(parts) != 3 or not all(
            0 < len(part) <= 4 and set(part) <= _DIGITS for part in parts
        ):
            continue
        if len(parts[0]) == 4:
            parts.reverse()
        return _date(parts[2], int(parts[1]), parts[0], written)
    raise BadDate(
        _("«${date}» is not a date; write day, month and year, such as 22/11/2026."),
        date=written[:_MAX_NUMBER],
    )


@dataclass(frozen=True)
class DateStyle:
    """One way to print dates."""

    template: str
    months: tuple[str, ...] = MONTHS

    @classmethod
    def from_data(cls, data: object) -> DateStyle:
        """Build a style from a name, a template, or ``{style or template, months}``."""
        months: object = MONTHS
        if isinstance(data, Mapping):
            unknown = set(data) - {"style", "template", "months"}
            if unknown:
                raise BadStyle(_("A date style has no ${key}."), key=", ".join(sorted(unknown)))
            months = data.get("months", MONTHS)
            data = data.get("template", data.get("style"))
        if not isinstance(data, str) or not ("{" in data or data in NAMED_STYLES):
            raise BadStyle(
                _("${style} is no date style; known are ${known}, or give a template."),
                style=data,
                known=", ".join(NAMED_STYLES),
            )
        if not isinstance(months, list | tuple) or len(set(months)) != 12:
            raise BadStyle(_("A date style needs the names of twelve months."))
        style = cls(NAMED_STYLES.get(data, data), tuple(str(month) for month in months))
        if not any(field == "yyyy" for field, _text in style._pieces()):
            raise BadStyle(_("The date style ${style} lacks the year, {yyyy}."), style=data)
        return style

    def format(self, day: date) -> str:
        """Print a date; pages print the same few ones again and again."""
        known = self._printed.get(day)
        if known is None:
            if len(self._printed) >= _PRINTED:
                self._printed.clear()
            known = self._printed[day] = self._print(day)
        return known

    @cached_property
    def _printed(self) -> dict[date, str]:
        return {}

    def _print(self, day: date) -> str:
        name = self.months[day.month - 1]
        values = {
            "d": str(day.day),
            "dd": f"{day.day:02}",
            "mm": f"{day.month:02}",
            "month": name.lower(),
            "Month": name.capitalize(),
            "mon": name[:3].lower(),
            "Mon": name[:3].capitalize(),
            "yyyy": f"{day.year:04}",
        }
        return "".join(values[field] if field else text for field, text in self._pieces())

    def parse(self, text: str) -> date:
        """Read a date printed in this style (case does not matter); a style without days gives 1.

        Raises BadDate when the text is not in this style.
        """
        written = text.strip()
        rest, day, month, year = written, "1", 1, ""
        for field, fixed in self._pieces():
            if not field:
                if not rest.lower().startswith(fixed.lower()):
                    raise self._unlike(written)
                rest = rest[len(fixed) :]
            elif field in ("d", "dd"):
                day, rest = _leading_digits(rest, 2)
            elif field == "mm":
                digits, rest = _leading_digits(rest, 2)
                month = int(digits or 0)
            elif field == "yyyy":
                year, rest = _leading_digits(rest, 4)
            else:
                month, rest = self._leading_month(rest, short=field.lower() == "mon")
        if rest or not day or not year:
            raise self._unlike(written)
        return _date(year, month, day, written)

    def _unlike(self, written: str) -> BadDate:
        return BadDate(
            _("«${date}» is not written as dates are here, such as ${example}."),
            date=written[:_MAX_NUMBER],
            example=self.format(date(2026, 11, 22)),
        )

    def _leading_month(self, text: str, *, short: bool) -> tuple[int, str]:
        folded = fold(text)
        for number, name in enumerate(self.months, 1):
            wanted = fold(name[:3] if short else name)
            if folded.startswith(wanted):
                return number, text[len(wanted) :]
        raise self._unlike(text)

    def _pieces(self) -> Sequence[tuple[str, str]]:
        return _pieces_of(self.template)


@lru_cache(maxsize=256)
def _pieces_of(template: str) -> Sequence[tuple[str, str]]:
    """Divide a template into pairs, of which one is empty: (field, fixed text)."""
    pieces: list[tuple[str, str]] = []
    rest = template
    while rest:
        fixed, brace, rest = rest.partition("{")
        if fixed:
            pieces.append(("", fixed))
        if brace:
            field, brace, rest = rest.partition("}")
            if field not in _FIELDS or not brace:
                raise BadStyle(
                    _("The date style has no ${field}; known are ${known}."),
                    field="{" + field + "}",
                    known=" ".join("{" + name + "}" for name in _FIELDS),
                )
            pieces.append((field, ""))
    return tuple(pieces)


def _leading_digits(text: str, most: int) -> tuple[str, str]:
    end = 0
    while end < min(most, len(text)) and text[end] in _DIGITS:
        end += 1
    return text[:end], text[end:]


def rounded_percent(value: Decimal, *limits: Decimal) -> Decimal:
    """Round a percentage as everything shows it: to one place, which a whole one does not have.

    It takes as many places as ``limits`` (a target) are written with, and more where it would else
    read as one of them, as nothing or as all of it, without being that.
    """
    places = max([1, *(-int(one.normalize().as_tuple().exponent) for one in limits)])
    return rounded_apart(value, places, Decimal(0), Decimal(100), *limits)


def rounded_apart(value: Decimal, places: int, *limits: Decimal) -> Decimal:
    """Round to ``places``, or to more where it would else read as a limit without being it.

    Zeros that say nothing are left out.
    """
    while True:
        found = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        if found == value or found not in limits or places >= _MOST_PLACES:
            break
        places += 1
    return found.to_integral_value() if found == found.to_integral_value() else found.normalize()


@dataclass(frozen=True)
class NumberStyle:
    """One way to print numbers: the decimal sign and what groups the thousands."""

    decimal: str = ","
    thousands: str = "."

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> NumberStyle:
        """Build a style from ``{decimal: comma|point, thousands: point|comma|thin-space|none}``."""
        signs = {"comma": ",", "point": ".", "thin-space": THIN_SPACE, "none": ""}
        decimal = signs.get(str(data.get("decimal", "comma")), "?")
        thousands = signs.get(str(data.get("thousands", "none")), "?")
        unknown = set(data) - {"decimal", "thousands"}
        if unknown or decimal not in (",", ".") or thousands in ("?", decimal):
            raise BadStyle(
                _(
                    "A number style has decimal (comma or point) and another sign for thousands "
                    "(point, comma, thin-space or none)."
                )
            )
        return cls(decimal, thousands)

    def format(self, value: Decimal, places: int | None = None, *, grouped: bool = True) -> str:
        """Print a number, rounded half up to ``places``; fields to be edited are not grouped."""
        if places is not None:
            value = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        sign = "-" if value < 0 else ""
        whole, _point, rest = f"{abs(value):f}".partition(".")
        if grouped and self.thousands:
            head = len(whole) % 3
            groups = [whole[:head]] * bool(head)
            groups += [whole[at : at + 3] for at in range(head, len(whole), 3)]
            whole = self.thousands.join(groups)
        return sign + whole + (self.decimal + rest if rest else "")

    def percent(self, value: Decimal, *limits: Decimal) -> str:
        """Print a percentage, of which 95.5 is ``95,5 %``, with a space that does not break."""
        return self.format(rounded_percent(value, *limits)) + NO_BREAK_SPACE + "%"

    def parse(self, text: str) -> Decimal:
        """Read a number that a person typed; refuses one that could mean two values."""
        return parse_number(text, self)


def _ambiguous(written: str, sign: str, style: NumberStyle) -> BadNumber:
    plain = written.replace(sign, "")
    return BadNumber(
        _("«${number}» could mean ${whole} or ${fraction}; write one of these."),
        number=written,
        whole=plain,
        fraction=written.replace(sign, style.decimal) + "0",
    )


def _ungrouped(digits: str, sign: str) -> str | None:
    """Take the thousands signs out, or give None when they do not stand before each third digit."""
    first, *others = digits.split(sign)
    if not others:
        return digits
    right = 1 <= len(first) <= 3 and all(len(group) == 3 for group in others)
    return first + "".join(others) if right else None


def parse_number(text: str, style: NumberStyle | None = None) -> Decimal:
    """Read ``97``, ``2,5``, ``2.5``, ``1.234,5`` or ``1 234``, perhaps with a percent sign.

    A lone point or comma before exactly three digits is taken for the decimal sign only if it is
    the given style's; otherwise the text could mean two numbers, and BadNumber says which.
    """
    written = text.strip()
    bare = written.replace("\u2212", "-").removesuffix("%").rstrip()
    sign = bare[:1] if bare[:1] in ("-", "+") else ""
    bare = "".join(" " if char.isspace() else char for char in bare[len(sign) :])
    signs = [char for char in bare if char in ",."]
    whole, fraction = bare, ""
    if signs and (len(set(signs)) == 2 or len(signs) == 1):
        decimal = signs[-1]
        whole, _sign, fraction = bare.rpartition(decimal)
        lone = len(signs) == 1 and len(fraction) == 3 and set(whole + fraction) <= _DIGITS
        may_group = lone and 1 <= len(whole) <= 3 and whole[0] != "0"
        if may_group and (style is None or style.decimal != decimal):
            raise _ambiguous(written, decimal, style or NumberStyle())
        bad = decimal in whole or not fraction
    else:
        bad = len(bare) == 0
    grouping = "".join(sorted(set(whole) - _DIGITS))
    plain = _ungrouped(whole, grouping) if grouping in _GROUPING else whole
    if bad or not plain or len(bare) > _MAX_NUMBER or not set(plain + fraction) <= _DIGITS:
        raise BadNumber(
            _("«${number}» is not a number; write it like 97 or 2,5."), number=written[:_MAX_NUMBER]
        )
    return Decimal(sign + plain + ("." + fraction if fraction else ""))
