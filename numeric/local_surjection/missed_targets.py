"""Certificates that targets are missed, tried anew in plain Fractions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from numeric.local_surjection.exact_values import Matrix, dot, rank, solve_left


def weighted_ray_is_missed(Y: Matrix, Z: Matrix, M: Sequence[Fraction], t: Fraction) -> bool:
    """Return whether no point within t of (0, Y, Z) is sent to a nonzero multiple of M by Σ_l x_l y_l z_lᵀ.

    With A the matrix whose columns are the y_l z_lᵀ, a point (ξ, Y + η, Z + ζ) is sent to Aξ + Σ ξ_l E_l with
    ‖E_l‖² ≤ 3t²(‖y_l‖² + ‖z_l‖² + t²). If A has a left inverse B with B M = 0 and ‖B‖² Σ 3t²(...) < 1, then hitting
    a multiple of M forces ‖ξ‖ ≤ q‖ξ‖ with q < 1, so ξ = 0 and the value is 0.

    Args:
        Y: d×n2, rows y_l.
        Z: d×n3, rows z_l.
        M: The ray's direction, n2·n3 entries, row by row.
        t: Radius of the ball.

    Example:
        >>> one = [[Fraction(1)]]
        >>> weighted_ray_is_missed(one, [[Fraction(1), Fraction(0)]], [Fraction(0), Fraction(1)], Fraction(1, 9))
        True
        >>> weighted_ray_is_missed(one, [[Fraction(1), Fraction(0)]], [Fraction(1), Fraction(0)], Fraction(1, 9))
        False
    """
    A = [[u * v for u in y for v in z] for y, z in zip(Y, Z, strict=True)]
    transposed = [list(row) for row in zip(*A, strict=True)]
    if rank(A) < len(A):
        return False
    B = solve_left(transposed)
    if any(dot(row, M) != 0 for row in B) or all(v == 0 for v in M):
        return False
    size2 = sum((v * v for row in B for v in row), Fraction(0))
    errors2 = sum((3 * t * t * (dot(y, y) + dot(z, z) + t * t) for y, z in zip(Y, Z, strict=True)), Fraction(0))
    return size2 * errors2 < 1


def distance_to_lower_rank_exceeds(Z: Matrix, radius: Fraction) -> bool:
    """Return whether every matrix within ``radius`` of the square matrix Z is invertible: ZᵀZ − radius²·I is definite.

    Example:
        >>> distance_to_lower_rank_exceeds([[Fraction(2), Fraction(0)], [Fraction(0), Fraction(-1)]], Fraction(1, 2))
        True
    """
    n = len(Z)
    S = [[dot([r[i] for r in Z], [r[j] for r in Z]) - (radius**2 if i == j else 0) for j in range(n)] for i in range(n)]
    return is_positive_definite(S)


def is_positive_definite(S: Matrix) -> bool:
    """Return whether the symmetric matrix S is positive definite, by exact elimination."""
    work = [row[:] for row in S]
    for j in range(len(work)):
        if work[j][j] <= 0:
            return False
        for i in range(j + 1, len(work)):
            factor = work[i][j] / work[j][j]
            work[i] = [u - factor * v for u, v in zip(work[i], work[j], strict=True)]
    return True


def missed_share_of_ball(signs: Sequence[int]) -> Fraction:
    """Return the share of a ball's volume in the open orthant of the given signs: reflections permute all orthants.

    Counted, not typed: the orthants reached from ``signs`` by flipping coordinates, each of the same volume.
    """
    reached = {tuple(signs)}
    for k in range(len(signs)):
        reached |= {(*s[:k], -s[k], *s[k + 1 :]) for s in reached}
    return Fraction(1, len(reached))


def positive_pattern_is_missed(Y: Matrix, Z: Matrix, t: Fraction) -> bool:
    """Return whether no point within t of (0, Y, Z) is sent by Σ_l x_l y_l z_lᵀ to a matrix with all entries positive.

    Needs y_lᵀ 1 1ᵀ z_l = 0 for all l, so that the image at (·, Y, Z) consists of matrices with sum zero. If all
    entries of the value V are positive, then ‖V‖ ≤ ΣV, and with ‖E_l‖² ≤ 3t²(‖y_l‖² + ‖z_l‖² + t²) as above
    ΣV ≤ N‖ξ‖ε and ‖V‖ ≥ (1/‖B‖ − ε)‖ξ‖, where N² is the number of entries, ε² the sum of the bounds and B a left
    inverse. So (1 + N)²ε²‖B‖² < 1 excludes it; ξ = 0 gives V = 0. The same holds for all entries negative.

    Example:
        >>> ones, e1_e2 = [[Fraction(1)]], [[Fraction(1), Fraction(-1)]]
        >>> positive_pattern_is_missed(ones, e1_e2, Fraction(1, 50))
        True
    """
    if any(sum(y) * sum(z) != 0 for y, z in zip(Y, Z, strict=True)):
        return False
    A = [[u * v for u in y for v in z] for y, z in zip(Y, Z, strict=True)]
    if rank(A) < len(A):
        return False
    B = solve_left([list(row) for row in zip(*A, strict=True)])
    size2 = sum((v * v for row in B for v in row), Fraction(0))
    errors2 = sum((3 * t * t * (dot(y, y) + dot(z, z) + t * t) for y, z in zip(Y, Z, strict=True)), Fraction(0))
    entries = len(A[0])
    # (1 + √N²)² ≤ 2(1 + N²), which avoids the root.
    return 2 * (1 + entries) * errors2 * size2 < 1
