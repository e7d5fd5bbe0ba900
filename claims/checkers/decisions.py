"""A checker for yes-no questions at exact instances: what a statement says against what is found by other means."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from claims.checkers.exact_instances import Recordable
from claims.evidence import CheckFailedError, Evidence, checker, mint

T = TypeVar("T", bound=Recordable)


@checker
def decide_question(  # noqa: PLR0913 - question, two answers, instances, scope, part
    question: str,
    stated: Callable[[T], bool],
    found: Callable[[T], bool],
    instances: Iterable[T],
    scope: str,
    *,
    part: str = "",
) -> Evidence:
    """Return `FixedIdentity` if the stated answer is the found one at every instance, else the first `Witness`.

    Args:
        question: What is asked of each instance, e.g. ``"is the map locally surjective here?"``.
        stated: The answer that follows from the statement.
        found: The answer by an exact decision or certificate that does not use the statement.
        instances: Exact instances; both answers must occur among them unless there is only one instance.
        scope: What the instances are.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If no instance is given.
    """
    answers: list[bool] = []
    for instance in instances:
        says, is_so = stated(instance), found(instance)
        if says != is_so:
            said, seen = ("yes", "no") if says else ("no", "yes")
            data = {"question": question, "instance": instance.to_record(), "stated": said, "found": seen}
            return mint("Witness", f"{question} The statement says {said}, it is {seen}", data, scope=scope, part=part)
        answers.append(is_so)
    if not answers:
        raise CheckFailedError("no instance was given")
    return mint(
        "FixedIdentity",
        "the stated and the found answers agree at every instance",
        {"question": question, "exact_instances": len(answers), "yes": sum(answers)},
        scope=scope,
        part=part,
    )
