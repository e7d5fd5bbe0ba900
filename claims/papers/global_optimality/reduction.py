"""Equation (18): the infimum over sizes, and the reduction to card(D) independent slices at no cost."""

from __future__ import annotations

from collections.abc import Callable

from claims.checkers.argument import Goals, prove_by_argument
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import DEGREE, DEPENDENCE, INFIMUM, NONDEGENERATE, REDUCTION, SIZE
from claims.registry import claim
from claims.statement import Hypothesis
from symbolic.homogeneous.argument import ARBITRARY, Argument

PAIR = [DEGREE, NONDEGENERATE]


def _sign(sign: int = 1) -> Argument:
    """With θ also −θ is a dependence, of the opposite Σθ_ig; if θ ≥ 0 then −θ has a negative entry and Σ ≤ 0."""
    names = ("th", "no", "f", "c", "TF", "TC", "NF", "NC", "p", "PC")
    argument = Argument(
        names,
        nonnegative={"p": ARBITRARY, "c": "positive degree"},
        indexed=dict.fromkeys(("th", "no", "f", "c", "p"), "i"),
        totals={"TF": ("th", "f"), "TC": ("th", "c"), "NF": ("no", "f"), "NC": ("no", "c"), "PC": ("p", "c")},
    )
    th, no, f, c, TF, TC, NF, NC, p, _ = argument.generators
    dependent = argument.given("Σθ_iφ(X_i) = 0, θ ≠ 0, as the outputs are dependent", TF, "=", by=DEPENDENCE)
    opposite = argument.define("the opposite of θ", no, -th)
    images = argument.sum_over("paired with φ", argument.conclude("−θ_iφ", (no + th) * f, {opposite: f}))
    prices = argument.sum_over("and with g", argument.conclude("−θ_ig", (no + th) * c, {opposite: c}))
    argument.conclude("−θ is a dependence too", NF, {images: 1, dependent: -1})
    argument.conclude("with the opposite Σθ_ig: one of the two is at most 0", sign * NC + TC, {prices: 1})
    argument.sum_over("where all θ_i ≥ 0, Σθ_ig(X_i) ≥ 0, and −θ serves", argument.known("θ_ig(X_i) ≥ 0", p * c))
    return argument


def _step(sign: int = 1) -> Argument:
    """Weights 1 + γθ_i for γ = 1/(m + u), u ≥ 0: all up to 1/m, −m the least entry of θ, where its slice vanishes."""
    names = (
        "m",
        "u",
        "gamma",
        "end",
        "th",
        "f",
        "c",
        "mf",
        "mc",
        "F",
        "C",
        "TF",
        "TC",
        "MF",
        "MC",
        "th0",
        "w0",
        "c0",
        "m0",
    )
    argument = Argument(
        names,
        nonnegative={"u": ARBITRARY},
        indexed=dict.fromkeys(("th", "f", "c", "mf", "mc"), "i"),
        totals={"F": ("f",), "C": ("c",), "TF": ("th", "f"), "TC": ("th", "c"), "MF": ("mf",), "MC": ("mc",)},
        follows={"u": ("gamma", "mf", "mc", "MF", "MC")},
    )
    m, u, gamma, end, th, f, c, mf, mc, F, C, TF, TC, MF, MC, th0, w0, c0, m0 = argument.generators
    negative = argument.given("the least entry of θ is −m < 0", m, ">", by="sign")
    entry = argument.given("the entry θ_0 = −m", th0 + m, "=", by="sign")
    least = argument.given("every entry θ_i ≥ −m", th + m, by="sign", each="i")
    more = argument.known("u ≥ 0", u)
    way = argument.reciprocal("γ = 1/(m + u)", gamma, argument.conclude("m + u > 0", m + u, {negative: 1, more: 1}))
    # 1 + θ_i/(m + u) = (θ_i + m + u)/(m + u).
    argument.conclude("all weights are nonnegative", 1 + gamma * th, {least: gamma, more: gamma, way: -1})
    image = argument.given(
        "φ of slice i with the weight 1 + γθ_i", mf - (1 + gamma * th) * f, "=", by="positive degree", each="i"
    )
    price = argument.given("g of it", mc - (1 + gamma * th) * c, "=", by="positive degree", each="i")
    images, costs = argument.sum_over("the output", image), argument.sum_over("the cost", price)
    dependent = argument.given("Σθ_iφ(X_i) = 0", TF, "=", by="sign")
    falls = argument.given("Σθ_ig(X_i) ≤ 0", -sign * TC, by="sign")
    argument.conclude("the output is kept", MF - F, {images: 1, dependent: gamma})
    argument.conclude("the cost is affine in γ", MC - C - gamma * TC, {costs: 1})
    argument.conclude("the cost does not grow", C - MC, {costs: -1, falls: gamma})
    last = argument.reciprocal("the end γ = 1/m", end, negative)
    weight = argument.define("the weight of slice 0 at the end", w0, 1 + end * th0)
    gone = argument.conclude("it is 0", w0, {weight: 1, entry: end, last: -1})
    zero = argument.given("so the slice is zero and costs nothing", m0 - w0 * c0, "=", by="positive degree")
    argument.conclude("g of slice 0 is 0", m0, {zero: 1, gone: c0})
    return argument


