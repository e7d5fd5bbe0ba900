"""The checker of arguments: equations that follow from one another, for all dimensions, tried at exact instances."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from claims.checkers.matrix_identity import MatrixInstance, rows_of, value_of
from claims.evidence import CheckFailedError, Evidence, checker, mint
from symbolic.matrix.argument import Argument, Equation, UnprovedError


@checker
def check_argument(
    build: Callable[[], Argument], instances: Iterable[MatrixInstance], shows: str, *, part: str = ""
) -> Evidence:
    """Return `Derivation` for the argument that ``build`` makes, else a `Witness` against the equation that fails.

    Every equation follows from the hypotheses by rewriting or because a sum of squares vanishes; the argument is
    rechecked as a whole. At the instances, which must satisfy the hypotheses (so they are inhabited), hypotheses and
    equations are evaluated by plain matrix arithmetic that shares nothing with the rewriting.

    Args:
        build: Makes the argument; a step that does not follow raises while it is made.
        instances: Exact instances; at least one.
        shows: One sentence: what the argument shows.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If a step does not follow and no instance refutes it, or an instance violates a hypothesis
            or contradicts an equation that was proved.
    """
    try:
        argument = build()
    except UnprovedError as error:
        return _refuted(error, instances, part)
    if not argument.steps or not argument.recheck():
        raise CheckFailedError("the argument is empty, or a step of it does not hold when it is checked again")
    tried = 0
    for instance in instances:
        for equation in argument.assumed:
            if not _holds(equation, instance):
                raise CheckFailedError(f"the instance {instance.to_record()} violates the hypothesis {equation}")
        for step in argument.steps:
            if not _holds(step.equation, instance):
                raise CheckFailedError(f"proved, but false at {instance.to_record()}: {step.equation}")
        tried += 1
    if not tried:
        raise CheckFailedError("no instance satisfies the hypotheses")
    data = {
        "hypotheses": [equation.to_latex() for equation in argument.assumed],
        "steps": argument.to_records(),
        "exact_instances": tried,
    }
    return mint("Derivation", shows, data, part=part)


def _holds(equation: Equation, instance: MatrixInstance) -> bool:
    return bool(value_of(equation.left, instance) == value_of(equation.right, instance))


def _satisfies(assumed: Sequence[Equation], instance: MatrixInstance) -> bool:
    return all(_holds(equation, instance) for equation in assumed)


def _refuted(error: UnprovedError, instances: Iterable[MatrixInstance], part: str) -> Evidence:
    """Return the first instance that satisfies the hypotheses and not the equation."""
    for instance in instances:
        if _satisfies(error.assumed, instance) and not _holds(error.equation, instance):
            values = {
                "equation_latex": error.equation.to_latex(),
                "instance": instance.to_record(),
                "left": rows_of(value_of(error.equation.left, instance)),
                "right": rows_of(value_of(error.equation.right, instance)),
            }
            scope = ", ".join(f"{name}={size}" for name, size in sorted(instance.sizes.items()))
            return mint("Witness", f"the hypotheses hold but not {error.equation}", values, scope=scope, part=part)
    raise CheckFailedError(str(error))
