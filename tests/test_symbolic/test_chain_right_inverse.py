"""Right inverses: exact preimages at arbitrary rational points, the promised radius, and refusals that say why."""

import random
from fractions import Fraction
from itertools import product

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from symbolic.local_surjection import (
    FactorizationMachine,
    HypothesisError,
    MatrixFactorization,
    OutsideRadiusError,
    PointShapeError,
    TensorFactorization,
    guaranteed_radius2,
    jacobian,
    right_inverse,
    weighted_factorization,
)
from symbolic.local_surjection.criteria import (
    factorization_deficit,
    is_factorization_open,
    rank_configurations,
    satisfies_condition_5,
)
from symbolic.local_surjection.machine_preimages import tower_columns, tower_radius
from symbolic.local_surjection.matrix_preimages import normal_form
from symbolic.local_surjection.rational_matrices import null_space, orthogonal_columns, root_below
from symbolic.local_surjection.tensor_regularity import regular_neighbour, sufficient_dimension


def low_rank(rng, rows, cols, rank):
    left = fmpq_mat(rows, rank, [rng.randint(-3, 3) for _ in range(rows * rank)])
    return left * fmpq_mat(rank, cols, [rng.randint(-3, 3) for _ in range(rank * cols)])


def inside(rng, value, radius2):
    """Return a target at nearly the whole radius from ``value``, in a random direction."""
    direction = [rng.randint(-3, 3) for _ in value]
    size2 = sum(v * v for v in direction)
    scale = root_below(radius2 / size2) * fmpq(999, 1000) if size2 else fmpq(0)
    return [a + scale * b for a, b in zip(value, direction, strict=True)]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 8), st.randoms(use_true_random=False))
def test_factorization_preimage_wherever_the_criterion_holds(m, n, d, rng):
    map_ = MatrixFactorization(m, n, d)
    X, Y = low_rank(rng, d, m, rng.randint(0, min(m, d))), low_rank(rng, d, n, rng.randint(0, min(n, d)))
    t = Fraction(rng.randint(1, 9), rng.randint(1, 9))
    if not is_factorization_open(map_, (X, Y)):
        with pytest.raises(HypothesisError, match="not locally surjective"):
            guaranteed_radius2(map_, (X, Y), t)
        return
    radius2 = guaranteed_radius2(map_, (X, Y), t)
    target = inside(rng, map_.value((X, Y)), radius2)
    found = right_inverse(map_, (X, Y), target, t)
    A, B = found.point
    assert list((A.transpose() * B).entries()) == target
    moved = sum((v * v for part in (A - X, B - Y) for v in part.entries()), fmpq(0))
    assert moved == found.distance2 <= fmpq(t.numerator, t.denominator) ** 2


@pytest.mark.parametrize("rank", [0, 3, 8])
def test_factorization_at_size_eight(rank):
    rng = random.Random(rank)  # noqa: S311 - test data
    map_ = MatrixFactorization(8, 8, 16)
    X, Y = low_rank(rng, 16, 8, rank), low_rank(rng, 16, 8, 8)
    target = inside(rng, map_.value((X, Y)), guaranteed_radius2(map_, (X, Y), 1))
    assert right_inverse(map_, (X, Y), target, 1).distance2 <= 1


