"""An expression in one real variable z as an immutable tree: constructors, its own derivative, substitution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

SMOOTH_HEADS = (
    "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sech", "sigmoid", "erf", "erfc", "atan", "softplus",
)  # fmt: skip
ODD_HEADS = frozenset({"sin", "tan", "sinh", "tanh", "erf", "atan", "sign"})
EVEN_HEADS = frozenset({"cos", "cosh", "sech", "abs"})
KINKED_HEADS = ("abs", "sign", "heaviside", "relu")


class ExpressionError(ValueError):
    """An expression cannot be built: unknown head, or an operation that has no meaning."""


@dataclass(frozen=True)
class Expression:
    """A node of a tree in z; build with the operators and :func:`apply`, not by hand.

    Attributes:
        head: ``"z"``, ``"rational"``, ``"pi"``, ``"e"``, ``"add"``, ``"mul"``, ``"pow"``, or the name of a function.
        arguments: The children, in order.
        value: The rational itself for ``"rational"``; the exact exponent for ``"pow"``; else 0.

    Example:
        >>> from numeric.enclosures.ball_expression import Z, apply
        >>> f = Z / (1 + apply("exp", -Z * Fraction(851, 500)))
        >>> str(f)
        'z*sigmoid(851/500*z)'
        >>> str(apply("tanh", Z).derivative())
        '1 + -1*tanh(z)**2'
    """

    head: str
    arguments: tuple[Expression, ...] = ()
    value: Fraction = Fraction(0)
    _hash: int = field(default=0, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.head, self.arguments, self.value)))

    def __hash__(self) -> int:
        return self._hash

    def __add__(self, other: Expression | Fraction | int) -> Expression:
        return add(self, as_expression(other))

    __radd__ = __add__

    def __neg__(self) -> Expression:
        return multiply(rational(-1), self)

    def __sub__(self, other: Expression | Fraction | int) -> Expression:
        return add(self, -as_expression(other))

    def __rsub__(self, other: Fraction | int) -> Expression:
        return add(as_expression(other), -self)

    def __mul__(self, other: Expression | Fraction | int) -> Expression:
        return multiply(self, as_expression(other))

    __rmul__ = __mul__

    def __truediv__(self, other: Expression | Fraction | int) -> Expression:
        return multiply(self, power(as_expression(other), Fraction(-1)))

    def __rtruediv__(self, other: Fraction | int) -> Expression:
        return multiply(as_expression(other), power(self, Fraction(-1)))

    def __pow__(self, exponent: Fraction | int) -> Expression:
        return power(self, Fraction(exponent))

    def __str__(self) -> str:
        if self.head == "rational":
            return str(self.value)
        if self.head == "add":
            return " + ".join(map(str, self.arguments))
        if self.head == "mul":
            return "*".join(_bracketed(a) if a.head == "add" else str(a) for a in self.arguments)
        if self.head == "pow":
            base = self.arguments[0]
            exponent = str(self.value) if self.value.denominator == 1 and self.value > 0 else f"({self.value})"
            loose = base.head in {"add", "mul", "pow"} or (
                base.head == "rational" and (base.value < 0 or "/" in str(base))
            )
            return f"{_bracketed(base) if loose else base}**{exponent}"
        return f"{self.head}({', '.join(map(str, self.arguments))})" if self.arguments else self.head

    def __repr__(self) -> str:
        return f"Expression<{self}>"

    def is_constant(self) -> bool:
        """Return whether z does not occur."""
        return self.head != "z" and all(argument.is_constant() for argument in self.arguments)

    def derivative(self) -> Expression:
        """Return the derivative in z (almost everywhere, where a kinked head occurs)."""
        return derivative(self)

    def subexpressions(self) -> Iterator[Expression]:
        """Yield every node once, children before parents."""
        seen: dict[Expression, None] = {}
        _visit(self, seen)
        yield from seen

    def substitute(self, replacements: Mapping[Expression, Expression]) -> Expression:
        """Return the tree with whole subtrees replaced (looked up after the children were replaced)."""
        new = self
        if self.arguments:
            new = rebuild(self, tuple(argument.substitute(replacements) for argument in self.arguments))
        return replacements.get(new, replacements.get(self, new))


def _visit(expression: Expression, seen: dict[Expression, None]) -> None:
    if expression not in seen:
        for argument in expression.arguments:
            _visit(argument, seen)
        seen[expression] = None


def _bracketed(expression: Expression) -> str:
    return f"({expression})"


Z = Expression("z")
PI = Expression("pi")
E = Expression("e")


def rational(value: Fraction | int) -> Expression:
    """Return the constant tree of an exact rational."""
    return Expression("rational", (), Fraction(value))


ZERO, ONE = rational(0), rational(1)


def as_expression(value: Expression | Fraction | int) -> Expression:
    """Return ``value`` as a tree; integers and fractions become exact constants.

    Raises:
        ExpressionError: If ``value`` is a float (it would silently stop being exact) or anything else.
    """
    if isinstance(value, Expression):
        return value
    if type(value) in {int, Fraction}:
        return rational(value)
    raise ExpressionError(f"constant {value!r} is a {type(value).__name__}; use an int or a Fraction, which are exact")


def add(*terms: Expression) -> Expression:
    """Return the sum, flattened, with rational constants and equal terms collected."""
    collected: dict[Expression, Fraction] = {}
    for term in terms:
        for part in term.arguments if term.head == "add" else (term,):
            coefficient, rest = split_coefficient(part)
            collected[rest] = collected.get(rest, Fraction(0)) + coefficient
    kept = [_scaled(c, rest) for rest, c in collected.items() if c != 0]
    if not kept:
        return ZERO
    return kept[0] if len(kept) == 1 else Expression("add", tuple(kept))


def multiply(*factors: Expression) -> Expression:  # noqa: C901 - one case a form of factor
    """Return the product, flattened, with rationals folded and integer powers of equal bases collected.

    Collecting cancels common factors, so the result may be defined at isolated points where the input is not;
    for an integral that is no difference.
    """
    coefficient = Fraction(1)
    powers: dict[Expression, Fraction] = {}
    exponent_sum: Expression | None = None
    for factor in factors:
        for part in factor.arguments if factor.head == "mul" else (factor,):
            if part.head == "rational":
                coefficient *= part.value
            elif part.head == "exp":
                exponent_sum = part.arguments[0] if exponent_sum is None else add(exponent_sum, part.arguments[0])
            elif part.head == "pow" and part.value.denominator == 1:
                base = part.arguments[0]
                powers[base] = powers.get(base, Fraction(0)) + part.value
            else:
                powers[part] = powers.get(part, Fraction(0)) + 1
    if coefficient == 0:
        return ZERO
    kept = [power(base, exponent) for base, exponent in powers.items() if exponent != 0]
    if exponent_sum is not None:
        kept.append(apply("exp", exponent_sum))
    # A power of a rational may have folded to a rational again.
    for part in [k for k in kept if k.head == "rational"]:
        coefficient *= part.value
        kept.remove(part)
    if not kept:
        return rational(coefficient)
    if len(kept) == 1:
        return _scaled(coefficient, kept[0])
    lead = [] if coefficient == 1 else [rational(coefficient)]
    return Expression("mul", (*lead, *kept))


def split_coefficient(term: Expression) -> tuple[Fraction, Expression]:
    """Return ``(c, rest)`` with term = c·rest and no rational factor left in ``rest``."""
    if term.head == "rational":
        return term.value, ONE
    if term.head == "mul" and term.arguments[0].head == "rational":
        rest = term.arguments[1:]
        return term.arguments[0].value, rest[0] if len(rest) == 1 else Expression("mul", rest)
    return Fraction(1), term


def _scaled(coefficient: Fraction, rest: Expression) -> Expression:
    if rest.head == "rational":
        return rational(coefficient * rest.value)
    if coefficient == 1:
        return rest
    if rest.head == "add":
        return add(*(_scaled(coefficient * c, core) for c, core in map(split_coefficient, rest.arguments)))
    if rest.head == "mul":
        inner, core = split_coefficient(rest)
        if inner != 1:
            return _scaled(coefficient * inner, core)
        return Expression("mul", (rational(coefficient), *rest.arguments))
    return Expression("mul", (rational(coefficient), rest))


def power(base: Expression, exponent: Fraction) -> Expression:  # noqa: C901 - one case a form of base
    """Return base**exponent for an exact rational exponent, in the forms the enclosures know best.

    ``1/(1 + exp(g))`` becomes ``sigmoid(-g)`` and ``1/cosh(g)`` becomes ``sech(g)``: the same functions, whose
    poles and bounds are known.

    Raises:
        ExpressionError: If zero is raised to a negative power.
    """
    exponent = Fraction(exponent)
    integral = exponent.denominator == 1
    if exponent == 0:
        return ONE
    if exponent == 1:
        return base
    if base.head == "rational" and integral:
        if base.value == 0 and exponent < 0:
            raise ExpressionError("division by zero: the divisor is identically 0")
        return rational(base.value ** int(exponent))
    if base == ZERO and exponent > 0:
        return ZERO
    if integral and base.head == "pow":
        inner = base.arguments[0]
        # (b^r)^n = b^(rn) where b^r is defined; for a variable b only if that defines b^(rn) nowhere else.
        if base.value.denominator == 1 or (inner.head == "rational" and inner.value > 0):
            return power(inner, base.value * exponent)
    if integral and base.head == "mul":
        return multiply(*(power(argument, exponent) for argument in base.arguments))
    if integral and base.head == "exp":
        return apply("exp", exponent * base.arguments[0])
    if integral and exponent < 0:
        known = _known_reciprocal(base)
        if known is not None:
            return power(known, -exponent)
    return Expression("pow", (base,), exponent)


def _known_reciprocal(base: Expression) -> Expression | None:
    if base.head == "cosh":
        return apply("sech", base.arguments[0])
    if base.head == "add" and len(base.arguments) == 2 and ONE in base.arguments:
        other = base.arguments[1 if base.arguments[0] == ONE else 0]
        if other.head == "exp":
            return apply("sigmoid", -other.arguments[0])
    return None


# The step is (1 + sign)/2 everywhere, also where its argument vanishes on a whole interval.
_AT_ZERO = {
    **dict.fromkeys((*sorted(ODD_HEADS), "abs", "relu"), Fraction(0)),
    **dict.fromkeys(("cos", "cosh", "sech", "erfc"), Fraction(1)),
    "heaviside": Fraction(1, 2),
}


def apply(head: str, argument: Expression | Fraction | int) -> Expression:
    """Return ``head(argument)`` for a smooth or kinked head.

    Raises:
        ExpressionError: If the head is unknown.
    """
    g = as_expression(argument)
    if head not in SMOOTH_HEADS and head not in KINKED_HEADS:
        raise ExpressionError(f"unknown function {head!r}; known: {', '.join(SMOOTH_HEADS + KINKED_HEADS)}")
    if head == "exp":
        if g == ZERO:
            return ONE
        if g.head == "log":
            return g.arguments[0]
    if head == "log" and g.head == "add" and len(g.arguments) == 2 and ONE in g.arguments:
        other = g.arguments[1 if g.arguments[0] == ONE else 0]
        if other.head == "exp":
            return apply("softplus", other.arguments[0])
    if g == ZERO and head in _AT_ZERO:
        return rational(_AT_ZERO[head])
    # One form for f(g) and f(−g), so that they can cancel.
    if head in ODD_HEADS and _leads_negative(g):
        return -Expression(head, (-g,))
    return Expression(head, (-g if head in EVEN_HEADS and _leads_negative(g) else g,))


def _leads_negative(g: Expression) -> bool:
    return split_coefficient(g.arguments[0] if g.head == "add" else g)[0] < 0


def rebuild(expression: Expression, arguments: tuple[Expression, ...]) -> Expression:
    """Return the node's head applied to new ``arguments`` through the constructors."""
    if arguments == expression.arguments:
        return expression
    if expression.head == "add":
        return add(*arguments)
    if expression.head == "mul":
        return multiply(*arguments)
    if expression.head == "pow":
        return power(arguments[0], expression.value)
    return apply(expression.head, arguments[0])


