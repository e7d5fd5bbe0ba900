"""Lemmas 13 and 14: optimal factorizations, and local minima."""

from __future__ import annotations

from claims.checkers.argument import prove_by_argument
from claims.checkers.exact_points import decide_at_points
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import (
    CONVEX,
    DEFINITION_5,
    DEGREE,
    FINITE,
    INFIMUM,
    LOCAL,
    NONDEGENERATE,
    POLAR,
)
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.homogeneous.boundary_pairs import EdgeFamily
from numeric.homogeneous.laurent import monomial
from symbolic.homogeneous.argument import ARBITRARY, Argument

PAIR = [DEGREE, NONDEGENERATE]
PROPOSITION_12 = "global-optimality:proposition-12"
CONDITION_2 = Hypothesis("condition 2", r"$\Omega_{\phi,g}^\circ(W)\le 1$ and $\langle W,X\rangle=\sum_ig(X_i)$")


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
    argument = Argument(("w", "size", "t"), nonnegative={"size": "entry"})
    w, size, t = argument.generators
    absolute = argument.given("size = |w|, so w ≥ −size", w + size, by="entry")
    one = argument.given("size ≥ 0", 1 + size, ">", by="entry")
    choice = argument.reciprocal("t(1 + |w|) = 1", t, one)
    # ⟨W, φ(1, t)⟩ − g(1, t) = 2 + w t² − (2 − t) = t(w t + 1) and w t + 1 ≥ 1 − |w|t = t.
    argument.conclude("⟨W, φ(1, t)⟩ − g(1, t) ≥ t² > 0", w * t**2 + t - margin * t**2, {absolute: t**2, choice: -t})
    return argument


