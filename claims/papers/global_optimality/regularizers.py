"""Section 4.2: elemental regularizers, the cones they may impose, and the forms (15), (16) and (17)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from claims.checkers.argument import prove_by_argument
from claims.checkers.exact_points import decide_at_points
from claims.checkers.homogeneity import decide_degree
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import DEGREE, LOGARITHM
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.homogeneous import exact_cones
from numeric.homogeneous.exact_cones import ConePoint, Membership, members
from numeric.homogeneous.exact_layers import half_norm_root, l1, maximum, norm_sum_square
from numeric.homogeneous.exact_maps import Array, ScalingPoint, fractions, scaling_points
from numeric.homogeneous.exact_point import at
from symbolic.homogeneous.argument import Argument
from symbolic.homogeneous.degrees import Term, added, factor, indicator, multilinear, norm, raised

X = [factor(f"x{i}") for i in (1, 2, 3)]
NORMS = [norm(x, f"norm_{i}") for i, x in enumerate(X, 1)]
SHAPES: list[tuple[int, ...]] = [(2,), (3,), (2,)]


def _product(*factors: Array) -> Array:
    value = Fraction(1)
    for number, x in enumerate(factors):
        value *= maximum(x) if number % 2 else l1(x)
    return fractions([value])


def _mean_of_powers(*factors: Array) -> Array:
    K = len(factors)
    return fractions([sum((maximum(x) if i % 2 else l1(x)) ** K for i, x in enumerate(factors)) / K])


@claim(
    "global-optimality:definition-7",
    kind="definition",
    label="Definition 7",
    printed=r"""an elemental regularization function $g$ has values in $\mathbb R_+\cup\infty$, is positive
    semidefinite and
positively homogeneous""",
)
def definition_7() -> Evidence:
    """Not vacuous: a product of norms is one, with values at least 0 and 0 at 0."""
    return _products(3)


def _products(printed: int) -> Evidence:
    return decide_degree(multilinear(*NORMS, name="product"), printed, scaling_points(_product, SHAPES))


definition_7.near_misses(_products, {"the degree of one norm": 1, "degree 2": 2})


def _pseudo_norm(printed: int | Fraction, part: str = "pseudo-norms") -> Evidence:
    """‖x‖_{1/2} = (Σ|x_i|^{1/2})²; compared where entries are squares, so that values are rational."""
    term = raised(added(*(raised(norm(x, "absolute value"), Fraction(1, 2)) for x in X)), 2)
    points = [
        ScalingPoint(lambda x: fractions([half_norm_root(x) ** 2]), (fractions([1, -4, 9]),), Fraction(alpha))
        for alpha in (0, 4, 25)
    ]
    return decide_degree(term, printed, points, part=part)


def _any_norm(printed: int) -> Evidence:
    points = scaling_points(lambda x: fractions([l1(x)]), [(3,)])
    points += scaling_points(lambda x: fractions([maximum(x)]), [(3,)])
    return decide_degree(norm(X[0]), printed, points, part="norms")


@claim(
    "global-optimality:section-4.2.norms",
    kind="section",
    label="Section 4.2, norms",
    printed=r"any norm is positively homogeneous with degree 1; so are the pseudo-norms $l_q$ for $q\in(0,1)$",
    parts=["norms", "pseudo-norms"],
)
def norms() -> list[Evidence]:
    """An axiom for norms; for l_q, degree q inside the sum and the power 1/q outside."""
    return [_any_norm(1), _pseudo_norm(1)]


norms.near_misses(_any_norm, {"norms have degree 2": 2})
norms.near_misses(_pseudo_norm, {"the pseudo-norm l_1/2 has degree 2": 2})

CONES: dict[str, Membership] = {
    "nonnegative orthant": exact_cones.in_orthant,
    "kernel": exact_cones.in_kernel,
    "Ax >= 0": exact_cones.in_polyhedral_cone,
    "positive semidefinite": exact_cones.is_semidefinite,
    "at most n nonzero entries": exact_cones.is_sparse,
    "equal functions": exact_cones.norms_agree,
    "dominating function": exact_cones.norm_dominates,
}


def _is_cone(member: Membership) -> Evidence:
    return decide_at_points(
        members(member),
        {"x is in the set": ConePoint.belongs},
        ConePoint.scaled_belongs,
        "αx is in the set for every α ≥ 0",
        "members on a grid in ℝ³",
        part="cones",
    )


def _indicator(power: int = 1) -> Evidence:
    """For α > 0 a cone is mapped onto itself, and 0 and ∞ times α^p are 0 and ∞; at α = 0 both sides are 0."""
    return decide_degree(raised(indicator(X[0], "C"), power), 1, [], part="indicator")


def _cones() -> Argument:
    argument = Argument(("a", "v", "w", "q", "u"), nonnegative={"a": "homogeneous functions"})
    a, v, w, q, u = argument.generators
    # Each listed set is {x : v(x) ≥ 0} or {x : v(x) = 0} for functions with v(αx) = a v(x), a = α^p ≥ 0.
    by = "homogeneous functions"
    inside = argument.given("v(x) ≥ 0: a coordinate, a row of Ax, a value zᵀXz, or θ(x) − θ'(x)", v, by=by)
    scales = argument.given("v(αx) = α^p v(x)", w - a * v, "=", by=by)
    argument.conclude("v(αx) ≥ 0", w, {inside: a, scales: 1})
    equal = argument.given("v(x) = 0: a row of Ax, a coordinate off the support, or θ(x) − θ'(x)", q, "=", by=by)
    scaled = argument.given("and it scales", u - a * q, "=", by=by)
    argument.conclude("v(αx) = 0", u, {equal: a, scaled: 1})
    return argument


@claim(
    "global-optimality:section-4.2.cones",
    kind="section",
    label="Section 4.2, conic indicators",
    printed=r"""the indicator of any conic set is positively homogeneous for all degrees (read: all positive
    degrees); conic sets are $\mathbb
    R_+^D$,
