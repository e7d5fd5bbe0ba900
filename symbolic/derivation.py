"""A derivation: ordered steps `before → after`, each by a named rule and checked when it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sympy import latex


class StepError(ValueError):
    """A step of a derivation does not follow by the rule it names."""


@dataclass(frozen=True)
class Rule:
    r"""A named rule of inference between two expressions of one algebra.

    Args:
        name: The rule's name as a reader would say it, e.g. ``"Stein's lemma"``.
        holds: Decides *exactly* whether ``after`` follows from ``before``. It must be a decision in a domain
            with canonical forms, never a numerical comparison and never ``simplify``.
        relation: LaTeX of the relation between before and after: ``"="``, or ``r"\le"``, ``r"\Rightarrow"``.
    """

    name: str
    holds: Callable[[object, object], bool] = field(repr=False)
    relation: str = "="


@dataclass(frozen=True)
class Step:
    """One checked step: ``before`` equals (or implies) ``after`` by ``rule``, for the ``reason`` given."""

    before: object
    after: object
    rule: Rule
    reason: str = ""

    def __post_init__(self) -> None:
        if not self.rule.holds(self.before, self.after):
            raise StepError(
                f"{self.rule.name}: {_text(self.after)} does not follow from {_text(self.before)}"
                + (f" ({self.reason})" if self.reason else "")
            )

    def recheck(self) -> bool:
        """Return whether the step's rule still accepts it, computed anew."""
        return self.rule.holds(self.before, self.after)

    def to_record(self) -> dict[str, str]:
        """Return the step as JSON-ready text: LaTeX before and after, the rule's name, the reason."""
        return {
            "before": to_latex(self.before),
            "after": to_latex(self.after),
            "rule": self.rule.name,
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Derivation:
    """A chain of checked steps from ``start`` to ``result``.

    A chain is built with :meth:`then`; a step whose rule refuses it raises :class:`StepError` at once, so a
    derivation that exists has been checked.

    Example:
        >>> from sympy import expand, symbols
        >>> x = symbols("x")
        >>> ring = Rule("ring arithmetic", lambda p, q: expand(p - q) == 0)
        >>> d = Derivation((x + 1) ** 2).then(x**2 + 2 * x + 1, ring)
        >>> d.result
        x**2 + 2*x + 1
        >>> Derivation(x).then(x + 1, ring)
        Traceback (most recent call last):
        ...
        symbolic.derivation.StepError: ring arithmetic: x + 1 does not follow from x
    """

    start: object
    steps: tuple[Step, ...] = field(default=())

    @property
    def result(self) -> object:
        """Return the last expression of the chain."""
        return self.steps[-1].after if self.steps else self.start

    def then(self, after: object, rule: Rule, reason: str = "") -> Derivation:
        """Return the chain extended by one step from the present result to ``after``.

        Raises:
            StepError: If ``rule`` does not lead from the present result to ``after``.
        """
        return Derivation(self.start, (*self.steps, Step(self.result, after, rule, reason)))

    def recheck(self) -> bool:
        """Return whether every step is accepted by its rule and the steps join end to end."""
        joined = all(
            a.after is b.before or a.after == b.before for a, b in zip(self.steps, self.steps[1:], strict=False)
        )
        begins = not self.steps or self.steps[0].before is self.start or self.steps[0].before == self.start
        return begins and joined and all(step.recheck() for step in self.steps)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def to_records(self) -> list[dict[str, str]]:
        """Return all steps as JSON-ready records, in order."""
        return [step.to_record() for step in self.steps]

    def to_latex(self) -> str:
        r"""Return an ``align*`` environment with one line a step, the rule named at its end."""
        lines = [rf"& {to_latex(self.start)}"]
        lines += [
            rf"{step.rule.relation}{{}}& {to_latex(step.after)} && \text{{({_escape(step.rule.name)})}}"
            for step in self.steps
        ]
        return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"

    def _repr_latex_(self) -> str:
        return self.to_latex()


def to_latex(expression: object) -> str:
    """Return LaTeX of an expression: its own ``to_latex()`` if it has one, else SymPy's printing."""
    own = getattr(expression, "to_latex", None)
    if callable(own):
        return str(own())
    return expression if isinstance(expression, str) else str(latex(expression))


def _text(expression: object) -> str:
    return expression if isinstance(expression, str) else str(expression)


def _escape(text: str) -> str:
    return "".join({"_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$"}.get(c, c) for c in text)
