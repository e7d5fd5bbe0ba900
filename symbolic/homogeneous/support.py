"""What a conclusion of an argument rests on: the premises reached by going back through the steps that gave it."""

from __future__ import annotations

from sympy.polys.rings import PolyElement

from symbolic.homogeneous.argument import Argument, ArgumentError, Fact, Inference, Sign

__all__ = ["support"]


def support(argument: Argument, name: str, polynomial: PolyElement, sign: Sign = ">=") -> tuple[Fact, ...]:
    """Return the premises on which the conclusion ``polynomial sign 0`` of an argument rests, in their order.

    Args:
        argument: The finished argument.
        name: What is concluded, in words; for messages.
        polynomial: The quantity concluded upon, exactly as a step has it.
        sign: ``"="``, ``">="`` or ``">"``.

    Returns:
        The facts that were given or declared and that some step on the way uses with a multiplier other than zero, or
        for the sign of a multiplier. Only they may be called grounds of the conclusion. There are none if it follows
        from squares alone.

    Raises:
        ArgumentError: If no step concludes it, if it is a definition or rests on the naming of a constant, or if
            neither a premise nor a square stands behind it.

    Example:
        >>> argument = Argument(("a", "b", "c"))
        >>> a, b, c = argument.generators
        >>> first, second = argument.given("a ≥ b", a - b), argument.given("c ≥ 0", c)
        >>> _ = argument.conclude("2a ≥ 2b", 2 * a - 2 * b, {first: 2, second: 0})
        >>> [fact.name for fact in support(argument, "2a ≥ 2b", 2 * a - 2 * b)]
        ['a ≥ b']
    """
    goals = [
        inference
        for inference in argument.inferences
        if (inference.conclusion.polynomial, inference.conclusion.sign) == (argument.ring(polynomial), sign)
    ]
    if not goals:
        raise ArgumentError(f"{name}: no step concludes {polynomial} {sign} 0")
    goal = goals[-1]
    if goal.rule == "definition" or argument.ring(polynomial) == 0:
        raise ArgumentError(f"{name}: a definition or an identity is no conclusion")
    reached = _reached(argument, goal)
    for step in reached:
        if isinstance(step, Inference) and step.rule == "definition" and len(_quantities(step.conclusion)) == 1:
            raise ArgumentError(f"{name}: it rests on naming a constant, {step.conclusion.name!r}")
    premises = tuple(fact for fact in argument.assumptions if fact in reached)
    if not premises and not any(isinstance(step, Inference) and step.rule == "square" for step in reached):
        raise ArgumentError(f"{name}: no premise stands behind it")
    return premises


def _reached(argument: Argument, goal: Inference) -> list[Fact | Inference]:
    """Return the premises and the steps behind a step, itself included."""
    made_by = {inference.conclusion: inference for inference in reversed(argument.inferences)}
    premises = set(argument.assumptions)
    found: list[Fact | Inference] = [goal]
    stack = _behind(argument, goal)
    seen: set[Fact] = set()
    while stack:
        fact = stack.pop()
        if fact in seen:
            continue
        seen.add(fact)
        if fact in premises:
            found.append(fact)
        else:
            found.append(made_by[fact])
            stack.extend(_behind(argument, made_by[fact]))
    return found


def _behind(argument: Argument, step: Inference) -> list[Fact]:
    facts = [fact for fact, multiplier in step.premises if multiplier != 0]
    for fact, multiplier in step.premises:
        if fact.sign != "=":
            facts.extend(argument.signs_behind(multiplier))
    if step.rule == "nonnegative quantities":
        facts.extend(argument.signs_behind(step.conclusion.polynomial))
    return facts


def _quantities(fact: Fact) -> set[int]:
    return {i for monomial in fact.polynomial.monoms() for i, power in enumerate(monomial) if power}
