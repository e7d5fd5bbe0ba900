"""Ω(X) for finitely many atoms, by linear programming: floating-point proposes a basis, rationals decide.

Ω(X) = min{Σtᵢ : Σtᵢφᵢ = X, t ≥ 0} = max{⟨W, X⟩ : ⟨W, φᵢ⟩ ≤ 1}. Weights and W are solved for exactly on the support and
the active atoms that the floating-point solution has, then checked in full; equal values prove both optimal. If X is no
combination, a W with ⟨W, φᵢ⟩ ≤ 0 < ⟨W, X⟩ proves it (Farkas).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray
from scipy.optimize import linprog

from numeric.homogeneous.exact_maps import Array
from numeric.homogeneous.gauges.atoms import Atom
from numeric.homogeneous.polars.enclosure import PolarInputError, exact

_TOLERANCES = (1e-9, 1e-7, 1e-11)


class GaugeNotCertifiedError(ValueError):
    """The floating-point solution could not be turned into an exact one."""


@dataclass(frozen=True)
class GaugeValue:
    """An exactly certified value of Ω.

    Args:
        value: Ω(X); ``None`` for ∞.
        weights: The atoms used, by index, with tᵢ > 0 and Σtᵢφᵢ = X exactly; empty for ∞ and for X = 0.
        dual: W with ⟨W, φᵢ⟩ ≤ 1 for all atoms and ⟨W, X⟩ = Ω(X), exactly; for ∞, with ⟨W, φᵢ⟩ ≤ 0 < ⟨W, X⟩.
    """

    value: Fraction | None
    weights: tuple[tuple[int, Fraction], ...]
    dual: Array


def polyhedral_gauge(X: Any, atoms: Sequence[Atom]) -> GaugeValue:
    """Return Ω(X) exactly, with weights that attain it and a dual W that proves them optimal.

    Args:
        X: Doubles or fractions, exact, of the shape of the atoms' images.
        atoms: The extreme slices, such as :func:`numeric.homogeneous.gauges.atoms.outer_atoms` returns.

    Raises:
        PolarInputError: If X is not exact and finite, has another shape, or there are no atoms.
        GaugeNotCertifiedError: If no exact certificate was found; nothing is claimed then.

    Example:
        >>> from numeric.homogeneous.gauges.atoms import outer_atoms
        >>> polyhedral_gauge([[1, 1], [1, -1]], outer_atoms((2, 2), ("linf", "linf"))).value
        Fraction(2, 1)
    """
    if not atoms:
        raise PolarInputError("gauge: no atoms")
    target = exact(X, atoms[0].image.ndim, "X")
    if target.shape != atoms[0].image.shape:
        raise PolarInputError(f"gauge: X has shape {target.shape}, the atoms' images {atoms[0].image.shape}")
    images = [list(map(Fraction, np.ravel(atom.image))) for atom in atoms]
    x = list(map(Fraction, target.ravel()))
    if not any(x):
        return GaugeValue(Fraction(0), (), np.full(target.shape, Fraction(0), dtype=object))
    # The largest entry is scaled to 1 for the floating-point solver alone.
    scale = max(map(abs, x))
    columns = np.array(images, dtype=float).T
    right = np.array([float(value / scale) for value in x])
    found = linprog(np.ones(len(images)), A_eq=columns, b_eq=right, bounds=(0, None), method="highs-ds")
    if found.status == 2:
        return GaugeValue(None, (), _separating(images, x, columns, right).reshape(target.shape))
    if found.status != 0:
        raise GaugeNotCertifiedError(f"gauge: the linear program was not solved: {found.message}")
    primal, duals = np.asarray(found.x), np.asarray(found.eqlin.marginals)
    for tolerance in _TOLERANCES:
        weights = _weights(images, x, np.nonzero(primal > tolerance)[0])
        W = _active(images, duals, np.nonzero(columns.T @ duals > 1 - tolerance)[0], Fraction(1))
        if weights is None or W is None:
            continue
        value = sum((t for _, t in weights), Fraction(0))
        if all(_pair(W, image) <= 1 for image in images) and _pair(W, x) == value:
            return GaugeValue(value, weights, _array(W, target.shape))
    raise GaugeNotCertifiedError("gauge: the floating-point solution does not round to an exact one")


def polyhedral_polar(W: Any, atoms: Sequence[Atom]) -> tuple[Fraction, Atom | None]:
    """Return Ω°(W) = max(0, max ⟨W, φᵢ⟩) exactly, and the atom that attains it (``None`` where it is zero).

    Args:
        W: Doubles or fractions, exact, of the shape of the atoms' images.
        atoms: The extreme slices.

    Raises:
        PolarInputError: If W is not exact and finite, has another shape, or there are no atoms.

    Example:
        >>> from numeric.homogeneous.gauges.atoms import outer_atoms
        >>> polyhedral_polar([[1, -2], [3, "1/2"]], outer_atoms((2, 2), ("l1", "linf")))[0]
        Fraction(7, 2)
    """
    if not atoms:
        raise PolarInputError("polar: no atoms")
    weights = exact(W, atoms[0].image.ndim, "W")
    if weights.shape != atoms[0].image.shape:
        raise PolarInputError(f"polar: W has shape {weights.shape}, the atoms' images {atoms[0].image.shape}")
    values = [Fraction((weights * atom.image).sum()) for atom in atoms]
    best = max(range(len(values)), key=values.__getitem__)
    return (values[best], atoms[best]) if values[best] > 0 else (Fraction(0), None)


def is_certified(X: Any, atoms: Sequence[Atom], found: GaugeValue) -> bool:
    """Return whether a value's weights and dual prove it, checked exactly from scratch."""
    target = exact(X, atoms[0].image.ndim, "X")
    # Exact whatever the value was made from: doubles would round in sums.
    W = list(exact(found.dual, target.ndim, "the dual").ravel())
    x = list(map(Fraction, target.ravel()))
    pairings = [_pair(W, list(np.ravel(atom.image))) for atom in atoms]
    if found.value is None:
        return all(p <= 0 for p in pairings) and _pair(W, x) > 0
    used = [(Fraction(t), list(np.ravel(atoms[i].image))) for i, t in found.weights]
    total = [sum((t * Fraction(image[k]) for t, image in used), Fraction(0)) for k in range(len(x))]
    attained = total == x and all(t > 0 for t, _ in used)
    costs = sum((t for t, _ in used), Fraction(0)) == found.value
    return attained and costs and all(p <= 1 for p in pairings) and _pair(W, x) == found.value


