"""The Mordell identity: derived, evaluated against quadrature, and refuted when a display is slightly wrong."""

from __future__ import annotations

from dataclasses import replace

import mpmath
import pytest

from symbolic.derivation import Derivation, StepError
from symbolic.theta import mordell
from symbolic.theta.mordell import (
    CONTOUR_SHIFT,
    GEOMETRIC_SERIES,
    PARITY,
    POISSON_SUMMATION,
    REGROUPING,
    derive_moment_relation,
    derive_mordell_identity,
)
from symbolic.theta.mordell_tails import (
    DECREASING_RATIO,
    TERMWISE_BOUND,
    TailFamilyError,
    derive_tail_bound,
    tail_families,
)
from symbolic.theta.theta_terms import (
    HALF,
    ONE,
    RING,
    ZERO,
    Atom,
    I,
    Index,
    K,
    N,
    SeriesFormError,
    SeriesSum,
    SeriesTerm,
    a,
    c,
    exponential_form,
    h,
    is_positive,
    j,
    k,
    m,
    n,
    p,
    w,
)

STEPS = derive_mordell_identity().steps


def number(polynomial, values):
    total = mpmath.mpc(0)
    for degrees, coefficient in polynomial.terms():
        weight = mpmath.mpc(
            mpmath.mpf(int(coefficient.x.numerator)) / int(coefficient.x.denominator),
            mpmath.mpf(int(coefficient.y.numerator)) / int(coefficient.y.denominator),
        )
        for generator, degree in zip(RING.gens, degrees, strict=True):
            if degree:
                weight *= values[generator] ** degree
        total += weight
    return total


def integral(scale, tilt, order=0):
    return mpmath.quad(
        lambda z: z**order * mpmath.exp(-z * z / 2 + tilt * z) * mpmath.tanh(scale * z), mpmath.linspace(-13, 13, 27)
    )


FUNCTIONS = {"tanh": mpmath.tanh, "sinh": mpmath.sinh, "sin": mpmath.sin, "cos": mpmath.cos}


def evaluate(series, values, reach=14):
    """Sum a SeriesSum term by term at numbers for w, a, h, m, infinite sums cut at ``reach``."""
    scale = values[h] * values[m] / 2
    known = {}

    def atom_value(atom, at):
        argument = number(atom.argument, at)
        if atom.function in FUNCTIONS:
            return FUNCTIONS[atom.function](argument)
        key = (atom.function, mpmath.nstr(argument, 20))
        if key not in known:
            moment = atom.function == "J_moment"
            known[key] = integral(scale, 0 if moment else argument, int(argument.real) if moment else 0)
        return known[key]

    def total(term, indices, at):
        if not indices:
            value = number(term.coefficient, at) * mpmath.exp(number(term.exponent, at))
            for atom in term.atoms:
                value *= atom_value(atom, at)
            return value if term.pole is None else value / (1 - mpmath.exp(number(term.pole, at)))
        index, *rest = indices
        lower = -reach if index.lower is None else int(number(index.lower, at).real)
        upper = reach if index.upper is None else int(number(index.upper, at).real)
        return mpmath.fsum(total(term, rest, at | {index.name: i}) for i in range(lower, upper + 1))

    return mpmath.fsum(total(term, term.indices, values) for term in series.terms)


def values_for(scale, divisor, tilt):
    return {w: tilt, a: mpmath.pi / scale, h: mpmath.mpf(2) * scale / divisor, m: divisor}


@pytest.mark.parametrize(("scale", "divisor"), [(mpmath.mpf(1), 1), (mpmath.mpf("1.5"), 2), (mpmath.mpf(2), 3)])
@pytest.mark.parametrize("tilt", [mpmath.mpf("0.4"), mpmath.mpc("-0.3", "0.7")])
def test_identity_holds_against_quadrature(scale, divisor, tilt):
    derivation = derive_mordell_identity()
    values = values_for(scale, divisor, tilt)
    left, right = evaluate(derivation.start, values), evaluate(derivation.result, values)
    assert abs(left - right) < mpmath.mpf(10) ** -13 * (1 + abs(left))


def test_every_step_holds_against_quadrature():
    values = values_for(mpmath.mpf("1.2"), 2, mpmath.mpf("0.4"))
    expected = evaluate(derive_mordell_identity().start, values)
    for step in STEPS:
        assert abs(evaluate(step.after, values, reach=9) - expected) < mpmath.mpf(10) ** -10, step.rule.name


