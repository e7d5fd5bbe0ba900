"""Section 2: the factorization norm, its two forms, and how problems (7) and (8) are related."""

from __future__ import annotations

from fractions import Fraction

from claims.checkers.argument import prove_by_argument
from claims.checkers.exact_instances import decide_at_instances
from claims.checkers.exact_points import decide_at_points, exhibit
from claims.evidence import Evidence
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.homogeneous.exact_spectra import RationalSpectrum, rational_spectra
from numeric.homogeneous.scalar_points import ScalarFactors
from symbolic.homogeneous.argument import Argument

NORMS = Hypothesis("norms", r"$\|\cdot\|_u$ and $\|\cdot\|_v$ are norms on $\mathbb R^m$ and $\mathbb R^n$")


def _soft_threshold(dual_norm: int = 1, shrink: int = 1) -> Argument:
    """Optimality of X = U(Σ − λ)₊Vᵀ for ½‖Y − X‖² + λ‖X‖_*, singular value by singular value."""
    argument = Argument(("lam", "x", "y", "w", "Z", "X", "WZ", "WX", "half", "fZ", "fX"), nonnegative=("lam",))
    lam, _, _, _, Z, X, WZ, WX, half, fZ, fX = argument.generators
    # W = (Y − X)/λ has singular values min(σ/λ, 1): ‖W‖ ≤ 1 and ⟨W, X⟩ = ‖X‖_*.
    bounded = argument.given("⟨W, Z⟩ ≤ ‖W‖‖Z‖_* ≤ ‖Z‖_*", dual_norm * Z - WZ)
    active = argument.given("⟨W, X⟩ = ‖X‖_*, for W is 1 on the singular vectors of X", WX - shrink * X, "=")
    subgradient = argument.conclude(
        "W is a subgradient of the nuclear norm at X", Z - X - WZ + WX, {bounded: 1, active: 1}
    )
    value_Z = argument.given(
        "value at Z, with ½‖Y−Z‖² = ½‖Y−X‖² − λ⟨W, Z−X⟩ + ½‖Z−X‖²",
        fZ - fX + lam * (WZ - WX) - half - lam * (Z - X),
        "=",
    )
    square = argument.given("½‖Z − X‖² is nonnegative", half)
    argument.conclude("no Z has a smaller value than X", fZ - fX, {value_Z: 1, subgradient: lam, square: 1})
    return argument


def _soft_values(instance: RationalSpectrum) -> Fraction:
    return instance.pairing()


@claim(
    "global-optimality:equation-3",
    kind="equation",
    label="Equation (3)",
    printed=r"""$\min_X\ell(Y,X)+\lambda\|X\|_*$ is convex in $X$; for $\ell=\tfrac12\|Y-X\|_F^2$ it is solved by
soft-thresholding the singular values of $Y$, and a factorization is read off the singular value decomposition""",
)
def equation_3() -> list[Evidence]:
    """With X = U(Σ − λ)₊Vᵀ the matrix W = (Y − X)/λ has norm at most 1 and ⟨W, X⟩ = ‖X‖_*: a certificate."""
    return [
        prove_by_argument(_soft_threshold, "the soft-thresholded matrix is optimal"),
        decide_at_instances(
            _soft_values,
            RationalSpectrum.thresholded_sum,
            rational_spectra(),
            "rational singular values and rotations, 2×3 and 3×3",
        ),
    ]


equation_3.near_misses(
    lambda arguments: prove_by_argument(lambda: _soft_threshold(*arguments), "mutant"),
    {"the dual matrix may have norm 2": (2, 1), "⟨W, X⟩ is twice the norm": (1, 2)},
)


@equation_3.mutant("hard instead of soft thresholding")
def _() -> Evidence:
    return decide_at_instances(_soft_values, RationalSpectrum.kept_sum, rational_spectra(), "rational")


def _two_forms(cross: int = 2, scale: int = 1) -> Argument:
    """The product form is at most the sum form, and rescaling a column pair attains equality (a = s², b = q²)."""
    argument = Argument(("s", "q", "a", "b"), nonnegative=("a", "b"))
    s, q, a, b = argument.generators
    square = argument.given("a square", (a - b) ** 2)
    argument.conclude("ab ≤ ½(a² + b²)", a**2 + b**2 - cross * a * b, {square: 1})
    # Column U_i times q/s has norm s²·q/s = sq, column V_i times s/q has norm q²·s/q = sq; the product is unchanged.
    argument.identity(
        "sum form at the balanced columns = product form", (s * q) ** 2 + (s * q) ** 2, 2 * scale * (s**2) * (q**2)
    )
    argument.identity("the product U_iV_iᵀ is unchanged: (q/s)(s/q) = 1", q * s, s * q)
    return argument


_TWO_FORMS = "termwise the sum form dominates, and balancing each pair of nonzero columns attains the product form"


