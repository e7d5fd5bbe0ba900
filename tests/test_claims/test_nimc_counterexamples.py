"""The events of the counterexamples, put before the empirical Hessian itself; and the proved bounds, on random data."""

from fractions import Fraction

import numpy as np
import pytest

from claims.registry import get_claim
from numeric.nimc import sample_corners as corners
from numeric.nimc.activations import activation
from numeric.nimc.certified_floors import FloorError
from numeric.nimc.dense_hessian import dense_hessian
from numeric.nimc.loss import NimcLoss

SIGMOID, TANH, RELU = (activation(name) for name in ("sigmoid", "tanh", "relu"))
REFUTED = (
    *(f"lemma-E.{n}" for n in (3, 6, 9, 19, 22, 23, 24, 25, 26)),
    *("theorem-C.2.smooth", "theorem-3.2", "theorem-3.3", "theorem-3.4", "theorem-E.21"),
)
PROVED = (
    *("lemma-E.14.smooth", "lemma-E.14.smooth.width", "lemma-E.17", "lemma-E.17.linear", "lemma-E.19.corrected"),
    *(f"lemma-E.{n}.corrected" for n in (22, 23, 24, 25, 26)),
)


@pytest.mark.parametrize("local", REFUTED)
def test_refuted(local):
    assert get_claim(f"nimc:{local}").verdict.status == "refuted"


@pytest.mark.parametrize("local", PROVED)
def test_proved(local):
    assert get_claim(f"nimc:{local}").verdict.status == "proved"


def unit(d, i):
    return np.eye(d)[:, i : i + 1]


def one_pair(x, y, point, truth, phi):
    """Return the Hessian's term of a single pair."""
    X, Y = np.atleast_2d(x), np.atleast_2d(y)
    rating = (phi.value(X @ truth[0]) * phi.value(Y @ truth[1])).sum(axis=1)
    one = np.zeros(1, dtype=np.int64)
    return dense_hessian(NimcLoss(X, Y, one, one, rating, phi), *point)


@pytest.mark.parametrize("delta", [1.0, 0.5, 0.1, 0.01])
@pytest.mark.parametrize("x1", [1.0, 1.5, 2.0])
def test_smooth_pair_term_is_negative_along_the_long_feature(delta, x1):
    weight = float(corners.indefinite_smooth_weight())
    truth = (unit(3, 0), unit(3, 0))
    for y1, y2 in ((-delta / 2, 1.0), (-delta / 2, 2.0), (0.0, 1.0), (0.0, 2.0)):
        x = np.array([x1, 30.0, 40.0])
        H = one_pair(x, [y1, y2, 0.3], (truth[0], truth[1] + delta * unit(3, 1)), truth, TANH)
        a = np.array([0, 0.6, 0.8, 0, 0, 0])
        assert a @ H @ a <= -weight * delta**2 * 2500


@pytest.mark.parametrize("delta", [1.0, 0.5, 0.1])
@pytest.mark.parametrize("x1", [1.0, 1.5, 2.0])
def test_smooth_pair_pulls_the_step_along_the_long_feature(delta, x1):
    weight = float(corners.pulling_weight())
    truth = (unit(3, 0), unit(3, 0))
    for y1, y2 in ((-delta / 2, 1.0), (-delta / 2, 2.0), (0.0, 1.0), (0.0, 2.0)):
        X, Y = np.array([[x1, 30.0, 40.0]]), np.array([[y1, y2, 0.3]])
        one = np.zeros(1, dtype=np.int64)
        rating = (TANH.value(X @ truth[0]) * TANH.value(Y @ truth[1])).sum(axis=1)
        in_u, _ = NimcLoss(X, Y, one, one, rating, TANH).gradient(truth[0], truth[1] + delta * unit(3, 1))
        assert np.array([0, 0.6, 0.8]) @ in_u[:, 0] >= weight * delta**2 * 50


def test_pull_beyond_the_smallest_on_the_box_is_refused():
    smallest = np.tanh(2) / np.cosh(2) ** 2 * np.tanh(0.5) ** 2
    assert corners.covered_pull_floor(Fraction(1), Fraction(smallest * 0.99)) < smallest
    with pytest.raises(FloorError, match="the pull of one pair"):
        corners.covered_pull_floor(Fraction(1), Fraction(smallest * 1.001))


def test_others_of_the_step_pull_little():
    """The others' mean along any direction beside u is at most 2δ in the mean, also with the pair's item."""
    rng = np.random.default_rng(0)
    delta, x, y = 0.5, rng.standard_normal((100_000, 3)), rng.standard_normal((100_000, 3))
    for items in (y, np.tile([-delta / 2, 2.0, 0.0], (len(x), 1))):
        z = np.tanh(items[:, 0] + delta * items[:, 1])
        u = np.tanh(x[:, 0])
        pull = u * (z - np.tanh(items[:, 0])) * (1 - u**2) * z * (x @ [0, 0.6, 0.8])
        assert np.abs(pull).mean() <= 2 * delta


