"""Points of ½‖Y − UVᵀ‖² + λΣ‖U_i‖‖V_i‖ with rational column norms, and exact certificates of local minimality."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from numeric.homogeneous.exact_layers import l1
from numeric.homogeneous.exact_maps import Array, fractions


@dataclass(frozen=True)
class AxisPoint:
    """Data Y, factors U, V whose columns lie along coordinate axes, and a point known to have a smaller value.

    Args:
        Y: Data, m×n, by rows.
        U: Columns of U, each with at most one entry that is not zero.
        V: Columns of V, likewise.
        other_u: Columns of another point.
        other_v: Columns of another point.
        weight: λ.
    """

    Y: tuple[tuple[int, ...], ...]
    U: tuple[tuple[int, ...], ...]
    V: tuple[tuple[int, ...], ...]
    other_u: tuple[tuple[int, ...], ...]
    other_v: tuple[tuple[int, ...], ...]
    weight: int = 1

    def value(self, U: tuple[tuple[int, ...], ...], V: tuple[tuple[int, ...], ...]) -> Fraction:
        """Return f(U, V), exactly."""
        residual = self.residual(U, V)
        # On an axis the Euclidean norm is the sum of absolute values.
        cost = sum((l1(fractions(u)) * l1(fractions(v)) for u, v in zip(U, V, strict=True)), Fraction(0))
        return Fraction((residual * residual).sum()) / 2 + self.weight * cost

    def residual(self, U: tuple[tuple[int, ...], ...], V: tuple[tuple[int, ...], ...]) -> Array:
        """Return Y − UVᵀ."""
        return np.asarray(fractions(self.Y) - fractions(U).T.dot(fractions(V)))

    def lies_on_axes(self) -> bool:
        """Return whether all columns have rational Euclidean norms by lying on axes."""
        columns = (*self.U, *self.V, *self.other_u, *self.other_v)
        return all(sum(entry != 0 for entry in column) <= 1 for column in columns)

    def is_certified_local_minimum(self) -> bool:
        """Return whether every slice is (0, v) with λ‖v‖ > ‖Rv‖, or (u, 0) with λ‖u‖ > ‖Rᵀu‖, R = Y − UVᵀ.

        Then UVᵀ = 0, and near the point f exceeds its value there by at least Σ(λ‖u_i‖‖v_i‖ − u_iᵀRv_i), in which
        every term is nonnegative, for the strict inequalities persist nearby.
        """
        R = self.residual(self.U, self.V)
        for u, v in zip(self.U, self.V, strict=True):
            if any(u) and any(v):
                return False
            moved, free = (R.dot(fractions(v)), fractions(v)) if any(v) else (R.T.dot(fractions(u)), fractions(u))
            if not (moved * moved).sum() < self.weight**2 * (free * free).sum():
                return False
        return True

    def each_factor_has_a_zero_slice(self) -> bool:
        """Return whether some column of U is zero and some column of V, not necessarily the same, is zero."""
        return any(not any(u) for u in self.U) and any(not any(v) for v in self.V)

    def some_slice_vanishes(self) -> bool:
        """Return whether U and V have a zero column at one and the same index."""
        return any(not any(u) and not any(v) for u, v in zip(self.U, self.V, strict=True))

    def is_wide(self) -> bool:
        """Return whether r > card(D) = mn."""
        return len(self.U) > len(self.Y) * len(self.Y[0])

    def is_no_worse_than_the_other(self) -> bool:
        """Return whether the value is at most that of the other point."""
        return self.value(self.U, self.V) <= self.value(self.other_u, self.other_v)

    def to_record(self) -> dict[str, str]:
        """Return the point as exact text."""
        return {
            "Y": str(self.Y),
            "U_columns": str(self.U),
            "V_columns": str(self.V),
            "lambda": str(self.weight),
            "value": str(self.value(self.U, self.V)),
            "smaller_value": str(self.value(self.other_u, self.other_v)),
        }


def crossed_slices(height: int = 5) -> AxisPoint:
    """Return U = [0, e₂], V = [e₂, 0] for Y = diag(height, 0): each factor has a zero slice, at different indices."""
    return AxisPoint(((height, 0), (0, 0)), ((0, 0), (0, 1)), ((0, 1), (0, 0)), ((height - 1, 0),), ((1, 0),))


def stranded_rows(r: int = 3, height: int = 5, axis: int = 1) -> AxisPoint:
    """Return U = 0, V = [e₂, …, e₂] with r columns for Y = (height, 0): a spurious local minimum."""
    v = tuple(int(i == axis) for i in range(2))
    return AxisPoint(((height, 0),), ((0,),) * r, (v,) * r, ((height - 1,),), ((1, 0),))
