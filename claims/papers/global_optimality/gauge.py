"""Equations (22) to (24): Γ, the gauge of its convex hull, and what the printed proof says of compactness."""

from __future__ import annotations

from claims.checkers.argument import prove_by_argument
from claims.checkers.exact_points import decide_at_points
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import COMPACT, DEGREE, INFIMUM, NONDEGENERATE
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.homogeneous.boundary_pairs import ShearSlice, shooting_off
from symbolic.homogeneous.argument import ARBITRARY, Argument

PAIR = [DEGREE, NONDEGENERATE]


def _compact(family: ShearSlice) -> Evidence:
    return decide_at_points(
        [family],
        {"one slice (x, y) with g = x² ≤ 1 at every e > 0, so φ = (x|x|, xy) lies in Γ": ShearSlice.lies_in_unit_level},
        ShearSlice.image_is_bounded,
        "Γ is bounded, as a compact set must be",
        "D = 2, φ(x, y) = (x|x|, xy), g = x²",
    )


@claim(
    "global-optimality:equation-22",
    kind="equation",
    label="Equation (22), compactness of Γ",
    printed=r"""$\Gamma=\{X:\exists z,\ \phi(z)=X,\ g(z)\le 1\}$; because $(\phi,g)$ is a nondegenerate pair, every
    nonzero
$X\in\Gamma$ has a multiple $\alpha X$, $\alpha\ge 1$, on the boundary of $\Gamma$, so $\Gamma$ and its convex hull are
compact""",
    hypotheses=PAIR,
    erratum=Erratum(
        "proof-gap",
        "Leaving Γ along each ray does not bound Γ, nor make it closed: for φ(x, y) = (x|x|, xy), g = x² the slices "
        "(1/2, 1/e), of cost 1/4, put (1/4, 1/(2e)) into Γ for every e > 0, and the slices (e, 1/e) put (e², 1) into "
        "it, whose limit (0, 1) is no output at all. Compactness is an assumption of its own.",
        corrected_by="global-optimality:proposition-11.5.corrected",
    ),
)
def equation_22() -> Evidence:
    """The slices (1/2, 1/e) have g = 1/4 and outputs (1/4, 1/(2e)), without bound as e → 0."""
    return _compact(shooting_off())


equation_22.near_misses(
    _compact,
    {
        "slices (3/2, 1/e) of level above 1": shooting_off(x="3/2"),
        "slices (1/e, 1) whose level grows": shooting_off(x=1, exponent=-1),
    },
)


def _gauge(drop: int = 0) -> Argument:
    argument = Argument(
        ("mu", "w", "c", "m", "W", "C", "Omega"),
        nonnegative={"w": "combination"},
        indexed={"w": "i", "c": "i", "m": "i"},
        totals={"W": ("w",), "C": ("m",)},
    )
    mu, w, c, m, W, C, Omega = argument.generators
    atom = argument.given("atom i of X = Σ w_iZ_i has g ≤ 1", 1 - c, by="combination", each="i")
    price = argument.given("the slice with weight w_i costs w_ig", m - w * c, "=", by="positive degree", each="i")
    slice_ = argument.conclude("at most w_i", w - m, {atom: w, price: -1})
    slices = argument.sum_over("summed over the atoms", slice_)
    weights = argument.given("Σw_i = μ, as X ∈ μ conv Γ", mu - W, "=", by="combination")
    cost = argument.given("Ω(X) is at most the cost", C - Omega, by=INFIMUM)
    argument.conclude("Ω(X) ≤ μ", mu - Omega - drop, {slices: 1, weights: 1, cost: 1})
    return argument


def _converse_gauge(level: int = 1) -> Argument:
    """A factorization of X is a combination of atoms of Γ, with weights as near to its costs as one likes."""
    argument = Argument(
        ("c", "tau", "s", "w", "one", "K", "W", "r", "gauge", "Omega", "e"),
        nonnegative={"c": "positive degree"},
        indexed=dict.fromkeys(("c", "tau", "w", "one"), "i"),
        totals={"K": ("c",), "W": ("w",), "r": ("one",)},
        small={"e": ("c", "tau", "w", "one", "K", "W", "r"), "s": ("tau", "w", "W")},
        fixed=("Omega", "gauge"),
    )
    c, tau, s, w, one, K, W, r, gauge, Omega, e = argument.generators
    step = argument.given("s > 0", s, ">", by=ARBITRARY)
    positive = argument.conclude("g(X_i) + s > 0", c + s, {argument.known("g(X_i) ≥ 0", c): 1, step: 1})
    share = argument.reciprocal("τ = 1/(g(X_i) + s)", tau, positive)
    argument.conclude("with weight τ it has g = τg(X_i) ≤ 1 and lies in Γ", 1 - tau * c, {step: tau, share: -1})
    unit = argument.given("one counts the slices", one - 1, "=", by="gauge", each="i")
    weight = argument.define("the weight w_i = g(X_i) + s, for w_iτ_iφ(X_i) = φ(X_i)", w, c + s)
    each = argument.conclude("w_i = g(X_i) + s·1", w - c - s * one, {weight: 1, unit: -s})
    weights = argument.sum_over("Σw_i = Σg(X_i) + rs", each)
    least = argument.given("X ∈ (Σw_i) conv Γ", level * W - gauge, by="gauge")
    shown = argument.conclude("the least μ is at most Σg(X_i) + rs", K + s * r - gauge, {least: 1, weights: -1})
    cost = argument.limit("at most Σg(X_i)", shown, s)
    near = argument.given("a factorization within e of Ω(X)", Omega + e - K, by=INFIMUM)
    nearly = argument.conclude("at most Ω(X) + e", Omega + e - gauge, {cost: 1, near: 1})
    argument.limit("the least μ is at most Ω(X)", nearly, e)
    return argument