def derivative(expression: Expression) -> Expression:
    """Return d/dz of the tree by the rules of calculus; kinked heads give their derivative almost everywhere."""
    memo: dict[Expression, Expression] = {}
    for node in expression.subexpressions():
        memo[node] = _node_derivative(node, memo)
    return memo[expression]


def _node_derivative(node: Expression, memo: Mapping[Expression, Expression]) -> Expression:
    if node.head == "z":
        return ONE
    inner = [memo[argument] for argument in node.arguments]
    if all(d == ZERO for d in inner):
        return ZERO
    if node.head == "add":
        return add(*inner)
    if node.head == "mul":
        products = []
        for i, d in enumerate(inner):
            rest = [a for j, a in enumerate(node.arguments) if j != i]
            products.append(multiply(d, *rest))
        return add(*products)
    g = node.arguments[0]
    if node.head == "pow":
        return multiply(rational(node.value), power(g, node.value - 1), inner[0])
    return multiply(_outer_derivative(node, g), inner[0])


def _outer_derivative(node: Expression, g: Expression) -> Expression:
    """Return head'(g). tanh and sigmoid stay polynomials in themselves, so that nothing new is evaluated."""
    table = {
        "exp": lambda: node,
        "log": lambda: power(g, Fraction(-1)),
        "sin": lambda: apply("cos", g),
        "cos": lambda: -apply("sin", g),
        "tan": lambda: 1 + power(node, Fraction(2)),
        "sinh": lambda: apply("cosh", g),
        "cosh": lambda: apply("sinh", g),
        "tanh": lambda: 1 - power(node, Fraction(2)),
        "sech": lambda: -(node * apply("tanh", g)),
        "sigmoid": lambda: node - power(node, Fraction(2)),
        "erf": lambda: 2 * power(PI, Fraction(-1, 2)) * apply("exp", -power(g, Fraction(2))),
        "erfc": lambda: -2 * power(PI, Fraction(-1, 2)) * apply("exp", -power(g, Fraction(2))),
        "atan": lambda: power(1 + power(g, Fraction(2)), Fraction(-1)),
        "softplus": lambda: apply("sigmoid", g),
        "abs": lambda: apply("sign", g),
        "sign": lambda: ZERO,
        "heaviside": lambda: ZERO,
        "relu": lambda: apply("heaviside", g),
    }
    return table[node.head]()
