"""The checker of closed-form spectra of invariant quadratic forms against exact characteristic polynomials."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from flint import fmpq, fmpq_mat, fmpq_poly
from sympy.polys.rings import PolyElement

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
from symbolic.population.orthonormal_blocks import (
    UniformBound,
    limits,
    orthonormal_blocks,
    outside_coefficients,
    outside_meets_nothing,
)
from symbolic.population.population_form import population_form, single_sum_form


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


@checker
def decide_outside_spectrum(
    eigenvalues: Sequence[tuple[PolyElement, PolyElement]],
    cases: Iterable[tuple[PolynomialActivation, int, int]],
    *,
    part: str = "",
) -> Evidence:
    """Return `Identity` if rows outside the span add just these eigenvalues, for every k and d ≥ k, else a `Witness`.

    A case divides no polynomial: the characteristic polynomial of the Hessian in d dimensions must be that in k
    dimensions times the powers given. For every k and d: the rows outside meet nothing else (index sums), each carries
    the form with the coefficients of A_pi² and A_pi A_pj, whose eigenvectors are the constant row and the rows with
    sum 0.

    Args:
        eigenvalues: First that of constant rows, then that of rows with sum 0, each with its multiplicity; elements of
            the moment ring, which has k and d.
        cases: Polynomial activations with k and d.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If the index sums do not give these eigenvalues, or the multiplicities do not add up.
    """
    tried: list[str] = []
    for activation, k, d in cases:
        values = {**_moment_values(activation, k), "d": Fraction(d)}
        expected = characteristic_polynomial(population_hessian(activation, k, d))
        found = characteristic_polynomial(population_hessian(activation, k))
        for value, times in eigenvalues:
            found *= fmpq_poly([-_evaluate(value, values), 1]) ** int(_evaluate(times, values).p)
        if found != expected:
            data = {"phi": [str(c) for c in activation.coefficients], "found": str(found), "expected": str(expected)}
            says = f"at k = {k}, d = {d} the characteristic polynomials differ"
            return mint("Witness", says, data, scope=f"k={k}, d={d}", part=part)
        tried.append(f"({k}, {d})")
    if not tried:
        raise CheckFailedError("no case was given to compare with")
    k, d = moment_ring().gens[:2]
    same, different = outside_coefficients()
    if not outside_meets_nothing():
        raise CheckFailedError("a row outside the span has a cross term")
    if [value for value, _ in eigenvalues] != [same + (k - 1) * different, same - different]:
        raise CheckFailedError("the form outside the span has other eigenvalues")
    if [times for _, times in eigenvalues] != [2 * (d - k), 2 * (d - k) * (k - 1)]:
        raise CheckFailedError("the multiplicities are not those of constant rows and of rows with sum 0")
    return mint(
        "Identity",
        "rows outside the span meet nothing and carry one form in k numbers, for every k and d",
        {"method": "index sums", "exact_characteristic_polynomials": len(tried), "sizes": tried},
        part=part,
    )


@checker
def prove_limit_of_least_eigenvalue(bound: UniformBound, *, part: str = "") -> Evidence:
    """Return `Identity` if the blocks' least eigenvalues reach or tend to the three terms of a bound.

    No coefficient of the form holds k or d: matrices padded with zeros keep value and norm, so λ_min does not increase
    with k, nor with d. The antisymmetric family has the first term as eigenvalue for every k ≥ 3. On the members I, or
    diag(v), of norm 1, corrected off the diagonal, the form tends to the other two for k → ∞ where α₁₀β₁₀ ≠ 0.

    Args:
        bound: The three terms, elements of the moment ring.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If a coefficient depends on k or d, or a term is not the one that the blocks give.
    """
    sizes = range(2)  # k and d are the ring's first generators
    for form in (population_form(), single_sum_form()):
        if any(c.degree(moment_ring().gens[n]) > 0 for _, c in form.coefficients for n in sizes):
            raise CheckFailedError("a coefficient of the form depends on k or d: padding with zeros changes the value")
    for k in (3, 4, 5):
        attained = [b.form[0][0] for b in orthonormal_blocks(k) if (b.family, b.sign) == ("antisymmetric", 1)]
        if attained != [bound.off_diagonal]:
            raise CheckFailedError("the first term is not the eigenvalue of the antisymmetric family")
    found = limits()
    if found["standard", -1] != bound.diagonal_opposite or found["trivial", -1] != bound.diagonal_opposite:
        raise CheckFailedError("on (A, -A) with A = I or diag(v) the form tends to another number")
    if found["standard", 1] != bound.diagonal_equal:
        raise CheckFailedError("on (A, A) with A = diag(v) the form tends to another number")
    return mint(
        "Identity",
        "the least eigenvalue does not increase with k or d, and reaches or tends to the least of the three terms",
        {"method": "zero padding; Schur complements of the blocks", "blocks": len(found) + 1},
        part=part,
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
