"""The objective ½‖X − WS‖² over ℚ, and its derivatives by nothing but evaluations of the objective."""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq, fmpq_mat

from numeric.landscape.shapes import factorization_shapes


def objective(W: fmpq_mat, S: fmpq_mat, X: fmpq_mat) -> fmpq:
    """Return J(W, S) = ½ Σ (X − WS)², entry by entry.

    Args:
        W: m×k.
        S: k×n.
        X: m×n.

    Raises:
        FactorizationShapeError: If the shapes do not fit.

    **Source:** [mf-landscape] (3).

    Example:
        >>> objective(fmpq_mat(1, 1, [1]), fmpq_mat(1, 1, [2]), fmpq_mat(1, 1, [5]))
        9/2
    """
    m, n, k = factorization_shapes(W, S, X)
    total = fmpq(0)
    for i in range(m):
        for j in range(n):
            entry = -X[i, j] + sum((W[i, p] * S[p, j] for p in range(k)), fmpq(0))
            total += entry * entry
    return total / 2


def coordinates(m: int, n: int, k: int) -> list[tuple[str, int, int]]:
    """Return the order of the k(m + n) coordinates: W by columns, then S by columns."""
    return [("W", i, j) for j in range(k) for i in range(m)] + [("S", i, j) for j in range(n) for i in range(k)]


def _shifted(W: fmpq_mat, S: fmpq_mat, moves: Sequence[tuple[tuple[str, int, int], int]]) -> tuple[fmpq_mat, fmpq_mat]:
    """Return copies of (W, S) with the given coordinates moved by integers."""
    factors = {"W": fmpq_mat(W), "S": fmpq_mat(S)}
    for (name, i, j), step in moves:
        factors[name][i, j] = factors[name][i, j] + step
    return factors["W"], factors["S"]


def gradient_by_differences(W: fmpq_mat, S: fmpq_mat, X: fmpq_mat) -> list[fmpq]:
    """Return the gradient, exactly, in the order of :func:`coordinates`.

    J is of degree 2 in each single coordinate, so the central difference of step 1 is the exact derivative.
    """
    m, n, k = factorization_shapes(W, S, X)
    out = []
    for c in coordinates(m, n, k):
        up, down = (objective(*_shifted(W, S, [(c, step)]), X) for step in (1, -1))
        out.append((up - down) / 2)
    return out


def hessian_by_differences(W: fmpq_mat, S: fmpq_mat, X: fmpq_mat) -> fmpq_mat:
    """Return the k(m + n)×k(m + n) Hessian matrix, exactly, in the order of :func:`coordinates`.

    J is of degree at most 2 in each coordinate when the others are held, so the second difference of step 1 and
    the four-point mixed difference of step 1 are the exact second derivatives. No formula for the gradient or the
    Hessian enters.

    Example:
        >>> hessian_by_differences(fmpq_mat(1, 1, [0]), fmpq_mat(1, 1, [0]), fmpq_mat(1, 1, [3])).tolist()
        [[0, -3], [-3, 0]]
    """
    m, n, k = factorization_shapes(W, S, X)
    order = coordinates(m, n, k)
    size = len(order)
    out = fmpq_mat(size, size)
    centre = objective(W, S, X)
    for a in range(size):
        ends = sum((objective(*_shifted(W, S, [(order[a], step)]), X) for step in (1, -1)), fmpq(0))
        out[a, a] = ends - 2 * centre
        for b in range(a):
            corners = fmpq(0)
            for s in (1, -1):
                for t in (1, -1):
                    corners += s * t * objective(*_shifted(W, S, [(order[a], s), (order[b], t)]), X)
            out[a, b] = out[b, a] = corners / 4
    return out


def hessian_entries(W: fmpq_mat, S: fmpq_mat, X: fmpq_mat) -> fmpq_mat:
    """Return the same Hessian matrix from the second partial derivatives, written out entry by entry.

    ∂²J/∂W_ij∂W_ij' = Σ_c S_jc S_j'c,  ∂²J/∂S_jc∂S_j'c = Σ_i W_ij W_ij',  ∂²J/∂W_ij∂S_lc = W_il S_jc + [j = l] E_ic,
    all others 0. Much faster than the differences; a test compares them.
    """
    m, n, k = factorization_shapes(W, S, X)
    order = coordinates(m, n, k)
    E, P, Q = W * S - X, S * S.transpose(), W.transpose() * W
    out = fmpq_mat(len(order), len(order))
    for a, (left, i, j) in enumerate(order):
        for b, (right, p, c) in enumerate(order):
            if left == right == "W" and i == p:
                out[a, b] = P[j, c]
            elif left == right == "S" and j == c:
                out[a, b] = Q[i, p]
            elif left == "W" and right == "S":
                out[a, b] = out[b, a] = W[i, p] * S[j, c] + (E[i, c] if j == p else 0)
    return out
