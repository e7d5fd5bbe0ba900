"""Exact moments against known values, independent quadrature, laws and refusals."""

import itertools
import subprocess
import sys
from functools import cache

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Abs,
    Float,
    I,
    Max,
    Min,
    N,
    Rational,
    S,
    Symbol,
    asin,
    cos,
    erf,
    exp,
    lambdify,
    oo,
    pi,
    sin,
    sqrt,
    symbols,
    tanh,
)

from symbolic.derivation import StepError
from symbolic.moments.activation import from_ode, leaky_relu, named_activation, piecewise, smooth
from symbolic.moments.activation_recognition import from_expression
from symbolic.moments.constant_form import constants_equal
from symbolic.moments.exact import MOMENT_KEYS, activation_moments, exact_moment, rho_form
from symbolic.moments.expectation import Expectation, generator, phi, z
from symbolic.moments.gaussian_integrals import gaussian_expectation, integrate_gaussian
from symbolic.moments.gaussian_terms import GaussianTerms, NoClosedForm, NotIntegrable
from symbolic.moments.integral_form import REAL_LINE, IntegralForm, lower_powers, stein_rule

sigma = symbols("sigma", positive=True)
slope = symbols("a", real=True)
TABLES = ["alpha_10", "alpha_11", "alpha_20", "beta_10", "beta_11", "beta_12", "beta_20", "beta_22", "gamma"]


@pytest.fixture(autouse=True)
def _working_precision():
    with mpmath.workdps(45):
        yield


def quadrature(pieces, a, b, c):
    """E[phi^a phi'^b z^c] by mpmath alone: an oracle that shares only SymPy's diff and printing."""
    total = mpmath.mpf(0)
    for lo, hi, f in pieces:
        g = lambdify(z, f**a * f.diff(z) ** b * z**c * exp(-(z**2) / 2), "mpmath")
        if (lo, hi) == (-oo, oo):  # analytic in a strip: the trapezoidal rule converges like exp(-2 pi width / step)
            total += mpmath.fsum(g(mpmath.mpf(k) / 12) for k in range(-168, 169)) / 12
        else:
            left = mpmath.mpf(-14) if lo == -oo else mpmath.mpf(lo.p) / lo.q
            right = mpmath.mpf(14) if hi == oo else mpmath.mpf(hi.p) / hi.q
            inner = [x for x in (-9, -6, -4, -2, 0, 2, 4, 6, 9) if left < x < right]
            total += mpmath.quad(g, [left, *inner, right])
    return total / mpmath.sqrt(2 * mpmath.pi)


@cache
def basis_number(activation, own, n):
    """E[u^n] by quadrature, u the activation itself or the logistic of kz."""
    u = activation.expression if own else 1 / (1 + exp(-activation.algebra.scale * z))
    return Float(str(quadrature(((-oo, oo, u),), n, 0, 0)), 42)


def number(value, activation=None):
    """The exact value to 40 digits, basis moments by quadrature of the generator."""
    values = {}
    for atom in value.atoms(Expectation):
        (symbol,) = atom.args[0].free_symbols
        values[atom] = basis_number(activation, symbol == phi, atom.args[0].as_poly(symbol).degree())
    return mpmath.mpf(str(N(value.xreplace(values), 40)))


CLOSED = {
    "relu": named_activation("relu"),
    "leaky": leaky_relu(Rational(1, 10)),
    "erf": named_activation("erf"),
    "erf/sqrt2": from_expression(erf(z / sqrt(2))),
    "erf2/3": named_activation("erf").scaled(Rational(2, 3)),
    "gelu": named_activation("gelu"),
    "identity": named_activation("identity"),
    "square": named_activation("square"),
    "sin": named_activation("sin"),
    "cos": named_activation("cos"),
    "sin3/2": named_activation("sin").scaled(Rational(3, 2)),
    "hard tanh": from_expression(Max(-1, Min(1, z))),
    "hard swish": from_expression(z * Max(0, Min(1, z / 6 + Rational(1, 2)))),
    "abs": from_expression(Abs(z - Rational(1, 2))),
    "bump": from_expression(z * exp(-(z**2) + z / 2)),
    "elu": from_expression(Max(z, 0) + (exp(Min(z, 0)) - 1)),
    "half sine": from_expression(sin(Max(z, 0))),
}


