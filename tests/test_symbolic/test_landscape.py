"""Canonical points, the eigenvectors for all dimensions, the algebra of the off-balance bound."""

from dataclasses import replace

import pytest
from flint import fmpq, fmpq_mat
from sympy import Rational, sqrt

from symbolic.landscape.canonical_points import (
    IrrationalRootError,
    SelectionError,
    balanced_point,
    canonical_point,
)
from symbolic.landscape.dyads import (
    INNER_CLASSES,
    LEFT_CLASSES,
    RIGHT_CLASSES,
    RING,
    SIGMA,
    BasisVector,
    basis_pairs,
    hessian_of_dyad,
    invariant_block,
)
from symbolic.landscape.eigenvectors import (
    COUNTS,
    balanced_eigenpairs,
    is_eigenpair,
    is_orthogonal,
    missing_dimension,
    uncovered_dyads,
)
from symbolic.landscape.hessian_spectrum import balanced_lambda_min, balanced_spectrum
from symbolic.landscape.off_balance import compression_remainders, elimination_remainders, off_balance_bound
from symbolic.landscape.rational_svd import RationalSvd, SvdError, cayley, identity, rational_orthogonal, rational_svd


@pytest.mark.parametrize("n", range(6))
@pytest.mark.parametrize("twist", range(4))
def test_rational_orthogonal_is_orthogonal(n, twist):
    Q = rational_orthogonal(n, twist)
    assert Q.transpose() * Q == identity(n)


def test_svd_refuses_what_is_none():
    with pytest.raises(SvdError, match="skew"):
        cayley(fmpq_mat(2, 2, [0, 1, 1, 0]))
    with pytest.raises(SvdError, match="list the zeros too"):
        RationalSvd(identity(2), (fmpq(1),), identity(3))
    with pytest.raises(SvdError, match="decreasing"):
        RationalSvd(identity(2), (fmpq(1), fmpq(2)), identity(2))
    with pytest.raises(SvdError, match="U is not orthogonal"):
        RationalSvd(identity(2) * 2, (fmpq(2), fmpq(1)), identity(2))
    with pytest.raises(SvdError, match="singular values"):
        rational_svd(1, 2, [1, 2])


@pytest.mark.parametrize(("m", "n"), [(2, 4), (3, 3), (4, 2)])
def test_canonical_points_are_critical(m, n):
    svd = rational_svd(m, n, [3, 3])
    for selection in ([], [0], [1], [0, 1], [m - 1]):
        k = 3
        C_0 = fmpq_mat(n - 2, k - len(selection), range((n - 2) * (k - len(selection))))
        C_bar = fmpq_mat(len(selection), k - len(selection), range(len(selection) * (k - len(selection))))
        reachable = all(a < n for a in selection)
        point = canonical_point(svd, selection, k, C_bar=C_bar if reachable else None, C_0=C_0)
        assert all(x == 0 for x in (point.residual * point.S.transpose()).entries())
        assert all(x == 0 for x in (point.W.transpose() * point.residual).entries())


def test_canonical_points_refuse_bad_selections():
    svd = rational_svd(3, 2, [4, 2])
    with pytest.raises(SelectionError, match="distinct"):
        canonical_point(svd, [0, 0], 3)
    with pytest.raises(SelectionError, match="do not fit"):
        canonical_point(svd, [0, 1], 1)
    with pytest.raises(SelectionError, match="C_0 is 2×1"):
        canonical_point(svd, [0], 2, C_0=fmpq_mat(2, 1))
    with pytest.raises(SelectionError, match="no right singular vector"):
        canonical_point(svd, [2], 2, C_bar=fmpq_mat(1, 1))
    with pytest.raises(SelectionError, match="no balanced point"):
        balanced_point(svd, [2], 2)
    with pytest.raises(IrrationalRootError, match="take singular values that are squares"):
        balanced_point(svd, [1], 2)
    with pytest.raises(SelectionError, match="nonzero"):
        balanced_spectrum([1, 0], 2, 2, 2, [1])
    with pytest.raises(SelectionError, match="global minimum"):
        balanced_lambda_min([2, 2, 1], 2, [0, 1])


def test_eigenpairs_hold_for_all_dimensions_and_are_all():
    pairs = balanced_eigenpairs()
    assert all(is_eigenpair(pair) for pair in pairs)
    assert missing_dimension(pairs) == COUNTS(0)
    assert all(is_orthogonal(a, b) for i, a in enumerate(pairs) for b in pairs[:i])


def test_falsified_eigenpairs_are_refused():
    for pair in balanced_eigenpairs():
        assert not is_eigenpair(replace(pair, value=pair.value + SIGMA["i"]))
        if len(pair.direction) == 2:
            (first, a), (second, b) = pair.direction
            assert not is_eigenpair(replace(pair, direction=((first, a), (second, -b))))
            assert not is_eigenpair(replace(pair, direction=((first, a),)))
    assert missing_dimension(balanced_eigenpairs()[1:]) != COUNTS(0)


def test_every_dyad_lies_in_one_invariant_subspace():
    assert uncovered_dyads() == COUNTS(0)
    blocks = {pair: invariant_block(pair) for pair in basis_pairs()}
    assert all(block[0][1] == block[1][0] for block in blocks.values() if len(block) == 2)
    # Every class of dyad occurs once, up to the letters of its two indices.
    seen = [(a.space, a.kind, b.kind) for pair in blocks for a, b in pair]
    expected = [("u", a, b) for a in LEFT_CLASSES for b in INNER_CLASSES]
    expected += [("e", a, b) for a in INNER_CLASSES for b in RIGHT_CLASSES]
    assert sorted(seen) == sorted(expected)


def test_a_single_dyad_of_a_coupled_pair_is_not_invariant():
    u, e = BasisVector("u", "out", "i"), BasisVector("e", "spare", "j")
    with pytest.raises(ArithmeticError, match="not invariant"):
        invariant_block(((u, e),))
    with pytest.raises(ValueError, match="dyad u eᵀ or e vᵀ"):
        hessian_of_dyad(e, u)


def test_dyads_with_equal_indices_agree_with_the_general_ones():
    u, e = BasisVector("u", "both", "i"), BasisVector("e", "both", "i")
    image = hessian_of_dyad(u, e)
    assert image == {(u, e): RING.gens[2] ** 2, (e, BasisVector("v", "both", "i")): RING.gens[0] * RING.gens[2]}


def test_off_balance_algebra_vanishes():
    assert not any(compression_remainders())
    assert not any(elimination_remainders())


def test_off_balance_bound_is_exact_and_monotone():
    assert off_balance_bound(3, 1, 0) == -2
    assert off_balance_bound(3, 1, 4) == sqrt(5) - sqrt(13)
    values = [off_balance_bound(3, 1, Rational(b)).evalf(30) for b in range(8)]
    assert values == sorted(values)
    with pytest.raises(ValueError, match="strict saddle has ε > τ"):
        off_balance_bound(1, 1, 0)
    with pytest.raises(ValueError, match="strict saddle has ε > τ"):
        off_balance_bound(2, 1, -1)
