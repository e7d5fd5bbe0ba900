r"""The complete spectrum of the Hessian map at the balanced critical points, in closed form.

At W = [ŪΛ^½, 0], S = [Λ^½V̄ᵀ; 0] put μ_j = λ_j for j ≤ q and μ_j = 0 for q < j ≤ k. With the d − q singular
values σ_a, a unselected (zeros counted, d = min(m, n)), the k(m + n) eigenvalues of ∇²J are

====================  ===============================  ==================  ======================================
family                eigenvalue                       how many            eigenvectors (G, H)
====================  ===============================  ==================  ======================================
``descend``           μ_j − σ_a                        k(d − q)            (u_a e_jᵀ, e_j v_aᵀ)
``ascend``            μ_j + σ_a                        k(d − q)            (u_a e_jᵀ, −e_j v_aᵀ)
``unpaired``          μ_j                              k·abs(m − n)        (u_b e_jᵀ, 0) or (0, e_j v_bᵀ), b > d
``pair``              λ_i + λ_j, all i, j ≤ q          q²                  (√λ_j u_i e_jᵀ, √λ_i e_i v_jᵀ)
``orbit``             0                                q² + 2q(k − q)      (√λ_i u_i e_jᵀ, −√λ_j e_i v_jᵀ), the
                                                                           rest (u_i e_jᵀ, 0), (0, e_j v_iᵀ), j > q
====================  ===============================  ==================  ======================================

The proof, for all dimensions, is :mod:`symbolic.landscape.dyads`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from flint import fmpq, fmpq_poly

from symbolic.landscape.canonical_points import SelectionError


@dataclass(frozen=True)
class EigenvalueFamily:
    """One line of the spectrum: the family's name and its eigenvalues, one entry for each (repeats kept)."""

    name: str
    values: tuple[fmpq, ...]


@dataclass(frozen=True)
class Spectrum:
    """All eigenvalues of a Hessian map, exactly, by families.

    Args:
        families: The five families, empty ones included.
    """

    families: tuple[EigenvalueFamily, ...]

    def __iter__(self) -> Iterator[tuple[fmpq, int]]:
        """Yield (eigenvalue, multiplicity), increasing."""
        counts: dict[fmpq, int] = {}
        for family in self.families:
            for value in family.values:
                counts[value] = counts.get(value, 0) + 1
        return iter(sorted(counts.items()))

    @property
    def size(self) -> int:
        """The number of eigenvalues, which is k(m + n)."""
        return sum(len(family.values) for family in self.families)

    @property
    def lambda_min(self) -> fmpq:
        """The least eigenvalue."""
        return min(value for family in self.families for value in family.values)

    @property
    def negative(self) -> int:
        """The number of negative eigenvalues, with multiplicity."""
        return sum(multiplicity for value, multiplicity in self if value < 0)

    @property
    def nullity(self) -> int:
        """The multiplicity of the eigenvalue 0."""
        return sum(multiplicity for value, multiplicity in self if value == 0)

    def charpoly(self) -> fmpq_poly:
        """Return the characteristic polynomial det(tI − ∇²J)."""
        product = fmpq_poly([1])
        for value, multiplicity in self:
            product *= fmpq_poly([-value, 1]) ** multiplicity
        return product


def balanced_spectrum(sigma: Sequence[fmpq | int], m: int, n: int, k: int, selection: Iterable[int]) -> Spectrum:
    """Return the spectrum of the Hessian map at the balanced critical point of a selection.

    Args:
        sigma: The singular values of X, any order; zeros may be left out.
        m: Rows of X.
        n: Columns of X.
        k: Factorization dimension.
        selection: Distinct indices into ``sigma`` of nonzero singular values, at most k of them.

    Returns:
        The k(m + n) eigenvalues, exact; closed form, proved for all dimensions.

    Raises:
        SelectionError: If the selection is not of that kind, or there are more than min(m, n) values.

    **Source:** [mf-landscape] Section 3.3, "it is possible to derive expressions for all of the Hessian
    eigenvalues"; the paper does not give them.

    Example:
        >>> spectrum = balanced_spectrum([3, 1], m=2, n=2, k=1, selection=[1])
        >>> [(str(value), count) for value, count in spectrum]
        [('-2', 1), ('0', 1), ('2', 1), ('4', 1)]
    """
    values = [fmpq(s) for s in sigma]
    chosen = tuple(selection)
    d, q = min(m, n), len(chosen)
    if len(values) > d or any(s < 0 for s in values):
        raise SelectionError(f"{len(values)} singular values for a {m}×{n} matrix: at most {d}, none negative")
    if len(set(chosen)) != q or q > k or any(not 0 <= a < len(values) or values[a] == 0 for a in chosen):
        raise SelectionError(f"selection {list(chosen)}: at most k = {k} distinct indices of nonzero singular values")
    selected = [values[a] for a in chosen]
    left_out = [s for a, s in enumerate(values) if a not in chosen] + [fmpq(0)] * (d - len(values))
    mu = selected + [fmpq(0)] * (k - q)
    return Spectrum(
        (
            EigenvalueFamily("descend", tuple(x - s for x in mu for s in left_out)),
            EigenvalueFamily("ascend", tuple(x + s for x in mu for s in left_out)),
            EigenvalueFamily("unpaired", tuple(x for x in mu for _ in range(abs(m - n)))),
            EigenvalueFamily("pair", tuple(x + y for x in selected for y in selected)),
            EigenvalueFamily("orbit", (fmpq(0),) * orbit_dimension(k, q)),
        )
    )


