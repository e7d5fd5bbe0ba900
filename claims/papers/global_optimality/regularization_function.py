"""Definitions 8 and 9: nondegenerate pairs, the regularization function Ω, and what the footnotes say of them."""

from __future__ import annotations

from fractions import Fraction

from claims.checkers.argument import prove_by_argument
from claims.checkers.exact_instances import decide_at_instances
from claims.checkers.exact_points import decide_at_points, exhibit
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import DEGREE, NONDEGENERATE, SINGULAR_VALUES
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.homogeneous.boundary_pairs import ShearFamily, vanishing
from numeric.homogeneous.exact_point import ExactPoint, at
from numeric.homogeneous.exact_spectra import RationalSpectrum, rational_spectra
from symbolic.homogeneous.argument import Argument


def _fibre(exponent: int = 1) -> Argument:
    """On a fibre uvᵀ = abᵀ ≠ 0 the product of norms is one number: compare a row and a column that are not zero."""
    argument = Argument(("u_i", "v_j", "a_i", "b_j", "norm_a", "norm_b", "norm_u", "norm_v", "inverse"))
    u_i, v_j, a_i, b_j, norm_a, norm_b, norm_u, norm_v, inverse = argument.generators
    by = "fibre"
    row = argument.given("row i: |u_i|‖v‖ = |a_i|‖b‖", u_i * norm_v - a_i * norm_b, "=", by=by)
    column = argument.given("column j: |v_j|‖u‖ = |b_j|‖a‖", v_j * norm_u - b_j * norm_a, "=", by=by)
    entry = argument.given("entry (i, j): |u_iv_j| = |a_ib_j|", u_i * v_j - a_i * b_j, "=", by=by)
    positive = argument.given("|a_ib_j| > 0 for some i, j", a_i * b_j, ">", by=by)
    reciprocal = argument.reciprocal("its reciprocal", inverse, positive)
    # |a_ib_j|(‖u‖‖v‖ − ‖a‖‖b‖) = |u_iv_j|‖u‖‖v‖ − |a_i|‖b‖|b_j|‖a‖ = 0.
    difference = norm_u * norm_v - norm_a * norm_b
    argument.conclude(
        "‖u‖‖v‖ = ‖a‖‖b‖: the infimum over the fibre is attained and positive",
        norm_u * norm_v - exponent * norm_a * norm_b,
        {
            reciprocal: -difference,
            row: inverse * v_j * norm_u,
            column: inverse * a_i * norm_b,
            entry: -inverse * norm_u * norm_v,
        },
    )
    return argument


@claim(
    "global-optimality:definition-8",
    kind="definition",
    label="Definition 8",
    printed=r"""$(\phi,g)$ is a nondegenerate pair if both are positively homogeneous with one degree $p\ne 0$ and for
every $X\in\mathrm{Im}(\phi)\setminus\{0\}$ the least value of $g$ over $\phi(z)=X$ is attained and lies in
$(0,\infty]$""",
    hypotheses=[
        DEGREE,
        Hypothesis("fibre", r"for the example $\phi=uv^\top$ and norms: $uv^\top=ab^\top\ne 0$"),
    ],
)
def definition_8() -> Evidence:
    """Not vacuous: for uvᵀ and a product of norms, g is constant and positive on every fibre."""
    return prove_by_argument(
        _fibre,
        "matrix factorization with a product of norms is a nondegenerate pair",
        concludes=lambda q: {
            "‖u‖‖v‖ = ‖a‖‖b‖: the infimum over the fibre is attained and positive": (
                -q["norm_a"] * q["norm_b"] + q["norm_u"] * q["norm_v"],
                "=",
            )
        },
        idle={"positive degree": "it is the first part of the definition"},
    )


definition_8.near_misses(
    lambda exponent: prove_by_argument(lambda: _fibre(exponent), "mutant"),
    {"twice the product": 2, "no product": 0},
)


def _isolated_zero(target: int = 5) -> Argument:
    """φ = 1/x, g = 1/|x|, both 0 at 0: with u = 1/|x| the objective ½(±u − 5)² + u near 0 exceeds that at 0."""
    argument = Argument(("w", "u", "f"))
    w, u, f = argument.generators
    square = argument.square("(w − 5)² ≥ 0", w - target)
    near = argument.given("u ≥ 25/2, for 0 < |x| ≤ 2/25", u - Fraction(25, 2), by="negative degree")
    value = argument.define("f = ½(w − 5)² + u with w = ±u", f, (w - target) ** 2 / 2 + u)
    argument.conclude(
        "f is at least its value at x = 0", f - Fraction(target**2, 2), {square: Fraction(1, 2), near: 1, value: 1}
    )
    return argument


