"""Equations (25) to (28) and Proposition 12: the polar, the inequality it stands for, and the Fenchel dual."""

from __future__ import annotations

from collections.abc import Callable

from claims.checkers.argument import Goals, prove_by_argument
from claims.checkers.exact_instances import decide_at_instances
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import DEGREE, DUAL, INFIMUM, NONDEGENERATE, POLAR, SUPREMUM
from claims.registry import claim
from claims.statement import Hypothesis
from numeric.homogeneous.exact_polars import PolarInstance, polar_instances
from symbolic.homogeneous.argument import ARBITRARY, Argument

PAIR = [DEGREE, NONDEGENERATE]
CASES = Hypothesis("cases", r"$\Omega_{\phi,g}^\circ(W)\le 1$ in the first part, $>1$ in the second")


def _admissible(value: int = 0) -> Argument:
    """The supremum is over values of which one is 0, and a slice may be scaled down: it lies in [0, ∞]."""
    argument = Argument(
        ("v", "g", "v_0", "g_0", "t", "g_t"),
        nonnegative={"t": ARBITRARY},
        follows={"t": ("g_t",)},
    )
    _, g, v_0, g_0, t, g_t = argument.generators
    nothing = argument.given("φ(0) = 0, so ⟨W, φ(0)⟩ = 0", v_0, "=", by="positive degree")
    free = argument.given("g(0) = 0", g_0, "=", by="positive degree")
    argument.conclude(
        "z = 0 is admissible: g(0) < 1", 1 - g_0, {free: -1, argument.square("1 ≥ 0", argument.ring.one): 1}
    )
    argument.conclude("and its value is 0, so the supremum is at least 0", v_0 - value, {nothing: 1})
    scaled = argument.given("g of z scaled by t^{1/p}", g_t - t * g, "=", by="positive degree")
    argument.conclude("at every level t: g is t times as much", g_t - t * g, {scaled: 1})
    return argument


def _polars(factor: int = 1) -> Evidence:
    return decide_at_instances(
        lambda i: factor * i.closed_form(),
        PolarInstance.largest_over_atoms,
        polar_instances(),
        "l1/l1, l1/l∞ and l∞/l∞ on rational 2×2 and 2×3 matrices",
    )


@claim(
    "global-optimality:equation-26",
    kind="equation",
    label="Equation (26)",
    printed=r"""$\Omega_{\phi,g}^\circ(W)=\sup_z\langle W,\phi(z)\rangle$ subject to $g(z)\le 1$, a generalization
    of the dual
norm""",
    hypotheses=[DEGREE],
)
def equation_26() -> list[Evidence]:
    """A definition: the supremum is over a nonempty set, with the value 0 at z = 0, and may be infinite. For vector
    norms with finitely many extreme points it is a maximum, and the known dual norm."""  # noqa: D205, D209
    return [
        prove_by_argument(
            _admissible,
            "the polar is defined, with values in [0, ∞]",
            concludes=lambda q: {"0 is admissible": 1 - q["g_0"], "with the value 0": (q["v_0"], "=")},
        ),
        _polars(),
    ]


equation_26.near_misses(_polars, {"twice the closed forms": 2})
equation_26.near_misses(
    lambda value: prove_by_argument(lambda: _admissible(value), "mutant"), {"the value 1 at z = 0": 1}
)


def _polar_scales(power: int = 1) -> Argument:
    argument = Argument(
        ("t", "w", "g", "polar", "s", "g_t", "w_t"),
        nonnegative={"g": "positive degree"},
        small={"s": ("t", "g_t", "w_t")},
        fixed=("g", "polar", "w"),
    )
    t, w, g, polar, s, g_t, w_t = argument.generators
    # The weight t = 1/(g + s) makes g at most 1, also where it is 0; where it is infinite there is nothing to show.
    step = argument.given("s > 0", s, ">", by=ARBITRARY)
    positive = argument.conclude("g(z) + s > 0", g + s, {argument.known("g(z) ≥ 0", g): 1, step: 1})
    weight = argument.reciprocal("t = 1/(g(z) + s)", t, positive)
    price = argument.given("g of z scaled by t^{1/p}", g_t - t * g, "=", by="positive degree")
    image = argument.given("⟨W, φ⟩ of it", w_t - t**power * w, "=", by="positive degree")
    argument.conclude("it is admissible: g ≤ 1", 1 - g_t, {step: t, weight: -1, price: -1})
    bound = argument.given("so its ⟨W, φ⟩ is at most the supremum Ω°(W)", polar - w_t, by=SUPREMUM)
    nearly = argument.conclude(
        "⟨W, φ(z)⟩ ≤ Ω°(W)(g(z) + s)", polar * (g + s) - w, {bound: g + s, image: g + s, weight: w}
    )
    argument.limit("⟨W, φ(z)⟩ ≤ Ω°(W) g(z) for every z", nearly, s)
    return argument


