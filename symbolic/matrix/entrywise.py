"""Exact re-check of matrix derivatives, entry by entry, on matrices of given sizes.

Nothing of the canonical forms is used here: an expression is evaluated on matrices whose entries are
polynomials over the rationals, the entries are differentiated as polynomials, and the results are compared as
polynomials. Opaque functions become concrete polynomials, with their derivatives. Names of dimensions become
numbers that all differ, so that a transposition or a wrong axis shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING, Any

from symbolic.matrix.expression import (
    Elementwise,
    Expression,
    IndexSum,
    Operation,
    Power,
    Product,
    Symbol,
)
from symbolic.matrix.instance import Instance, Matrix
from symbolic.matrix.operations import dimension_names, functions_of, symbols_of
from symbolic.matrix.tensor_sum import Applied

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


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
        instances = "; ".join(", ".join(f"{name}={size}" for name, size in sizes) or "fixed" for sizes in self.sizes)
        return f"{self.comparisons} entries equal as polynomials at {instances}"


def size_assignments(expressions: Sequence[Expression]) -> list[dict[str, int]]:
    """Return two assignments of different numbers to the dimensions of some expressions, one rising, one falling."""
    names = sorted(set().union(*(dimension_names(e) for e in expressions)))
    rising = {name: i + 2 for i, name in enumerate(names)}
    falling = {name: len(names) + 1 - i for i, name in enumerate(names)}
    return [rising, falling] if len(names) > 1 else [rising, dict.fromkeys(names, 3)]


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
            along = sum((x * h for xs, hs in zip(slope, H, strict=True) for x, h in zip(xs, hs, strict=True)), at.zero)
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
