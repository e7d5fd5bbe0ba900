"""Proposition 12 and Lemmas 13 and 14: the polar, optimal factorizations, and local minima."""

from __future__ import annotations

from claims.checkers.argument import prove_by_argument
from claims.checkers.exact_instances import decide_at_instances
from claims.checkers.exact_points import decide_at_points
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import CONVEX, DEGREE, FINITE, NONDEGENERATE
from claims.registry import claim
from claims.statement import Erratum
from numeric.homogeneous.boundary_pairs import EdgeFamily
from numeric.homogeneous.exact_polars import PolarInstance, polar_instances
from numeric.homogeneous.laurent import monomial
from symbolic.homogeneous.argument import Argument
from symbolic.homogeneous.weighted_slices import WeightedSlices

PAIR = [DEGREE, NONDEGENERATE]


def _fenchel(level: int = 1) -> Argument:
    argument = Argument(("w1", "w2", "g1", "g2", "t", "w", "g", "excess"), nonnegative=("t", "g1", "g2"))
    w1, w2, g1, g2, t, w, g, excess = argument.generators
    # Ω°(W) ≤ 1: ⟨W, φ(z)⟩ ≤ g(z) at g(z) = 1 by definition, elsewhere by scaling; at g(z) = 0, φ(z) = 0.
    small = [
        argument.given(f"Ω°(W) ≤ 1 gives ⟨W, φ(Z_{i})⟩ ≤ g(Z_{i})", level * gi - wi)
        for i, gi, wi in ((1, g1, w1), (2, g2, w2))
    ]
    argument.conclude(
        "every value of (28) is at most 0, the value at Z = 0", g1 + g2 - w1 - w2, {small[0]: 1, small[1]: 1}
    )
    large = argument.given("Ω°(W) > 1 gives a z with ⟨W, φ(z)⟩ ≥ g(z) + excess, excess > 0", w - g - excess)
    ray = WeightedSlices((("z", t),))
    gain = ray.total({"z": w}) - ray.total({"z": g})
    argument.conclude("along (αz), t = α^p, (28) is at least t·excess: unbounded", gain - t * excess, {large: t})
    return argument


@claim(
    "global-optimality:proposition-12",
    kind="proposition",
    label="Proposition 12",
    printed=r"""$\Omega_{\phi,g}^*(W)=0$ if $\Omega_{\phi,g}^\circ(W)\le 1$ and $\infty$ otherwise, with
$\Omega_{\phi,g}^\circ(W)=\sup_z\{\langle W,\phi(z)\rangle:g(z)\le 1\}$""",
    hypotheses=PAIR,
)
def proposition_12() -> Evidence:
    """The supremum splits over slices: none gains if the polar is at most 1, one gains without bound if it is not."""
    return prove_by_argument(_fenchel, "the Fenchel dual is the indicator of the polar's unit ball")


@claim(
    "global-optimality:equation-25",
    kind="equation",
    label="Equation (25)",
    printed=r"$\Omega_{\phi,g}^*(W)=\{0\text{ if }\Omega_{\phi,g}^\circ(W)\le 1;\ \infty\text{ otherwise}\}$",
    hypotheses=PAIR,
)
def equation_25() -> Evidence:
    """The formula of Proposition 12."""
    return prove_by_argument(_fenchel, "the Fenchel dual is the indicator of the polar's unit ball")


for _claim in (proposition_12, equation_25):
    _claim.near_misses(
        lambda level: prove_by_argument(lambda: _fenchel(level), "mutant"),
        {"the polar is at most 2": 2, "the polar is at most 3": 3},
    )


def _polars(factor: int = 1) -> Evidence:
    return decide_at_instances(
        lambda i: factor * i.closed_form(),
        PolarInstance.largest_over_atoms,
        polar_instances(),
        "l1/l1, l1/l∞ and l∞/l∞ on rational 2×2 and 2×3 matrices",
    )


def _polar_scales(power: int = 1) -> Argument:
    argument = Argument(("t", "w", "g", "polar"), nonnegative=("t",))
    t, w, g, polar = argument.generators
    slices = WeightedSlices((("z", t),))
    unit = argument.given("g(z) ≤ 1 gives ⟨W, φ(z)⟩ ≤ Ω°(W)", polar - w)
    level = argument.given("at g(z) = 1", g - 1, "=")
    argument.conclude(
        "⟨W, φ(αz)⟩ ≤ Ω°(W) g(αz) for every α ≥ 0",
        polar * slices.total({"z": g}) - t**power * w,
        {unit: t, level: t * polar},
    )
    return argument