@pytest.mark.parametrize("name", CLOSED)
def test_closed_forms_agree_with_quadrature(name):
    activation = CLOSED[name]
    for key, exponents in MOMENT_KEYS.items():
        moment = exact_moment(activation, *exponents)
        assert moment.is_closed_form
        assert abs(number(moment.value) - quadrature(activation.pieces, *exponents)) < 1e-25, key
        assert moment.derivation.recheck()


@pytest.mark.parametrize(
    ("name", "exponents"),
    [
        ("gelu", (3, 1, 2)),
        ("gelu", (4, 0, 0)),
        ("gelu", (0, 3, 1)),
        ("relu", (3, 2, 3)),
        ("sin", (3, 2, 4)),
        ("erf", (3, 0, 3)),
    ],
)
def test_any_exponents_agree_with_quadrature(name, exponents):
    moment = exact_moment(CLOSED[name], *exponents)
    assert abs(number(moment.value) - quadrature(CLOSED[name].pieces, *exponents)) < 1e-25


ODES = {
    "tanh": named_activation("tanh"),
    "sigmoid": named_activation("sigmoid"),
    "tanh/2": named_activation("tanh").scaled(Rational(1, 2)),
    "tanh sqrt2": from_expression(tanh(sqrt(2) * z)),
    "silu": named_activation("silu"),
    "quick gelu": from_expression(z / (1 + exp(-Rational(851, 500) * z))),
    "tanh cubed": from_expression(tanh(z) ** 3),
    "affine": from_expression(3 * tanh(z / 2) + 1),
    "mixed": from_expression(z * tanh(z) + z**2),
}


@pytest.mark.parametrize("name", ODES)
def test_stein_reductions_agree_with_quadrature(name):
    activation = ODES[name]
    for key, exponents in [*MOMENT_KEYS.items(), ("3,1,4", (3, 1, 4))]:
        moment = exact_moment(activation, *exponents)
        assert abs(number(moment.value, activation) - quadrature(activation.pieces, *exponents)) < 1e-22, key
        assert moment.derivation.recheck()


def test_relu_table_and_the_printed_one():
    values = {key: moment.value for key, moment in activation_moments(named_activation("relu")).items()}
    for key in ("alpha_11", "alpha_20", "beta_10", "beta_12", "beta_20", "beta_22", "gamma"):
        assert values[key] == Rational(1, 2)
    for key in ("alpha_10", "beta_11"):  # printed as 1/2
        assert constants_equal(values[key], 1 / sqrt(2 * pi))
        assert not constants_equal(values[key], Rational(1, 2))
    assert constants_equal(values["rho_offdiagonal"], Rational(3, 16) - 1 / (8 * pi))
    assert constants_equal(values["rho_diagonal"], -1 / (8 * pi))


def test_error_functions_on_a_half_line():
    for f, exponents in [(z * erf(z), (1, 0, 0)), (erf(z), (2, 0, 1)), (z * erf(z), (1, 1, 0))]:
        activation = piecewise("half", [(-oo, 0, 0), (0, oo, f)])
        assert (
            abs(number(exact_moment(activation, *exponents).value) - quadrature(activation.pieces, *exponents)) < 1e-25
        )


def test_one_error_function_against_an_exponential():
    activation = smooth("f", erf(z) * exp(z / 3))
    for exponents in [(1, 0, 0), (1, 0, 3), (0, 1, 1)]:
        assert (
            abs(number(exact_moment(activation, *exponents).value) - quadrature(activation.pieces, *exponents)) < 1e-25
        )
    with pytest.raises(NoClosedForm, match="Owen"):
        exact_moment(activation, 2, 0, 0)


def test_known_closed_forms():
    table = {key: moment.value for key, moment in activation_moments(leaky_relu(slope)).items()}
    assert constants_equal(table["alpha_10"], (1 - slope) / sqrt(2 * pi))
    assert constants_equal(table["rho_diagonal"], -((1 - slope**2) ** 2) / (8 * pi))
    scaled_erf = exact_moment(named_activation("erf").scaled(sigma), 2, 0, 0).value
    assert constants_equal(scaled_erf, 2 / pi * asin(2 * sigma**2 / (1 + 2 * sigma**2)))
    assert gaussian_expectation(erf(z / sqrt(2)) ** 4).result == Rational(1, 5)
    assert (
        gaussian_expectation(erf(z / sqrt(2)) ** 3 * z).result == gaussian_expectation(z * erf(z / sqrt(2)) ** 3).result
    )
    square = rho_form(named_activation("square"))
    assert (square.off_diagonal.value, square.diagonal.value) == (12, 0)


