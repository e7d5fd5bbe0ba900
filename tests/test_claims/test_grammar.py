"""The grammar: both forms agree, decimals are exact, and everything else is refused in one line with its position."""

from fractions import Fraction

import pytest
import sympy
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.grammar import FUNCTIONS, MAX_LENGTH, GrammarError, parse_activation, z
from numeric.enclosures.ball_evaluation import evaluate
from numeric.enclosures.ball_expression import Z, apply
from numeric.enclosures.balls import rational_ball, working_bits


def agree(parsed, point):
    with working_bits(120):
        ball = evaluate(parsed.tree, rational_ball(point))
        exact = sympy.N(parsed.sympy.subs(z, sympy.Rational(point.numerator, point.denominator)), 30)
        return ball.overlaps(arb(str(exact), "1e-25")) and ball.rad() < 1e-20


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_bare_name_is_the_function_of_z_in_both_forms(name):
    parsed = parse_activation(name)
    assert parsed.name == name
    for point in (Fraction(2, 3), Fraction(5, 2)):
        assert agree(parsed, point)
    if name not in {"log", "sqrt"}:
        assert agree(parsed, Fraction(-4, 3))
    assert parsed.sympy == parse_activation(f"{name}(z)").sympy


TEXTS = [
    "z/(1+exp(-1.702*z))",
    "tanh(z)**3",
    "leaky_relu(1/10)",
    "leaky_relu(2*z - 1, 0.25)",
    "erf(z/sqrt(2))",
    "max(z, 0) - min(z, 1/3)",
    "e**(-z**2) + E*pi",
    "2**z - 3**(1/2)",
    "-z**2 + +z",
    "1e-3*z + .5*z + 3.",
    "ln(2 + cos(z)) * arctan(z)",
    "Abs(z) + Heaviside(z - 1) + swish(z)",
    "1/cosh(z)**2",
    "(1 + z**2)**(-2/3)",
]


@pytest.mark.parametrize("text", TEXTS)
def test_both_forms_agree(text):
    parsed = parse_activation(text)
    assert all(agree(parsed, point) for point in (Fraction(1, 7), Fraction(9, 4), Fraction(-5, 3)))


def test_decimals_are_exact_rationals():
    assert parse_activation("1.702*z").sympy == sympy.Rational(851, 500) * z
    assert parse_activation("0.1").tree.value == Fraction(1, 10)
    assert not parse_activation("1.702*z + 1e-7").sympy.atoms(sympy.Float)


def test_leaky_relu_with_one_argument_takes_the_slope():
    assert parse_activation("leaky_relu(1/10)").sympy == parse_activation("leaky_relu(z, 1/10)").sympy


def test_the_symbol_is_real_and_the_tree_is_the_same_function():
    parsed = parse_activation(" tanh ")
    assert parsed.tree == apply("tanh", Z)
    assert parsed.sympy == sympy.tanh(sympy.Symbol("z", real=True))


REFUSED = [
    ("", "empty"),
    ("   ", "empty"),
    ("tanh(z", r"'\(' at column 5 is never closed"),
    ("z)", r"'\)' at column 2 closes nothing"),
    ("tanj(z)", "column 1; did you mean 'tan"),
    ("1 + sigmiod(z)", "column 5; did you mean 'sigmoid'"),
    ("x", "the variable is z"),
    ("z +", "not an expression"),
    ("z z", "not an expression"),
    ("z^2", r"\*\*"),
    ("z @ z", "operator MatMult"),
    ("z // 2", "operator FloorDiv"),
    ("~z", "operator Invert"),
    ("z.real", "attributes such as .real"),
    ("().__class__", "attributes"),
    ('__import__("os").getpid()', "can be called|attributes|unknown"),
    ("__import__('os')", "unknown name"),
    ("eval('1')", "unknown name"),
    ("1 + np.tanh(z)", r"write tanh\(\.\.\.\) without a module before it; a dotted name stands at column 5"),
    ("exp.__call__(z)", "only the functions|attributes"),
    ("(lambda: 1)()", "only the functions"),
    ("[z]", "List"),
    ("z if z else 1", "IfExp"),
    ("z < 1", "Compare"),
    ("(z := 1)", "NamedExpr"),
    ("f'{z}'", "JoinedStr"),
    ("'z'", "str constant"),
    ("True", "bool constant"),
    ("None", "NoneType constant"),
    ("...", "ellipsis constant"),
    ("1j*z", "complex constant"),
    ("0x10", "plain decimals"),
    ("1_000*z", "plain decimals"),
    ("1e999999*z", "too large an exponent"),
    ("9**9**9", "exponent 387420489 is too large"),
    ("(2**90)**90", "too large a number"),
    ("z**z", "positive constant base"),
    ("z**1001", "too large"),
    ("1/0", "division by zero at column 3"),
    ("1/(z - z)", "division by zero"),
    ("0**(-1)", "division by zero"),
    ("log(0)*z", "no finite real value"),
    ("sqrt(-2)", "no finite real value"),
    ("tanh + 1", "needs an argument here, as in tanh"),
    ("leaky_relu", "needs its slope"),
    ("leaky_relu(z)", "constant slope"),
    ("max(z)", "2 arguments, not 1"),
    ("sin(z, z)", "1 argument, not 2"),
    ("sin()", "1 argument, not 0"),
    ("sin(x=z)", "plain arguments"),
    ("sin(*z)", "plain arguments"),
    ("z(2)", "not a function"),
    ("z\n+1", "more than one line"),
    ("z\0", "control character"),
    ("−z", "not an expression"),
    ("(" * 400 + "z" + ")" * 400, "nested|not an expression"),
    ("-" * 900 + "z", "nested|too many parts"),
    ("z" + "+z" * (MAX_LENGTH // 2 - 1), "too many parts|nested"),
    ("z" * (MAX_LENGTH + 1), "characters"),
    ("7" * 990 + "**99", "too large"),
    ("silu(" * 40 + "z" + ")" * 40, "written out"),
    ("softsign(" * 40 + "z" + ")" * 40, "written out"),
    ("sigm\udcffoid(z)", "encoding"),
]


@pytest.mark.parametrize(("text", "words"), REFUSED)
def test_refusals_are_one_clear_line(text, words):
    with pytest.raises(GrammarError, match=words) as caught:
        parse_activation(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


@given(st.text(alphabet="z()+-*/.,0123456789eEpi tanhsigmodrelux_'\"[]{}:=^%&|~<>\\\n", max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_is_parsed_or_refused(text):
    try:
        parsed = parse_activation(text)
    except GrammarError as refusal:
        message, constant = str(refusal), None
    else:
        message, constant = "", parsed.tree.is_constant()
        # Cancellation may remove z from one form and not from the other; a tree without z is never one with it.
        assert not constant or not parsed.sympy.diff(z).subs(z, sympy.Rational(1, 3)).is_nonzero
    assert "\n" not in message


def test_nothing_is_executed(monkeypatch):
    called = []
    monkeypatch.setattr("os.getpid", lambda: called.append(1))
    for text in ('__import__("os").getpid()', 'exp(__import__("os").getpid())', "os.getpid()"):
        with pytest.raises(GrammarError):
            parse_activation(text)
    assert not called
