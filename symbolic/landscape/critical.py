r"""Every critical point of ½‖X − WS‖² classified from W, S and E = WS − X alone, without an SVD of X.

At a critical point ESᵀ = 0 and WᵀE = 0. Let w, s be the ranks of W and S, ω_i and ς_j their nonzero singular
values, P = SSᵀ, Q = WᵀW, and ε_1 ≥ … ≥ ε_d the singular values of E as a map from ker S to (col W)^⊥, zeros
counted, d = min(m − w, n − s). The k(m + n) eigenvalues of ∇²J are

* ω_i² + ς_j² for i ≤ w, j ≤ s, and 0 a further k(w + s) − ws times (G in col W, H in row S);
* those of the 2k×2k matrix M(ε_i) = [[P, −ε_i I], [−ε_i I, Q]] for every i ≤ d: (G, H) = (a xᵀ, y bᵀ) with
  (a, b) a singular pair of E;
* those of P, a further m − w − d times, and those of Q, a further n − s − d times.

M(ε) has one negative eigenvalue for every j ≤ k with σ_j(WS) < ε. Hence a critical point is a global minimum if
‖E‖₂ ≤ σ_k(WS) (with σ_k = 0 when k > min(m, n)) and otherwise a strict saddle with λ_min(∇²J) = λ_min(M(‖E‖₂)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from flint import fmpq, fmpq_mat, fmpq_poly

from symbolic.landscape.rational_svd import RationalSvd, identity, zeros


class NotCriticalError(ValueError):
    """The point given is not a critical point of ½‖X − WS‖²."""


@dataclass(frozen=True)
class CriticalPoint:
    """A critical point, checked: E = WS − X with ESᵀ = 0 and WᵀE = 0.

    Args:
        W: m×k.
        S: k×n.
        X: m×n.

    Raises:
        NotCriticalError: If a gradient block is not zero.
    """

    W: fmpq_mat
    S: fmpq_mat
    X: fmpq_mat

    def __post_init__(self) -> None:
        for name, block in (("ESᵀ", self.E * self.S.transpose()), ("WᵀE", self.W.transpose() * self.E)):
            if any(entry != 0 for entry in block.entries()):
                raise NotCriticalError(f"classification of a critical point: the gradient block {name} is not zero")

    @property
    def E(self) -> fmpq_mat:
        """The residual WS − X."""
        return self.W * self.S - self.X

    @property
    def P(self) -> fmpq_mat:
        """The Gram matrix SSᵀ."""
        return self.S * self.S.transpose()

    @property
    def Q(self) -> fmpq_mat:
        """The Gram matrix WᵀW."""
        return self.W.transpose() * self.W

    @property
    def shape(self) -> tuple[int, int, int]:
        """The sizes (m, n, k)."""
        return int(self.W.nrows()), int(self.S.ncols()), int(self.W.ncols())

    @property
    def ranks(self) -> tuple[int, int]:
        """The ranks (w, s) of W and S."""
        return int(self.W.rank()), int(self.S.rank())


def kronecker(A: fmpq_mat, B: fmpq_mat) -> fmpq_mat:
    """Return the Kronecker product A ⊗ B."""
    (p, q), (r, s) = (A.nrows(), A.ncols()), (B.nrows(), B.ncols())
    return fmpq_mat(
        p * r,
        q * s,
        [A[i, j] * B[c, d] for i in range(p) for c in range(r) for j in range(q) for d in range(s)],
    )


def _drop_zeros(poly: fmpq_poly, count: int) -> fmpq_poly:
    """Return poly / t^count, exactly."""
    coefficients = poly.coeffs()
    if any(c != 0 for c in coefficients[:count]):
        raise ArithmeticError(f"{poly} is not divisible by t^{count}")
    return fmpq_poly(coefficients[count:])


def _interpolate(values: list[tuple[fmpq, fmpq]]) -> fmpq_poly:
    """Return the polynomial of least degree through the given points (Newton's divided differences)."""
    nodes = [x for x, _ in values]
    table = [y for _, y in values]
    for step in range(1, len(nodes)):
        for i in range(len(nodes) - 1, step - 1, -1):
            table[i] = (table[i] - table[i - 1]) / (nodes[i] - nodes[i - step])
    out = fmpq_poly([0])
    for node, coefficient in zip(reversed(nodes), reversed(table), strict=True):
        out = out * fmpq_poly([-node, 1]) + coefficient
    return out


def _at_matrix(poly: fmpq_poly, M: fmpq_mat) -> fmpq_mat:
    """Return poly(M) by Horner's rule."""
    size = M.nrows()
    out = zeros(size, size)
    for coefficient in reversed(poly.coeffs()):
        out = out * M + identity(size) * coefficient
    return out


def singular_block_charpoly(P: fmpq_mat, Q: fmpq_mat, squares: fmpq_poly) -> fmpq_poly:
    """Return the product of det(tI − M(ε)) over the roots ε² of ``squares``.

    The off-diagonal blocks of M(ε) commute with everything, so det(tI − M(ε)) = det((t − P)(t − Q) − ε²), and the
    product over the roots is det χ((t − P)(t − Q)) up to sign, χ the polynomial ``squares``: a polynomial of
    degree 2k·deg χ, found by interpolation.

    Args:
        P: k×k symmetric.
        Q: k×k symmetric.
        squares: Monic, of degree d ≥ 0.

    Example:
        >>> singular_block_charpoly(fmpq_mat(1, 1, [1]), fmpq_mat(1, 1, [4]), fmpq_poly([-9, 1]))
        x^2 + (-5)*x + (-5)
    """
    k, d = P.nrows(), squares.degree()
    points = []
    for t in range(2 * k * d + 1):
        inner = (identity(k) * t - P) * (identity(k) * t - Q)
        points.append((fmpq(t), _at_matrix(squares, inner).det()))
    return _interpolate(points)


def critical_charpoly(point: CriticalPoint) -> fmpq_poly:
    """Return the characteristic polynomial of the Hessian map at any critical point, from P, Q and EEᵀ.

    Args:
        point: A critical point over ℚ; nothing about X's singular vectors is needed.

    Returns:
        det(tI − ∇²J), monic of degree k(m + n); the factorization is the theorem of this module.

    Example:
        >>> one = fmpq_mat(1, 1, [1])
        >>> critical_charpoly(CriticalPoint(one, one * 3, one * 3))
        x^2 + (-10)*x
    """
    m, n, k = point.shape
    w, s = point.ranks
    d = min(m - w, n - s)
    P, Q, E = point.P, point.Q, point.E
    nonzero_P, nonzero_Q = _drop_zeros(P.charpoly(), k - s), _drop_zeros(Q.charpoly(), k - w)
    # All ω² + ς² with zeros counted, less those with ς = 0 or ω = 0, leaves the ws sums of nonzero squares.
    eye = identity(k)
    sums = (kronecker(Q, eye) + kronecker(eye, P)).charpoly()
    sums = sums / (nonzero_Q ** (k - s) * nonzero_P ** (k - w))
    sums = _drop_zeros(sums, (k - w) * (k - s))
    squares = _drop_zeros((E * E.transpose()).charpoly(), m - d)
    blocks = singular_block_charpoly(P, Q, squares)
    flat = fmpq_poly([0, 1]) ** (k * (w + s) - w * s)
    return sums * flat * blocks * P.charpoly() ** (m - w - d) * Q.charpoly() ** (n - s - d)


def positive_roots(poly: fmpq_poly) -> int:
    """Return the number of positive roots, with multiplicity, of a polynomial all of whose roots are real.

    For such polynomials Descartes' count of sign changes is exact.
    """
    signs = [1 if c > 0 else -1 for c in poly.coeffs() if c != 0]
    return sum(1 for a, b in pairwise(signs) if a != b)


def negative_eigenvalue_count(point: CriticalPoint) -> int:
    """Return the number of negative eigenvalues of ∇²J: pairs i, j ≤ k with σ_j(WS) < ε_i.

    PQ has the eigenvalues σ_j(WS)², j ≤ k, so the count is that of the positive roots ε_i² − σ_j² of the
    characteristic polynomial of EEᵀ ⊗ I − I ⊗ PQ, whose roots are all real.

    Example:
        >>> zero = fmpq_mat(1, 1, [0])
        >>> negative_eigenvalue_count(CriticalPoint(zero, zero, fmpq_mat(1, 1, [3])))
        1
    """
    m, _, k = point.shape
    squares = point.E * point.E.transpose()
    difference = kronecker(squares, identity(k)) - kronecker(identity(m), point.P * point.Q)
    return positive_roots(difference.charpoly())


def is_global_minimum(point: CriticalPoint) -> bool:
    """Return whether the critical point is a global minimum, that is ‖E‖₂ ≤ σ_k(WS); if not it is a strict saddle.

    **Source:** decides what [mf-landscape] Section 3.2 asserts of every canonical point, for every critical point.

    Example:
        >>> one = fmpq_mat(1, 1, [1])
        >>> is_global_minimum(CriticalPoint(one, one * 3, one * 3))
        True
    """
    return negative_eigenvalue_count(point) == 0


def escape_block(point: CriticalPoint, epsilon: fmpq) -> fmpq_mat:
    """Return M(ε) = [[SSᵀ, −εI], [−εI, WᵀW]], whose eigenvectors (x, y) are the Hessian's (a xᵀ, y bᵀ).

    Args:
        point: The critical point.
        epsilon: A singular value of E on ker S, with E b = −ε a and Eᵀ a = −ε b. At a strict saddle ε = ‖E‖₂
            gives λ_min.
    """
    k = point.shape[2]
    P, Q = point.P, point.Q
    out = zeros(2 * k, 2 * k)
    for i in range(k):
        out[i, k + i] = out[k + i, i] = -epsilon
        for j in range(k):
            out[i, j], out[k + i, k + j] = P[i, j], Q[i, j]
    return out


def canonical_charpoly(
    svd: RationalSvd, selection: Sequence[int], k: int, c_squared: Sequence[fmpq] = ()
) -> list[tuple[fmpq_poly, int]]:
    """Return the factors of det(tI − ∇²J), of degree at most 2, at a canonical point ([Ū, 0], [ΛV̄ᵀ; C₀ᵀV₀ᵀ]).

    With λ_1 … λ_q the selected singular values (zeros allowed), c_l² the nonzero eigenvalues of C₀ᵀC₀, and (p, g)
    running over the k pairs (λ_j², 1), (c_l², 0), (0, 0) of eigenvalues of SSᵀ and WᵀW:

    * t² − (p + g)t + pg − σ² for each pair and each of the d residual values σ left out (zeros counted);
    * t − p and t − g for the left-over dimensions m − w − d and n − s − d;
    * t − (1 + p) q times for each nonzero p, and t for the rest.

    Args:
        svd: The decomposition of X; only its singular values and sizes matter.
        selection: q distinct indices in [0, m), q ≤ k.
        k: Factorization dimension.
        c_squared: The nonzero eigenvalues of C₀ᵀC₀, at most min(n − r, k − q) of them.

    Returns:
        (factor, multiplicity) pairs whose degrees add up to k(m + n).

    **Source:** the spectrum at [mf-landscape] (18).
    """
    m, n, q = svd.m, svd.n, len(selection)
    lam = [svd.value(a) for a in selection]
    pairs = [(x * x, fmpq(1)) for x in lam] + [(c, fmpq(0)) for c in c_squared]
    pairs += [(fmpq(0), fmpq(0))] * (k - len(pairs))
    w, s = q, sum(1 for p, _ in pairs if p != 0)
    d = min(m - w, n - s)
    residual = [x for a, x in enumerate(svd.sigma) if a not in selection and x != 0]
    residual += [fmpq(0)] * (d - len(residual))
    factors = [(fmpq_poly([p * g - x * x, -p - g, 1]), 1) for p, g in pairs for x in residual]
    factors += [(fmpq_poly([-p, 1]), m - w - d) for p, _ in pairs]
    factors += [(fmpq_poly([-g, 1]), n - s - d) for _, g in pairs]
    factors += [(fmpq_poly([-1 - p, 1]), q) for p, _ in pairs if p != 0]
    factors.append((fmpq_poly([0, 1]), k * (w + s) - w * s))
    return [(factor, count) for factor, count in factors if count]
