"""Polars of matrices and tensors against closed forms, enumerations and grids that share nothing with the bounds."""

from fractions import Fraction
from itertools import chain, combinations, product

import numpy as np
import pytest
from flint import arb, arb_mat

from numeric.homogeneous.polars import convex_cover, nonnegative, norm_pairs
from numeric.homogeneous.polars.arrangement import ArrangementSizeError, simplicial_cells
from numeric.homogeneous.polars.copositive import nonnegative_form_bound
from numeric.homogeneous.polars.eigenvalue_bounds import enclose_spectral_norm, largest_eigenvalue_bound
from numeric.homogeneous.polars.enclosure import PolarEnclosure, PolarInputError, in_unit_ball, root, rounded
from numeric.homogeneous.polars.nonnegative import enclose_nonnegative_polar
from numeric.homogeneous.polars.norm_pairs import NORMS, enclose_norm_pair_polar
from numeric.homogeneous.polars.tensor import enclose_tensor_polar

INTEGER_MATRICES = [
    [[3]],
    [[-2]],
    [[0, 0], [0, 0]],
    [[1, -2], [3, 0]],
    [[2, 2], [2, 2], [2, 2]],
    [[1, -1, 0], [0, 2, -2]],
    [[2, 0, 0], [0, 2, 0], [0, 0, 2]],
]


def exactly(values):
    return [Fraction(float(x)) for x in np.ravel(values)]


def is_attained(polar, W):
    """Whether the atom's value, computed in fractions, is at least the lower bound."""
    value = Fraction(0)
    for index, w in np.ndenumerate(np.asarray(W, dtype=object)):
        term = Fraction(w)
        for x, i in zip(polar.atom, index, strict=True):
            term *= Fraction(float(x[i]))
        value += term
    return value >= Fraction(polar.lower)


def is_unit(x, norm="l2"):
    entries = [abs(value) for value in exactly(x)]
    return {"l1": sum(entries), "l2": sum(v * v for v in entries), "linf": max(entries)}[norm] <= 1


def corners(norm, size):
    if norm == "linf":
        return [np.array(signs, dtype=float) for signs in product((-1, 1), repeat=size)]
    return [sign * row for row in np.eye(size) for sign in (1, -1)]


def largest_over_corners(W, norm_u, norm_v):
    dual = {"l1": np.inf, "l2": 2, "linf": 1}
    if norm_u != "l2":
        return max(np.linalg.norm(u @ W, dual[norm_v]) for u in corners(norm_u, W.shape[0]))
    if norm_v != "l2":
        return max(np.linalg.norm(W @ v) for v in corners(norm_v, W.shape[1]))
    return np.linalg.svd(W)[1][0]


@pytest.mark.parametrize("W", INTEGER_MATRICES)
@pytest.mark.parametrize(("norm_u", "norm_v"), list(product(NORMS, NORMS)))
def test_norm_pairs_agree_with_corners(W, norm_u, norm_v):
    polar = enclose_norm_pair_polar(W, norm_u, norm_v)
    expected = largest_over_corners(np.array(W, dtype=float), norm_u, norm_v)
    assert polar.upper >= expected * (1 - 1e-15)
    assert polar.lower <= expected * (1 + 1e-15)
    assert polar.width < 1e-14
    assert is_attained(polar, W)
    assert is_unit(polar.atom[0], norm_u)
    assert is_unit(polar.atom[1], norm_v)


@pytest.mark.parametrize(("norm_u", "norm_v"), [("linf", "linf"), ("l2", "linf"), ("linf", "l2")])
def test_semidefinite_bound_holds_where_signs_are_not_enumerated(norm_u, norm_v, monkeypatch):
    W = np.random.default_rng(4).normal(size=(6, 5))
    expected = largest_over_corners(W, norm_u, norm_v)
    monkeypatch.setattr(norm_pairs, "ENUMERATED_SIGNS", 0)
    polar = enclose_norm_pair_polar(W, norm_u, norm_v)
    assert expected * (1 - 1e-14) <= polar.upper <= 1.3 * expected
    assert polar.lower <= expected * (1 + 1e-14)
    assert is_attained(polar, W)


