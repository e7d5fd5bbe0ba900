"""The checker of closed-form spectra of invariant quadratic forms against exact characteristic polynomials."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from flint import fmpq, fmpq_mat, fmpq_poly

from claims.evidence import CheckFailedError, Evidence, checker, mint
from numeric.population.polynomial_activation import PolynomialActivation
from numeric.population.population_hessian import characteristic_polynomial, population_hessian
from symbolic.population.index_sums import OrbitForm
from symbolic.population.invariant_spectrum import (
    Block,
    NotInvariantError,
    family_blocks,
    vanishing_combinations_fit,
)
from symbolic.population.moment_ring import moment_ring, moment_symbol


@checker
def decide_spectrum(
    form: OrbitForm,
    alter: Callable[[list[Block]], Sequence[Block]],
    cases: Iterable[tuple[PolynomialActivation, int]],
) -> Evidence:
    """Return `Identity` if the family blocks are the whole spectrum of ``form`` for every k, else a `Witness`.

    The blocks are derived by exact index sums, which shows that each family is mapped to itself; that the
    multiplicities add up to 2k² shows that nothing is missing for k ≥ 3, and what vanishes at k = 1 and k = 2 is shown
    to have the eigenvalue that is taken away there. Each case compares the product of the blocks'
    characteristic polynomials with that of the Hessian expanded entry by entry.

    Args:
        form: The quadratic form in A and B.
        alter: What is done to the derived blocks before they are compared: the identity, or a falsification.
        cases: Polynomial activations and sizes.

    Raises:
        CheckFailedError: If a family is not mapped to itself, or the multiplicities do not add up, or what
            vanishes at k = 1 or k = 2 has not the eigenvalue to be taken away there.
    """
    try:
        blocks = alter(family_blocks(form))
    except NotInvariantError as error:
        raise CheckFailedError(str(error)) from error
    k = moment_ring().gens[0]
    total = sum((block.multiplicity * len(block.matrix) for block in blocks), moment_ring().zero)
    if total != 2 * k**2:
        raise CheckFailedError(f"the multiplicities add up to {total}, not to 2*k**2")
    if not vanishing_combinations_fit(blocks):
        raise CheckFailedError("what vanishes at k = 1 or k = 2 has not the eigenvalue of the symmetric family there")
    sizes: list[int] = []
    for activation, size in cases:
        expected = characteristic_polynomial(population_hessian(activation, size))
        found = _product_of_blocks(blocks, activation, size)
        if found != expected:
            return mint(
                "Witness",
                f"at k = {size} the characteristic polynomials differ",
                {"phi": [str(c) for c in activation.coefficients], "found": str(found), "expected": str(expected)},
                scope=f"k={size}",
            )
        sizes.append(size)
    if not sizes:
        raise CheckFailedError("no case was given to compare with")
    return mint(
        "Identity",
        "eight invariant families carry all 2k² eigenvalues, for every k",
        {
            "method": "index sums modulo the families' relations",
            "blocks": len(blocks),
            "exact_characteristic_polynomials": len(sizes),
            "sizes": sorted(set(sizes)),
        },
    )


def _product_of_blocks(blocks: Sequence[Block], activation: PolynomialActivation, size: int) -> fmpq_poly | None:
    """Return the product of the blocks' characteristic polynomials to their multiplicities at one size.

    At k = 1 and k = 2 the multiplicity of the symmetric family is -1: one eigenvalue of a larger block belongs to a
    member that vanishes or repeats there, and is divided out. ``None`` if that division leaves a remainder.
    """
    values = _moment_values(activation, size)
    numerator, denominator = fmpq_poly([1]), fmpq_poly([1])
    for block in blocks:
        polynomial = fmpq_mat(
            len(block.matrix),
            len(block.matrix),
            [_evaluate(value, values) for line in block.matrix for value in line],
        ).charpoly()
        power = int(_evaluate(block.multiplicity, values).p)
        if power >= 0:
            numerator *= polynomial**power
        else:
            denominator *= polynomial**-power
    quotient, remainder = divmod(numerator, denominator)
    return quotient if remainder.degree() < 0 else None


def _moment_values(activation: PolynomialActivation, size: int) -> dict[str, Fraction]:
    values = {"k": Fraction(size), "d": Fraction(0)}
    for a in range(3):
        for b in range(3):
            for c in range(3):
                if a or b:
                    values[moment_symbol(a, b, c).name] = activation.moment(a, b, c)
    return values


def _evaluate(element: object, values: dict[str, Fraction]) -> fmpq:
    names = [symbol.name for symbol in moment_ring().symbols]
    total = fmpq(0)
    for exponents, coefficient in element.terms():  # type: ignore[attr-defined]
        term = fmpq(int(coefficient.numerator), int(coefficient.denominator))
        for name, power in zip(names, exponents, strict=True):
            if power:
                term *= fmpq(values[name].numerator, values[name].denominator) ** int(power)
        total += term
    return total