@claim(
    "global-optimality:lemma-13.1-2",
    kind="lemma",
    label="Lemma 13, 1 implies 2",
    printed=r"""if $\sum_ig(X_i)=\Omega_{\phi,g}(X)$ then some $W$ with $\Omega_{\phi,g}^\circ(W)\le 1$ has
$\langle W,\Phi_r(X^1,\dots,X^K)\rangle=\sum_ig(X_i)$""",
    hypotheses=[
        *PAIR,
        Hypothesis("entry", "for the pair of the witness: $w$ is the second entry of a matrix $W=(2,w)$"),
    ],
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
        prove_by_argument(
            _no_slope,
            "every w is violated at t = 1/(1 + |w|)",
            concludes=lambda q: {"⟨W, φ(1, t)⟩ − g(1, t) ≥ t² > 0": q["w"] * q["t"] ** 2 - q["t"] ** 2 + q["t"]},
        ),
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


def _bound(level: int = 1) -> Argument:
    argument = Argument(
        ("polar", "v", "h", "V", "H", "WY", "Omega_Y", "e"),
        nonnegative={"h": "positive degree"},
        indexed={"v": "i", "h": "i"},
        totals={"V": ("v",), "H": ("h",)},
        small={"e": ("v", "h", "H", "V")},
        fixed=("Omega_Y", "WY"),
    )
    polar, v, h, V, H, WY, Omega_Y, e = argument.generators
    inequality = argument.given("⟨W, φ(Y_i)⟩ ≤ Ω°(W)g(Y_i)", level * polar * h - v, by=POLAR, each="i")
    small = argument.given("Ω°(W) ≤ 1", 1 - polar, by="condition 2")
    slice_ = argument.conclude("⟨W, φ(Y_i)⟩ ≤ g(Y_i)", h - v, {inequality: 1, small: h})
    slices = argument.sum_over("summed over the slices of any factorization of any Y", slice_)
    output = argument.given("⟨W, Y⟩ = Σ⟨W, φ(Y_i)⟩", WY - V, "=", by=INFIMUM)
    near = argument.given("a factorization within e of Ω(Y)", Omega_Y + e - H, by=INFIMUM)
    nearly = argument.conclude("Ω(Y) + e ≥ ⟨W, Y⟩", Omega_Y + e - WY, {slices: 1, output: -1, near: 1})
    argument.limit("Ω(Y) ≥ ⟨W, Y⟩ for every Y", nearly, e)
    return argument


def _certificate(total: int = 1) -> Argument:
    argument = Argument(("WY", "WX", "GX", "Omega_X", "Omega_Y"))
    WY, WX, GX, Omega_X, Omega_Y = argument.generators
    bound = argument.given("Ω(Y) ≥ ⟨W, Y⟩", Omega_Y - total * WY, by="bound")
    here = argument.given("and at Y = X", Omega_X - WX, by="bound")
    equal = argument.given("condition 2: ⟨W, X⟩ = Σg(X_i)", WX - GX, "=", by="condition 2")
    least = argument.given("Ω(X) ≤ Σg(X_i)", GX - Omega_X, by=INFIMUM)
    argument.conclude("condition 1: Σg(X_i) ≤ Ω(X)", Omega_X - GX, {here: 1, equal: 1})
    argument.conclude("and Σg(X_i) ≥ Ω(X)", GX - Omega_X, {least: 1})
    argument.conclude("W ∈ ∂Ω(X)", Omega_Y - Omega_X - (WY - WX), {bound: 1, equal: 1, least: 1})
    return argument


@claim(
    "global-optimality:lemma-13.2-1",
    kind="lemma",
    label="Lemma 13, 2 implies 1, and the subgradient",
    printed=r"""if $\Omega_{\phi,g}^\circ(W)\le 1$ and $\langle W,\Phi_r(X^1,\dots,X^K)\rangle=\sum_ig(X_i)$ then
$\sum_ig(X_i)=\Omega_{\phi,g}(X)$ and $W\in\partial\Omega_{\phi,g}(X)$""",
    hypotheses=[*PAIR, CONDITION_2],
    depends_on=[POLAR, INFIMUM],
    parts=["bound", "conclusions"],
)
def lemma_13_2_1() -> list[Evidence]:
    """One bound gives both: at Y = X it is optimality, at any Y the subgradient inequality."""
    return [
        prove_by_argument(
            _bound,
            "Ω lies above ⟨W, ·⟩",
            part="bound",
            concludes=lambda q: {"Ω(Y) ≥ ⟨W, Y⟩ for every Y": -q["WY"] + q["Omega_Y"]},
        ),
        prove_by_argument(
            _certificate,
            "W certifies the factorization and is a subgradient",
            part="conclusions",
            concludes=lambda q: {
                "condition 1: Σg(X_i) ≤ Ω(X)": -q["GX"] + q["Omega_X"],
                "and Σg(X_i) ≥ Ω(X)": q["GX"] - q["Omega_X"],
                "W ∈ ∂Ω(X)": -q["WY"] + q["WX"] - q["Omega_X"] + q["Omega_Y"],
            },
        ),
    ]


lemma_13_2_1.near_misses(
    lambda level: prove_by_argument(lambda: _bound(level), "mutant", part="bound"),
    {"twice the polar": 2, "no polar": 0},
)


@lemma_13_2_1.mutant("twice the slope")
def _() -> Evidence:
    return prove_by_argument(lambda: _certificate(2), "mutant", part="conclusions")


def _termwise(total: int = 1) -> Argument:
    argument = Argument(
        ("polar", "w", "c", "W", "C", "w1", "g1", "v", "h", "V", "H"),
        nonnegative={"c": "positive degree", "g1": "positive degree"},
        indexed={"w": "i", "c": "i", "v": "j", "h": "j"},
        totals={"W": ("w",), "C": ("c",), "V": ("v",), "H": ("h",)},
    )
    polar, w, c, W, C, w1, g1, v, h, _, _ = argument.generators
    small = argument.given("Ω°(W) ≤ 1", 1 - polar, by="condition 2")
    one = argument.given("⟨W, φ(X_1)⟩ ≤ Ω°(W)g(X_1) for a slice", polar * g1 - w1, by=POLAR)
    argument.conclude("⟨W, φ(X_1)⟩ ≤ g(X_1)", g1 - w1, {one: 1, small: g1})
    each = argument.given("⟨W, φ(X_i)⟩ ≤ Ω°(W)g(X_i) for each of the others", polar * c - w, by=POLAR, each="i")
    other = argument.conclude("⟨W, φ(X_i)⟩ ≤ g(X_i)", c - w, {each: 1, small: c})
    others = argument.sum_over("summed over the others", other)
    equal = argument.given("condition 2: the sums agree", total * (w1 + W - g1 - C), "=", by="condition 2")
    argument.conclude("and ⟨W, φ(X_1)⟩ ≥ g(X_1), so they are equal", w1 - g1, {others: 1, equal: 1})
    terms = argument.given(
        "conversely, condition 3: ⟨W, φ(X_j)⟩ = g(X_j) for each slice", v - h, "=", by="condition 3", each="j"
    )
    argument.sum_over("the sums agree", terms)
    return argument


@claim(
    "global-optimality:lemma-13.2-3",
    kind="lemma",
    label="Lemma 13, 2 and 3 are equivalent",
    printed=r"""for $\Omega_{\phi,g}^\circ(W)\le 1$: $\langle W,\Phi_r(X)\rangle=\sum_ig(X_i)$ if and only if
$\langle W,\phi(X_i)\rangle=g(X_i)$ for every $i$""",
    hypotheses=[
        *PAIR,
        CONDITION_2,
        Hypothesis("condition 3", r"for the converse: $\langle W,\phi(X_i)\rangle=g(X_i)$ for every $i$"),
    ],
    depends_on=[POLAR],
)
def lemma_13_2_3() -> Evidence:
    """Inequalities whose sum is an equality are equalities; the sum is finite, so every g(X_i) is."""
    return prove_by_argument(
        _termwise,
        "no slice can make up for another",
        concludes=lambda q: {
            "⟨W, φ(X_1)⟩ ≤ g(X_1)": -q["w1"] + q["g1"],
            "and ⟨W, φ(X_1)⟩ ≥ g(X_1), so they are equal": q["w1"] - q["g1"],
            "the sums agree": (q["V"] - q["H"], "="),
        },
        idle={"nondegenerate": "the paper's standing assumption"},
    )


lemma_13_2_3.near_misses(
    lambda total: prove_by_argument(lambda: _termwise(total), "mutant"),
    {"the sums need not agree": 0, "twice the sums": 2},
)


def _stationary(power: int = 1) -> Argument:
    """Slices with the weights 1 ± εθ_i, positive for small ε: output and cost move on a line, for every p > 0."""
    names = ("e", "inverse", "lam", "ilam", "rho", "th", "f", "c", "mc", "nc", "C", "TF", "TC", "MC", "NC")
    argument = Argument(
        (*names, "up", "down", "d", "rest", "here", "f_up", "f_down"),
        nonnegative={"e": ARBITRARY, "lam": "convex loss"},
        indexed=dict.fromkeys(("th", "f", "c", "mc", "nc"), "i"),
        totals={"C": ("c",), "TF": ("th", "f"), "TC": ("th", "c"), "MC": ("mc",), "NC": ("nc",)},
        small={"rho": ("e", "inverse", "mc", "nc", "MC", "NC", "up", "down", "f_up", "f_down")},
        fixed=("TC", "d", "lam"),
        follows={"e": ("inverse", "mc", "nc", "MC", "NC", "up", "down", "f_up", "f_down")},
    )
    e, inverse, lam, ilam, rho, th, _, c, mc, nc, C, TF, TC, MC, NC, up, down, d, rest, here, f_up, f_down = (
        argument.generators
    )
    # f is ⟨W, φ(X_i)⟩, W = −∇ℓ/λ; up and down are the changes of the loss when the output moves by ±εΣθ_iφ(X_i).
    step = argument.given("a step ε > 0", e, ">", by=ARBITRARY)
    unit = argument.reciprocal("1/ε", inverse, step)
    weight = argument.given("λ > 0", lam, ">", by="convex loss")
    share = argument.reciprocal("1/λ", ilam, weight)
    price = argument.given(
        "g of slice i with weight 1 + εθ_i", mc - (1 + e * th) * c, "=", by="positive degree", each="i"
    )
    prices = argument.sum_over("the cost moves by εΣθ_ig(X_i)", price)
    lower = argument.given("and with weight 1 − εθ_i", nc - (1 - e * th) * c, "=", by="positive degree", each="i")
    lowers = argument.sum_over("the cost moves by −εΣθ_ig(X_i)", lower)
    slope = argument.given("⟨∇ℓ, Σθ_iφ(X_i)⟩ = −λΣθ_i⟨W, φ(X_i)⟩", d + lam * TF, "=", by="convex loss")
    # Finite values: the real number f_r is the loss and H, which is rest, with λ times the costs, all real.
    value = argument.given("f_r is finite: rest + λΣg(X_i)", here - rest - lam * C, "=", by="finite value")
    value_up = argument.given("so is it at 1 + εθ", f_up - rest - up - lam * MC, "=", by="finite value")
    value_down = argument.given("and at 1 − εθ", f_down - rest - down - lam * NC, "=", by="finite value")
    higher = argument.given("f_r at weights 1 + εθ_i is at least f_r", f_up - here, by="local minimum")
    other = argument.given("and at weights 1 − εθ_i", f_down - here, by="local minimum")
    above = argument.conclude(
        "the changes add up to at least 0",
        up + lam * e * TC,
        {higher: 1, value: 1, value_up: -1, prices: -lam},
    )
    below = argument.conclude(
        "in both directions", down - lam * e * TC, {other: 1, value: 1, value_down: -1, lowers: -lam}
    )
    rise = argument.given("the loss changes by at most ε(d + ρ)", e * (d + rho) - up, by=DEFINITION_5)
    fall = argument.given("and by at most ε(−d + ρ)", e * (rho - d) - down, by=DEFINITION_5)
    forward = argument.conclude(
        "(33) up to ρ",
        rho + d + lam * TC,
        {above: inverse, rise: inverse, unit: -(rho + d + lam * TC)},
    )
    backward = argument.conclude(
        "(35) up to ρ", rho - d - lam * TC, {below: inverse, fall: inverse, unit: -(rho - d - lam * TC)}
    )
    gap = TC - TF
    least, most = argument.limit("(33)", forward, rho), argument.limit("(35)", backward, rho)
    argument.conclude("⟨W, Λ⟩ ≤ Σθ_ig(X_i)", power * gap, {least: ilam, slope: -ilam, share: -gap})
    argument.conclude("⟨W, Λ⟩ ≥ Σθ_ig(X_i)", -gap, {most: ilam, slope: ilam, share: gap})
    return argument


_PRINTED_29 = r"""$\langle-\tfrac1\lambda\nabla_X\ell(\Phi_r(X),Q),
\sum_i\theta_i\phi(X_i)\rangle=\sum_i\theta_ig(X_i)$ at a local
minimum of $f_r$, for any $\theta\in\mathbb R^r$"""


@claim(
    "global-optimality:lemma-14",
    kind="lemma",
    label="Lemma 14",
    printed=_PRINTED_29,
    hypotheses=[DEGREE, CONVEX, FINITE, LOCAL],
    depends_on=[DEFINITION_5],
)
def lemma_14() -> Evidence:
    """Scaling slices to the weights 1 ± εθ_i stays where g is finite, and both one-sided derivatives are nonnegative.
    No expansion of (1 + εθ_i)^p is needed, so every p > 0 serves; where f_r is infinite the formula has no meaning."""  # noqa: D205, D209
    return prove_by_argument(
        _stationary,
        "both one-sided derivatives along scalings vanish",
        discharged={DEFINITION_5: {"gradient": "convex loss"}},
        concludes=lambda q: {"⟨W, Λ⟩ ≤ Σθ_ig(X_i)": -q["TF"] + q["TC"], "⟨W, Λ⟩ ≥ Σθ_ig(X_i)": q["TF"] - q["TC"]},
    )


@claim(
    "global-optimality:equation-29",
    kind="equation",
    label="Equation (29)",
    printed=_PRINTED_29,
    hypotheses=[DEGREE, CONVEX, FINITE, LOCAL],
    depends_on=[DEFINITION_5],
)
def equation_29() -> Evidence:
    """The formula of Lemma 14."""
    return prove_by_argument(
        _stationary,
        "both one-sided derivatives along scalings vanish",
        discharged={DEFINITION_5: {"gradient": "convex loss"}},
        concludes=lambda q: {"⟨W, Λ⟩ ≤ Σθ_ig(X_i)": -q["TF"] + q["TC"], "⟨W, Λ⟩ ≥ Σθ_ig(X_i)": q["TF"] - q["TC"]},
    )


for _claim in (lemma_14, equation_29):
    _claim.near_misses(
        lambda power: prove_by_argument(lambda: _stationary(power), "mutant"),
        {"a factor p left over": 2, "the other sign of the cost": -1},
    )
