"""Exact certificates for rational points: global or not, decided in rational arithmetic.

A point is a global minimum over all r if and only if W = (Y − Φ)/λ has Ω°(W) ≤ 1 and ⟨W, φ(X_i)⟩ = g(X_i) for every
slice: it is sufficient by Lemma 13 and convexity, and necessary because the loss is differentiable. Polars of
polyhedral norms are maxima over extreme points; of two l2 norms Ω°(W) ≤ 1 says that I − WᵀW is positive semidefinite,
which elimination with rational pivots decides. Roots are avoided by comparing squares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, Literal

import numpy as np

from numeric.homogeneous.elemental_maps import ElementalMap, Factors, cp_map
from numeric.homogeneous.norms import Array, IrrationalNormError, converted, flat, hidden_loss
from numeric.homogeneous.problem import FactorizationInputError, problem
from numeric.homogeneous.regularizers import Regularizer

_MOST_SIGNS = 16


class InexactInputError(ValueError):
    """A number is not rational, or the pair (φ, g) has no exact polar."""


@dataclass(frozen=True)
class ExactCertificate:
    """What is decided of a rational point.

    Args:
        status: ``"global"`` or ``"not global"``.
        W: The dual point (Y − Φ)/λ, exact.
        polar_at_most_one: Whether Ω°(W) ≤ 1.
        slack: ⟨W, φ(X_i)⟩ − g(X_i) for every slice where g is rational, else ``None``.
        tight: Whether ⟨W, φ(X_i)⟩ = g(X_i) for every slice.
        objective: The objective where it is rational.
    """

    status: Literal["global", "not global"]
    W: Array
    polar_at_most_one: bool
    slack: tuple[Fraction, ...] | None
    tight: bool
    objective: Fraction | None


def certify_exactly(
    Y: Any,
    factors: Sequence[Any],
    *,
    phi: str | ElementalMap = "outer",
    g: str | Regularizer = "l2-product",
    lam: Fraction | int | str = 1,
) -> ExactCertificate:
    """Return whether a rational point is a global minimum of ½‖Y − Φ_r‖² + λΣg over all sizes r, decided exactly.

    Args:
        Y: Data: fractions, integers, or text like ``"1/3"``; doubles are refused where they are not what they show.
        factors: X¹, …, X^K, rational, the last axis of each counting the slices.
        phi: ``"outer"``, ``"cp"``, or a mapping made by ``cp_map``.
        g: A product of l1, l2, l∞ norms, or a sum of powers of them, in which at most two factors have l2 norms; with
            nonnegative factors at most one.
        lam: λ > 0, rational.

    Returns:
        The certificate; it is never undecided.

    Raises:
        InexactInputError: If an entry is a double, or the polar of the pair cannot be decided exactly.
        FactorizationInputError: If the problem is not admissible.

    **Source:** [global-optimality] Lemma 13 and Corollary 16.

    Example:
        >>> certify_exactly([[3, 0], [0, "1/2"]], ([[1], [0]], [[2], [0]]), g="l1-product").status
        'global'
        >>> certify_exactly([[5, 0], [0, 0]], ([[0], [1]], [[0], [0]])).status
        'not global'
    """
    data, points, weight = _rational(Y, "Y"), tuple(_rational(X, "a factor") for X in factors), _fraction(lam, "lam")
    mapping = phi
    if isinstance(phi, str) and phi in ("outer", "cp") and data.ndim >= 2 and data.size:
        mapping = cp_map(data.shape)
    if weight <= 0:
        raise FactorizationInputError(
            f"certify_exactly: lam = {weight}; the weight of the regularizer must be positive"
        )
    # Only the parts are checked: the numbers may be beyond doubles.
    task = problem(np.zeros(data.shape), phi=mapping, g=g, lam=1.0)
    penalty = task.g
    if task.phi.name not in ("outer", "cp") or not task.phi.composition or not isinstance(penalty, Regularizer):
        raise InexactInputError(
            f"certify_exactly: phi = {task.phi.name!r}, g = {penalty.name!r}; exact polars are those of outer and "
            "cp with products or sums of norms; take certify, which encloses"
        )
    _check_point(points, task.phi, penalty)
    residual = np.asarray(data - task.phi.total(points)) if points[0].shape[-1] else data
    W = np.asarray(residual / weight)
    bounded = polar_at_most_one(W, penalty.norms, nonnegative=penalty.nonnegative)
    images = task.phi.images(points)
    pairings = [Fraction((W * images[..., i]).sum()) for i in range(points[0].shape[-1])]
    slack, objective = None, None
    try:
        costs = [Fraction(cost) for cost in penalty.costs(points)]
    except IrrationalNormError:
        tight = all(_equals_cost(pairing, points, i, penalty) for i, pairing in enumerate(pairings))
    else:
        slack = tuple(pairing - cost for pairing, cost in zip(pairings, costs, strict=True))
        tight = not any(slack)
        objective = Fraction((residual * residual).sum()) / 2 + weight * sum(costs, Fraction(0))
    status: Literal["global", "not global"] = "global" if bounded and tight else "not global"
    return ExactCertificate(status, W, bounded, slack, tight, objective)


def rational_slices(factors: Sequence[Any], *, denominator: int = 10**6) -> Factors:
    """Return rational factors near the given doubles, each slice first scaled within itself.

    All factors of a slice but the last are divided by their entry of largest size, and the last is multiplied by it,
    which keeps the image of a mapping of degree 1 in every factor, and products of norms. So the result of a solver
    becomes a point near it that :func:`certify_exactly` finds to be a global minimum where the slices of the solver are
    rational up to scale; where they overlap or rotate into each other they need not be.

    Args:
        factors: X¹, …, X^K in doubles.
        denominator: The largest denominator of an entry.

    Example:
        >>> U, V = rational_slices((np.array([[0.9], [1.2]]), np.array([[2.0]])))
        >>> U[:, 0], V[:, 0]
        (array([Fraction(3, 4), Fraction(1, 1)], dtype=object), array([Fraction(12, 5)], dtype=object))
    """
    arrays = [np.array(X, dtype=float) for X in factors]
    last = arrays[-1]
    scaled = []
    for X in arrays[:-1]:
        columns = flat(X)
        largest = columns[np.abs(columns).argmax(axis=0), np.arange(columns.shape[1])]
        scaled.append(np.divide(X, largest, out=np.zeros_like(X), where=largest != 0))
        last = last * largest
    return tuple(converted(X, lambda x: Fraction(float(x)).limit_denominator(denominator)) for X in (*scaled, last))


def polar_at_most_one(W: Array, norms: Sequence[str], *, nonnegative: bool = False) -> bool:
    """Return whether sup ⟨W, x¹ ⊗ … ⊗ x^K⟩ over ‖xᵏ‖ ≤ 1 is at most 1, exactly.

    Args:
        W: Rational entries.
        norms: The norm of each axis; at most two are l2, and at most one with nonnegative factors.
        nonnegative: Whether the factors are nonnegative.

    Raises:
        InexactInputError: If there are too many l2 norms, or more than 16 signs to enumerate.

    Example:
        >>> entries = np.array([[Fraction(3, 5), Fraction(4, 5)], [Fraction(0), Fraction(1, 9)]], dtype=object)
        >>> polar_at_most_one(entries, ("l2", "l2")), polar_at_most_one(entries, ("l1", "l1"))
        (False, True)
    """
    if norms.count("l2") > (1 if nonnegative else 2):
        raise InexactInputError(
            f"exact polar: norms {'/'.join(norms)}{' of nonnegative factors' if nonnegative else ''}; with so many l2 "
            "norms it cannot be decided by elimination; take certify, which encloses"
        )
    axis = next((k for k, norm in enumerate(norms) if norm != "l2"), None)
    if axis is not None:
        rest = [norm for k, norm in enumerate(norms) if k != axis]
        return all(
            polar_at_most_one(contracted, rest, nonnegative=nonnegative) if rest else contracted.item() <= 1
            for contracted in _at_extreme_points(W, axis, norms[axis], nonnegative=nonnegative)
        )
    if len(norms) == 1:
        entries = [max(Fraction(0), x) if nonnegative else x for x in W.ravel()]
        return sum((x * x for x in entries), Fraction(0)) <= 1
    gram = W.T.dot(W)
    return is_positive_semidefinite(np.asarray(np.eye(W.shape[1], dtype=int).astype(object) - gram))


def _at_extreme_points(W: Array, axis: int, norm: str, *, nonnegative: bool) -> list[Array]:
    """Return ⟨W, x⟩ along an axis at the extreme points x of the norm's unit ball, or of its nonnegative part."""
    n = W.shape[axis]
    signs = (0, 1) if nonnegative else (-1, 1)
    if norm == "l1":
        points = [[s if i == j else 0 for j in range(n)] for i in range(n) for s in signs]
    else:
        if n > _MOST_SIGNS:
            raise InexactInputError(f"exact polar: an l∞ norm on {n} entries has 2^{n} extreme points; at most 2^16")
        points = [list(point) for point in product(signs, repeat=n)]
    return [np.asarray(np.tensordot(np.array(point, dtype=object), W, axes=(0, axis))) for point in points]


