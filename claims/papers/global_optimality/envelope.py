"""Propositions 10 and 11: concatenation, and the properties of Ω."""

from __future__ import annotations

from claims.checkers.argument import prove_by_argument
from claims.checkers.exact_points import decide_at_points
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import (
    CONCATENATION,
    DEGREE,
    INFIMUM,
    NONDEGENERATE,
)
from claims.papers.global_optimality.regularization_function import WRONG_FAMILIES, attained
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.homogeneous.boundary_pairs import ShearFamily, vanishing
from symbolic.homogeneous.argument import ARBITRARY, Argument

PAIR = [DEGREE, NONDEGENERATE]
PROPOSITION_10 = "global-optimality:proposition-10"


def _concatenation(power_of_beta: int = 1) -> Argument:
    """Φ([αX βY]) with A = α^p and B = β^p, slice by slice; i counts the slices of X, j those of Y."""
    names = ("A", "B", "x", "y", "mx", "my", "X", "Y", "MX", "MY", "both")
    argument = Argument(
        names,
        nonnegative={"A": ARBITRARY, "B": ARBITRARY},
        indexed={"x": "i", "mx": "i", "y": "j", "my": "j"},
        totals={"X": ("x",), "MX": ("mx",), "Y": ("y",), "MY": ("my",)},
        follows={"A": ("mx", "MX", "both"), "B": ("my", "MY", "both")},
    )
    A, B, x, y, mx, my, X, Y, MX, MY, both = argument.generators
    first = argument.given("φ(αX_i) = α^pφ(X_i)", mx - A * x, "=", by="positive degree", each="i")
    second = argument.given("φ(βY_j) = β^pφ(Y_j)", my - B * y, "=", by="positive degree", each="j")
    sum_x, sum_y = argument.sum_over("summed over the slices of X", first), argument.sum_over("and of Y", second)
    beside = argument.given("Φ of [αX βY] is the sum over all slices", both - MX - MY, "=", by=CONCATENATION)
    argument.conclude(
        "Φ([αX βY]) = α^pΦ(X) + β^pΦ(Y)", both - A * X - B**power_of_beta * Y, {beside: 1, sum_x: 1, sum_y: 1}
    )
    return argument


_PRINTED_21 = r"""$\Phi_{r_x+r_y}([\alpha X^1\,\beta Y^1],\dots,[\alpha X^K\,\beta
Y^K])=\alpha^p\Phi_{r_x}(X^1,\dots,X^K)
+\beta^p\Phi_{r_y}(Y^1,\dots,Y^K)$ for $\alpha,\beta\ge 0$"""


@claim(
    "global-optimality:proposition-10",
    kind="proposition",
    label="Proposition 10",
    printed=_PRINTED_21,
    hypotheses=[DEGREE],
    depends_on=["global-optimality:equation-10"],
)
def proposition_10() -> Evidence:
    """Φ is a sum over slices, and a slice of αX contributes α^p times its own value."""
    return prove_by_argument(
        _concatenation,
        "the sum over slices splits and scales",
        concludes=lambda q: {"Φ([αX βY]) = α^pΦ(X) + β^pΦ(Y)": (-q["A"] * q["X"] - q["B"] * q["Y"] + q["both"], "=")},
    )


@claim(
    "global-optimality:equation-21",
    kind="equation",
    label="Equation (21)",
    printed=_PRINTED_21,
    hypotheses=[DEGREE],
    depends_on=["global-optimality:equation-10"],
)
def equation_21() -> Evidence:
    """The formula of Proposition 10."""
    return prove_by_argument(
        _concatenation,
        "the sum over slices splits and scales",
        concludes=lambda q: {"Φ([αX βY]) = α^pΦ(X) + β^pΦ(Y)": (-q["A"] * q["X"] - q["B"] * q["Y"] + q["both"], "=")},
    )


for _claim in (proposition_10, equation_21):
    _claim.near_misses(
        lambda power: prove_by_argument(lambda: _concatenation(power), "mutant"),
        {"beta^{2p} instead of beta^p": 2, "beta^p dropped": 0},
    )