def _smaller_value(x: str = "1/4") -> Evidence:
    return exhibit(
        at(x=x),
        {"f(x) < f(0) = 25/2": lambda p: (1 / p["x"] - 5) ** 2 / 2 + 1 / abs(p["x"]) < Fraction(25, 2)},
        "the zero slice is no global minimum: f(1/4) = 9/2",
        part="not global",
    )


@claim(
    "global-optimality:definition-8.degree",
    kind="remark",
    label="Definitions 6, 7 and 8, the sign of the degree",
    printed=r"""the degree $p\ne 0$ has to be read $p>0$: for $p<0$ Definition 3 asks for $0^p$ at $\alpha=0$; read for
$\alpha>0$ only, $\phi=1/x$, $g=1/|x|$ with $\phi(0)=g(0)=0$ would have degree $-1$, and for $\tfrac12(\phi-5)^2+g$ the
zero slice is a local minimum of value $25/2$ that is not global""",
    hypotheses=[Hypothesis("negative degree", r"for the example: $u=1/|x|$, $w=1/x$, $0<|x|\le 2/25$")],
    parts=["local minimum", "not global"],
)
def definition_8_degree() -> list[Evidence]:
    """The paper's results are used for p > 0 throughout, as all its examples are; this says where p < 0 would break."""
    return [
        prove_by_argument(
            _isolated_zero,
            "near 0 the cost alone exceeds the value at 0",
            part="local minimum",
            concludes=lambda q: {"f is at least its value at x = 0": q["f"] - Fraction(25, 2)},
        ),
        _smaller_value(),
    ]


definition_8_degree.near_misses(
    lambda target: prove_by_argument(lambda: _isolated_zero(target), "mutant", part="local minimum"),
    {"the target 6 within the same radius": 6, "the target 10": 10},
)
definition_8_degree.near_misses(_smaller_value, {"x = 1/20, near the zero slice": "1/20", "x = -1/4": "-1/4"})


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
        "The product should be a sum: δ_C(u)‖v‖² is 0 or ∞ and cannot be reduced. The reason fails, not the "
        "conclusion: where u is in C the product is 0, which Property 2 excludes. For either form C must contain more "
        "than 0, for with C = {0} the value is ∞ on all of Im(φ)∖{0}, which Property 2 allows.",
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
    positive = argument.given("uvᵀ ≠ 0, so V = ‖v‖² > 0", V, ">", by="slice in the cone")
    halved = argument.given("W = ‖v/2‖² = V/4, with 2u in the cone C", factor * W - V, "=", by="slice in the cone")
    argument.conclude("the value falls: V − W > 0", V - W, {positive: Fraction(3, 4), halved: Fraction(-1, 4)})
    return argument


def _product_vanishes(value: int = 0) -> Evidence:
    """At u in C, v ≠ 0 the product δ_C(u)‖v‖² = 0·‖v‖² is 0, whatever v is: no μ > 0 is the least value."""
    return exhibit(
        at(indicator=value, v=3),
        {
            "uvᵀ is not zero": lambda p: p["v"] != 0,
            "g(u, v) = 0 is not positive": lambda p: p["indicator"] * p["v"] ** 2 == 0,
        },
        "δ_C(u)‖v‖² fails Property 2 too: it is 0 on every fibre that meets C",
        part="product",
    )


@claim(
    "global-optimality:footnote-3.corrected",
    kind="correction",
    label="Footnote 3, corrected",
    printed=r"""for $\phi(u,v)=uv^\top$ and a cone $C\ne\{0\}$, $g(u,v)=\delta_C(u)+\|v\|^2$ satisfies Property 1
    but not
Property 2: at any $u\in C$ with $uv^\top\ne 0$ the value falls to a quarter when $v$ is halved and $u$ doubled; the
product $\delta_C(u)\|v\|^2$ fails Property 2 as well, being 0 there""",
    hypotheses=[
        Hypothesis("slice in the cone", r"$u\in C$, so $2u\in C$, $uv^\top\ne 0$, and $\|\cdot\|$ is a norm"),
    ],
    parts=["sum", "product"],
)
def footnote_3_corrected() -> list[Evidence]:
    """No positive value is the least one of a fibre that meets C."""
    return [
        prove_by_argument(
            _halving,
            "no finite value of g on a fibre is its least",
            part="sum",
            concludes=lambda q: {"the value falls: V − W > 0": (q["V"] - q["W"], ">")},
        ),
        _product_vanishes(),
    ]


