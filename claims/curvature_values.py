"""Numbers that are polynomials in an activation's moments: formula, closed form and ball side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from flint import arb, fmpq
from sympy import Expr, Rational, S, Symbol, expand
from sympy.polys.rings import PolyElement

from claims.activation_report import CHECK_DIGITS, ContradictionError, basis_balls, symbolic_activation
from claims.exact_balls import UnknownConstantError, ball_of
from claims.grammar import ParsedActivation
from numeric.enclosures.balls import bits_of_digits, decimal_ball, has_relative_radius, working_bits
from numeric.enclosures.moment_enclosure import enclose_moments
from symbolic.moments.activation import Activation, ActivationError
from symbolic.moments.activation_recognition import from_expression
from symbolic.moments.exact import MOMENT_KEYS, ExactMoment, exact_moment
from symbolic.population.exact_eigenvalues import is_zero, normal_form
from symbolic.population.moment_ring import moment_symbol

Exponents = tuple[int, int, int]

# Beside equation (9): E[φ z³] for M₃, and E[φ' z⁴] for how its coefficients change with the length of u.
KEYS: dict[str, Exponents] = {**MOMENT_KEYS, "alpha_13": (1, 0, 3), "beta_14": (0, 1, 4)}
_LONGEST_CLOSED_FORM = 600
# What these digits show not to be 0 needs no closed form.
_SCREENING_DIGITS, _SCREENING_BITS = 15, 96


@cache
def key_symbols() -> dict[Symbol, Symbol]:
    """Return, for each generator of the moment ring that the report uses, the symbol of the key it is printed by."""
    return {moment_symbol(*exponents): Symbol(key) for key, exponents in MOMENT_KEYS.items()}


def in_keys(element: PolyElement) -> Expr:
    """Return an element of the moment ring as an expression in alpha_10, beta_20, gamma and so on."""
    return element.as_expr().xreplace(key_symbols())


def key(name: str) -> Symbol:
    """Return the symbol of a moment's key."""
    return Symbol(name)


@dataclass(frozen=True)
class Value:
    """A number with all that is known of it.

    Args:
        formula: It in the moments, exact for every activation; text, because a least root is not a polynomial.
        exact: Its closed form or polynomial in basis moments, or ``None``.
        ball: A ball that contains it.
        reason: Why there is no closed form.
    """

    formula: str
    exact: Expr | None
    ball: Any
    reason: str = ""
    note: str = ""

    @property
    def is_zero(self) -> bool:
        """Return whether it is known to be 0 exactly."""
        if not self.ball.contains(0):
            return False
        return bool(self.ball.is_zero()) or (self.exact is not None and is_zero(self.exact))

    @property
    def sign(self) -> int | None:
        """Return its proved sign, or ``None`` if it may be 0 and may not."""
        if self.is_zero:
            return 0
        return 1 if self.ball > 0 else -1 if self.ball < 0 else None

    def accurate(self, digits: int) -> bool:
        """Return whether its ball is as small as asked."""
        return self.is_zero or has_relative_radius(self.ball, digits + 2)

    def line(self, digits: int) -> dict[str, Any]:
        """Return it as JSON-ready data; ``mid ± rad`` contains it."""
        ball = arb(0) if self.is_zero else self.ball
        if isinstance(self.exact, Rational):
            with working_bits(bits_of_digits(digits) + 64):
                ball = arb(fmpq(int(self.exact.p), int(self.exact.q)))
        mid, rad = decimal_ball(ball, digits)
        line: dict[str, Any] = {"formula": self.formula, "exact": None, "mid": mid, "rad": rad}
        closed_form = "" if self.exact is None else str(self.exact)
        if self.is_zero:
            line["exact"] = "0"
        elif 0 < len(closed_form) <= _LONGEST_CLOSED_FORM:
            line["exact"] = closed_form
        elif self.note:
            line["exact"] = self.note
        else:
            line["exact_reason"] = self.reason or f"the closed form has more than {_LONGEST_CLOSED_FORM} characters"
        line["rung"] = "exact" if line["exact"] is not None else "enclosed"
        line["accuracy"] = _accuracy(ball, digits)
        return line


def _accuracy(ball: Any, digits: int) -> str:
    if ball.is_zero():
        return "exact"
    return "relative" if has_relative_radius(ball, digits) else "absolute"


