"""The orthogonal population Hessian as an exact matrix over ℚ, for a polynomial activation and a listed size."""

from __future__ import annotations

from flint import fmpq, fmpq_mat, fmpq_mpoly_ctx, fmpq_poly

from numeric.population.polynomial_activation import PolynomialActivation, gaussian_expectation


def population_hessian(activation: PolynomialActivation, k: int, d: int | None = None) -> fmpq_mat:
    """Return the Hessian where U*, V* are the first k columns of I_d, shape (2dk, 2dk), exact, by full expansion.

    Rows and columns are ordered by matrix (A, then B), column, row.

    Args:
        activation: A polynomial activation.
        k: The number of columns, at least 1; the cost grows like (dk)² expansions in 2d coordinates.
        d: The number of rows, at least k; by default k.

    **Source:** [nimc] equations (8) and (10).
    """
    d = k if d is None else d
    context = fmpq_mpoly_ctx.get([f"{letter}{i}" for letter in "xy" for i in range(d)], "lex")
    x, y = context.gens()[:d], context.gens()[d:]
    features = [
        activation.at(own[i], derivative=True) * activation.at(other[i]) * own[p]
        for own, other in ((x, y), (y, x))
        for i in range(k)
        for p in range(d)
    ]
    size = len(features)
    entries = [[fmpq(0)] * size for _ in range(size)]
    for row in range(size):
        for column in range(row, size):
            value = gaussian_expectation(features[row] * features[column])
            entries[row][column] = entries[column][row] = fmpq(value.numerator, value.denominator)
    return fmpq_mat(size, size, [value for line in entries for value in line])


def characteristic_polynomial(matrix: fmpq_mat) -> fmpq_poly:
    """Return det(λI - M), exact."""
    return matrix.charpoly()


def equality_system(k: int) -> fmpq_mat:
    """Return the linear system that a point of equality in Lemma C.1 satisfies if ρ is the off-diagonal term only.

    Unknowns: the entries of A, then of B, row by row. Rows: g_A = 0, g_B = 0, A_o + B_oᵀ = 0, A_o 1 = 0, B_o 1 = 0.

    Args:
        k: The size, at least 1.

    **Source:** [nimc] proof of Lemma D.1, the squares that are dropped.
    """

    def at(letter: int, row: int, column: int) -> int:
        return letter * k * k + row * k + column

    rows: list[dict[int, int]] = [{at(letter, i, i): 1} for letter in (0, 1) for i in range(k)]
    rows += [{at(0, i, j): 1, at(1, j, i): 1} for i in range(k) for j in range(k) if i != j]
    rows += [{at(letter, i, j): 1 for j in range(k) if j != i} for letter in (0, 1) for i in range(k)]
    width = 2 * k * k
    return fmpq_mat(len(rows), width, [row.get(column, 0) for row in rows for column in range(width)])
