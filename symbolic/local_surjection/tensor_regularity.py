"""A nearby point of the same value with a surjective Jacobian, for the tensor map with many latent coordinates."""

from __future__ import annotations

from flint import fmpq, fmpq_mat

from symbolic.local_surjection.maps import Point, TensorFactorization, jacobian
from symbolic.local_surjection.rational_matrices import frobenius2, null_space


def sufficient_dimension(n1: int, n2: int, n3: int) -> int:
    """Return 2 n1 n2 n3 + the smallest product of two sizes: from here on the tensor map is open everywhere."""
    return 2 * n1 * n2 * n3 + min(n2 * n3, n1 * n3, n1 * n2)


def regular_neighbour(map_: TensorFactorization, point: Point, t: fmpq) -> Point | None:
    """Return a point within t with the same value and a surjective Jacobian, or ``None`` if this search finds none.

    Two rounds, for the two factors whose product of sizes is smallest. A round moves the rows v_l of a factor to
    v_l + τ s_l e_l with chosen e_l and Σ s_l (… ⊗ e_l ⊗ …) = 0, which keeps the value; s has the largest possible
    support, which misses at most n1·n2·n3 rows. The chosen rows make any n·n' of their products independent
    (a Vandermonde determinant), so that the remaining factor alone reaches everything.
    """
    sizes = (map_.n1, map_.n2, map_.n3)
    rest = max(range(3), key=lambda k: sizes[k])
    first, second = (k for k in range(3) if k != rest)
    parts = list(point)
    alive = list(range(map_.d))
    moves: list[fmpq_mat] = []
    for k, stride in ((first, 1), (second, sizes[first])):
        chosen = fmpq_mat(
            map_.d, sizes[k], [fmpq(l + 1) ** (stride * j) for l in range(map_.d) for j in range(sizes[k])]
        )
        s = _widest_relation(parts, k, chosen, alive)
        move = fmpq_mat(map_.d, sizes[k])
        for l, value in s.items():
            for j in range(sizes[k]):
                move[l, j] = value * chosen[l, j]
        # The later round's relation holds for one size of the earlier move only: fix that size now.
        scale = _small(move, t)
        parts[k] = parts[k] + move * scale
        moves.append(move * scale)
        alive = [l for l, value in s.items() if value != 0]
    found = (parts[0], parts[1], parts[2])
    moved = frobenius2(*moves)
    full = jacobian(map_, found).rank() == sizes[0] * sizes[1] * sizes[2]
    return found if full and moved <= t * t and map_.value(found) == map_.value(point) else None


def _small(move: fmpq_mat, t: fmpq) -> fmpq:
    """Return a rational scale that brings the move below t/2."""
    largest = max((abs(v) for v in move.entries()), default=fmpq(0))
    return t / (2 * len(move.entries()) * largest) if largest != 0 else fmpq(1)


def _widest_relation(parts: list[fmpq_mat], k: int, chosen: fmpq_mat, alive: list[int]) -> dict[int, fmpq]:
    """Return s with Σ s_l (tensor of row l, factor k replaced by the chosen row) = 0 and the largest support."""
    columns = []
    for l in alive:
        rows = [[A[l, j] for j in range(A.ncols())] for A in (*parts[:k], chosen, *parts[k + 1 :])]
        columns.append([a * b * c for a in rows[0] for b in rows[1] for c in rows[2]])
    height = len(columns[0]) if columns else 0
    basis = null_space(fmpq_mat(height, len(alive), [columns[j][i] for i in range(height) for j in range(len(alive))]))
    reach = [l for l in range(len(alive)) if any(basis[l, j] != 0 for j in range(basis.ncols()))]
    for base in range(1, len(alive) + 2):
        s = [sum((basis[l, j] * fmpq(base) ** j for j in range(basis.ncols())), fmpq(0)) for l in range(len(alive))]
        if all(s[l] != 0 for l in reach):
            break
    return {l: value for l, value in zip(alive, s, strict=True) if value != 0}