@dataclass
class MomentValues:
    """The moments of one activation, exact where they are, and as balls at any number of digits."""

    parsed: ParsedActivation
    exact: dict[Symbol, Expr] = field(init=False, default_factory=dict)
    reason: str = field(init=False, default="")

    def __post_init__(self) -> None:
        self._activation, self.reason = symbolic_activation(self.parsed)
        self._derived: dict[str, ExactMoment] = {}
        self._balls: dict[int, dict[Any, Any]] = {}
        self._closed_forms: dict[Expr, Expr | None] = {}
        self._formula_balls: dict[tuple[Expr, int], Any] = {}
        for name, exponents in KEYS.items():
            moment = self._derive(*exponents)
            if moment is not None:
                self._derived[name] = moment
        self.exact = {key(name): moment.value for name, moment in self._derived.items()}

    def _derive(self, a: int, b: int, c: int) -> ExactMoment | None:
        """Return E[φ^a φ'^b z^c] exactly if it can be; without φ also as a moment of the activation φ'."""
        if self._activation is None:
            return None
        try:
            return exact_moment(self._activation, a, b, c)
        except ValueError as error:
            self.reason = self.reason or " ".join(str(error).split())
        if a == 0 and len(self._activation.pieces) == 1:
            try:
                moment = exact_moment(self._derivative, b, 0, c)
            except ValueError:
                return None
            # A basis moment of φ' would be printed, and enclosed, as one of φ.
            return moment if moment.is_closed_form else None
        return None

    @cached_property
    def _derivative(self) -> Activation:
        if self._activation is None:
            raise ActivationError(self.reason)
        return from_expression(self._activation.derivative[0][2])

    def balls(self, digits: int) -> dict[Any, Any]:
        """Return balls of all moments by symbol; what is exactly 0 is the ball 0."""
        if digits not in self._balls:
            found = enclose_moments(self.parsed.tree, list(KEYS.values()), digits, check_digits=0)
            balls = {key(name): record.value for name, record in zip(KEYS, found, strict=True)}
            self._balls[digits] = {s: arb(0) if self._is_zero_moment(s, ball) else ball for s, ball in balls.items()}
        return self._balls[digits]

    def _is_zero_moment(self, symbol: Symbol, ball: Any) -> bool:
        return bool(ball.is_zero()) or (symbol in self.exact and is_zero(self.exact[symbol]))

    @cached_property
    def zeros(self) -> list[Symbol]:
        """Return the moments that are exactly 0, by a closed form or by parity."""
        return [symbol for symbol, ball in self.balls(_SCREENING_DIGITS).items() if ball.is_zero()]

    def simplified(self, formula: Expr) -> Expr:
        """Return a formula with the moments that vanish left out."""
        return expand(formula.xreplace(dict.fromkeys(self.zeros, S.Zero)))

    def closed_form(self, formula: Expr) -> Expr | None:
        """Return a formula at the exact moments, or ``None`` if one of them has no exact form."""
        if formula not in self._closed_forms:
            simple = self.simplified(formula)
            known = not simple.free_symbols - set(self.exact)
            self._closed_forms[formula] = normal_form(simple.xreplace(self.exact)) if known else None
        return self._closed_forms[formula]

    def vanishes(self, formula: Expr) -> bool:
        """Return whether a formula is shown to be exactly 0."""
        simple = self.simplified(formula)
        if simple == 0:
            return True
        with working_bits(_SCREENING_BITS):
            if not ball_of(simple, self.balls(_SCREENING_DIGITS)).contains(0):
                return False
        exact = self.closed_form(simple)
        return exact is not None and is_zero(exact)

    def ball(self, formula: Expr, digits: int) -> Any:
        """Return a ball of a formula from balls of the moments to ``digits`` digits."""
        if (formula, digits) not in self._formula_balls:
            with working_bits(bits_of_digits(digits) + 32):
                vanishes = self.vanishes(formula)
                ball = arb(0) if vanishes else ball_of(self.simplified(formula), self.balls(digits))
            self._formula_balls[formula, digits] = ball
        return self._formula_balls[formula, digits]

    def value(self, formula: Expr, digits: int) -> Value:
        """Return the number that a formula stands for; ``digits`` is the working accuracy."""
        simple, exact = self.simplified(formula), self.closed_form(formula)
        ball = self.ball(simple, digits)
        if exact is not None:
            self.refuse_contradiction(str(simple), exact, ball, digits)
        return Value(str(simple), exact, ball, "" if exact is not None else self.reason)

    def exact_ball(self, exact: Expr, digits: int) -> Any:
        """Return a ball of a closed form or of a polynomial in basis moments, or ``None`` if it has none here."""
        with working_bits(bits_of_digits(min(digits, CHECK_DIGITS) + 40)):
            try:
                return ball_of(exact, self._basis)
            except UnknownConstantError:
                return None

    def refuse_contradiction(self, name: str, exact: Expr, ball: Any, digits: int) -> None:
        """Check that a closed form does not lie outside the ball proved to contain its value."""
        found = self.exact_ball(exact, digits)
        if found is not None and not found.overlaps(ball):
            raise ContradictionError(f"{name}: the exact form {exact} is {found.str(20)}, the ball is {ball.str(20)}")

    @cached_property
    def _basis(self) -> Mapping[Any, Any]:
        return basis_balls(self._activation, self._derived.values(), CHECK_DIGITS)
