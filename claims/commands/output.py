"""Where a command's result goes, and what is said when it cannot be had."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from claims.registry import Claim


def deliver(text: str, target: str | None) -> None:
    """Write ``text`` to a file, or to stdout if the target is ``-`` or none.

    Raises:
        click.UsageError: If the file cannot be written.
    """
    if target in {None, "-"}:
        click.echo(text, nl=False)
        return
    try:
        Path(str(target)).write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"cannot write {target}: {error.strerror}") from error


def refuse_unwritable(path: Path) -> None:
    """Check before any work that a file can be written there.

    Raises:
        click.UsageError: If ``path`` is a folder, or lies in no folder, or may not be written.
    """
    if path.is_dir():
        raise click.UsageError(f"cannot write {path}: Is a directory")
    if not path.parent.is_dir():
        raise click.UsageError(f"cannot write {path}: there is no folder {path.parent}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise click.UsageError(f"cannot write {path}: Permission denied")


def refuse_crashed(claims: Sequence[Claim]) -> bool:
    """Say on stderr which claims cannot be run; return whether there are any."""
    from claims.rendering.record import crashes  # noqa: PLC0415 - once the arguments are known to be good

    crashed = crashes(claims)
    for id_, message in crashed.items():
        click.echo(f"crashed: {id_}: {message}", err=True)
    return bool(crashed)
