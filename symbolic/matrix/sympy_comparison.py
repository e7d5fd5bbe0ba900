"""SymPy's matrix derivative beside ours, on a fixed list of objectives, each of its answers judged exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from symbolic.matrix.canonical import is_equal
from symbolic.matrix.differential import gradient
from symbolic.matrix.expression import Expression, Symbol
from symbolic.matrix.sympy_border import UnsupportedSympyError, from_sympy
from symbolic.matrix.sympy_probes import Probe, probes, sympy_gradient


@dataclass(frozen=True)
class Comparison:
    """One objective with both answers.

    Args:
        objective: The objective in our grammar.
        variable: The name of the variable.
        sympy: SymPy's answer as text, or the kind of error it raised.
        ours: Our gradient.
        judgement: ``equal``, ``silently 0``, ``wrong``, ``raises``, or ``not read`` if the answer holds what is
            not a matrix expression for all dimensions (an unevaluated derivative, an array contraction).
    """

    objective: str
    variable: str
    sympy: str
    ours: Expression
    judgement: str


def compare_with_sympy() -> list[Comparison]:
    """Return the comparison for every probe, in order, with the installed version of SymPy."""
    return [_compared(probe) for probe in probes()]


def comparison_markdown() -> str:
    """Return the comparison as a Markdown table headed by the version of SymPy."""
    lines = [f"| objective | by | SymPy {sympy.__version__} | | ours |", "|---|---|---|---|---|"]
    lines += [
        f"| `{row.objective}` | {row.variable} | `{row.sympy}` | {row.judgement} | ${row.ours.to_latex()}$ |"
        for row in compare_with_sympy()
    ]
    return "\n".join(lines) + "\n"


def _compared(probe: Probe) -> Comparison:
    variable = from_sympy(probe.variable)
    if not isinstance(variable, Symbol):
        raise TypeError(f"{variable} is not a symbol")
    ours = gradient(from_sympy(probe.objective), variable).expression
    try:
        answer = sympy_gradient(probe)
    except Exception as error:  # noqa: BLE001  (any failure of the library under comparison is the finding)
        return Comparison(probe.text, variable.name, type(error).__name__, ours, "raises")
    return Comparison(probe.text, variable.name, " ".join(str(answer).split()), ours, _judged(answer, ours))


def _judged(answer: Any, ours: Expression) -> str:
    if answer == 0 or isinstance(answer, sympy.ZeroMatrix):
        return "silently 0"
    try:
        theirs = from_sympy(answer)
        return "equal" if theirs.shape == ours.shape and is_equal(theirs, ours) else "wrong"
    except (UnsupportedSympyError, ValueError, TypeError):
        return "not read"