def is_positive_semidefinite(A: Array) -> bool:
    """Return whether a symmetric rational matrix is positive semidefinite, by elimination with nonnegative pivots."""
    a = [[Fraction(x) for x in row] for row in A]
    n = len(a)
    for k in range(n):
        pivot = a[k][k]
        if pivot < 0 or (pivot == 0 and any(a[k][j] for j in range(k + 1, n))):
            return False
        for i in range(k + 1, n):
            ratio = a[i][k] / pivot if pivot else Fraction(0)
            for j in range(k + 1, n):
                a[i][j] -= ratio * a[k][j]
    return True


def _equals_cost(pairing: Fraction, points: Factors, i: int, g: Regularizer) -> bool:
    """Return whether the pairing is Π‖xᵏ‖, by squares.

    Raises:
        InexactInputError: If g is a sum with irrational terms.
    """
    if g.form != "product":
        raise InexactInputError(f"certify_exactly: {g.name} has irrational terms here; take the product form of g")
    square = Fraction(1)
    for norm, X in zip(g.norms, points, strict=True):
        x = [Fraction(value) for value in flat(X)[:, i]]
        if norm == "l2":
            square *= sum((value * value for value in x), Fraction(0))
        else:
            size = sum(map(abs, x), Fraction(0)) if norm == "l1" else max(map(abs, x))
            square *= size * size
    return pairing >= 0 and pairing * pairing == square


