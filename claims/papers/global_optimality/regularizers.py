"""Section 4.2: elemental regularizers, the cones they may impose, and the forms (15), (16) and (17)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from sympy.polys.rings import PolyElement

from claims.checkers.argument import prove_by_argument
from claims.checkers.exact_points import decide_at_points
from claims.checkers.homogeneity import decide_degree
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import DEGREE
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.homogeneous import exact_cones
from numeric.homogeneous.exact_cones import ConePoint, Membership, members
from numeric.homogeneous.exact_layers import half_norm_root, l1, maximum, norm_sum_square
from numeric.homogeneous.exact_maps import Array, ScalingPoint, fractions, scaling_points
from numeric.homogeneous.exact_point import at
from symbolic.homogeneous.argument import Argument, Fact
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
    )


def _cones() -> Argument:
    argument = Argument(("a", "v", "w", "q", "u"), nonnegative=("a",))
    a, v, w, q, u = argument.generators
    # Each listed set is {x : v(x) ≥ 0} or {x : v(x) = 0} for functions with v(αx) = a v(x), a = α^p ≥ 0.
    inside = argument.given("v(x) ≥ 0: a coordinate, a row of Ax, a value zᵀXz, or θ(x) − θ'(x)", v)
    scales = argument.given("v(αx) = α^p v(x)", w - a * v, "=")
    argument.conclude("v(αx) ≥ 0", w, {inside: a, scales: 1})
    equal = argument.given("v(x) = 0: a row of Ax, a coordinate off the support, or θ(x) − θ'(x)", q, "=")
    scaled = argument.given("and it scales", u - a * q, "=")
    argument.conclude("v(αx) = 0", u, {equal: a, scaled: 1})
    return argument


@claim(
    "global-optimality:section-4.2.cones",
    kind="section",
    label="Section 4.2, conic indicators",
    printed=r"""the indicator of any conic set is positively homogeneous for all degrees; conic sets are $\mathbb
    R_+^D$,
$\{Ax=0\}$, $\{Ax\ge 0\}$, the semidefinite matrices, $\{\|x\|_0\le n\}$, and $\{\theta=\theta'\}$,
$\{\theta\ge\theta'\}$
for positively homogeneous functions of equal degrees""",
    hypotheses=[
        Hypothesis("degree and cone", r"the degree is positive, $0\cdot\infty=0$, and a conic set is not empty"),
    ],
)
def cones() -> list[Evidence]:
    """α > 0 maps a cone onto itself, so the indicator does not change; at α = 0 both sides are 0."""
    return [
        prove_by_argument(_cones, "sets cut out by homogeneous inequalities and equations are cones"),
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


def _means_dominate(K: int, coefficient: int | None = None) -> Argument:
    """The arithmetic-geometric mean inequality for K = 2, 3, 4 by explicit squares, and its equality case."""
    argument = Argument(("a", "b", "c", "d"), nonnegative=("a", "b", "c", "d"))
    a, b, c, d = argument.generators
    times = K if coefficient is None else coefficient

    def square(name: str, root: PolyElement) -> Fact:
        return argument.given(f"({name})² ≥ 0", root**2)

    if K == 2:
        argument.conclude("a² + b² ≥ 2ab", a**2 + b**2 - times * a * b, {square("a − b", a - b): 1})
    elif K == 3:
        half = (a + b + c) * Fraction(1, 2)
        roots = [square(n, r) for n, r in (("a − b", a - b), ("b − c", b - c), ("c − a", c - a))]
        total = a**3 + b**3 + c**3 - times * a * b * c
        argument.conclude("a³ + b³ + c³ ≥ 3abc", total, dict.fromkeys(roots, half))
    else:
        premises = {
            square("a² − b²", a**2 - b**2): 1,
            square("c² − d²", c**2 - d**2): 1,
            square("ab − cd", a * b - c * d): 2,
        }
        total = a**4 + b**4 + c**4 + d**4 - times * a * b * c * d
        argument.conclude("a⁴ + b⁴ + c⁴ + d⁴ ≥ 4abcd", total, premises)
    return argument


Case = tuple[int, int | None]


def _dominates(case: Case) -> Evidence:
    return prove_by_argument(
        lambda: _means_dominate(*case),
        f"(16) is at least (15) for K = {case[0]}",
        scope="K=2,3,4",
        part=f"K = {case[0]}",
    )


def _balancing(power: int = 1) -> Argument:
    """With factor i scaled by t_i = G/a_i, G^K = Πa, all norms become G: (16) turns into (15), φ is unchanged."""
    argument = Argument(("G", "a", "b", "c", "ta", "tb", "tc", "inverse"))
    G, a, b, c, ta, tb, tc, inverse = argument.generators
    scales = [argument.given(f"t·{n} = G", t * x - G, "=") for n, t, x in (("a", ta, a), ("b", tb, b), ("c", tc, c))]
    mean = argument.given("G³ = abc", G**3 - a * b * c, "=")
    nonzero = argument.given("abc ≠ 0", inverse * a * b * c - 1, "=")
    product = argument.conclude(
        "t_a t_b t_c abc = G³",
        ta * tb * tc * a * b * c - G**3,
        {scales[0]: tb * b * tc * c, scales[1]: G * tc * c, scales[2]: G**2},
    )
    argument.conclude(
        "t_a t_b t_c = 1, so φ, homogeneous with degree 1 in each factor, is unchanged",
        ta * tb * tc - power,
        {product: inverse, mean: inverse, nonzero: -(ta * tb * tc) + 1},
    )
    return argument


@claim(
    "global-optimality:section-4.2.equivalence",
    kind="section",
    label="Section 4.2, forms (15) and (16)",
    printed=r"""(15) and (16) give rise to the same $\Omega_{\phi,g}$ for all of the example mappings (11) to (14)""",
    hypotheses=[Hypothesis("separately homogeneous", r"$\phi$ has degree 1 in each of its factors")],
    parts=["balancing", "K = 2", "K = 3", "K = 4"],
)
def equivalence() -> list[Evidence]:
    """Slices with a zero factor map to 0 and are dropped; others are balanced, where both forms agree."""
    return [
        prove_by_argument(_balancing, "balanced factors keep φ and make (16) equal to (15)", part="balancing"),
        *(_dominates((K, None)) for K in (2, 3, 4)),
    ]


_CASES: dict[str, Case] = {"one more product for K = 2": (2, 3), "one more product for K = 4": (4, 5)}
equivalence.near_misses(_dominates, _CASES)


@equivalence.mutant("the scales multiply to 2")
def _() -> Evidence:
    return prove_by_argument(lambda: _balancing(2), "mutant", part="balancing")