def test_tanh_and_sigmoid_rho_are_these_polynomials():
    m2, m4, m6 = (Expectation(phi**n) for n in (2, 4, 6))
    tanh_rho, sigmoid_rho = rho_form(named_activation("tanh")), rho_form(named_activation("sigmoid"))
    assert constants_equal(tanh_rho.off_diagonal.value, m2 * (1 - 2 * m2 + m4) - (1 - m2) ** 4)
    beta22, beta12, gamma = 26 * m2 - 43 * m4 + 20 * m6 - 3, 7 * m2 - 6 * m4 - 1, 1 - 4 * m2 + 3 * m4
    assert constants_equal(tanh_rho.diagonal.value, m2 * beta22 - gamma**2)
    assert not constants_equal(tanh_rho.diagonal.value, m2 * beta22 - gamma**2 - beta12**2)
    assert tanh_rho.diagonal.basis == sigmoid_rho.diagonal.basis == (m2, m4, m6)
    h = Rational(1, 2)
    off = m2 * (h - 2 * m2 + m4) - h**2 * (h - m2) ** 2 - (h - m2) ** 4
    assert constants_equal(sigmoid_rho.off_diagonal.value, off)
    assert number(tanh_rho.diagonal.value, named_activation("tanh")) < number(
        tanh_rho.off_diagonal.value, named_activation("tanh")
    )


def test_even_derivative_gives_beta_11_zero():
    for name in ("tanh", "sigmoid", "erf", "sin", "identity"):
        assert exact_moment(named_activation(name), 0, 1, 1).value == 0
    assert exact_moment(named_activation("gelu"), 0, 1, 1).value != 0


def test_scaling_symbol_specialises():
    symbolic = activation_moments(named_activation("tanh").scaled(sigma))
    concrete = activation_moments(named_activation("tanh").scaled(Rational(3, 4)))
    for key, moment in symbolic.items():
        assert constants_equal(moment.value.subs(sigma, Rational(3, 4)), concrete[key].value)


def test_constant_and_asymmetric_solutions():
    constant = from_ode("one", generator - generator**2, 1)
    assert [exact_moment(constant, a, b, c).value for a, b, c in [(3, 0, 2), (1, 1, 1), (0, 0, 4)]] == [1, 0, 3]
    skew = from_ode("skew", generator - generator**2, Rational(1, 3))
    assert exact_moment(skew, 0, 1, 0).value == Expectation(phi) - Expectation(phi**2)
    shifted = 1 / (1 + 2 * exp(-z))  # its value at 0 is 1/3
    moment = exact_moment(skew, 1, 1, 2)
    numbers = {
        e: Float(str(quadrature(((-oo, oo, shifted),), e.args[0].as_poly(phi).degree(), 0, 0)), 40)
        for e in moment.basis
    }
    assert (
        abs(mpmath.mpf(str(N(moment.value.xreplace(numbers), 40))) - quadrature(((-oo, oo, shifted),), 1, 1, 2)) < 1e-20
    )


@pytest.mark.parametrize(
    ("expression", "error", "reason"),
    [
        (exp(z**2), NotIntegrable, "does not decay"),
        (exp(z**2 / 4), NotIntegrable, "does not decay"),  # its square is the borderline case
        (1 / z, NoClosedForm, "1/z"),
        (erf(z) ** 2, NoClosedForm, "orthant"),  # its square is erf^4
        (tanh(z**2), NoClosedForm, "tanh"),
        (erf(z**2), NoClosedForm, "argument"),
        (erf(z + 1), NoClosedForm, "Owen"),
        (erf(Symbol("b") * z), NoClosedForm, "real"),
        (sqrt(z), NoClosedForm, "power"),
        (exp(z**3), NoClosedForm, "argument"),
        (exp(Symbol("b", real=True) * z**2), NoClosedForm, "positive"),
    ],
)
def test_refusals_carry_their_reason(expression, error, reason):
    with pytest.raises(error) as caught:
        exact_moment(smooth("f", expression), 2, 0, 0)
    assert reason in caught.value.reason


@pytest.mark.parametrize("exponents", [(-1, 0, 0), (0, -2, 0), (0, 0, 0.5)])
def test_exponents_are_whole(exponents):
    with pytest.raises(NoClosedForm, match="whole"):
        exact_moment(named_activation("relu"), *exponents)


