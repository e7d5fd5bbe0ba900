"""Equation (9) and section C.2: the activation moments, the printed values of ρ, and what the text says of β₁₁."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from sympy import Expr, Rational, S, pi, sqrt

from claims.checkers.exact_values import decide_decimal, decide_exact_value, decide_order
from claims.evidence import Evidence
from claims.exact_balls import ball_of
from claims.papers.nimc.orthogonal_square_term import FINITE
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.enclosures.ball_expression import Expression, Z, apply
from numeric.enclosures.moment_enclosure import enclose_moments
from numeric.enclosures.tanh_moments import TanhActivation, enclose_standard_moments
from numeric.enclosures.tanh_moments import sigmoid as sigmoid_balls
from symbolic.moments.activation import named_activation
from symbolic.moments.exact import MOMENT_KEYS, ExactMoment, exact_moment, rho_form
from symbolic.moments.expectation import Expectation, phi

NORMAL = Hypothesis("standard normal", r"$z\sim\mathcal N(0,1)$")

_TREES: dict[str, Expression] = {name: apply(name, Z) for name in ("sigmoid", "tanh", "relu")}
_BALLS = {"sigmoid": sigmoid_balls(), "tanh": TanhActivation(1)}
_BASIS = (2, 4, 6)


@cache
def _by_quadrature(activation: str, digits: int) -> dict[tuple[int, int, int], Any]:
    """Return all moments of equation (9) and the basis moments; one set of nodes serves all of them."""
    wanted = [*MOMENT_KEYS.values(), *((n, 0, 0) for n in _BASIS)]
    enclosures = enclose_moments(_TREES[activation], wanted, digits)
    return {exponents: e.value for exponents, e in zip(wanted, enclosures, strict=True)}


def enclosed(activation: str, key: str) -> Callable[[int], Any]:
    """Return the enclosure of a moment of equation (9) by quadrature, as a function of the digits."""
    return lambda digits: _by_quadrature(activation, digits)[MOMENT_KEYS[key]]


def _derived(activation: str, key: str) -> ExactMoment:
    return exact_moment(named_activation(activation), *MOMENT_KEYS[key])


def basis_balls(activation: str) -> dict[Expr, Callable[[int], Any]]:
    """Return enclosures, by quadrature, of the basis moments E[φ²], E[φ⁴], E[φ⁶]."""

    def enclosing(n: int) -> Callable[[int], Any]:
        return lambda digits: _by_quadrature(activation, digits)[n, 0, 0]

    return {Expectation(phi**n): enclosing(n) for n in _BASIS}


def _rho_by_series(activation: str, term: str) -> Callable[[int], Any]:
    def enclose(digits: int) -> Any:
        _, rho = enclose_standard_moments(_BALLS[activation], digits=digits)
        return getattr(rho, term)

    return enclose


def _rho_by_quadrature(activation: str, term: str) -> Callable[[int], Any]:
    """Return ρ's term as the exact polynomial in the basis moments, these enclosed by quadrature."""

    def enclose(digits: int) -> Any:
        polynomial = getattr(rho_form(named_activation(activation)), term).value
        # The polynomial cancels about five digits.
        atoms = {atom: ball(digits + 10) for atom, ball in basis_balls(activation).items()}
        return ball_of(polynomial, atoms)

    return enclose


_DEFINITION = r"""$\alpha_{i,j}=\mathbb E_{z\sim\mathcal N(0,1)}[\phi(z)^iz^j]$,
$\beta_{i,j}=\mathbb E[\phi'(z)^iz^j]$, $\gamma=\mathbb E[\phi(z)\phi'(z)z]$,
$\rho=\min\{\alpha_{2,0}\beta_{2,0}-\alpha_{1,0}^2\beta_{1,0}^2-\beta_{1,0}^2\alpha_{1,1}^2,\;
\alpha_{2,0}\beta_{2,2}-\alpha_{1,0}^2\beta_{1,2}^2-\gamma^2\}$"""


def _polynomial(activation: str, key: str, wrong: Expr = S.Zero) -> Evidence:
    """Check the reduction of one moment to the basis E[φ²], E[φ⁴], E[φ⁶] against its own enclosure."""
    derived = _derived(activation, key)
    return decide_exact_value(
        derived,
        derived.value + wrong,
        enclosed(activation, key),
        part=f"{activation} {key}",
        basis=basis_balls(activation),
    )