@claim(
    "global-optimality:equation-26",
    kind="equation",
    label="Equation (26)",
    printed=r"""$\Omega_{\phi,g}^\circ(W)=\sup_z\langle W,\phi(z)\rangle$ subject to $g(z)\le 1$, a generalization
    of the dual
norm""",
    hypotheses=PAIR,
)
def equation_26() -> list[Evidence]:
    """It bounds ⟨W, φ⟩ by Ω°(W)g everywhere; for vector norms with finitely many extreme points it is a maximum."""
    return [prove_by_argument(_polar_scales, "the polar inequality holds at every level of g"), _polars()]


equation_26.near_misses(
    lambda power: prove_by_argument(lambda: _polar_scales(power), "mutant"), {"g scales twice as fast": 2}
)
equation_26.near_misses(_polars, {"twice the closed forms": 2})


def _supporting(family: EdgeFamily) -> Evidence:
    return decide_at_points(
        [family],
        {
            "directions (1, t) inside the cone 0 ≤ t ≤ s": EdgeFamily.is_admissible,
            "condition 1: (1, 0) is an optimal factorization of (1, 0), at cost 2": EdgeFamily.slice_is_optimal,
        },
        EdgeFamily.some_slope_supports,
        "some W = (2, w) satisfies condition 2",
        "D = 2, φ = (s², t²), g = 2s² − st on 0 ≤ t ≤ s",
    )


def _no_slope(margin: int = 1) -> Argument:
    """For every w some t ∈ (0, 1], t = 1/(1 + |w|), violates ⟨W, φ(1, t)⟩ ≤ g(1, t)."""
    argument = Argument(("w", "size", "t"), nonnegative=("t",))
    w, size, t = argument.generators
    absolute = argument.given("w ≥ −|w|", w + size)
    choice = argument.given("t(1 + |w|) = 1", t * (1 + size) - 1, "=")
    # ⟨W, φ(1, t)⟩ − g(1, t) = 2 + w t² − (2 − t) = t(w t + 1) and w t + 1 ≥ 1 − |w|t = t.
    argument.conclude("⟨W, φ(1, t)⟩ − g(1, t) ≥ t² > 0", w * t**2 + t - margin * t**2, {absolute: t**2, choice: -t})
    return argument


@claim(
    "global-optimality:lemma-13.1-2",
    kind="lemma",
    label="Lemma 13, 1 implies 2",
    printed=r"""if $\sum_ig(X_i)=\Omega_{\phi,g}(X)$ then some $W$ with $\Omega_{\phi,g}^\circ(W)\le 1$ has
$\langle W,\Phi_r(X^1,\dots,X^K)\rangle=\sum_ig(X_i)$""",
    hypotheses=PAIR,
    erratum=Erratum(
        "missing-hypothesis",
        "A convex function may have no subgradient at the border of its domain. For φ = (s², t²), g = 2s² − st on "
        "0 ≤ t ≤ s, with Γ compact, X = (1, 0) is optimally factorized by (1, 0), and no W exists. It holds where "
        "Ω has a subgradient, so wherever Ω is finite nearby. Theorem 15 uses the other directions only.",
        corrected_by="global-optimality:lemma-13.1-2.corrected",
    ),
)
def lemma_13_1_2() -> list[Evidence]:
    """⟨W, X⟩ = 2 forces W = (2, w), and w t ≤ −1 would have to hold for all small t > 0."""
    return [
        prove_by_argument(_no_slope, "every w is violated at t = 1/(1 + |w|)"),
        _supporting(EdgeFamily(monomial(1, 1))),
    ]


lemma_13_1_2.near_misses(
    _supporting,
    {
        "directions that do not approach the border": EdgeFamily(monomial(1, 0)),
        "directions outside the cone": EdgeFamily(monomial(-1, 1)),
    },
)


@lemma_13_1_2.mutant("violated by twice the margin")
def _() -> Evidence:
    return prove_by_argument(lambda: _no_slope(2), "mutant")


