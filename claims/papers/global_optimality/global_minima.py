"""Theorem 15 and Corollary 16: a local minimum with a zero slice is global."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from claims.checkers.argument import Goals, prove_by_argument
from claims.checkers.exact_points import exhibit
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import (
    CONVEX,
    DEFINITION_5,
    INFIMUM,
    LOCAL,
    STANDING,
    TANGENT,
    ZERO_SLICE,
)
from claims.registry import claim
from claims.statement import Hypothesis
from numeric.homogeneous.exact_point import at
from symbolic.homogeneous.argument import ARBITRARY, Argument

LEMMA_14 = "global-optimality:lemma-14"
THEOREM_15 = "global-optimality:theorem-15"


def _eq_37(factor: int = 1) -> Argument:
    argument = Argument(("lam", "Omega", "cost", "loss", "H", "f", "F"), nonnegative={"lam": "convex loss"})
    lam, Omega, cost, loss, H, f, F = argument.generators
    least = argument.given("Ω(Φ_r(X)) ≤ Σg(X_i)", cost - Omega, by=INFIMUM)
    factored = argument.define("f_r", f, loss + lam * cost + H)
    convex = argument.define("F", F, loss + lam * Omega + H)
    argument.conclude("F(X, Q) ≤ f_r", f - F, {least: factor * lam, factored: 1, convex: -1})
    return argument


def _eq_39(steps: int = 1) -> Argument:
    """Fermat's rule in Q: the other variables stay, H is convex and ℓ differentiable."""
    argument = Argument(
        ("e", "inverse", "rho", "d", "change", "H0", "H1", "He"),
        nonnegative={"e": ARBITRARY},
        small={"rho": ("e", "inverse", "change", "He")},
        fixed=("H0", "H1", "d"),
        follows={"e": ("inverse", "change", "He")},
    )
    e, inverse, rho, d, change, H0, H1, He = argument.generators
    step = argument.given("a step ε > 0 from Q towards Q'", e, ">", by=ARBITRARY)
    unit = argument.reciprocal("1/ε", inverse, step)
    local = argument.given("the loss and H change by at least 0", change + He - H0, by="local minimum")
    loss = argument.given("the loss changes by at most ε(⟨∇_Qℓ, Q' − Q⟩ + ρ)", e * (d + rho) - change, by=DEFINITION_5)
    convex = argument.given("H ≤ (1 − ε)H(Q) + εH(Q')", (1 - e) * H0 + e * H1 - He, by="convex loss")
    gain = rho + d + H1 - H0
    nearly = argument.conclude(
        "(39) up to ρ", gain, {local: inverse * steps, loss: inverse, convex: inverse, unit: -gain}
    )
    argument.limit("(39): H(Q') ≥ H(Q) − ⟨∇_Qℓ, Q' − Q⟩", nearly, rho)
    return argument


def _eq_40_43(weight: int = 1) -> Argument:
    names = ("e", "s", "a", "b", "phi_z", "g_z", "phi_e", "g_e", "phi_0", "g_0", "F", "C", "image", "cost")
    argument = Argument(
        names,
        nonnegative={"e": ARBITRARY},
        follows={"e": ("phi_e", "g_e", "image", "cost")},
    )
    e, s, a, b, phi_z, g_z, phi_e, g_e, phi_0, g_0, F, C, image, cost = argument.generators
    # F and C are the sums over the other slices, which stay. Slice i₀ is zero; ε^{1/p}z takes its place.
    by = "positive degree"
    moved = argument.given("φ(ε^{1/p}z) = εφ(z)", phi_e - weight * e * phi_z, "=", by=by)
    price = argument.given("g(ε^{1/p}z) = εg(z)", g_e - weight * e * g_z, "=", by=by)
    # The zero slice is any slice, with outputs a and b, scaled to the weight s = 0.
    empty = argument.given("slice i₀ has the weight 0", s, "=", by="zero slice")
    image_0 = argument.given("φ of a slice with weight s", phi_0 - s * a, "=", by=by)
    price_0 = argument.given("g of it", g_0 - s * b, "=", by=by)
    zero = argument.conclude("φ is 0 at slice i₀", phi_0, {image_0: 1, empty: a})
    free = argument.conclude("g is 0 at slice i₀", g_0, {price_0: 1, empty: b})
    output = argument.define("the change of Φ_r", image, (F + phi_e) - (F + phi_0))
    costs = argument.define("the change of the cost", cost, (C + g_e) - (C + g_0))
    argument.conclude("Φ_r grows by εφ(z)", image - e * phi_z, {output: 1, moved: 1, zero: -1})
    argument.conclude("the cost grows by εg(z)", cost - e * g_z, {costs: 1, price: 1, free: -1})
    return argument


