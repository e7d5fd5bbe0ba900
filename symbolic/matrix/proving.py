"""Proofs of matrix identities modulo side relations, and the search for counterexamples."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flint import fmpq

from symbolic.derivation import Derivation, Rule
from symbolic.matrix.canonical import canonical_form
from symbolic.matrix.expression import Expression
from symbolic.matrix.factoring import factored
from symbolic.matrix.instance import Instance, Matrix
from symbolic.matrix.operations import dimension_names, functions_of, symbols_of
from symbolic.matrix.read_back import read_back
from symbolic.matrix.rewriting import Relation, rewritten
from symbolic.matrix.steps import SAME

if TYPE_CHECKING:
    from collections.abc import Sequence

_TRIALS = 400


@dataclass(frozen=True)
class Counterexample:
    """Matrices that satisfy the relations and for which the two sides differ.

    Args:
        sizes: The numbers the dimensions stand for.
        values: The entries of each symbol, exact rationals as text.
        left: The value of the left side.
        right: The value of the right side.
    """

    sizes: tuple[tuple[str, int], ...]
    values: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
    left: tuple[tuple[str, ...], ...]
    right: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Unproved:
    """What is left when rewriting does not bring two sides together.

    Args:
        left: The left side, rewritten.
        right: The right side, rewritten.
        counterexample: Matrices that refute the equality, if any were found.
        tried: How many instances that satisfy the relations were looked at.
    """

    left: Expression
    right: Expression
    counterexample: Counterexample | None
    tried: int


def prove_equal(left: Expression, right: Expression, relations: Sequence[Relation] = ()) -> Derivation | Unproved:
    """Return a derivation of ``left = right`` from the relations, or what prevents one.

    Args:
        left: One side.
        right: The other side, of the same shape.
        relations: What may be assumed.

    Returns:
        A :class:`~symbolic.derivation.Derivation` from ``left`` to ``right``, one step a relation, for all
        dimensions; it is sound only: when none is found the equality may still follow. Then an
        :class:`Unproved`, which disproves the equality exactly if it holds a counterexample.

    Example:
        >>> from symbolic.matrix.symbols import identity, matrix
        >>> U, X = matrix("U", "m", "k"), matrix("X", "m", "n")
        >>> P = U * U.T
        >>> proof = prove_equal(P * P, P, [Relation(U.T * U, identity("k"))])
        >>> proof.recheck(), len(proof)
        (True, 1)
    """
    down, up = _descent(left, relations), _descent(right, relations)
    if canonical_form(down[-1][0]) != canonical_form(up[-1][0]):
        return Unproved(down[-1][0], up[-1][0], *find_counterexample(left, right, relations))
    derivation = Derivation(left)
    for expression, rule in down[1:]:
        derivation = derivation.then(expression, rule)
    climb = [(up[i - 1][0], up[i][1]) for i in range(len(up) - 1, 0, -1)]
    if not climb and derivation.result != right:
        derivation = derivation.then(right, SAME)
    elif climb and derivation.result != up[-1][0]:
        derivation = derivation.then(up[-1][0], SAME)
    for expression, rule in climb:
        derivation = derivation.then(expression, rule)
    return derivation


def modulo(relation: Relation) -> Rule:
    """Return the rule that two expressions are equal because of one relation."""

    def holds(before: object, after: object) -> bool:
        if not isinstance(before, Expression) or not isinstance(after, Expression):
            return False
        return rewritten(canonical_form(before), [relation]) == rewritten(canonical_form(after), [relation])

    return Rule(str(relation), holds)


def find_counterexample(
    left: Expression, right: Expression, relations: Sequence[Relation] = (), seed: int = 0
) -> tuple[Counterexample | None, int]:
    """Return small exact matrices that satisfy the relations but not the equality, and how many satisfied them.

    The instances are drawn with entries in -1, 0, 1 and sizes up to 3; that none
    is found proves nothing.
    """
    expressions = [left, right, *(side for r in relations for side in (r.left, r.right))]
    symbols = {s.name: s for e in expressions for s in symbols_of(e)}
    functions = sorted({name for e in expressions for name in functions_of(e)})
    names = sorted(set().union(*(dimension_names(e) for e in expressions)))
    rng = random.Random(seed)  # noqa: S311  (a reproducible search)
    tried = 0
    for trial in range(_TRIALS):
        largest = 1 + trial % 3
        sizes = {name: rng.randint(1, largest) for name in names}
        at = Instance(list(symbols.values()), [], functions, sizes, rng.randrange(2**32), draw=_draw)
        if any(at.evaluate(r.left) != at.evaluate(r.right) for r in relations):
            continue
        tried += 1
        values = at.evaluate(left), at.evaluate(right)
        if values[0] != values[1]:
            entries = tuple((name, _as_text(at.values[name])) for name in sorted(symbols))
            found = Counterexample(tuple(sorted(sizes.items())), entries, *map(_as_text, values))
            return found, tried
    return None, tried


def _descent(expression: Expression, relations: Sequence[Relation]) -> list[tuple[Expression, Rule]]:
    """Return the expressions met by applying one relation after the other, each until it no longer applies."""
    chain = [(expression, SAME)]
    form = canonical_form(expression)
    while True:
        changed = False
        for relation in relations:
            following = rewritten(form, [relation])
            if following != form:
                form, changed = following, True
                chain.append((factored(read_back(form)), modulo(relation)))
        if not changed:
            return chain


def _draw(rng: random.Random) -> fmpq:
    return fmpq(rng.choice([-1, 0, 0, 1]))


def _as_text(M: Matrix) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(str(entry) for entry in row) for row in M)