@claim(
    "nimc:equation-9",
    kind="equation",
    label="Equation (9)",
    printed=_DEFINITION,
    hypotheses=[NORMAL, FINITE],
    parts=[f"{activation} {key}" for activation in ("sigmoid", "tanh") for key in MOMENT_KEYS],
)
def equation_9() -> list[Evidence]:
    """A definition: it has content where the moments exist. For sigmoid and tanh all of them, hence ρ, are exact
    polynomials in E[φ²], E[φ⁴], E[φ⁶], by Stein's lemma, φ' = P(φ) and symmetry."""  # noqa: D205, D209
    return [_polynomial(activation, key) for activation in ("sigmoid", "tanh") for key in MOMENT_KEYS]


equation_9.near_misses(
    lambda shift: _polynomial("tanh", "gamma", shift),
    {
        "the coefficient of E[phi^4] in gamma one too large": Expectation(phi**4),
        "the constant term of gamma dropped": S.NegativeOne,
    },
)


def _decimal(activation: str, term: str, printed: str) -> Evidence:
    return decide_decimal(_rho_by_series(activation, term), _rho_by_quadrature(activation, term), printed, part="value")


def smaller_term(activation: str, smaller: str, larger: str, *, part: str = "which term") -> Evidence:
    """Check by disjoint balls which term of ρ is the smaller one."""
    return decide_order(
        (_rho_by_series(activation, smaller), _rho_by_quadrature(activation, smaller)),
        (_rho_by_series(activation, larger), _rho_by_quadrature(activation, larger)),
        f"the {smaller.replace('_', '-')} term is the smaller one",
        part=part,
    )


@claim(
    "nimc:section-C.2.rho-sigmoid",
    kind="section",
    label="Section C.2, ρ for sigmoid",
    printed=r"For sigmoid, $\rho\approx 0.000658$ (also printed as $\rho = 0.000658$)",
    hypotheses=[NORMAL],
    depends_on=["nimc:equation-9"],
    parts=["value", "which term"],
)
def rho_sigmoid() -> list[Evidence]:
    """ρ is the off-diagonal term, 0.00065833…; the printed digits are right."""
    return [
        _decimal("sigmoid", "off_diagonal", "0.000658"),
        smaller_term("sigmoid", "off_diagonal", "diagonal"),
    ]


rho_sigmoid.near_misses(
    lambda printed: _decimal("sigmoid", "off_diagonal", printed),
    {"last digit one larger": "0.000659", "last digit one smaller": "0.000657"},
)


@rho_sigmoid.mutant("the diagonal term is the smaller one")
def _() -> Evidence:
    return smaller_term("sigmoid", "diagonal", "off_diagonal")


@claim(
    "nimc:section-C.2.rho-tanh",
    kind="section",
    label="Section C.2, ρ for tanh",
    printed=r"For tanh, $\rho\approx 0.0095$ (also printed as $\rho = 0.0095$)",
    hypotheses=[NORMAL],
    depends_on=["nimc:equation-9"],
    parts=["value", "which term"],
)
def rho_tanh() -> list[Evidence]:
    """ρ is the diagonal term, 0.0094586…; the printed digits are right."""
    return [_decimal("tanh", "diagonal", "0.0095"), smaller_term("tanh", "diagonal", "off_diagonal")]


rho_tanh.near_misses(
    lambda printed: _decimal("tanh", "diagonal", printed),
    {"last digit one smaller": "0.0094", "rounded to one digit more, wrongly": "0.00945"},
)


@rho_tanh.mutant("the off-diagonal term is the smaller one")
def _() -> Evidence:
    return smaller_term("tanh", "off_diagonal", "diagonal")


def exact_value(activation: str, key: str, printed: Expr, part: str = "") -> Evidence:
    """Check a moment's derived exact value against a printed one and against quadrature."""
    basis = None if activation == "relu" else basis_balls(activation)
    return decide_exact_value(_derived(activation, key), printed, enclosed(activation, key), part=part, basis=basis)


@claim(
    "nimc:section-C.2.beta11",
    kind="section",
    label="Section C.2, β₁₁ of sigmoid and tanh",
    printed=r"Sigmoid and tanh have derivatives symmetric about 0, so they satisfy $\beta_{1,1}=0$",
    hypotheses=[NORMAL],
    parts=["sigmoid", "tanh"],
)
def beta_11() -> list[Evidence]:
    """φ' is even, so E[φ'(z) z] = 0."""
    return [exact_value("sigmoid", "beta_11", S.Zero, "sigmoid"), exact_value("tanh", "beta_11", S.Zero, "tanh")]


