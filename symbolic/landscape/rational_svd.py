"""Matrices with a rational singular value decomposition, of any shape, rank and multiplicities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_mat


class SvdError(ValueError):
    """The data given are not a singular value decomposition."""


def identity(n: int) -> fmpq_mat:
    """Return the n×n identity over ℚ (n = 0 included)."""
    return fmpq_mat(n, n, [fmpq(int(i == j)) for i in range(n) for j in range(n)])


def zeros(m: int, n: int) -> fmpq_mat:
    """Return the m×n zero matrix over ℚ (empty shapes included)."""
    return fmpq_mat(m, n, [fmpq(0)] * (m * n))


def diagonal(entries: Sequence[fmpq], m: int, n: int) -> fmpq_mat:
    """Return the m×n matrix with ``entries`` down its main diagonal and zeros elsewhere."""
    out = zeros(m, n)
    for i, entry in enumerate(entries):
        out[i, i] = entry
    return out


def cayley(K: fmpq_mat) -> fmpq_mat:
    """Return the Cayley transform (I − K)(I + K)⁻¹ of a skew-symmetric matrix: a rational rotation.

    Args:
        K: Skew-symmetric n×n matrix over ℚ. I + K is always invertible, for K has no real nonzero eigenvalue.

    Returns:
        An exactly orthogonal n×n matrix of determinant 1.

    Raises:
        SvdError: If K is not skew-symmetric.

    Example:
        >>> cayley(fmpq_mat(2, 2, [0, 1, -1, 0])).tolist()
        [[0, -1], [1, 0]]
    """
    n = K.nrows()
    if n != K.ncols() or K.transpose() != K * -1:
        raise SvdError(f"Cayley transform: a {n}×{K.ncols()} matrix that is not skew-symmetric; take K − Kᵀ")
    if n == 0:
        return zeros(0, 0)
    eye = identity(n)
    return (eye - K) * (eye + K).inv()


def rational_orthogonal(n: int, twist: int = 1) -> fmpq_mat:
    """Return a rational orthogonal n×n matrix, a different one for each ``twist`` (0 gives the identity).

    Args:
        n: Size, at least 0.
        twist: Any integer. The skew matrix behind it has entries of numerator and denominator at most 3, so
            that products of such matrices stay short.
    """
    K = zeros(n, n)
    if twist:
        for i in range(n):
            for j in range(i + 1, n):
                entry = fmpq((twist * (i + 1) + 2 * j) % 5 - 2, 1 + (i + twist) % 3)
                K[i, j], K[j, i] = entry, -entry
    return cayley(K)


@dataclass(frozen=True)
class RationalSvd:
    """A full singular value decomposition X = U Σ Vᵀ over ℚ.

    Args:
        U: m×m orthogonal.
        sigma: All min(m, n) singular values, decreasing, zeros included.
        V: n×n orthogonal.

    Raises:
        SvdError: If a factor is not orthogonal, or the values are negative, unsorted or of the wrong number.
    """

    U: fmpq_mat
    sigma: tuple[fmpq, ...]
    V: fmpq_mat

    def __post_init__(self) -> None:
        m, n = self.U.nrows(), self.V.nrows()
        if len(self.sigma) != min(m, n):
            raise SvdError(
                f"an {m}×{n} matrix has {min(m, n)} singular values, not {len(self.sigma)}; list the zeros too"
            )
        if any(s < 0 for s in self.sigma) or list(self.sigma) != sorted(self.sigma, reverse=True):
            raise SvdError(f"singular values {[str(s) for s in self.sigma]}: they must be nonnegative and decreasing")
        for name, factor in (("U", self.U), ("V", self.V)):
            if factor.transpose() * factor != identity(factor.nrows()):
                raise SvdError(f"{name} is not orthogonal")

    @property
    def m(self) -> int:
        """The number of rows of X."""
        return int(self.U.nrows())

    @property
    def n(self) -> int:
        """The number of columns of X."""
        return int(self.V.nrows())

    @property
    def rank(self) -> int:
        """The number of nonzero singular values."""
        return sum(1 for s in self.sigma if s != 0)

    @property
    def X(self) -> fmpq_mat:
        """The matrix U Σ Vᵀ itself."""
        return self.U * diagonal(self.sigma, self.m, self.n) * self.V.transpose()

    def value(self, a: int) -> fmpq:
        """Return the singular value of index ``a`` (from 0), zero beyond min(m, n)."""
        return self.sigma[a] if a < len(self.sigma) else fmpq(0)

    def transposed(self) -> RationalSvd:
        """Return the decomposition of Xᵀ."""
        return RationalSvd(self.V, self.sigma, self.U)


def columns(M: fmpq_mat, picked: Sequence[int]) -> fmpq_mat:
    """Return the submatrix of the columns ``picked``, in that order."""
    return fmpq_mat(M.nrows(), len(picked), [M[i, j] for i in range(M.nrows()) for j in picked])


def rational_svd(m: int, n: int, sigma: Sequence[fmpq | int], twist: int = 1) -> RationalSvd:
    """Return a rational m×n matrix of the given singular values, with its decomposition.

    Args:
        m: Rows, at least 1.
        n: Columns, at least 1.
        sigma: The nonzero singular values or all of them, in any order; zeros are appended.
        twist: Chooses the orthogonal factors; 0 gives identities, so that X is diagonal.

    Raises:
        SvdError: If there are more than min(m, n) values, or a negative one.

    Example:
        >>> svd = rational_svd(2, 3, [1, 2], twist=0)
        >>> svd.X.tolist(), svd.rank
        ([[2, 0, 0], [0, 1, 0]], 2)
    """
    values = sorted((fmpq(s) for s in sigma), reverse=True)
    values += [fmpq(0)] * (min(m, n) - len(values))
    return RationalSvd(rational_orthogonal(m, twist), tuple(values), rational_orthogonal(n, 2 * twist))