@pytest.mark.parametrize("order", [1, 3, 5])
def test_moment_relations_hold_against_quadrature(order):
    equation = derive_moment_relation(order).result
    values = values_for(mpmath.mpf("1.3"), 2, mpmath.mpf(0))
    left, right = evaluate(equation.left, values), evaluate(equation.right, values)
    assert abs(left) > 0.5
    assert abs(left - right) < mpmath.mpf(10) ** -12 * abs(left)


def test_moment_relation_recheck_and_text():
    derivation = derive_moment_relation(7)
    assert derivation.recheck()
    assert "J^{(5)}(0)" in derivation.to_latex()
    assert r"\tanh" in str(derivation.result)


@pytest.mark.parametrize("order", [0, 2, -1, -3])
def test_even_and_negative_orders_are_refused(order):
    with pytest.raises(ValueError, match="odd and positive"):
        derive_moment_relation(order)


def change(series, position, **changes):
    terms = list(series.terms)
    terms[position] = replace(terms[position], **changes)
    return SeriesSum(tuple(terms))


def mutants():
    """Each step with one slip in its display."""
    shifted, summed, regrouped, geometric, folded = (step.after for step in STEPS[1:])
    above = shifted.terms[1]
    nodes = summed.terms[0]
    part = geometric.terms[1]
    return {
        "residue without its factor 2": (1, change(shifted, 1, coefficient=I * a)),
        "residue of the wrong sign": (1, change(shifted, 1, coefficient=-above.coefficient)),
        "wrong sign of a^2 under the lattice": (1, change(shifted, 1, exponent=above.exponent + (k * m * a) ** 2)),
        "one pole too many": (1, change(shifted, 1, indices=(Index(k, ONE, None), Index(p, ONE, m * k + 1)))),
        "aliases at the wrong frequency": (1, change(shifted, 0, atoms=(Atom("J", w - I * k * a),))),
        "lower poles forgotten": (1, SeriesSum(shifted.terms[:2])),
        "Poisson without the step": (2, change(summed, 0, coefficient=ONE)),
        "nodes twice as dense": (2, change(summed, 0, exponent=nodes.exponent.compose(h, HALF * h))),
        "regrouping that starts at K = 0": (
            3,
            change(regrouped, 1, indices=(Index(K, ZERO, None), *regrouped.terms[1].indices[1:])),
        ),
        "regrouping with c up to m": (
            3,
            change(regrouped, 1, indices=(Index(K, ONE, None), Index(c, ZERO, m), Index(j, ZERO, None))),
        ),
        "geometric sum of half the slope": (4, change(geometric, 1, pole=part.pole.compose(m, HALF * m))),
        "geometric sum without denominator": (4, change(geometric, 1, pole=None)),
        "nodes without the factor 2": (5, change(folded, 0, coefficient=h)),
        "cosine for sine": (5, change(folded, 1, atoms=(Atom("cos", folded.terms[1].atoms[0].argument),))),
    }


@pytest.mark.parametrize("name", mutants())
def test_a_slip_in_a_display_is_refused(name):
    position, wrong = mutants()[name]
    step = STEPS[position]
    with pytest.raises(StepError):
        Derivation(step.before).then(wrong, step.rule)


@pytest.mark.parametrize(
    "rule", [CONTOUR_SHIFT, POISSON_SUMMATION, REGROUPING, GEOMETRIC_SERIES], ids=lambda rule: rule.name
)
def test_a_rule_that_applies_to_nothing_proves_nothing(rule):
    idle = SeriesSum((SeriesTerm(ONE, w),))
    assert not rule.holds(idle, idle)


def test_contour_shift_refuses_a_gaussian_of_the_wrong_width():
    wrong = SeriesTerm(ONE, -(k**2) * m**2 * a**2 - I * k * m * a * w, (Atom("J", w),), (Index(k, None, None),))
    assert mordell._shift_contour(wrong) is None


def test_poisson_summation_refuses_another_step():
    wrong = SeriesTerm(ONE, ZERO, (Atom("J", w - 2 * I * k * m * a),), (Index(k, None, None),))
    assert mordell._sum_by_poisson(wrong) is None


def test_geometric_series_refuses_growth():
    grows = SeriesTerm(ONE, j * a**2, (), (Index(j, ZERO, None),))
    bends = SeriesTerm(ONE, -(j**2) * a**2, (), (Index(j, ZERO, None),))
    weighted = SeriesTerm(j, -j * a**2, (), (Index(j, ZERO, None),))
    assert mordell._sum_geometric(replace(grows, exponent=-j * a**2)) is not None
    assert all(mordell._sum_geometric(term) is None for term in (grows, bends, weighted))


