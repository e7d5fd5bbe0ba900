"""Section 2: the factorization norm and its two forms."""

from __future__ import annotations

from fractions import Fraction

from claims.checkers.argument import prove_by_argument
from claims.checkers.exact_instances import decide_at_instances
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import COMPACTNESS, SINGULAR_VALUES
from claims.registry import claim
from claims.statement import Hypothesis
from numeric.homogeneous.exact_spectra import RationalSpectrum, rational_spectra
from symbolic.homogeneous.argument import ARBITRARY, Argument

NORMS = Hypothesis("norms", r"$\|\cdot\|_u$ and $\|\cdot\|_v$ are norms on $\mathbb R^m$ and $\mathbb R^n$")
INFIMUM = Hypothesis(
    "infimum", "the infimum in (6) is at most every cost, and for every $e>0$ some factorization costs at most $e$ more"
)
PARAMETER = Hypothesis("parameter", r"$\lambda\ge 0$; the paper does not say it, and for $\lambda<0$ it fails")
SQUARED = Hypothesis("squared loss", r"$\ell=\tfrac12\|Y-X\|_F^2$, $\lambda>0$")


def _soft_threshold(dual_norm: int = 1, shrink: int = 1) -> Argument:
    """Optimality of X = U(Σ − λ)₊Vᵀ for ½‖Y − X‖² + λ‖X‖_*, singular value by singular value."""
    names = ("lam", "YY", "XX", "ZZ", "XZ", "YX", "YZ", "Z", "X", "WZ", "WX", "fZ", "fX")
    argument = Argument(names, nonnegative={"lam": "squared loss"})
    lam, YY, XX, ZZ, XZ, YX, YZ, Z, X, WZ, WX, fZ, fX = argument.generators
    half = Fraction(1, 2)
    # W = (Y − X)/λ has singular values min(σ/λ, 1): ‖W‖ ≤ 1 and ⟨W, X⟩ = ‖X‖_*.
    bounded = argument.given("⟨W, Z⟩ ≤ ‖W‖‖Z‖_* ≤ ‖Z‖_*", dual_norm * Z - WZ, by=SINGULAR_VALUES)
    active = argument.given(
        "⟨W, X⟩ = ‖X‖_*, for W is 1 on the singular vectors of X", WX - shrink * X, "=", by=SINGULAR_VALUES
    )
    subgradient = argument.conclude(
        "W is a subgradient of the nuclear norm at X", Z - X - WZ + WX, {bounded: 1, active: 1}
    )
    dual_z = argument.given("λ⟨W, Z⟩ = ⟨Y − X, Z⟩", lam * WZ - YZ + XZ, "=", by="squared loss")
    dual_x = argument.given("λ⟨W, X⟩ = ⟨Y − X, X⟩", lam * WX - YX + XX, "=", by="squared loss")
    value_z = argument.define("the value at Z", fZ, half * (YY - 2 * YZ + ZZ) + lam * Z)
    value_x = argument.define("the value at X", fX, half * (YY - 2 * YX + XX) + lam * X)
    square = argument.given("‖Z − X‖² ≥ 0", ZZ - 2 * XZ + XX, by="squared loss")
    argument.conclude(
        "no Z has a smaller value than X",
        fZ - fX,
        {value_z: 1, value_x: -1, subgradient: lam, dual_z: 1, dual_x: -1, square: half},
    )
    return argument


def _soft_values(instance: RationalSpectrum) -> Fraction:
    return instance.pairing()


