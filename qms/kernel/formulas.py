"""Formulas of indicators: a small, closed language over named numbers, exact in Decimal.

``cerradas / (recibidas - anuladas) * 100``, ``max(a; b; 2,5)``, ``redondear(x; 1)``.  Operators are
``+ - * / ^`` (also ``× ÷ −``), arguments are parted by ``;`` because the comma is a decimal sign,
and the functions are those of :data:`FUNCTIONS`.  There are no attributes, texts, loops or
conditions, so a formula that a person typed can do nothing but count, in bounded time.

Without a value for a variable, or on division by zero, the result is None, «no data»: never zero.
"""

from __future__ import annotations

import decimal
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedInput

from qms.kernel.errors import Refused
from qms.kernel.formats import BadNumber, parse_number
from qms.kernel.i18n import _

__all__ = ["FUNCTIONS", "Formula", "FormulaError"]

MAX_LENGTH = 500
"""Longest formula, in characters."""
MAX_EXPONENT = 99
"""Greatest exponent; exponents are whole numbers that are written out."""
MAX_PLACES = 12
"""Most decimal places that can be rounded to."""

_CONTEXT = decimal.Context(
    prec=34,
    rounding=decimal.ROUND_HALF_EVEN,
    Emax=6144,
    Emin=-6143,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)

_GRAMMAR = r"""
    ?start: sum
    ?sum: product
        | sum "+" product -> add
        | sum MINUS product -> subtract
    ?product: signed
        | product TIMES signed -> multiply
        | product OVER signed -> divide
    ?signed: power
        | MINUS signed -> negate
        | "+" signed -> keep
    ?power: atom
        | atom "^" NUMBER -> raise_to
        | atom "^" MINUS NUMBER -> raise_to
    ?atom: NUMBER -> number
        | NAME -> variable
        | NAME "(" [sum (";" sum)*] ")" -> call
        | "(" sum ")" -> keep
    MINUS: "-" | "−"
    TIMES: "*" | "×" | "·"
    OVER: "/" | "÷"
    NUMBER: /[0-9]+([.,][0-9]+)?/
    NAME: /[^\W\d]\w*/
    %ignore /[ \t\r\n\u00a0]+/
"""

_SIGNS = {
    "MINUS": "-",
    "TIMES": "*",
    "OVER": "/",
    "PLUS": "+",
    "CIRCUMFLEX": "^",
    "SEMICOLON": ";",
    "LPAR": "(",
    "RPAR": ")",
    "NUMBER": "123",
    "NAME": "abc",
    "$END": "",
}

Values = list[Decimal | None]
Operation = Callable[[Values], Decimal | None]


class FormulaError(Refused):
    """This formula cannot be computed."""

    column: int = 0
    """Where the mistake is, counted from 1; 0 when it is nowhere in particular."""
    expected: tuple[str, ...] = ()
    """The signs that could have stood there; ``123`` is any number, ``abc`` any name."""


def _error(msgid: str, column: int, signs: tuple[str, ...] = (), **mapping: object) -> FormulaError:
    error = FormulaError(msgid, column=column, **mapping)
    error.column, error.expected = column, signs
    return error


def _strict(function: Callable[[list[Decimal]], Decimal]) -> Operation:
    """Make an operation that has no result as soon as one of its values is missing."""

    def operation(values: Values) -> Decimal | None:
        known = [value for value in values if value is not None]
        return function(known) if len(known) == len(values) else None

    return operation


def _sum(values: list[Decimal]) -> Decimal:
    total = Decimal(0)
    for value in values:
        total = _CONTEXT.add(total, value)
    return total


def _average(values: list[Decimal]) -> Decimal:
    return _CONTEXT.divide(_sum(values), Decimal(len(values)))


def _round(values: list[Decimal]) -> Decimal:
    """Round half away from zero, as people do; the second value is the count of places."""
    places = values[1] if len(values) > 1 else Decimal(0)
    if places != places.to_integral_value() or not 0 <= places <= MAX_PLACES:
        raise FormulaError(
            _("Numbers are rounded to 0 to ${most} places, not to ${places}."),
            most=MAX_PLACES,
            places=places,
        )
    unit = Decimal(1).scaleb(-int(places))
    if values[0].adjusted() + int(places) + 1 > _CONTEXT.prec:
        return values[0]
    return values[0].quantize(unit, rounding=ROUND_HALF_UP, context=_CONTEXT)


