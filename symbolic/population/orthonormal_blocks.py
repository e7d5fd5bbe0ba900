r"""The whole spectrum of the population Hessian at orthonormal weights: any number k of columns, d ≥ k dimensions.

Rotate x so that :math:`u_i^{*\top}x = x_i`. The directions inside span(U*), span(V*) give the eight families of
:mod:`symbolic.population.invariant_spectrum`. Outside, a coordinate x_p with p > k is independent of everything else
and has mean 0, so it meets no other coordinate: every such row of A (and of B) carries one and the same form in the k
numbers A_p1, …, A_pk, whose eigenvectors are the constant row and the rows with sum 0.

Each block is given in an orthogonal basis of its family, as the form on the basis and the basis' squared norms: the
eigenvalues are those of form[i][j]/√(n_i n_j), a symmetric matrix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from sympy.polys.rings import PolyElement

from symbolic.population.index_sums import Entry, Index, OrbitForm
from symbolic.population.invariant_spectrum import Block, family_blocks
from symbolic.population.moment_ring import alpha, beta, gamma, generator, moment_ring, substitute
from symbolic.population.population_form import Factor, expectation, population_form

OrthonormalFamily = Literal["trivial", "standard", "symmetric", "antisymmetric", "outside constant", "outside centred"]
Row = tuple[PolyElement, ...]

_K = generator(moment_ring().symbols[0])
_I, _J, _P, _Q = Index("i"), Index("j"), Index("p", "d"), Index("q", "d")
_INSIDE_P, _INSIDE_Q = Index("p"), Index("q")

# Orthogonal combinations of a family's members, with their squared norms for a parameter v of norm 1. In the standard
# family off-diagonal v_row and v_column have norm k - 1 and, since Σv = 0, inner product -1.
_MEMBERS: dict[str, list[tuple[str, tuple[int, ...], PolyElement]]] = {
    "trivial": [("I", (1, 0), _K), ("ones off the diagonal", (0, 1), _K * (_K - 1))],
    "standard": [
        ("diag(v)", (1, 0, 0), moment_ring().one),
        ("v_p + v_i off the diagonal", (0, 1, 1), 2 * (_K - 2)),
        ("v_p - v_i", (0, 1, -1), 2 * _K),
    ],
    "symmetric": [("symmetric, zero diagonal and row sums", (1,), moment_ring().one)],
    "antisymmetric": [("antisymmetric, zero row sums", (1,), moment_ring().one)],
}
_GRAM: dict[str, list[list[PolyElement | int]]] = {
    "trivial": [[_K, 0], [0, _K * (_K - 1)]],
    "standard": [[1, 0, 0], [0, _K - 1, -1], [0, -1, _K - 1]],
    "symmetric": [[1]],
    "antisymmetric": [[1]],
}


class SizeError(ValueError):
    """Sizes that no matrix of orthonormal columns has: k below 1, or d below k."""


@dataclass(frozen=True)
class OrthonormalBlock:
    """The Hessian on one family of directions at one k.

    Args:
        family: The family's name.
        sign: +1 on pairs (A, B) = (F, F), -1 on (F, -F), 0 for rows outside the span, of A or of B.
        members: What the basis matrices F are, in words.
        form: The quadratic form on the basis, symmetric, in the moments.
        norms: The squared norms of the basis matrices, positive.
        multiplicity: How often each eigenvalue of the block occurs.
    """

    family: OrthonormalFamily
    sign: int
    members: tuple[str, ...]
    form: tuple[Row, ...]
    norms: tuple[int, ...]
    multiplicity: int

    @property
    def size(self) -> int:
        """Return the number of eigenvalues, multiplicity apart."""
        return len(self.norms)


@dataclass(frozen=True)
class UniformBound:
    """The three numbers whose least bounds the spectrum below for every k and d ≥ k.

    Args:
        off_diagonal: Coefficient of |A_o|² + |B_o|² in equation (11); an eigenvalue for every k ≥ 3.
        diagonal_opposite: What equation (11) leaves for g_A = -g_B.
        diagonal_equal: What it leaves for g_A = g_B.
    """

    off_diagonal: PolyElement
    diagonal_opposite: PolyElement
    diagonal_equal: PolyElement


def outside_form() -> OrbitForm:
    """Return the form on the rows of A outside span(U*): their index p runs over d - k values, written as range d.

    Returns:
        An exact form, for every k and d; equal to that of Lemma D.2, because x_p is independent of x_1, …, x_k.

    **Source:** [nimc] equation (8) at orthonormal weights; d = k in the text.
    """
    factors = [
        *(Factor("phi'", "x", _I), Factor("phi", "y", _I), Factor("z", "x", _P)),
        *(Factor("phi'", "x", _J), Factor("phi", "y", _J), Factor("z", "x", _Q)),
    ]
    entries = [Entry("A", (_P, _I)), Entry("A", (_Q, _J))]
    return OrbitForm.of_pattern(entries, [_I, _J, _P, _Q], lambda classes: expectation(factors, classes))


def outside_meets_nothing() -> bool:
    """Return whether rows outside the span have no cross term: with rows inside it, of A or B, or with B's outside."""
    own = [Factor("phi'", "x", _I), Factor("phi", "y", _I), Factor("z", "x", _P)]
    partners = [
        ("A", "x", "y", _INSIDE_Q),  # E[x_p] = 0, p outside
        ("B", "y", "x", _INSIDE_Q),
        ("B", "y", "x", _Q),
    ]
    for letter, first, second, row in partners:
        factors = [*own, Factor("phi'", first, _J), Factor("phi", second, _J), Factor("z", first, row)]
        entries = [Entry("A", (_P, _I)), Entry(letter, (row, _J))]
        indices = [_I, _J, _P, row]
        if not OrbitForm.of_pattern(entries, indices, lambda c, f=factors: expectation(f, c)).is_zero:  # type: ignore[misc]
            return False
    return True


