"""Section 3.3: the third-order moment M₃, its coefficients α_i, and for which activations they carry anything."""

from __future__ import annotations

from functools import partial
from typing import Any

from flint import arb
from sympy import Expr, Rational, symbols

from claims.checkers.certified_bounds import decide_bound_at
from claims.checkers.rational_functions import decide_rational_identity, prove_nonnegative
from claims.checkers.standing import leave_undecided
from claims.evidence import Evidence
from claims.papers.nimc.conditioning import GAUSSIAN
from claims.registry import claim
from claims.statement import Hypothesis
from numeric.enclosures.ball_expression import Z, apply
from numeric.enclosures.moment_enclosure import enclose_expectation
from numeric.nimc.ill_conditioned import both_methods
from symbolic.nimc.gaussian_polynomials import gaussian_expectation

MODEL = Hypothesis("model", r"$A(x,y)=\sum_i\phi(u_i^{*\top}x)\phi(v_i^{*\top}y)$, no $u_i^*$ zero")
SIGMOID = Hypothesis("sigmoid", r"$\phi(z)=1/(1+e^{-z})$")

z, g, c, s = symbols("z g c s")
ENERGY = symbols("e_to_the_s")  # eˢ > 0, so that d/ds = e·d/de
BEYOND = symbols("beyond")


def _cubic_form(coefficient: Expr, trace: int = 3) -> Evidence:
    along = c * z + s * g  # wᵀx for x = ū z + orthogonal part; c = wᵀū, c² + s² = |w|²
    contracted = along**3 - trace * (c**2 + s**2) * along
    return decide_rational_identity(
        gaussian_expectation(contracted, [g]),
        c**3 * coefficient,
        "contracted with w three times, term i is γ₀(|v_i|)·E[φ(|u_i|z)·c³(z³-3z)] with c = wᵀū_i, for every w, d, k "
        "and φ; symmetric tensors with equal cubic forms are equal (polarization)",
    )


@claim(
    "nimc:section-3.3.m3",
    kind="section",
    label="Section 3.3, M₃",
    printed=r"""$M_3=\mathbb E[A(x,y)(x^{\otimes3}-x\tilde\otimes I)]=\sum_i\alpha_i\bar u_i^{*\otimes3}$ with
$\alpha_i=\gamma_0(\|v_i^*\|)(\gamma_3(\|u_i^*\|)-3\gamma_1(\|u_i^*\|))$, $\gamma_j(\sigma)=\mathbb E[\phi(\sigma
z)z^j]$""",
    hypotheses=[MODEL, GAUSSIAN],
)
def m3() -> Evidence:
    """X ⊗̃ I contracted with w thrice is 3|w|²wᵀx: what is left is the Hermite polynomial z³-3z along ū_i."""
    return _cubic_form(z**3 - 3 * z)


m3.near_misses(_cubic_form, {"γ₃ - γ₁": z**3 - z, "γ₃ alone": z**3})


@m3.mutant("x ⊗̃ I with two terms instead of three")
def _() -> Evidence:
    return _cubic_form(z**3 - 3 * z, 2)


_SIGMOID = ENERGY / (1 + ENERGY)
_TANH = (ENERGY**2 - 1) / (ENERGY**2 + 1)


def _symmetrized(phi: Expr, value: Expr, part: str = "") -> Evidence:
    return decide_rational_identity(
        (phi + phi.subs(ENERGY, 1 / ENERGY)) / 2,
        value,
        "z and -z have the same law: γ₀(σ) is the mean of the half sum of φ(s) and φ(-s), for every σ",
        part=part,
    )


@claim(
    "nimc:section-3.3.gamma0",
    kind="section",
    label="Section 3.3, γ₀ of sigmoid",
    printed=r"When $\phi$ is sigmoid, $\gamma_0(\|v_i^*\|)=0.5$",
    hypotheses=[SIGMOID, GAUSSIAN],
)
def gamma0() -> Evidence:
    """1/(1+e⁻ˢ) + 1/(1+eˢ) = 1."""
    return _symmetrized(_SIGMOID, Rational(1, 2))


gamma0.near_misses(
    lambda pair: _symmetrized(*pair),
    {"for tanh too": (_TANH, Rational(1, 2)), "the value 1": (_SIGMOID, Rational(1))},
)


def _derivative(phi: Expr) -> Expr:
    return ENERGY * phi.diff(ENERGY)


def _mean_zero(weight: Expr, part: str = "mean") -> Evidence:
    return decide_rational_identity(
        gaussian_expectation(weight, [z]), Rational(0), "E[z⁴-3z²] = 0, so φ'(σ√3) may be subtracted", part=part
    )


def _crossing(weight: Expr) -> list[Evidence]:
    """Show that z⁴-3z² is ≤ 0 for z² ≤ 3 and ≥ 0 beyond; ``weight`` is given in the square of z."""
    (square,) = weight.free_symbols
    shows = "z⁴-3z² changes its sign once, at z² = 3"
    return [
        prove_nonnegative(weight.subs(square, 3 + BEYOND), shows, part="beyond √3"),
        prove_nonnegative(-weight.subs(square, 3 / (1 + BEYOND)), shows, part="within √3"),
    ]


def _slope_decreases(phi: Expr, part: str = "slope") -> Evidence:
    return prove_nonnegative(
        -_derivative(_derivative(phi)).subs(ENERGY, 1 + BEYOND),
        "φ'' ≤ 0 for s > 0, hence φ'(σ|z|) decreases in |z| and in σ",
        part=part,
    )


