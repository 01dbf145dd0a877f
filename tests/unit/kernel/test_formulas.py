"""Formulas: exact arithmetic, no data instead of zero, and nothing but arithmetic."""

from __future__ import annotations

import time
from decimal import Context, Decimal, DecimalException

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.kernel.formulas import FUNCTIONS, Formula, FormulaError

D = Decimal


def compute(text, **values):
    return Formula.parse(text).evaluate(
        {name: value and D(value) for name, value in values.items()}
    )


def outcome(text, value=None):
    """Give the result with one value for all variables, or the refusal; let all else escape."""
    try:
        formula = Formula.parse(text)
        return formula.evaluate(dict.fromkeys(formula.variables, value))
    except FormulaError as refusal:
        return refusal


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 4 - 3", "3"),
        ("16 / 4 / 2", "2"),
        ("2,5 + 2.5", "5"),
        ("-2 ^ 2", "-4"),
        ("(-2) ^ 2", "4"),
        ("2 ^ -2", "0.25"),
        ("0 ^ 0", "1"),
        ("--3 + +4", "7"),
        ("6 \u00d7 7 \u00f7 2 \u2212 1", "20"),
        ("0,1 + 0,2", "0.3"),
        ("sum(1; 2; 3,5)", "6.5"),
        ("suma(1; 2)", "3"),
        ("promedio(1; 2; 6)", "3"),
        ("min(4; 2,5) + MAX(1; 7)", "9.5"),
        ("máximo(1; 3)", "3"),
        ("abs(-3)", "3"),
        ("redondear(2,5)", "3"),
        ("round(-2,3450; 2)", "-2.35"),
        ("count(1; 2; 3)", "3"),
        (" 1\n+\t1 ", "2"),
    ],
)
def test_a_formula_counts_as_on_paper(text, result):
    assert compute(text) == D(result)


def test_the_indicator_of_the_courier_counts():
    formula = Formula.parse("cierre_efectivo / quejas_y_reclamos × 100")
    assert formula.variables == ("cierre_efectivo", "quejas_y_reclamos")
    values = {"cierre_efectivo": D(97), "quejas_y_reclamos": D(100)}
    assert formula.evaluate(values) == 97


def test_spanish_names_are_names_however_they_are_encoded():
    assert compute("número_de_años / ñandúes", número_de_años=6, ñandúes=3) == 2
    assert Formula.parse("an\u0303os").variables == ("años",)


def test_without_data_there_is_no_result_and_never_a_zero():
    assert compute("a / b * 100", a=5, b=0) is None
    assert compute("a / b * 100", a=0, b=0) is None
    assert compute("a + b", a=5) is None
    assert compute("a * 0", a=None) is None
    assert compute("sum(a; b)", a=1, b=None) is None
    assert compute("avg(1; 1 / 0)") is None
    assert compute("0 ^ -1") is None
    assert Formula.parse("a").evaluate({"a": D("NaN")}) is None
    assert Formula.parse("a").evaluate({"a": D("Infinity")}) is None
    assert compute("a / b * 100", a=0, b=5) == 0


def test_count_alone_takes_missing_values():
    assert compute("count(a; b; c)", a=1, b=None) == 1


@pytest.mark.parametrize(
    ("text", "column", "found", "expected"),
    [
        ("", 1, "", "123"),
        ("1 +", 4, "", "123"),
        ("1 + * 2", 5, "*", "123"),
        ("(1 + 2", 7, "", ")"),
        ("1 + 2)", 6, ")", "+"),
        ("a b", 3, "b", "*"),
        ("max(1, 2)", 6, ",", ";"),
        ("a $ b", 3, "$", "+"),
        ("a.b", 2, ".", "+"),
        ("'a'", 1, "'", "abc"),
        ("2 ^ x", 5, "x", "123"),
        ("2 ^ 3 ^ 4", 7, "^", "+"),
        ("1 +\n2 2", 7, "2", "+"),
    ],
)
def test_a_mistake_is_shown_with_its_column_and_what_could_stand_there(
    text, column, found, expected
):
    with pytest.raises(FormulaError) as refusal:
        Formula.parse(text)
    assert refusal.value.column == column
    assert refusal.value.mapping["found"] == found
    assert expected in refusal.value.expected
    assert f"column {column}" in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("2 * raiz(4)", "At column 5: there is no function raiz; known are sum"),
        ("abs(1; 2)", "abs takes 1 to 1 values"),
        ("sum()", "sum takes 1 to"),
        ("1 + " + "9" * 41, "At column 5: the number is too long"),
        ("2 ^ 100", "exponent is a whole number up to 99"),
        ("2 ^ 0,5", "exponent is a whole number"),
        ("1 + 1.234", "At column 5: «1.234» could mean 1234 or 1,2340;"),
        ("max(1,234; 2)", "could mean"),
        ("+".join(["1"] * 300), "at most 500"),
    ],
)
def test_what_is_not_allowed_is_refused_with_the_reason(text, complaint):
    with pytest.raises(FormulaError) as refusal:
        Formula.parse(text)
    assert complaint in str(refusal.value)