def test_semidefinite_bound_is_not_the_maximum():
    # For the Clauser–Horne matrix signs reach 2 and unit vectors 2√2.
    W = [[1.0, 1.0], [1.0, -1.0]]
    assert enclose_norm_pair_polar(W, "linf", "linf").upper == 2.0
    form = arb_mat([[0, 0, 0.5, 0.5], [0, 0, 0.5, -0.5], [0.5, 0.5, 0, 0], [0.5, -0.5, 0, 0]])
    bound, _ = norm_pairs.sign_form_bound(form)
    assert abs(float(bound) - 2 * np.sqrt(2)) < 1e-12
    assert bound >= arb(8).sqrt() * (1 - arb(2) ** -50)


@pytest.mark.parametrize("n", [1, 2, 3, 30])
def test_spectral_norm_is_tight(n):
    # H = I − 2hhᵀ/(hᵀh) is orthogonal: diag(3, 1, 1, …)·H has norm 3, all but one singular value repeated.
    h = np.arange(1, n + 1)
    scale = Fraction(2, int(h @ h))
    H = np.array([[Fraction(int(i == j)) - scale * int(h[i]) * int(h[j]) for j in range(n)] for i in range(n)])
    H[0] *= 3
    polar = enclose_spectral_norm(H)
    assert polar.lower <= 3 <= polar.upper
    assert polar.width < 1e-12


def test_eigenvalue_bound_of_negative_matrix_is_negative():
    bound = largest_eigenvalue_bound(arb_mat([[-3, 1, 0], [1, -3, 0], [0, 0, -5]]))
    assert -2 <= bound < arb("-1.99999999999")


def nonempty(n):
    return chain.from_iterable(combinations(range(n), size) for size in range(1, n + 1))


def largest_over_supports(W):
    """The polar for nonnegative factors: some pair of supports has a singular pair of one sign that attains it."""
    best = 0.0
    for rows, columns in product(nonempty(W.shape[0]), nonempty(W.shape[1])):
        left, values, right = np.linalg.svd(W[np.ix_(rows, columns)], full_matrices=False)
        for i, value in enumerate(values):
            both = np.concatenate([left[:, i], right[i]])
            if (both >= -1e-12).all() or (both <= 1e-12).all():
                best = max(best, value)
    return best


@pytest.mark.parametrize("covered", [True, False])
@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (2, 2), (3, 2), (3, 3), (4, 4), (4, 2)])
def test_nonnegative_polar_agrees_with_supports(shape, covered, monkeypatch):
    rng = np.random.default_rng(sum(shape))
    if covered:  # no relaxation: the cones must do it
        monkeypatch.setattr(nonnegative, "nonnegative_form_bound", lambda M, z, steps: arb(1e9) + len(M) + z[0] + steps)
    else:
        monkeypatch.setattr(nonnegative, "COVERED_DIMENSION", 0)
    for _ in range(3):
        W = rng.normal(size=shape)
        polar = enclose_nonnegative_polar(W)
        expected = largest_over_supports(W)
        assert polar.upper >= expected * (1 - 1e-14)
        assert polar.lower <= expected * (1 + 1e-14)
        assert polar.width < 1e-8
        assert is_attained(polar, W)
        assert all((x >= 0).all() and is_unit(x) for x in polar.atom)


@pytest.mark.parametrize(
    ("W", "expected"),
    [
        ([[-1.0, -2.0], [0.0, -1e-300]], 0.0),
        ([[0.0]], 0.0),
        ([[-1.0, 1e-100]], 1e-100),
        ([[1.0, -1.0], [-1.0, 1.0]], 1.0),
        ([[2.0, 2.0], [2.0, 2.0]], 4.0),
        (np.eye(7) - 0.5, 0.5),
        ([[1e300, -1e300], [-1e300, 1e300]], 1e300),
    ],
)
def test_nonnegative_polar_of_degenerate_matrices(W, expected):
    polar = enclose_nonnegative_polar(W)
    assert polar.lower <= expected * (1 + 1e-15)
    assert polar.upper >= expected
    assert polar.upper - polar.lower <= 1e-12 * expected


def test_nonnegative_polar_below_the_reach_of_squares_is_still_bounded():
    polar = enclose_nonnegative_polar([[-1.0, 1e-200]])
    assert polar.lower <= 1e-200 <= polar.upper <= 1e-199


