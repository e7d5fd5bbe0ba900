r"""A canonical form of exact constants: ℚ(parameters)-combinations of products of √d, i, √π, exponentials and atoms.

The square roots of distinct squarefree positive integers, i and the powers of √π are linearly independent
over ℚ(parameters),
so on that part equality of forms *is* equality of numbers. Other atoms (`erf(1/2)`, `asin(1/3)`, `E[phi²]`,
√(1+2σ²)) are carried
as formal generators: equal forms are then equal numbers, while unequal forms are only "not shown equal".
"""

from __future__ import annotations

from functools import reduce
from typing import Any

from sympy import QQ, Add, Expr, I, Integer, Mul, Pow, S, Symbol, cancel, exp, expand, factor_list, pi, sqrt
from sympy.ntheory import factorint
from sympy.polys.fields import FracElement

# A monomial: squarefree radicand d, power of i (0, 1), power of √π, exponent of e, roots of polynomials,
# other atoms.
_Monomial = tuple[int, int, int, Expr, tuple[Expr, ...], tuple[tuple[Expr, int], ...]]
_Form = dict[_Monomial, Any]
_ONE: _Monomial = (1, 0, 0, S.Zero, (), ())


class ConstantFormError(ValueError):
    """A constant lies outside the field this canonical form covers."""


def constants_equal(left: Expr, right: Expr) -> bool:
    """Return whether two exact constants have the same canonical form (True is a proof of equality).

    Example:
        >>> from sympy import Rational, pi, sqrt
        >>> constants_equal(1 / sqrt(2 * pi), sqrt(2) / (2 * sqrt(pi)))
        True
        >>> constants_equal(Rational(1, 2), 1 / sqrt(2 * pi))
        False
    """
    return not _form(left - right)


def canonical_constant(value: Expr) -> Expr:
    """Return the one presentation of an exact constant: a sum over monomials, coefficients in lowest terms.

    Raises:
        ConstantFormError: If the constant has a sum of several radicals in a denominator, or the like.

    Example:
        >>> from sympy import symbols
        >>> s = symbols("sigma", positive=True)
        >>> canonical_constant((s**2 - 1) / (s + 1) / sqrt(8))
        sqrt(2)*(sigma/4 - 1/4)
    """
    terms = _form(value)
    return Add(*(Mul(_coefficient_to_sympy(c), _monomial_to_sympy(m)) for m, c in sorted(terms.items(), key=_sort_key)))


def _form(value: Expr) -> _Form:
    parameters = sorted(_parameters(value), key=lambda s: (s.name, s.sort_key()))
    return _normal(value, QQ.frac_field(*parameters) if parameters else QQ)


def _parameters(value: Expr) -> set[Symbol]:
    if isinstance(value, Symbol):
        return {value}
    if isinstance(value, Add | Mul):
        return set().union(*(_parameters(arg) for arg in value.args))
    return _parameters(value.base) if isinstance(value, Pow) else set()


def _normal(value: Expr, K: Any) -> _Form:
    if value.is_Rational or isinstance(value, Symbol):
        coefficient = K.from_sympy(value)
        return {_ONE: coefficient} if coefficient else {}
    if isinstance(value, Add):
        return reduce(_plus, (_normal(arg, K) for arg in value.args))
    if isinstance(value, Mul):
        return reduce(lambda p, q: _times(p, q, K), (_normal(arg, K) for arg in value.args))
    if value == I:
        return {(1, 1, 0, S.Zero, (), ()): K.one}
    if value == pi:
        return {(1, 0, 2, S.Zero, (), ()): K.one}
    if value == S.Exp1 or isinstance(value, exp):
        exponent = S.One if value == S.Exp1 else value.args[0]
        return {(1, 0, 0, _exponent(exponent), (), ()): K.one}
    if isinstance(value, Pow):
        return _power(value, K)
    if value.is_Float:
        raise ConstantFormError(f"canonical constant: {value} is a floating-point number; write an exact one")
    return {(1, 0, 0, S.Zero, (), ((value, 1),)): K.one}


def _plus(p: _Form, q: _Form) -> _Form:
    total = dict(p)
    for monomial, coefficient in q.items():
        value = total.get(monomial)
        value = coefficient if value is None else value + coefficient
        if value:
            total[monomial] = value
        else:
            total.pop(monomial, None)
    return total


def _times(p: _Form, q: _Form, K: Any) -> _Form:
    total: _Form = {}
    for left, a in p.items():
        for right, b in q.items():
            monomial, factor = _monomial_product(left, right, K)
            total = _plus(total, {monomial: a * b * factor})
    return total


