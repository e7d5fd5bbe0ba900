"""An objective with its gradient and Hessian, exact for all dimensions, ready to be printed or run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from symbolic.matrix.differential import Derived, direction, gradient, hessian_map, second_derivative
from symbolic.matrix.expression import Elementwise, Expression, Operation, Power, Product, Sum, Symbol
from symbolic.matrix.latex import to_latex_lines
from symbolic.matrix.numpy_code import function_text
from symbolic.matrix.operations import functions_of, symbols_of
from symbolic.matrix.text import derivative_name

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_TERMS = 3000


class TooManyTermsError(ValueError):
    """An objective has too many terms when it is multiplied out."""


@dataclass(frozen=True)
class DerivedObjective:
    """A scalar objective with its derivatives; make it with :func:`derive`.

    Args:
        value: The objective.
        variables: What it is differentiated by.
        directions: The direction symbol of each variable.
        gradient: The gradient in each variable.
        hessian_map: For each variable the derivative of its gradient along all directions together, if asked for.
        second_derivative: The Hessian's quadratic form, if asked for.
    """

    value: Expression
    variables: tuple[Symbol, ...]
    directions: dict[Symbol, Symbol]
    gradient: dict[Symbol, Derived]
    hessian_map: dict[Symbol, Derived] | None = None
    second_derivative: Derived | None = None

    def results(self) -> list[tuple[str, str, Derived]]:
        """Return all derived expressions with their names in text and in LaTeX, in order."""
        rows = [(f"gradient_{U}", rf"\nabla_{{{U.to_latex()}}} f", self.gradient[U]) for U in self.variables]
        along = ", ".join(self.directions[U].to_latex() for U in self.variables)
        if self.hessian_map is not None:
            rows += [
                (
                    f"hessian_map_{U}",
                    rf"\mathrm{{D}}(\nabla_{{{U.to_latex()}}} f)[{along}]",
                    self.hessian_map[U],
                )
                for U in self.variables
            ]
        if self.second_derivative is not None:
            rows.append(("second_derivative", rf"\mathrm{{D}}^2 f[{along}]^2", self.second_derivative))
        return rows

    def to_text(self) -> str:
        """Return the objective and its derivatives as plain text, one a line."""
        lines = [f"f = {self.value}", *(f"{name} = {result}" for name, _, result in self.results())]
        shapes = ", ".join(_declared(s) for s in self._symbols())
        lines.append(f"where {shapes}; " + "; ".join(f"{G} is a direction of {U}" for U, G in self.directions.items()))
        return "\n".join(lines) + "\n"

    def to_latex(self) -> str:
        """Return an ``align*`` environment, one line a result."""
        rows = [rf"f &= {to_latex_lines(self.value)}"]
        rows += [rf"{name} &= {to_latex_lines(result.expression)}" for _, name, result in self.results()]
        return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}\n"

    def to_markdown(self) -> str:
        """Return Markdown: the formulas, the shapes, the derivations with the rule of each step, the re-checks."""
        lines = [
            "$$\n" + self.to_latex().strip().replace("align*", "aligned") + "\n$$",
            "",
            "| symbol | shape |",
            "|---|---|",
        ]
        lines += [f"| ${s.to_latex()}$ | ${_shape_latex(s)}$ |" for s in self._symbols()]
        for name, _, result in self.results():
            body = result.derivation.to_latex().replace("align*", "aligned")
            lines += ["", f"**{name}**", "", f"$$\n{body}\n$$", "", f"Re-checked entrywise: {result.check}."]
        return "\n".join(lines) + "\n"

    def to_record(self) -> dict[str, Any]:
        """Return everything as JSON-ready data."""

        def shown(expression: Expression) -> dict[str, str]:
            return {"text": str(expression), "latex": expression.to_latex()}

        record: dict[str, Any] = {
            "schema": 1,
            "value": shown(self.value),
            "shapes": {s.name: [str(d) for d in s.shape] for s in self._symbols()},
            "wrt": [U.name for U in self.variables],
            "directions": {U.name: G.name for U, G in self.directions.items()},
            "gradient": {U.name: shown(self.gradient[U].expression) for U in self.variables},
        }
        if self.hessian_map is not None:
            record["hessian_map"] = {U.name: shown(self.hessian_map[U].expression) for U in self.variables}
        if self.second_derivative is not None:
            record["second_derivative"] = shown(self.second_derivative.expression)
        record["derivations"] = {name: result.derivation.to_records() for name, _, result in self.results()}
        record["checks"] = {
            name: {
                "sizes": [dict(sizes) for sizes in result.check.sizes],
                "comparisons": result.check.comparisons,
            }
            for name, _, result in self.results()
        }
        return record

    def to_json(self) -> str:
        """Return :meth:`to_record` as JSON text, the same bytes every time."""
        return json.dumps(self.to_record(), indent=2, ensure_ascii=False) + "\n"

    def to_numpy(self) -> str:
        """Return the text of a self-contained NumPy module with the objective and its derivatives.

        The functions are ``value``, ``gradient_U`` for each variable ``U`` and, if the Hessian was asked for,
        ``hessian_map`` (a tuple, in the order of the variables) and ``second_derivative``. Their keyword arguments
        bear the symbols' own names; a function ``phi`` and its derivatives are passed as ``phi, dphi, d2phi``.

        Raises:
            NumpyCodeError: If a symbol's name cannot be an argument.
        """
        highest = functions_of(self.value)
        symbols = self._symbols()
        names = [s.name for s in symbols]
        along = [self.directions[U].name for U in self.variables]

        def arguments(order: int) -> list[str]:
            derivatives = [
                derivative_name(phi, lowest + i) for phi, lowest in highest.items() for i in range(order + 1)
            ]
            own = [derivative_name(phi, i) for phi, lowest in highest.items() for i in range(lowest)]
            return [*names, *(along if order == 2 else []), *sorted({*derivatives, *own}, key=_by_function)]

        shapes = ", ".join(_declared(s) for s in symbols)
        told = f"f = {self.value} and its exact derivatives, for all dimensions.\n\nArrays: {shapes}.\n"
        told += "A vector is a column of shape (n, 1); functions act on every entry.\n"
        pieces = [
            f'"""{told}"""\n\nimport numpy as np\n',
            function_text("value", "Return f.", arguments(0), symbols, [self.value]),
        ]
        pieces += [
            function_text(
                f"gradient_{U}",
                f"Return the gradient of f in {U}, of shape {U.shape}.",
                arguments(1),
                symbols,
                [self.gradient[U].expression],
            )
            for U in self.variables
        ]
        told = ", ".join(f"{G} for {U}" for U, G in self.directions.items())
        if self.hessian_map is not None:
            order = ", ".join(map(str, self.variables))
            body = [self.hessian_map[U].expression for U in self.variables]
            text = f"Return the derivatives of the gradients in {order} along the directions {told}."
            pieces.append(function_text("hessian_map", text, arguments(2), symbols, body))
        if self.second_derivative is not None:
            text = f"Return the second derivative of f along the directions {told}."
            body = [self.second_derivative.expression]
            pieces.append(function_text("second_derivative", text, arguments(2), symbols, body))
        return "\n\n".join(pieces)

    def _repr_latex_(self) -> str:
        return self.to_latex()

    def _symbols(self) -> list[Symbol]:
        found = {s.name: s for s in (*symbols_of(self.value), *self.variables)}
        return [found[name] for name in sorted(found)]


def derive(f: Expression, variables: Sequence[Symbol], *, hessian: bool = False) -> DerivedObjective:
    """Return an objective with its gradient, and its Hessian if asked for, exact for all dimensions.

    Args:
        f: A scalar expression.
        variables: What to differentiate by.
        hessian: Whether to derive the Hessian map and the second derivative too.

    Returns:
        A record whose every result carries its checked derivation and its entrywise re-check.

    Raises:
        ShapeError: If ``f`` is not a scalar.
        TooManyTermsError: If ``f`` has too many terms when it is multiplied out.

    Example:
        >>> from symbolic.matrix.symbols import matrix
        >>> from symbolic.matrix.operations import norm2
        >>> X, W, S = matrix("X", "m", "n"), matrix("W", "m", "k"), matrix("S", "k", "n")
        >>> print(derive(norm2(X - W * S) / 2, [W, S]).to_text())
        f = norm2(X - W*S)/2
        gradient_W = (W*S - X)*S.T
        gradient_S = W.T*(W*S - X)
        where S (k, n), W (m, k), X (m, n); dW is a direction of W; dS is a direction of S
        <BLANKLINE>
    """
    if not variables:
        raise ValueError("derive: name at least one variable")
    count = expanded_size(f)
    if count > _MOST_TERMS:
        raise TooManyTermsError(f"{str(f)[:60]}: multiplied out it has up to {count} terms, the most is {_MOST_TERMS}")
    directions: dict[Symbol, Symbol] = {}
    for U in variables:
        directions[U] = direction(U, [f, *variables, *directions.values()])
    slopes = {U: gradient(f, U) for U in variables}
    if not hessian:
        return DerivedObjective(f, tuple(variables), directions, slopes)
    return DerivedObjective(
        f, tuple(variables), directions, slopes, hessian_map(f, directions), second_derivative(f, directions)
    )


def expanded_size(expression: Expression) -> int:
    """Return how many terms an expression has at most when it is multiplied out, inside functions too."""
    sizes = [expanded_size(child) for child in expression.children]
    match expression:
        case Sum():
            return sum(sizes)
        case Product() | Operation("inner") | Operation("hadamard") | Operation("kronecker"):
            result = 1
            for size in sizes:
                result *= size
            return result
        case Power(_, exponent):
            return int(min(sizes[0], 10**6) ** exponent)
        case Operation("norm2"):
            return int(sizes[0] ** 2)
        case Elementwise():
            return max(1, sizes[0] // 4)
    return max(sizes, default=1)


def _by_function(name: str) -> tuple[str, int]:
    """Order derivatives by the function's name, then by their order."""
    for order in range(9, 0, -1):
        prefix = derivative_name("", order)
        if name.startswith(prefix) and len(name) > len(prefix):
            return name[len(prefix) :], order
    return name, 0


def _declared(symbol: Symbol) -> str:
    return f"{symbol} {symbol.shape}" + ("" if symbol.structure == "general" else f" {symbol.structure}")


def _shape_latex(symbol: Symbol) -> str:
    return r" \times ".join(str(d).replace("*", r" \cdot ") for d in symbol.shape)