@claim(
    "global-optimality:equation-3",
    kind="equation",
    label="Equation (3)",
    printed=r"""$\min_X\ell(Y,X)+\lambda\|X\|_*$ is convex in $X$; for $\ell=\tfrac12\|Y-X\|_F^2$ it is solved by
soft-thresholding the singular values of $Y$, and a factorization is read off the singular value decomposition""",
    hypotheses=[SQUARED],
    depends_on=[SINGULAR_VALUES],
)
def equation_3() -> list[Evidence]:
    """With X = U(Σ − λ)₊Vᵀ the matrix W = (Y − X)/λ has norm at most 1 and ⟨W, X⟩ = ‖X‖_*: a certificate."""
    return [
        prove_by_argument(
            _soft_threshold,
            "the soft-thresholded matrix is optimal",
            concludes=lambda q: {"no Z has a smaller value than X": q["fZ"] - q["fX"]},
        ),
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
    """The product form is at most the sum form, and rescaling a column pair attains equality."""
    names = ("a", "b", "u", "v", "t", "c", "d", "e", "S", "P", "T")
    argument = Argument(
        names,
        nonnegative=dict.fromkeys("abuv", "norms"),
        indexed=dict.fromkeys("ab", "i"),
        totals={"S": ("a", "a"), "P": ("a", "b"), "T": ("b", "b")},
    )
    a, b, u, v, t, c, d, e, S, P, T = argument.generators
    square = argument.square("(‖U_i‖ − ‖V_i‖)² ≥ 0", a - b)
    termwise = argument.conclude("‖U_i‖‖V_i‖ ≤ ½(‖U_i‖² + ‖V_i‖²)", a**2 + b**2 - cross * a * b, {square: 1})
    summed = argument.sum_over("summed over the columns", termwise)
    argument.conclude("the product form is at most the sum form", S + T - 2 * P, {summed: 1})
    # A pair with a zero column has output 0 and is replaced by zeros, of cost 0 in both forms. Any other is balanced:
    first = argument.given("‖U_i‖ = u > 0", u, ">", by="norms")
    second = argument.given("‖V_i‖ = v > 0", v, ">", by="norms")
    inverse_u = argument.reciprocal("1/u", c, first)
    inverse_v = argument.reciprocal("1/v", d, second)
    ratio = argument.known("v/u ≥ 0", c * v)
    root = argument.root("t² = v/u", t, ratio)
    inverse_t = argument.define("e = t·u/v, the reciprocal of t", e, t * u * d)
    argument.conclude(
        "U_i times t, V_i times e: the product is unchanged, te = 1",
        t * e - 1,
        {inverse_t: t, root: u * d, inverse_u: v * d, inverse_v: 1},
    )
    argument.conclude(
        "½((tu)² + (ev)²) = uv: the sum form of the balanced pair is the product form",
        (t * u) ** 2 + (e * v) ** 2 - 2 * scale * u * v,
        {
            root: u**2 + u**2 * d**2 * v**2,
            inverse_u: u * v + u * v * d**2 * v**2,
            inverse_v: u * v * (v * d + 1),
            inverse_t: v**2 * (e + t * u * d),
        },
    )
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
    return prove_by_argument(
        _two_forms,
        _TWO_FORMS,
        concludes=lambda q: {
            "the product form is at most the sum form": q["S"] - q["P"] * 2 + q["T"],
            "U_i times t, V_i times e: the product is unchanged, te = 1": (q["t"] * q["e"] - 1, "="),
            "½((tu)² + (ev)²) = uv: the sum form of the balanced pair is the product form": (
                q["u"] ** 2 * q["t"] ** 2 - q["u"] * q["v"] * 2 + q["v"] ** 2 * q["e"] ** 2,
                "=",
            ),
        },
    )


_FORMS: dict[str, tuple[int, int]] = {
    "the factor 1/2 dropped at the balanced columns": (2, 2),
    "twice the cross term": (4, 1),
}
equation_6a.near_misses(lambda pair: prove_by_argument(lambda: _two_forms(*pair), "mutant"), _FORMS)


def _norm_axioms(triangle: int = 1) -> Argument:
    names = ("t", "GX", "GY", "X", "Y", "S", "GS", "e", "C", "E", "Et", "f", "c", "F", "G", "N")
    argument = Argument(
        names,
        nonnegative={"t": ARBITRARY, "C": COMPACTNESS},
        small={"e": ("GX", "GY", "GS", "F", "G", "f", "c")},
        indexed={"f": "i", "c": "i"},
        totals={"F": "f", "G": "c"},
        fixed=("C", "E", "Et", "N", "S", "X", "Y", "t"),
        follows={"t": ("Et",)},
    )
    t, GX, GY, X, Y, S, GS, e, C, E, Et, f, c, F, G, N = argument.generators
    near_x = argument.given("a factorization of X within e of the infimum", X + e - GX, by="infimum")
    near_y = argument.given("a factorization of Y within e of the infimum", Y + e - GY, by="infimum")
    beside = argument.define("side by side they factorize X + Y", GS, triangle * (GX + GY))
    least = argument.given("which costs at least the infimum", GS - S, by="infimum")
    sum_ = argument.conclude(
        "‖X + Y‖ ≤ ‖X‖ + ‖Y‖ + 2e", X + Y + 2 * e - S, {near_x: 1, near_y: 1, beside: -1, least: 1}
    )
    argument.limit("the triangle inequality", sum_, e)
    scaled = argument.given("‖tX‖ is at most the cost t‖U_i‖‖V_i‖ of the scaled columns", t * GX - Et, by="infimum")
    up = argument.conclude("‖tX‖ ≤ t(‖X‖ + e)", t * (X + e) - Et, {scaled: 1, near_x: t})
    argument.limit("‖tX‖ ≤ t‖X‖, and the same for 1/t and tX", up, e)
    negative = argument.given("−U_i has the norm of U_i, so −X costs no more", GX - N, by="infimum")
    even = argument.conclude("‖−X‖ ≤ ‖X‖ + e", X + e - N, {negative: 1, near_x: 1})
    argument.limit("‖−X‖ ≤ ‖X‖, and the same for −X", even, e)
    atom = argument.given("‖u_iv_iᵀ‖_F ≤ C‖u_i‖‖v_i‖", C * c - f, by=COMPACTNESS, each="i")
    atoms = argument.sum_over("summed over the columns", atom)
    whole = argument.given("‖X‖_F ≤ Σ‖u_iv_iᵀ‖_F", F - E, by="norms")
    cost = argument.given("a factorization of X within e of the infimum, columns summed", X + e - G, by="infimum")
    nearly = argument.conclude("‖X‖_F ≤ C(‖X‖ + e)", C * (X + e) - E, {atoms: 1, whole: 1, cost: C})
    argument.limit("‖X‖_F ≤ C‖X‖: only X = 0 has norm zero", nearly, e)
    return argument


@claim(
    "global-optimality:equation-6.b",
    kind="equation",
    label="Equation (6), a norm",
    printed=r"$\|X\|_{u,v}$ is a norm, hence a convex function of $X$",
    hypotheses=[NORMS, INFIMUM],
    depends_on=[COMPACTNESS],
)
def equation_6b() -> Evidence:
    """Finite, for every matrix is a sum of entries times eᵢeⱼᵀ; the axioms are derived."""
    return prove_by_argument(
        _norm_axioms,
        "triangle inequality, homogeneity and definiteness",
        concludes=lambda q: {
            "the triangle inequality": q["X"] + q["Y"] - q["S"],
            "‖tX‖ ≤ t‖X‖, and the same for 1/t and tX": q["t"] * q["X"] - q["Et"],
            "‖−X‖ ≤ ‖X‖, and the same for −X": q["X"] - q["N"],
            "‖X‖_F ≤ C‖X‖: only X = 0 has norm zero": q["X"] * q["C"] - q["E"],
        },
    )


@equation_6b.mutant("side by side, factorizations cost twice the sum")
def _() -> Evidence:
    return prove_by_argument(lambda: _norm_axioms(2), "mutant")


@equation_6b.mutant("side by side, factorizations cost nothing")
def _() -> Evidence:
    return prove_by_argument(lambda: _norm_axioms(0), "mutant")


def _nuclear(spectral_norm: int = 1) -> Argument:
    names = ("nuclear", "WX", "c", "w", "C", "root", "inf", "s", "S", "G")
    argument = Argument(
        names,
        indexed={"w": "i", "c": "i", "root": "j", "s": "j"},
        totals={"WX": "w", "C": "c", "S": ("s",), "G": ("root", "root")},
    )
    nuclear, WX, c, w, C, root, inf, s, S, G = argument.generators
    top = argument.given(
        "W = UVᵀ of the singular value decomposition: ⟨W, X⟩ = Σσ", WX - nuclear, "=", by=SINGULAR_VALUES
    )
    term = argument.given(
        "⟨W, u_iv_iᵀ⟩ ≤ ‖W‖‖u_i‖‖v_i‖ with ‖W‖ = 1", spectral_norm * c - w, by=SINGULAR_VALUES, each="i"
    )
    terms = argument.sum_over("summed over any factorization", term)
    argument.conclude("every factorization costs at least Σσ", C - nuclear, {terms: 1, top: 1})
    column = argument.given(
        "the columns √σ_j u_j, √σ_j v_j cost √σ_j√σ_j = σ_j", root**2 - s, "=", by=SINGULAR_VALUES, each="j"
    )
    columns = argument.sum_over("summed", column)
    sum_ = argument.given("Σσ is the nuclear norm", S - nuclear, "=", by=SINGULAR_VALUES)
    least = argument.given("the infimum is at most any cost", G - inf, by="infimum")
    argument.conclude("the infimum is at most Σσ", nuclear - inf, {columns: -1, sum_: -1, least: 1})
    return argument


@claim(
    "global-optimality:equation-6.c",
    kind="equation",
    label="Equation (6), the nuclear norm",
    printed=r"$\|X\|_{2,2}=\|X\|_*$ when both vector norms are Euclidean",
    hypotheses=[INFIMUM],
    depends_on=[SINGULAR_VALUES],
)
def equation_6c() -> list[Evidence]:
    """UVᵀ from the singular value decomposition bounds every factorization from below; the decomposition attains."""
    return [
        prove_by_argument(
            _nuclear,
            "the nuclear norm bounds every factorization and is attained",
            concludes=lambda q: {
                "every factorization costs at least Σσ": -q["nuclear"] + q["C"],
                "the infimum is at most Σσ": q["nuclear"] - q["inf"],
            },
        ),
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


def _objectives(factor: int = 1) -> Argument:
    """The output UVᵀ and with it the loss L is the same; U⁺, V⁺ are the balanced columns."""
    names = ("lam", "L", "P", "S", "T", "Se", "Te", "products", "sums", "even")
    argument = Argument(names, nonnegative={"lam": "parameter"})
    lam, L, P, S, T, Se, Te, products, sums, even = argument.generators
    half = Fraction(1, 2)
    first = argument.define("the objective with products", products, L + factor * lam * P)
    second = argument.define("the objective with half the sums of squares", sums, L + lam * (S + T) * half)
    third = argument.define("that at the balanced columns", even, L + lam * (Se + Te) * half)
    termwise = argument.given("Σ‖U_i‖² + Σ‖V_i‖² ≥ 2Σ‖U_i‖‖V_i‖", S + T - 2 * P, by="forms")
    balanced = argument.given("with equality at the balanced columns", Se + Te - 2 * P, "=", by="forms")
    argument.conclude("at least", sums - products, {second: 1, first: -1, termwise: lam * half})
    argument.conclude("equal", even - products, {third: 1, first: -1, balanced: lam * half})
    return argument


@claim(
    "global-optimality:equation-8",
    kind="equation",
    label="Equation (8)",
    printed=r"""$\min_{U,V}\ell(UV^\top)+\lambda\sum_{i=1}^r\|U_i\|_u\|V_i\|_v
=\min_{U,V}\ell(UV^\top)+\lambda\sum_{i=1}^r\tfrac12(\|U_i\|_u^2+\|V_i\|_v^2)$""",
    hypotheses=[NORMS, PARAMETER],
    depends_on=["global-optimality:equation-6.a"],
    parts=["forms", "objectives"],
)
def equation_8() -> list[Evidence]:
    """The same balancing, at every fixed r; the minima agree, the minimizers need not (a pair (0, v) is free left)."""
    forms = prove_by_argument(
        _two_forms,
        _TWO_FORMS,
        part="forms",
        concludes=lambda q: {
            "the product form is at most the sum form": q["S"] - q["P"] * 2 + q["T"],
            "U_i times t, V_i times e: the product is unchanged, te = 1": (q["t"] * q["e"] - 1, "="),
            "½((tu)² + (ev)²) = uv: the sum form of the balanced pair is the product form": (
                q["u"] ** 2 * q["t"] ** 2 - q["u"] * q["v"] * 2 + q["v"] ** 2 * q["e"] ** 2,
                "=",
            ),
        },
    )
    objectives = prove_by_argument(
        _objectives,
        "the objective with sums is at least that with products, and equal to it at balanced columns",
        part="objectives",
        concludes=lambda q: {
            "the sum form's objective is at least the product form's": q["sums"] - q["products"],
            "and equal to it at balanced columns": (q["even"] - q["products"], "="),
        },
    )
    return [forms, objectives]


equation_8.near_misses(lambda pair: prove_by_argument(lambda: _two_forms(*pair), "mutant", part="forms"), _FORMS)
equation_8.near_misses(
    lambda factor: prove_by_argument(lambda: _objectives(factor), "mutant", part="objectives"),
    {"the product form with twice the λ": 2, "without λ": 0},
)
