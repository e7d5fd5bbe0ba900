r"""The eigenvectors of the Hessian map at aligned critical points, verified for all dimensions.

An aligned point is W = Σ_i ω_i u_i e_iᵀ, S = Σ_i ς_i e_i v_iᵀ with orthonormal u's, v's, e's taken from bases of
ℝᵐ, ℝⁿ, ℝᵏ, and X = U Σ Vᵀ. It is critical when every index of ℝᵏ is of one of four kinds, and every index of ℝᵐ
and ℝⁿ is shared with it or not:

=========  =======================================  ===========================
class      basis vectors                            W, S, X on them
=========  =======================================  ===========================
``both``   u_i, e_i, v_i                            ω_i, ς_i, σ_i = ω_i ς_i
``left``   u_i, e_i                                 ω_i, 0, 0
``right``  e_i, v_i                                 0, ς_i, 0
``spare``  e_i                                      0, 0
``out``    u_a, v_a, a left out                     0, 0, σ_a (zero allowed)
``tall``   u_a                                      (extra rows)
``wide``   v_a                                      (extra columns)
=========  =======================================  ===========================

The canonical points (18) are aligned in a suitable basis (ω = 1, ς = λ on ``both``; C₀'s singular values on ``right``)
and so are the balanced ones (24) (``both``: ω = ς = √λ; ``spare``; nothing else). The Hessian map acts on
the dyads u_a e_jᵀ and e_j v_bᵀ, which form an orthonormal basis, by contraction of orthonormal vectors: a case
distinction over classes of the two indices, never over sizes. Coefficients are polynomials over ℚ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sympy import QQ, ring

LEFT_CLASSES = ("both", "left", "out", "tall")
INNER_CLASSES = ("both", "left", "right", "spare")
RIGHT_CLASSES = ("both", "right", "out", "wide")

RING, *_GENERATORS = ring("omega_i,omega_j,varsigma_i,varsigma_j,sigma_i,sigma_j,root_i,root_j", QQ)
OMEGA = dict(zip("ij", _GENERATORS[0:2], strict=True))
VARSIGMA = dict(zip("ij", _GENERATORS[2:4], strict=True))
SIGMA = dict(zip("ij", _GENERATORS[4:6], strict=True))
ROOT = dict(zip("ij", _GENERATORS[6:8], strict=True))


@dataclass(frozen=True, order=True)
class BasisVector:
    """A basis vector of ℝᵐ (``u``), ℝᵏ (``e``) or ℝⁿ (``v``), of a class, with a symbolic index."""

    space: str
    kind: str
    index: str


@dataclass(frozen=True)
class Operator:
    """A sum Σ_i c_i a_i b_iᵀ over all indices of some classes, a and b basis vectors of two spaces.

    Args:
        rows: The space of a.
        cols: The space of b.
        coefficients: The coefficient c_i by class, as a table over the index letters.
    """

    rows: str
    cols: str
    coefficients: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...]

    def apply(self, vector: BasisVector) -> tuple[Any, BasisVector]:
        """Return (c, a) with Operator·vector = c·a: the sum contracts to the one index of the vector, or to 0."""
        if vector.space != self.cols:
            raise ValueError(f"operator from {self.cols} to {self.rows} applied to a vector of {vector.space}")
        table = dict(self.coefficients).get(vector.kind, ())
        return dict(table).get(vector.index, RING(0)), BasisVector(self.rows, vector.kind, vector.index)

    @property
    def T(self) -> Operator:
        """The transposed operator."""
        return Operator(self.cols, self.rows, self.coefficients)


def _operator(rows: str, cols: str, **by_class: dict[str, Any]) -> Operator:
    return Operator(rows, cols, tuple((kind, tuple(sorted(table.items()))) for kind, table in sorted(by_class.items())))


def aligned_factors() -> tuple[Operator, Operator, Operator]:
    """Return (W, S, X) of an aligned point; on ``both`` X has ω_iς_i, so that E = WS − X vanishes there."""
    W = _operator("u", "e", both=OMEGA, left=OMEGA)
    S = _operator("e", "v", both=VARSIGMA, right=VARSIGMA)
    X = _operator("u", "v", both={i: OMEGA[i] * VARSIGMA[i] for i in "ij"}, out=SIGMA)
    return W, S, X


Dyads = dict[tuple[BasisVector, BasisVector], Any]


def _add(total: Dyads, coefficient: Any, left: BasisVector, right: BasisVector) -> None:
    value = total.get((left, right), RING(0)) + coefficient
    total.pop((left, right), None)
    if value:
        total[left, right] = value


def _residual(vector: BasisVector) -> tuple[Any, BasisVector]:
    """Return E·vector for E = WS − X, or Eᵀ·vector for a vector u."""
    W, S, X = aligned_factors()
    first, second, direct = (S, W, X) if vector.space == "v" else (W.T, S.T, X.T)
    c, inner = first.apply(vector)
    d, outer = second.apply(inner)
    x, same = direct.apply(vector)
    if outer != same:
        raise ArithmeticError("WS and X disagree about the vectors they pair")
    return c * d - x, same


def hessian_of_dyad(left: BasisVector, right: BasisVector) -> Dyads:
    """Return ∇²J[(left rightᵀ, 0)] for left = u, right = e, or ∇²J[(0, left rightᵀ)] for left = e, right = v.

    Each of the terms GSSᵀ, EHᵀ, WHSᵀ, WᵀWH, WᵀGS, GᵀE is a dyad whose two vectors are moved by W, S, E.

    **Source:** [mf-landscape] (5).

    Example:
        >>> G = (BasisVector("u", "out", "i"), BasisVector("e", "spare", "j"))
        >>> hessian_of_dyad(*G)
        {(BasisVector(space='e', kind='spare', index='j'), BasisVector(space='v', kind='out', index='i')): -sigma_i}
    """
    W, S, _ = aligned_factors()
    out: Dyads = {}
    if (left.space, right.space) == ("u", "e"):
        c, v = S.T.apply(right)
        d, e = S.apply(v)
        _add(out, c * d, left, e)  # G S Sᵀ
        w, inner = W.T.apply(left)
        _add(out, w * c, inner, v)  # Wᵀ G S
        x, image = _residual(left)
        _add(out, x, right, image)  # Gᵀ E = right (Eᵀ left)ᵀ
    elif (left.space, right.space) == ("e", "v"):
        c, u = W.apply(left)
        d, e = W.T.apply(u)
        _add(out, c * d, e, right)  # Wᵀ W H
        s, inner = S.apply(right)
        _add(out, c * s, u, inner)  # W H Sᵀ
        x, image = _residual(right)
        _add(out, x, image, left)  # E Hᵀ = (E right) leftᵀ
    else:
        raise ValueError(f"a direction is a dyad u eᵀ or e vᵀ, not {left.space} {right.space}ᵀ")
    return out


def apply_hessian(direction: Dyads) -> Dyads:
    """Return the Hessian map of a combination of dyads."""
    out: Dyads = {}
    for (left, right), coefficient in direction.items():
        for (a, b), value in hessian_of_dyad(left, right).items():
            _add(out, coefficient * value, a, b)
    return out


def basis_pairs() -> Iterator[tuple[tuple[BasisVector, BasisVector], ...]]:
    """Yield the invariant subspaces by their dyads: the pairs coupled by the Hessian map, and the dyads left single.

    For every class of the outer index i and every class of the inner index j, (u_i e_jᵀ, e_j v_iᵀ) when i is left
    out, (u_i e_jᵀ, e_i v_jᵀ) when W reaches u_i and S reaches v_j, and single dyads otherwise. Each dyad of the
    basis occurs once; i and j run independently (they may be equal when they are of the same class).
    """
    for kind in LEFT_CLASSES:
        for inner in INNER_CLASSES:
            u, e = BasisVector("u", kind, "i"), BasisVector("e", inner, "j")
            if kind == "out":
                yield (u, e), (e, BasisVector("v", "out", "i"))
            elif kind in ("both", "left") and inner in ("both", "right"):
                yield (u, e), (BasisVector("e", kind, "i"), BasisVector("v", inner, "j"))
            else:
                yield ((u, e),)
    for inner in INNER_CLASSES:
        for kind in ("both", "right", "wide"):
            if not (inner in ("both", "left") and kind in ("both", "right")):
                yield ((BasisVector("e", inner, "j"), BasisVector("v", kind, "i")),)


def invariant_block(pair: tuple[tuple[BasisVector, BasisVector], ...]) -> list[list[Any]]:
    """Return the matrix of the Hessian map on the span of the given dyads.

    Raises:
        ArithmeticError: If the span is not invariant.

    Example:
        >>> u, e, v = BasisVector("u", "out", "i"), BasisVector("e", "both", "j"), BasisVector("v", "out", "i")
        >>> invariant_block(((u, e), (e, v)))
        [[varsigma_j**2, -sigma_i], [-sigma_i, omega_j**2]]
    """
    block = [[RING(0)] * len(pair) for _ in pair]
    for column, dyad in enumerate(pair):
        for image, value in hessian_of_dyad(*dyad).items():
            if image not in pair:
                raise ArithmeticError(f"the span of {pair} is not invariant: {dyad} has a part along {image}")
            block[pair.index(image)][column] = value
    return block


def balance(value: Any) -> Any:
    """Return the coefficient at a balanced point: ω = ς = √λ, written with root² = λ."""
    return value.compose([(OMEGA[i], ROOT[i]) for i in "ij"] + [(VARSIGMA[i], ROOT[i]) for i in "ij"])
