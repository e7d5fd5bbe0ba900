"""How many random instances a sampled check draws, and from which seed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Sampling:
    """Settings of every seeded check of a run.

    Args:
        seed: Seed of the run's generators; the committed ledger uses 0.
        trials: Number of random instances where a check samples; degenerate ones come on top.
    """

    seed: int = 0
    trials: int = 25


_settings: ContextVar[Sampling] = ContextVar("sampling settings", default=Sampling())  # noqa: B039 - frozen


def current_sampling() -> Sampling:
    """Return the settings in force."""
    return _settings.get()


@contextmanager
def sampling(settings: Sampling) -> Iterator[None]:
    """Put ``settings`` in force for the block."""
    token = _settings.set(settings)
    try:
        yield
    finally:
        _settings.reset(token)
