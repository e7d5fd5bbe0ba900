"""Proposition 11, property 5, corrected: with Γ compact the infimum (18) is attained, with card(D) slices."""

from __future__ import annotations

from collections.abc import Callable

from claims.checkers.argument import Goals, prove_by_argument
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import COMPACT, COMPACTNESS, DEGREE, INFIMUM, NONDEGENERATE, SIZE
from claims.registry import claim
from claims.statement import Hypothesis
from symbolic.homogeneous.argument import Argument

PAIR = [DEGREE, NONDEGENERATE]
CASES = Hypothesis("cases", "a slice of a factorization of finite cost has positive cost, or the cost 0")


def _atoms(level: int = 1) -> Argument:
    """A slice is its cost g times an atom of Γ: of any one if g = 0, as the output is 0 then."""
    argument = Argument(("g", "u", "f", "a", "b", "f_0", "g_0", "z"))
    g, u, f, a, b, f_0, g_0, z = argument.generators
    positive = argument.given("a slice of positive cost", g, ">", by="cases")
    unit = argument.reciprocal("u = 1/g", u, positive)
    image = argument.given("φ of the slice with the weight u, paired with any V", a - u * f, "=", by="positive degree")
    price = argument.given("g of it", b - u * g, "=", by="positive degree")
    argument.conclude("it is in Γ: g = 1", level - b, {price: -1, unit: -1})
    argument.conclude("and φ of the slice is g times that atom", f - g * a, {image: -g, unit: -f})
    free = argument.given("a slice of cost 0", g_0, "=", by="cases")
    zero = argument.given("has the output 0, as g is positive on fibres of others", f_0, "=", by="nondegenerate")
    argument.conclude("so it is g times any atom", f_0 - g_0 * z, {zero: 1, free: -z})
    return argument


def _limit(level: int = 1) -> Argument:
    """Of factorizations with card(D) slices whose costs tend to Ω: weights and atoms converge along a subsequence."""
    names = ("f", "v", "b", "F", "V", "P", "w", "a", "c", "m", "x", "W", "A", "C", "X", "Y", "Omega", "e")
    argument = Argument(
        names,
        nonnegative={"w": COMPACTNESS},
        indexed=dict.fromkeys(("f", "v", "b", "w", "a", "c", "m", "x"), "i"),
        totals={"F": ("f",), "V": ("v",), "P": ("v", "b"), "W": ("w",), "A": ("w", "a"), "C": ("m",), "X": ("x",)},
        small={"e": ("f", "v", "b", "F", "V", "P")},
        fixed=("Omega", "W", "X", "Y"),
    )
    f, v, b, F, V, P, w, a, c, m, x, W, A, C, X, Y, Omega, e = argument.generators
    # On the way: outputs f, weights v = g(X_i) and atoms b; in the limit: weights w, atoms a with costs c.
    near = argument.given("card(D) slices within e of Ω", Omega + e - V, by=SIZE)
    close = argument.given("the sum of their weights is within e of its limit", V - W + e, by=COMPACTNESS)
    least = argument.conclude("up to 2e", Omega + 2 * e - W, {near: 1, close: 1})
    weights = argument.limit("the limit weights sum to at most Ω(Y)", least, e)
    atom = argument.given("the limit atom i lies in the closed set Γ: g ≤ 1", level - c, by="compact", each="i")
    price = argument.given("the slice with weight w_i costs w_ig", m - w * c, "=", by="positive degree", each="i")
    slice_ = argument.conclude("it costs at most w_i", w - m, {atom: w, price: -1})
    slices = argument.sum_over("summed over the slices", slice_)
    argument.conclude("the limit factorization costs at most Ω(Y)", Omega - C, {slices: 1, weights: 1})
    split = argument.given("each output is its weight times its atom", f - v * b, "=", by="atoms", each="i")
    total = argument.sum_over("so is their sum", split)
    target = argument.given("the output of each is Y, paired with any vector", Y - F, "=", by=INFIMUM)
    under = argument.given("the sums of weight times atom converge: from below", e + P - A, by=COMPACTNESS)
    over = argument.given("and from above", e + A - P, by=COMPACTNESS)
    image = argument.given("φ of the slice with weight w_i", x - w * a, "=", by="positive degree", each="i")
    images = argument.sum_over("the output of the limit", image)
    upper = argument.conclude("at most Y, up to e", Y + e - X, {under: 1, target: 1, total: 1, images: -1})
    lower = argument.conclude("at least Y, up to e", X + e - Y, {over: 1, target: -1, total: -1, images: 1})
    argument.limit("the output of the limit is at most Y", upper, e)
    argument.limit("and at least Y, so it factorizes Y", lower, e)
    cost = argument.given("and it costs at least Ω(Y)", C - Omega, by=INFIMUM)
    argument.conclude("the limit factorization costs at least Ω(Y)", C - Omega, {cost: 1})
    return argument


_STEPS: dict[str, tuple[Callable[[int], Argument], str, Goals]] = {
    "atoms": (
        _atoms,
        "every slice is its cost times an atom of Γ",
        lambda q: {
            "g > 0: the atom is in Γ": (1 - q["b"], "="),
            "and φ is g times it": (q["f"] - q["g"] * q["a"], "="),
            "g = 0: φ is g times any atom": (q["f_0"] - q["g_0"] * q["z"], "="),
        },
    ),
    "limit": (
        _limit,
        "a limit of nearly optimal factorizations of size card(D) is optimal",
        lambda q: {
            "its output is at most Y, paired with any vector": q["Y"] - q["X"],
            "and at least Y": q["X"] - q["Y"],
            "its cost is at most Ω(Y)": q["Omega"] - q["C"],
            "and at least Ω(Y)": q["C"] - q["Omega"],
        },
    ),
}


def _attained(part: str, level: int = 1) -> Evidence:
    build, shows, goals = _STEPS[part]
    return prove_by_argument(lambda: build(level), shows, concludes=goals, part=part)


@claim(
    "global-optimality:proposition-11.5.corrected",
    kind="correction",
    label="Proposition 11, property 5, corrected",
    printed=r"""if $\Gamma=\{\phi(z):g(z)\le 1\}$ is compact, the infimum in (18) is achieved with
    $r\le\mathrm{card}(D)$ wherever
$\Omega_{\phi,g}(X)<\infty$""",
    hypotheses=[*PAIR, COMPACT, CASES],
    depends_on=[SIZE, INFIMUM, COMPACTNESS],
    parts=list(_STEPS),
)
def proposition_11_5_corrected() -> list[Evidence]:
    """By the reduction there are nearly optimal factorizations of one size; their weights are bounded by their cost and
    their atoms lie in Γ, so both converge along a subsequence."""  # noqa: D205, D209
    return [_attained(part) for part in _STEPS]


proposition_11_5_corrected.near_misses(
    lambda pair: _attained(*pair),
    {
        "limit atoms of level 2": ("limit", 2),
        "limit atoms of level 0": ("limit", 0),
        "atoms of level 2": ("atoms", 2),
    },
)