def test_copositive_bound_beats_the_spectral_norm_and_holds():
    # Horn's matrix is copositive, so max −zᵀHz = 0 over z ≥ 0, but no N certifies 0: the relaxation is not exact.
    row = [1, -1, 1, 1, -1]
    horn = np.array([row[-i:] + row[:-i] for i in range(5)], dtype=float)
    z = np.array([1.0, 1.0, 0.0, 0.0, 0.0]) / np.sqrt(2)
    bound = float(nonnegative_form_bound(-horn, z))
    assert 1e-3 < bound < float(np.linalg.eigvalsh(-horn)[-1]) - 0.5


def test_tensor_polar_agrees_with_a_grid_of_angles():
    angles = np.linspace(0, np.pi, 40_001)
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    for seed in range(6):
        W = np.random.default_rng(seed).normal(size=(2, 2, 2))
        A = np.tensordot(circle, W, axes=1)
        a = (A**2).sum(axis=(1, 2))
        b = A[:, 0, 0] * A[:, 1, 1] - A[:, 0, 1] * A[:, 1, 0]
        best = np.sqrt((a + np.sqrt(np.maximum(a**2 - 4 * b**2, 0))) / 2).max()
        polar = enclose_tensor_polar(W)
        assert best * (1 - 1e-14) <= polar.upper <= best * (1 + 1e-8)
        assert polar.width < 1e-9
        assert is_attained(polar, W)
        assert all(is_unit(x) for x in polar.atom)


def orthogonal_tensor(values):
    W = np.zeros((len(values),) * 3)
    for i, value in enumerate(values):
        W[i, i, i] = value
    return W


@pytest.mark.parametrize(
    ("W", "expected", "width"),
    [
        (np.zeros((2, 2, 2)), 0.0, 0.0),
        (orthogonal_tensor([2.0, 1.0]), 2.0, 1e-14),
        (orthogonal_tensor([-1.0, 1.0, 1.0]), 1.0, 1e-14),  # a tie of three
        (np.ones((2, 3, 2)), np.sqrt(12), 1e-14),
        # Complex multiplication: every unit vector attains the maximum, and no unfolding is sharp.
        (np.array([[[1.0, 0.0], [0.0, -1.0]], [[0.0, -1.0], [-1.0, 0.0]]]), 1.0, 1e-8),
        # 3x²y on the unit circle is largest at x² = 2/3.
        (np.array([[[0.0, 1.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, 0.0]]]), 2 / np.sqrt(3), 1e-9),
        (np.full((1, 1, 1), -3.0), 3.0, 1e-15),
    ],
)
def test_tensor_polar_of_known_tensors(W, expected, width):
    polar = enclose_tensor_polar(W)
    assert polar.lower <= expected * (1 + 1e-14)
    assert polar.upper >= expected * (1 - 1e-14)
    assert polar.width <= width


def test_tensor_polar_of_larger_tensors_holds_what_it_says():
    W = np.random.default_rng(8).normal(size=(3, 3, 4))
    polar = enclose_tensor_polar(W)
    assert polar.width < 1e-9
    loose = enclose_tensor_polar(W, max_cones=8)
    assert loose.upper >= polar.lower
    assert loose.width > polar.width
    wide = enclose_tensor_polar(np.random.default_rng(1).normal(size=(6, 6, 6)))
    assert wide.lower <= wide.upper
    order_four = enclose_tensor_polar(np.multiply.outer(W, [0.6, 0.8, 0.0]))
    assert order_four.upper >= polar.lower * (1 - 1e-12)
    assert order_four.lower <= polar.upper


def test_no_tolerance_is_too_small():
    W = np.random.default_rng(2).normal(size=(2, 2, 2))
    polar = enclose_tensor_polar(W, tolerance=0.0, max_cones=3000)
    assert polar.lower <= polar.upper
    assert polar.width < 1e-11


def test_tensor_polar_of_order_four():
    rng = np.random.default_rng(0)
    W = rng.normal(size=(2, 2, 2, 2))
    polar = enclose_tensor_polar(W)
    assert polar.width < 1e-8
    assert is_attained(polar, W)
    angles = np.linspace(0, np.pi, 61)
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    A = np.einsum("ai,bj,ijkl->abkl", circle, circle, W)
    best = np.linalg.norm(A, 2, axis=(2, 3)).max()
    assert best <= polar.upper <= best * 1.01
    x, y = rng.normal(size=(2, 2)), rng.normal(size=(2, 2))
    split = enclose_tensor_polar(np.multiply.outer(x, y))
    expected = np.linalg.norm(x, 2) * np.linalg.norm(y, 2)
    assert split.lower <= expected * (1 + 1e-14)
    assert split.upper >= expected * (1 - 1e-14)
    assert split.width < 1e-8