@claim(
    "global-optimality:equation-6.a",
    kind="equation",
    label="Equation (6), the two infima",
    printed=r"""$\inf_r\inf_{UV^\top=X}\sum_{i=1}^r\|U_i\|_u\|V_i\|_v
=\inf_r\inf_{UV^\top=X}\sum_{i=1}^r\tfrac12(\|U_i\|_u^2+\|V_i\|_v^2)$""",
    hypotheses=[NORMS],
)
def equation_6a() -> Evidence:
    """A pair with a zero column contributes nothing to the product and may be put to zero; others are balanced."""
    return prove_by_argument(_two_forms, _TWO_FORMS)


_FORMS: dict[str, tuple[int, int]] = {
    "the factor 1/2 dropped at the balanced columns": (2, 2),
    "twice the cross term": (4, 1),
}
equation_6a.near_misses(lambda pair: prove_by_argument(lambda: _two_forms(*pair), "mutant"), _FORMS)


def _norm_axioms(triangle: int = 1) -> Argument:
    argument = Argument(("t", "GX", "GY", "X", "Y", "S", "e", "C", "E"), nonnegative=("t", "C"))
    t, GX, GY, X, Y, S, e, C, E = argument.generators
    near_x = argument.given("a factorization of X within e of the infimum", X + e - GX)
    near_y = argument.given("a factorization of Y within e of the infimum", Y + e - GY)
    beside = argument.given("side by side they factorize X + Y", triangle * (GX + GY) - S)
    argument.conclude("‖X + Y‖ ≤ ‖X‖ + ‖Y‖ + 2e, for every e > 0", X + Y + 2 * e - S, {near_x: 1, near_y: 1, beside: 1})
    argument.identity("scaling every U_i by t scales the sum by t", t * (GX + GY), t * GX + t * GY)
    atoms = argument.given("‖u_iv_iᵀ‖_F ≤ C‖u_i‖‖v_i‖ summed over i (norms on ℝⁿ are equivalent)", C * GX - E)
    argument.conclude("‖X‖_F ≤ C(‖X‖ + e): only X = 0 has norm zero", C * (X + e) - E, {atoms: 1, near_x: C})
    return argument


@claim(
    "global-optimality:equation-6.b",
    kind="equation",
    label="Equation (6), a norm",
    printed=r"$\|X\|_{u,v}$ is a norm, hence a convex function of $X$",
    hypotheses=[NORMS],
)
def equation_6b() -> Evidence:
    """Finite, for every matrix is a sum of entries times eᵢeⱼᵀ; even, by U → −U; the other axioms are derived."""
    return prove_by_argument(_norm_axioms, "triangle inequality, homogeneity and definiteness")


@equation_6b.mutant("side by side, factorizations cost twice the sum")
def _() -> Evidence:
    return prove_by_argument(lambda: _norm_axioms(2), "mutant")


@equation_6b.mutant("side by side, factorizations cost nothing")
def _() -> Evidence:
    return prove_by_argument(lambda: _norm_axioms(0), "mutant")


def _nuclear(spectral_norm: int = 1) -> Argument:
    argument = Argument(("nuclear", "WX", "cost", "svd", "inf"))
    nuclear, WX, cost, svd, inf = argument.generators
    top = argument.given("W = UVᵀ of the singular value decomposition: ⟨W, X⟩ = Σσ", WX - nuclear, "=")
    terms = argument.given(
        "⟨W, u_iv_iᵀ⟩ ≤ ‖W‖‖u_i‖‖v_i‖ with ‖W‖ = 1, summed over any factorization", spectral_norm * cost - WX
    )
    argument.conclude("every factorization costs at least Σσ", cost - nuclear, {terms: 1, top: 1})
    columns = argument.given("the columns √σ u, √σ v cost Σσ", nuclear - svd, "=")
    least = argument.given("the infimum is at most any cost", svd - inf)
    argument.conclude("the infimum is at most Σσ", nuclear - inf, {columns: 1, least: 1})
    return argument


@claim(
    "global-optimality:equation-6.c",
    kind="equation",
    label="Equation (6), the nuclear norm",
    printed=r"$\|X\|_{2,2}=\|X\|_*$ when both vector norms are Euclidean",
)
def equation_6c() -> list[Evidence]:
    """UVᵀ from the singular value decomposition bounds every factorization from below; the decomposition attains."""
    return [
        prove_by_argument(_nuclear, "the nuclear norm bounds every factorization and is attained"),
        decide_at_instances(
            RationalSpectrum.dual_pairing,
            RationalSpectrum.sum,
            rational_spectra(),
            "rational singular values and rotations, 2×3 and 3×3",
        ),
    ]


@equation_6c.mutant("a dual matrix of spectral norm 2")
def _() -> Evidence:
    return prove_by_argument(lambda: _nuclear(2), "mutant")


