r"""Equality of matrix expressions for all dimensions at once: canonical forms and what they decide.

The canonical form of an expression is a rational combination of contractions
(:mod:`symbolic.matrix.contraction`), each numbered canonically. Words in noncommuting letters and trace words
modulo rotation and transposition are the contractions whose indices each meet two slots.

**Soundness.** Both sides of ``is_equal`` are rewritten by the commutative ring laws and by renaming bound
indices only, so equal forms are equal matrices for every choice of the dimensions and of the entries, in every
commutative ring that contains the rationals, whatever the opaque functions are.

**Completeness.** Without opaque functions, for general (unconstrained) matrix, vector and scalar symbols, with
symbolic dimensions: if the forms differ, the expressions differ for some sizes, as large as one likes. *Proof.*
Let the sizes be at least the number of indices of any term. In the difference choose a contraction
:math:`H` with the most indices among those that meet a node or are legs (an index without either is a factor
``n``; put it into the coefficient, a polynomial in the dimensions). Give its indices distinct values: the
product of its entries is a monomial in the matrix entries (and, for legs, an entry of the value), from which
:math:`H` is read off again, names of values aside. Another contraction contributes to this monomial only by a
map of its indices *onto* these values, so it has at least as many indices, hence as many, and then it is
:math:`H` renamed, that is, the same canonical form. So the coefficient of the monomial is the coefficient of
:math:`H` times the order of its automorphism group; a nonzero polynomial in the dimensions is nonzero for some
sizes, as large as one likes. This is Lovász's argument for the linear independence of homomorphism numbers. For
traces of products of matrices it is the theorem of Procesi and Razmyslov that n by n matrices (with transposes,
invariants of O(n)) satisfy no trace identity of degree below n + 1, hence none in all dimensions; it also covers
Hadamard and Kronecker products, ``vec``, ``diag``, the identity and ones.

**Only sound.** With opaque functions (arguments are compared by their own canonical forms), with symmetric or
diagonal symbols, and with dimensions that are numbers: 2 by 2 matrices satisfy the Cayley-Hamilton identity,
which is not an identity of all sizes and is not found here.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from symbolic.matrix.dimensions import ONE, SCALAR, Dimension, Shape, ShapeError
from symbolic.matrix.expression import (
    Constant,
    Elementwise,
    Expression,
    IndexSum,
    Number,
    Operation,
    Power,
    Product,
    Size,
    Sum,
    Symbol,
    Transpose,
)
from symbolic.matrix.tensor_sum import Entry, TensorSum, applied, collected, constant, contract, single


def is_equal(left: Expression, right: Expression) -> bool:
    """Return whether two expressions are equal for all dimensions and all values of their symbols.

    Returns:
        The exact decision described in the module: ``True`` proves equality; ``False`` disproves it for
        general symbols of symbolic dimensions without opaque functions.

    Raises:
        ShapeError: If the shapes differ.

    Example:
        >>> from symbolic.matrix.symbols import matrix
        >>> from symbolic.matrix.operations import trace, norm2
        >>> A, B = matrix("A", "m", "n"), matrix("B", "n", "m")
        >>> is_equal(trace(A * B), trace(A.T * B.T)), is_equal(norm2(A * B), norm2(B * A))
        (True, False)
    """
    if left.shape != right.shape:
        raise ShapeError(f"{left} == {right}", f"{left} is {left.shape} but {right} is {right.shape}")
    return canonical_form(left) == canonical_form(right)


@lru_cache(maxsize=4096)
def canonical_form(expression: Expression) -> TensorSum:  # noqa: C901  (one case a kind of expression)
    """Return the canonical form of an expression."""
    match expression:
        case Number(value):
            return constant(value)
        case Symbol():
            return symbol_form(expression)
        case Size(dimension):
            return single(dimension.factors, (), (), ())
        case Constant():
            return _constant_form(expression)
        case Sum(terms):
            forms = [canonical_form(term) for term in terms]
            return collected(expression.shape, [item for form in forms for item in form.terms])
        case Product(coefficient, factors):
            return product_form([canonical_form(f) for f in factors]).scaled(coefficient)
        case Power(base, exponent):
            return product_form([canonical_form(base)] * exponent)
        case Transpose(argument):
            return transpose_form(canonical_form(argument))
        case Operation(head, arguments):
            return operation_form(head, [canonical_form(a) for a in arguments])
        case Elementwise(function, order, argument):
            return elementwise_form(function, order, canonical_form(argument))
        case IndexSum(contraction, shape):
            return collected(shape, [(contraction, Fraction(1))])
    raise TypeError(f"no canonical form for {type(expression).__name__}")


def symbol_form(symbol: Symbol) -> TensorSum:
    """Return the form of a symbol: one node on its legs (on one index if it is diagonal)."""
    rows, cols = symbol.rows.factors, symbol.cols.factors
    label = Entry(symbol.name, symbol.shape, symbol.structure)
    if symbol.structure == "diagonal":
        return single(rows, [(label, (0,))], [0], [0])
    legs = list(range(len(rows) + len(cols)))
    return single(rows + cols, [(label, tuple(legs))], legs[: len(rows)], legs[len(rows) :])


def product_form(forms: list[TensorSum]) -> TensorSum:
    """Return the product of forms, scalars commuting and matrices in order."""
    result = forms[0]
    for form in forms[1:]:
        if SCALAR in (form.shape, result.shape):
            a, b = leg_names(result, "a"), leg_names(form, "b")
            result = contract([(result, a[0] + a[1]), (form, b[0] + b[1])], a[0] + b[0], a[1] + b[1])
        else:
            (a0, a1), (_, b1) = leg_names(result, "a"), leg_names(form, "b")
            result = contract([(result, a0 + a1), (form, a1 + b1)], a0, b1)
    return result


def transpose_form(form: TensorSum) -> TensorSum:
    """Return the form of the transpose."""
    rows, cols = leg_names(form)
    return contract([(form, rows + cols)], cols, rows)


def operation_form(head: str, forms: list[TensorSum]) -> TensorSum:
    """Return the form of an operation: which legs are identified, which are kept, in which order."""
    rows, cols = leg_names(forms[0])
    match head:
        case "trace":
            return contract([(forms[0], rows + rows)], [])
        case "inner" | "norm2":
            return contract([(forms[0], rows + cols), (forms[-1], rows + cols)], [])
        case "hadamard":
            return contract([(form, rows + cols) for form in forms], rows, cols)
        case "kronecker":
            more_rows, more_cols = leg_names(forms[1], "b")
            operands = [(forms[0], rows + cols), (forms[1], more_rows + more_cols)]
            return contract(operands, rows + more_rows, cols + more_cols)
        case "vec":
            return contract([(forms[0], rows + cols)], cols + rows)
        case "diag" if not cols:
            return contract([(forms[0], rows)], rows, rows)
        case "diag":
            return contract([(forms[0], rows + rows)], rows)
    raise TypeError(f"no canonical form for the operation {head}")


def elementwise_form(function: str, order: int, argument: TensorSum) -> TensorSum:
    """Return the form of a function applied to every entry: one node, the argument inside its label."""
    rows, cols = leg_names(argument)
    dims = argument.shape.rows.factors + argument.shape.cols.factors
    legs = range(len(dims))
    node = applied(function, order, contract([(argument, rows + cols)], rows + cols), legs)
    return single(dims, [node], legs[: len(rows)], legs[len(rows) :])


def leg_names(form: TensorSum, prefix: str = "a") -> tuple[list[str], list[str]]:
    """Return names for the row legs and for the column legs of a form."""
    rows, cols = (len(d.factors) for d in form.shape)
    return [f"{prefix}r{i}" for i in range(rows)], [f"{prefix}c{i}" for i in range(cols)]


def _constant_form(expression: Constant) -> TensorSum:
    rows, cols = expression.rows.factors, expression.cols.factors
    r, c = list(range(len(rows))), list(range(len(rows), len(rows) + len(cols)))
    match expression.kind:
        case "identity":
            return single(rows, (), r, r)
        case "ones":
            return single(rows + cols, (), r, c)
        case "commutation":
            # K takes vec(M), numbered by (column, row), to vec(M.T), numbered by (row, column).
            return single(rows + cols, (), r + c, c + r)
    return TensorSum(Shape(Dimension(rows), Dimension(cols)) if rows or cols else Shape(ONE, ONE), ())
