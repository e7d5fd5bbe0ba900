r"""Sums of Gaussian exponentials over lattices, with exact exponents: the algebra of theta and Mordell series.

A :class:`SeriesTerm` stands for ``sum over indices of coefficient * exp(exponent) * atoms / (1 - exp(pole))``. Its
exponents and coefficients are polynomials over the Gaussian rationals in one ring, so they have a canonical form.
The scale and pi are not generators: with ``h`` the step, ``a = pi/s`` the period and ``m = 2 s/h``, both are
polynomials, ``s = h m/2`` and ``pi = a h m/2``. Every relation among them is then an identity of polynomials.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sympy import I as IMAGINARY_UNIT
from sympy import Symbol, factor, latex
from sympy.polys.domains import QQ_I
from sympy.polys.rings import ring

RING, w, z, a, h, m, n, k, p, K, j, c, N = ring("w z a h m n k p K j c N", QQ_I)
HALF = RING(QQ_I(1) / QQ_I(2))
I = RING(QQ_I(0, 1))
ONE = RING(1)
ZERO = RING(0)
SCALE = HALF * h * m
PI = a * SCALE
# Factors are printed with a positive leading term in this order.
_PRINTING_ORDER = tuple(Symbol(name) for name in "kKnNjmpcahwz")


class SeriesFormError(ValueError):
    """A sum is outside the algebra of these terms."""


class Index(NamedTuple):
    """A summation index and its bounds; ``None`` is infinity."""

    name: Any
    lower: Any
    upper: Any


class Atom(NamedTuple):
    """A function of one argument: ``J``, ``J_moment``, ``tanh``, ``sinh``, ``sin`` or ``cos``."""

    function: str
    argument: Any


@dataclass(frozen=True)
class SeriesTerm:
    """``sum over indices of coefficient * exp(exponent) * product of atoms / (1 - exp(pole))``.

    Args:
        coefficient: Polynomial; may contain the indices.
        exponent: Polynomial.
        atoms: Further factors.
        indices: What is summed over.
        pole: Exponent in the denominator ``1 - exp(pole)``; ``None`` for no denominator.
    """

    coefficient: Any
    exponent: Any
    atoms: tuple[Atom, ...] = ()
    indices: tuple[Index, ...] = ()
    pole: Any = None

    def substitute(self, pairs: list[tuple[Any, Any]], indices: tuple[Index, ...] | None = None) -> SeriesTerm:
        """Return the term with generators replaced by polynomials everywhere, its indices replaced if given."""
        return SeriesTerm(
            self.coefficient.compose(pairs),
            self.exponent.compose(pairs),
            tuple(Atom(atom.function, atom.argument.compose(pairs)) for atom in self.atoms),
            self.indices if indices is None else indices,
            None if self.pole is None else self.pole.compose(pairs),
        )

    def to_latex(self) -> str:
        """Return the term as LaTeX."""
        sums = "".join(_sum_latex(index) for index in self.indices)
        coefficient = "" if self.coefficient == ONE else polynomial_latex(self.coefficient, as_factor=True) + r"\,"
        exponential = "" if self.exponent == ZERO else rf"e^{{{polynomial_latex(self.exponent)}}}"
        atoms = "".join(_atom_latex(atom) for atom in self.atoms)
        numerator = coefficient + exponential + atoms or "1"
        if self.pole is None:
            return sums + numerator
        return sums + rf"\frac{{{numerator}}}{{1-e^{{{polynomial_latex(self.pole)}}}}}"


@dataclass(frozen=True)
class SeriesSum:
    """A finite sum of :class:`SeriesTerm`; equality of values is decided by :func:`exponential_form`."""

    terms: tuple[SeriesTerm, ...]

    def to_latex(self) -> str:
        """Return the sum as LaTeX."""
        return " + ".join(term.to_latex() for term in self.terms)

    def __str__(self) -> str:
        return self.to_latex()


def exponential_form(series: SeriesSum) -> dict[tuple[Any, ...], Any]:
    """Return the coefficients by everything else, with sines, cosines and two-sided sums written out.

    Args:
        series: Any sum whose two-sided indices bound no other index.

    Returns:
        Nonzero polynomials by (exponent, atoms, indices, pole).

    Raises:
        SeriesFormError: If the bounds of an index depend on a two-sided one.

    ``sinh``, ``sin`` and ``cos`` become exponentials; a sum over all integers becomes its term at 0 and two sums
    from 1 on; ``tanh`` is odd. Two sums with the same form are equal (termwise: all series here converge absolutely).

    Example:
        >>> left = SeriesSum((SeriesTerm(ONE, ZERO, (Atom("sinh", w),)),))
        >>> right = SeriesSum((SeriesTerm(HALF, w), SeriesTerm(-HALF, -w)))
        >>> exponential_form(left) == exponential_form(right)
        True
    """
    collected: dict[tuple[Any, ...], Any] = {}
    for term in series.terms:
        for plain in _write_out(term):
            key = (plain.exponent, tuple(sorted(plain.atoms, key=str)), plain.indices, plain.pole)
            collected[key] = collected.get(key, ZERO) + plain.coefficient
    return {key: coefficient for key, coefficient in collected.items() if coefficient != ZERO}


def is_free_of(term: SeriesTerm, generator: Any) -> bool:
    """Return whether nothing but the term's exponent (and its own index) depends on the generator."""
    parts = [term.coefficient, *(atom.argument for atom in term.atoms)]
    if term.pole is not None:
        parts.append(term.pole)
    return all(part.diff(generator) == ZERO for part in parts)