def _eq_44_46(power: int = 1) -> Argument:
    argument = Argument(
        ("e", "inverse", "lam", "ilam", "rho", "change", "cost", "d", "w", "g"),
        nonnegative={"e": ARBITRARY, "lam": "convex loss"},
        small={"rho": ("e", "inverse", "change", "cost")},
        fixed=("d", "g", "lam"),
        follows={"e": ("inverse", "change", "cost")},
    )
    e, inverse, lam, ilam, rho, change, cost, d, w, g = argument.generators
    step = argument.given("a step ε > 0", e, ">", by=ARBITRARY)
    unit = argument.reciprocal("1/ε", inverse, step)
    weight = argument.given("λ > 0", lam, ">", by="convex loss")
    share = argument.reciprocal("1/λ", ilam, weight)
    local = argument.given("(41) ≤ (42): a local minimum", change + lam * cost, by="local minimum")
    grown = argument.given("(43): the cost grows by εg(z), the output by εφ(z)", cost - e * g, "=", by="(40)-(43)")
    loss = argument.given("so the loss changes by at most ε(d + ρ)", e * (d + rho) - change, by=DEFINITION_5)
    nearly = argument.conclude(
        "(44)",
        d + rho + lam * g,
        {local: inverse, grown: -lam * inverse, loss: inverse, unit: -(d + rho + lam * g)},
    )
    limit = argument.limit("(45)", nearly, rho)
    gradient = argument.given("d = ⟨∇ℓ, φ(z)⟩ = −λ⟨W, φ(z)⟩", d + lam**power * w, "=", by="convex loss")
    argument.conclude(
        "(46): ⟨W, φ(z)⟩ ≤ g(z) for every z, so Ω°(W) ≤ 1",
        g - w,
        {limit: ilam, gradient: -ilam, share: w - g},
    )
    return argument


def _eq_47(theta: int = 1) -> Argument:
    argument = Argument(("WX", "C"))
    WX, C = argument.generators
    lemma = argument.given("Lemma 14 with θ = (1, …, 1)", theta * WX - C, "=", by=LEMMA_14)
    argument.conclude("Σg(X_i) = ⟨W, Φ_r⟩", C - WX, {lemma: -1})
    return argument


def _eq_38(total: int = 1) -> Argument:
    """Lemma 13, from condition 2 to the subgradient: its two halves are (46) and (47)."""
    argument = Argument(
        ("w", "g", "W", "G", "WZ", "WX", "C", "O", "e"),
        indexed={"w": "i", "g": "i"},
        totals={"W": ("w",), "G": ("g",)},
        small={"e": ("w", "g", "W", "G")},
        fixed=("O", "WZ"),
    )
    w, g, W, G, WZ, WX, C, O, e = argument.generators
    each = argument.given("(46) at each slice of a factorization of Z", g - w, by="(44)-(46)", each="i")
    slices = argument.sum_over("summed over its slices", each)
    output = argument.given("Z is the sum of its φ(Z_i)", WZ - W, "=", by=INFIMUM)
    near = argument.given("it is within e of Ω(Z)", O + e - G, by=INFIMUM)
    nearly = argument.conclude("Ω(Z) + e ≥ ⟨W, Z⟩", O + e - WZ, {slices: 1, output: -1, near: 1})
    above = argument.limit("Ω(Z) ≥ ⟨W, Z⟩", nearly, e)
    equal = argument.given("(47): Σg(X_i) = ⟨W, X⟩", C - WX, "=", by="(47)")
    argument.conclude("(38): Ω(Z) ≥ Σg(X_i) + ⟨W, Z − X⟩", O - C - (WZ - WX), {above: 1, equal: -total})
    return argument


def _global(certificate: int = 1) -> Argument:
    names = ("lam", "dX", "dQ", "WX", "WZ", "L", "L0", "O", "H", "H0", "C0", "C", "f", "f0")
    argument = Argument(names, nonnegative={"lam": "convex loss"})
    lam, dX, dQ, WX, WZ, L, L0, O, H, H0, C0, C, f, f0 = argument.generators
    tangent = argument.given("ℓ(Z, Q') ≥ ℓ + ⟨∇_Xℓ, Z − X⟩ + ⟨∇_Qℓ, Q' − Q⟩", L - L0 - dX - dQ, by=TANGENT)
    dual = argument.given("⟨∇_Xℓ, Z − X⟩ = −λ⟨W, Z − X⟩", dX + lam * (WZ - WX), "=", by="convex loss")
    subgradient = argument.given("(38): Ω(Z) ≥ Σg(X_i) + ⟨W, Z − X⟩", O - C0 - (WZ - WX), by="(38)")
    other = argument.given("(39): H(Q') ≥ H(Q) − ⟨∇_Qℓ, Q' − Q⟩", H - H0 + dQ, by="(39)")
    least = argument.given("as in (37), at the other point: Ω(Z) ≤ Σg(Z_i)", C - O, by=INFIMUM)
    here = argument.given("f_r here is a real number", f0 - (L0 + lam * C0 + H0), "=", by="finite value")
    there = argument.define("f_r at any other point where it is finite", f, L + lam * C + H)
    argument.conclude(
        "f_r is at most every other value",
        f - f0,
        {there: 1, here: -1, tangent: 1, dual: 1, subgradient: lam * certificate, other: 1, least: lam},
    )
    return argument