def _positive(family: ShearFamily) -> Evidence:
    return decide_at_points(
        [family],
        {
            "(φ, g) = ((x|x|, xy), x²) factorizes X at every e > 0": ShearFamily.factorizes_target,
            "X ≠ 0": ShearFamily.target_is_nonzero,
        },
        ShearFamily.cost_is_bounded_away_from_zero,
        "Ω(X) > 0",
        "D = 2, φ(x, y) = (x|x|, xy), g = x²",
    )


@claim(
    "global-optimality:proposition-11.1",
    kind="proposition",
    label="Proposition 11, property 1",
    printed=r"$\Omega_{\phi,g}(0)=0$ and $\Omega_{\phi,g}(X)>0$ for all $X\ne 0$",
    hypotheses=PAIR,
    erratum=Erratum(
        "missing-hypothesis",
        "For the nondegenerate pair φ(x, y) = (x|x|, xy), g = x² the slices (±e, ±1/e) have output (0, 2) and cost "
        "2e², so Ω(0, 2) = 0. Boundedness of Γ repairs it.",
        corrected_by="global-optimality:proposition-11.1.corrected",
    ),
)
def proposition_11_1() -> Evidence:
    """Positive values of g on every fibre do not bound it from below over all of them."""
    return _positive(vanishing())


proposition_11_1.near_misses(
    _positive,
    {
        "one of the slices alone has another output": ShearFamily(vanishing().slices[:1], vanishing().target),
        "another output than stated": vanishing(second=3),
    },
)


def _value_at_zero(cost: int = 0) -> Argument:
    argument = Argument(("c0", "Omega_0"))
    c0, Omega_0 = argument.generators
    free = argument.given("the zero slice costs nothing", c0, "=", by="positive degree")
    least = argument.given("it factorizes 0", c0 - Omega_0, by=INFIMUM)
    above = argument.given("costs are nonnegative", Omega_0, by=INFIMUM)
    argument.conclude("Ω(0) ≤ 0", cost - Omega_0, {least: 1, free: -1})
    argument.conclude("Ω(0) ≥ 0", Omega_0 - cost, {above: 1})
    return argument


def _bounded_below(radius: int = 1) -> Argument:
    names = ("share", "M", "X", "n", "c", "tau", "s", "N", "C", "Omega", "e")
    argument = Argument(
        names,
        nonnegative={"M": "bounded", "c": "positive degree"},
        indexed={"n": "i", "c": "i", "tau": "i"},
        totals={"N": ("n",), "C": ("c",)},
        small={"e": ("n", "c", "tau", "N", "C"), "s": ("tau",)},
        fixed=("M", "Omega", "X"),
    )
    share, M, X, n, c, tau, s, N, C, Omega, e = argument.generators
    # The weight τ = 1/(g + s) makes g(X_i) at most 1, also where it is 0.
    step = argument.given("s > 0", s, ">", by=ARBITRARY)
    positive = argument.conclude("g(X_i) + s > 0", c + s, {argument.known("g(X_i) ≥ 0", c): 1, step: 1})
    weight = argument.reciprocal("τ = 1/(g(X_i) + s)", tau, positive)
    argument.conclude("the slice with weight τ has g = τg(X_i) ≤ 1", 1 - tau * c, {step: tau, weight: -1})
    inside = argument.given(
        "so its output τφ(X_i) lies in Γ: τ|φ(X_i)| ≤ M", radius * M - tau * n, by="bounded", each="i"
    )
    nearly = argument.conclude("|φ(X_i)| ≤ M(g(X_i) + s)", M * (c + s) - n, {inside: c + s, weight: n})
    slices = argument.sum_over("|φ(X_i)| ≤ M g(X_i), summed", argument.limit("|φ(X_i)| ≤ M g(X_i)", nearly, s))
    triangle = argument.given("|X| ≤ Σ|φ(X_i)|", N - X, by="bounded")
    near = argument.given("a factorization within e of Ω(X)", Omega + e - C, by=INFIMUM)
    total = argument.conclude("|X| ≤ M(Ω(X) + e)", M * (Omega + e) - X, {slices: 1, triangle: 1, near: M})
    bound = argument.limit("|X| ≤ M Ω(X)", total, e)
    positive_bound = argument.given("M > 0", M, ">", by="bounded")
    inverse = argument.reciprocal("1/M", share, positive_bound)
    argument.conclude("Ω(X) ≥ |X|/M", Omega - share * X, {bound: share, inverse: -Omega})
    nonzero = argument.given("X ≠ 0, so |X| > 0", X, ">", by="bounded")
    argument.conclude("MΩ(X) > 0, so Ω(X) > 0", M * Omega, {bound: 1, nonzero: 1})
    return argument


