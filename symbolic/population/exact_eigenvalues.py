"""Eigenvalues of blocks of size at most 3 in closed form, for exact moments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sympy import Expr, Integer, Poly, Pow, Rational, S, Symbol, expand, sqrt
from sympy.polys.rings import PolyElement

from symbolic.moments.constant_form import ConstantFormError, canonical_constant, constants_equal
from symbolic.moments.expectation import Expectation

ExactMatrix = tuple[tuple[Expr, ...], ...]
_ROOT = Symbol("x")
# Factors of a radicand this long may take minutes to find, and no reader gains by such a closed form.
_LONGEST_RADICAND = 96


@dataclass(frozen=True)
class CharacteristicRoots:
    """What is known exactly of a block's eigenvalues.

    Args:
        values: Eigenvalues in closed form, each as often as it occurs.
        remaining: The monic polynomial, in the symbol x, whose roots are the other eigenvalues; ``None`` if there is
            no other.
    """

    values: tuple[Expr, ...]
    remaining: Expr | None

    @property
    def nullity(self) -> int:
        """Return how many of the closed forms are exactly 0."""
        return sum(1 for value in self.values if is_zero(value))


def exact_value(element: PolyElement, moments: Mapping[Symbol, Expr]) -> Expr:
    """Return a polynomial in the moments at exact moments: a canonical constant, or expanded in basis moments E[...].

    Args:
        element: An element of the moment ring without k and d.
        moments: The moments' exact values by symbol.
    """
    return normal_form(element.as_expr().xreplace(dict(moments)))


def normal_form(value: Expr) -> Expr:
    """Return the canonical form of a constant, or the expansion of a polynomial in basis moments."""
    if not value.has(Expectation):
        try:
            return canonical_constant(value)
        except ConstantFormError:
            pass  # a constant outside the canonical field is kept as it is expanded
    return expand(value)


def is_zero(value: Expr) -> bool:
    """Return whether an exact value is shown to be 0 (False is not a proof that it is not)."""
    try:
        return bool(constants_equal(value, S.Zero)) or expand(value) == 0
    except ConstantFormError:
        return bool(expand(value) == 0)


def characteristic_roots(form: ExactMatrix, norms: Sequence[int]) -> CharacteristicRoots:
    """Return the eigenvalues of form[i][j]/√(n_i n_j), exact.

    Args:
        form: A symmetric matrix of exact constants or polynomials in basis moments, of size at most 3.
        norms: The positive integers n_i.

    Returns:
        Closed forms, by splitting off uncoupled members, the eigenvalue 0, rational roots, and quadratics; what is
        left of a cubic, or has a radicand of more than 96 bits, is returned as a polynomial.

    Example:
        >>> one = Integer(1)
        >>> characteristic_roots(((2 * one, one), (one, 2 * one)), (1, 1)).values
        (1, 3)
        >>> characteristic_roots(((one, one), (one, one)), (1, 1)).nullity
        1
    """
    values: list[Expr] = []
    remaining: Expr | None = None
    for part in _uncoupled(form):
        coefficients = _characteristic_coefficients(form, norms, part)
        found, rest = _roots(coefficients)
        values += found
        remaining = rest if rest is not None else remaining
    return CharacteristicRoots(tuple(values), remaining)


def null_vector(form: ExactMatrix) -> tuple[Expr, ...]:
    """Return an exact vector that a singular form of rank n - 1 annihilates: the cofactors of one of its rows.

    Raises:
        ValueError: If every cofactor is 0, so that the rank is below n - 1.

    Example:
        >>> null_vector(((Integer(1), Integer(2)), (Integer(2), Integer(4))))
        (1, -1/2)
    """
    size = range(len(form))
    for row in size:
        rest = [form[i] for i in size if i != row]
        vector = [
            normal_form((-1) ** j * _determinant([[line[i] for i in size if i != j] for line in rest])) for j in size
        ]
        lead = next((c for c in vector if not is_zero(c)), None)
        if lead is not None:
            return tuple(vector) if lead.is_Add else tuple(normal_form(c / lead) for c in vector)
    raise ValueError(f"null vector: the form of size {len(form)} has rank below {len(form) - 1}")


def _uncoupled(form: ExactMatrix) -> list[list[int]]:
    """Return the index sets between which every entry is exactly 0."""
    parts: list[list[int]] = []
    for i in range(len(form)):
        touching = [part for part in parts if any(not is_zero(form[i][j]) for j in part)]
        merged = sorted([i, *(j for part in touching for j in part)])
        parts = [part for part in parts if part not in touching] + [merged]
    return sorted(parts)


def _characteristic_coefficients(form: ExactMatrix, norms: Sequence[int], part: Sequence[int]) -> list[Expr]:
    """Return c_0, …, c_(m-1) of det(x - S) = x^m + c_(m-1) x^(m-1) + …, S on the indices of one part."""

    def minor(indices: Sequence[int]) -> Expr:
        scale = S.One
        for i in indices:
            scale *= Integer(norms[i])
        return normal_form(_determinant([[form[i][j] for j in indices] for i in indices]) / scale)

    size = len(part)
    sums = []
    for order in range(1, size + 1):
        total = S.Zero
        for indices in _subsets(part, order):
            total += minor(indices)
        sums.append(normal_form((-1) ** order * total))
    return sums[::-1]


def _subsets(items: Sequence[int], order: int) -> list[list[int]]:
    if order == 0:
        return [[]]
    return [[item, *rest] for n, item in enumerate(items) for rest in _subsets(items[n + 1 :], order - 1)]


def _determinant(matrix: list[list[Expr]]) -> Expr:
    if len(matrix) == 1:
        return matrix[0][0]
    total = S.Zero
    for j, entry in enumerate(matrix[0]):
        total += (-1) ** j * entry * _determinant([row[:j] + row[j + 1 :] for row in matrix[1:]])
    return total


def _roots(coefficients: list[Expr]) -> tuple[list[Expr], Expr | None]:
    """Return the roots found in closed form, and the polynomial of the others: then only zeros are found."""
    found: list[Expr] = []
    while coefficients and is_zero(coefficients[0]):
        found.append(S.Zero)
        coefficients = coefficients[1:]
    zeros, nonzero = list(found), coefficients
    if len(coefficients) == 3 and all(c.is_Rational for c in coefficients):
        rational, coefficients = _rational_roots(coefficients)
        found += rational
    if len(coefficients) == 1:
        return [*found, normal_form(-coefficients[0])], None
    if len(coefficients) == 2:
        pair = _quadratic_roots(*coefficients)
        return (zeros, _monic(nonzero)) if pair is None else ([*found, *pair], None)
    return found, _monic(coefficients) if coefficients else None


def _rational_roots(coefficients: list[Expr]) -> tuple[list[Expr], list[Expr]]:
    """Return the rational roots of a monic cubic over ℚ and the coefficients of what they leave."""
    polynomial = Poly(_monic(coefficients), _ROOT, domain="QQ")
    roots: list[Expr] = []
    rest = polynomial
    for factor, power in polynomial.factor_list()[1]:
        if factor.degree() == 1:
            slope, constant = factor.all_coeffs()
            roots += [-constant / slope] * power
            rest = rest.quo(factor**power)
    return roots, [Rational(c) for c in rest.monic().all_coeffs()[1:][::-1]]


def _quadratic_roots(constant: Expr, linear: Expr) -> list[Expr] | None:
    """Return both roots, or ``None`` where the radicand, small prime factors apart, is too long to take apart."""
    discriminant = normal_form(linear**2 / 4 - constant)
    if is_zero(discriminant):
        return [normal_form(-linear / 2)] * 2
    root = sqrt(discriminant)
    radicands = [power.base for power in root.atoms(Pow) if power.base.is_Integer]
    if discriminant.is_Rational and any(int(r).bit_length() > _LONGEST_RADICAND for r in radicands):
        return None
    return [normal_form(-linear / 2) - root, normal_form(-linear / 2) + root]


def _monic(coefficients: list[Expr]) -> Expr:
    total = _ROOT ** len(coefficients)
    for power, coefficient in enumerate(coefficients):
        total += coefficient * _ROOT**power
    return total
