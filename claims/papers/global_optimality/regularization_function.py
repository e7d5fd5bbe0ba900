"""Definitions 8 and 9: nondegenerate pairs, the regularization function Ω, and what the footnotes say of them."""

from __future__ import annotations

from fractions import Fraction

from claims.checkers.argument import prove_by_argument
from claims.checkers.exact_instances import decide_at_instances
from claims.checkers.exact_points import decide_at_points
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import DEGREE, NONDEGENERATE
from claims.registry import claim
from claims.statement import Erratum
from numeric.homogeneous.boundary_pairs import ShearFamily, vanishing
from numeric.homogeneous.exact_point import ExactPoint, at
from numeric.homogeneous.exact_spectra import RationalSpectrum, rational_spectra
from symbolic.homogeneous.argument import Argument
from symbolic.homogeneous.weighted_slices import WeightedSlices


def _fibre(exponent: int = 1) -> Argument:
    """All factorizations uvᵀ = abᵀ ≠ 0 are u = ta, v = b/t; the product of norms is the same at each."""
    argument = Argument(("t", "inverse", "norm_a", "norm_b", "norm_u", "norm_v"), nonnegative=("t", "inverse"))
    t, inverse, norm_a, norm_b, norm_u, norm_v = argument.generators
    reciprocal = argument.given("t·(1/t) = 1", t * inverse - 1, "=")
    first = argument.given("‖u‖ = |t|‖a‖", norm_u - t * norm_a, "=")
    second = argument.given("‖v‖ = ‖b‖/|t|", norm_v - inverse**exponent * norm_b, "=")
    argument.conclude(
        "‖u‖‖v‖ = ‖a‖‖b‖: the infimum over the fibre is attained and positive",
        norm_u * norm_v - norm_a * norm_b,
        {first: norm_v, second: t * norm_a, reciprocal: norm_a * norm_b},
    )
    return argument


@claim(
    "global-optimality:definition-8",
    kind="definition",
    label="Definition 8",
    printed=r"""$(\phi,g)$ is a nondegenerate pair if both are positively homogeneous with one degree $p\ne 0$ and for
every $X\in\mathrm{Im}(\phi)\setminus\{0\}$ the least value of $g$ over $\phi(z)=X$ is attained and lies in
$(0,\infty]$""",
    hypotheses=[DEGREE],
)
def definition_8() -> Evidence:
    """Not vacuous: for uvᵀ and a product of norms, g is constant and positive on every fibre."""
    return prove_by_argument(_fibre, "matrix factorization with a product of norms is a nondegenerate pair")


definition_8.near_misses(
    lambda exponent: prove_by_argument(lambda: _fibre(exponent), "mutant"),
    {"v divided by the square of t": 2, "v not divided": 0},
)


def _scaling_reduces(pair: tuple[ExactPoint, str]) -> Evidence:
    """Whether (u/α, αv) has a smaller g than (u, v), with C = ℝ, so that the indicator is 0."""
    point, form = pair

    def value(v: Fraction) -> Fraction:
        indicator = Fraction(0)
        return indicator * v * v if form == "product" else indicator + v * v

    return decide_at_points(
        [point],
        {
            "0 < α < 1": lambda p: 0 < p["alpha"] < 1,
            "uvᵀ is not zero": lambda p: p["u"] * p["v"] != 0,
            "uvᵀ is kept": lambda p: (p["u"] / p["alpha"]) * (p["alpha"] * p["v"]) == p["u"] * p["v"],
        },
        lambda p: value(p["alpha"] * p["v"]) < value(p["v"]),
        "g is reduced by scaling v with α and u with 1/α",
        "C = ℝ, u = v = 1, α = 1/2",
    )


@claim(
    "global-optimality:footnote-3",
    kind="remark",
    label="Footnote 3",
    printed=r"""for $\phi(u,v)=uv^\top$, $g(u,v)=\delta_C(u)\|v\|^2$ with any conic set $C$ satisfies Property 1 but not
Property 2, as we can always reduce the value of $g$ by scaling $v$ by $\alpha\in(0,1)$ and $u$ by $\alpha^{-1}$""",
    erratum=Erratum(
        "misprint",
        "The product should be a sum: δ_C(u)‖v‖² is 0 or ∞ and cannot be reduced. With the sum, C must contain "
        "more than 0, for with C = {0} the value is ∞ on all of Im(φ)∖{0}, which Property 2 allows.",
        corrected_by="global-optimality:footnote-3.corrected",
    ),
)
def footnote_3() -> Evidence:
    """At u = v = 1 the product 0·1² is 0 and stays 0."""
    return _scaling_reduces((at(u=1, v=1, alpha="1/2"), "product"))


