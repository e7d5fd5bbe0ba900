"""Theorem 15 and Corollary 16: a local minimum with a zero slice is global."""

from __future__ import annotations

from claims.checkers.argument import prove_by_argument
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import STANDING
from claims.registry import claim
from symbolic.homogeneous.argument import Argument
from symbolic.homogeneous.weighted_slices import WeightedSlices


def _eq_37(factor: int = 1) -> Argument:
    argument = Argument(("lam", "Omega", "cost", "loss", "H"), nonnegative=("lam",))
    lam, Omega, cost, loss, H = argument.generators
    least = argument.given("Ω(X) ≤ Σg(X_i)", cost - Omega)
    f, F = loss + lam * cost + H, loss + lam * Omega + H
    argument.conclude("F(X, Q) ≤ f_r", f - F, {least: factor * lam})
    return argument


def _eq_38_39(sign: int = 1) -> Argument:
    argument = Argument(("lam", "dX", "WX", "dQ", "L", "L0", "O", "O0", "H", "H0"), nonnegative=("lam",))
    lam, dX, WX, dQ, L, L0, O, O0, H, H0 = argument.generators
    convex = argument.given("ℓ convex: ℓ(Z, Q') ≥ ℓ + ⟨∇_Xℓ, Z − X⟩ + ⟨∇_Qℓ, Q' − Q⟩", L - L0 - dX - dQ)
    dual = argument.given("W = −∇_Xℓ/λ", dX + sign * lam * WX, "=")
    omega = argument.given("(38): Ω(Z) ≥ Ω(X) + ⟨W, Z − X⟩", O - O0 - WX)
    other = argument.given("(39): H(Q') ≥ H(Q) − ⟨∇_Qℓ, Q' − Q⟩", H - H0 + dQ)
    argument.conclude(
        "F(Z, Q') ≥ F(X, Q)", L + lam * O + H - (L0 + lam * O0 + H0), {convex: 1, omega: lam, other: 1, dual: 1}
    )
    return argument


def _eq_40_43(weight: int = 1) -> Argument:
    argument = Argument(("e", "phi_1", "phi_z", "g_1", "g_z", "phi_0", "g_0"), nonnegative=("e",))
    e, phi_1, phi_z, g_1, g_z, phi_0, g_0 = argument.generators
    one = argument.ring.one
    # Slice i₀ is zero, so adding ε^{1/p}z to it makes it the slice z with weight ε; the others stay.
    before = WeightedSlices((("1", one), ("0", one)))
    after = WeightedSlices((("1", one), ("z", weight * e)))
    images, costs = {"1": phi_1, "z": phi_z, "0": phi_0}, {"1": g_1, "z": g_z, "0": g_0}
    zero = argument.given("φ(0) = 0", phi_0, "=")
    free = argument.given("g(0) = 0", g_0, "=")
    argument.conclude("Φ grows by εφ(z)", after.total(images) - before.total(images) - e * phi_z, {zero: -1})
    argument.conclude("the cost grows by εg(z)", after.total(costs) - before.total(costs) - e * g_z, {free: -1})
    return argument


def _eq_44_46(power: int = 1) -> Argument:
    names = ("e", "inverse", "lam", "q", "d", "rho", "g", "w", "Le", "L0", "inverse_lam")
    argument = Argument(names, nonnegative=("e", "inverse", "lam", "inverse_lam"))
    e, inverse, lam, q, d, rho, g, w, Le, L0, inverse_lam = argument.generators
    local = argument.given("(41)–(43): a local minimum", Le - L0 + e * lam * g)
    quotient = argument.given("q = (ℓ(Φ + εφ(z)) − ℓ(Φ))/ε", Le - L0 - e * q, "=")
    unit = argument.given("ε·(1/ε) = 1", e * inverse - 1, "=")
    divided = argument.conclude("(44)", q + lam * g, {local: inverse, quotient: -inverse, unit: -(q + lam * g)})
    limit = argument.given("q → d, the directional derivative: q ≤ d + ρ, ρ → 0", d + rho - q)
    bound = argument.conclude("(45) up to ρ", d + lam * g + rho, {divided: 1, limit: 1})
    gradient = argument.given("d = ⟨∇ℓ, φ(z)⟩ = −λ⟨W, φ(z)⟩", d + lam**power * w, "=")
    lambda_unit = argument.given("λ·(1/λ) = 1", lam * inverse_lam - 1, "=")
    argument.conclude(
        "(46) up to ρ/λ: ⟨W, φ(z)⟩ ≤ g(z) + ρ/λ for every z, so Ω°(W) ≤ 1",
        g - w + inverse_lam * rho,
        {bound: inverse_lam, gradient: -inverse_lam, lambda_unit: w - g},
    )
    return argument