@claim(
    POLAR,
    kind="proof-step",
    label="The polar inequality",
    printed=r"""if $\Omega_{\phi,g}^\circ(W)<\infty$ then
$\langle W,\phi(z)\rangle\le\Omega_{\phi,g}^\circ(W)\,g(z)$ for
every $z$ with $g(z)<\infty$, at whatever level of $g$ and with slices of cost 0 included""",
    hypotheses=[DEGREE],
    depends_on=[SUPREMUM],
)
def polar_inequality() -> Evidence:
    """A slice scaled to the level 1, or just below it, is admissible in (26)."""
    return prove_by_argument(
        _polar_scales,
        "the polar inequality holds at every level of g",
        concludes=lambda q: {"⟨W, φ(z)⟩ ≤ Ω°(W) g(z)": q["polar"] * q["g"] - q["w"]},
    )


polar_inequality.near_misses(
    lambda power: prove_by_argument(lambda: _polar_scales(power), "mutant"),
    {"φ scales twice as fast": 2, "φ does not scale": 0},
)


def _no_gain(level: int = 1) -> Argument:
    """Ω°(W) ≤ 1: every number b below the supremum (27) is at most 0, and 0 is reached at Z = 0."""
    argument = Argument(
        ("polar", "w", "c", "W", "C", "WZ", "OZ", "b", "dual", "W0", "O0", "c0", "e"),
        nonnegative={"c": "positive degree"},
        indexed={"w": "i", "c": "i"},
        totals={"W": ("w",), "C": ("c",)},
        small={"e": ("w", "c", "W", "C")},
        fixed=("OZ", "WZ"),
    )
    polar, w, c, W, C, WZ, OZ, b, dual, W0, O0, c0, e = argument.generators
    inequality = argument.given("⟨W, φ(Z_i)⟩ ≤ Ω°(W)g(Z_i)", polar * c - w, by=POLAR, each="i")
    case = argument.given("Ω°(W) ≤ 1", level - polar, by="cases")
    slices = argument.sum_over(
        "⟨W, φ(Z_i)⟩ ≤ g(Z_i), summed over the slices",
        argument.conclude("⟨W, φ(Z_i)⟩ ≤ g(Z_i)", level * c - w, {inequality: 1, case: c}),
    )
    output = argument.given("⟨W, Z⟩ = Σ⟨W, φ(Z_i)⟩", WZ - W, "=", by=INFIMUM)
    near = argument.given("a factorization within e of Ω(Z)", OZ + e - C, by=INFIMUM)
    nearly = argument.conclude("up to e", OZ + e - WZ, {slices: 1, output: -1, near: 1})
    every = argument.limit("(27): ⟨W, Z⟩ − Ω(Z) ≤ 0 for every Z", nearly, e)
    reached = argument.given("a number b below the supremum Ω*(W) is reached at some Z", WZ - OZ - b, by="Fenchel dual")
    argument.conclude("so no b > 0 is below it: Ω*(W) ≤ 0", -b, {every: 1, reached: 1})
    at_zero = argument.given("Ω*(W) ≥ ⟨W, 0⟩ − Ω(0)", dual - W0 + O0, by="Fenchel dual")
    pairing = argument.given("⟨W, 0⟩ = 0", W0, "=", by="Fenchel dual")
    least = argument.given("Ω(0) is at most the cost of a zero slice", c0 - O0, by=INFIMUM)
    free = argument.given("g(0) = 0", c0, "=", by="positive degree")
    argument.conclude("Ω*(W) ≥ 0", dual, {at_zero: 1, pairing: 1, least: 1, free: -1})
    return argument


