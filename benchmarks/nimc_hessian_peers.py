"""The same Hessian by automatic differentiation: jax and torch, in chunks of directions, in double precision.

Each contender takes a data set as :func:`nimc_dense_hessian.data` makes it and returns a function of no argument that
computes the whole matrix. The loss is written as one would: φ of each distinct user and item once, then the pairs.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Contender = Callable[[], np.ndarray]


def jax_hessian(case: dict[str, Any], chunk: int) -> tuple[Contender, str]:
    """Return forward-over-reverse differentiation, vectorized over ``chunk`` directions, compiled and warmed."""
    import jax  # noqa: PLC0415 - a peer, present only where it is compared

    jax.config.update("jax_enable_x64", True)
    X, Y, users, items, ratings, U, V = (jax.numpy.asarray(case[name]) for name in case["arrays"])
    (d, k), e = U.shape, V.shape[0]

    def loss(theta: Any) -> Any:
        P = jax.numpy.tanh(X @ theta[: d * k].reshape(k, d).T)
        Q = jax.numpy.tanh(Y @ theta[d * k :].reshape(k, e).T)
        return 0.5 * jax.numpy.mean(((P[users] * Q[items]).sum(axis=1) - ratings) ** 2)

    def whole(theta: Any) -> Any:
        def product(direction: Any) -> Any:
            return jax.jvp(jax.grad(loss), (theta,), (direction,))[1]

        return jax.lax.map(product, jax.numpy.eye(theta.size), batch_size=chunk)

    theta = jax.numpy.concatenate([U.T.ravel(), V.T.ravel()])
    compiled = jax.jit(whole).lower(theta).compile()
    return lambda: np.asarray(compiled(theta).block_until_ready()), jax.__version__


def torch_hessian(case: dict[str, Any], chunk: int) -> tuple[Contender, str]:
    """Return forward-over-reverse differentiation, as ``torch.func.hessian`` does it, ``chunk`` directions at once."""
    import torch  # noqa: PLC0415 - a peer, present only where it is compared

    torch.set_num_threads(1)
    X, Y, users, items, ratings, U, V = (torch.from_numpy(np.ascontiguousarray(case[name])) for name in case["arrays"])
    (d, k), e = U.shape, V.shape[0]

    def loss(theta: Any) -> Any:
        P = torch.tanh(X @ theta[: d * k].reshape(k, d).T)
        Q = torch.tanh(Y @ theta[d * k :].reshape(k, e).T)
        return 0.5 * (((P[users] * Q[items]).sum(dim=1) - ratings) ** 2).mean()

    theta = torch.cat([U.T.reshape(-1), V.T.reshape(-1)])

    def product(direction: Any) -> Any:
        return torch.func.jvp(torch.func.grad(loss), (theta,), (direction,))[1]

    whole = torch.func.vmap(product, chunk_size=chunk)
    directions = torch.eye(len(theta), dtype=theta.dtype)
    return lambda: whole(directions).numpy(), str(torch.__version__).partition("+")[0]


PEERS = {"jax": jax_hessian, "torch": torch_hessian}
