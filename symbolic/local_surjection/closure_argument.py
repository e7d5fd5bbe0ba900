"""Inclusions of sets with named rules: a dense part of a ball in a closed image is no weaker than the ball."""

from __future__ import annotations

from dataclasses import dataclass

from symbolic.derivation import Derivation, Rule

DENSE_PART, BALL, IMAGE = "D", r"F(x)+r\mathbb B", r"F(x+t\mathbb B)"


@dataclass(frozen=True)
class SetTerm:
    """A named set, or its closure."""

    name: str
    closed: bool = False

    def to_latex(self) -> str:
        """Return the set in LaTeX, with a bar for a closure."""
        return rf"\overline{{{self.name}}}" if self.closed else self.name


@dataclass(frozen=True)
class Inclusion:
    """The statement that one set is contained in another."""

    left: SetTerm
    right: SetTerm

    def to_latex(self) -> str:
        """Return the inclusion in LaTeX."""
        return rf"{self.left.to_latex()} \subseteq {self.right.to_latex()}"


def _is_closure(before: object, after: object) -> bool:
    return (
        isinstance(before, Inclusion)
        and isinstance(after, Inclusion)
        and after == Inclusion(SetTerm(before.left.name, True), SetTerm(before.right.name, True))
    )


CLOSURE = Rule("closure is monotone", _is_closure)


def closure_rule(closure_of: str, replacement: str) -> Rule:
    """Return the rule that replaces the closure of one named set by another named set, on whichever side it stands."""

    def swap(term: SetTerm) -> SetTerm:
        return SetTerm(replacement) if term == SetTerm(closure_of, True) else term

    def holds(before: object, after: object) -> bool:
        return (
            isinstance(before, Inclusion)
            and isinstance(after, Inclusion)
            and before != after
            and after == Inclusion(swap(before.left), swap(before.right))
        )

    return Rule(f"the closure of {closure_of} is {replacement}", holds)


def dense_part_suffices(*, compact: bool = True, dense: bool = True) -> Derivation:
    r"""Return F(x) + rB ⊆ F(x + tB) from D ⊆ F(x + tB) with D dense in F(x) + rB.

    Args:
        compact: Whether closed balls are compact and F continuous, so that the image is closed.
        dense: Whether D is dense in the ball.

    Example:
        >>> dense_part_suffices().result.to_latex()
        'F(x)+r\\mathbb B \\subseteq F(x+t\\mathbb B)'
    """
    start = Inclusion(SetTerm(DENSE_PART), SetTerm(IMAGE))
    closed = Derivation(start).then(Inclusion(SetTerm(DENSE_PART, True), SetTerm(IMAGE, True)), CLOSURE)
    filled = closed.then(
        Inclusion(SetTerm(BALL), SetTerm(IMAGE, True)),
        closure_rule(DENSE_PART if dense else "E", BALL),
        "D is dense in the closed ball",
    )
    return filled.then(
        Inclusion(SetTerm(BALL), SetTerm(IMAGE)),
        closure_rule(IMAGE if compact else "E", IMAGE),
        "a continuous image of the compact ball is closed",
    )