def orthonormal_blocks(k: int, d: int | None = None) -> tuple[OrthonormalBlock, ...]:
    """Return the blocks that carry all 2dk eigenvalues of the population Hessian at orthonormal U*, V*.

    Args:
        k: Number of columns, at least 1.
        d: Number of rows, at least k; by default k.

    Returns:
        The blocks that occur at this k and d, exact, for every activation with finite moments. Families without a
        member there (multiplicity 0, or basis matrices that vanish at k = 1, 2) are left out.

    Raises:
        SizeError: If k < 1 or d < k.

    **Source:** [nimc] equations (10) and (11), whose spectrum the text does not give.

    Example:
        >>> [(b.family, b.sign, b.size, b.multiplicity) for b in orthonormal_blocks(1, 2)]
        [('trivial', 1, 1, 1), ('trivial', -1, 1, 1), ('outside constant', 0, 1, 2)]
        >>> orthonormal_blocks(1)[1].form[0][0] == alpha(2, 0) * beta(2, 2) - gamma()**2
        True
    """
    rows = k if d is None else d
    if k < 1:
        raise SizeError(f"orthonormal weights: k = {k} columns; at least 1 is needed")
    if rows < k:
        raise SizeError(f"orthonormal weights: {k} columns of length d = {rows} cannot be orthonormal; take d >= k")
    inside = [block for general in _general_blocks() if (block := _at_size(general, k)) is not None]
    return (*inside, *_outside_blocks(k, rows))


@cache
def _general_blocks() -> tuple[Block, ...]:
    return tuple(family_blocks(population_form()))


def _at_size(general: Block, k: int) -> OrthonormalBlock | None:
    """Return the form on the members that do not vanish at this k."""
    basis = [(name, c, int(_number(norm, k))) for name, c, norm in _MEMBERS[general.family]]
    basis = [member for member in basis if member[2] > 0]
    # At k = 2 a multiplicity of -1 takes back the eigenvalue of the member that vanishes; here it is left out instead.
    multiplicity = int(_number(general.multiplicity, k))
    if multiplicity <= 0 or not basis:
        return None
    form = [[substitute(entry, {_K: k}) for entry in row] for row in _form_on_basis(general)]
    names = [name for name, _, _ in _MEMBERS[general.family]]
    kept = [names.index(name) for name, _, _ in basis]
    return OrthonormalBlock(
        general.family,
        general.sign,
        tuple(name for name, _, _ in basis),
        tuple(tuple(form[i][j] for j in kept) for i in kept),
        tuple(norm for _, _, norm in basis),
        multiplicity,
    )


def _form_on_basis(general: Block) -> list[list[PolyElement]]:
    """Return Pᵀ G M P: M maps members to members, G is their Gram matrix, P the orthogonal combinations."""
    size = range(len(general.matrix))
    gram = _GRAM[general.family]
    inner = [[sum((general.matrix[b][a] * gram[c][b] for b in size), moment_ring().zero) for a in size] for c in size]
    combinations = [c for _, c, _ in _MEMBERS[general.family]]
    form = [
        [
            sum((inner[c][a] * (left[c] * right[a]) for c in size for a in size), moment_ring().zero)
            for right in combinations
        ]
        for left in combinations
    ]
    if any(form[i][j] != form[j][i] for i in size for j in size):
        raise ArithmeticError(f"family {general.family}: the form on its orthogonal basis is not symmetric")
    return form


