"""Declarations of symbols by their shapes, as the command line takes them: ``X:m,n``."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping

from symbolic.matrix.dimensions import Dimension, ShapeError, dimension
from symbolic.matrix.expression import STRUCTURES, Symbol

RESERVED = (
    "trace",
    "tr",
    "norm2",
    "vec",
    "diag",
    "inner",
    "kronecker",
    "kron",
    "hadamard",
    "identity",
    "ones",
    "zeros",
    "commutation",
)
"""Names of operations, which no matrix can have."""

_SHAPE = re.compile(r"\s*(?P<name>[^:\s]+)\s*:(?P<dims>.*)", re.DOTALL)


class GrammarError(ValueError):
    """A text is not a matrix expression."""


class UnknownNameError(GrammarError):
    """A text has a name that was not declared."""


def parse_shapes(declarations: Iterable[str]) -> dict[str, Symbol]:
    """Return symbols by name from declarations such as ``X:m,n`` (matrix), ``x:n`` (column), ``c:1`` (scalar).

    A third item ``symmetric`` or ``diagonal`` declares the structure: ``D:k,k,diagonal``.

    Raises:
        GrammarError: If a declaration cannot be read or a name is declared twice or stands for two things.

    Example:
        >>> [str(s.shape) for s in parse_shapes(["X:m,n", "x:n", "c:1"]).values()]
        ['(m, n)', '(n, 1)', '(1, 1)']
    """
    symbols: dict[str, Symbol] = {}
    for declaration in declarations:
        match = _SHAPE.fullmatch(declaration)
        if match is None:
            raise GrammarError(f"shape {shortened(declaration)}: write NAME:rows,cols, e.g. X:m,n")
        name, items = match["name"], [item.strip() for item in match["dims"].split(",")]
        structure = items.pop() if items[-1] in STRUCTURES else "general"
        if not is_name(name) or name in RESERVED:
            raise GrammarError(f"shape {shortened(declaration)}: {shortened(name)} cannot be the name of a matrix")
        if name in symbols:
            raise GrammarError(f"shape {shortened(declaration)}: {name} is declared twice")
        if not 1 <= len(items) <= 2 or not all(items):
            raise GrammarError(f"shape {shortened(declaration)}: give one or two dimensions, e.g. {name}:m,n")
        sizes = [_declared_dimension(item, declaration) for item in items]
        try:
            symbols[name] = Symbol(name, sizes[0], sizes[1] if len(sizes) == 2 else dimension(1), structure)
        except ShapeError as error:
            raise GrammarError(f"shape {shortened(declaration)}: {error}") from None
    both = sorted(set(symbols) & dimension_names(symbols))
    if both:
        raise GrammarError(f"shape {both[0]}: {both[0]} is both a dimension and a matrix; rename one")
    return symbols


def _declared_dimension(item: str, declaration: str) -> Dimension:
    if item.isdecimal() and item.isascii() and int(item[:9]) > 0 and len(item) < 7:
        return dimension(int(item))
    if is_name(item):
        return dimension(item)
    raise GrammarError(f"shape {shortened(declaration)}: {shortened(item)} is neither a name nor a positive integer")


def is_name(text: str) -> bool:
    """Return whether a text can be the name of a matrix or a dimension."""
    return text.isidentifier() and text.isascii() and not keyword.iskeyword(text)


def dimension_names(symbols: Mapping[str, Symbol]) -> set[str]:
    """Return the names of the dimensions of some symbols."""
    return {f for s in symbols.values() for d in s.shape for f in d.factors if isinstance(f, str)}


def shortened(text: str) -> str:
    """Return a text on one line of at most 60 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:57] + "..."