def test_moment_relation_refuses_slips():
    derivation = derive_moment_relation(3)
    step = derivation.steps[-1]
    right = step.after.right
    for wrong in (
        change(right, 0, coefficient=2 * h * (n * h) ** 2),
        change(right, 1, coefficient=-right.terms[1].coefficient),
    ):
        assert not step.rule.holds(step.before, replace(step.after, right=wrong))
    left = SeriesSum(step.after.left.terms[:2])
    assert not step.rule.holds(step.before, replace(step.after, left=left))


def test_parity_normal_form_laws():
    odd = SeriesSum((SeriesTerm(ONE, ZERO, (Atom("tanh", -n * h),)), SeriesTerm(ONE, ZERO, (Atom("tanh", n * h),))))
    assert exponential_form(odd) == {}
    assert not PARITY.holds(SeriesSum((SeriesTerm(ONE, w),)), SeriesSum((SeriesTerm(ONE, -w),)))


def test_two_sided_sum_bounding_another_index_is_refused():
    term = SeriesTerm(ONE, ZERO, (), (Index(k, None, None), Index(p, ONE, k)))
    with pytest.raises(SeriesFormError, match="bounds"):
        exponential_form(SeriesSum((term,)))


def test_positivity_is_never_claimed_without_reason():
    assert is_positive(a**2 + K * a, (K,))
    assert not is_positive(K * a, (K,))
    assert not is_positive(a - h)
    assert not is_positive(ZERO)
    assert not is_positive(I * a)


@mpmath.workdps(60)
def check_tail(tail, bound, r, cut):
    at = {a: mpmath.mpf("1.1"), h: mpmath.mpf("0.9"), m: 2, c: 1, N: cut}
    terms = []
    for x in range(cut + 1, cut + 40):
        here = at | {tail.index: x}
        term = number(tail.base, here).real ** r * mpmath.exp(number(tail.exponent, here).real)
        for atom in tail.atoms:
            term *= abs(FUNCTIONS[atom.function](number(atom.argument, here)))
        terms.append(term if tail.pole is None else term / (1 - mpmath.exp(number(tail.pole, here).real)))
    first, second = number(bound.first, at).real, number(bound.second, at).real
    ratio = (second / first) ** r * mpmath.exp(number(bound.step, at).real)
    value = first**r * mpmath.exp(number(bound.exponent, at).real) / (1 - ratio)
    if bound.pole is not None:
        value /= 1 - mpmath.exp(number(bound.pole, at).real)
    assert ratio < 1
    assert mpmath.fsum(terms) <= value < 3 * mpmath.fsum(terms)


@pytest.mark.parametrize("family", tail_families())
def test_tail_bounds_hold_far_beyond_the_cut(family):
    derivation = derive_tail_bound(family)
    assert derivation.recheck()
    tail, bound = derivation.start, derivation.result
    for r in (0, 1, 6):
        for cut in (3, 6):
            check_tail(tail, bound, r, cut)


@pytest.mark.parametrize("family", tail_families())
def test_tail_bound_slips_are_refused(family):
    derivation = derive_tail_bound(family)
    dominating, bound = derivation.steps[0].after, derivation.result
    for wrong in (
        replace(bound, step=bound.step.compose(N, N + 1)),
        replace(bound, first=bound.second),
        replace(bound, exponent=2 * bound.exponent),
        replace(bound, second=bound.first),
    ):
        assert not DECREASING_RATIO.holds(dominating, wrong)
    growing = replace(dominating, exponent=-dominating.exponent)
    assert not DECREASING_RATIO.holds(growing, replace(bound, exponent=-bound.exponent, step=-bound.step))
    unbounded = replace(derivation.start, atoms=(Atom("sinh", n * h),))
    assert not TERMWISE_BOUND.holds(unbounded, dominating)


def test_the_pole_of_a_tail_must_be_fixed_at_its_largest():
    derivation = derive_tail_bound("residues")
    dominating = derivation.steps[0].after
    later = replace(dominating, pole=derivation.start.pole.compose(K, N + 2))
    assert not TERMWISE_BOUND.holds(derivation.start, later)
    assert not DECREASING_RATIO.holds(derivation.start, derivation.result)


def test_unknown_tail_is_refused():
    with pytest.raises(TailFamilyError, match="nodes, theta, residues"):
        derive_tail_bound("poles")
