"""The certified Hessian at orthogonal weights against the exact spectrum for every k, and the stored sweep."""

import json
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from flint import arb, ctx

from numeric.enclosures.ball_expression import Z, apply
from numeric.enclosures.moment_enclosure import enclose_moments
from numeric.population_hessian.certified_hessian import enclose_population_hessian
from numeric.population_hessian.instances import KINDS, InstanceError, sample_weights
from numeric.population_hessian.least_eigenvalue import certify_least_eigenvalue
from symbolic.population.invariant_spectrum import family_blocks
from symbolic.population.moment_ring import generator, moment_ring, moment_symbol
from symbolic.population.population_form import population_form

STORED = Path(__file__).parents[2] / "benchmarks" / "results" / "population_hessian.json"


@cache
def moments(name):
    """Return every generator of the moment ring as a ball; the moments come from Gauss-Legendre panels."""
    powers = [(a, b, c) for a in range(3) for b in range(3) for c in range(3) if a or b]
    phi = apply(name, Z)
    found = enclose_moments(phi, powers, 20, method="gauss-legendre", check_digits=0)
    return {generator(moment_symbol(*p)): m.value for p, m in zip(powers, found, strict=True)}


def evaluated(element, values):
    total = arb(0)
    for exponents, coefficient in element.terms():
        term = arb(int(coefficient.numerator)) / int(coefficient.denominator)
        for gen, exponent in zip(moment_ring().gens, exponents, strict=True):
            for _ in range(exponent):
                term *= values[gen]
        total += term
    return total


@cache
def blocks():
    return family_blocks(population_form())


def exact_spectrum(name, k):
    """Return the 2k² eigenvalues from the eight small blocks; a negative multiplicity takes eigenvalues away."""
    values = {**moments(name), generator(moment_ring().symbols[0]): arb(k), generator(moment_ring().symbols[1]): arb(k)}
    kept, removed = [], []
    for block in blocks():
        matrix = np.array([[float(evaluated(entry, values)) for entry in row] for row in block.matrix])
        times = int(evaluated(block.multiplicity, values).unique_fmpz())
        eigenvalues = list(np.linalg.eigvals(matrix).real)
        (kept if times > 0 else removed).extend(eigenvalues * abs(times))
    for value in removed:
        nearest = min(range(len(kept)), key=lambda n: abs(kept[n] - value))
        assert abs(kept[nearest] - value) < 1e-12
        kept.pop(nearest)
    return np.sort(kept)


ROTATION = [[Fraction(3, 5), Fraction(-4, 5)], [Fraction(4, 5), Fraction(3, 5)]]


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "softplus"])
@pytest.mark.parametrize(("U", "k"), [(ROTATION, 2), (np.eye(3, dtype=int), 3), (np.eye(4, dtype=int), 4)])
def test_orthogonal_weights_have_the_exact_spectrum(name, U, k):
    H = enclose_population_hessian(name, U, np.eye(k, dtype=int), digits=20)
    spectrum = np.linalg.eigvalsh(np.array([[float(v) for v in row] for row in H.mid().tolist()]))
    exact = exact_spectrum(name, k)
    assert len(exact) == 2 * k * k
    assert np.abs(spectrum - exact).max() < 1e-13
    least = certify_least_eigenvalue(H)
    assert least.lower - 1e-14 < exact[0] < least.upper + 1e-14


def stored_rows():
    return json.loads(STORED.read_text(encoding="utf-8"))["rows"]


def test_the_stored_sweep_is_complete_and_every_row_holds_what_it_promises():
    rows = stored_rows()
    for kind in KINDS:
        assert [row["k"] for row in rows if (row["activation"], row["kind"]) == ("tanh", kind)] == list(range(2, 11))
    for row in rows:
        assert row["second_method"]["overlap"]
        assert row["relative_gap"] <= 1e-8
        assert row["estimate_entry_error"] < 1e-12
        assert 0 < float(row["lower"]) <= float(row["upper"])


AGAIN = [("tanh", kind, 2) for kind in KINDS] + [("sigmoid", "random", 3), ("tanh", "different lengths", 4)]
LATER = [pytest.param("tanh", kind, k, marks=pytest.mark.slow) for kind in KINDS for k in (3, 5, 10)]


@pytest.mark.parametrize(("name", "kind", "k"), AGAIN + LATER)
def test_stored_rows_are_found_again(name, kind, k):
    (row,) = (r for r in stored_rows() if (r["activation"], r["kind"], r["k"]) == (name, kind, k))
    rng = np.random.default_rng([k, KINDS.index(kind)])
    U, V = sample_weights(kind, k, rng), sample_weights(kind, k, rng)
    least = certify_least_eigenvalue(enclose_population_hessian(name, U, V))
    with ctx.workprec(200):
        slack = arb(10) ** -24  # the stored decimals are rounded
        assert abs(least.lower - arb(row["lower"])) < slack + arb("1e-8") * least.upper
        assert least.lower <= arb(row["upper"]) + slack
        assert arb(row["lower"]) <= least.upper + slack


def test_unknown_kinds_are_named():
    with pytest.raises(InstanceError, match="kind 'odd'"):
        sample_weights("odd", 3, np.random.default_rng(0))