def _subgradient(dual: int = 0) -> Argument:
    argument = Argument(("WX", "Omega", "dual", "cost"))
    WX, Omega, dual_value, cost = argument.generators
    fenchel = argument.given("W ∈ ∂Ω(X): ⟨W, X⟩ = Ω(X) + Ω*(W)", WX - Omega - dual_value, "=")
    zero = argument.given("Ω* is finite, so it is 0, and Ω°(W) ≤ 1 (Proposition 12)", dual_value - dual, "=")
    optimal = argument.given("condition 1: Σg(X_i) = Ω(X)", cost - Omega, "=")
    argument.conclude("condition 2: ⟨W, X⟩ = Σg(X_i)", WX - cost, {fenchel: 1, zero: 1, optimal: -1})
    return argument


@claim(
    "global-optimality:lemma-13.1-2.corrected",
    kind="correction",
    label="Lemma 13, 1 implies 2, corrected",
    printed=r"""if $\sum_ig(X_i)=\Omega_{\phi,g}(X)$ and $\partial\Omega_{\phi,g}(X)\ne\emptyset$, as when $X$ is
    in the relative
interior of the domain of $\Omega_{\phi,g}$, then every $W\in\partial\Omega_{\phi,g}(X)$ satisfies condition 2""",
    hypotheses=PAIR,
    depends_on=["global-optimality:proposition-12"],
)
def lemma_13_1_2_corrected() -> Evidence:
    """Fenchel's equality and Proposition 12."""
    return prove_by_argument(_subgradient, "any subgradient serves as W")


lemma_13_1_2_corrected.near_misses(
    lambda dual: prove_by_argument(lambda: _subgradient(dual), "mutant"), {"Ω* = 1": 1, "Ω* = −1": -1}
)


def _certificate(level: int = 1) -> Argument:
    argument = Argument(("w1", "w2", "g1", "g2", "v1", "v2", "h1", "h2", "WY"), nonnegative=("h1", "h2"))
    w1, w2, g1, g2, v1, v2, h1, h2, WY = argument.generators
    equal = argument.given("condition 2: ⟨W, X⟩ = Σg(X_i)", w1 + w2 - g1 - g2, "=")
    others = [
        argument.given(f"Ω°(W) ≤ 1 at a slice of a factorization of Y: ⟨W, φ(Y_{i})⟩ ≤ g(Y_{i})", level * h - v)
        for i, h, v in ((1, h1, v1), (2, h2, v2))
    ]
    output = argument.given("⟨W, Y⟩ = Σ⟨W, φ(Y_i)⟩", WY - v1 - v2, "=")
    argument.conclude(
        "Σg(Y_i) ≥ Σg(X_i) + ⟨W, Y − X⟩ for every factorization of every Y: at Y = X condition 1, and W ∈ ∂Ω(X)",
        h1 + h2 - (g1 + g2) - (WY - w1 - w2),
        {others[0]: 1, others[1]: 1, equal: 1, output: -1},
    )
    return argument


@claim(
    "global-optimality:lemma-13.2-1",
    kind="lemma",
    label="Lemma 13, 2 implies 1, and the subgradient",
    printed=r"""if $\Omega_{\phi,g}^\circ(W)\le 1$ and $\langle W,\Phi_r(X^1,\dots,X^K)\rangle=\sum_ig(X_i)$ then
$\sum_ig(X_i)=\Omega_{\phi,g}(X)$ and $W\in\partial\Omega_{\phi,g}(X)$""",
    hypotheses=PAIR,
    depends_on=["global-optimality:proposition-12"],
)
def lemma_13_2_1() -> Evidence:
    """One chain gives both: take Y = X for optimality, any Y for the subgradient inequality."""
    return prove_by_argument(_certificate, "W certifies the factorization and is a subgradient")


lemma_13_2_1.near_misses(
    lambda level: prove_by_argument(lambda: _certificate(level), "mutant"),
    {"the polar is at most 2": 2, "the polar is at most 0": 0},
)