footnote_3.near_misses(
    _scaling_reduces,
    {"scaling with alpha = 1": (at(u=1, v=1, alpha=1), "sum"), "the zero matrix": (at(u=0, v=1, alpha="1/2"), "sum")},
)


def _halving(factor: int = 4) -> Argument:
    argument = Argument(("V", "W"))
    V, W = argument.generators
    positive = argument.given("uvᵀ ≠ 0, so V = ‖v‖² > 0", V, ">")
    halved = argument.given("W = ‖v/2‖² = V/4, with 2u in the cone C", factor * W - V, "=")
    argument.conclude("the value falls: V − W > 0", V - W, {positive: Fraction(3, 4), halved: Fraction(-1, 4)})
    return argument


@claim(
    "global-optimality:footnote-3.corrected",
    kind="correction",
    label="Footnote 3, corrected",
    printed=r"""for $\phi(u,v)=uv^\top$ and a cone $C\ne\{0\}$, $g(u,v)=\delta_C(u)+\|v\|^2$ satisfies Property 1
    but not
Property 2: at any $u\in C$ with $uv^\top\ne 0$ the value falls to a quarter when $v$ is halved and $u$ doubled""",
)
def footnote_3_corrected() -> Evidence:
    """No positive value is the least one of a fibre that meets C."""
    return prove_by_argument(_halving, "no finite value of g on a fibre is its least")


footnote_3_corrected.near_misses(
    lambda factor: prove_by_argument(lambda: _halving(factor), "mutant"),
    {"halving v keeps the value": 1, "halving v halves the value": 2},
)


def _bounds(zero_cost: int = 0) -> Argument:
    argument = Argument(("g1", "g2", "g0", "Omega", "phi1", "phi2", "phi0"))
    g1, g2, g0, Omega, phi1, phi2, phi0 = argument.generators
    both = WeightedSlices((("1", argument.ring.one), ("2", argument.ring.one)))
    longer = both.beside(WeightedSlices((("0", argument.ring.one),)))
    first, second = argument.given("g(X_1) ≥ 0", g1), argument.given("g(X_2) ≥ 0", g2)
    costs, images = {"1": g1, "2": g2, "0": g0}, {"1": phi1, "2": phi2, "0": phi0}
    argument.conclude("every cost is nonnegative, so 0 bounds the infimum", both.total(costs), {first: 1, second: 1})
    nothing = argument.given("g(0) = 0", g0, "=")
    image = argument.given("φ(0) = 0", phi0, "=")
    argument.conclude(
        "a zero slice more keeps the cost: the infimum falls with r",
        longer.total(costs) - both.total(costs) - zero_cost,
        {nothing: 1},
    )
    argument.conclude("and the output", longer.total(images) - both.total(images), {image: 1})
    least = argument.given("Ω is a lower bound of costs", both.total(costs) - Omega)
    argument.conclude("Ω(X) ≤ Σ g(X_i) for any factorization of X", g1 + g2 - Omega, {least: 1})
    return argument


@claim(
    "global-optimality:definition-9",
    kind="definition",
    label="Definition 9",
    printed=r"""$\Omega_{\phi,g}:\mathbb R^D\to\mathbb R_+\cup\infty$ is the infimum (18), and $\infty$ if
$X\notin\bigcup_r\mathrm{Im}(\Phi_r)$""",
    hypotheses=[DEGREE, NONDEGENERATE],
)
def definition_9() -> Evidence:
    """Well defined: costs are nonnegative, and the added case is the infimum of the empty set."""
    return prove_by_argument(_bounds, "costs are nonnegative and zero slices are free")


definition_9.near_misses(
    lambda cost: prove_by_argument(lambda: _bounds(cost), "mutant"), {"a zero slice costs 1": 1, "it earns 1": -1}
)


def _reduction(sign: int = 1) -> Argument:
    """Slices moved by θ with Σθ_iφ(X_i) = 0 until one vanishes: the output stays, the cost does not grow."""
    argument = Argument(("gamma", "theta1", "theta2", "phi1", "phi2", "g1", "g2"), nonnegative=("gamma",))
    gamma, theta1, theta2, phi1, phi2, g1, g2 = argument.generators
    start = WeightedSlices((("1", argument.ring.one), ("2", argument.ring.one)))
    moved = WeightedSlices((("1", 1 + gamma * theta1), ("2", 1 + gamma * theta2)))
    images, costs = {"1": phi1, "2": phi2}, {"1": g1, "2": g2}
    dependent = argument.given(
        "Σθ_iφ(X_i) = 0, θ ≠ 0, as more slices than card(D) allow", theta1 * phi1 + theta2 * phi2, "="
    )
    falls = argument.given("Σθ_ig(X_i) ≤ 0, else take −θ", -sign * (theta1 * g1 + theta2 * g2))
    argument.conclude("the output is kept", moved.total(images) - start.total(images), {dependent: gamma})
    argument.conclude("the cost does not grow", start.total(costs) - moved.total(costs), {falls: gamma})
    return argument


