"""Section 6: the doubling argument (58), and what is said of the local minima of large networks."""

from __future__ import annotations

from claims.checkers.argument import prove_by_argument
from claims.checkers.exact_points import decide_at_points
from claims.evidence import Evidence
from claims.papers.global_optimality.notation import STANDING
from claims.registry import claim
from claims.statement import Erratum, Hypothesis
from numeric.homogeneous.axis_points import AxisPoint, crossed_slices, stranded_rows
from numeric.homogeneous.dead_units import Units
from numeric.homogeneous.degree_examples import Doubling
from symbolic.homogeneous.argument import ARBITRARY, Argument


def _doubling(cases: list[Doubling], *, part: str = "") -> Evidence:
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
        part=part,
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
    argument = Argument(
        ("h", "n", "d", "N", "Doubled"),
        nonnegative={"n": "columns"},
        indexed={"n": "i", "d": "i"},
        totals={"N": ("n",), "Doubled": ("d",)},
    )
    h, n, d, N, Doubled = argument.generators
    copy = argument.given(
        "the two copies of a column contribute h times what it did", d - h * n, "=", by="columns", each="i"
    )
    copies = argument.sum_over("summed over the columns of U and of V", copy)
    below = argument.given("1 − h > 0, for p' > 2", 1 - h, ">", by="columns")
    argument.conclude("each term falls by (1 − h)‖column‖^{p'}", n - d, {below: n, copy: -1})
    argument.conclude("the regularizer falls by (1 − h)Σ", exponent * N - Doubled - (1 - h) * N, {copies: -1})
    return argument


def _whole_matrix(half: int = 1) -> Argument:
    """The logarithm to base 2 of the factor is x = p'/q − p'/2: of the sign of 2 − q."""
    argument = Argument(("p", "q", "inverse", "x"), nonnegative={"p": ARBITRARY, "q": ARBITRARY})
    p, q, inverse, x = argument.generators
    reciprocal = argument.reciprocal("1/q", inverse, argument.given("q > 0", q, ">", by=ARBITRARY))
    # Σ|u|^q doubles, so its power p'/q takes the factor 2^{p'/q}; the scale √2/2 gives 2^{−p'/2}.
    factor = argument.define("the exponent of 2", x, p * inverse - half * p / 2)
    argument.conclude(
        "2qx = p'(2 − q): negative exactly for q > 2", 2 * q * x - p * (2 - q), {factor: 2 * q, reciprocal: 2 * p}
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
    hypotheses=[
        Hypothesis(
            "columns",
            r"""$G=\sum\|c\|^{p'}$ over the columns $c$ of $U$ and $V$, $p'>2$; each becomes two columns
$\tfrac{\sqrt2}2c$, so $h=2\cdot 2^{-p'/2}<1$""",
        )
    ],
    parts=["columns", "whole matrix"],
)
def equation_58_corrected() -> list[Evidence]:
    """Two copies of each column, each (√2/2)^{p'} of the original."""
    columns = [Doubling((1, 2), (3, -1), 2, 4, columnwise=True)]
    whole = [Doubling((1, 2), (3, 1), 3, 6), Doubling((2,), (5,), 4, 8)]
    return [
        prove_by_argument(
            _columnwise,
            "doubling lowers a sum over columns",
            part="columns",
            concludes=lambda q: {
                "each term falls by (1 − h)‖column‖^{p'}": q["n"] - q["d"],
                "the regularizer falls by (1 − h)Σ": (q["h"] * q["N"] - q["Doubled"], "="),
            },
        ),
        _doubling(columns, part="columns"),
        prove_by_argument(
            _whole_matrix,
            "the factor is below 1 exactly for q > 2",
            part="whole matrix",
            concludes=lambda q: {
                "2qx = p'(2 − q): negative exactly for q > 2": (q["p"] * q["q"] - q["p"] * 2 + q["q"] * q["x"] * 2, "=")
            },
        ),
        _doubling(whole, part="whole matrix"),
    ]


equation_58_corrected.near_misses(
    lambda cases: _doubling(cases, part="whole matrix"),
    {"q = 2 of the whole matrix": [Doubling((1, 2), (3, -1), 2, 4)], "q = 1": [Doubling((1,), (1,), 1, 4)]},
)


@equation_58_corrected.mutant("it falls by twice as much")
def _() -> Evidence:
    return prove_by_argument(lambda: _columnwise(2), "mutant", part="columns")


@equation_58_corrected.mutant("without the square root of the scale")
def _() -> Evidence:
    return prove_by_argument(lambda: _whole_matrix(2), "mutant", part="whole matrix")


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


def _dead(units: Units) -> Evidence:
    return decide_at_points(
        [units],
        {
            "r > card(D) = 1": Units.is_wide,
            "a local minimum: every unit has x₁ < 0, x₂ = 0, so nearby the output is 0 and the cost at least 0": (
                Units.all_units_are_dead
            ),
        },
        Units.has_the_least_value,
        "all local minima have the same value",
        "a network with one input and one output, φ = ψ⁺(x₁)x₂, g = |x₁||x₂|, ½(Φ − 5)², λ = 1",
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
        "A non-increasing path does not make local minima equivalent, for it may be flat at first. A ReLU network "
        "ψ⁺(x₁)x₂ with g = |x₁||x₂|, ½(Φ − 5)², λ = 1, all of whose units are (−1, 0), is at a local minimum of value "
        "25/2 for every r, while the unit (1, 4) has 9/2. Nor is it the rectifier's doing: 1×2 matrix factorization of "
        "(5, 0) has the same values at U = 0, V_i = e₂. What is global is a local minimum with a zero slice.",
        corrected_by="global-optimality:theorem-15",
    ),
)
def section_6_2() -> list[Evidence]:
    """Units that no input activates stay so nearby. And ‖v_i‖ > 5|v_i1| near e₂, so no slice (0, v_i) can gain."""
    return [_dead(Units(((-1, 0),) * 3)), _equivalent(stranded_rows(3))]


section_6_2.near_misses(
    _dead,
    {
        "a unit that the input activates": Units(((1, 0), (-1, 0))),
        "a dead unit with an output weight": Units(((-1, 1), (-1, 0))),
        "one unit, not above card(D)": Units(((-1, 0),)),
    },
)
section_6_2.near_misses(
    _equivalent,
    {
        "r = 2, not above card(D)": stranded_rows(2),
        "slices along the data, which gain at once": stranded_rows(3, axis=0),
        "two slices of a 2×2 problem": crossed_slices(),
    },
)