@claim(
    "global-optimality:equation-23",
    kind="equation",
    label="Equation (23)",
    printed=r"$\Omega_{\phi,g}(X)=\inf_\mu\{\mu:\mu\ge 0,\ X\in\mu\,\mathrm{conv}(\Gamma)\}$",
    hypotheses=[
        *PAIR,
        Hypothesis("combination", r"$X=\sum_iw_iZ_i$ with $Z_i=\phi(z_i)$, $g(z_i)\le 1$, $w\ge 0$, $\sum_iw_i=\mu$"),
        Hypothesis(
            "gauge",
            r"""the right-hand side is a lower bound of the $\mu\ge 0$ with $X\in\mu\,\mathrm{conv}(\Gamma)$, such as
$\sum_iw_i$ for any $X=\sum_iw_iZ_i$ with $w\ge 0$ and $Z_i\in\Gamma$; one for each $i$ counts the terms""",
        ),
    ],
    depends_on=[INFIMUM],
    parts=["at most", "at least"],
)
def equation_23() -> list[Evidence]:
    """True without compactness, and without Definition 8: slices of cost 0 take a weight as small as one likes."""
    return [
        prove_by_argument(
            _gauge,
            "Ω(X) is at most every such μ",
            part="at most",
            concludes=lambda q: {"Ω(X) ≤ μ": q["mu"] - q["Omega"]},
        ),
        prove_by_argument(
            _converse_gauge,
            "the least μ is at most Ω(X)",
            part="at least",
            concludes=lambda q: {
                "with weight τ it has g = τg(X_i) ≤ 1 and lies in Γ": -q["c"] * q["tau"] + 1,
                "the least μ is at most Ω(X)": -q["gauge"] + q["Omega"],
            },
        ),
    ]


equation_23.near_misses(
    lambda drop: prove_by_argument(lambda: _gauge(drop), "mutant", part="at most"), {"μ less 1": 1, "μ less 2": 2}
)


@equation_23.mutant("twice the weights")
def _() -> Evidence:
    return prove_by_argument(lambda: _converse_gauge(2), "mutant", part="at least")


def _chain_24(weight_sum: int = 1) -> Argument:
    argument = Argument(
        ("mu", "th", "c", "m", "T", "TC", "C", "Omega"),
        nonnegative={"mu": "optimal combination", "th": "optimal combination"},
        indexed={"th": "i", "c": "i", "m": "i"},
        totals={"T": ("th",), "TC": ("th", "c"), "C": ("m",)},
    )
    mu, th, c, m, T, TC, C, Omega = argument.generators
    price = argument.given(
        "g(X_i) = μθ_ig(Z_i) for X_i = (μθ_i)^{1/p}Z_i", m - mu * th * c, "=", by="positive degree", each="i"
    )
    cost = argument.sum_over("Σg(X_i) = μΣθ_ig(Z_i)", price)
    atom = argument.given("g(Z_i) ≤ 1", 1 - c, by="optimal combination", each="i")
    each = argument.conclude("θ_ig(Z_i) ≤ θ_i", th - th * c, {atom: th})
    all_ = argument.sum_over("Σθ_ig(Z_i) ≤ Σθ_i", each)
    weights = argument.given("Σθ_i = 1", weight_sum - T, "=", by="optimal combination")
    attained_ = argument.given("Ω(X) = μ", mu - Omega, "=", by="optimal combination")
    below = argument.given("Ω(X) ≤ Σg(X_i)", C - Omega, by=INFIMUM)
    argument.conclude("μ ≤ Σg(X_i)", C - mu, {below: 1, attained_: -1})
    argument.conclude("Σg(X_i) ≤ μ", mu - C, {cost: -1, all_: mu, weights: mu})
    del TC
    return argument


@claim(
    "global-optimality:equation-24",
    kind="equation",
    label="Equation (24)",
    printed=r"""$\mu_{opt}=\Omega_{\phi,g}(X)\le\sum_ig(X_i)
=\mu_{opt}\sum_i\theta_ig(Z_i)\le\mu_{opt}\sum_i\theta_i=\mu_{opt}$""",
    hypotheses=[
        *PAIR,
        COMPACT,
        Hypothesis(
            "optimal combination",
            r"""$X=\mu\sum_i\theta_i\phi(Z_i)$, $g(Z_i)\le 1$, $\theta\ge 0$, $\sum_i\theta_i=1$ with
$\mu=\Omega_{\phi,g}(X)$, which exists by (23) and compactness""",
        ),
    ],
    depends_on=[INFIMUM],
)
def equation_24() -> Evidence:
    """Once X = μΣθ_iφ(Z_i) is attained, all inequalities of the chain are equalities."""
    return prove_by_argument(
        _chain_24,
        "the factorization built from an optimal convex combination is optimal",
        concludes=lambda q: {"μ ≤ Σg(X_i)": -q["mu"] + q["C"], "Σg(X_i) ≤ μ": q["mu"] - q["C"]},
        idle={"compact": "it is why an optimal combination exists"},
    )


equation_24.near_misses(
    lambda total: prove_by_argument(lambda: _chain_24(total), "mutant"), {"weights sum to 2": 2, "weights sum to 0": 0}
)
