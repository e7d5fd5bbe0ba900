"""Right inverses: from a point, a ball around it and a target near the map's value to an exact preimage in the ball."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mat

from symbolic.local_surjection.criteria import factorization_deficit, factorization_ranks, satisfies_condition_5
from symbolic.local_surjection.errors import HypothesisError, OutsideRadiusError, PointShapeError
from symbolic.local_surjection.machine_preimages import grow_along, tower_cost
from symbolic.local_surjection.maps import (
    FactorizationMachine,
    MatrixFactorization,
    Point,
    TensorFactorization,
    checked_point,
)
from symbolic.local_surjection.matrix_preimages import factor_along, free_directions, nearby_factors, normal_form
from symbolic.local_surjection.rational_matrices import frobenius2, rational, root_below, rows, zeros

Map = MatrixFactorization | FactorizationMachine | TensorFactorization


@dataclass(frozen=True)
class Preimage:
    """An exact preimage and the ball it was promised in.

    Args:
        point: The preimage, matrices of the map's shapes.
        distance2: Its squared distance from the given point; at most t².
        radius2: The squared radius guaranteed at this point for this t.
    """

    point: Point
    distance2: fmpq
    radius2: fmpq


def guaranteed_radius2(map_: Map, point: Any, t: Any) -> fmpq:
    """Return r(t)² such that every target at distance below r(t) from the value has a preimage within t of the point.

    Args:
        map_: The map.
        point: Its arguments, exact.
        t: A positive rational.

    Raises:
        PointShapeError: If a shape is wrong.
        HypothesisError: If no construction covers the point; the message says which condition fails.

    **Source:** `[chain-rules]` Propositions 3.2, 3.17 and 3.18 (corrected), Theorems 3.6 and 3.12; the constants are
    better than the printed ones.

    Example:
        >>> guaranteed_radius2(MatrixFactorization(3, 2, 2), ([[0] * 3] * 2, [[0] * 2] * 2), 1)
        1/8
    """
    return _plan(map_, checked_point(map_, point), _positive(t) ** 2)[0]


def right_inverse(map_: Map, point: Any, target: Any, t: Any) -> Preimage:
    """Return an exact preimage of ``target`` within distance ``t`` of ``point``.

    Args:
        map_: A :class:`MatrixFactorization`, :class:`FactorizationMachine`, or :class:`TensorFactorization` (at the
            origin, or with n1 = 1 at any point whose support is large enough).
        point: The map's arguments as exact matrices.
        target: The value to hit: a matrix, or the flat sequence of the map's value.
        t: Radius of the ball, a positive rational.

    Returns:
        The preimage; its value has been computed anew and equals the target, its distance is at most t.

    Raises:
        PointShapeError: If a shape is wrong.
        HypothesisError: If no construction covers the point.
        OutsideRadiusError: If the target is not within the guaranteed radius; the message says the radius.
        ArithmeticError: Never, unless the construction has a defect: the result is verified before it is returned.

    **Source:** `[chain-rules]` Propositions 3.2, 3.17 and 3.18 (corrected), Theorems 3.6 and 3.12.

    Example:
        >>> found = right_inverse(MatrixFactorization(1, 1, 1), ([[0]], [[0]]), [[-1]], 2)
        >>> X, Y = found.point
        >>> (X.transpose() * Y).tolist(), found.distance2 <= 4
        ([[-1]], True)
    """
    base = checked_point(map_, point)
    t2 = _positive(t) ** 2
    value = map_.value(base)
    offset = [rational(a) - b for a, b in zip(_flat(map_, target, len(value)), value, strict=True)]
    radius2, solve = _plan(map_, base, t2)
    distance2 = sum((v * v for v in offset), fmpq(0))
    if distance2 >= radius2 and distance2 > 0:
        raise OutsideRadiusError(
            f"{map_}: the target is at squared distance {distance2} from the value; preimages within t = {t} are "
            f"guaranteed below the squared radius {radius2} (about {float(radius2.p) / float(radius2.q):.3g})"
        )
    found = solve(offset)
    reached = sum((frobenius2(a - b) for a, b in zip(found, base, strict=True)), fmpq(0))
    expected = tuple(a + b for a, b in zip(value, offset, strict=True))
    if map_.value(found) != expected or reached > t2:
        raise ArithmeticError(
            f"{map_}: the construction missed the target or left the ball; this is a defect, report it"
        )
    return Preimage(found, reached, radius2)


def _positive(t: Any) -> fmpq:
    value = rational(t)
    if value <= 0:
        raise ValueError(f"the radius t of the ball must be positive, got {t}")
    return value


def _flat(map_: Map, target: Any, length: int) -> list[Any]:
    values: list[Any] = target.entries() if isinstance(target, fmpq_mat) else list(target)
    if values and isinstance(values[0], Sequence):
        values = [v for row in values for v in row]
    if len(values) != length:
        raise PointShapeError(f"{map_}: the value has {length} entries, the target {len(values)}")
    return values


def _plan(map_: Map, base: Point, t2: fmpq) -> tuple[fmpq, Any]:
    """Return the squared radius and the function from an offset to the preimage."""
    if isinstance(map_, MatrixFactorization):
        return _matrix_plan(map_, base, t2)
    if isinstance(map_, FactorizationMachine):
        return _machine_plan(map_, base, t2)
    if map_.n1 == 1 and any(v != 0 for v in base[0].entries()):
        return _weighted_plan(map_, base, t2)
    return _tensor_plan(map_, base, t2)


def _matrix_plan(map_: MatrixFactorization, base: Point, t2: fmpq) -> tuple[fmpq, Any]:
    m, n = map_.m, map_.n
    X, Y = base
    if satisfies_condition_5(map_, base):
        Q = free_directions(X, Y)

        def along(offset: list[fmpq]) -> Point:
            W, Z = factor_along(fmpq_mat(m, n, offset), Q, t2)
            return X + W, Y + Z

        return t2**2 / (4 * min(m, n)), along
    ranks = factorization_ranks(base)
    deficit = factorization_deficit(m, n, map_.d, ranks)
    if deficit < 0:
        raise HypothesisError(
            f"{map_} is not locally surjective at this point: rank X, rank Y, rank XᵀY are {ranks}, and "
            f"d = {map_.d} is {-deficit} short of rank X + rank Y - rank XᵀY + min(m - rank X, n - rank Y)"
        )
    form = normal_form(X, Y)
    T_inverse, R_inverse, S_inverse = form.T.inv(), form.R.inv(), form.S.inv()
    mu = min(m - ranks[0], n - ranks[1])
    # ‖W‖ and ‖Z‖ grow by at most this in going back; Frobenius norms bound the operator norms.
    stretch2 = max(frobenius2(T_inverse) * frobenius2(R_inverse), frobenius2(form.T) * frobenius2(S_inverse))
    nu = min(fmpq(1, 2), t2 / (stretch2 * (fmpq(9, 2) + 5 * mu)))

    def near(offset: list[fmpq]) -> Point:
        N = form.R.transpose() * fmpq_mat(m, n, offset) * form.S
        W, Z = nearby_factors(form, N, 5 * mu * nu)
        return X + T_inverse.transpose() * W * R_inverse, Y + form.T * Z * S_inverse

    return nu**2 / (frobenius2(form.R) * frobenius2(form.S)), near


def _machine_plan(map_: FactorizationMachine, base: Point, t2: fmpq) -> tuple[fmpq, Any]:
    (P,) = base
    rank = int(P.rank())
    if map_.d0 > 1 and map_.d < rank + map_.d0 - 1:
        raise HypothesisError(
            f"{map_}: the construction needs d ≥ rank P + d0 - 1 = {rank + map_.d0 - 1}, here d = {map_.d}"
        )
    Q = free_directions(P)
    smallest = min((abs(a) for a in map_.coefficients), default=fmpq(1))

    def grow(offset: list[fmpq]) -> Point:
        S = [y / a for y, a in zip(offset, map_.coefficients, strict=True)]
        return (P + grow_along(S, Q, map_.d0, t2),)

    return (smallest * t2 / tower_cost(map_.d0)) ** 2 if map_.d0 > 1 else t2, grow


def _tensor_plan(map_: TensorFactorization, base: Point, t2: fmpq) -> tuple[fmpq, Any]:
    if any(v != 0 for part in base for v in part.entries()):
        raise HypothesisError(
            f"{map_}: the construction is for the origin; at other points take n1 = 1 and x with support"
        )
    sizes = (map_.n1, map_.n2, map_.n3)
    products = [sizes[1] * sizes[2], sizes[0] * sizes[2], sizes[0] * sizes[1]]
    q = min(products)
    free = products.index(q)
    if map_.d < q:
        raise HypothesisError(f"{map_}: the construction needs d ≥ {q}, the smallest product of two sizes")
    scale = root_below(t2 / (3 * q))

    def place(offset: list[fmpq]) -> Point:
        parts = [zeros(map_.d, size) for size in sizes]
        left, right = (k for k in range(3) if k != free)
        for i in range(sizes[left]):
            for k in range(sizes[right]):
                # One latent coordinate for each pair (i, k); the third factor carries the target.
                l = i * sizes[right] + k
                parts[left][l, i] = scale
                parts[right][l, k] = scale
                for j in range(sizes[free]):
                    index = {left: i, right: k, free: j}
                    at = (index[0] * sizes[1] + index[1]) * sizes[2] + index[2]
                    parts[free][l, j] = offset[at] / scale**2
        return tuple(parts)

    return scale**4 * (t2 - 2 * q * scale**2), place


def _weighted_plan(map_: TensorFactorization, base: Point, t2: fmpq) -> tuple[fmpq, Any]:
    x, Y, Z = base
    support = [i for i in range(map_.d) if x[i, 0] != 0]
    weights = [x[i, 0] for i in support]
    scaled = fmpq_mat(
        len(support), map_.n2, [w * Y[i, j] for w, i in zip(weights, support, strict=True) for j in range(map_.n2)]
    )
    inner = MatrixFactorization(map_.n2, map_.n3, len(support))
    # Y moves by the factor's move divided by x_i, Z as the factor does.
    shrink = min(fmpq(1), *(w * w for w in weights))
    radius2, solve = _matrix_plan(inner, (scaled, rows(Z, support)), t2 * shrink)

    def lift(offset: list[fmpq]) -> Point:
        A, B = solve(offset)
        Y_new, Z_new = fmpq_mat(Y), fmpq_mat(Z)
        for k, i in enumerate(support):
            for j in range(map_.n2):
                Y_new[i, j] = A[k, j] / weights[k]
            for j in range(map_.n3):
                Z_new[i, j] = B[k, j]
        return x, Y_new, Z_new

    return radius2, lift
