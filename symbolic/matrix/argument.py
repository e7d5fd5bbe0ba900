"""Arguments about matrices: equations shown one after the other, each from named earlier ones.

Two inferences lead beyond rewriting: a sum of squared Frobenius norms that is zero has only zero terms, and (a case
of it) xᵀSSᵀx = 0 gives Sᵀx = 0. With them the usual steps "R ≻ 0, R² = Λ², hence R = Λ" become equations.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from symbolic.derivation import Derivation
from symbolic.matrix.canonical import is_equal
from symbolic.matrix.expression import Expression, Number
from symbolic.matrix.operations import norm2
from symbolic.matrix.proving import prove_equal
from symbolic.matrix.rewriting import Relation
from symbolic.matrix.steps import SAME
from symbolic.matrix.symbols import zeros

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Equation:
    """An equality between two expressions of one shape."""

    left: Expression
    right: Expression

    def __str__(self) -> str:
        return f"{self.left} = {self.right}"

    def to_latex(self) -> str:
        """Return the equation in LaTeX."""
        return f"{self.left.to_latex()} = {self.right.to_latex()}"

    @property
    def relation(self) -> Relation:
        """Return the equation as a rule for rewriting.

        Raises:
            RelationError: If it cannot be used as one.
        """
        return Relation(self.left, self.right)


class UnprovedError(ValueError):
    """An equation of an argument does not follow from what is said to give it.

    Attributes:
        equation: What was to be shown.
        assumed: The hypotheses of the argument.
    """

    def __init__(self, equation: Equation, left_over: str, assumed: tuple[Equation, ...]) -> None:
        super().__init__(f"{equation} does not follow: {left_over}")
        self.equation = equation
        self.assumed = assumed


class UnknownPremiseError(ValueError):
    """A step of an argument uses an equation that was neither assumed nor shown."""


@dataclass(frozen=True)
class ArgumentStep:
    """An equation shown: its derivation, or the sum of squares that makes it zero, with the words for it."""

    equation: Equation
    rule: str
    reason: str
    derivation: Derivation


class Argument:
    """Equations shown in order, each checked when it is added.

    Args:
        assumed: The hypotheses.

    Example:
        >>> from symbolic.matrix.symbols import identity, matrix
        >>> A, B, C = (matrix(name, "k", "k") for name in "ABC")
        >>> left, right = Equation(B * A, identity("k")), Equation(A * C, identity("k"))
        >>> argument = Argument(left, right)
        >>> first = argument.show(B, B * A * C, right)
        >>> print(argument.chain(first, argument.show(B * A * C, C, left)))
        B = C
        >>> len(argument.steps)
        3
    """

    def __init__(self, *assumed: Equation) -> None:
        self.assumed = assumed
        self.steps: list[ArgumentStep] = []
        self._known = list(assumed)

    def show(self, left: Expression, right: Expression, *using: Equation, because: str = "") -> Equation:
        """Return the equation ``left = right``, proved by rewriting with known equations, for all dimensions.

        Args:
            left: One side.
            right: The other side.
            using: Hypotheses or equations shown before, in the order in which they are tried.
            because: The reason in words.

        Raises:
            UnknownPremiseError: If ``using`` holds something not known yet.
            UnprovedError: If rewriting does not bring the two sides together.
        """
        equation = Equation(left, right)
        derivation = self._proved(equation, using)
        rule = "by " + ", ".join(f"${e.to_latex()}$" for e in using) if using else "expand"
        return self._add(equation, rule, because, derivation)

    def chain(self, *equations: Equation, because: str = "") -> Equation:
        """Return ``a = d`` from known equations ``a = b``, ``b = c``, ``c = d``.

        Raises:
            UnknownPremiseError: If an equation is not known yet.
            UnprovedError: If the right side of one is not the left side of the next.
        """
        equation = Equation(equations[0].left, equations[-1].right)
        whole = Derivation(equation.left)
        for link, following in zip(equations, [*equations[1:], None], strict=True):
            if following is not None and not is_equal(link.right, following.left):
                raise UnprovedError(equation, f"{link.right} is not {following.left}", self.assumed)
            given = next((step.derivation for step in self.steps if step.equation == link), None)
            if given is None:
                given = self._proved(link, [link])
            if whole.result != given.start:
                whole = whole.then(given.start, SAME)
            whole = Derivation(whole.start, (*whole.steps, *given.steps))
        return self._add(equation, "one after the other", because, whole)

    def show_vanishing(self, roots: Sequence[Expression], *using: Equation, because: str = "") -> list[Equation]:
        """Return ``A = 0`` for each of the given matrices, from ‖A‖² + ‖B‖² + … = 0.

        Args:
            roots: The matrices; the sum of their squared Frobenius norms must be shown to be zero.
            using: Hypotheses or equations shown before.
            because: The reason in words.

        Raises:
            UnknownPremiseError: If ``using`` holds something not known yet.
            UnprovedError: If the sum is not brought to zero.
        """
        total: Expression = norm2(roots[0])
        for root in roots[1:]:
            total = total + norm2(root)
        nothing = Equation(total, Number(Fraction(0)))
        derivation = self._proved(nothing, using)
        rule = f"a sum of squares is zero: ${nothing.to_latex()}$"
        return [
            self._add(Equation(root, zeros(root.shape.rows, root.shape.cols)), rule, because, derivation)
            for root in roots
        ]

    def __repr__(self) -> str:
        return "Argument(" + "; ".join(str(step.equation) for step in self.steps) + ")"

    def recheck(self) -> bool:
        """Return whether every derivation of the argument still stands, computed anew."""
        return all(
            step.derivation.recheck() and _joins(step.derivation, step.equation, step.rule) for step in self.steps
        )

    def to_records(self) -> list[dict[str, str]]:
        """Return the steps as JSON-ready records; the first one starts from the hypotheses."""
        before = r",\; ".join(e.to_latex() for e in self.assumed) or r"\text{no hypothesis}"
        records = []
        for step in self.steps:
            after = step.equation.to_latex()
            records.append({"before": before, "after": after, "rule": step.rule, "reason": step.reason})
            before = after
        return records

    def to_latex(self) -> str:
        r"""Return an ``align*`` environment, one equation a line with its reason."""
        lines = [rf"& {s.equation.to_latex()} && \text{{{s.reason}}}" for s in self.steps]
        return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"

    def _repr_latex_(self) -> str:
        return self.to_latex()

    def _proved(self, equation: Equation, using: Sequence[Equation]) -> Derivation:
        for premise in using:
            if premise not in self._known:
                raise UnknownPremiseError(f"to show {equation}: {premise} is neither assumed nor shown before")
        found = prove_equal(equation.left, equation.right, [premise.relation for premise in using])
        if not isinstance(found, Derivation):
            raise UnprovedError(equation, f"{found.left} and {found.right} are left", self.assumed)
        return found

    def _add(self, equation: Equation, rule: str, reason: str, derivation: Derivation) -> Equation:
        self.steps.append(ArgumentStep(equation, rule, reason, derivation))
        self._known.append(equation)
        return equation


def _joins(derivation: Derivation, equation: Equation, rule: str) -> bool:
    """Return whether a derivation is one of the equation, or of the sum of squares that gives it."""
    start, end = derivation.start, derivation.result
    if not (isinstance(start, Expression) and isinstance(end, Expression)):
        return False
    if rule.startswith("a sum of squares"):
        return is_equal(end, Number(Fraction(0)))
    return is_equal(start, equation.left) and is_equal(end, equation.right)