_SQUARE = symbols("z_squared")


@claim(
    "nimc:section-3.3.monotone",
    kind="section",
    label="Section 3.3, α_i determines ‖u_i‖",
    printed=r"$\alpha_i$ is a monotonic function of $\|u_i^*\|$ (for sigmoid)",
    hypotheses=[SIGMOID, GAUSSIAN],
    depends_on=["nimc:section-3.3.m3", "nimc:section-3.3.gamma0"],
    parts=["mean", "within √3", "beyond √3", "slope"],
)
def monotone() -> list[Evidence]:
    """d/dσ E[φ(σz)(z³-3z)] = E[φ'(σz)(z⁴-3z²)] = E[(φ'(σz)-φ'(σ√3))(z⁴-3z²)] < 0: both factors change sign at
    |z| = √3, in opposite senses. α_i decreases strictly from 0 at σ = 0."""  # noqa: D205, D209
    return [_mean_zero(z**4 - 3 * z**2), *_crossing(_SQUARE**2 - 3 * _SQUARE), _slope_decreases(_SIGMOID)]


monotone.near_misses(_mean_zero, {"z⁴-2z²": z**4 - 2 * z**2, "z⁴-z²": z**4 - z**2})
monotone.near_misses(_slope_decreases, {"for φ = eˢ": ENERGY})
monotone.near_misses(_crossing, {"with the crossing at 2": _SQUARE**2 - 2 * _SQUARE})


def _no_signal(slope_right: Expr, slope_left: Expr, part: str) -> Evidence:
    """Show E[φ(σz)(z³-3z)] = 0 for φ with the two slopes: z⁴-3z² has half its mean 0 on each half line."""
    x = symbols("x")
    half = gaussian_expectation(x**4 - 3 * x**2, [x]) / 2
    return decide_rational_identity(
        slope_right * half + slope_left * half,
        Rational(0),
        "on each half line φ(σz) is a multiple of z, and E[z⁴-3z²; z>0] = 0, so γ₃ = 3γ₁ for every σ",
        part=part,
    )


def _sigmoid_coefficient(method: str) -> Any:
    integrand = apply("sigmoid", Z) * (Z**3 - 3 * Z) / 2
    return enclose_expectation(integrand, 20, method=method, check_digits=0).value


def _sign_at_one(sign: int) -> Evidence:
    right = both_methods(lambda method: sign * _sigmoid_coefficient(method))
    zero = both_methods(lambda _: arb(0))
    return decide_bound_at(zero, right, {"phi": "sigmoid", "|u|": "1"}, "α_i < 0 there, by quadrature", part="sigmoid")


@claim(
    "nimc:section-3.3.nonzero",
    kind="section",
    label="Section 3.3, when α_i ≠ 0",
    printed=r"""“When $\alpha_i\neq0$” the $\bar u_i$ can be recovered from $M_3$: this is so for sigmoid at every
$\|u_i^*\|>0$; for tanh ($\gamma_0=0$), ReLU, leaky ReLU and linear $\phi$ ($\gamma_3=3\gamma_1$) all $\alpha_i=0$,
$M_3=0$""",
    hypotheses=[MODEL, GAUSSIAN],
    depends_on=["nimc:section-3.3.m3", "nimc:section-3.3.gamma0", "nimc:section-3.3.monotone"],
    parts=["sigmoid", "tanh", "positively homogeneous"],
)
def nonzero() -> list[Evidence]:
    """For sigmoid α_i is 0 at σ = 0 and strictly decreasing. The initialization says nothing for tanh or ReLU."""
    right, left = symbols("slope_right slope_left")
    return [
        _slope_decreases(_SIGMOID, "sigmoid"),
        _sign_at_one(1),
        _symmetrized(_TANH, Rational(0), "tanh"),
        _no_signal(right, left, "positively homogeneous"),
    ]


nonzero.near_misses(_sign_at_one, {"α_i > 0 for sigmoid": -1})
nonzero.near_misses(partial(_symmetrized, _SIGMOID, part="tanh"), {"γ₀ = 0 for sigmoid too": Rational(0)})


@claim(
    "nimc:section-3.3.recovery",
    kind="section",
    label="Section 3.3, recovery",
    printed=r"""When $\alpha_i\ne0$, $\alpha_i$ and $\bar u_i^*$ can approximately be recovered from the empirical
version of $M_3$ by non-orthogonal tensor decomposition; given $\alpha_i$, $\|u_i^*\|$ can be estimated, since
$\alpha_i$ is a monotonic function of $\|u_i^*\|$; the error of the empirical $M_3$ is bounded using a polynomial number
of samples, and by it the errors of $\|u_i^*\|$ and $\bar u_i^*$""",
    hypotheses=[MODEL, SIGMOID, GAUSSIAN],
    depends_on=["nimc:section-3.3.m3", "nimc:section-3.3.nonzero"],
    parts=["identifiable", "sample bound"],
)
def recovery() -> list[Evidence]:
    """In the limit of many samples α_i fixes ‖u_i‖; the finite-sample bound has no constants to check."""
    return [
        _slope_decreases(_SIGMOID, "identifiable"),
        leave_undecided(
            "the printed argument names outside theorems on tensor decomposition and gives no sample bound to check",
            part="sample bound",
        ),
    ]


recovery.near_misses(partial(_slope_decreases, part="identifiable"), {"for φ = eˢ": ENERGY, "for φ = e²ˢ": ENERGY**2})
