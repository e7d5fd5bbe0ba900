r"""The population Hessian's quadratic form at orthogonal weights, for every k, straight from the expectation.

For x, y ~ N(0, I_k) independent, the form is :math:`\mathbb E[(\sum_i \phi'(x_i)\phi(y_i)\,x^\top a_i +
\phi'(y_i)\phi(x_i)\,y^\top b_i)^2]`. Each of its terms is an expectation of a product of functions of single
coordinates; coordinates are independent, so it factors over the classes of coinciding indices into moments
E[φ^a φ'^b z^c]. Nothing else is used: not Stein's lemma, not the shape of φ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from sympy.polys.rings import PolyElement

from symbolic.population.index_sums import Entry, Index, OrbitForm
from symbolic.population.moment_ring import moment, moment_ring

Function = Literal["phi", "phi'", "z"]


class Factor(NamedTuple):
    """One factor of an expectation: a function of one coordinate of x or of y."""

    function: Function
    variable: str
    coordinate: Index


def expectation(factors: Sequence[Factor], classes: Mapping[Index, int]) -> PolyElement:
    """Return the expectation of a product of factors for one coincidence pattern of their indices.

    Args:
        factors: Functions of coordinates of independent standard normal vectors.
        classes: Which indices coincide.

    Returns:
        The product of one moment a coordinate, exact for every activation whose moments exist.
    """
    coordinates: dict[tuple[str, int], list[Function]] = {}
    for factor in factors:
        coordinates.setdefault((factor.variable, classes[factor.coordinate]), []).append(factor.function)
    value = moment_ring().one
    for functions in coordinates.values():
        value *= moment(functions.count("phi"), functions.count("phi'"), functions.count("z"))
    return value


_I, _J, _P, _Q = Index("i"), Index("j"), Index("p"), Index("q")


def _summand(letter: Literal["A", "B"], column: Index, row: Index) -> tuple[list[Factor], Entry]:
    """Return φ'(x_i)φ(y_i) x_p A_pi, or the same with x and y exchanged for B."""
    own, other = ("x", "y") if letter == "A" else ("y", "x")
    factors = [Factor("phi'", own, column), Factor("phi", other, column), Factor("z", own, row)]
    return factors, Entry(letter, (row, column))


def _product_form(left: Literal["A", "B"], right: Literal["A", "B"]) -> OrbitForm:
    left_factors, left_entry = _summand(left, _I, _P)
    right_factors, right_entry = _summand(right, _J, _Q)
    factors = [*left_factors, *right_factors]
    return OrbitForm.of_pattern(
        [left_entry, right_entry], [_I, _J, _P, _Q], lambda classes: expectation(factors, classes)
    )


def square_term() -> OrbitForm:
    r"""Return C: the form :math:`\mathbb E[(\sum_i \phi'(x_i)\phi(y_i) x^\top a_i)^2]`, exact, for every k.

    **Source:** [nimc] proof of Lemma D.1, the term C.
    """
    return _product_form("A", "A")


def cross_term() -> OrbitForm:
    r"""Return D: :math:`\mathbb E[\sum_{i,j}\phi'(x_i)\phi(y_i)x^\top a_i\,\phi'(y_j)\phi(x_j)y^\top b_j]`, every k.

    **Source:** [nimc] proof of Lemma D.1, the term D.
    """
    return _product_form("A", "B")


def population_form() -> OrbitForm:
    """Return the whole form C(A) + C(B) + 2 D(A, B), exact, for every k.

    **Source:** [nimc] equation (10).
    """
    return square_term() + _product_form("B", "B") + cross_term().scaled(2)


def single_sum_form() -> OrbitForm:
    r"""Return :math:`\mathbb E\|\sum_i \phi'(x_i)\phi(y_i)a_i\|^2` for :math:`a_i\in\mathbb R^d`, every k and d.

    **Source:** [nimc] Lemma D.2.
    """
    row = Index("p", "d")
    factors = [
        Factor("phi'", "x", _I),
        Factor("phi", "y", _I),
        Factor("phi'", "x", _J),
        Factor("phi", "y", _J),
    ]
    entries = [Entry("A", (row, _I)), Entry("A", (row, _J))]
    return OrbitForm.of_pattern(entries, [_I, _J, row], lambda classes: expectation(factors, classes))