def test_stein_needs_its_jump_terms():
    """For ReLU E[z phi'] is not E[phi''] = 0: the jump of phi' at 0 contributes its density there."""
    form = IntegralForm.of({(S.Zero, oo): GaussianTerms.from_sympy(z)})
    lowered, certificates = lower_powers(form)
    assert constants_equal(lowered.constant, 1 / sqrt(2 * pi))
    assert stein_rule(certificates).holds(form, lowered)
    assert not stein_rule(certificates).holds(form, IntegralForm.of({}, S.Zero))


def test_rules_refuse_near_misses():
    moment = exact_moment(named_activation("tanh"), 0, 1, 2)
    for step in moment.derivation:
        wrong = step.after + Expectation(phi**4)
        assert not step.rule.holds(step.before, wrong)
        assert not step.rule.holds(step.before, step.after + 1)
    closed = exact_moment(named_activation("gelu"), 2, 0, 0)
    last = closed.derivation.steps[-1]
    with pytest.raises(StepError):
        type(last)(last.before, last.after + 1, last.rule)
    for step in closed.derivation.steps[1:]:
        assert not step.rule.holds(step.before, closed.value + 1)


rationals = st.fractions(min_value=-2, max_value=2, max_denominator=3).map(
    lambda q: Rational(q.numerator, q.denominator)
)


@st.composite
def functions(draw):
    """A random element of the algebra with at most one erf factor a term, integrable with room to spare."""
    total = S.Zero
    for _ in range(draw(st.integers(1, 3))):
        n, square = draw(st.integers(0, 3)), draw(st.integers(0, 2))
        head = draw(st.sampled_from([S.One, erf(z), erf(2 * z), sin(z), cos(2 * z), exp(z)]))
        total += draw(rationals) * z**n * exp(-Rational(square, 2) * z**2) * head
    return total


@settings(max_examples=25, deadline=None)
@given(functions())
def test_law_stein(f):
    """E[z f] = E[f'] through the whole engine."""
    assert constants_equal(gaussian_expectation(z * f).result, gaussian_expectation(f.diff(z)).result)


@settings(max_examples=15, deadline=None)
@given(functions(), functions(), rationals)
def test_law_linearity(f, g, c):
    separate = gaussian_expectation(f).result + c * gaussian_expectation(g).result
    assert constants_equal(gaussian_expectation(f + c * g).result, separate)


@settings(max_examples=15, deadline=None)
@given(functions(), st.sampled_from([-1, 0, Rational(1, 2)]))
def test_law_additivity_over_intervals(f, cut):
    terms = GaussianTerms.from_sympy(f)
    try:
        parts = [
            integrate_gaussian(IntegralForm.of({interval: terms})).result for interval in ((-oo, S(cut)), (S(cut), oo))
        ]
    except NoClosedForm:
        return
    whole = integrate_gaussian(IntegralForm.of({REAL_LINE: terms})).result
    assert abs(N(parts[0] + parts[1] - whole, 30)) < 1e-28


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 3), st.integers(0, 2), st.integers(0, 4))
def test_law_scaling_of_even_and_odd(a, b, c):
    """For odd φ (tanh) the moment vanishes when a + c is odd; never otherwise for this range."""
    value = exact_moment(named_activation("tanh"), a, b, c).value
    assert (value == 0) == ((a + c) % 2 == 1)


def test_values_are_real_and_presented_once():
    for activation in (CLOSED["sin"], CLOSED["half sine"], CLOSED["elu"]):
        for exponents in itertools.product(range(3), range(2), range(2)):
            value = exact_moment(activation, *exponents).value
            assert not value.has(I)
            assert str(value) == str(exact_moment(activation, *exponents).value)


def test_same_bytes_under_any_hash_seed():
    code = (
        "from symbolic.moments.activation import named_activation, leaky_relu;"
        "from symbolic.moments.exact import activation_moments;"
        "from sympy import Symbol, latex\n"
        "for f in [named_activation(n) for n in ('gelu', 'silu')] + [leaky_relu(Symbol('a', real=True))]:\n"
        "    for k, m in activation_moments(f).items(): print(k, m.value, latex(m.value), m.derivation.to_records())"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_table_keys():
    assert list(MOMENT_KEYS) == TABLES
    assert list(activation_moments(named_activation("relu"))) == [*TABLES, "rho_offdiagonal", "rho_diagonal"]