def _gains(factor: int = 1) -> Argument:
    """Ω°(W) > 1: for every B some Z has ⟨W, Z⟩ − Ω(Z) ≥ B."""
    argument = Argument(
        ("s", "v", "g", "share", "B", "t", "w_t", "c_t", "OZ", "dual"),
        nonnegative={"B": ARBITRARY},
        follows={"B": ("t", "w_t", "c_t", "OZ")},
    )
    s, v, g, share, B, t, w_t, c_t, OZ, dual = argument.generators
    case = argument.given("Ω°(W) > 1: a number s between them", s - 1, ">", by="cases")
    near = argument.given("s is below the supremum: some z with g(z) ≤ 1 has ⟨W, φ(z)⟩ ≥ s", v - s, by=SUPREMUM)
    inside = argument.given("g(z) ≤ 1", 1 - g, by=SUPREMUM)
    excess = argument.conclude("⟨W, φ(z)⟩ > g(z)", v - g, {near: 1, case: 1, inside: 1})
    unit = argument.reciprocal("share = 1/(⟨W, φ(z)⟩ − g(z))", share, excess)
    weight = argument.define("the weight t = B·share ≥ 0", t, B * share)
    image = argument.given("⟨W, φ⟩ of z scaled by t^{1/p}", w_t - t * v, "=", by="positive degree")
    price = argument.given("g of it", c_t - t * g, "=", by="positive degree")
    value = argument.conclude(
        "(28) has the value B there", w_t - c_t - factor * B, {image: 1, price: -1, weight: v - g, unit: B}
    )
    least = argument.given("Ω(Z) is at most the cost of this slice", c_t - OZ, by=INFIMUM)
    dual_ = argument.given("Ω*(W) ≥ ⟨W, Z⟩ − Ω(Z)", dual - w_t + OZ, by="Fenchel dual")
    argument.conclude("Ω*(W) ≥ B for every B: it is infinite", dual - factor * B, {dual_: 1, least: 1, value: 1})
    return argument


_STEPS: dict[str, tuple[Callable[[int], Argument], str, Goals]] = {
    "at most 1": (
        _no_gain,
        "no factorization gains if the polar is at most 1",
        lambda q: {"Ω*(W) ≤ 0: b ≤ 0 for all b below it": -q["b"], "Ω*(W) ≥ 0": q["dual"]},
    ),
    "above 1": (
        _gains,
        "one slice gains without bound if it is not",
        lambda q: {"Ω*(W) ≥ B for every B ≥ 0": q["dual"] - q["B"]},
    ),
}


def _fenchel(part: str, change: int = 1) -> Evidence:
    build, shows, goals = _STEPS[part]
    return prove_by_argument(lambda: build(change), shows, concludes=goals, part=part)


@claim(
    "global-optimality:proposition-12",
    kind="proposition",
    label="Proposition 12",
    printed=r"""$\Omega_{\phi,g}^*(W)=0$ if $\Omega_{\phi,g}^\circ(W)\le 1$ and $\infty$ otherwise, with
$\Omega_{\phi,g}^\circ(W)=\sup_z\{\langle W,\phi(z)\rangle:g(z)\le 1\}$""",
    hypotheses=[*PAIR, DUAL, CASES],
    depends_on=[SUPREMUM, POLAR, INFIMUM],
    parts=list(_STEPS),
)
def proposition_12() -> list[Evidence]:
    """The supremum splits over slices: none gains if the polar is at most 1, one gains without bound if it is not,
    be the polar finite or not."""  # noqa: D205, D209
    return [_fenchel(part) for part in _STEPS]


@claim(
    "global-optimality:equation-25",
    kind="equation",
    label="Equation (25)",
    printed=r"$\Omega_{\phi,g}^*(W)=\{0\text{ if }\Omega_{\phi,g}^\circ(W)\le 1;\ \infty\text{ otherwise}\}$",
    hypotheses=[*PAIR, DUAL, CASES],
    depends_on=[SUPREMUM, POLAR, INFIMUM],
    parts=list(_STEPS),
)
def equation_25() -> list[Evidence]:
    """The formula of Proposition 12."""
    return [_fenchel(part) for part in _STEPS]


for _claim in (proposition_12, equation_25):
    _claim.near_misses(
        lambda pair: _fenchel(*pair),
        {
            "the polar is at most 2": ("at most 1", 2),
            "the polar is at most 3": ("at most 1", 3),
            "twice the gain": ("above 1", 2),
        },
    )