def orbit_dimension(k: int, q: int) -> int:
    """Return the dimension q(2k − q) of the GL_k-orbit of a point with rank(W) = rank(S) = q and WᵀW = SSᵀ.

    It is k² less the dimension (k − q)² of the K with WK = 0 and KS = 0, and equals the ``orbit`` family: the
    Hessian map has no zero eigenvalue there beyond coincidences of μ_j with σ_a and of μ_j with 0.
    """
    return q * (2 * k - q)


def balanced_lambda_min(sigma: Sequence[fmpq | int], k: int, selection: Iterable[int]) -> fmpq:
    """Return λ_min at a balanced strict saddle: μ_k − (the largest singular value left out).

    That is −σ_max(left out) if q < k and −(σ_max(left out) − λ_k) if q = k: with p the least index at which
    the point is not maximal, σ_p is that largest value, and σ_{q+1} if the point is maximal. So both bounds of
    [mf-landscape] Theorem 3.4 are equalities.

    Args:
        sigma: The singular values of X.
        k: Factorization dimension.
        selection: Distinct indices into ``sigma`` of nonzero values.

    Raises:
        SelectionError: If the point is no strict saddle.

    Example:
        >>> balanced_lambda_min([5, 3, 1], k=2, selection=[0, 2])
        -2
    """
    values = [fmpq(s) for s in sigma]
    chosen = tuple(selection)
    mu_k = min(values[a] for a in chosen) if chosen and len(chosen) == k else fmpq(0)
    left_out = [s for a, s in enumerate(values) if a not in chosen]
    if not left_out or max(left_out) <= mu_k:
        raise SelectionError(f"selection {list(chosen)} of {[str(s) for s in values]} with k = {k} is a global minimum")
    return mu_k - max(left_out)


def sharp_uniform_gamma(sigma: Sequence[fmpq | int], k: int) -> fmpq | None:
    """Return the largest γ with λ_min ≤ −γ at every strict saddle of the balanced manifold.

    For k ≥ r it is σ_r. For k < r and σ_k > σ_{k+1} it is the gap σ_k − σ_{k+1}. For k < r and σ_k = σ_{k+1} = s
    it is the least of s, (next larger distinct value) − s and s − (next smaller nonzero one), where they exist.

    Args:
        sigma: The singular values of X, any order, zeros allowed.
        k: Factorization dimension, at least 1.

    Returns:
        The exact γ, attained by a strict saddle; ``None`` for X = 0, which has no strict saddle.

    **Source:** sharpens [mf-landscape] Section 3.3, where "the minimum of the smallest nonzero singular value and
    the smallest gap between distinct singular values" is a valid γ but in general not the largest.

    Example:
        >>> sharp_uniform_gamma([10, 5, 1], k=1), uniform_gamma_as_printed([10, 5, 1])
        (5, 1)
    """
    values = sorted((fmpq(s) for s in sigma if s != 0), reverse=True)
    r = len(values)
    if r == 0:
        return None
    if k >= r:
        return values[-1]
    here, below = values[k - 1], values[k]
    if here > below:
        return here - below
    larger = [s - here for s in values if s > here]
    smaller = [here - s for s in values if s < here]
    return min([here, *larger, *smaller])


def uniform_gamma_as_printed(sigma: Sequence[fmpq | int]) -> fmpq | None:
    """Return min(smallest nonzero singular value, smallest gap between distinct nonzero singular values).

    **Source:** [mf-landscape] Section 3.3, the sentence after Theorem 3.4; ``None`` for X = 0.
    """
    distinct = sorted({fmpq(s) for s in sigma if s != 0})
    if not distinct:
        return None
    return min([distinct[0], *(y - x for x, y in pairwise(distinct))])