def _monomial_product(left: _Monomial, right: _Monomial, K: Any) -> tuple[_Monomial, Any]:
    factor = K.one
    common = S(left[0]).gcd(right[0])
    radicand = (left[0] // int(common)) * (right[0] // int(common))
    factor = factor * K.from_sympy(common)
    imaginary = left[1] + right[1]
    if imaginary == 2:
        imaginary, factor = 0, -factor
    roots = list(left[4])
    for root in right[4]:
        if root in roots:
            roots.remove(root)
            factor = factor * K.from_sympy(root)
        else:
            roots.append(root)
    powers = dict(left[5])
    for atom, power in right[5]:
        powers[atom] = powers.get(atom, 0) + power
    atoms = tuple(sorted(((a, k) for a, k in powers.items() if k), key=lambda pair: pair[0].sort_key()))
    ordered = tuple(sorted(roots, key=lambda root: root.sort_key()))
    return (radicand, imaginary, left[2] + right[2], _exponent(left[3] + right[3]), ordered, atoms), factor


def _exponent(exponent: Expr) -> Expr:
    """Return an exponent as an expanded sum, or in lowest terms if it has parameters."""
    expanded = expand(exponent)
    return cancel(expanded) if expanded.free_symbols else expanded


def _power(value: Pow, K: Any) -> _Form:
    base, exponent = value.base, value.exp
    if exponent.is_Integer:
        form = _normal(base, K)
        if exponent < 0:
            form = _inverse(form, value, K)
        return reduce(lambda p, q: _times(p, q, K), [form] * abs(int(exponent)), {_ONE: K.one})
    if (2 * exponent).is_Integer:
        whole = int(exponent - S.Half)
        root = _square_root(base, K)
        return _times(root, _normal(Pow(base, whole), K), K) if whole else root
    raise ConstantFormError(f"canonical constant: {value} is not a square root of a rational, of pi or of a parameter")


def _inverse(form: _Form, value: Expr, K: Any) -> _Form:
    if len(form) != 1:
        raise ConstantFormError(f"canonical constant: {value} divides by zero or by a sum of different radicals")
    ((d, i, p, e, roots, atoms), coefficient) = next(iter(form.items()))
    inverse = K.one / (coefficient * K.from_sympy(Integer(d)))
    for root in roots:
        inverse = inverse / K.from_sympy(root)
    return {(d, i, -p, -e, roots, tuple((a, -k) for a, k in atoms)): -inverse if i else inverse}


def _square_root(base: Expr, K: Any) -> _Form:
    if base == pi:
        return {(1, 0, 1, S.Zero, (), ()): K.one}
    form = _normal(base, K)
    if set(form) != {_ONE}:
        raise ConstantFormError(f"canonical constant: the square root of {base} is outside the field")
    numerator, denominator = K.to_sympy(form[_ONE]).as_numer_denom()
    if denominator.is_positive is not True:
        raise ConstantFormError(
            f"canonical constant: sqrt({base}) needs the sign of {denominator}; declare its symbols positive"
        )
    content, factors = factor_list(expand(numerator * denominator))
    result = _times(_integer_root(content, K), {_ONE: K.one / K.from_sympy(denominator)}, K)
    for factor, power in factors:
        if power > 1 and factor.is_positive is not True:
            raise ConstantFormError(
                f"canonical constant: sqrt({base}) needs the sign of {factor}; declare its symbols positive"
            )
        result = _times(result, {_ONE: K.from_sympy(factor ** (power // 2))}, K)
        if power % 2:
            result = _times(result, {(1, 0, 0, S.Zero, (factor,), ()): K.one}, K)
    return result


def _integer_root(value: Expr, K: Any) -> _Form:
    """Return the form of the square root of a rational number (principal branch)."""
    product = int(value.p) * int(value.q)
    square = radicand = 1
    for prime, power in factorint(abs(product)).items():
        square *= prime ** (power // 2)
        radicand *= prime ** (power % 2)
    imaginary = 1 if product < 0 else 0
    return {(radicand, imaginary, 0, S.Zero, (), ()): K.from_sympy(S(square) / int(value.q))}


def _coefficient_to_sympy(coefficient: Any) -> Expr:
    if isinstance(coefficient, FracElement):
        return _factored(coefficient.numer) / _factored(coefficient.denom)
    return S(QQ.to_sympy(coefficient))


def _factored(polynomial: Any) -> Expr:
    content, factors = polynomial.factor_list()
    return Mul(QQ.to_sympy(content), *(factor.as_expr() ** power for factor, power in factors))


def _monomial_to_sympy(monomial: _Monomial) -> Expr:
    d, i, p, exponent, roots, atoms = monomial
    return Mul(
        sqrt(d),
        I**i,
        sqrt(pi) ** p,
        exp(exponent),
        *(sqrt(root) for root in roots),
        *(a**k for a, k in atoms),
    )


def _sort_key(item: tuple[_Monomial, Any]) -> Any:
    return _monomial_to_sympy(item[0]).sort_key()