def _separating(images: list[list[Fraction]], x: list[Fraction], columns: Any, right: Any) -> Any:
    """Return W with ⟨W, φᵢ⟩ ≤ 0 for all atoms and ⟨W, X⟩ > 0, exactly."""
    found = linprog(-right, A_ub=columns.T, b_ub=np.zeros(len(images)), bounds=(-1, 1), method="highs-ds")
    if found.status == 0:
        for tolerance in _TOLERANCES:
            W = _active(images, found.x, np.nonzero(columns.T @ found.x > -tolerance)[0], Fraction(0))
            if W is not None and all(_pair(W, image) <= 0 for image in images) and _pair(W, x) > 0:
                return np.array(W, dtype=object)
    raise GaugeNotCertifiedError("gauge: X seems to be no combination of atoms, but nothing separates it exactly")


def _weights(
    images: list[list[Fraction]], x: list[Fraction], support: NDArray[np.intp]
) -> tuple[tuple[int, Fraction], ...] | None:
    """Return the exact positive weights on the support, if they exist and are unique."""
    if not len(support):
        return None
    augmented = _matrix([[images[i][k] for i in support] + [x[k]] for k in range(len(x))])
    reduced, rank = augmented.rref()
    # Unique and consistent: a pivot in each column of the support and none in the last one.
    if rank != len(support) or any(reduced[k, k] == 0 for k in range(rank)):
        return None
    values = [_fraction(reduced[k, len(support)]) for k in range(rank)]
    return tuple(zip(map(int, support), values, strict=True)) if all(t > 0 for t in values) else None


def _active(
    images: list[list[Fraction]], approximate: Any, active: NDArray[np.intp], level: Fraction
) -> list[Fraction] | None:
    """Return the W nearest to an approximate one, of few digits, with ⟨W, φᵢ⟩ = level on the active atoms, exactly."""
    W = [Fraction(float(w)).limit_denominator(10**6) for w in approximate]
    if not len(active):
        return W
    rows = _matrix([images[i] for i in active])
    _, rank = rows.rref()
    independent = _independent([images[i] for i in active], rank)
    A = _matrix(independent)
    gap = _matrix([[level - _pair(W, image)] for image in independent])
    step = A.transpose() * (A * A.transpose()).solve(gap)
    return [w + _fraction(step[k, 0]) for k, w in enumerate(W)]


def _independent(rows: list[list[Fraction]], rank: int) -> list[list[Fraction]]:
    """Return the first rows that are linearly independent: the pivots of the transpose."""
    reduced, _ = _matrix(rows).transpose().rref()
    pivots = [next(j for j in range(reduced.ncols()) if reduced[i, j] != 0) for i in range(rank)]
    return [rows[j] for j in pivots]


def _matrix(rows: list[list[Fraction]]) -> Any:
    return fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in rows])


def _fraction(x: Any) -> Fraction:
    return Fraction(int(x.p), int(x.q))


def _pair(W: list[Fraction], image: list[Fraction]) -> Fraction:
    return sum((w * value for w, value in zip(W, image, strict=True) if value), Fraction(0))


def _array(values: list[Fraction], shape: tuple[int, ...]) -> Array:
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result.reshape(shape)