@equation_6c.mutant("the Frobenius norm squared instead of the nuclear norm")
def _() -> Evidence:
    return decide_at_instances(
        RationalSpectrum.dual_pairing, RationalSpectrum.square_sum, rational_spectra(), "rational"
    )


@claim(
    "global-optimality:equation-8",
    kind="equation",
    label="Equation (8)",
    printed=r"""$\min_{U,V}\ell(UV^\top)+\lambda\sum_{i=1}^r\|U_i\|_u\|V_i\|_v
=\min_{U,V}\ell(UV^\top)+\lambda\sum_{i=1}^r\tfrac12(\|U_i\|_u^2+\|V_i\|_v^2)$""",
    hypotheses=[NORMS],
    depends_on=["global-optimality:equation-6.a"],
)
def equation_8() -> Evidence:
    """The same balancing, at every fixed r; the minima agree, the minimizers need not (a pair (0, v) is free left)."""
    return prove_by_argument(_two_forms, _TWO_FORMS)


equation_8.near_misses(lambda pair: prove_by_argument(lambda: _two_forms(*pair), "mutant"), _FORMS)


def _solutions(optimal: bool = True) -> Argument:  # noqa: FBT001, FBT002 - a mutant's switch
    argument = Argument(("F8", "F7", "f", "F7Z", "inf8"))
    F8, F7, f, F7Z, inf8 = argument.generators
    del F8
    below = argument.given("at any factorization (7) is at most (8)", f - F7)
    attains = argument.given("(U, V) minimizes (8) over all r", inf8 - f)
    infimum = argument.given("(8) over all factorizations of Z comes down to (7) at Z", F7Z - inf8)
    premises = {below: 1, attains: 1, infimum: 1} if optimal else {below: 1, infimum: 1}
    argument.conclude("no Z does better in (7)", F7Z - F7, premises)
    return argument


def _converse(point: ScalarFactors, part: str) -> Evidence:
    return exhibit(
        point,
        {
            "UVᵀ is the solution of (7)": ScalarFactors.solves_convex_problem,
            "(U, V) is no solution of (8)": lambda p: not p.solves_factored_problem(),
        },
        "a solution of (7) that is none of (8), for ℓ = ½(UVᵀ − 2)² and λ = 1",
        part=part,
    )


WASTEFUL = ScalarFactors((1, 1), (2, -1))


@claim(
    "global-optimality:section-2.solutions",
    kind="section",
    label="Section 2, solutions of (7) and (8)",
    printed="With the number of columns free, solutions to (8) will be solutions to (7), but the converse is not true",
    hypotheses=[NORMS],
    parts=["(8) solves (7)", "converse fails"],
)
def section_2_solutions() -> list[Evidence]:
    """At a solution of (8) the factorization attains the norm; (1, 1)(2, −1)ᵀ = 1 solves (7) and wastes 2λ in (8)."""
    return [
        prove_by_argument(_solutions, "a solution of (8) is one of (7)", part="(8) solves (7)"),
        _converse(WASTEFUL, "converse fails"),
    ]


@section_2_solutions.mutant("any factorization in (8) solves (7)")
def _() -> Evidence:
    return prove_by_argument(lambda: _solutions(optimal=False), "mutant", part="(8) solves (7)")


@section_2_solutions.mutant("the factorization 1·1 of the solution is wasteful too")
def _() -> Evidence:
    return _converse(ScalarFactors((1,), (1,)), "converse fails")


def _attains(points: list[ScalarFactors]) -> Evidence:
    return decide_at_points(
        points,
        {"UVᵀ is the solution of (7)": ScalarFactors.solves_convex_problem},
        ScalarFactors.attains_norm,
        "a solution of (7) attains the infimum in (6)",
        "scalars, two columns",
    )


@claim(
    "global-optimality:section-2.which-problem",
    kind="section",
    label="Section 2, the problem that searches for an optimal factorization",
    printed="while in (7) one is specifically searching for a factorization $(U,V)$ that achieves the infimum in (6)",
    erratum=Erratum(
        "misprint",
        "It is (8) in which the factors must achieve the infimum; the sentence's first half says the same of (7) "
        "rightly, that any factorization of its solution will do.",
        corrected_by="global-optimality:section-2.solutions",
    ),
)
def section_2_which_problem() -> Evidence:
    """(1, 1)(2, −1)ᵀ = 1 solves (7) and costs 3 where the norm is 1."""
    return _attains([WASTEFUL])


@section_2_which_problem.mutant("the wasteful factorization with another product")
def _() -> Evidence:
    return _attains([ScalarFactors((1, 1), (2, 1))])


@section_2_which_problem.mutant("more waste still")
def _() -> Evidence:
    return _attains([ScalarFactors((1, 1), (5, -4))])