@claim(
    "global-optimality:proposition-11.1.corrected",
    kind="correction",
    label="Proposition 11, property 1, corrected",
    printed=r"""$\Omega_{\phi,g}(0)=0$; and if $\Gamma$ is bounded, $|X|\le M$ on $\Gamma$ with $M>0$, then
$\Omega_{\phi,g}(X)\ge|X|/M>0$ for all $X\ne 0$""",
    hypotheses=[
        *PAIR,
        Hypothesis(
            "bounded", r"$|X|\le M$ on $\Gamma$ for a norm $|\cdot|$, $M>0$, and $|X|>0$ for the $X$ considered"
        ),
    ],
    depends_on=[INFIMUM],
    parts=["zero", "bound"],
)
def proposition_11_1_corrected() -> list[Evidence]:
    """Each slice has |φ| ≤ M g by homogeneity, so does the sum."""
    return [
        prove_by_argument(
            _value_at_zero,
            "a zero slice factorizes 0 at no cost",
            part="zero",
            concludes=lambda q: {"Ω(0) ≤ 0": -q["Omega_0"], "Ω(0) ≥ 0": q["Omega_0"]},
        ),
        prove_by_argument(
            _bounded_below,
            "a bound of Γ bounds Ω from below",
            part="bound",
            concludes=lambda q: {
                "the slice with weight τ has g = τg(X_i) ≤ 1": -q["c"] * q["tau"] + 1,
                "Ω(X) ≥ |X|/M": -q["share"] * q["X"] + q["Omega"],
                "MΩ(X) > 0, so Ω(X) > 0": (q["M"] * q["Omega"], ">"),
            },
        ),
    ]


proposition_11_1_corrected.near_misses(
    lambda radius: prove_by_argument(lambda: _bounded_below(radius), "mutant", part="bound"),
    {"twice the radius": 2, "radius 0": 0},
)


@proposition_11_1_corrected.mutant("a zero slice that costs 1")
def _() -> Evidence:
    return prove_by_argument(lambda: _value_at_zero(1), "mutant", part="zero")


def _homogeneous(power: int = 1) -> Argument:
    argument = Argument(
        ("A", "inverse", "Omega_X", "Omega_AX", "C", "CA", "c", "m", "D", "DA", "e"),
        nonnegative={"A": ARBITRARY},
        indexed={"c": "i", "m": "i"},
        totals={"C": ("c",), "CA": ("m",)},
        small={"e": ("c", "m", "C", "CA", "D", "DA")},
        fixed=("A", "Omega_AX", "Omega_X", "inverse"),
        follows={"A": ("inverse", "m", "CA", "Omega_AX", "D", "DA")},
    )
    A, inverse, Omega_X, Omega_AX, C, CA, c, m, D, DA, e = argument.generators
    positive = argument.given("α > 0; at α = 0 both sides are 0", A, ">", by=ARBITRARY)
    reciprocal = argument.reciprocal("1/α", inverse, positive)
    slice_ = argument.given("g(α^{1/p}X_i) = αg(X_i)", m - A * c, "=", by="positive degree", each="i")
    cost = argument.sum_over("summed over the slices", slice_)
    near = argument.given("a factorization of X within e of Ω(X)", Omega_X + e - C, by=INFIMUM)
    least = argument.given("scaled, it is one of αX", CA - Omega_AX, by=INFIMUM)
    above = argument.conclude("up to αe", A * (Omega_X + e) - Omega_AX, {near: A, cost: -1, least: 1})
    argument.limit("Ω(αX) ≤ αΩ(X)", above, e)
    near_back = argument.given("a factorization of αX within e of Ω(αX)", Omega_AX + e - D, by=INFIMUM)
    back = argument.given(
        "scaled with 1/α, it costs 1/α times as much", DA - inverse**power * D, "=", by="positive degree"
    )
    least_back = argument.given("and is one of X", DA - Omega_X, by=INFIMUM)
    below = argument.conclude(
        "up to e/α", inverse * (Omega_AX + e) - Omega_X, {near_back: inverse, back: -1, least_back: 1}
    )
    limit = argument.limit("Ω(X) ≤ Ω(αX)/α", below, e)
    argument.conclude("Ω(αX) ≥ αΩ(X)", Omega_AX - A * Omega_X, {limit: A, reciprocal: -Omega_AX})
    return argument


