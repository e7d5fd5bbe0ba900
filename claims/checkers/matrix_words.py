"""The checker of matrix identities and of Hessians, for all dimensions, against entrywise exact instances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from claims.evidence import CheckFailedError, Evidence, checker, mint
from symbolic.matrix import Expression, Relation, prove_equal, second_derivative
from symbolic.matrix.entrywise import EntrywiseError
from symbolic.matrix.expression import Symbol
from symbolic.matrix.proving import Unproved


@checker
def decide_matrix_identity(
    left: Expression, right: Expression, shows: str, *, relations: Sequence[Relation] = (), part: str = ""
) -> Evidence:
    """Return `Derivation` if two matrix expressions are equal for all dimensions, else a `Witness`.

    Args:
        left: One side.
        right: The other side, of the same shape.
        shows: One sentence: what the identity shows.
        relations: What may be assumed.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If neither a proof nor a counterexample is found.
    """
    found = prove_equal(left, right, relations)
    if isinstance(found, Unproved):
        example = found.counterexample
        if example is None:
            raise CheckFailedError(f"{found.left} and {found.right} are neither shown equal nor told apart")
        data = {
            "sizes": dict(example.sizes),
            "values": {name: [list(row) for row in rows] for name, rows in example.values},
            "left": [list(row) for row in example.left],
            "right": [list(row) for row in example.right],
        }
        return mint("Witness", "exact matrices for which the sides differ", data, part=part)
    if not found.recheck():
        raise CheckFailedError("a step of the derivation does not hold when it is checked again")
    return mint("Derivation", shows, {"steps": found.to_records()}, part=part)


@checker
def decide_second_derivative(
    f: Expression, directions: Mapping[Symbol, Expression], printed: Expression, shows: str, *, part: str = ""
) -> Evidence:
    """Return `Derivation` if the Hessian's quadratic form of ``f`` along ``directions`` is ``printed``.

    The form is read off the expansion of f in the step length, and compared entrywise with exact instances.

    Args:
        f: A scalar objective.
        directions: The direction of each variable.
        printed: The quadratic form to be shown.
        shows: One sentence: what it shows.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If the entrywise check contradicts the expansion, or nothing is found either way.
    """
    try:
        derived = second_derivative(f, directions)
    except EntrywiseError as error:
        raise CheckFailedError(str(error)) from error
    return decide_matrix_identity(derived.expression, printed, shows, part=part)