@pytest.mark.parametrize(("d0", "rank"), [(2, 0), (2, 2), (3, 1), (5, 5), (8, 0), (8, 8)])
def test_machine_preimage(d0, rank):
    rng = random.Random(d0 + rank)  # noqa: S311 - test data
    a = tuple(fmpq(rng.choice([-3, 1, 2]), 2) for _ in range(d0 * (d0 - 1) // 2))
    map_ = FactorizationMachine(d0, rank + d0 - 1, a)
    P = low_rank(rng, rank + d0 - 1, d0, rank)
    target = inside(rng, map_.value((P,)), guaranteed_radius2(map_, (P,), Fraction(1, 3)))
    found = right_inverse(map_, (P,), target, Fraction(1, 3))
    gram = found.point[0].transpose() * found.point[0]
    assert [c * gram[i, j] for c, (i, j) in zip(a, map_.pairs, strict=True)] == target


def test_machine_radius_is_not_below_the_printed_one():
    for d0 in range(2, 9):
        map_ = FactorizationMachine(d0, d0 - 1)
        printed = (tower_radius(map_.coefficients, d0) / d0) ** 2
        assert guaranteed_radius2(map_, (fmpq_mat(d0 - 1, d0),), 1) >= printed


@pytest.mark.parametrize("sizes", [(1, 1, 1), (2, 3, 4), (3, 1, 2), (4, 4, 2)])
def test_tensor_preimage_at_the_origin(sizes):
    q = min(sizes[1] * sizes[2], sizes[0] * sizes[2], sizes[0] * sizes[1])
    map_ = TensorFactorization(*sizes, q)
    zero = tuple(fmpq_mat(*shape) for shape in map_.shapes)
    target = inside(random.Random(1), map_.value(zero), guaranteed_radius2(map_, zero, 2))  # noqa: S311
    assert map_.value(right_inverse(map_, zero, target, 2).point) == tuple(target)
    with pytest.raises(HypothesisError, match="smallest product"):
        guaranteed_radius2(TensorFactorization(*sizes, q - 1), tuple(fmpq_mat(q - 1, k) for k in sizes), 1)


def test_weighted_preimage_keeps_the_weights():
    map_ = weighted_factorization(2, 2, 4)
    x = [[2], [0], [-1], [Fraction(1, 2)]]
    point = (x, [[1, 0], [1, 1], [0, 0], [0, 1]], [[1, 2], [0, 0], [0, 0], [1, 0]])
    radius2 = guaranteed_radius2(map_, point, 1)
    value = map_.value(
        tuple(fmpq_mat([[fmpq(Fraction(v).numerator, Fraction(v).denominator) for v in r] for r in p]) for p in point)
    )
    found = right_inverse(map_, point, inside(random.Random(2), value, radius2), 1)  # noqa: S311
    assert found.point[0].tolist() == [[2], [0], [-1], [fmpq(1, 2)]]


def test_target_outside_the_radius_is_refused_with_the_radius():
    origin = ([[0]], [[0]])
    with pytest.raises(OutsideRadiusError, match=r"squared radius 1/4"):
        right_inverse(MatrixFactorization(1, 1, 1), origin, [[1]], 1)


@pytest.mark.parametrize(
    ("point", "target", "t", "error", "said"),
    [
        (([[0]], [[0, 0]]), [[0]], 1, PointShapeError, r"got \(1, 2\) where \(1, 1\)"),
        (([[0]],), [[0]], 1, PointShapeError, "expected 2 matrices"),
        (([[0]], [[0]]), [[0, 0]], 1, PointShapeError, "1 entries, the target 2"),
        (([[0]], [[0]]), [[0]], 0, ValueError, "must be positive"),
        (([[0.5]], [[0]]), [[0]], 1, TypeError, "exact rational"),
    ],
)
def test_bad_requests(point, target, t, error, said):
    with pytest.raises(error, match=said):
        right_inverse(MatrixFactorization(1, 1, 1), point, target, t)


def test_machine_refuses_zero_coefficients_and_too_small_d():
    with pytest.raises(PointShapeError, match="nonzero coefficients"):
        FactorizationMachine(2, 1, (fmpq(0),))
    with pytest.raises(HypothesisError, match="rank P"):
        guaranteed_radius2(FactorizationMachine(3, 2), (fmpq_mat([[1, 0, 0], [0, 0, 0]]),), 1)


def test_criterion_follows_from_condition_5_and_gives_m_plus_n_minus_1():
    for m, n in product(range(1, 5), repeat=2):
        for d in range(1, m + n + 3):
            deficits = [factorization_deficit(m, n, d, ranks) for ranks in rank_configurations(m, n, d)]
            assert (min(deficits) >= 0) == (d >= m + n - 1)
    rng = random.Random(5)  # noqa: S311 - test data
    for _ in range(200):
        m, n, d = rng.randint(1, 3), rng.randint(1, 3), rng.randint(1, 7)
        point = low_rank(rng, d, m, rng.randint(0, m)), low_rank(rng, d, n, rng.randint(0, n))
        map_ = MatrixFactorization(m, n, d)
        assert not satisfies_condition_5(map_, point) or is_factorization_open(map_, point)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 6), st.randoms(use_true_random=False))
def test_normal_form_shows_unit_blocks(m, n, d, rng):
    X, Y = low_rank(rng, d, m, rng.randint(0, min(m, d))), low_rank(rng, d, n, rng.randint(0, min(n, d)))
    form = normal_form(X, Y)
    left, right = form.T.transpose() * X * form.R, form.T.inv() * Y * form.S
    own = {(i, i) for i in range(form.r + form.a)}
    assert all(left[i, j] == ((i, j) in own) for i in range(d) for j in range(m))
    shift = {(i if i < form.r else i + form.a, i) for i in range(form.r + form.b)}
    assert all(right[i, j] == ((i, j) in shift) for i in range(d) for j in range(n))
    assert (form.r + form.a, form.r + form.b) == (X.rank(), Y.rank())


def test_jacobian_of_a_product():
    X, Y = fmpq_mat([[1], [2]]), fmpq_mat([[3, 5], [4, 6]])
    assert jacobian(MatrixFactorization(1, 2, 2), (X, Y)).tolist() == [[3, 4, 1, 0, 2, 0], [5, 6, 0, 1, 0, 2]]


def test_tower_of_one_pair_by_hand():
    (row,) = tower_columns([fmpq(1, 2)], [fmpq(2)], 2)
    # w_11 = 1/√2 and w_12 = (1/2)/(2/√2) = √2/8·2
    assert [(value.a, value.b) for value in row] == [(0, fmpq(1, 2)), (0, fmpq(1, 4))]


def test_null_space_and_orthogonal_columns():
    A = fmpq_mat([[1, 2, 3], [2, 4, 6]])
    assert (A * null_space(A)).entries() == [0] * 4
    Q = orthogonal_columns(fmpq_mat([[1, 1, 2], [0, 1, 1], [1, 0, 1]]))
    gram = Q.transpose() * Q
    assert Q.ncols() == 2
    assert gram[0, 1] == 0


@pytest.mark.parametrize("sizes", [(1, 1, 2), (1, 2, 2), (2, 2, 2)])
def test_degenerate_tensor_points_have_regular_neighbours(sizes):
    d = sufficient_dimension(*sizes)
    map_ = TensorFactorization(*sizes, d)
    rng = random.Random(7)  # noqa: S311 - test data
    for point in (
        tuple(fmpq_mat(d, k) for k in sizes),
        tuple(fmpq_mat(d, k, [1] * (d * k)) for k in sizes),
        tuple(low_rank(rng, d, k, 1) for k in sizes),
    ):
        found = regular_neighbour(map_, point, fmpq(1, 5))
        assert found is not None
        assert map_.value(found) == map_.value(point)
        assert jacobian(map_, found).rank() == len(map_.value(point))