REDUCTION = "slices beyond card(D) can be removed one by one at no cost, so r = card(D) gives the same infimum"


@claim(
    "global-optimality:equation-18",
    kind="equation",
    label="Equation (18)",
    printed=r"$\Omega_{\phi,g}(X)\equiv\inf_{r}\inf_{\Phi_r(X^1,\dots,X^K)=X}\sum_{i=1}^rg(X_i^1,\dots,X_i^K)$",
    hypotheses=[DEGREE, NONDEGENERATE],
    depends_on=["global-optimality:definition-9"],
)
def equation_18() -> Evidence:
    """The infimum over r is that at r = card(D), attained or not; some entry of θ is negative, for Σθ_ig ≤ 0."""
    return prove_by_argument(_reduction, REDUCTION)


equation_18.near_misses(
    lambda sign: prove_by_argument(lambda: _reduction(sign), "mutant"),
    {"the sign of theta not chosen": -1, "twice the change of cost": 2},
)


def attained(family: ShearFamily, *, part: str = "") -> Evidence:
    """Decide whether the infimum Ω = 0 that a family of the shear pair approaches is attained."""
    return decide_at_points(
        [family],
        {
            "(φ, g) = ((x|x|, xy), x²) factorizes X at every e > 0": ShearFamily.factorizes_target,
            "the cost tends to 0 with e, so Ω(X) = 0": lambda f: not f.cost_is_bounded_away_from_zero(),
        },
        ShearFamily.zero_cost_reaches_target,
        "the infimum in (18) is achieved by a finite factorization",
        "D = 2, φ(x, y) = (x|x|, xy), g = x²",
        part=part,
    )


WRONG_FAMILIES: dict[str, ShearFamily] = {
    "slices that do not shrink": vanishing(power=0),
    "another output": vanishing(second=3),
}


@claim(
    "global-optimality:footnote-4",
    kind="remark",
    label="Footnote 4",
    printed=r"""in general the infimum in (18) can always be achieved with a finitely sized factorization, the
    largest $r$
needed being $\mathrm{card}(D)$; for $\phi=uv^\top$, $g=\|u\|_2\|v\|_2$, $\Omega=\|X\|_*$ is achieved with
$r\le\mathrm{rank}(X)$""",
    hypotheses=[DEGREE, NONDEGENERATE],
    erratum=Erratum(
        "missing-hypothesis",
        "A nondegenerate pair need not attain the infimum: for φ(x, y) = (x|x|, xy), g = x² it is 0 at X = (0, 2) and "
        "approached by two slices, but no factorization costs 0. The infimum over all r is always that at "
        "r = card(D); compactness of Γ makes it attained. The part on the nuclear norm is right.",
        corrected_by="global-optimality:proposition-11.5.corrected",
    ),
)
def footnote_4() -> Evidence:
    """Two slices (±e, ±1/e) have output (0, 2) and cost 2e²; cost 0 forces x = 0 and output 0."""
    return attained(vanishing())


footnote_4.near_misses(attained, WRONG_FAMILIES)


@claim(
    "global-optimality:footnote-4.nuclear-norm",
    kind="remark",
    label="Footnote 4, the nuclear norm",
    printed=r"for $\phi=uv^\top$, $g=\|u\|_2\|v\|_2$ the infimum $\|X\|_*$ is achieved with $r\le\mathrm{rank}(X)$",
    depends_on=["global-optimality:equation-6.c"],
)
def footnote_4_nuclear() -> list[Evidence]:
    """The columns √σᵢuᵢ, √σᵢvᵢ of the nonzero singular values cost Σσ."""
    return [prove_by_argument(_svd_columns, "rank(X) columns attain the nuclear norm"), _nuclear_instances()]


def _svd_columns(extra: int = 0) -> Argument:
    argument = Argument(("root1", "root2", "nuclear"), nonnegative=("root1", "root2"))
    root1, root2, nuclear = argument.generators
    total = argument.given("‖X‖_* is the sum of the nonzero singular values", nuclear - root1**2 - root2**2, "=")
    argument.conclude("Σ‖√σᵢuᵢ‖‖√σᵢvᵢ‖ = ‖X‖_*", root1 * root1 + root2 * root2 - nuclear + extra, {total: -1})
    return argument


def _nuclear_instances() -> Evidence:
    return decide_at_instances(
        RationalSpectrum.dual_pairing, RationalSpectrum.sum, rational_spectra(), "rational spectra"
    )


footnote_4_nuclear.near_misses(
    lambda extra: prove_by_argument(lambda: _svd_columns(extra), "mutant"),
    {"one more than the nuclear norm": 1, "one less": -1},
)