def _count(steps: int = 1) -> Argument:
    """J counts the steps: each empties a slice, so they end; at the end the outputs are independent."""
    names = ("one", "lost", "fall", "k", "Lost", "Fall", "r", "left", "card", "C", "Cend")
    argument = Argument(
        names,
        indexed=dict.fromkeys(("one", "lost", "fall"), "j"),
        totals={"k": ("one",), "Lost": ("lost",), "Fall": ("fall",)},
    )
    one, lost, fall, k, Lost, Fall, r, left, card, C, Cend = argument.generators
    unit = argument.given("one counts the steps", one - 1, "=", by="step", each="j")
    emptied = argument.given("a step empties at least one slice", lost - 1, by="step", each="j")
    cheaper = argument.given("and does not raise the cost", fall, by="step", each="j")
    all_ = argument.sum_over("k steps empty k", argument.conclude("one each", lost - one, {emptied: 1, unit: -1}))
    remaining = argument.define("the slices that are left", left, r - Lost)
    number = argument.given("no more are emptied than there are", r - Lost, by="step")
    argument.conclude("there are at most r steps", r - k * steps, {all_: 1, number: 1})
    argument.conclude("with r − k slices left at most", r - k * steps - left, {all_: 1, remaining: -1})
    finish = argument.define("the cost at the end", Cend, C - Fall)
    falls = argument.sum_over("the falls, summed", cheaper)
    argument.conclude("it is not above that at the start", C - Cend, {falls: 1, finish: -1})
    size = argument.given("no dependence is left, so at most card(D) slices are", card - left, by=DEPENDENCE)
    argument.conclude("the slices left are at most card(D)", card - left, {size: 1})
    return argument


_STEPS: dict[str, tuple[Callable[[int], Argument], str, Goals]] = {
    "sign": (
        _sign,
        "a dependence with a negative entry along which the cost does not grow",
        lambda q: {"−θ is a dependence too": (q["NF"], "="), "Σθ_ig(X_i) ≥ 0 where θ ≥ 0": q["PC"]},
    ),
    "step": (
        _step,
        "a slice vanishes, the output stays, the cost does not grow",
        lambda q: {
            "weights are nonnegative": 1 + q["gamma"] * q["th"],
            "the output is kept": (q["MF"] - q["F"], "="),
            "the cost is affine in γ": (q["MC"] - q["C"] - q["gamma"] * q["TC"], "="),
            "the cost does not grow": q["C"] - q["MC"],
            "slice 0 is scaled by 0": (q["w0"], "="),
        },
    ),
    "count": (
        _count,
        "the steps end with at most card(D) independent slices",
        lambda q: {
            "at most r steps": q["r"] - q["k"],
            "at most card(D) slices are left": q["card"] - q["left"],
            "at no greater cost": q["C"] - q["Cend"],
        },
    ),
}


def _reduced(part: str, change: int = 1) -> Evidence:
    build, shows, goals = _STEPS[part]
    return prove_by_argument(lambda: build(change), shows, concludes=goals, part=part)


@claim(
    REDUCTION,
    kind="proof-step",
    label="Equation (18), the reduction",
    printed=r"""from a finite factorization of finite cost slices can be scaled away until at most
$\mathrm{card}(D)$ are left, with independent outputs; the output is kept and the cost does not grow""",
    hypotheses=[DEGREE],
    depends_on=[DEPENDENCE],
    parts=list(_STEPS),
)
def reduction() -> list[Evidence]:
    """A dependence θ has entries of both signs, or of one. In the first case θ or −θ has Σθ_ig ≤ 0; in the second the
    one with θ ≤ 0 has. Along it the weights 1 + γθ_i stay nonnegative until the first is 0."""  # noqa: D205, D209
    return [_reduced(part) for part in _STEPS]


