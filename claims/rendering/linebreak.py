"""Long formulas: where they may be cut into lines, and how."""

from __future__ import annotations

import re

_LEXEME = re.compile(r"\\(?:left|right)(?![a-zA-Z])\s*(?:\\[a-zA-Z]+|\\.|.)|\\[a-zA-Z]+|\\.|.", re.DOTALL)


def broken(formula: str, width: int = 80) -> list[str]:
    r"""Return ``formula`` cut into lines of about ``width`` printed characters, at ``+``, ``-``, ``=`` and the like.

    A longer line is cut at ``\circ`` too.

    A cut is never made inside braces or an environment. Where it must be made between ``\left`` and ``\right``,
    that pair becomes ``\bigl`` and ``\bigr``, which may stand on different lines.

    Example:
        >>> broken(r"a + \left(b + c\right)", width=3)
        ['a + \\bigl(b', '{} + c\\bigr)']
    """
    lexemes = _LEXEME.findall(formula)
    lines: list[list[int]] = [[]]
    used, braces, environments = 0, 0, 0
    pairs: list[tuple[int, int]] = []  # position of an open \left, line it stands on
    cut_pairs: set[int] = set()
    for position, lexeme in enumerate(lexemes):
        cuttable = lexeme in {"+", "-", "=", "\\leq", "\\geq", "\\le", "\\ge"} and not braces and not environments
        # An entrywise product is cut only where no sum was in time.
        product = lexeme == "\\circ" and not braces and not environments and used >= width
        if (product or (cuttable and used >= width * 0.75)) and _is_binary(lexemes, position):
            lines.append([])
            used = 0
        lines[-1].append(position)
        used += _printed_width(lexeme)
        braces += (lexeme == "{") - (lexeme == "}")
        environments += (lexeme == "\\begin") - (lexeme == "\\end")
        if _is_delimiter(lexeme, "left"):
            pairs.append((position, len(lines)))
        elif _is_delimiter(lexeme, "right") and pairs:
            opened, opened_on = pairs.pop()
            if opened_on != len(lines):
                cut_pairs |= {opened, position}
    written = []
    for number, line in enumerate(lines):
        text = "".join(_resized(lexemes[p]) if p in cut_pairs else lexemes[p] for p in line).strip()
        written.append(text if number == 0 else "{} " + text)
    return written


def _is_binary(lexemes: list[str], position: int) -> bool:
    """Return whether the sign at ``position`` joins two terms rather than opening one."""
    before = next((t for t in reversed(lexemes[:position]) if t.strip()), "")
    return bool(before) and before not in {"(", "[", "=", ",", "^", "_", "&"} and not _is_delimiter(before, "left")


def _is_delimiter(lexeme: str, side: str) -> bool:
    r"""Return whether the lexeme is ``\\left`` or ``\\right`` with its delimiter, not an arrow."""
    return re.match(rf"\\{side}(?![a-zA-Z])", lexeme) is not None


def _printed_width(lexeme: str) -> int:
    if _is_delimiter(lexeme, "left") or _is_delimiter(lexeme, "right") or lexeme == "\\frac":
        return 1
    if lexeme in {"{", "}", "^", "_", " ", "\\,", "\\;", "\\!", "\\mathbb", "\\operatorname", "\\mathrm"}:
        return 0
    return 1


def _resized(lexeme: str) -> str:
    delimiter = lexeme.removeprefix("\\left").removeprefix("\\right").strip()
    side = "l" if _is_delimiter(lexeme, "left") else "r"
    return "" if delimiter == "." else f"\\big{side}{delimiter}"