@claim(
    "global-optimality:proposition-11.2",
    kind="proposition",
    label="Proposition 11, property 2",
    printed=r"$\Omega_{\phi,g}$ is positively homogeneous with degree 1",
    hypotheses=PAIR,
    depends_on=[INFIMUM],
    parts=["positive", "zero"],
)
def proposition_11_2() -> list[Evidence]:
    """Scaling by α^{1/p} maps the factorizations of X onto those of αX, so there are none of one if there are none of
    the other, and Ω is ∞ at both; at α = 0 both sides are 0, as 0·∞ = 0."""  # noqa: D205, D209
    return [
        prove_by_argument(
            _homogeneous,
            "scaling is a bijection between factorizations of X and of αX",
            part="positive",
            concludes=lambda q: {
                "Ω(αX) ≤ αΩ(X)": q["A"] * q["Omega_X"] - q["Omega_AX"],
                "Ω(αX) ≥ αΩ(X)": -q["A"] * q["Omega_X"] + q["Omega_AX"],
            },
        ),
        prove_by_argument(
            _value_at_zero,
            "Ω(0) = 0",
            part="zero",
            concludes=lambda q: {"Ω(0) ≤ 0": -q["Omega_0"], "Ω(0) ≥ 0": q["Omega_0"]},
        ),
    ]


proposition_11_2.near_misses(
    lambda power: prove_by_argument(lambda: _homogeneous(power), "mutant", part="positive"),
    {"degree 1/2": 2, "degree 0": 0},
)


@proposition_11_2.mutant("Ω(0) = 1")
def _() -> Evidence:
    return prove_by_argument(lambda: _value_at_zero(1), "mutant", part="zero")


def _subadditive(shared: int = 0, *, weighted: bool = False) -> Argument:
    """Nearly optimal factorizations of X and Y side by side, their slices with the weights t and s, or 1 and 1."""
    names = ("t", "s", "Omega_X", "Omega_Y", "Omega_S", "x", "y", "mx", "my", "CX", "CY", "MX", "MY", "e")
    more = ("PX", "PY", "PS", "VX", "VY")
    argument = Argument(
        (*names, *more),
        nonnegative={"t": "weights", "s": "weights"} if weighted else {},
        indexed={"x": "i", "mx": "i", "y": "j", "my": "j"},
        totals={"CX": ("x",), "MX": ("mx",), "CY": ("y",), "MY": ("my",)},
        small={"e": ("x", "y", "mx", "my", "CX", "CY", "MX", "MY", "PX", "PY", "PS")},
        fixed=("Omega_S", "Omega_X", "Omega_Y", "s", "t"),
    )
    t, s, Omega_X, Omega_Y, Omega_S, x, y, mx, my, CX, CY, MX, MY, e, PX, PY, PS, VX, VY = argument.generators
    a, b = (t, s) if weighted else (argument.ring.one, argument.ring.one)
    near_x = argument.given("a factorization within e of Ω(X)", Omega_X + e - CX, by=INFIMUM)
    near_y = argument.given("a factorization within e of Ω(Y)", Omega_Y + e - CY, by=INFIMUM)
    price_x = argument.given("g of its slices with their weight", mx - a * x, "=", by="positive degree", each="i")
    price_y = argument.given("g of the others", my - b * y, "=", by="positive degree", each="j")
    sum_x, sum_y = argument.sum_over("summed", price_x), argument.sum_over("and of the others", price_y)
    # The outputs, paired with any V.
    output = argument.given("Φ of both side by side", PS - a * PX - b * PY, "=", by=PROPOSITION_10)
    of_x = argument.given("the output of the first is X", PX - VX, "=", by=INFIMUM)
    of_y = argument.given("that of the other is Y", PY - VY, "=", by=INFIMUM)
    argument.conclude("both factorize the sum", PS - a * VX - b * VY, {output: 1, of_x: a, of_y: b})
    least = argument.given("so their cost is at least Ω of the sum", MX + MY - Omega_S, by=INFIMUM)
    bound = a * (Omega_X + e) + b * (Omega_Y + e) - Omega_S
    nearly = argument.conclude(
        "for every e > 0", bound - shared * e, {near_x: a, near_y: b, sum_x: -1, sum_y: -1, least: 1}
    )
    argument.limit("in the limit e → 0", nearly, e)
    return argument


