"""Propositions 10 and 11: concatenation, and Ω as a gauge."""

from __future__ import annotations

from claims.checkers.argument import prove_by_argument
from claims.checkers.exact_points import decide_at_points
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import COMPACT, DEGREE, NONDEGENERATE
from claims.papers.global_optimality.regularization_function import WRONG_FAMILIES, attained
from claims.registry import claim
from claims.statement import Erratum
from numeric.homogeneous.boundary_pairs import ShearFamily, shooting_off, vanishing
from symbolic.homogeneous.argument import Argument
from symbolic.homogeneous.weighted_slices import WeightedSlices

PAIR = [DEGREE, NONDEGENERATE]


def _concatenation(power_of_beta: int = 1) -> Argument:
    """Φ([αX βY]) with A = α^p and B = β^p, slice by slice."""
    argument = Argument(("A", "B", "phi_x", "phi_y"), nonnegative=("A", "B"))
    A, B, phi_x, phi_y = argument.generators
    one = argument.ring.one
    X, Y, values = WeightedSlices((("x", one),)), WeightedSlices((("y", one),)), {"x": phi_x, "y": phi_y}
    together = X.scaled(A).beside(Y.scaled(B)).total(values)
    argument.identity(
        "Φ([αX βY]) = α^pΦ(X) + β^pΦ(Y)", together, A * X.total(values) + B**power_of_beta * Y.total(values)
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
    return prove_by_argument(_concatenation, "the sum over slices splits and scales")


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
    return prove_by_argument(_concatenation, "the sum over slices splits and scales")


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


def _bounded_below(radius: int = 1) -> Argument:
    argument = Argument(("M", "norm_X", "norm_1", "norm_2", "g1", "g2"), nonnegative=("M",))
    M, norm_X, norm_1, norm_2, g1, g2 = argument.generators
    first = argument.given("|φ(X_1)| ≤ M g(X_1), for Γ lies in the ball of radius M", radius * M * g1 - norm_1)
    second = argument.given("|φ(X_2)| ≤ M g(X_2)", radius * M * g2 - norm_2)
    triangle = argument.given("|X| ≤ Σ|φ(X_i)|", norm_1 + norm_2 - norm_X)
    argument.conclude(
        "every factorization costs at least |X|/M", M * (g1 + g2) - norm_X, {first: 1, second: 1, triangle: 1}
    )
    return argument


@claim(
    "global-optimality:proposition-11.1.corrected",
    kind="correction",
    label="Proposition 11, property 1, corrected",
    printed=r"if $\Gamma$ is bounded, $|X|\le M$ on $\Gamma$, then $\Omega_{\phi,g}(X)\ge|X|/M>0$ for all $X\ne 0$",
    hypotheses=[DEGREE, NONDEGENERATE],
)
def proposition_11_1_corrected() -> Evidence:
    """Each slice has |φ| ≤ M g by homogeneity, so does the sum."""
    return prove_by_argument(_bounded_below, "a bound of Γ bounds Ω from below")


proposition_11_1_corrected.near_misses(
    lambda radius: prove_by_argument(lambda: _bounded_below(radius), "mutant"),
    {"twice the radius": 2, "radius 0": 0},
)


def _homogeneous(power: int = 1) -> Argument:
    argument = Argument(("A", "inverse", "Omega_X", "Omega_AX", "cost", "cost_A"), nonnegative=("A", "inverse"))
    A, inverse, Omega_X, Omega_AX, cost, cost_A = argument.generators
    reciprocal = argument.given("α > 0", A * inverse - 1, "=")
    one = WeightedSlices((("x", argument.ring.one),))
    argument.identity("α^{1/p} times the factors: output αX, cost α times", one.scaled(A).total({"x": cost}), A * cost)
    above = argument.given(
        "Ω(αX) is at most the cost of any scaled factorization; in the infimum, αΩ(X)", A * Omega_X - Omega_AX
    )
    back = argument.given("the same with 1/α and αX", inverse**power * Omega_AX - Omega_X)
    argument.conclude("Ω(αX) ≤ αΩ(X)", A * Omega_X - Omega_AX, {above: 1})
    argument.conclude("Ω(αX) ≥ αΩ(X)", Omega_AX - A * Omega_X, {back: A, reciprocal: -Omega_AX})
    del cost_A
    return argument


@claim(
    "global-optimality:proposition-11.2",
    kind="proposition",
    label="Proposition 11, property 2",
    printed=r"$\Omega_{\phi,g}$ is positively homogeneous with degree 1",
    hypotheses=PAIR,
)
def proposition_11_2() -> Evidence:
    """Scaling by α^{1/p} maps the factorizations of X onto those of αX; at α = 0 both sides are 0."""
    return prove_by_argument(_homogeneous, "scaling is a bijection between factorizations of X and of αX")


proposition_11_2.near_misses(
    lambda power: prove_by_argument(lambda: _homogeneous(power), "mutant"), {"degree 1/2": 2, "degree 0": 0}
)


def _subadditive(shared: int = 0, *, midpoint: bool = False) -> Argument:
    names = ("t", "s", "Omega_X", "Omega_Y", "Omega_S", "cost_x", "cost_y", "e")
    argument = Argument(names, nonnegative=("t", "s"))
    t, s, Omega_X, Omega_Y, Omega_S, cost_x, cost_y, e = argument.generators
    weight_x, weight_y = (t, s) if midpoint else (argument.ring.one, argument.ring.one)
    slices = WeightedSlices((("x", weight_x), ("y", weight_y)))
    near_x = argument.given("within e of Ω(X)", Omega_X + e - cost_x)
    near_y = argument.given("within e of Ω(Y)", Omega_Y + e - cost_y)
    side = argument.given("side by side they factorize the sum", slices.total({"x": cost_x, "y": cost_y}) - Omega_S)
    bound = weight_x * (Omega_X + e) + weight_y * (Omega_Y + e) - Omega_S
    argument.conclude("for every e > 0", bound - shared * e, {near_x: weight_x, near_y: weight_y, side: 1})
    return argument


@claim(
    "global-optimality:proposition-11.3",
    kind="proposition",
    label="Proposition 11, property 3",
    printed=r"$\Omega_{\phi,g}(X+Y)\le\Omega_{\phi,g}(X)+\Omega_{\phi,g}(Y)$ for all $X$, $Y$",
    hypotheses=PAIR,
    depends_on=["global-optimality:proposition-10"],
)
def proposition_11_3() -> Evidence:
    """Nearly optimal factorizations side by side; nothing to show where a value is infinite."""
    return prove_by_argument(_subadditive, "Ω(X + Y) ≤ Ω(X) + Ω(Y) + 2e")


@claim(
    "global-optimality:proposition-11.4",
    kind="proposition",
    label="Proposition 11, property 4",
    printed=r"$\Omega_{\phi,g}(X)$ is convex with respect to $X\in\mathbb R^D$",
    hypotheses=PAIR,
    depends_on=["global-optimality:proposition-11.2", "global-optimality:proposition-11.3"],
)
def proposition_11_4() -> Evidence:
    """Weights t and s = 1 − t on the two factorizations."""
    return prove_by_argument(lambda: _subadditive(midpoint=True), "Ω(tX + sY) ≤ tΩ(X) + sΩ(Y) + (t + s)e")


proposition_11_3.near_misses(
    lambda shared: prove_by_argument(lambda: _subadditive(shared), "mutant"),
    {"without the excess e": 2, "with half of it": 1},
)
proposition_11_4.near_misses(
    lambda shared: prove_by_argument(lambda: _subadditive(shared, midpoint=True), "mutant"),
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


def _limit(level: int = 1) -> Argument:
    """Of factorizations with card(D) slices whose costs tend to Ω: weights and atoms converge along a subsequence."""
    argument = Argument(("w1", "w2", "g1", "g2", "Omega"), nonnegative=("w1", "w2"))
    w1, w2, g1, g2, Omega = argument.generators
    atoms = [
        argument.given(f"the limit atom {i} lies in the closed set Γ: g ≤ 1", level - g) for i, g in ((1, g1), (2, g2))
    ]
    weights = argument.given("the weights tend to numbers w ≥ 0 with Σw = Ω(X)", Omega - w1 - w2, "=")
    slices = WeightedSlices((("1", w1), ("2", w2)))
    cost = slices.total({"1": g1, "2": g2})
    argument.conclude(
        "the limit factorization costs at most Ω(X)", Omega - cost, {atoms[0]: w1, atoms[1]: w2, weights: 1}
    )
    return argument


@claim(
    "global-optimality:proposition-11.5.corrected",
    kind="correction",
    label="Proposition 11, property 5, corrected",
    printed=r"""if $\Gamma=\{\phi(z):g(z)\le 1\}$ is compact, the infimum in (18) is achieved with
    $r\le\mathrm{card}(D)$ wherever
$\Omega_{\phi,g}(X)<\infty$""",
    hypotheses=[*PAIR, COMPACT],
    depends_on=["global-optimality:equation-18"],
)
def proposition_11_5_corrected() -> Evidence:
    """By the reduction to card(D) slices there are nearly optimal factorizations of one size; pass to a limit."""
    return prove_by_argument(_limit, "a limit of nearly optimal factorizations of size card(D) is optimal")


proposition_11_5_corrected.near_misses(
    lambda level: prove_by_argument(lambda: _limit(level), "mutant"),
    {"atoms of level 2": 2, "atoms of level 0": 0},
)


def _compact(family: ShearFamily) -> Evidence:
    return decide_at_points(
        [family],
        {"one slice with g ≤ 1 at every e > 0, so φ lies in Γ": ShearFamily.lies_in_unit_level},
        ShearFamily.image_is_bounded,
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
        "Leaving Γ along each ray does not bound Γ, nor make it closed: for φ(x, y) = (x|x|, xy), g = x² it holds "
        "(1/4, n/2) for every n, and (0, 1) is a limit outside. Compactness is an assumption of its own.",
        corrected_by="global-optimality:proposition-11.5.corrected",
    ),
)
def equation_22() -> Evidence:
    """The slices (1/2, 1/e) have g = 1/4 and outputs (1/4, 1/(2e))."""
    return _compact(shooting_off())


equation_22.near_misses(
    _compact,
    {
        "the slices (1/2, e) stay bounded, yet two of them are no member": ShearFamily(
            shooting_off().slices * 2, (shooting_off().target)
        ),
        "slices of level above 1": ShearFamily(
            tuple((x + x + x, y) for x, y in shooting_off().slices), shooting_off().target
        ),
    },
)


def _gauge(drop: int = 0) -> Argument:
    argument = Argument(("mu", "w1", "w2", "g1", "g2", "Omega", "c1", "c2"), nonnegative=("w1", "w2", "mu"))
    mu, w1, w2, g1, g2, Omega, c1, c2 = argument.generators
    atoms = [argument.given(f"atom {i} of X = Σ w_iZ_i has g ≤ 1", 1 - g) for i, g in ((1, g1), (2, g2))]
    weights = argument.given("Σw_i = μ, as X ∈ μ conv Γ", mu - w1 - w2, "=")
    cost = argument.given("Ω(X) is at most the cost", w1 * g1 + w2 * g2 - Omega)
    argument.conclude("Ω(X) ≤ μ", mu - Omega - drop, {atoms[0]: w1, atoms[1]: w2, weights: 1, cost: 1})
    # Conversely a slice with c = g(X_i) > 0 is c times a member of Γ, and one with g = 0 has φ = 0.
    total = argument.given("μ is the least multiple; X ∈ (c₁ + c₂) conv Γ for slices of costs c₁, c₂", c1 + c2 - mu)
    argument.conclude("μ ≤ every cost, hence μ ≤ Ω(X)", c1 + c2 - mu, {total: 1})
    return argument


@claim(
    "global-optimality:equation-23",
    kind="equation",
    label="Equation (23)",
    printed=r"$\Omega_{\phi,g}(X)=\inf_\mu\{\mu:\mu\ge 0,\ X\in\mu\,\mathrm{conv}(\Gamma)\}$",
    hypotheses=PAIR,
)
def equation_23() -> Evidence:
    """True without compactness: g(z) = 0 implies φ(z) = 0 by Definition 8, so free slices can be dropped."""
    return prove_by_argument(_gauge, "each of the two infima bounds the other")


equation_23.near_misses(lambda drop: prove_by_argument(lambda: _gauge(drop), "mutant"), {"μ less 1": 1, "μ less 2": 2})


def _chain_24(weight_sum: int = 1) -> Argument:
    argument = Argument(("mu", "t1", "t2", "g1", "g2", "Omega"), nonnegative=("mu", "t1", "t2"))
    mu, t1, t2, g1, g2, Omega = argument.generators
    slices = WeightedSlices((("1", mu * t1), ("2", mu * t2)))
    cost = slices.total({"1": g1, "2": g2})
    argument.identity("Σg(X_i) = μΣθ_ig(Z_i) for X_i = (μθ_i)^{1/p}Z_i", cost, mu * (t1 * g1 + t2 * g2))
    atoms = [argument.given(f"g(Z_{i}) ≤ 1", 1 - g) for i, g in ((1, g1), (2, g2))]
    weights = argument.given("Σθ_i = 1", weight_sum - t1 - t2, "=")
    attained_ = argument.given("Ω(X) = μ", mu - Omega, "=")
    below = argument.given("Ω(X) ≤ Σg(X_i)", cost - Omega)
    argument.conclude("μ ≤ Σg(X_i)", cost - mu, {below: 1, attained_: -1})
    argument.conclude("Σg(X_i) ≤ μ", mu - cost, {atoms[0]: mu * t1, atoms[1]: mu * t2, weights: mu})
    return argument


@claim(
    "global-optimality:equation-24",
    kind="equation",
    label="Equation (24)",
    printed=r"""$\mu_{opt}=\Omega_{\phi,g}(X)\le\sum_ig(X_i)=\mu_{opt}\sum_i\theta_ig(Z_i)\le\mu_{opt}\sum_i\theta_i=\mu_{opt}$""",
    hypotheses=[*PAIR, COMPACT],
)
def equation_24() -> Evidence:
    """Once X = μΣθ_iφ(Z_i) is attained, all inequalities of the chain are equalities."""
    return prove_by_argument(_chain_24, "the factorization built from an optimal convex combination is optimal")


equation_24.near_misses(
    lambda total: prove_by_argument(lambda: _chain_24(total), "mutant"), {"weights sum to 2": 2, "weights sum to 0": 0}
)