_GRADIENT = {DEFINITION_5: {"gradient": "convex loss"}}
_STEPS: dict[str, tuple[Callable[[int], Argument], str, Goals, dict[str, dict[str, str]]]] = {
    "(37)": (_eq_37, "f_r dominates F", lambda q: {"F(X, Q) ≤ f_r": q["f"] - q["F"]}, {}),
    "(39)": (
        _eq_39,
        "at a local minimum −∇_Qℓ is a subgradient of H",
        lambda q: {"(39): H(Q') ≥ H(Q) − ⟨∇_Qℓ, Q' − Q⟩": q["d"] + q["H1"] - q["H0"]},
        _GRADIENT,
    ),
    "(40)-(43)": (
        _eq_40_43,
        "a zero slice is a free direction of first order, for every p > 0",
        lambda q: {
            "Φ_r grows by εφ(z)": (q["image"] - q["e"] * q["phi_z"], "="),
            "the cost grows by εg(z)": (q["cost"] - q["e"] * q["g_z"], "="),
        },
        {},
    ),
    "(44)-(46)": (
        _eq_44_46,
        "the polar of −∇ℓ/λ is at most 1",
        lambda q: {"(46): ⟨W, φ(z)⟩ ≤ g(z) for every z": q["g"] - q["w"]},
        _GRADIENT,
    ),
    "(47)": (
        _eq_47,
        "the pairing equals the cost",
        lambda q: {"(47): Σg(X_i) = ⟨W, Φ_r⟩": (q["C"] - q["WX"], "=")},
        {},
    ),
    "(38)": (
        _eq_38,
        "W is a subgradient of Ω at the output",
        lambda q: {"(38): Ω(Z) ≥ Σg(X_i) + ⟨W, Z − X⟩": q["O"] - q["C"] - q["WZ"] + q["WX"]},
        {},
    ),
    "global": (
        _global,
        "(38) and (39) make the point a global minimum of f_r",
        lambda q: {"f_r is at most its value at any other point": q["f"] - q["f0"]},
        {TANGENT: {"convex": "convex loss", "differentiable": "convex loss"}},
    ),
}


def _step(part: str, argument: int = 1) -> Evidence:
    build, shows, goals, discharged = _STEPS[part]
    return prove_by_argument(lambda: build(argument), shows, concludes=goals, discharged=discharged, part=part)


@claim(
    "global-optimality:theorem-15",
    kind="theorem",
    label="Theorem 15",
    printed=r"""any local minimizer of $f_r=\ell(\Phi_r(X),Q)+\lambda\sum_ig(X_i)+H(Q)$ such that
$(X^1_{i_0},\dots,X^K_{i_0})=(0,\dots,0)$ for some $i_0$ is a global minimizer""",
    hypotheses=[*STANDING, LOCAL, ZERO_SLICE],
    depends_on=[INFIMUM, DEFINITION_5, TANGENT, LEMMA_14],
    parts=list(_STEPS),
)
def theorem_15() -> list[Evidence]:
    """The printed proof, equations (37) to (47), with Lemma 13 written out for the W at hand; neither attainment nor
    compactness is needed, and where the other point has f_r = ∞ there is nothing to show. Slices enter by their
    weights t, scaled by t^{1/p}, so any p > 0 serves, p < 1 and p > 1 alike."""  # noqa: D205, D209
    return [_step(part) for part in _STEPS]


theorem_15.near_misses(
    lambda pair: _step(*pair),
    {
        "(37) with the regularizer counted twice": ("(37)", 2),
        "two local minima added up": ("(39)", 2),
        "the slice scaled with weight 2ε": ("(40)-(43)", 2),
        "W divided by λ twice": ("(44)-(46)", 2),
        "Lemma 14 with one θ doubled": ("(47)", 2),
        "(47) used twice": ("(38)", 2),
        "(38) not used": ("global", 0),
    },
)