footnote_3_corrected.near_misses(
    lambda factor: prove_by_argument(lambda: _halving(factor), "mutant", part="sum"),
    {"halving v keeps the value": 1, "halving v halves the value": 2},
)


@footnote_3_corrected.mutant("an indicator with the value 1 on the cone")
def _() -> Evidence:
    return _product_vanishes(1)


def _bounds(zero_cost: int = 0) -> Argument:
    names = ("c", "f", "C", "F", "g0", "phi0", "longer", "image")
    argument = Argument(
        names, nonnegative={"c": "positive degree"}, indexed={"c": "i", "f": "i"}, totals={"C": ("c",), "F": ("f",)}
    )
    c, _, C, F, g0, phi0, longer, image = argument.generators
    argument.sum_over("every cost Σg(X_i) is nonnegative, so 0 bounds the infimum", argument.known("g(X_i) ≥ 0", c))
    nothing = argument.given("g(0) = 0", g0, "=", by="positive degree")
    none = argument.given("φ(0) = 0", phi0, "=", by="positive degree")
    cost = argument.define("the cost with a zero slice more", longer, C + g0)
    output = argument.define("the output with a zero slice more", image, F + phi0)
    argument.conclude("it is the same: the infimum falls with r", longer - C - zero_cost, {cost: 1, nothing: 1})
    argument.conclude("and so is the output", image - F, {output: 1, none: 1})
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
    return prove_by_argument(
        _bounds,
        "costs are nonnegative and zero slices are free",
        concludes=lambda q: {
            "every cost Σg(X_i) is nonnegative, so 0 bounds the infimum": q["C"],
            "it is the same: the infimum falls with r": (-q["C"] + q["longer"], "="),
            "and so is the output": (-q["F"] + q["image"], "="),
        },
        idle={"nondegenerate": "the definition is the paper's, for such pairs"},
    )


definition_9.near_misses(
    lambda cost: prove_by_argument(lambda: _bounds(cost), "mutant"), {"a zero slice costs 1": 1, "it earns 1": -1}
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
    depends_on=["global-optimality:equation-6.c", SINGULAR_VALUES],
)
def footnote_4_nuclear() -> list[Evidence]:
    """The columns √σᵢuᵢ, √σᵢvᵢ of the nonzero singular values cost Σσ."""
    return [
        prove_by_argument(
            _svd_columns,
            "rank(X) columns attain the nuclear norm",
            concludes=lambda q: {"Σ‖√σ_iu_i‖‖√σ_iv_i‖ = ‖X‖_*": (q["C"] - q["nuclear"], "=")},
        ),
        _nuclear_instances(),
    ]


def _svd_columns(extra: int = 0) -> Argument:
    argument = Argument(
        ("root", "s", "c", "S", "C", "nuclear"),
        indexed={"root": "i", "s": "i", "c": "i"},
        totals={"S": ("s",), "C": ("c",)},
    )
    root, s, c, S, C, nuclear = argument.generators
    squared = argument.given("√σ_i√σ_i = σ_i", root**2 - s, "=", by=SINGULAR_VALUES, each="i")
    cost = argument.given("‖√σ_iu_i‖‖√σ_iv_i‖ = √σ_i√σ_i", c - root**2, "=", by=SINGULAR_VALUES, each="i")
    column = argument.conclude("column i costs σ_i", c - s, {squared: 1, cost: 1})
    columns = argument.sum_over("summed over the rank(X) nonzero singular values", column)
    total = argument.given("‖X‖_* = Σσ_i", nuclear - S, "=", by=SINGULAR_VALUES)
    argument.conclude("Σ‖√σ_iu_i‖‖√σ_iv_i‖ = ‖X‖_*", C - nuclear + extra, {columns: 1, total: -1})
    return argument


def _nuclear_instances() -> Evidence:
    return decide_at_instances(
        RationalSpectrum.dual_pairing, RationalSpectrum.sum, rational_spectra(), "rational spectra"
    )


footnote_4_nuclear.near_misses(
    lambda extra: prove_by_argument(lambda: _svd_columns(extra), "mutant"),
    {"one more than the nuclear norm": 1, "one less": -1},
)
