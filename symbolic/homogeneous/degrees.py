r"""The degree of positive homogeneity of a map or regularizer, read off how it is composed.

Every rule is a line of proof for all dimensions: with all factors scaled by α > 0, a linear map passes α^p on, a
multilinear map or product adds the degrees of its arguments, a sum, maximum or pooling needs them equal, rectification
and norms keep them (ψ⁺(αx) = α ψ⁺(x) for α ≥ 0), a power q > 0 multiplies by q, and the indicator of a cone is
homogeneous of every degree (with 0·∞ = 0).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Head = Literal[
    "factor", "linear", "multilinear", "rectified", "pooled", "sum", "power", "norm", "indicator", "constant"
]


class DegreeError(ValueError):
    """A composition is not positively homogeneous, or not of one degree."""


@dataclass(frozen=True)
class Term:
    """A node of a composed map: its head, its arguments, the exponent of a power."""

    head: Head
    arguments: tuple[Term, ...] = ()
    name: str = ""
    exponent: Fraction = Fraction(1)

    def __str__(self) -> str:
        inner = ", ".join(map(str, self.arguments))
        if self.head == "factor":
            return self.name
        return f"{self.name or self.head}({inner})" + (f"^{self.exponent}" if self.head == "power" else "")


def factor(name: str) -> Term:
    """Return one of the factors x¹, …, x^K."""
    return Term("factor", name=name)


def linear(argument: Term, name: str = "linear") -> Term:
    """Return a linear map (fixed matrix, convolution with fixed data) of one argument."""
    return Term("linear", (argument,), name)


def multilinear(*arguments: Term, name: str = "multilinear") -> Term:
    """Return a map linear in each argument: products, outer products, layers of weights applied to activations."""
    return Term("multilinear", arguments, name)


def rectified(argument: Term) -> Term:
    """Return ψ⁺ of the argument, entrywise."""
    return Term("rectified", (argument,))


def pooled(argument: Term) -> Term:
    """Return maxima over groups of entries of the argument."""
    return Term("pooled", (argument,))


def added(*arguments: Term) -> Term:
    """Return the sum of the arguments."""
    return Term("sum", arguments)


def raised(argument: Term, exponent: Fraction | int) -> Term:
    """Return the entrywise power of a nonnegative argument."""
    return Term("power", (argument,), exponent=Fraction(exponent))


def norm(argument: Term, name: str = "norm") -> Term:
    """Return a norm of the argument, or a pseudo-norm l_q."""
    return Term("norm", (argument,), name)


def indicator(argument: Term, cone: str) -> Term:
    """Return the indicator of a nonempty cone at the argument."""
    return Term("indicator", (argument,), f"indicator of {cone}")


def constant(name: str) -> Term:
    """Return something that does not depend on the factors, such as a fixed offset."""
    return Term("constant", name=name)


def degree(term: Term) -> Fraction | None:
    """Return the degree p > 0 of positive homogeneity, exactly; ``None`` if every degree will do (indicators).

    Args:
        term: A composition of the constructors of this module.

    Raises:
        DegreeError: If the composition has no single positive degree; the message names the node at fault.

    Example:
        >>> x, y = factor("x"), factor("y")
        >>> degree(multilinear(rectified(linear(x)), y))
        Fraction(2, 1)
        >>> degree(added(norm(x), raised(norm(y), 2)))
        Traceback (most recent call last):
        ...
        symbolic.homogeneous.degrees.DegreeError: sum(norm(x), power(norm(y))^2): degrees 1 and 2 differ
    """
    below = [degree(argument) for argument in term.arguments]
    finite = [p for p in below if p is not None]
    match term.head:
        case "factor":
            return Fraction(1)
        case "constant":
            raise DegreeError(f"{term}: a constant has degree 0, which no factorization scales")
        case "multilinear":
            if len(finite) < len(below):
                raise DegreeError(f"{term}: an indicator has values in {{0, ∞}} and cannot be an argument")
            return sum(finite, Fraction(0))
        case "indicator":
            return None
        case "power":
            if term.exponent <= 0:
                raise DegreeError(f"{term}: a power must be positive; at zero a negative one has no finite value")
            return None if below[0] is None else below[0] * term.exponent
        case "sum" | "pooled" | "linear" | "rectified" | "norm":
            different = sorted(set(finite))
            if len(different) > 1:
                raise DegreeError(f"{term}: degrees {' and '.join(map(str, different))} differ")
            return different[0] if different else None


def proof(term: Term) -> list[dict[str, str]]:
    """Return the degrees of all nodes, innermost first, as the steps of the proof.

    Raises:
        DegreeError: If the composition has no single positive degree.
    """
    steps = [step for argument in term.arguments for step in proof(argument)]
    found = degree(term)
    shown = "every degree" if found is None else f"degree {found}"
    steps.append({"node": str(term), "rule": term.head, "degree": shown})
    return steps