def _outside_blocks(k: int, d: int) -> list[OrthonormalBlock]:
    if d == k:
        return []
    same, different = outside_coefficients()
    constant = OrthonormalBlock(
        "outside constant",
        0,
        ("a row outside the span, constant",),
        ((same + (k - 1) * different,),),
        (1,),
        2 * (d - k),
    )
    if k == 1:
        return [constant]
    centred = OrthonormalBlock(
        "outside centred", 0, ("a row outside the span, sum 0",), ((same - different,),), (1,), 2 * (d - k) * (k - 1)
    )
    return [constant, centred]


def outside_coefficients() -> tuple[PolyElement, PolyElement]:
    """Return the coefficients of A_pi² and of A_pi A_pj, i ≠ j, in the form outside the span.

    Example:
        >>> [str(c) for c in outside_coefficients()]
        ['beta_{2,0}*alpha_{2,0}', 'beta_{1,0}**2*alpha_{1,0}**2']
    """
    found = outside_form().as_dict
    same = ("A", (("d", 0), ("k", 1)))
    return found[same, same], found[same, ("A", (("d", 0), ("k", 2)))]


def uniform_bound() -> UniformBound:
    r"""Return the numbers whose least bounds λ_min(H*) below for every k and every d ≥ k, whatever β₁₁ is.

    In equation (11) drop the squares; what is left are |A_o|² + |B_o|² times the first number, and
    :math:`D(\|g_A\|^2+\|g_B\|^2)+2c\,g_A^\top g_B`, whose least eigenvalue is the smaller of D - c and D + c. With
    β₁₁ = 0 the least of the three is ρ of Lemma C.1. Rows outside the span have no smaller eigenvalue:
    α₂₀β₂₀ - α₁₀²β₁₀² exceeds the first number by squares.

    Where α₁₀β₁₀ ≠ 0 the bound is the limit of λ_min for k → ∞: see :func:`limits`.
    """
    a, b = alpha(1, 0), beta(1, 0)
    off = alpha(2, 0) * beta(2, 0) - a**2 * b**2 - b**2 * alpha(1, 1) ** 2 - a**2 * beta(1, 1) ** 2
    spread = alpha(2, 0) * beta(2, 2)
    opposite = spread - gamma() ** 2 - (a * beta(1, 2) - alpha(1, 1) * beta(1, 1)) ** 2
    equal = spread + gamma() ** 2 - 2 * a**2 * beta(1, 1) ** 2 - (a * beta(1, 2) + alpha(1, 1) * beta(1, 1)) ** 2
    return UniformBound(off, opposite, equal)


def limits() -> dict[tuple[str, int], PolyElement]:
    """Return, by family and sign, what the diagonal member's eigenvalue tends to for k → ∞ if α₁₀β₁₀ ≠ 0.

    Off the diagonal the block grows like k α₁₀²β₁₀²; the Schur complement on the diagonal member tends to its own entry
    less the square of (coupling/√k)/(α₁₀β₁₀). The trivial family with sign + is left out: it grows where β₁₁ ≠ 0.

    Example:
        >>> limits()["standard", -1] == limits()["trivial", -1] == uniform_bound().diagonal_opposite
        True
        >>> limits()["standard", 1] == uniform_bound().diagonal_equal
        True
    """
    growth = (alpha(1, 0) * beta(1, 0)) ** 2
    found: dict[tuple[str, int], PolyElement] = {}
    for block in _general_blocks():
        if block.family in {"trivial", "standard"} and (block.family, block.sign) != ("trivial", 1):
            matrix = block.matrix
            if _leading(matrix[1][1]) != growth:
                raise ArithmeticError(f"family {block.family}: the off-diagonal entry does not grow like k*{growth}")
            found[block.family, block.sign] = matrix[0][0] - (_leading(matrix[0][1]) * matrix[1][0]).exquo(growth)
    return found


def _leading(element: PolyElement) -> PolyElement:
    """Return the coefficient of k in an element linear in k."""
    at_zero, at_one, at_two = (substitute(element, {_K: n}) for n in (0, 1, 2))
    if at_two - 2 * at_one + at_zero != 0:
        raise ArithmeticError(f"{element} is not linear in k")
    return at_one - at_zero


def _number(element: PolyElement, k: int) -> PolyElement:
    return substitute(element, {_K: k}).coeff(1)


def total_size(blocks: Sequence[OrthonormalBlock]) -> int:
    """Return how many eigenvalues the blocks carry, multiplicities counted."""
    return sum(block.size * block.multiplicity for block in blocks)