def is_positive(polynomial: Any, nonnegative: tuple[Any, ...] = ()) -> bool:
    """Return whether the signs of its coefficients alone show the polynomial positive.

    Args:
        polynomial: With real coefficients.
        nonnegative: Generators known only to be >= 0; all others that occur are taken to be > 0.
    """
    weak = {RING.gens.index(generator) for generator in nonnegative}
    terms = list(polynomial.terms())
    if any(coefficient.y != 0 or coefficient.x <= 0 for _, coefficient in terms):
        return False
    return any(all(degree == 0 or i not in weak for i, degree in enumerate(degrees)) for degrees, _ in terms)


def _write_out(term: SeriesTerm) -> list[SeriesTerm]:
    """The term as a list of terms without sinh, sin, cos and without two-sided sums."""
    for position, index in enumerate(term.indices):
        if index.lower is None:
            rest = term.indices[:position] + term.indices[position + 1 :]
            if any(bound is not None and bound.diff(index.name) != ZERO for other in rest for bound in other[1:]):
                raise SeriesFormError(f"the bounds of another index depend on the two-sided {index.name.as_expr()}")
            positive = (*term.indices[:position], Index(index.name, ONE, index.upper), *term.indices[position + 1 :])
            parts = [
                term.substitute([(index.name, ZERO)], rest),
                replace(term, indices=positive),
                term.substitute([(index.name, -index.name)], positive),
            ]
            return [plain for part in parts for plain in _write_out(part)]
    for position, atom in enumerate(term.atoms):
        rest_atoms = term.atoms[:position] + term.atoms[position + 1 :]
        if atom.function == "tanh":
            if atom.argument == ZERO:
                return []
            # A fixed sign for the argument: tanh is odd.
            if atom.argument.LC.x < 0:
                odd = (*rest_atoms, Atom("tanh", -atom.argument))
                return _write_out(replace(term, coefficient=-term.coefficient, atoms=odd))
        if atom.function in {"sinh", "sin", "cos"}:
            rate = atom.argument if atom.function == "sinh" else I * atom.argument
            weight = -I * HALF if atom.function == "sin" else HALF
            mirrored = weight if atom.function == "cos" else -weight
            parts = [
                replace(
                    term,
                    coefficient=term.coefficient * factor,
                    exponent=term.exponent + sign * rate,
                    atoms=rest_atoms,
                )
                for sign, factor in ((1, weight), (-1, mirrored))
            ]
            return [plain for part in parts for plain in _write_out(part)]
    return [term]


def polynomial_latex(polynomial: Any, *, as_factor: bool = False) -> str:
    r"""Return LaTeX of a polynomial, factored part by part: powers of ``w`` apart, real and imaginary parts apart.

    Args:
        polynomial: Of the ring of this module.
        as_factor: Put it in parentheses where a product needs them.

    Example:
        >>> print(polynomial_latex(a**2 * k**2 - a**2 * p**2 - I * a * w))
        a^{2} \left(k - p\right) \left(k + p\right) - i a w
    """
    pieces: dict[tuple[int, bool], Any] = {}
    for degrees, coefficient in polynomial.terms():
        for imaginary, part in ((False, coefficient.x), (True, coefficient.y)):
            key = (degrees[RING.gens.index(w)], imaginary)
            pieces[key] = pieces.get(key, ZERO) + RING({degrees: QQ_I(part, 0)})
    expressions = [
        factor(piece.as_expr(), *_PRINTING_ORDER) * (IMAGINARY_UNIT if imaginary else 1)
        for (_, imaginary), piece in sorted(pieces.items(), key=lambda item: item[0])
        if piece != ZERO
    ]
    texts = [str(latex(expression)) for expression in expressions] or ["0"]
    text = texts[0] + "".join(f" - {t[1:].strip()}" if t.startswith("-") else f" + {t}" for t in texts[1:])
    needs = len(texts) > 1 or any(expression.is_Add for expression in expressions) or text.startswith("-")
    return rf"\left({text}\right)" if as_factor and needs else text


def _sum_latex(index: Index) -> str:
    name = polynomial_latex(index.name)
    if index.lower is None:
        return rf"\sum_{{{name}\in\mathbb Z}}"
    upper = r"\infty" if index.upper is None else polynomial_latex(index.upper)
    return rf"\sum_{{{name}={polynomial_latex(index.lower)}}}^{{{upper}}}"


def _atom_latex(atom: Atom) -> str:
    argument = polynomial_latex(atom.argument)
    if atom.function == "J":
        return rf"J\left({argument}\right)"
    if atom.function == "J_moment":
        return rf"J^{{({argument})}}(0)"
    return rf"\{atom.function}\left({argument}\right)"
