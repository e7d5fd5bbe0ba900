"""Sums, products and powers of matrix expressions, with the shape errors they raise."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from symbolic.matrix.dimensions import ShapeError
from symbolic.matrix.expression import Constant, Expression, Number, Power, Product, Sum
from symbolic.matrix.symbols import identity, zeros


def as_expression(value: Expression | int | Fraction) -> Expression:
    """Return the value as an expression.

    Raises:
        TypeError: If it is neither an expression nor a rational number (floating point is not exact).
    """
    if isinstance(value, Expression):
        return value
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise TypeError(f"{value!r} is not an exact rational number; write Fraction(1, 2), not 0.5")
    return Number(Fraction(value))


def add(*terms: Expression) -> Expression:
    """Return the sum of expressions of one shape; nested sums are flattened, zeros dropped.

    Raises:
        ShapeError: If the shapes differ.
    """
    for term in terms[1:]:
        if term.shape != terms[0].shape:
            fits = term.shape.transposed == terms[0].shape
            raise ShapeError(
                str_sum(terms),
                f"{terms[0]} is {terms[0].shape} but {unsigned(term)} is {term.shape}",
                f"did you mean {unsigned(term).T}?" if fits else "",
            )
    flat = [t for term in terms for t in (term.terms if isinstance(term, Sum) else (term,))]
    kept = [t for t in flat if not _is_zero(t)]
    if len(kept) < 2:
        return kept[0] if kept else zeros(*terms[0].shape)
    if all(isinstance(t, Number) for t in kept):
        return Number(sum((t.value for t in kept if isinstance(t, Number)), Fraction(0)))
    return Sum(tuple(kept))


def multiply(*factors: Expression) -> Expression:
    """Return the product of expressions; a scalar commutes with everything, matrices must chain.

    Raises:
        ShapeError: If neighbouring matrices do not fit; the message proposes a transposition that does.
    """
    coefficient = Fraction(1)
    flat: list[Expression] = []
    for factor in factors:
        if isinstance(factor, Number):
            coefficient *= factor.value
        elif isinstance(factor, Product) and (not factor.is_scalar or not factor.matrices):
            coefficient *= factor.coefficient
            flat += factor.factors
        elif isinstance(factor, Product):
            # A scalar made of matrices (x.T*y) stays one factor: its matrices must not join the chain.
            coefficient *= factor.coefficient
            flat.append(Product(Fraction(1), factor.factors))
        else:
            flat.append(factor)
    chain = [f for f in flat if not f.is_scalar]
    for left, right in pairwise(chain):
        if left.shape.cols != right.shape.rows:
            raise _product_error(left, right)
    if coefficient == 0 or any(_is_zero(f) for f in flat):
        return zeros(chain[0].shape.rows, chain[-1].shape.cols) if chain else Number(Fraction(0))
    scalars = [f for f in flat if f.is_scalar]
    kept = [f for f in chain if not (isinstance(f, Constant) and f.kind == "identity")] or chain[:1]
    ordered = (*scalars, *kept)
    if not ordered:
        return Number(coefficient)
    if coefficient == 1 and len(ordered) == 1:
        return ordered[0]
    return Product(coefficient, ordered)


def power(base: Expression, exponent: int) -> Expression:
    """Return a nonnegative integer power of a scalar, or of a square matrix as a product.

    Raises:
        ValueError: If the exponent is not a nonnegative integer.
        ShapeError: If the base is not square.
    """
    if type(exponent) is not int or exponent < 0:
        raise ValueError(f"({base})**{exponent}: the exponent must be a nonnegative integer")
    if base.shape.rows != base.shape.cols:
        raise ShapeError(f"({base})**{exponent}", f"{base} is {base.shape}, which is not square")
    if exponent == 0:
        return identity(base.shape.rows)
    if isinstance(base, Number):
        return Number(base.value**exponent)
    if not base.is_scalar:
        return multiply(*[base] * exponent)
    return base if exponent == 1 else Power(base, exponent)


def unsigned(term: Expression) -> Expression:
    """Return the term without the sign or number in front of it."""
    if isinstance(term, Product):
        return multiply(*term.factors)
    return term


def str_sum(terms: tuple[Expression, ...]) -> str:
    """Return the text of a sum whose shapes may not fit."""
    return str(Sum(terms))


def _is_zero(term: Expression) -> bool:
    return (isinstance(term, Number) and term.value == 0) or (isinstance(term, Constant) and term.kind == "zeros")


def _product_error(left: Expression, right: Expression) -> ShapeError:
    candidates = ((left.T, right), (left, right.T), (left.T, right.T), (right, left))
    fits = next((pair for pair in candidates if pair[0].shape.cols == pair[1].shape.rows), None)
    return ShapeError(
        str(Product(Fraction(1), (left, right))),
        f"{left} is {left.shape} but {right} is {right.shape}",
        f"did you mean {Product(Fraction(1), fits)}?" if fits else "",
    )
