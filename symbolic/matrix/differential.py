"""Derivatives of matrix expressions for all dimensions: derived in checked steps, re-checked entry by entry.

Every function here works in the same way. The variable ``U`` is replaced by ``U + t*G`` and the result is expanded
in ``t``; the coefficients of ``t`` and ``t**2`` are read off; the direction ``G`` is moved out of the trace. Each
step is decided on canonical forms when it is made, and the coefficient found by expansion must equal the one
found by the product and chain rule. The result is then compared, as polynomials, with entrywise differentiation
on two instances of exact matrices whose sizes all differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from symbolic.derivation import Derivation
from symbolic.matrix.arithmetic import multiply
from symbolic.matrix.canonical import canonical_form, is_equal
from symbolic.matrix.differentiation import derivative_form, factor_of_direction
from symbolic.matrix.dimensions import ShapeError
from symbolic.matrix.entrywise import EntrywiseCheck, check_frechet, check_gradient, check_second
from symbolic.matrix.expression import Expression, Symbol
from symbolic.matrix.factoring import factored
from symbolic.matrix.operations import diag, inner, substitute, symbols_of
from symbolic.matrix.power_series import taylor_coefficients
from symbolic.matrix.read_back import read_back
from symbolic.matrix.steps import ADJOINT, READ_FIRST, READ_SECOND, RIESZ, SUBSTITUTE, Expansion
from symbolic.matrix.symbols import scalar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Derived:
    """An expression with the steps that lead to it and the entrywise re-check it has passed.

    Args:
        expression: The result, for all dimensions.
        derivation: The checked steps.
        check: Which instances and how many entries were compared.
    """

    expression: Expression
    derivation: Derivation
    check: EntrywiseCheck

    def __str__(self) -> str:
        return str(self.expression)

    def to_latex(self) -> str:
        """Return LaTeX of the result."""
        return self.expression.to_latex()

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.to_latex()}$"


def frechet_derivative(F: Expression, directions: Mapping[Symbol, Expression]) -> Derived:
    """Return the Fréchet derivative of ``F`` along directions given for its variables.

    Args:
        F: A scalar or matrix expression.
        directions: For each variable its direction, of the same shape; usually a symbol.

    Returns:
        ``d/dt F(U + t*G)`` at ``t = 0``, exact for all dimensions.

    Raises:
        ShapeError: If a direction has not the shape, or not the structure, of its variable.

    Example:
        >>> from symbolic.matrix.symbols import matrix
        >>> U, G = matrix("U", "m", "k"), matrix("G", "m", "k")
        >>> print(frechet_derivative(U.T * U, {U: G}))
        U.T*G + G.T*U
    """
    _check_directions(F, directions)
    expansion, start = _expansion(F, directions, 1)
    result = _differentiated(F, directions)
    derivation = Derivation(start).then(expansion, SUBSTITUTE).then(result, READ_FIRST)
    return Derived(result, derivation, _checked_along(F, directions))


def gradient(f: Expression, U: Symbol) -> Derived:
    """Return the gradient of a scalar ``f`` in ``U``, for the Frobenius inner product.

    Args:
        f: A scalar expression.
        U: The variable. For a symmetric or diagonal ``U`` the gradient is the one in the space of these matrices.

    Returns:
        The matrix ``M`` of the shape of ``U`` with ``Df[G] = inner(M, G)`` for every ``G``, exact for all dimensions.

    Raises:
        ShapeError: If ``f`` is not a scalar, or has a symbol of the name of ``U`` but of another shape.

    Example:
        >>> from symbolic.matrix.symbols import matrix
        >>> from symbolic.matrix.operations import norm2
        >>> X, W, S = matrix("X", "m", "n"), matrix("W", "m", "k"), matrix("S", "k", "n")
        >>> print(gradient(norm2(X - W * S) / 2, W))
        (W*S - X)*S.T
    """
    _require_scalar("gradient", f)
    G = direction(U, [f])
    _check_directions(f, {U: G})
    expansion, start = _expansion(f, {U: G}, 1)
    along = derivative_form(canonical_form(f), {U.name: canonical_form(G)})
    result = factored(read_back(factor_of_direction(along, G)))
    derivation = Derivation(start).then(expansion, SUBSTITUTE).then(expansion.coefficients[1], READ_FIRST)
    if result.shape.rows.is_one and result.shape.cols.is_one:
        derivation = derivation.then(multiply(result, G), ADJOINT)
    else:
        derivation = derivation.then(inner(result, G), ADJOINT)
    if not canonical_form(result).is_zero:
        derivation = derivation.then(result, RIESZ)
    return Derived(result, derivation, check_gradient(f, U, G, result))


def second_derivative(f: Expression, directions: Mapping[Symbol, Expression]) -> Derived:
    """Return the second derivative of ``f`` along a line: the Hessian's quadratic form at the directions.

    Args:
        f: A scalar or matrix expression.
        directions: For each variable its direction.

    Returns:
        ``d²/dt² f(U + t*G)`` at ``t = 0``, exact for all dimensions.

    Example:
        >>> from symbolic.matrix.symbols import matrix
        >>> from symbolic.matrix.operations import norm2
        >>> X, W, S = matrix("X", "m", "n"), matrix("W", "m", "k"), matrix("S", "k", "n")
        >>> print(second_derivative(norm2(X - W * S) / 2, {W: matrix("G", "m", "k")}))
        norm2(G*S)
    """
    _check_directions(f, directions)
    expansion, start = _expansion(f, directions, 2)
    own = _own_directions(f, directions)
    forms = {U.name: canonical_form(G) for U, G in own.items()}
    along = derivative_form(derivative_form(canonical_form(f), forms), forms)
    plain = factored(read_back(along))
    values = {own[U]: directions[U] for U in own}
    result = plain if list(values) == list(values.values()) else factored(_normal(substitute(plain, values)))
    derivation = Derivation(start).then(expansion, SUBSTITUTE).then(result, READ_SECOND)
    return Derived(result, derivation, check_second(f, own, plain))


def hessian_map(f: Expression, directions: Mapping[Symbol, Expression]) -> dict[Symbol, Derived]:
    """Return the Hessian of ``f`` as a linear map: directions to the derivative of the gradient along them.

    Args:
        f: A scalar expression.
        directions: For each variable its direction.

    Returns:
        For each variable ``U`` the derivative of the gradient in ``U`` along all directions together.

    Example:
        >>> from symbolic.matrix.symbols import matrix
        >>> from symbolic.matrix.operations import norm2
        >>> X, W, S = matrix("X", "m", "n"), matrix("W", "m", "k"), matrix("S", "k", "n")
        >>> G, H = matrix("G", "m", "k"), matrix("H", "k", "n")
        >>> print(hessian_map(norm2(X - W * S) / 2, {W: G, S: H})[W])
        (W*S - X)*H.T + (W*H + G*S)*S.T
    """
    _require_scalar("hessian_map", f)
    return {U: frechet_derivative(gradient(f, U).expression, directions) for U in directions}


def direction(U: Symbol, expressions: Sequence[Expression] = ()) -> Symbol:
    """Return a symbol for a direction of ``U``: ``dU``, or ``dU_1``, ... if that name is taken."""
    taken = {s.name for e in expressions for s in symbols_of(e)}
    names = (f"d{U.name}" + (f"_{i}" if i else "") for i in range(len(taken) + 1))
    return Symbol(next(name for name in names if name not in taken), U.rows, U.cols, U.structure)


def _require_scalar(operation: str, f: Expression) -> None:
    if not f.is_scalar:
        raise ShapeError(f"{operation} of {f}", f"{f} is {f.shape}, not a scalar", "did you mean jacobian?")


def _check_directions(F: Expression, directions: Mapping[Symbol, Expression]) -> None:
    symbols = {s.name: s for s in symbols_of(F)}
    for U, G in directions.items():
        if symbols.get(U.name, U) != U:
            raise ShapeError(
                f"derivative of {F} in {U}",
                f"{U} is {U.shape} but {F} has a {symbols[U.name].structure} {U} of shape {symbols[U.name].shape}",
                "use the same symbol",
            )
        if U.shape != G.shape:
            raise ShapeError(f"direction {G} for {U}", f"{U} is {U.shape} but {G} is {G.shape}")
        if U.structure == "symmetric" and not is_equal(G, G.T):
            raise ShapeError(f"direction {G} for {U}", f"{U} is symmetric but {G} is not")
        if U.structure == "diagonal" and not is_equal(G, diag(diag(G))):
            raise ShapeError(f"direction {G} for {U}", f"{U} is diagonal but {G} is not")


def _expansion(F: Expression, directions: Mapping[Symbol, Expression], order: int) -> tuple[Expansion, Expression]:
    """Return ``F(U + t*G)`` expanded in ``t``, and unexpanded."""
    taken = {s.name for e in (F, *directions, *directions.values()) for s in symbols_of(e)}
    t = scalar(next(name for name in ("t", *(f"t_{i}" for i in range(len(taken) + 1))) if name not in taken))
    start = substitute(F, {U: U + t * G for U, G in directions.items()})
    coefficients = taylor_coefficients(start, t, order)
    return Expansion(t, tuple(factored(read_back(c)) for c in coefficients)), start


def _differentiated(F: Expression, directions: Mapping[Symbol, Expression]) -> Expression:
    forms = {U.name: canonical_form(G) for U, G in directions.items()}
    return factored(read_back(derivative_form(canonical_form(F), forms)))


def _own_directions(F: Expression, directions: Mapping[Symbol, Expression]) -> dict[Symbol, Symbol]:
    """Return direction symbols of our own for directions that are not new general symbols."""
    taken = {s.name for s in symbols_of(F)} | {U.name for U in directions}
    given = list(directions.values())
    own: dict[Symbol, Symbol] = {}
    for U, G in directions.items():
        usable = isinstance(G, Symbol) and G.structure == U.structure and G.name not in taken
        own[U] = G if usable and isinstance(G, Symbol) else direction(U, [F, *given, *own.values()])
        taken.add(own[U].name)
    return own


def _checked_along(F: Expression, directions: Mapping[Symbol, Expression]) -> EntrywiseCheck:
    own = _own_directions(F, directions)
    return check_frechet(F, own, _differentiated(F, own))


def _normal(expression: Expression) -> Expression:
    return read_back(canonical_form(expression))