@pytest.mark.parametrize("delta", [1.0, 0.3, 0.05])
def test_relu_pair_term_is_negative_along_both_long_features(delta):
    truth = (unit(4, 0), unit(4, 0))
    for y1, y2, x1 in ((-delta / 2, 1.0, 1.0), (0.0, 2.0, 2.0), (-delta / 3, 1.5, 1.2)):
        q = 400.0
        x, y = np.array([x1, 0.1, 0.0, np.sqrt(q + 2)]), np.array([y1, y2, np.sqrt(q), 0.0])
        H = one_pair(x, y, (truth[0], truth[1] + delta * unit(4, 1)), truth, RELU)
        vy = y1 + delta * y2
        direction = np.zeros(8)
        direction[3], direction[6] = 1.0, -vy * x[3] / (x1 * y[2])
        direction /= np.linalg.norm(direction)
        assert direction @ H @ direction <= -(delta**2) * q / 20
        assert direction[0] == 0  # the first row of U stays fixed


def test_weights_of_the_user_events_bound_what_they_should():
    s, d1, d2 = SIGMOID.value, SIGMOID.first, SIGMOID.second
    x = np.linspace(1, 2, 201)
    y = np.linspace(-1, 1, 201)
    assert float(corners.slope_change_weight()) <= ((0.25 - d1(x)) / 16).min()
    assert float(corners.residual_curvature_weight()) <= ((2 * s(x) - 1) * abs(d2(x)) / 8).min()
    product = np.outer((2 * s(x) - 1) * d1(x), s(y) * d1(y))
    assert float(corners.residual_slope_weight()) <= product.min()
    assert corners.centred_sigmoid_weight() == d1(np.zeros(1))[0] ** 2 * s(np.zeros(1))[0] ** 2


def test_one_item_moves_the_items_block():
    """E.22 with n₂ = 10, d = 100: the exact conditional mean over x of the block vv."""
    rng = np.random.default_rng(0)
    s, z = 10, np.linspace(-8, 8, 4001)
    density = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
    alpha = density @ np.tanh(z) ** 2
    Y = rng.standard_normal((s, s * s))
    Y[0] *= np.sqrt(s * s / 2) / np.linalg.norm(Y[0])  # the shortest length that the event allows
    b = Y[0] / np.linalg.norm(Y[0])

    def form(v):
        t = np.tanh(Y @ v)
        weights = alpha * ((1 - t**2) ** 2 + t * -2 * t * (1 - t**2))
        return (weights * (Y @ b) ** 2).sum() / s

    moved = abs(form(np.zeros(s * s)) - form(np.sqrt(2 / (s * s)) * b))
    assert moved >= float(corners.item_curvature_change(s)) > 1


def test_items_mean_at_zero_weights():
    """E.9 at s = 4: d = 257, n₂ = 16; n₁ and |Ω| infinite."""
    rng = np.random.default_rng(0)
    s, z = 4, np.linspace(-8, 8, 4001)
    density = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
    moment = density @ (SIGMOID.value(z) * z)
    norms = []
    for _ in range(20):
        Y = rng.standard_normal((s**2, s**4 + 1))
        norms.append(moment / 16 * np.linalg.norm(SIGMOID.value(Y[:, 0]) @ Y / s**2))
    assert np.median(norms) >= float(corners.item_mean_block(s))


def increments(k, d, rng, phi):
    loss_sizes = (7, 6, 20)
    X, Y = rng.standard_normal((loss_sizes[0], d)), rng.standard_normal((loss_sizes[1], d))
    users, items = (rng.integers(0, n, loss_sizes[2]) for n in loss_sizes[:2])
    truth, base, step = (tuple(scale * rng.standard_normal((2, d, k))) for scale in (1.0, 1.0, 0.3))
    ratings = np.einsum("pk,pk->p", phi.value(X @ truth[0])[users], phi.value(Y @ truth[1])[items])
    loss = NimcLoss(X, Y, users, items, ratings, phi)
    H = [dense_hessian(loss, base[0] + t * step[0], base[1] + t * step[1]) for t in (0, 1)]
    longest = max(np.linalg.norm(F[i], axis=1).max() for F, i in ((X, users), (Y, items)))
    spread = max(np.linalg.norm(F[i].T @ F[i], 2) / len(i) for F, i in ((X, users), (Y, items)))
    moved = sum(np.linalg.norm(part, 2) for part in step)
    return np.linalg.norm(H[1] - H[0], 2), 12 * k * longest * spread * moved


@pytest.mark.parametrize("phi", [SIGMOID, TANH], ids=lambda phi: phi.name)
@pytest.mark.parametrize(("k", "d"), [(1, 1), (1, 4), (2, 3), (3, 5)])
def test_the_hessian_moves_no_more_than_proved(phi, k, d):
    """E.22, corrected, with the longest feature in the place of √R."""
    rng = np.random.default_rng(k * 10 + d)
    for _ in range(10):
        left, right = increments(k, d, rng, phi)
        assert left <= right


@pytest.mark.parametrize("angle", [0.01, 0.1, 1.0, 3.0])
def test_kinks_cost_no_square_root(angle):
    """E.17 for ReLU, u at an angle to u*: sampled, against both proved rates, and both are of use somewhere."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((200_000, 3))
    u, true = np.array([np.cos(angle), np.sin(angle), 0]), unit(3, 0)[:, 0]
    eta = np.linalg.norm(u - true)
    change = RELU.first(x @ u) - RELU.first(x @ true)
    for other in (u, true, -u, unit(3, 2)[:, 0]):
        block = (x * (change * RELU.first(x @ other))[:, None]).T @ x / len(x)
        assert np.linalg.norm(block, 2) <= min(3.5 * eta**0.5, 6 * eta)
    vector = (x * (RELU.value(x @ true) * change)[:, None]).mean(axis=0)
    assert np.linalg.norm(vector) <= min(1.75 * eta**0.5, 3 * eta)
