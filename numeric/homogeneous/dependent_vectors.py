"""Families of rational vectors and whether they are linearly dependent."""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq, fmpq_mat


@dataclass(frozen=True)
class VectorFamily:
    """Integer vectors of one space, as rows."""

    rows: tuple[tuple[int, ...], ...]

    def is_dependent(self) -> bool:
        """Return whether the rank is less than the number of vectors, exactly.

        Example:
            >>> VectorFamily(((1, 2), (2, 4))).is_dependent()
            True
        """
        n = len(self.rows[0])
        matrix = fmpq_mat(len(self.rows), n, [fmpq(entry) for row in self.rows for entry in row])
        return bool(matrix.rank() < len(self.rows))

    def to_record(self) -> dict[str, str]:
        """Return the vectors as exact text."""
        return {"vectors": str(self.rows)}


def families(extra: int) -> list[VectorFamily]:
    """Return families of n + extra vectors of ℝⁿ, n = 2 to 4, of Vandermonde's form: independent if extra ≤ 0."""
    return [VectorFamily(tuple(tuple((k + 1) ** j for j in range(n)) for k in range(n + extra))) for n in (2, 3, 4)]