def test_fractions_and_balls_are_taken_as_they_are():
    third = Fraction(1, 3)
    polar = enclose_norm_pair_polar([[third]], "l1", "l1")
    assert Fraction(polar.lower) < third < Fraction(polar.upper)
    ball = arb_mat([[arb(2, 0.25), arb(0)], [arb(0), arb(1)]])
    for found in (enclose_spectral_norm(ball), enclose_nonnegative_polar(ball), enclose_norm_pair_polar(ball, "l1")):
        assert found.upper >= 2.25
        assert found.lower <= 1.75
    assert enclose_tensor_polar(ball).upper >= 2.25


@pytest.mark.parametrize("W", [[], [[]], [1.0], [[float("nan")]], [[float("inf"), 1.0]]])
@pytest.mark.parametrize("enclose", [enclose_spectral_norm, enclose_nonnegative_polar, enclose_norm_pair_polar])
def test_bad_data_are_refused(W, enclose):
    with pytest.raises(PolarInputError):
        enclose(W)


def test_bad_norms_and_bounds_are_refused():
    with pytest.raises(PolarInputError, match="l1, l2, linf"):
        enclose_norm_pair_polar([[1.0]], "l3", "l2")
    with pytest.raises(AssertionError):
        PolarEnclosure(2.0, 1.0, ())
    with pytest.raises(AssertionError):
        PolarEnclosure(0.0, float("nan"), ())
    with pytest.raises(PolarInputError):
        enclose_tensor_polar(2.0)


def test_helpers_round_outwards():
    assert rounded([[1e300, 1e-300]], 2).distance > 0  # the small entry is lost by scaling, and counted
    assert is_unit(in_unit_ball(np.array([1e-200, 3e-200])))
    assert not in_unit_ball(np.zeros(2)).any()
    assert root(arb(-1)) == 0
    assert root(arb(0, 4)).contains(2)


def test_verification_does_not_believe_the_search():
    # f(u) = u₁ + 2u₂ on the first quadrant: c = (1, 2) supports it; half of it does not, and the bound is √5 again.
    corners_of_quadrant = [([arb(1), arb(0)], arb(1)), ([arb(0), arb(1)], arb(2))]
    for c in ([1.0, 2.0], [0.5, 1.0], [1.0, 1.0], [0.0, 0.0]):
        bound = float(convex_cover._bound_of(corners_of_quadrant, np.array(c)))
        assert bound >= np.sqrt(5) * (1 - 1e-15)
    assert convex_cover._bound_of(corners_of_quadrant, np.array([1.0, 2.0])) < np.sqrt(5) * (1 + 1e-12)


def test_cells_are_not_crossed_and_cover():
    normals = [(Fraction(1), Fraction(-2), Fraction(1, 2)), (Fraction(1), Fraction(1), Fraction(0)), (0, 0, 0)]
    cells = simplicial_cells(normals, 3, most=100)
    for cone in cells:
        for normal in normals:
            sides = [sum(Fraction(x) * y for x, y in zip(normal, ray, strict=True)) for ray in cone]
            assert min(sides) >= 0 or max(sides) <= 0
    points = np.random.default_rng(0).normal(size=(200, 3))
    inside = [np.linalg.solve(np.array(cone, dtype=float).T, points.T) >= 0 for cone in cells]
    assert (sum(part.all(axis=0).astype(int) for part in inside) == 1).all()
    with pytest.raises(ArrangementSizeError):
        simplicial_cells(normals, 3, most=9)


def test_unfolding_order_does_not_matter():
    W = np.random.default_rng(5).normal(size=(2, 3, 4))
    polars = [enclose_tensor_polar(np.transpose(W, axes)) for axes in ((0, 1, 2), (2, 0, 1), (1, 2, 0))]
    assert max(p.lower for p in polars) <= min(p.upper for p in polars)