PADDED = Hypothesis("padded local minimum", r"the point $([X^1\,0],\dots,[X^K\,0],Q)$ is a local minimum of $f_{r+1}$")


def _padded(zero_cost: int = 0) -> Argument:
    """The output does not change with a zero slice, so neither do the loss and H, which are L and M here and at Z."""
    argument = Argument(("lam", "g0", "phi0", "C", "F", "CP", "FP", "D", "DP", "L", "M", "f", "padded", "g", "beside"))
    lam, g0, phi0, C, F, CP, FP, D, DP, L, M, f, padded, g, beside = argument.generators
    free = argument.given("g(0) = 0", g0, "=", by="positive degree")
    nothing = argument.given("φ(0) = 0", phi0, "=", by="positive degree")
    image = argument.define("the output of [X 0], one zero slice more", FP, F + phi0)
    argument.conclude("the output of [X 0] is that of X", FP - F, {image: 1, nothing: 1})
    cost = argument.define("the cost of [X 0]", CP, C + g0)
    here = argument.define("f_r(X)", f, L + lam * C)
    now = argument.define("f_{r+1}([X 0]), with the same output", padded, L + lam * CP)
    same = argument.conclude(
        "f_{r+1}([X 0]) = f_r(X)", padded - f - lam * zero_cost, {now: 1, here: -1, cost: lam, free: lam}
    )
    other_cost = argument.define("the cost of [Z 0]", DP, D + g0)
    there = argument.define("f_r(Z)", g, M + lam * D)
    then = argument.define("f_{r+1}([Z 0])", beside, M + lam * DP)
    others = argument.conclude("f_{r+1}([Z 0]) = f_r(Z)", beside - g, {then: 1, there: -1, other_cost: lam, free: lam})
    least = argument.given("[X 0] is a global minimizer of f_{r+1}", beside - padded, by=THEOREM_15)
    argument.conclude("f_r(Z) ≥ f_r(X)", g - f, {least: 1, same: 1, others: -1})
    return argument


@claim(
    "global-optimality:corollary-16",
    kind="corollary",
    label="Corollary 16",
    printed=r"""a local minimizer of $f_r$ is a global minimizer if $([X^1\,0],\dots,[X^K\,0],Q)$ is a local
    minimizer of
$f_{r+1}$""",
    hypotheses=[*STANDING, PADDED],
    depends_on=[THEOREM_15],
)
def corollary_16() -> Evidence:
    """The padded point has a zero slice; values of f_r are values of f_{r+1}."""
    return prove_by_argument(
        _padded,
        "global for f_{r+1}, hence for f_r",
        concludes=lambda q: {"f_r(Z, Q') ≥ f_r(X, Q) for every (Z, Q')": q["g"] - q["f"]},
        discharged={
            THEOREM_15: {
                "local minimum": "padded local minimum",
                "zero slice": "the output of [X 0], one zero slice more",
            }
        },
    )


corollary_16.near_misses(
    lambda cost: prove_by_argument(lambda: _padded(cost), "mutant"),
    {"a zero slice costs 1": 1, "a zero slice earns 1": -1},
)


def _infinite_nearby(centre: Fraction = Fraction(-1)) -> Evidence:
    """φ = uv, g = |uv| + δ(u ≥ 0): the slices (0, 0) and (centre, 1), and steps of at most ½ from them."""
    return exhibit(
        at(u=centre, radius="1/2", least="9/2"),
        {
            "a zero slice, and every u of the other slice nearby is negative, so f_r is ∞ all around": lambda p: (
                p["u"] + p["radius"] < 0
            ),
            "f_r has finite values, as 9/2 at the slice (1, 4) for ½(Φ − 5)² and λ = 1": lambda p: (
                (Fraction(4) - 5) ** 2 / 2 + 4 == p["least"]
            ),
        },
        "a point with a zero slice around which f_r is infinite is no global minimizer",
    )


@claim(
    "global-optimality:theorem-15.finite-value",
    kind="remark",
    label="Theorem 15 and Lemma 14, points of infinite value",
    printed=r"""a local minimizer must be understood to have a finite value of $f_r$: with $g=|uv|+\delta(u\ge 0)$ the
slices $(0,0)$ and $(-1,1)$ have $f_r=\infty$ at all points nearby, which would be a local minimum with a zero slice,
and formula (29) has $\infty$ on one side""",
    hypotheses=[CONVEX],
)
def finite_value() -> Evidence:
    """The standing hypothesis of a finite value, which the paper leaves to the reader, cannot be dropped."""
    return _infinite_nearby()


finite_value.near_misses(
    _infinite_nearby, {"a slice inside the cone": Fraction(1), "a slice near its border": Fraction(-1, 4)}
)
