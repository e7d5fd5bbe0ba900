"""Section 6: degrees that do not balance, the doubling argument, and what is said of local minima."""

from __future__ import annotations

from fractions import Fraction

from claims.checkers.argument import prove_by_argument
from claims.checkers.exact_points import decide_at_points
from claims.checkers.homogeneity import decide_degree
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import STANDING
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.homogeneous.axis_points import AxisPoint, crossed_slices, stranded_rows
from numeric.homogeneous.degree_examples import CubicPoint, Doubling, EscapePath, curve_point
from symbolic.homogeneous.argument import Argument
from symbolic.homogeneous.degrees import added, factor, norm, raised

MISMATCH = Hypothesis(
    "mismatched degrees",
    r"""$\ell$ is convex with $\partial\ell(0)\ne\emptyset$; $\Phi$ has degree $p$, $G\ge 0$ has degree $p'<p$;
    $G(0)=0$ and
$G>0$ where $\Phi\ne 0$""",
)
BOUNDS = Hypothesis(
    "bounds",
    r"$G(X)\ge c\|X\|^{p'}$ and $\|\Phi(X)\|\le C\|X\|^p$ with $c>0$: as for continuous $G$ that is positive off 0",
)


def _local_minimum(points: list[CubicPoint]) -> Evidence:
    return decide_at_points(
        points,
        {
            "degrees 3 and 2, and G > 0 where Φ ≠ 0": CubicPoint.satisfies_hypotheses,
            "within distance 1 of the origin": lambda p: p.is_within(Fraction(1)),
        },
        CubicPoint.is_above_origin,
        "f(X) ≥ f(0) near the origin",
        "Φ = xy², G = x², ℓ = ½(X − 1)², along x = y²/4",
    )


def _below_near_origin(coefficient: int = 1) -> Argument:
    """f(y²/4, y) − ½ = −(3/16)y⁴ + y⁸/32: below ½ at every distance, for y² ≤ 1."""
    argument = Argument(("y", "f"))
    y, f = argument.generators
    quarter = y**4 * Fraction(1, 4)
    value = argument.given("f at (y²/4, y)", f - ((quarter - 1) ** 2 * Fraction(1, 2) + y**4 * Fraction(1, 16)), "=")
    small = argument.given("y² ≤ 1, squared twice", 1 - y**4)
    argument.conclude(
        "f ≤ ½ − (5/32)y⁴ for all such y",
        Fraction(1, 2) - Fraction(5, 32) * y**4 * coefficient - f,
        {value: -1, small: y**4 * Fraction(1, 32)},
    )
    return argument


@claim(
    "global-optimality:proposition-19",
    kind="proposition",
    label="Proposition 19",
    printed=r"""$\min\tilde f=\ell(\Phi(X))+G(X)$ will always have a local minimum at $0$; additionally, for every
    $X$ with
$\Phi(X)\ne 0$, $\tilde f(\epsilon X)>\tilde f(0)$ for $\epsilon>0$ sufficiently small""",
    hypotheses=[MISMATCH],
    erratum=Erratum(
        "false-as-printed",
        "How small ε must be depends on the direction, so the origin need not be a local minimum: for Φ = xy², "
        "G = x², ℓ = ½(X − 1)² the values at (y²/4, y) are below f(0) for all small y. The second claim is right, and "
        "so is the first if G is bounded below on the unit sphere.",
        corrected_by="global-optimality:proposition-19.corrected",
    ),
)
def proposition_19() -> list[Evidence]:
    """Along x = y²/4 the regularizer y⁴/16 is beaten by the gain y⁴/4 of the loss."""
    return [
        prove_by_argument(_below_near_origin, "points below f(0) at every distance"),
        _local_minimum([curve_point("1/10")]),
    ]


proposition_19.near_misses(
    _local_minimum,
    {"a point far off": [curve_point(2)], "a point on the axis of directions": [curve_point(3, 1)]},
)


@proposition_19.mutant("below by twice as much")
def _() -> Evidence:
    return prove_by_argument(lambda: _below_near_origin(2), "mutant")


