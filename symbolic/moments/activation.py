r"""Activations: a name, an exact expression in z, its pieces between kinks and, where there is one, its polynomial ODE.

The derivative φ' is the classical derivative, which exists everywhere but at the finitely many kinks (a null
set, so the moments
of φ' do not depend on a value there). A jump of φ contributes nothing to φ': it is not the distributional
derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from sympy import Expr, Float, Function, Piecewise, Poly, Rational, S, Symbol, cos, erf, exp, oo, sin, sqrt, tanh

from symbolic.moments.expectation import generator, z
from symbolic.moments.polynomial_ode import PolynomialOde
from symbolic.moments.stein_reduction import SteinAlgebra

Piece = tuple[Expr, Expr, Expr]


class ActivationError(ValueError):
    """An activation, its scale or its name is not usable."""


@dataclass(frozen=True)
class Activation:
    """A function φ of one real variable, exact.

    Args:
        name: What to call it.
        expression: φ(z) in the symbol `symbolic.moments.expectation.z`; parameters are other symbols.
        pieces: (lo, hi, φ on (lo, hi)), in order, covering the line; the inner ends are the kinks.
        algebra: If φ(z) = F(z, u(z)) with u the bounded solution of a polynomial ODE: that algebra (it holds
        the scale).

    Example:
        >>> relu().scaled(2).pieces
        ((-oo, 0, 0), (0, oo, 2*z))
        >>> named_activation("tanh").algebra.ode.coefficients
        (1, 0, -1)
    """

    name: str
    expression: Expr
    pieces: tuple[Piece, ...]
    algebra: SteinAlgebra | None = None

    @property
    def kinks(self) -> tuple[Expr, ...]:
        """Return the exact points where the pieces meet."""
        return tuple(lo for lo, _, _ in self.pieces[1:])

    @property
    def derivative(self) -> tuple[Piece, ...]:
        """Return φ' piece by piece (defined everywhere but at the kinks)."""
        return tuple((lo, hi, f.diff(z)) for lo, hi, f in self.pieces)

    def scaled(self, scale: Expr | int) -> Activation:
        """Return φ(σz); its derivative is σφ'(σz).

        Args:
            scale: σ > 0: an exact positive number or a symbol declared positive.

        Raises:
            ActivationError: If σ is not known to be positive and exact.
        """
        sigma = S(scale)
        if sigma.is_positive is not True or sigma.has(z) or sigma.atoms(*_INEXACT):
            raise ActivationError(
                f"{self.name}: the scale {sigma} is not exact and positive; use a Rational or a positive Symbol"
            )
        if sigma == 1:
            return self
        return Activation(
            f"{self.name}({sigma}*z)",
            self.expression.subs(z, sigma * z),
            tuple((lo / sigma, hi / sigma, f.subs(z, sigma * z)) for lo, hi, f in self.pieces),
            self.algebra and replace(self.algebra, scale=self.algebra.scale * sigma),
        )


_INEXACT = (Float,)
_SLOPE = Rational(1, 100)


def smooth(name: str, expression: Expr) -> Activation:
    """Return the activation with one expression on the whole line."""
    return Activation(name, expression, ((-oo, oo, expression),))


def piecewise(name: str, pieces: Iterable[Piece]) -> Activation:
    """Return the activation given by (lo, hi, expression) pieces that cover the line in order.

    Raises:
        ActivationError: If the pieces leave gaps or overlap.
    """
    parts = tuple((S(lo), S(hi), S(f)) for lo, hi, f in pieces)
    ends = [lo for lo, _, _ in parts] + [oo]
    if not parts or parts[0][0] != -oo or any(hi != ends[i + 1] for i, (_, hi, _) in enumerate(parts)):
        raise ActivationError(f"{name}: the pieces {parts} do not cover the line from -oo to oo in order")
    expression = (
        Piecewise(*((f, z < hi) for _, hi, f in parts[:-1]), (parts[-1][2], True)) if len(parts) > 1 else parts[0][2]
    )
    return Activation(name, expression, parts)