def test_a_comma_meant_to_part_two_values_is_not_silently_a_decimal_sign():
    with pytest.raises(FormulaError, match="parted by «;»"):
        Formula.parse("min(1,5)")
    assert compute("sum(a)", a=2) == 2


@pytest.mark.parametrize(
    "attack",
    [
        "__import__('os').system('id')",
        "open('/etc/passwd').read()",
        "().__class__.__bases__",
        "[x for x in y]",
        "a if b else c",
        "lambda: 1",
        "sum([1]*10**8)",
        "a := 1",
        "f'{a}'",
        "a[0]",
        "9**9**9",
    ],
)
def test_d4_33_nothing_but_arithmetic_can_be_written(attack):
    with pytest.raises(FormulaError):
        Formula.parse(attack)


def test_a_name_that_python_knows_is_only_a_missing_variable():
    assert compute("__class__ + print + None") is None


@pytest.mark.parametrize(
    "text",
    [
        "(" * 250 + "1" + ")" * 249,
        "-" * 499 + "1",
        "+".join(["1"] * 250),
        "(((9^99)^99)^99)^99",
        "abs(" * 100 + "1" + ")" * 100,
        "9" * 500,
        "1/" * 249 + "3",
    ],
)
def test_a_hostile_formula_ends_at_once(text):
    begin = time.perf_counter()
    result = outcome(text)
    assert result is None or isinstance(result, FormulaError) or result.is_finite()
    assert time.perf_counter() - begin < 1


def test_a_result_beyond_all_measure_is_refused():
    with pytest.raises(FormulaError, match="too large"):
        compute("(((9^99)^99)^99)^99")
    with pytest.raises(FormulaError, match="too large"):
        compute("a ^ 99", a="1E+4000")


def test_an_inexact_number_is_no_value():
    for value in (1.5, True, "3"):
        with pytest.raises(FormulaError, match="not an exact number"):
            Formula.parse("a").evaluate({"a": value})
    assert Formula.parse("a").evaluate({"a": 3}) == 3


def test_rounding_asks_for_a_sensible_number_of_places():
    with pytest.raises(FormulaError, match="places"):
        compute("round(1; 13)")
    with pytest.raises(FormulaError, match="places"):
        compute("round(1; 0,5)")
    assert compute("round(a; 2)", a="1E+40") == D("1E+40")


PAPER = Context(prec=34, Emax=6144, Emin=-6143)
LEAVES = st.one_of(
    st.decimals(0, 10**6, places=2).map(lambda value: (f"{value:f}".replace(".", ","), value)),
    st.sampled_from("abc").map(lambda name: (name, name)),
)


def branches(children):
    pairs = st.tuples(children, st.sampled_from("+-*/"), children)
    return st.one_of(
        pairs.map(lambda t: (f"({t[0][0]} {t[1]} {t[2][0]})", (t[1], t[0][1], t[2][1]))),
        children.map(lambda t: (f"-{t[0]}" if t[0][0] != "-" else f"-({t[0]})", ("neg", t[1]))),
    )


def on_paper(tree, values):
    """Compute a tree with plain Decimal arithmetic, another way than the formula does."""
    if isinstance(tree, Decimal):
        return tree
    if isinstance(tree, str):
        return values[tree]
    parts = [on_paper(part, values) for part in tree[1:]]
    if any(part is None for part in parts):
        return None
    if tree[0] == "neg":
        return parts[0].copy_negate()
    if tree[0] == "/":
        return PAPER.divide(*parts) if parts[1] else None
    return {"+": PAPER.add, "-": PAPER.subtract, "*": PAPER.multiply}[tree[0]](*parts)


@given(
    st.recursive(LEAVES, branches, max_leaves=12).filter(lambda drawn: len(drawn[0]) <= 500),
    st.fixed_dictionaries(
        {name: st.one_of(st.none(), st.decimals(-1000, 1000, places=3)) for name in "abc"}
    ),
)
def test_formulas_agree_with_arithmetic_on_paper(drawn, values):
    text, tree = drawn
    try:
        wanted = on_paper(tree, values)
    except DecimalException:
        with pytest.raises(FormulaError):
            Formula.parse(text).evaluate(values)
        return
    formula = Formula.parse(text)
    assert formula.evaluate(values) == wanted
    assert set(formula.variables) <= {"a", "b", "c"}


PIECES = st.sampled_from(
    ["1", "2,5", "0", "a", "ñ", "+", "-", "*", "/", "^", "(", ")", ";", " ", "99", *FUNCTIONS, "."]
)


@given(st.one_of(st.lists(PIECES, max_size=25).map("".join), st.text(max_size=40)))
def test_any_text_is_a_formula_or_is_refused(text):
    result = outcome(text, D("-7.5"))
    if isinstance(result, FormulaError):
        assert 0 <= result.column <= len(text) + 1
        assert "${" not in str(result) or "${" in text
    else:
        assert result is None or result.is_finite()