$\{Ax=0\}$, $\{Ax\ge 0\}$, the semidefinite matrices, $\{\|x\|_0\le n\}$, and $\{\theta=\theta'\}$,
$\{\theta\ge\theta'\}$
for positively homogeneous functions of equal degrees""",
    hypotheses=[
        Hypothesis("degree and cone", r"the degree is positive, $0\cdot\infty=0$, and a conic set is not empty"),
        Hypothesis(
            "homogeneous functions",
            r"""each listed set is that of the $x$ with $v(x)\ge 0$, or $v(x)=0$, for every $v$ of a family of functions
with $v(\alpha x)=\alpha^pv(x)$, $p>0$""",
        ),
    ],
    parts=["indicator", "cones"],
)
def cones() -> list[Evidence]:
    """α > 0 maps a cone onto itself, so the indicator does not change; at α = 0 both sides are 0."""
    return [
        _indicator(),
        prove_by_argument(
            _cones,
            "sets cut out by homogeneous inequalities and equations are cones",
            part="cones",
            concludes=lambda q: {"v(αx) ≥ 0": q["w"], "v(αx) = 0": (q["u"], "=")},
            idle={"degree and cone": "it says what is added to g"},
        ),
        *(_is_cone(member) for member in CONES.values()),
    ]


cones.near_misses(
    _is_cone,
    {
        "exactly n nonzero entries": exact_cones.is_of_full_support,
        "an affine plane": exact_cones.in_affine_plane,
        "a ball": exact_cones.in_ball,
        "functions of unequal degrees": exact_cones.norm_dominates_square,
    },
)
cones.near_misses(_indicator, {"a negative power of the indicator": -1})


def _finite_power_of_norm(exponent: int) -> Evidence:
    """Whether ‖x‖^exponent is zero at x = 0, as a regularizer must be."""
    return decide_at_points(
        [at(x=0, exponent=exponent)],
        {"the power is not zero": lambda p: p["exponent"] != 0},
        lambda p: p["exponent"] > 0 and p["x"] ** int(p["exponent"]) == 0,
        "a non-zero power of a norm is positive semidefinite",
        "x = 0",
    )


@claim(
    "global-optimality:section-4.2.combination",
    kind="section",
    label="Section 4.2, sums, products and powers",
    printed="""these functions can be composed with summations, multiplications and raising to non-zero powers to change
the degree and to combine them""",
    erratum=Erratum(
        "missing-hypothesis",
        "Powers must be positive, for a negative power of a norm is infinite at 0; and summands must have equal "
        "degrees, for a norm plus a squared norm has none.",
        corrected_by="global-optimality:section-4.2.combination.corrected",
    ),
)
def combination() -> Evidence:
    """‖x‖⁻¹ is not 0 at x = 0."""
    return _finite_power_of_norm(-1)


combination.near_misses(_finite_power_of_norm, {"power -2": -2, "power 0 is non-zero": 0})


def _combined(case: tuple[Term, int, Sequence[ScalingPoint]]) -> Evidence:
    return decide_degree(*case)


@claim(
    "global-optimality:section-4.2.combination.corrected",
    kind="correction",
    label="Section 4.2, sums, products and powers, corrected",
    printed="sums of equal degrees keep it, products add degrees, powers $q>0$ multiply by $q$",
    hypotheses=[DEGREE],
)
def combination_corrected() -> Evidence:
    """α^p factors out of a sum of terms with that same factor."""
    term = added(multilinear(NORMS[0], NORMS[1]), raised(NORMS[2], 2))
    return _combined((term, 2, scaling_points(lambda x, y, z: _product(x, y) + l1(z) ** 2, SHAPES)))


combination_corrected.near_misses(
    _combined,
    {
        "a norm plus a squared norm": (
            added(NORMS[0], raised(NORMS[1], 2)),
            2,
            scaling_points(norm_sum_square, [(2,), (2,)]),
        ),
        "the power -1": (raised(NORMS[0], -1), -1, []),
    },
)


@claim(
    "global-optimality:equation-15",
    kind="equation",
    label="Equation (15)",
    printed=r"$g(x^1,\dots,x^K)=\prod_{i=1}^K\|x^i\|_{(i)}$ is positively homogeneous with degree $K$",
)
def equation_15() -> Evidence:
    """One degree from each of the K norms; shown composed for K = 3."""
    return _products(3)


equation_15.near_misses(_products, {"degree K - 1": 2, "degree 2K": 6})


def _means(printed: int) -> Evidence:
    return decide_degree(added(*(raised(x, 3) for x in NORMS)), printed, scaling_points(_mean_of_powers, SHAPES))


@claim(
    "global-optimality:equation-16",
    kind="equation",
    label="Equation (16)",
    printed=r"$g(x^1,\dots,x^K)=\frac1K\sum_{i=1}^K\|x^i\|_{(i)}^K$ is positively homogeneous with degree $K$",
)
def equation_16() -> Evidence:
    """Every term has degree K; shown composed for K = 3."""
    return _means(3)


equation_16.near_misses(_means, {"degree 1": 1, "degree K^2": 9})


def _constrained(printed: int) -> Evidence:
    terms = [added(n, indicator(x, "C")) for n, x in zip(NORMS, X, strict=True)]
    return decide_degree(multilinear(*terms), printed, scaling_points(_product, SHAPES))


@claim(
    "global-optimality:equation-17",
    kind="equation",
    label="Equation (17)",
    printed=r"$g=\prod_{i=1}^K(\|x^i\|_{(i)}+\delta_{C_i}(x^i))$ is positively homogeneous with degree $K$",
    hypotheses=[DEGREE],
)
def equation_17() -> Evidence:
    """An indicator takes the degree of the norm it is added to. Where one factor is 0 and another infinite, 0·∞ = 0."""
    return _constrained(3)


equation_17.near_misses(_constrained, {"degree 1": 1, "degree 2K": 6})


def _means_dominate(coefficient: int = 1) -> Argument:
    """Termwise ln y ≤ y − 1 at y_i = a_i^K/G^K, whose logarithms sum to 0 (each times K − Σ y_i ≤ 0)."""
    argument = Argument(
        ("y", "log", "one", "Y", "L", "K", "P", "S"),
        nonnegative={"P": "norms"},
        indexed={"y": "i", "log": "i", "one": "i"},
        totals={"Y": ("y",), "L": ("log",), "K": ("one",)},
    )
    y, log, one, Y, L, K, P, S = argument.generators
    tangent = argument.given(
        "ln y_i ≤ y_i − 1, y_i = a_i^K/P with P = Πa", coefficient * (y - one) - log, by=LOGARITHM, each="i"
    )
    summed = argument.sum_over("summed over the K factors", tangent)
    logs = argument.given("Σ ln y_i = K ln Πa − K ln Πa = 0", L, "=", by="norms")
    least = argument.conclude("Σy_i ≥ K", Y - K, {summed: 1, logs: 1})
    total = argument.given("S = Σa_i^K = P·Σy_i", S - P * Y, "=", by="norms")
    argument.conclude("Σa_i^K ≥ K·Πa_i", S - K * P, {least: P, total: 1})
    return argument


def _dominates(coefficient: int = 1) -> Evidence:
    return prove_by_argument(
        lambda: _means_dominate(coefficient),
        "(16) is at least (15) for every K",
        part="(16) dominates",
        concludes=lambda q: {"Σa_i^K ≥ K·Πa_i": -q["K"] * q["P"] + q["S"]},
    )


def _balancing(power: int = 0) -> Argument:
    """With factor i scaled by t_i = G/a_i, G^K = Πa, all norms become G: (16) turns into (15), φ is unchanged."""
    argument = Argument(
        ("lt", "la", "lg", "T", "A", "GG"),
        indexed={"lt": "i", "la": "i", "lg": "i"},
        totals={"T": ("lt",), "A": ("la",), "GG": ("lg",)},
    )
    lt, la, lg, T, A, GG = argument.generators
    scale = argument.given("ln t_i = ln G − ln a_i, so the scaled norm is G", lt - lg + la, "=", by="norms", each="i")
    summed = argument.sum_over("summed over the K factors", scale)
    mean = argument.given("K ln G = Σ ln a_i, as G^K = Πa", GG - A, "=", by="norms")
    argument.conclude(
        "Σ ln t_i = 0: Πt_i = 1, and φ, of degree 1 in each factor, is unchanged", T - power, {summed: 1, mean: 1}
    )
    return argument


@claim(
    "global-optimality:section-4.2.equivalence",
    kind="section",
    label="Section 4.2, forms (15) and (16)",
    printed=r"""(15) and (16) give rise to the same $\Omega_{\phi,g}$ for all of the example mappings (11) to (14)""",
    hypotheses=[
        Hypothesis("separately homogeneous", r"$\phi$ has degree 1 in each of its factors"),
        Hypothesis(
            "norms", "the norms $a_i$ of the factors of a slice are positive: a slice with a zero factor maps to 0"
        ),
    ],
    depends_on=[LOGARITHM],
    parts=["balancing", "(16) dominates"],
)
def equivalence() -> list[Evidence]:
    """Slices with a zero factor map to 0 and are dropped; others are balanced, where both forms agree."""
    return [
        prove_by_argument(
            _balancing,
            "balanced factors keep φ and make (16) equal to (15)",
            part="balancing",
            concludes=lambda q: {
                "Σ ln t_i = 0: Πt_i = 1, and φ, of degree 1 in each factor, is unchanged": (q["T"], "=")
            },
            idle={"separately homogeneous": "it says why φ is unchanged"},
        ),
        _dominates(),
    ]


equivalence.near_misses(_dominates, {"twice the slope": 2, "no slope": 0})


@equivalence.mutant("the scales multiply to e")
def _() -> Evidence:
    return prove_by_argument(lambda: _balancing(1), "mutant", part="balancing")