def _check_point(points: Factors, phi: ElementalMap, g: Regularizer) -> None:
    shapes = [X.shape for X in points]
    wanted = [(*shape, "r") for shape in phi.shapes]
    fits = len(shapes) == len(wanted) and all(s[:-1] == w[:-1] for s, w in zip(shapes, wanted, strict=True))
    if not fits or len({s[-1] for s in shapes}) > 1:
        raise FactorizationInputError(
            f"certify_exactly: factors of shapes {shapes}; for phi = {phi.name!r} give {wanted}, with the same r"
        )
    if not g.admits(points):
        raise FactorizationInputError("certify_exactly: the factors have negative entries, where g is infinite")


def _rational(values: Any, name: str) -> Array:
    if loss := hidden_loss(values):
        raise InexactInputError(f"certify_exactly: {name} has {loss}; give rational numbers, all of them present")
    array = np.array(values, dtype=object)
    if array.size == 0:
        return array
    return converted(array, lambda x: _fraction(x, name))


def _fraction(value: Any, name: str) -> Fraction:
    if isinstance(value, np.integer):
        return Fraction(int(value))
    if not isinstance(value, Fraction | int | str):
        raise InexactInputError(
            f"certify_exactly: {name} has the entry {value!r}; give fractions, integers or text like '1/3'"
        )
    try:
        return Fraction(value)
    except (ValueError, ZeroDivisionError):
        raise InexactInputError(
            f"certify_exactly: {name} has the entry {value!r}, which is no rational number"
        ) from None