def _along_rays(small: int = 1) -> Argument:
    """(54)–(56): with E = ε^{p−p'}, the difference over ε^{p'} is at least E⟨s, Φ⟩ + G."""
    argument = Argument(("E", "scale", "sPhi", "size", "G", "difference"), nonnegative=("E", "scale"))
    E, scale, sPhi, size, G, difference = argument.generators
    subgradient = argument.given(
        "(55)–(56): difference ≥ ε^{p'}(E⟨s, Φ⟩ + G), s ∈ ∂ℓ(0)", difference - scale * (E * sPhi + G)
    )
    bound = argument.given("⟨s, Φ⟩ ≥ −size", sPhi + size)
    choice = argument.given("E·size ≤ G/2 for ε small, as p > p' and G > 0", small * G * Fraction(1, 2) - E * size)
    argument.conclude(
        "difference ≥ ε^{p'}G/2 > 0",
        difference - scale * G * Fraction(1, 2),
        {subgradient: 1, bound: scale * E, choice: scale},
    )
    return argument


@claim(
    "global-optimality:proposition-19.rays",
    kind="proposition",
    label="Proposition 19, the second claim",
    printed=r"for every $X$ with $\Phi(X)\ne 0$, $\tilde f(\epsilon X)>\tilde f(0)$ for "
    r"$\epsilon>0$ sufficiently small",
    hypotheses=[MISMATCH],
)
def proposition_19_rays() -> Evidence:
    """On one ray the ratio of the two terms is ε^{p−p'} times a constant."""
    return prove_by_argument(_along_rays, "the regularizer dominates on each ray")


proposition_19_rays.near_misses(
    lambda small: prove_by_argument(lambda: _along_rays(small), "mutant"), {"E·size ≤ G": 2, "E·size ≤ 3G/2": 3}
)


def _uniform(half: int = 1) -> Argument:
    argument = Argument(("n", "E", "c", "C", "s", "sPhi", "G", "difference"), nonnegative=("n", "E", "c", "C", "s"))
    n, E, c, C, s, sPhi, G, difference = argument.generators
    subgradient = argument.given("difference ≥ ⟨s, Φ⟩ + G", difference - sPhi - G)
    image = argument.given("⟨s, Φ⟩ ≥ −|s|C‖X‖^p = −|s|C·E·n with n = ‖X‖^{p'}, E = ‖X‖^{p−p'}", sPhi + s * C * E * n)
    lower = argument.given("G ≥ c n", G - c * n)
    near = argument.given("‖X‖ so small that |s|C·E ≤ c/2", half * c * Fraction(1, 2) - s * C * E)
    argument.conclude(
        "f(X) − f(0) ≥ ½c‖X‖^{p'}", difference - c * n * Fraction(1, 2), {subgradient: 1, image: 1, lower: 1, near: n}
    )
    return argument


@claim(
    "global-optimality:proposition-19.corrected",
    kind="correction",
    label="Proposition 19, corrected",
    printed=r"""if moreover $G(X)\ge c\|X\|^{p'}$ and $\|\Phi(X)\|\le C\|X\|^p$ with $c>0$, then
$\tilde f(X)-\tilde f(0)\ge\tfrac c2\|X\|^{p'}$ near 0: a strict local minimum, which every path must leave upwards""",
    hypotheses=[MISMATCH, BOUNDS],
)
def proposition_19_corrected() -> Evidence:
    """One radius serves all directions."""
    return prove_by_argument(_uniform, "the regularizer dominates on a ball")


proposition_19_corrected.near_misses(
    lambda half: prove_by_argument(lambda: _uniform(half), "mutant"),
    {"|s|C·E ≤ c only": 2, "|s|C·E ≤ 3c/2 only": 3},
)


def _must_increase(path: EscapePath) -> Evidence:
    return decide_at_points(
        [path],
        {"the path leads from the origin to a smaller value": EscapePath.starts_at_origin_and_escapes},
        EscapePath.must_increase,
        "every path that escapes the origin increases somewhere",
        "Φ = xy², G = x², ℓ = ½(X − 1)²",
    )


@claim(
    "global-optimality:section-6.1.increasing-path",
    kind="section",
    label="Section 6.1, leaving the origin",
    printed="""unless the origin is a global minimizer, there will always be a local minimum at the origin, and
    from the origin
it will always be necessary to take an increasing path to escape the local minimum""",
    hypotheses=[MISMATCH],
    depends_on=["global-optimality:proposition-19"],
    erratum=Erratum(
        "false-as-printed",
        "Where Φ and G both vanish the objective is flat, and a path may leave along there: for Φ = xy², G = x², "
        "(0, 0) → (0, 1) is flat and → (1/3, 1) descends from 1/2 to 1/3. True if the "
        "origin is a strict local minimum.",
        corrected_by="global-optimality:proposition-19.corrected",
    ),
)
def increasing_path() -> Evidence:
    """f(0, y) = 1/2, and f(x, 1) = ½(x − 1)² + x² falls until x = 1/3."""
    return _must_increase(EscapePath(Fraction(1), Fraction(1, 3)))


