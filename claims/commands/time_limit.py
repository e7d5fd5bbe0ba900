"""A limit to how long a command may take, where the system can interrupt a process."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TimeLimitReached(BaseException):
    """The time is up. Not an ``Exception``: code that tries one way after another must not take it for a failure."""


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Raise :class:`TimeLimitReached` in the block after ``seconds``; 0 sets no limit.

    Without effect outside the main thread, and on systems without interval timers.

    Example:
        >>> with time_limit(5):
        ...     1 + 1
        2
    """
    if seconds <= 0 or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TimeLimitReached

    before = signal.signal(signal.SIGALRM, stop)
    # Again every second: an exception raised inside a callback of a library in C may be lost.
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