def _eq_47(theta: int = 1) -> Argument:
    argument = Argument(("w1", "w2", "g1", "g2", "WX"))
    w1, w2, g1, g2, WX = argument.generators
    lemma = argument.given("Lemma 14 with θ = (1, …, 1)", w1 + w2 - g1 - theta * g2, "=")
    output = argument.given("⟨W, Φ⟩ = Σ⟨W, φ(X_i)⟩", WX - w1 - w2, "=")
    argument.conclude("Σg(X_i) = ⟨W, Φ_r⟩", g1 + g2 - WX, {lemma: -1, output: -1})
    return argument


def _global(certificate: int = 1) -> Argument:
    argument = Argument(("f", "F", "FZ", "fZ"))
    f, F, FZ, fZ = argument.generators
    equal = argument.given("Lemma 13: Σg(X_i) = Ω(Φ), so f = F here", f - F, "=")
    least = argument.given("(38), (39): F is least here", FZ - F)
    above = argument.given("(37) at any other point", fZ - FZ)
    argument.conclude("f is at most every other value", fZ - f, {equal: -certificate, least: 1, above: 1})
    return argument


_STEPS = {
    "(37)": (_eq_37, "f_r dominates F"),
    "(38)-(39)": (_eq_38_39, "the two conditions suffice for a global minimum of F"),
    "(40)-(43)": (_eq_40_43, "a zero slice is a free direction of first order, for every p > 0"),
    "(44)-(46)": (_eq_44_46, "the polar of −∇ℓ/λ is at most 1"),
    "(47)": (_eq_47, "the pairing equals the cost"),
    "global": (_global, "a global minimum of f_r"),
}


def _step(part: str, argument: int = 1) -> Evidence:
    build, shows = _STEPS[part]
    return prove_by_argument(lambda: build(argument), shows, part=part)


@claim(
    "global-optimality:theorem-15",
    kind="theorem",
    label="Theorem 15",
    printed=r"""any local minimizer of $f_r=\ell(\Phi_r(X),Q)+\lambda\sum_ig(X_i)+H(Q)$ such that
$(X^1_{i_0},\dots,X^K_{i_0})=(0,\dots,0)$ for some $i_0$ is a global minimizer""",
    hypotheses=STANDING,
    depends_on=["global-optimality:lemma-13.2-1", "global-optimality:lemma-14"],
    parts=list(_STEPS),
)
def theorem_15() -> list[Evidence]:
    """The printed proof, equations (37) to (47); neither attainment nor compactness is needed. (39) is Fermat's rule
    in Q, where the objective is convex. Any p > 0 serves, p < 1 and p > 1 alike."""  # noqa: D205, D209
    return [_step(part) for part in _STEPS]


theorem_15.near_misses(
    lambda pair: _step(*pair),
    {
        "(37) with the regularizer counted twice": ("(37)", 2),
        "W with the other sign": ("(38)-(39)", -1),
        "the slice scaled with weight 2ε": ("(40)-(43)", 2),
        "W divided by λ twice": ("(44)-(46)", 2),
        "Lemma 14 with one θ doubled": ("(47)", 2),
        "f = F not used": ("global", 0),
    },
)


def _padded(zero_cost: int = 0) -> Argument:
    argument = Argument(("g0", "phi0", "cost", "image", "lam", "f", "padded", "other", "other_padded"))
    g0, phi0, cost, image, lam, f, padded, other, other_padded = argument.generators
    slices = WeightedSlices((("x", argument.ring.one), ("0", argument.ring.one)))
    free = argument.given("g(0) = 0", g0, "=")
    nothing = argument.given("φ(0) = 0", phi0, "=")
    argument.conclude("the output of [X 0] is that of X", slices.total({"x": image, "0": phi0}) - image, {nothing: 1})
    argument.conclude("its cost too", slices.total({"x": cost, "0": g0}) - cost - zero_cost, {free: 1})
    same = argument.given("so f_{r+1}([X 0]) = f_r(X)", padded - f, "=")
    others = argument.given("and f_{r+1}([Z 0]) = f_r(Z)", other_padded - other, "=")
    least = argument.given("Theorem 15: [X 0] is a global minimizer of f_{r+1}", other_padded - padded)
    argument.conclude("f_r(Z) ≥ f_r(X)", other - f, {least: 1, same: 1, others: -1})
    del lam
    return argument


@claim(
    "global-optimality:corollary-16",
    kind="corollary",
    label="Corollary 16",
    printed=r"""a local minimizer of $f_r$ is a global minimizer if $([X^1\,0],\dots,[X^K\,0],Q)$ is a local
    minimizer of
$f_{r+1}$""",
    hypotheses=STANDING,
    depends_on=["global-optimality:theorem-15"],
)
def corollary_16() -> Evidence:
    """The padded point has a zero slice; values of f_r are values of f_{r+1}."""
    return prove_by_argument(_padded, "global for f_{r+1}, hence for f_r")


corollary_16.near_misses(
    lambda cost: prove_by_argument(lambda: _padded(cost), "mutant"),
    {"a zero slice costs 1": 1, "a zero slice earns 1": -1},
)