increasing_path.near_misses(
    _must_increase,
    {
        "a path that does not get below": EscapePath(Fraction(1), Fraction(1)),
        "a path that stays": EscapePath(Fraction(1), Fraction(0)),
    },
)


def _regularizer_57(printed: int) -> Evidence:
    return decide_degree(added(*(raised(norm(factor(f"X{i}")), 2) for i in (1, 2, 3))), printed, [], part="degree")


def _lower_bound_57(c: int = 1) -> Argument:
    """Σ‖X^i‖² bounds itself: G = λ‖X‖² for the joint norm ‖X‖² = Σ‖X^i‖², the case p' = 2 < K = 3."""
    argument = Argument(("lam", "n1", "n2", "n3", "joint"), nonnegative=("lam",))
    lam, n1, n2, n3, joint = argument.generators
    total = argument.given("‖X‖² = Σ‖X^i‖²", joint - n1**2 - n2**2 - n3**2, "=")
    argument.conclude("G ≥ λ‖X‖²", lam * (n1**2 + n2**2 + n3**2) - c * lam * joint, {total: -lam})
    return argument


@claim(
    "global-optimality:equation-57",
    kind="equation",
    label="Equation (57)",
    printed=r"""$\ell(\Phi(X))+\lambda\sum_{i=1}^K\|X^i\|^{p'}$ with $\Phi$ of degree $K>2$ and $p'\in\{1,2\}$ is
    an instance of
$p>p'$: the origin is a local minimum""",
    hypotheses=[Hypothesis("bounded map", r"$\|\Phi(X)\|\le C\|X\|^K$, as for every continuous $\Phi$")],
    depends_on=["global-optimality:proposition-19.corrected"],
    parts=["degree", "bound"],
)
def equation_57() -> list[Evidence]:
    """G is positive off 0 and bounded below on the sphere, so the corrected Proposition 19 applies."""
    return [
        _regularizer_57(2),
        prove_by_argument(_lower_bound_57, "the regularizer is at least λ‖X‖²", part="bound"),
    ]


equation_57.near_misses(_regularizer_57, {"the degree is K p'": 6})


@equation_57.mutant("twice the bound")
def _() -> Evidence:
    return prove_by_argument(lambda: _lower_bound_57(2), "mutant", part="bound")


def _doubling(cases: list[Doubling]) -> Evidence:
    return decide_at_points(
        cases,
        {
            "p' > 2": Doubling.degree_is_large,
            "½[U U][V V]ᵀ = UVᵀ": Doubling.product_is_kept,
            "the factors are not zero": lambda d: any(d.U) and any(d.V),
        },
        Doubling.is_decreased,
        "(√2/2)^p'(‖[U U]‖^p' + ‖[V V]‖^p') < ‖U‖^p' + ‖V‖^p'",
        "rational rows, entrywise norms",
    )


@claim(
    "global-optimality:equation-58",
    kind="equation",
    label="Equation (58), the doubling argument",
    printed=r"""$(\frac{\sqrt2}2)^{p'}(\|[U\,U]\|^{p'}+\|[V\,V]\|^{p'})<\|U\|^{p'}+\|V\|^{p'}$ holds for many
    choices of norm, for
example all the $l_q$ norms with $q\ge 1$, when $p'>2$""",
    erratum=Erratum(
        "false-as-printed",
        "For the norm l_q of the whole matrix the factor is 2^{p'(1/q − 1/2)}, less than 1 exactly for q > 2, for "
        "every p': with q = 1 and p' = 4 doubling raises 2 to 8, with q = 2 nothing changes. The argument holds for "
        "sums over columns Σ‖U_i‖^p' with any norm, and p' > 2.",
        corrected_by="global-optimality:equation-58.corrected",
    ),
)
def equation_58() -> Evidence:
    """‖[U U]‖₁ = 2‖U‖₁ and ‖[U U]‖₂ = √2‖U‖₂."""
    return _doubling([Doubling((1,), (1,), 1, 4)])


