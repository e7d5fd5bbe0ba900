"""Matrix expressions evaluated on matrices of given sizes, entry by entry, over exact polynomials.

Nothing of the canonical forms is used here, so that agreement with them means something.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly_ctx, fmpq_poly

from symbolic.matrix.contraction import Contraction, Label
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
from symbolic.matrix.tensor_sum import Applied, TensorSum, as_entry

Matrix = list[list[Any]]
"""Rows of entries in one commutative ring: flint rationals or flint polynomials."""

# Neither odd nor even, not 0 at 0, second derivatives not constant: nothing that an opaque function need not have.
CONCRETE_FUNCTIONS = ([1, 2, -1, 1], [1, -1, 2, 1], [3, 1, -1, 2], [-2, 1, 1, -1])


class Instance:
    """Matrices of given sizes for all symbols: polynomial indeterminates for some, fixed rationals for the others.

    Args:
        symbols: All symbols that will be evaluated.
        variables: Those whose entries are indeterminates.
        functions: The names of the opaque functions.
        sizes: A number for the name of each dimension.
        seed: Chooses the rationals.
        draw: Draws one entry; by default a small nonzero rational.
        line: For each variable the name of the symbol whose value it moves along. If given, the entries of the
            variables are not indeterminates but lie on a line with one indeterminate, its parameter.
    """

    def __init__(  # noqa: PLR0913  (what an instance consists of)
        self,
        symbols: Sequence[Symbol],
        variables: Sequence[Symbol],
        functions: Sequence[str],
        sizes: dict[str, int],
        seed: int,
        *,
        draw: Callable[[random.Random], fmpq] | None = None,
        line: Mapping[str, str] | None = None,
    ) -> None:
        self.sizes, self.line = sizes, dict(line or {})
        rng = random.Random(seed)  # noqa: S311  (reproducible instances, nothing secret)
        self.places = {s.name: self._places(s) for s in symbols}
        names = [f"{U.name}{i}" for U in variables for i in range(len(self.places[U.name]))]
        self.ring = fmpq_mpoly_ctx.get(["s"] if line else names or ["unused"], Ordering.degrevlex)
        self.zero, self.one = self.ring.constant(0), self.ring.constant(1)
        generators = iter(self.ring.gens())
        self.generators: dict[str, list[Any]] = {}
        entries: dict[str, list[Any]] = {}
        for symbol in symbols:
            places = self.places[symbol.name]
            if symbol in variables and not line:
                entries[symbol.name] = self.generators[symbol.name] = [next(generators) for _ in places]
            else:
                entries[symbol.name] = [self.ring.constant((draw or random_rational)(rng)) for _ in places]
        for name, along in self.line.items():
            s = self.ring.gens()[0]
            entries[name] = [x + s * h for x, h in zip(entries[name], entries[along], strict=True)]
        self.values = {s.name: self._filled(s, self.places[s.name], entries[s.name]) for s in symbols}
        polynomials = [fmpq_poly(c) for c in CONCRETE_FUNCTIONS]
        self.functions = {name: polynomials[i % len(polynomials)] for i, name in enumerate(sorted(functions))}

    def _places(self, symbol: Symbol) -> list[list[tuple[int, int]]]:
        """Return the positions each independent entry of a symbol stands at."""
        rows, cols = symbol.rows.value(self.sizes), symbol.cols.value(self.sizes)
        if symbol.structure == "diagonal":
            return [[(i, i)] for i in range(rows)]
        if symbol.structure == "symmetric":
            return [[(i, j), (j, i)] if i != j else [(i, i)] for i in range(rows) for j in range(i, rows)]
        return [[(i, j)] for i in range(rows) for j in range(cols)]

    def _filled(self, symbol: Symbol, places: list[list[tuple[int, int]]], entries: Sequence[Any]) -> Matrix:
        result = self._constant(symbol.rows.value(self.sizes), symbol.cols.value(self.sizes), self.zero)
        for positions, entry in zip(places, entries, strict=True):
            for i, j in positions:
                result[i][j] = entry
        return result

    def _constant(self, rows: int, cols: int, value: Any) -> Matrix:
        return [[value] * cols for _ in range(rows)]

    def derivative(self, M: Matrix, directions: Mapping[str, Matrix]) -> Matrix:
        """Return the derivative of polynomial entries along constant directions for the variables."""
        if self.line:
            return [[entry.derivative("s") for entry in row] for row in M]
        total = [[self.zero for _ in row] for row in M]
        for name, H in directions.items():
            for generator, positions in zip(self.generators[name], self.places[name], strict=True):
                i, j = positions[0]
                if H[i][j] != 0:
                    total = [
                        [t + entry.derivative(str(generator)) * H[i][j] for t, entry in zip(ts, es, strict=True)]
                        for ts, es in zip(total, M, strict=True)
                    ]
        return total

    def evaluate(self, expression: Expression) -> Matrix:  # noqa: C901, PLR0912  (one case each)
        """Return the matrix of the expression's entries."""
        match expression:
            case Number(value):
                return [[self.ring.constant(fmpq(value.numerator, value.denominator))]]
            case Symbol(name):
                return self.values[name]
            case Size(dimension):
                return [[self.ring.constant(dimension.value(self.sizes))]]
            case Constant():
                return self._evaluate_constant(expression)
            case Sum(terms):
                return _added([self.evaluate(t) for t in terms])
            case Product(coefficient):
                c = fmpq(coefficient.numerator, coefficient.denominator)
                for s in expression.scalars:
                    c = c * self.evaluate(s)[0][0]
                chain = [self.evaluate(M) for M in expression.matrices] or [[[self.one]]]
                result = chain[0]
                for M in chain[1:]:
                    result = _multiplied(result, M)
                return [[c * entry for entry in row] for row in result]
            case Power(base, exponent):
                return [[self.evaluate(base)[0][0] ** exponent]]
            case Transpose(argument):
                return _transposed(self.evaluate(argument))
            case Operation(head, arguments):
                return self._evaluate_operation(head, [self.evaluate(a) for a in arguments])
            case Elementwise(function, order, argument):
                return [[self._applied(function, order, x) for x in row] for row in self.evaluate(argument)]
            case IndexSum(contraction, shape):
                form = TensorSum(shape, ((contraction, Fraction(1)),))
                return self._evaluate_form(form)
        raise TypeError(f"cannot evaluate {type(expression).__name__}")

    def _evaluate_constant(self, expression: Constant) -> Matrix:
        m, n = expression.rows.value(self.sizes), expression.cols.value(self.sizes)
        if expression.kind == "commutation":
            # Column i + j*m of K meets the entry (i, j) of an m by n matrix, which vec of the transpose puts in
            # row j + i*n.
            K = self._constant(m * n, m * n, self.zero)
            for i, j in product(range(m), range(n)):
                K[j + i * n][i + j * m] = self.one
            return K
        result = self._constant(m, n, self.one if expression.kind == "ones" else self.zero)
        if expression.kind == "identity":
            for i in range(m):
                result[i][i] = self.one
        return result

    def _evaluate_operation(self, head: str, M: list[Matrix]) -> Matrix:
        first, last = M[0], M[-1]
        match head:
            case "trace":
                return [[sum((first[i][i] for i in range(len(first))), self.zero)]]
            case "inner" | "norm2":
                pairs = [(x, y) for xs, ys in zip(first, last, strict=True) for x, y in zip(xs, ys, strict=True)]
                return [[sum((x * y for x, y in pairs), self.zero)]]
            case "hadamard":
                return [
                    [prod(entries, start=self.one) for entries in zip(*rows, strict=True)]
                    for rows in zip(*M, strict=True)
                ]
            case "kronecker":
                return [[x * y for x in xs for y in ys] for xs in first for ys in last]
            case "vec":
                return [[x] for column in _transposed(first) for x in column]
            case "diag" if len(first[0]) == 1:
                n = len(first)
                return [[first[i][0] if i == j else self.zero for j in range(n)] for i in range(n)]
            case "diag":
                return [[first[i][i]] for i in range(len(first))]
        raise TypeError(f"cannot evaluate {head}")

    def _applied(self, function: str, order: int, x: Any) -> Any:
        polynomial = self.functions[function]
        for _ in range(order):
            polynomial = polynomial.derivative()
        result = self.zero
        for c in reversed(polynomial.coeffs()):
            result = result * x + c
        return result

    def _evaluate_form(self, form: TensorSum) -> Matrix:
        rows, cols = (list(_indices(d.factors, self.sizes)) for d in form.shape)
        return [[self._entry(form, r, c) for c in cols] for r in rows]

    def _entry(self, form: TensorSum, rows: tuple[int, ...], cols: tuple[int, ...]) -> Any:
        total = self.zero
        for term, c in form.terms:
            value = self._contraction(term, {}, rows, cols)
            total += value * fmpq(c.numerator, c.denominator)
        return total

    def _contraction(
        self, term: Contraction, fixed: dict[int, int], rows: tuple[int, ...], cols: tuple[int, ...]
    ) -> Any:
        for v, value in zip(term.rows + term.cols, rows + cols, strict=True):
            if fixed.setdefault(v, value) != value:
                return self.zero
        total = self.zero
        for values in _indices(term.dims, self.sizes):
            if all(values[v] == x for v, x in fixed.items()):
                total += prod((self._node(label, [values[v] for v in s]) for label, s in term.nodes), start=self.one)
        return total

    def _node(self, label: Label, at: list[int]) -> Any:
        if isinstance(label, Applied):
            return self._applied(label.function, label.order, self._entry(label.argument, tuple(at), ()))
        entry = as_entry(label)
        if entry.structure == "diagonal":
            return self.values[entry.name][at[0]][at[0]]
        count = len(entry.shape.rows.factors)
        row = _flat_index(at[:count], entry.shape.rows.factors, self.sizes)
        return self.values[entry.name][row][_flat_index(at[count:], entry.shape.cols.factors, self.sizes)]


def random_rational(rng: random.Random) -> fmpq:
    """Return a small nonzero rational."""
    return fmpq(rng.choice([-5, -4, -3, -2, -1, 1, 2, 3, 4, 5]), rng.choice([1, 1, 2, 3]))


def _indices(dims: Sequence[Any], sizes: dict[str, int]) -> product[tuple[int, ...]]:
    return product(*(range(d if isinstance(d, int) else sizes[d]) for d in dims))


def _flat_index(at: list[int], dims: Sequence[Any], sizes: dict[str, int]) -> int:
    flat = 0
    for i, d in zip(at, dims, strict=True):
        flat = flat * (d if isinstance(d, int) else sizes[d]) + i
    return flat


def _added(matrices: list[Matrix]) -> Matrix:
    return [
        [sum(entries[1:], entries[0]) for entries in zip(*rows, strict=True)] for rows in zip(*matrices, strict=True)
    ]


def _multiplied(A: Matrix, B: Matrix) -> Matrix:
    columns = _transposed(B)
    return [[sum((x * y for x, y in zip(row, column, strict=True)), row[0] * 0) for column in columns] for row in A]


def _transposed(M: Matrix) -> Matrix:
    return [list(column) for column in zip(*M, strict=True)]
