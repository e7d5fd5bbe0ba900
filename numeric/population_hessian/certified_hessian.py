r"""The population Hessian at the truth as a matrix of balls, from the moments of pairs of columns.

With g_i = φ'(u_i·x)φ(v_i·y)x and h_j = φ(u_j·x)φ'(v_j·y)y, H* = E[(g; h)(g; h)ᵀ], x and y independent: each block is a
scalar of one side times a d × d expectation of the other, or an outer product of two vectors, all functions of the
lengths and inner products of two columns.

Orthogonal to the columns nothing happens: for p ⟂ span(U), E[φ'φ'xxᵀ]p = E[φ'φ']p and E[φ'φx]·p = 0. So the spectrum
for d > k is that of the 2k² × 2k² Hessian of the weights in coordinates of their spans, and d - k times that of the
k × k matrix (E[φ'(u_i·x)φ'(u_j·x)]E[φ(v_i·y)φ(v_j·y)])_ij, and likewise for V.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat, ctx

from numeric.enclosures.ball_expression import Expression
from numeric.enclosures.balls import rational_ball
from numeric.population.polynomial_activation import Matrix
from numeric.population_hessian.activation_strips import analyse_activation
from numeric.population_hessian.pair_moments import PairMoments
from numeric.population_hessian.pair_tables import Method, Table, bits_of_table, pair_table, require_accuracy
from numeric.population_hessian.weights import exact_weights, gram


@dataclass(frozen=True)
class SpectralParts:
    """Symmetric ball matrices whose spectra together are that of the Hessian, with how often each is repeated."""

    core: arb_mat
    users: arb_mat
    users_times: int
    items: arb_mat
    items_times: int


def enclose_population_hessian(  # noqa: PLR0913 - the accuracy may be given in digits or in terms
    activation: str | Expression,
    U: Any,
    V: Any,
    *,
    digits: int = 25,
    terms: int | None = None,
    method: Method = "mehler",
) -> arb_mat:
    """Return H* at the truth (U, V) as balls, shape ((d+e)k, (d+e)k), rows u_1, …, u_k, v_1, …, v_k; entries proved.

    Args:
        activation: A name (:func:`~numeric.population_hessian.activation_strips.activation_tree`) or a tree.
        U: Weights, shape (d, k), of rank k: Fractions, integers or floats (exact binary fractions).
        V: Weights, shape (e, k), likewise.
        digits: The radii of the scalar expectations aimed at, 10**-digits; what is reached is in the radii. Mehler's
            expansion takes as many terms as that needs; pairs it cannot serve (long and nearly parallel) go to the
            trapezoidal rule in their plane.
        terms: A fixed length of Mehler's expansion instead; the tail is in the radius.
        method: ``"mehler"``, or ``"trapezoid"`` for all pairs: the independent second opinion. For piecewise-linear
            activations closed forms are used whatever is said here.

    Raises:
        AccuracyError: If ``digits`` or ``terms`` is below 1, or the method has no such name.
        WeightsError: If the weights are not of fitting shapes, finite and of full column rank.
        UnsupportedActivationError: If no formula serves the activation.
        GrowthError: If the activation grows too fast at these lengths.
        TableSizeError: If a table would be too large.

    **Source:** [nimc] appendix E; by Stein's lemma each block needs scalar expectations only.

    Example:
        >>> H = enclose_population_hessian("relu", [[1, 0], [0, 1]], [[1, 0], [0, 1]])
        >>> H.nrows(), bool(abs(H[0, 0] - 0.25) < 1e-20)
        (8, True)
    """
    require_accuracy(digits, terms, method)
    first, second = exact_weights(U, V)
    with ctx.workprec(bits_of_table(digits)):
        users, items = _tables(activation, first, second, digits, terms, method)
        return _assembled(_columns(first), _columns(second), users, items)


def enclose_spectral_parts(
    activation: str | Expression, U: Any, V: Any, *, digits: int = 25, method: Method = "mehler"
) -> SpectralParts:
    """Return the Hessian's spectrum in parts: the 2k² × 2k² core, and k × k blocks repeated d - k and e - k times.

    Args:
        activation: As in :func:`enclose_population_hessian`.
        U: Weights, shape (d, k).
        V: Weights, shape (e, k).
        digits: As there.
        method: As there.
    """
    require_accuracy(digits, None, method)
    first, second = exact_weights(U, V)
    k = first.shape[1]
    with ctx.workprec(bits_of_table(digits)):
        users, items = _tables(activation, first, second, digits, None, method)
        inside = [_in_span(W) if W.shape[0] > k else _columns(W) for W in (first, second)]
        core = _assembled(inside[0], inside[1], users, items)
        outside = [
            arb_mat(k, k, [own[i][j].identity * other[i][j].value for i in range(k) for j in range(k)])
            for own, other in ((users, items), (items, users))
        ]
    return SpectralParts(core, outside[0], first.shape[0] - k, outside[1], second.shape[0] - k)


def without_fixed_row(H: arb_mat, d: int, k: int) -> arb_mat:
    """Return the Hessian in the variables that remain when the first row of U is held fixed.

    For ReLU the whole Hessian has a null space of dimension k (u_i scaled up, v_i down); this one is definite.

    Args:
        H: The Hessian of weights U, shape (d, k), and V, from :func:`enclose_population_hessian`.
        d: Rows of U.
        k: Columns of U.

    Returns:
        H without the rows and columns 0, d, …, (k-1)d.

    **Source:** [nimc] equation (12), Theorem D.6.
    """
    table = H.tolist()
    kept = [n for n in range(len(table)) if n >= d * k or n % d]
    return arb_mat(len(kept), len(kept), [table[i][j] for i in kept for j in kept])


def _tables(  # noqa: PLR0913, PLR0917 - passed on as they came
    activation: str | Expression, U: Matrix, V: Matrix, digits: int, terms: int | None, method: Method
) -> list[Table]:
    known = analyse_activation(activation)
    return [pair_table(known, gram(W), digits=digits, terms=terms, method=method) for W in (U, V)]


def _columns(W: Matrix) -> list[list[Any]]:
    return [[rational_ball(value) for value in W[:, j]] for j in range(W.shape[1])]


def _in_span(W: Matrix) -> list[list[Any]]:
    """Return the columns in an orthonormal basis of their span: the rows of the transposed Cholesky factor of WᵀW."""
    inner = gram(W)
    k = len(inner)
    factor: list[list[Any]] = [[arb(0)] * k for _ in range(k)]
    for j in range(k):
        pivot = rational_ball(inner[j][j]) - sum((value * value for value in factor[j][:j]), arb(0))
        factor[j][j] = pivot.sqrt()
        for i in range(j + 1, k):
            rest = rational_ball(inner[i][j]) - sum(
                (a * b for a, b in zip(factor[i][:j], factor[j][:j], strict=True)), arb(0)
            )
            factor[i][j] = rest / factor[j][j]
    return factor


def _assembled(
    users_columns: Sequence[Sequence[Any]], items_columns: Sequence[Sequence[Any]], users: Table, items: Table
) -> arb_mat:
    k, d, e = len(users), len(users_columns[0]), len(items_columns[0])
    H = arb_mat((d + e) * k, (d + e) * k)
    for i in range(k):
        for j in range(k):
            if j >= i:
                for offset, columns, own, other in (
                    (0, users_columns, users, items),
                    (d * k, items_columns, items, users),
                ):
                    _place_square(H, offset, (i, j), columns, own[i][j], other[i][j].value)
            left = _combined(users[i][j].slope_left, users_columns[i], users_columns[j])
            right = _combined(items[i][j].slope_right, items_columns[i], items_columns[j])
            for p in range(d):
                for q in range(e):
                    row, column = i * d + p, d * k + j * e + q
                    H[row, column] = H[column, row] = left[p] * right[q]
    return H


def _place_square(  # noqa: PLR0913, PLR0917 - one block of the Hessian
    H: arb_mat, offset: int, block: tuple[int, int], columns: Sequence[Sequence[Any]], own: PairMoments, scalar: Any
) -> None:
    """Write scalar·(p I + a uuᵀ + b(uvᵀ + vuᵀ) + c vvᵀ) and its mirror image."""
    i, j = block
    u, v = columns[i], columns[j]
    size = len(u)
    towards_u = [scalar * (own.left * a + own.mixed * b) for a, b in zip(u, v, strict=True)]
    towards_v = [scalar * (own.mixed * a + own.right * b) for a, b in zip(u, v, strict=True)]
    diagonal = scalar * own.identity
    for p in range(size):
        for q in range(size):
            value = u[p] * towards_u[q] + v[p] * towards_v[q]
            if p == q:
                value += diagonal
            row, column = offset + i * size + p, offset + j * size + q
            H[row, column] = H[column, row] = value


def _combined(scalars: tuple[Any, Any], u: Sequence[Any], v: Sequence[Any]) -> list[Any]:
    return [scalars[0] * a + scalars[1] * b for a, b in zip(u, v, strict=True)]
