"""Every assembly of the dense Hessian against Hessian-vector products and a slow sum over the pairs."""

import numpy as np
import pytest

from numeric.nimc import cross_blocks, gram_matrices, stacked_hessian
from numeric.nimc import dense_hessian as dense_hessian_module
from numeric.nimc.activations import Activation, ActivationValueError, MissingDerivativeError, activation, leaky_relu
from numeric.nimc.dense_hessian import AssemblyError, dense_hessian, estimate_assembly_costs
from numeric.nimc.gram_matrices import weighted_gram_matrices
from numeric.nimc.least_eigenvalue import hessian_operator
from numeric.nimc.loss import LossDataError, NimcLoss
from numeric.nimc.observed_pairs import group_pairs

SINE = Activation("sine, a user's own", np.sin, np.cos, lambda z: -np.sin(z))
ACTIVATIONS = [activation(n) for n in ("sigmoid", "tanh", "relu", "linear")] + [leaky_relu(0.1), SINE]
WAYS = ("users", "items", "pairs", "auto")


def slow_hessian(loss, U, V):
    """The derivative of the gradient, pair by pair, one component at a time."""
    (d, k), e = U.shape, V.shape[0]
    phi, first, second = loss.phi.value, loss.phi.first, loss.phi.second
    H = np.zeros((k * (d + e), k * (d + e)))
    for i, j, rating in zip(loss.users, loss.items, loss.ratings, strict=True):
        x, y = loss.X[i], loss.Y[j]
        s, t = x @ U, y @ V
        r = phi(s) @ phi(t) - rating
        jacobian = np.concatenate(
            [np.einsum("a,p->ap", first(s) * phi(t), x).ravel(), np.einsum("a,p->ap", first(t) * phi(s), y).ravel()]
        )
        H += np.outer(jacobian, jacobian)
        for a in range(k):
            u, v = slice(a * d, (a + 1) * d), slice(k * d + a * e, k * d + (a + 1) * e)
            H[u, u] += r * second(s)[a] * phi(t)[a] * np.outer(x, x)
            H[v, v] += r * second(t)[a] * phi(s)[a] * np.outer(y, y)
            H[u, v] += r * first(s)[a] * first(t)[a] * np.outer(x, y)
            H[v, u] += r * first(s)[a] * first(t)[a] * np.outer(y, x)
    return H / loss.pairs


def by_products(loss, U, V):
    operator = hessian_operator(loss, U, V)
    return np.column_stack([operator.matvec(column) for column in np.eye(operator.shape[0])])


def instance(phi, *, d=4, e=3, k=2, users=6, items=5, pairs=40, seed=0, draw=None):
    rng = np.random.default_rng(seed)
    X, Y = rng.standard_normal((users, d)), rng.standard_normal((items, e))
    i, j = draw(rng) if draw else (rng.integers(0, users, pairs), rng.integers(0, items, pairs))
    loss = NimcLoss(X, Y, i, j, rng.standard_normal(len(i)), phi)
    return loss, rng.standard_normal((d, k)), rng.standard_normal((e, k))


def assert_all_ways_agree(loss, U, V):
    expected = slow_hessian(loss, U, V)
    scale = np.abs(expected).max()
    assert scale > 0
    np.testing.assert_allclose(by_products(loss, U, V), expected, rtol=0, atol=1e-12 * scale)
    for way in WAYS:
        H = dense_hessian(loss, U, V, assembly=way)
        np.testing.assert_allclose(H, expected, rtol=0, atol=1e-12 * scale, err_msg=way)
        np.testing.assert_array_equal(H, H.T, err_msg=way)


@pytest.mark.parametrize("phi", ACTIVATIONS, ids=lambda phi: phi.name)
def test_all_assemblies_are_the_sum_over_the_pairs(phi):
    assert_all_ways_agree(*instance(phi))
    assert_all_ways_agree(*instance(phi, d=2, e=5, k=3, users=3, items=9))


