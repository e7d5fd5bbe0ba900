"""One live line of progress on a terminal, silent elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TextIO


def progress_line(stream: TextIO | None = None) -> Callable[[str, float], None]:
    """Return a reporter (step, objective) that rewrites one line of the stream, if that is a terminal outside CI.

    Args:
        stream: Where to write; standard error if not given.

    Example:
        >>> import io
        >>> silent = io.StringIO()
        >>> progress_line(silent)("local descent", 4.5)
        >>> silent.getvalue()
        ''
    """
    out = sys.stderr if stream is None else stream
    alive = out.isatty() and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"
    steps = 0

    def report(step: str, objective: float) -> None:
        nonlocal steps
        steps += 1
        if alive:
            end = "\n" if step.startswith("certificate") else ""
            out.write(f"\r\x1b[2K{steps:4d}  {step:<28} objective {objective:.10g}{end}")
            out.flush()

    return report
