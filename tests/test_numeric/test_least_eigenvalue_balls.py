"""Certified least eigenvalues of ball matrices: repeated, tiny, zero, negative, wide; and matrices that are refused."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, arb_mat, ctx

from numeric.population_hessian.certified_hessian import enclose_population_hessian, without_fixed_row
from numeric.population_hessian.definiteness import is_certainly_positive_definite
from numeric.population_hessian.least_eigenvalue import NotABallMatrixError, certify_least_eigenvalue


def ball_matrix(rows):
    return arb_mat(len(rows), len(rows), [arb(v) for row in rows for v in row])


def rotated(diagonal):
    """Return Q diag Qᵀ for an exact rational reflection Q, so that the spectrum is known exactly."""
    n = len(diagonal)
    Q = arb_mat(n, n, [(1 if i == j else 0) - arb(2) / n for i in range(n) for j in range(n)])
    D = arb_mat(n, n, [diagonal[i] if i == j else arb(0) for i in range(n) for j in range(n)])
    return Q * D * Q


@pytest.mark.parametrize(
    "diagonal",
    [
        ["1", "1", "1", "2"],
        ["1e-20", "1", "2", "3"],
        ["1e-20", "1e-20", "2e-20", "1e5"],
        ["1e-25", "1.000000001e-25", "1", "1"],
        ["-1", "-1", "0", "7"],
        ["-1e-18", "1", "1", "1"],
        ["3", "3", "3", "3"],
    ],
)
def test_known_spectra_are_enclosed_tightly(diagonal):
    with ctx.workprec(400):
        values = [arb(v) for v in diagonal]
        H = rotated(values)
        least = certify_least_eigenvalue(H)
        true = values[0]
        assert least.lower <= true + arb(10) ** -90
        assert least.upper >= true - arb(10) ** -90
        largest = max(float(abs(v)) for v in values)
        assert least.upper - least.lower <= abs(true) * arb("1e-8") + arb(largest) * arb("1e-29")


@pytest.mark.parametrize("activation", ["linear", "relu"])
def test_a_null_space_gives_an_interval_about_zero(activation):
    rng = np.random.default_rng(3)
    U, V = rng.standard_normal((2, 4, 4))
    least = certify_least_eigenvalue(enclose_population_hessian(activation, U, V))
    assert least.lower <= 0 <= least.upper
    assert least.upper - least.lower < arb("1e-24")
    assert not least.is_certainly_positive()


def test_holding_the_first_row_fixed_makes_the_relu_hessian_definite():
    U, V = np.array([[0.6, 0.8, 0.5], [-0.8, 0.6, 1.0], [0.25, 0.0, 1.0]]), np.eye(3)
    H = enclose_population_hessian("relu", U, V)
    anchored = without_fixed_row(H, 3, 3)
    assert (H.nrows(), anchored.nrows()) == (18, 15)
    assert anchored[0, 0].overlaps(H[1, 1])
    assert anchored[6, 6].overlaps(H[9, 9])
    assert not certify_least_eigenvalue(H).is_certainly_positive()
    assert certify_least_eigenvalue(anchored).lower > arb("1e-3")
    # Counter check: a null vector (u_1, -v_1) needs the first row.
    null = [*U[:, 0], *[0.0] * 6, *-V[:, 0], *[0.0] * 6]
    assert abs(sum(a * b * float(H[i, j]) for i, a in enumerate(null) for j, b in enumerate(null))) < 1e-14


def test_zero_one_and_many_rows():
    assert certify_least_eigenvalue(arb_mat(3, 3)).upper == 0
    assert certify_least_eigenvalue(ball_matrix([[5]])).lower == 5
    n = 60
    second_difference = ball_matrix(
        [[2 if i == j else -1 if abs(i - j) == 1 else 0 for j in range(n)] for i in range(n)]
    )
    least = certify_least_eigenvalue(second_difference)
    with ctx.workprec(400):
        true = 2 - 2 * (arb.pi() / (n + 1)).cos()
        assert least.lower <= true <= least.upper
        assert least.upper - least.lower < true * arb("1e-8")


def test_wide_balls_give_wide_bounds_not_wrong_ones():
    wide = arb_mat(2, 2, [arb(1, 5), arb(0), arb(0), arb(1, 5)])
    least = certify_least_eigenvalue(wide)
    assert least.lower <= -4
    assert least.upper >= 6


def test_definiteness_is_proved_or_not_claimed():
    n = 40
    hilbert = arb_mat.hilbert(n, n)
    assert not is_certainly_positive_definite(hilbert)  # true, but not to be seen with 53 bits
    with ctx.workprec(600):
        assert is_certainly_positive_definite(arb_mat.hilbert(n, n))
        assert not is_certainly_positive_definite(arb_mat.hilbert(n, n), arb(10) ** -50)
    assert not is_certainly_positive_definite(ball_matrix([[1, 1], [1, 1]]))
    singular_corner = ball_matrix([[0 if i == j else 1 for j in range(30)] for i in range(30)])
    assert not is_certainly_positive_definite(singular_corner)


@pytest.mark.parametrize(
    ("H", "message"),
    [
        (arb_mat(2, 3), "2 × 3; it must be square"),
        (arb_mat(0, 0), "must be square"),
        (arb_mat(2, 2, [1, 2, 3, 4]), "differ"),
        (arb_mat(2, 2, [1, 0, 0, arb("nan")]), "not a finite ball"),
        (arb_mat(1, 1, [arb.pos_inf()]), "not a finite ball"),
    ],
)
def test_matrices_that_are_refused(H, message):
    with pytest.raises(NotABallMatrixError, match=message):
        certify_least_eigenvalue(H)


def test_the_gap_asked_for_is_reached():
    H = enclose_population_hessian("tanh", [[1.0, 0.3], [0.1, 0.9]], [[0.7, 0.2], [0.0, 1.1]], digits=40)
    for relative in (Fraction(1, 100), Fraction(1, 10**15), Fraction(1, 10**25)):
        least = certify_least_eigenvalue(H, relative_gap=relative)
        with ctx.workprec(200):
            assert least.upper - least.lower < least.upper * 2 * arb(relative.numerator) / relative.denominator