def _termwise(total: int = 1) -> Argument:
    argument = Argument(("w1", "w2", "g1", "g2"))
    w1, w2, g1, g2 = argument.generators
    first = argument.given("⟨W, φ(X_1)⟩ ≤ g(X_1)", g1 - w1)
    second = argument.given("⟨W, φ(X_2)⟩ ≤ g(X_2), or the sum of all other slices", g2 - w2)
    equal = argument.given("condition 2: the sums agree", total * (w1 + w2 - g1 - g2), "=")
    argument.conclude("⟨W, φ(X_1)⟩ ≥ g(X_1), so equality", w1 - g1, {second: 1, equal: 1})
    argument.conclude("⟨W, φ(X_2)⟩ ≥ g(X_2), so equality", w2 - g2, {first: 1, equal: 1})
    return argument


@claim(
    "global-optimality:lemma-13.2-3",
    kind="lemma",
    label="Lemma 13, 2 and 3 are equivalent",
    printed=r"""for $\Omega_{\phi,g}^\circ(W)\le 1$: $\langle W,\Phi_r(X)\rangle=\sum_ig(X_i)$ if and only if
$\langle W,\phi(X_i)\rangle=g(X_i)$ for every $i$""",
    hypotheses=PAIR,
)
def lemma_13_2_3() -> Evidence:
    """Inequalities whose sum is an equality are equalities; the sum is finite, so every g(X_i) is."""
    return prove_by_argument(_termwise, "no slice can make up for another")


lemma_13_2_3.near_misses(
    lambda total: prove_by_argument(lambda: _termwise(total), "mutant"),
    {"the sums need not agree": 0, "twice the sums": 2},
)


def _stationary(power: int = 1) -> Argument:
    """Derivatives of f along X_i → (1 + εθ_i)X_i: with t_i = (1 + εθ_i)^p = 1 + pεθ_i + O(ε²), both signs of ε."""
    argument = Argument(
        ("p", "inverse", "lam", "theta1", "theta2", "w1", "w2", "g1", "g2"), nonnegative=("p", "inverse", "lam")
    )
    p, inverse, lam, theta1, theta2, w1, w2, g1, g2 = argument.generators
    rates = WeightedSlices((("1", p * theta1), ("2", p * theta2)))
    image, cost = rates.total({"1": w1, "2": w2}), rates.total({"1": g1, "2": g2})
    # ∇ℓ = −λW, so the loss changes at the rate −λ⟨W, pΛ⟩.
    forward = argument.given("(33): 0 ≤ ⟨∇ℓ, pΛ⟩ + pλΣθ_ig(X_i)", -lam * image + lam * cost)
    backward = argument.given("(35): 0 ≤ −⟨∇ℓ, pΛ⟩ − pλΣθ_ig(X_i)", lam * image - lam * cost)
    unit = argument.given("p·λ ≠ 0", inverse * p * lam - 1, "=")
    gap = theta1 * g1 + theta2 * g2 - (theta1 * w1 + theta2 * w2)
    argument.conclude("⟨W, Λ⟩ ≤ Σθ_ig(X_i)", gap * power, {forward: inverse, unit: -gap})
    argument.conclude("⟨W, Λ⟩ ≥ Σθ_ig(X_i)", -gap, {backward: inverse, unit: gap})
    return argument


_PRINTED_29 = r"""$\langle-\tfrac1\lambda\nabla_X\ell(\Phi_r(X),Q),
\sum_i\theta_i\phi(X_i)\rangle=\sum_i\theta_ig(X_i)$ at a local
minimum of $f_r$, for any $\theta\in\mathbb R^r$"""


@claim(
    "global-optimality:lemma-14",
    kind="lemma",
    label="Lemma 14",
    printed=_PRINTED_29,
    hypotheses=[DEGREE, CONVEX, FINITE],
)
def lemma_14() -> Evidence:
    """Scaling slices by 1 ± εθ_i stays where g is finite; both one-sided derivatives are nonnegative."""
    return prove_by_argument(_stationary, "both one-sided derivatives along scalings vanish")


@claim(
    "global-optimality:equation-29",
    kind="equation",
    label="Equation (29)",
    printed=_PRINTED_29,
    hypotheses=[DEGREE, CONVEX, FINITE],
)
def equation_29() -> Evidence:
    """The formula of Lemma 14."""
    return prove_by_argument(_stationary, "both one-sided derivatives along scalings vanish")


for _claim in (lemma_14, equation_29):
    _claim.near_misses(
        lambda power: prove_by_argument(lambda: _stationary(power), "mutant"),
        {"a factor p left over": 2, "the other sign of the cost": -1},
    )
