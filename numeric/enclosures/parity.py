"""Parity decided on the tree: a proof that an integrand is odd makes its expectation exactly zero."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Literal

from numeric.enclosures.ball_expression import EVEN_HEADS, ODD_HEADS, Expression, apply

Monomial = tuple[tuple[Expression, int], ...]
_TERMS = 400


@lru_cache(maxsize=4096)
def parity(expression: Expression) -> Literal["odd", "even"] | None:
    """Return whether the tree is proved odd or even in z; None when neither is proved.

    sigmoid, softplus, relu, heaviside, erfc and exp of an odd argument are written as even part + odd part, the
    result is multiplied out over the atoms that remain, and the parities of the monomials left are compared.

    Example:
        >>> from numeric.enclosures.ball_expression import Z, apply
        >>> s = apply("sigmoid", Z)
        >>> parity(s * (1 - s)), parity(Z * s * (1 - s)), parity(s)
        ('even', 'odd', None)
    """
    terms = _expand(expression)
    if terms is None:
        return None
    signs = {_monomial_parity(monomial) for monomial in terms}
    if not signs or signs == {1}:
        return "even"
    return "odd" if signs == {-1} else None


def is_identically_zero(expression: Expression) -> bool:
    """Return whether the tree multiplies out to zero (True is a proof, False is not)."""
    return _expand(expression) == {}


def _monomial_parity(monomial: Monomial) -> int | None:
    total = 1
    for atom, exponent in monomial:
        sign = _atom_parity(atom)
        if sign is None:
            return None
        total *= sign if exponent % 2 else 1
    return total


def _atom_parity(atom: Expression) -> int | None:
    """Return 1 for even, −1 for odd."""
    if atom.is_constant():
        return 1
    if atom.head == "z":
        return -1
    inner = {"odd": -1, "even": 1, None: None}[parity(atom.arguments[0])]
    if inner is None:
        return None
    if inner == 1 or atom.head in EVEN_HEADS:
        return 1
    if atom.head in ODD_HEADS:
        return -1
    if atom.head == "pow" and atom.value.denominator == 1:
        return -1 if int(atom.value) % 2 else 1
    return None


@lru_cache(maxsize=4096)
def _expand(node: Expression) -> dict[Monomial, Fraction] | None:
    """Return the tree as a polynomial in atoms, or None if it has too many terms.

    Kept, because every level of a nest asks for its argument twice; no caller changes what is returned.
    """
    if node.head == "rational":
        return {(): node.value} if node.value else {}
    if node.head in {"add", "mul"}:
        total = _expand(node.arguments[0])
        for argument in node.arguments[1:]:
            other = _expand(argument)
            if total is None or other is None:
                return None
            total = _plus(total, other) if node.head == "add" else _times(total, other)
        return total
    if node.head == "pow" and node.value.denominator == 1 and 0 < node.value <= 16:
        base = _expand(node.arguments[0])
        power: dict[Monomial, Fraction] | None = {(): Fraction(1)}
        for _ in range(int(node.value)):
            if base is None or power is None:
                return None
            power = _times(power, base)
        return power
    halves = _even_and_odd_part(node)
    if halves is not None:
        return _expand(halves)
    return {((node, 1),): Fraction(1)}


def _even_and_odd_part(node: Expression) -> Expression | None:
    """Return an equal tree whose atoms have a parity, for the heads that are neither even nor odd."""
    if node.head not in {"sigmoid", "softplus", "relu", "heaviside", "erfc", "exp"}:
        return None
    g = node.arguments[0]
    half = Fraction(1, 2)
    if g.is_constant():
        return None
    if node.head == "erfc":
        return 1 - apply("erf", g)
    if node.head == "relu":
        return half * g + half * apply("abs", g)
    if node.head == "heaviside":
        return half + half * apply("sign", g)
    if parity(g) != "odd":
        return None
    if node.head == "sigmoid":
        return half + half * apply("tanh", half * g)
    if node.head == "softplus":
        # log(1 + e^g) = g/2 + log(2·cosh(g/2)).
        return half * g + apply("log", 2 * apply("cosh", half * g))
    return apply("cosh", g) + apply("sinh", g)


def _plus(a: dict[Monomial, Fraction], b: dict[Monomial, Fraction]) -> dict[Monomial, Fraction]:
    total = dict(a)
    for monomial, coefficient in b.items():
        total[monomial] = total.get(monomial, Fraction(0)) + coefficient
    return {m: c for m, c in total.items() if c != 0}


def _times(a: dict[Monomial, Fraction], b: dict[Monomial, Fraction]) -> dict[Monomial, Fraction] | None:
    if len(a) * len(b) > _TERMS:
        return None
    total: dict[Monomial, Fraction] = {}
    for left, p in a.items():
        for right, q in b.items():
            exponents: dict[Expression, int] = dict(left)
            for atom, exponent in right:
                exponents[atom] = exponents.get(atom, 0) + exponent
            key = tuple(
                sorted(
                    ((_sign_reduced(k, v)) for k, v in exponents.items()),
                    key=lambda pair: (str(pair[0]), pair[1]),
                )
            )
            key = tuple((k, v) for k, v in key if v)
            total[key] = total.get(key, Fraction(0)) + p * q
    return {m: c for m, c in total.items() if c != 0}


def _sign_reduced(atom: Expression, exponent: int) -> tuple[Expression, int]:
    # sign² = 1 almost everywhere.
    return (atom, exponent % 2) if atom.head == "sign" else (atom, exponent)