def once(_):
    return np.arange(7), np.arange(7)[::-1].copy()


DEGENERATE = {
    "smallest": {"d": 1, "e": 1, "k": 1, "users": 1, "items": 1, "pairs": 1},
    "one user": {"users": 1, "items": 9, "pairs": 20},
    "one item": {"users": 9, "items": 1, "pairs": 20},
    "one pair many times": {"draw": lambda _: (np.full(12, 3), np.full(12, 4))},
    "most users and items without ratings": {"users": 30, "items": 40, "pairs": 4},
    "every user and item once": {"users": 7, "items": 7, "draw": once},
    "only one user and item twice": {
        "users": 6,
        "items": 6,
        "draw": lambda _: (np.arange(7) % 6, np.minimum(np.arange(7), 5)),
    },
    "d less than e": {"d": 1, "e": 6},
    "e less than d": {"d": 6, "e": 1},
    "one column": {"k": 1},
    "more columns than features": {"k": 7},
}


@pytest.mark.parametrize("sizes", DEGENERATE.values(), ids=DEGENERATE)
def test_degenerate_data(sizes):
    assert_all_ways_agree(*instance(SINE, **sizes))


def test_buffers_far_too_small_for_the_data_change_nothing(monkeypatch):
    for module, names in (
        (cross_blocks, {"_BUFFER": 40, "_MEMBERS": 3, "_LONGEST": 4}),
        (gram_matrices, {"_BUFFER": 9, "_CHUNK": 4}),
        (stacked_hessian, {"_BUFFER": 50, "_PAIRS": 3}),
    ):
        for name, value in names.items():
            monkeypatch.setattr(module, name, value)
    assert_all_ways_agree(*instance(SINE, k=3, pairs=90))
    skewed = instance(SINE, k=3, draw=lambda rng: (np.minimum(rng.integers(0, 40, 70), 5), rng.integers(0, 5, 70)))
    assert np.bincount(skewed[0].users).max() > 50
    assert_all_ways_agree(*skewed)


def test_the_order_of_the_pairs_does_not_matter():
    loss, U, V = instance(SINE, pairs=60)
    shuffled = np.random.default_rng(1).permutation(60)
    other = NimcLoss(loss.X, loss.Y, loss.users[shuffled], loss.items[shuffled], loss.ratings[shuffled], loss.phi)
    for way in WAYS:
        np.testing.assert_allclose(
            dense_hessian(loss, U, V, assembly=way), dense_hessian(other, U, V, assembly=way), rtol=0, atol=1e-13
        )


def test_the_inputs_are_left_alone():
    loss, U, V = instance(SINE)
    before = [a.copy() for a in (loss.X, loss.Y, loss.users, loss.items, loss.ratings, U, V)]
    for way in WAYS:
        dense_hessian(loss, U, V, assembly=way)
    for old, new in zip(before, (loss.X, loss.Y, loss.users, loss.items, loss.ratings, U, V), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("rows", [1, 2, 60])
def test_both_ways_to_gram_matrices_agree(rows):
    rng = np.random.default_rng(2)
    for n, d in ((1, 1), (5, 3), (700, 12)):
        Z, weights = rng.standard_normal((n, d)), rng.standard_normal((rows, n))
        expected = np.einsum("cn,np,nq->cpq", weights, Z, Z)
        for way in (gram_matrices._by_products, gram_matrices._by_scaling, weighted_gram_matrices):
            found = way(Z, weights)
            np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12 * np.abs(expected).max())
            np.testing.assert_array_equal(found, found.transpose(0, 2, 1))


def test_groups_are_the_pairs_by_index():
    for top in (3, 300, 70000):
        index = np.random.default_rng(3).integers(0, top, 500)
        groups = group_pairs(index)
        np.testing.assert_array_equal(groups.members, np.unique(index))
        np.testing.assert_array_equal(groups.order, np.argsort(index, kind="stable"))
        values = np.arange(500.0)
        sums = [values[index == member].sum() for member in groups.members]
        np.testing.assert_array_equal(groups.sum(values[groups.order]), sums)