def from_ode(name: str, P: Expr, value_at_zero: Rational | int, expression: Expr | None = None) -> Activation:
    """Return the activation φ with φ' = P(φ) and φ(0) given.

    Args:
        name: Its name.
        P: A polynomial with rational coefficients in one symbol.
        value_at_zero: φ(0), rational; a root of P or strictly between two real roots of P.
        expression: φ(z) if it is known; by default an unevaluated function of z.

    Raises:
        UnboundedSolutionError: If the solution need not be global and bounded.

    Example:
        >>> u = Symbol("u")
        >>> from_ode("cubic", u - u**3, Rational(1, 2)).algebra.ode.is_symmetric
        False
    """
    symbols = S(P).free_symbols
    if len(symbols) > 1:
        raise ActivationError(f"{name}: P = {P} must be a polynomial in one symbol, it has {len(symbols)}")
    polynomial = S(P).as_poly(*(symbols or {Symbol("u")}))
    if polynomial is None:
        raise ActivationError(
            f"{name}: P = {P} is not a polynomial, so Stein's lemma does not close on powers of {name}"
        )
    ode = PolynomialOde(tuple(reversed(polynomial.all_coeffs())), S(value_at_zero))
    body = expression if expression is not None else Function(name)(z)
    return Activation(name, body, ((-oo, oo, body),), SteinAlgebra(ode, generator, S.One))


def sigmoid() -> Activation:
    """Return the logistic sigmoid 1/(1 + exp(-z)), the solution of φ' = φ - φ², φ(0) = 1/2."""
    return from_ode("sigmoid", generator - generator**2, Rational(1, 2), 1 / (1 + exp(-z)))


def tanh_activation() -> Activation:
    """Return tanh, the solution of φ' = 1 - φ², φ(0) = 0."""
    return from_ode("tanh", 1 - generator**2, 0, tanh(z))


def silu() -> Activation:
    """Return z·sigmoid(z), a polynomial in z and the sigmoid."""
    ode = sigmoid().algebra
    expression = z / (1 + exp(-z))
    return Activation("silu", expression, ((-oo, oo, expression),), ode and replace(ode, polynomial=z * generator))


def leaky_relu(slope: Expr | int = _SLOPE) -> Activation:
    """Return z for z > 0 and slope·z for z < 0; the slope may be a SymPy symbol (real)."""
    return piecewise(f"leaky_relu({slope})", [(-oo, S.Zero, S(slope) * z), (S.Zero, oo, z)])


def relu() -> Activation:
    """Return max(z, 0)."""
    return replace(leaky_relu(0), name="relu")


def gelu() -> Activation:
    """Return z·Φ(z), Φ the standard normal distribution function (the exact GELU)."""
    return smooth("gelu", z * (1 + erf(z / sqrt(2))) / 2)


_REGISTRY: dict[str, Callable[[], Activation]] = {
    "cos": lambda: smooth("cos", cos(z)),
    "erf": lambda: smooth("erf", erf(z)),
    "gelu": gelu,
    "identity": lambda: smooth("identity", z),
    "leaky_relu": leaky_relu,
    "relu": relu,
    "sigmoid": sigmoid,
    "silu": silu,
    "sin": lambda: smooth("sin", sin(z)),
    "square": lambda: smooth("square", z**2),
    "tanh": tanh_activation,
}


def activation_names() -> tuple[str, ...]:
    """Return the names `named_activation` knows, sorted."""
    return tuple(_REGISTRY)


def named_activation(name: str) -> Activation:
    """Return the activation of that name.

    Raises:
        ActivationError: If there is none.

    Example:
        >>> named_activation("relu").kinks
        (0,)
    """
    if name not in _REGISTRY:
        raise ActivationError(f"unknown activation {name!r}; known: {', '.join(_REGISTRY)}")
    return _REGISTRY[name]()


def polynomial_in_generator(activation: Activation) -> Poly | None:
    """Return F with φ(z) = F(z, u(z)), or None for an activation without an ODE."""
    return activation.algebra and activation.algebra.polynomial.as_poly(z, generator)