def _count(values: Values) -> Decimal:
    return Decimal(sum(value is not None for value in values))


@dataclass(frozen=True)
class _Function:
    operation: Operation
    fewest: int
    most: int


_ANY = 100
FUNCTIONS: Mapping[str, _Function] = {
    "sum": _Function(_strict(_sum), 1, _ANY),
    "avg": _Function(_strict(_average), 1, _ANY),
    "min": _Function(_strict(min), 1, _ANY),
    "max": _Function(_strict(max), 1, _ANY),
    "abs": _Function(_strict(lambda values: values[0].copy_abs()), 1, 1),
    "round": _Function(_strict(_round), 1, 2),
    "count": _Function(_count, 1, _ANY),
}
"""The functions by name; ``count`` alone takes missing values: it counts the others."""
_SPANISH = {
    "suma": "sum",
    "promedio": "avg",
    "mínimo": "min",
    "minimo": "min",
    "máximo": "max",
    "maximo": "max",
    "redondear": "round",
    "contar": "count",
}

_OPERATIONS: Mapping[str, Operation] = {
    "+": _strict(lambda pair: _CONTEXT.add(*pair)),
    "-": _strict(lambda pair: _CONTEXT.subtract(*pair)),
    "*": _strict(lambda pair: _CONTEXT.multiply(*pair)),
    "/": _strict(lambda pair: _CONTEXT.divide(*pair) if pair[1] else None),  # type: ignore[arg-type,return-value]
    "neg": _strict(lambda one: one[0].copy_negate()),
}


@dataclass(frozen=True)
class _Op:
    """One instruction: take ``arity`` values from the stack, and put the result there."""

    operation: Operation
    arity: int


_Code = tuple["_Op | Decimal | str", ...]


def _power(exponent: int) -> Operation:
    def operation(base: list[Decimal]) -> Decimal | None:
        if not base[0] and exponent <= 0:
            return None if exponent else Decimal(1)
        return _CONTEXT.power(base[0], exponent)

    return _strict(operation)  # type: ignore[arg-type]


@v_args(inline=True)
class _Compiler(Transformer[Token, Any]):
    """Turns each rule into instructions as soon as it is recognised; nothing here recurses."""

    def number(self, token: Token) -> _Code:
        return (_literal(token),)

    def variable(self, token: Token) -> _Code:
        return (str(token),)

    def keep(self, code: _Code) -> _Code:
        return code

    def add(self, left: _Code, right: _Code) -> _Code:
        return (*left, *right, _Op(_OPERATIONS["+"], 2))

    def subtract(self, left: _Code, _sign: Token, right: _Code) -> _Code:
        return (*left, *right, _Op(_OPERATIONS["-"], 2))

    def multiply(self, left: _Code, _sign: Token, right: _Code) -> _Code:
        return (*left, *right, _Op(_OPERATIONS["*"], 2))

    def divide(self, left: _Code, _sign: Token, right: _Code) -> _Code:
        return (*left, *right, _Op(_OPERATIONS["/"], 2))

    def negate(self, _sign: Token, code: _Code) -> _Code:
        return (*code, _Op(_OPERATIONS["neg"], 1))

    def raise_to(self, base: _Code, *tokens: Token) -> _Code:
        digits = str(tokens[-1])
        if not digits.isdigit() or int(digits) > MAX_EXPONENT:
            raise _error(
                _("At column ${column}: an exponent is a whole number up to ${most}."),
                _column(tokens[-1]),
                most=MAX_EXPONENT,
            )
        exponent = -int(digits) if len(tokens) > 1 else int(digits)
        return (*base, _Op(_power(exponent), 1))

    def call(self, name: Token, *arguments: _Code | None) -> _Code:
        given = [code for code in arguments if code is not None]
        called = str(name).lower()
        function = FUNCTIONS.get(_SPANISH.get(called, called))
        if function is None:
            raise _error(
                _("At column ${column}: there is no function ${name}; known are ${known}."),
                _column(name),
                tuple(FUNCTIONS),
                name=name,
                known=", ".join(FUNCTIONS),
            )
        # min(1,5) is more likely two values with the wrong sign between them than one of 1.5.
        lone = len(given) == 1 and len(given[0]) == 1 and isinstance(given[0][0], Decimal)
        many = function.most == _ANY
        if (lone and many) or not function.fewest <= len(given) <= function.most:
            raise _error(
                _("At column ${column}: ${name} takes ${fewest} to ${most} values, parted by «;»."),
                _column(name),
                name=name,
                fewest=function.fewest,
                most=function.most,
            )
        return (*(part for code in given for part in code), _Op(function.operation, len(given)))


