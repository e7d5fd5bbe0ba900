"""Exact re-check of matrix derivatives, entry by entry, on matrices of given sizes.

Nothing of the canonical forms is used here: an expression is evaluated on matrices whose entries are
polynomials over the rationals, the entries are differentiated as polynomials, and the results are compared as
polynomials. Opaque functions become concrete polynomials, with their derivatives. Names of dimensions become
numbers that all differ, so that a transposition or a wrong axis shows.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import comb, prod
from typing import TYPE_CHECKING, Any

from flint import Ordering, fmpq, fmpq_mpoly_ctx, fmpq_poly

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
from symbolic.matrix.operations import dimension_names, functions_of, symbols_of
from symbolic.matrix.tensor_sum import Applied, Entry, TensorSum

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from symbolic.matrix.contraction import Contraction, Label

Matrix = list[list[Any]]
"""Rows of entries in one commutative ring: flint rationals or flint polynomials."""

# Neither odd nor even, not 0 at 0, second derivatives not constant: nothing that an opaque function need not have.
CONCRETE_FUNCTIONS = ([1, 2, -1, 1], [1, -1, 2, 1], [3, 1, -1, 2], [-2, 1, 1, -1])


_MOST_MONOMIALS = 4000


class EntrywiseError(ArithmeticError):
    """An all-dimension result disagrees with entrywise differentiation; this is an error of the engine."""


@dataclass(frozen=True)
class EntrywiseCheck:
    """What an entrywise re-check compared.

    Args:
        sizes: The numbers that stood for the dimensions, one tuple of pairs for each instance.
        comparisons: How many polynomial identities were compared, all of them equal.
    """

    sizes: tuple[tuple[tuple[str, int], ...], ...]
    comparisons: int

    def __str__(self) -> str:
        instances = "; ".join(
            ", ".join(f"{name}={size}" for name, size in sizes) or "fixed" for sizes in self.sizes
        )
        return f"{self.comparisons} entries equal as polynomials at {instances}"


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
                        [
                            t + entry.derivative(str(generator)) * H[i][j]
                            for t, entry in zip(ts, es, strict=True)
                        ]
                        for ts, es in zip(total, M, strict=True)
                    ]
        return total

    def evaluate(self, expression: Expression) -> Matrix:  # noqa: PLR0911, C901  (one line a kind of expression)
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

    def _evaluate_operation(self, head: str, M: list[Matrix]) -> Matrix:  # noqa: PLR0911  (one case an operation)
        first, last = M[0], M[-1]
        match head:
            case "trace":
                return [[sum((first[i][i] for i in range(len(first))), self.zero)]]
            case "inner" | "norm2":
                pairs = [
                    (x, y) for xs, ys in zip(first, last, strict=True) for x, y in zip(xs, ys, strict=True)
                ]
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
                total += prod(
                    (self._node(label, [values[v] for v in s]) for label, s in term.nodes), start=self.one
                )
        return total

    def _node(self, label: Label, at: list[int]) -> Any:
        if isinstance(label, Applied):
            return self._applied(label.function, label.order, self._entry(label.argument, tuple(at), ()))
        assert isinstance(label, Entry)
        if label.structure == "diagonal":
            return self.values[label.name][at[0]][at[0]]
        count = len(label.shape.rows.factors)
        row = _flat_index(at[:count], label.shape.rows.factors, self.sizes)
        return self.values[label.name][row][_flat_index(at[count:], label.shape.cols.factors, self.sizes)]


def size_assignments(expressions: Sequence[Expression]) -> list[dict[str, int]]:
    """Return two assignments of different numbers to the dimensions of some expressions, one rising, one falling."""
    names = sorted(set().union(*(dimension_names(e) for e in expressions)))
    rising = {name: i + 2 for i, name in enumerate(names)}
    falling = {name: len(names) + 1 - i for i, name in enumerate(names)}
    return [rising, falling] if len(names) > 1 else [rising, {name: 3 for name in names}]


def check_frechet(F: Expression, directions: dict[Symbol, Symbol], result: Expression) -> EntrywiseCheck:
    """Re-check ``result`` as the derivative of ``F`` along direction symbols, on two instances.

    Args:
        F: The map.
        directions: For each variable the symbol of its direction in ``result``.
        result: The claimed derivative.

    Returns:
        What was compared: polynomials in all entries of the variables or, if these would have very many terms,
        polynomials in the parameter of a line through a rational point.

    Raises:
        EntrywiseError: If an entry differs.
    """

    def pairs(at: Instance) -> list[tuple[Any, Any]]:
        H = {U.name: at.values[G.name] for U, G in directions.items()}
        return _paired(at.derivative(at.evaluate(F), H), at.evaluate(result))

    return _check([F, result], directions, pairs)


def check_second(f: Expression, directions: dict[Symbol, Symbol], result: Expression) -> EntrywiseCheck:
    """Re-check ``result`` as the second derivative of ``f`` along direction symbols, on two instances.

    Raises:
        EntrywiseError: If an entry differs.
    """

    def pairs(at: Instance) -> list[tuple[Any, Any]]:
        H = {U.name: at.values[G.name] for U, G in directions.items()}
        twice = at.derivative(at.derivative(at.evaluate(f), H), H)
        return _paired(twice, at.evaluate(result))

    return _check([f, result], directions, pairs)


def check_gradient(f: Expression, U: Symbol, G: Symbol, result: Expression) -> EntrywiseCheck:
    """Re-check every entry of a gradient against the partial derivatives of ``f``, on two instances.

    Args:
        f: The objective.
        U: The variable.
        G: A symbol like ``U`` that does not occur in ``f``.
        result: The claimed gradient.

    Raises:
        EntrywiseError: If an entry differs.
    """

    def pairs(at: Instance) -> list[tuple[Any, Any]]:
        value, slope = at.evaluate(f)[0][0], at.evaluate(result)
        if at.line:
            H = at.values[G.name]
            along = sum(
                (x * h for xs, hs in zip(slope, H, strict=True) for x, h in zip(xs, hs, strict=True)), at.zero
            )
            return [(value.derivative("s"), along)]
        partials = [value.derivative(str(x)) for x in at.generators[U.name]]
        claimed = [sum((slope[i][j] for i, j in positions), at.zero) for positions in at.places[U.name]]
        return list(zip(partials, claimed, strict=True))

    return _check([f, result], {U: G}, pairs)


def check_equal(left: Expression, right: Expression) -> EntrywiseCheck:
    """Re-check an equality on two instances of rational matrices.

    Raises:
        EntrywiseError: If an entry differs.
    """
    return _check([left, right], {}, lambda at: _paired(at.evaluate(left), at.evaluate(right)))


def random_rational(rng: random.Random) -> fmpq:
    """Return a small nonzero rational."""
    return fmpq(rng.choice([-5, -4, -3, -2, -1, 1, 2, 3, 4, 5]), rng.choice([1, 1, 2, 3]))


def _check(
    expressions: list[Expression],
    directions: dict[Symbol, Symbol],
    pairs: Callable[[Instance], list[tuple[Any, Any]]],
) -> EntrywiseCheck:
    symbols = {s.name: s for e in (*expressions, *directions, *directions.values()) for s in symbols_of(e)}
    variables = sorted(directions, key=lambda U: U.name)
    functions = sorted({name for e in expressions for name in functions_of(e)})
    ordered = [symbols[name] for name in sorted(symbols)]
    comparisons, done = 0, []
    for seed, sizes in enumerate(size_assignments([*expressions, *ordered])):
        count = sum(U.rows.value(sizes) * U.cols.value(sizes) for U in variables)
        own = max(_degree(e, {U.name for U in variables}) for e in expressions)
        many = bool(variables) and comb(count + own, own) > _MOST_MONOMIALS
        line = {U.name: G.name for U, G in directions.items()} if many else None
        at = Instance(ordered, variables, functions, sizes, seed, line=line)
        for left, right in pairs(at):
            comparisons += 1
            if left != right:
                raise EntrywiseError(f"{expressions[-1]}: an entry differs at sizes {sizes}")
        done.append(tuple(sorted(sizes.items())))
    return EntrywiseCheck(tuple(done), comparisons)


def _degree(expression: Expression, variables: set[str]) -> int:
    """Return a bound of the degree of the entries in the variables, functions replaced by cubic polynomials."""
    degrees = [_degree(child, variables) for child in expression.children]
    match expression:
        case Symbol(name):
            return 1 if name in variables else 0
        case Product() | Operation("inner" | "hadamard" | "kronecker"):
            return sum(degrees)
        case Power(_, exponent):
            return degrees[0] * exponent
        case Operation("norm2"):
            return 2 * degrees[0]
        case Elementwise():
            return 3 * degrees[0]
        case IndexSum(contraction):
            return sum(3 if isinstance(label, Applied) else 1 for label, _ in contraction.nodes)
    return max(degrees, default=0)


def _paired(left: Matrix, right: Matrix) -> list[tuple[Any, Any]]:
    return [(x, y) for xs, ys in zip(left, right, strict=True) for x, y in zip(xs, ys, strict=True)]


def _indices(dims: Sequence[Any], sizes: dict[str, int]) -> product[tuple[int, ...]]:
    return product(*(range(d if isinstance(d, int) else sizes[d]) for d in dims))


def _flat_index(at: list[int], dims: Sequence[Any], sizes: dict[str, int]) -> int:
    flat = 0
    for i, d in zip(at, dims, strict=True):
        flat = flat * (d if isinstance(d, int) else sizes[d]) + i
    return flat


def _added(matrices: list[Matrix]) -> Matrix:
    return [
        [sum(entries[1:], entries[0]) for entries in zip(*rows, strict=True)]
        for rows in zip(*matrices, strict=True)
    ]


def _multiplied(A: Matrix, B: Matrix) -> Matrix:
    columns = _transposed(B)
    return [
        [sum((x * y for x, y in zip(row, column, strict=True)), row[0] * 0) for column in columns]
        for row in A
    ]


def _transposed(M: Matrix) -> Matrix:
    return [list(column) for column in zip(*M, strict=True)]