beta_11.near_misses(
    lambda activation: exact_value(activation, "beta_11", S.Zero, "sigmoid"),
    {"ReLU satisfies it too": "relu"},
)


@beta_11.mutant("beta_12 vanishes for tanh as well")
def _() -> Evidence:
    return exact_value("tanh", "beta_12", S.Zero, "tanh")


HALF = Rational(1, 2)
NORMAL_MEAN = 1 / sqrt(2 * pi)


@claim(
    "nimc:section-C.2.beta11-relu",
    kind="section",
    label="Section C.2, β₁₁ of ReLU",
    printed=r"For ReLU, $\beta_{1,1}=1/2$, so ReLU does not fit in this lemma",
    hypotheses=[NORMAL],
    erratum=Erratum(
        "misprint",
        "β₁₁ = E[1(z>0) z] = 1/√(2π) ≈ 0.3989, not 1/2. The conclusion stands: it is not 0.",
        corrected_by="nimc:section-D.1.relu-moments.corrected",
    ),
)
def beta_11_relu() -> Evidence:
    """Half of the first absolute moment of z, not of its second."""
    return exact_value("relu", "beta_11", HALF)


beta_11_relu.near_misses(
    lambda printed: exact_value("relu", "beta_11", printed),
    {"zero, as for sigmoid": S.Zero, "without the factor 2 under the root": 1 / sqrt(pi)},
)

RELU_KEYS = ("alpha_10", "alpha_11", "alpha_20", "beta_10", "beta_11", "beta_20", "beta_22", "gamma")


def _relu_table(values: dict[str, Expr]) -> list[Evidence]:
    return [exact_value("relu", key, values[key], key) for key in RELU_KEYS]


PRINTED_RELU: dict[str, Expr] = dict.fromkeys(RELU_KEYS, HALF)
CORRECTED_RELU = {**PRINTED_RELU, "alpha_10": NORMAL_MEAN, "beta_11": NORMAL_MEAN}


@claim(
    "nimc:section-D.1.relu-moments",
    kind="section",
    label="Lemma D.3, proof, the moments of ReLU",
    printed=r"""In the ReLU case
$\alpha_{1,0}=\alpha_{1,1}=\alpha_{2,0}=\beta_{1,0}=\beta_{1,1}=\beta_{2,0}=\beta_{2,2}=\gamma=1/2$""",
    hypotheses=[NORMAL],
    parts=RELU_KEYS,
    erratum=Erratum(
        "false-as-printed",
        "α₁₀ = E[max(z, 0)] and β₁₁ = E[1(z>0) z] are both 1/√(2π) ≈ 0.3989, not 1/2; the other six are 1/2.",
        corrected_by="nimc:section-D.1.relu-moments.corrected",
    ),
)
def relu_moments() -> list[Evidence]:
    """Each moment is half a moment of |z|: an even power of z gives 1/2, an odd one 1/√(2π)."""
    return _relu_table(PRINTED_RELU)


relu_moments.near_misses(
    _relu_table,
    {
        "alpha_10 right, beta_11 as printed": {**PRINTED_RELU, "alpha_10": NORMAL_MEAN},
        "beta_11 right, alpha_10 as printed": {**PRINTED_RELU, "beta_11": NORMAL_MEAN},
    },
)


@claim(
    "nimc:section-D.1.relu-moments.corrected",
    kind="correction",
    label="Lemma D.3, proof, the moments of ReLU, corrected",
    printed=r"""$\alpha_{1,0}=\beta_{1,1}=1/\sqrt{2\pi}$ and
$\alpha_{1,1}=\alpha_{2,0}=\beta_{1,0}=\beta_{2,0}=\beta_{2,2}=\gamma=1/2$""",
    hypotheses=[NORMAL],
    parts=RELU_KEYS,
)
def relu_moments_corrected() -> list[Evidence]:
    """Half-line Gaussian moments, each derived and enclosed."""
    return _relu_table(CORRECTED_RELU)


relu_moments_corrected.near_misses(
    _relu_table,
    {
        "as printed": PRINTED_RELU,
        "gamma with one power of z less": {**CORRECTED_RELU, "gamma": NORMAL_MEAN},
    },
)