reduction.near_misses(
    lambda pair: _reduced(*pair),
    {
        "−θ with the same Σθg": ("sign", -1),
        "the sign of θ not chosen": ("step", -1),
        "twice the change of cost": ("step", 2),
        "each step counted twice": ("count", 2),
    },
)


def _size(slack: int = 1) -> Argument:
    argument = Argument(
        ("K", "Kr", "Omega", "Small", "e"),
        small={"e": ("K", "Kr")},
        fixed=("Omega", "Small"),
    )
    K, Kr, Omega, Small, e = argument.generators
    near = argument.given("a factorization within e of Ω(X)", Omega + slack * e - K, by=INFIMUM)
    reduced = argument.given("one with card(D) slices costs no more, zero slices being added", K - Kr, by=REDUCTION)
    least = argument.given("the infimum over those is at most that", Kr - Small, by=INFIMUM)
    nearly = argument.conclude("up to e", Omega + e - Small, {near: 1, reduced: 1, least: 1})
    argument.limit("the infimum at card(D) is at most Ω(X)", nearly, e)
    fewer = argument.given("and at least, as the infimum of fewer", Small - Omega, by=INFIMUM)
    argument.conclude("it is at least Ω(X)", Small - Omega, {fewer: 1})
    return argument


@claim(
    SIZE,
    kind="proof-step",
    label="Equation (18), the size",
    printed=r"the infimum over all sizes is that at $r=\mathrm{card}(D)$, attained or not",
    hypotheses=PAIR,
    depends_on=[INFIMUM, REDUCTION],
)
def size() -> Evidence:
    """Nearly optimal factorizations, reduced."""
    return prove_by_argument(
        _size,
        "card(D) slices give the same infimum",
        concludes=lambda q: {
            "the infimum at card(D) is at most Ω(X)": q["Omega"] - q["Small"],
            "it is at least Ω(X)": -q["Omega"] + q["Small"],
        },
    )


size.near_misses(
    lambda slack: prove_by_argument(lambda: _size(slack), "mutant"),
    {"factorizations within 2e": 2, "without the excess": 0},
)


def _iterated(factor: int = 1) -> Argument:
    """J is the infimum over r of the infima I_r at r slices; near, I and K belong to one r."""
    argument = Argument(
        ("K", "inner", "K2", "inner2", "J", "Omega", "e"),
        small={"e": ("K", "inner", "K2", "inner2")},
        fixed=("J", "Omega"),
    )
    K, inner, K2, inner2, J, Omega, e = argument.generators
    near = argument.given("a factorization within e of Ω(X), of some size r", Omega + e - K, by=INFIMUM)
    at_size = argument.given("the inner infimum at this r is at most its cost", K - inner, by="iterated infimum")
    outer = argument.given("the outer one is at most that", inner - J, by="iterated infimum")
    nearly = argument.conclude("up to e", Omega + e - factor * J, {near: 1, at_size: 1, outer: 1})
    argument.limit("inf inf ≤ Ω(X)", nearly, e)
    close = argument.given("an inner infimum within e of the outer", J + e - inner2, by="iterated infimum")
    closer = argument.given("a factorization within e of that", inner2 + e - K2, by="iterated infimum")
    below = argument.given("which costs at least Ω(X)", K2 - Omega, by=INFIMUM)
    back = argument.conclude("up to 2e", J + 2 * e - Omega, {close: 1, closer: 1, below: 1})
    argument.limit("inf inf ≥ Ω(X)", back, e)
    return argument


@claim(
    "global-optimality:equation-18",
    kind="equation",
    label="Equation (18)",
    printed=r"$\Omega_{\phi,g}(X)\equiv\inf_{r}\inf_{\Phi_r(X^1,\dots,X^K)=X}\sum_{i=1}^rg(X_i^1,\dots,X_i^K)$",
    hypotheses=[
        *PAIR,
        Hypothesis("iterated infimum", r"$J=\inf_rI_r$, $I_r$ the infimum over factorizations with $r$ slices"),
    ],
    depends_on=[INFIMUM],
)
def equation_18() -> Evidence:
    """A definition: the infimum over sizes of infima is the infimum over all finite factorizations."""
    return prove_by_argument(
        _iterated,
        "the two infima in a row are one",
        concludes=lambda q: {"inf inf ≤ Ω(X)": -q["J"] + q["Omega"], "inf inf ≥ Ω(X)": q["J"] - q["Omega"]},
    )


equation_18.near_misses(
    lambda factor: prove_by_argument(lambda: _iterated(factor), "mutant"),
    {"twice the inner infimum": 2, "the inner infimum dropped": 0},
)