def _column(token: Token) -> int:
    """Count from the beginning of the text, not of its line, as an input field does."""
    return int(token.start_pos or 0) + 1


def _literal(token: Token) -> Decimal:
    """Read a number, refusing the one that could be two."""
    try:
        return parse_number(str(token))
    except BadNumber as bad:
        column, both = _column(token), bad.mapping
        if "whole" not in both:
            raise _error(_("At column ${column}: the number is too long."), column) from bad
        raise _error(
            _("At column ${column}: «${number}» could mean ${whole} or ${fraction}; write one."),
            column,
            number=token,
            whole=both["whole"],
            fraction=both["fraction"],
        ) from bad


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", transformer=_Compiler(), maybe_placeholders=False)


def _explain(mistake: UnexpectedInput, text: str) -> FormulaError:
    """Say where the formula went wrong, what stands there, and what could."""
    if isinstance(mistake, UnexpectedCharacters):
        names = set(mistake.allowed or ())
        found = text[mistake.pos_in_stream or 0]
        column = (mistake.pos_in_stream or 0) + 1
    else:
        token = getattr(mistake, "token", None)
        possible: Any = getattr(mistake, "accepts", None) or getattr(mistake, "expected", ())
        names = set(possible)
        found = str(token or "")
        column = len(text) + 1 if token is None or token.type == "$END" else _column(token)
    expected = tuple(sorted({_SIGNS.get(name, name) for name in names} - {""}))
    if "NUMBER" in names and not found:
        sentence = _("At column ${column} a number, a name or «(» is missing.")
    elif "NUMBER" in names:
        sentence = _("At column ${column} stands «${found}» in place of a number, a name or «(».")
    elif not found:
        sentence = _(
            "At column ${column} the formula ends too early; one of ${expected} is missing."
        )
    else:
        sentence = _("At column ${column} stands «${found}» in place of one of ${expected}.")
    return _error(sentence, column, expected, found=found, expected=" ".join(expected))


def _compile(text: str) -> _Code:
    return _compile_composed(unicodedata.normalize("NFC", text[: MAX_LENGTH + 1]))


@lru_cache(maxsize=512)
def _compile_composed(text: str) -> _Code:
    if len(text) > MAX_LENGTH:
        raise _error(_("A formula has at most ${most} characters."), 0, most=MAX_LENGTH)
    try:
        code: _Code = _parser().parse(text)  # type: ignore[assignment]
    except UnexpectedInput as mistake:
        raise _explain(mistake, text) from None
    return code


@dataclass(frozen=True)
class Formula:
    """A formula that was understood; make one with :meth:`parse`."""

    text: str
    variables: tuple[str, ...]
    """The names that need a value, in the order in which they first appear."""

    @classmethod
    def parse(cls, text: str) -> Formula:
        """Understand a formula, or raise FormulaError with the column and what was expected."""
        code = _compile(text)
        return cls(text, tuple(dict.fromkeys(part for part in code if isinstance(part, str))))

    def evaluate(self, values: Mapping[str, Decimal | None]) -> Decimal | None:
        """Compute the formula; None («no data») when a value is missing or a divisor is zero.

        Raises FormulaError when the result is too large to be written or a value is no Decimal.
        """
        stack: Values = []
        try:
            for part in _compile(self.text):
                if isinstance(part, _Op):
                    arguments = stack[-part.arity :]
                    del stack[-part.arity :]
                    stack.append(part.operation(arguments))
                else:
                    stack.append(part if isinstance(part, Decimal) else _value(values, part))
        except decimal.DecimalException:
            raise FormulaError(_("The result of the formula is too large.")) from None
        return stack[0]


def _value(values: Mapping[str, Decimal | None], name: str) -> Decimal | None:
    """Look a variable up; what is infinite or not a number counts as missing."""
    value = values.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise FormulaError(_("The value of ${name} is not an exact number."), name=name)
    number = Decimal(value)
    return number if number.is_finite() else None