equation_58.near_misses(
    _doubling,
    {
        "q = 2, where both sides are equal": [Doubling((1, 2), (3, 1), 2, 4)],
        "q = 1 and p' = 6": [Doubling((1,), (2,), 1, 6)],
        "p' = 2, which is not above 2": [Doubling((1,), (1,), 1, 2)],
    },
)


def _columnwise(exponent: int = 1) -> Argument:
    """Doubling turns each term into two of weight 2^{-p'/2}: h = 2·2^{-p'/2} < 1 for p' > 2."""
    argument = Argument(("h", "SU", "SV", "doubled"), nonnegative=("SU", "SV"))
    h, SU, SV, doubled = argument.generators
    copies = argument.given("the sum over columns doubles and scales", doubled - h * (SU + SV), "=")
    below = argument.given("1 − h > 0, for p' > 2", 1 - h, ">")
    argument.conclude(
        "the regularizer falls by (1 − h)(SU + SV)", exponent * (SU + SV) - doubled, {below: SU + SV, copies: -1}
    )
    return argument


@claim(
    "global-optimality:equation-58.corrected",
    kind="correction",
    label="Equation (58), corrected",
    printed=r"""with $\sum_i\|U_i\|^{p'}+\sum_i\|V_i\|^{p'}$, any norm of the columns and $p'>2$, doubling
    multiplies the
regularizer by $2^{1-p'/2}<1$; for the entrywise norm $l_q$ of the whole matrix by $2^{p'(1/q-1/2)}$, below 1
exactly for $q>2$""",
)
def equation_58_corrected() -> list[Evidence]:
    """Two copies of each column, each (√2/2)^{p'} of the original."""
    return [
        prove_by_argument(_columnwise, "doubling lowers a sum over columns"),
        _doubling(
            [
                Doubling((1, 2), (3, -1), 2, 4, columnwise=True),
                Doubling((1, 2), (3, 1), 3, 6),
                Doubling((2,), (5,), 4, 8),
            ]
        ),
    ]


equation_58_corrected.near_misses(
    _doubling, {"q = 2 of the whole matrix": [Doubling((1, 2), (3, -1), 2, 4)], "q = 1": [Doubling((1,), (1,), 1, 4)]}
)


@equation_58_corrected.mutant("it falls by twice as much")
def _() -> Evidence:
    return prove_by_argument(lambda: _columnwise(2), "mutant")


def _equivalent(point: AxisPoint) -> Evidence:
    return decide_at_points(
        [point],
        {
            "column norms are rational": AxisPoint.lies_on_axes,
            "r > card(D)": AxisPoint.is_wide,
            "a local minimum, by the certificate λ‖v‖ > ‖Rv‖, λ‖u‖ > ‖Rᵀu‖": AxisPoint.is_certified_local_minimum,
        },
        AxisPoint.is_no_worse_than_the_other,
        "all local minima have the same value",
        "1×2 matrix factorization, r = 3 > card(D) = 2, Y = (5, 0), λ = 1",
    )


@claim(
    "global-optimality:section-6.2",
    kind="section",
    label="Section 6.2, equivalence of local minima",
    printed="""if the size of the network is large enough, then for any initialization a global minimizer can be
    found from
purely local descent, and thus local minima are all equivalent""",
    hypotheses=STANDING,
    erratum=Erratum(
        "overclaim",
        "A non-increasing path does not make local minima equivalent, for it may be flat at first. With U = 0 and all "
        "V_i = e₂, Y = (5, 0), λ = 1, the point is a local minimum of value 25/2 for every r, while 9/2 is the least "
        "value. What is global is a local minimum with a zero slice.",
        corrected_by="global-optimality:theorem-15",
    ),
)
def section_6_2() -> Evidence:
    """‖v_i‖ > 5|v_i1| near e₂, so no slice can gain; scaling a slice to zero is flat and opens the way down."""
    return _equivalent(stranded_rows(3))


section_6_2.near_misses(
    _equivalent,
    {
        "r = 2, not above card(D)": stranded_rows(2),
        "slices along the data, which gain at once": stranded_rows(3, axis=0),
        "two slices of a 2×2 problem": crossed_slices(),
    },
)