@pytest.mark.parametrize("sizes", [(50, 50, 10), (100, 100, 20)])
def test_the_choice_follows_the_repetition(sizes):
    def choice(users, items):
        costs = estimate_assembly_costs(sizes, 20000, users, items)
        return min(costs, key=costs.__getitem__)

    assert choice(943, 1682) == "users"
    assert choice(1682, 943) == "items"
    assert choice(20000, 1000) == "items"
    assert choice(1000, 20000) == "users"
    assert choice(1000, 1000) in {"users", "items"}
    few = estimate_assembly_costs(sizes, 20000, 1000, 1000)
    assert 5 * min(few["users"], few["items"]) < few["pairs"]


@pytest.mark.parametrize("sizes", [(50, 50, 10), (100, 100, 20)])
def test_pairs_that_share_nothing_go_through_the_stacked_jacobian(sizes):
    costs = estimate_assembly_costs(sizes, 20000, 20000, 20000)
    assert min(costs, key=costs.__getitem__) == "pairs"


def test_auto_takes_the_cheapest_way(monkeypatch):
    loss, U, V = instance(SINE)
    expected = {way: dense_hessian(loss, U, V, assembly=way) for way in ("users", "items", "pairs")}
    taken = []
    for name in ("write_upper_hessian", "write_cross_blocks"):
        original = getattr(dense_hessian_module, name)
        monkeypatch.setattr(
            dense_hessian_module, name, lambda H, *rest, f=original: (taken.append(H.shape), f(H, *rest))[1]
        )
    shapes = {"users": (8, 6), "items": (6, 8), "pairs": (14, 14)}
    for cheapest, shape in shapes.items():
        costs = {way: 1.0 + (way != cheapest) for way in shapes}
        monkeypatch.setattr(dense_hessian_module, "estimate_assembly_costs", lambda *_, costs=costs: costs)
        np.testing.assert_array_equal(dense_hessian(loss, U, V), expected[cheapest])
        assert taken.pop() == shape
        assert not taken


def test_bad_input_is_named():
    loss, U, V = instance(activation("tanh"))
    with pytest.raises(AssemblyError, match="unknown assembly 'fast'; known: auto, users, items, pairs"):
        dense_hessian(loss, U, V, assembly="fast")
    with pytest.raises(LossDataError, match=r"weights U \(4, 2\) and V \(4, 2\); expected \(4, k\) and \(3, k\)"):
        dense_hessian(loss, U, U)
    with pytest.raises(LossDataError, match="with one k ≥ 1"):
        dense_hessian(loss, U[:, :0], V[:, :0])
    with pytest.raises(LossDataError, match=r"V\[1, 0\] is inf"):
        dense_hessian(loss, U, np.where(np.arange(3)[:, None] == 1, np.inf, V))

    def under(phi):
        return NimcLoss(loss.X, loss.Y, loss.users, loss.items, loss.ratings, phi)

    with pytest.raises(MissingDerivativeError, match="dense_hessian: needs φ′, which activation 'mine'"):
        dense_hessian(under(Activation("mine", np.sin)), U, V)
    with pytest.raises(MissingDerivativeError, match="dense_hessian: needs φ′′, which activation 'mine'"):
        dense_hessian(under(Activation("mine", np.sin, np.cos)), U, V)
    pole = Activation("pole", np.sin, np.cos, lambda z: np.where(z < 0, np.nan, z))
    with pytest.raises(ActivationValueError, match="dense_hessian: φ′′ of activation 'pole' is nan at -"):
        dense_hessian(under(pole), U, V)
    with pytest.raises(ActivationValueError, match=r"φ of activation 'flat' maps shape \(6, 2\) to \(\)"):
        dense_hessian(under(Activation("flat", np.mean, np.cos, np.sin)), U, V)