@claim(
    "global-optimality:proposition-11.3",
    kind="proposition",
    label="Proposition 11, property 3",
    printed=r"$\Omega_{\phi,g}(X+Y)\le\Omega_{\phi,g}(X)+\Omega_{\phi,g}(Y)$ for all $X$, $Y$",
    hypotheses=PAIR,
    depends_on=[PROPOSITION_10, INFIMUM],
)
def proposition_11_3() -> Evidence:
    """Nearly optimal factorizations side by side; nothing to show where a value is infinite."""
    return prove_by_argument(
        _subadditive,
        "Ω(X + Y) ≤ Ω(X) + Ω(Y) + 2e",
        concludes=lambda q: {
            "both factorize the sum": (q["PS"] - q["VX"] - q["VY"], "="),
            "in the limit e → 0": q["Omega_X"] + q["Omega_Y"] - q["Omega_S"],
        },
    )


@claim(
    "global-optimality:proposition-11.4",
    kind="proposition",
    label="Proposition 11, property 4",
    printed=r"$\Omega_{\phi,g}(X)$ is convex with respect to $X\in\mathbb R^D$",
    hypotheses=[*PAIR, Hypothesis("weights", r"$t,s\ge 0$, $t+s=1$")],
    depends_on=[PROPOSITION_10, INFIMUM],
)
def proposition_11_4() -> Evidence:
    """Weights t and s = 1 − t on the two factorizations."""
    return prove_by_argument(
        lambda: _subadditive(weighted=True),
        "Ω(tX + sY) ≤ tΩ(X) + sΩ(Y) + (t + s)e",
        concludes=lambda q: {
            "both factorize the sum": (-q["t"] * q["VX"] - q["s"] * q["VY"] + q["PS"], "="),
            "in the limit e → 0": q["t"] * q["Omega_X"] + q["s"] * q["Omega_Y"] - q["Omega_S"],
        },
    )


proposition_11_3.near_misses(
    lambda shared: prove_by_argument(lambda: _subadditive(shared), "mutant"),
    {"without the excess e": 2, "with half of it": 1},
)
proposition_11_4.near_misses(
    lambda shared: prove_by_argument(lambda: _subadditive(shared, weighted=True), "mutant"),
    {"without the excess e": 2, "with part of it": 1},
)


@claim(
    "global-optimality:proposition-11.5",
    kind="proposition",
    label="Proposition 11, property 5",
    printed=r"the infimum in (18) can be achieved with $r\le\mathrm{card}(D)$ for all $X$ "
    r"with $\Omega_{\phi,g}(X)<\infty$",
    hypotheses=PAIR,
    erratum=Erratum(
        "missing-hypothesis",
        "Attainment needs Γ compact, which Definition 8 does not give: (0, 2) has Ω = 0 for φ(x, y) = (x|x|, xy), "
        "g = x², and no factorization costs 0. The count card(D) is right.",
        corrected_by="global-optimality:proposition-11.5.corrected",
    ),
)
def proposition_11_5() -> Evidence:
    """Cost 0 forces every x = 0, and then the output is 0."""
    return attained(vanishing())


proposition_11_5.near_misses(attained, WRONG_FAMILIES)
