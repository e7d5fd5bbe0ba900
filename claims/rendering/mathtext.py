r"""Prose with formulas: text in which `$...$`, `\[...\]` and LaTeX environments are mathematics.

The claims are written in such text, with the papers' Unicode letters in the prose. Here it is cut into pieces and
written anew for LaTeX, Markdown and HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape as _html_escape

from claims.rendering.linebreak import broken

_MATH = re.compile(
    r"\$\$(?P<dollars>.+?)\$\$|\$(?P<dollar>.+?)\$|\\\[(?P<bracket>.+?)\\\]|\\\((?P<paren>.+?)\\\)"
    r"|(?P<environment>\\begin\{(?P<name>align\*?|equation\*?|gather\*?|multline\*?)\}.+?\\end\{(?P=name)\})",
    re.DOTALL,
)

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "_": r"\_",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "$": r"\$",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
}

# The papers' letters and signs in prose, as pdfLaTeX can print them.
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ",
        re.findall(
            r"\w+",
            "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon "
            "varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega",
        ),
        strict=True,
    )
)
_SIGNS = {
    "≠": "neq", "≤": "leq", "≥": "geq", "≈": "approx", "→": "to", "↦": "mapsto", "⇒": "Rightarrow", "∈": "in",
    "∉": "notin", "⊂": "subset", "∑": "sum", "∏": "prod", "∫": "int", "√": "surd", "∞": "infty", "·": "cdot",
    "×": "times", "±": "pm", "∂": "partial", "∇": "nabla", "⟨": "langle", "⟩": "rangle", "⊗": "otimes",
    "∘": "circ", "⊥": "perp", "∀": "forall", "∃": "exists", "′": "prime", "…": "ldots", "⋯": "cdots",
    "∩": "cap", "∪": "cup", "∅": "emptyset", "≪": "ll", "≫": "gg", "∝": "propto", "≡": "equiv", "⇔": "iff",
    "⊆": "subseteq", "∼": "sim", "∗": "ast", "‖": "Vert", "⪰": "succeq", "≻": "succ", "ℓ": "ell",
}  # fmt: skip
_DOUBLE = {"ℝ": "R", "ℚ": "Q", "ℤ": "Z", "ℕ": "N", "ℂ": "C", "𝔼": "E", "ℙ": "P"}
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱᵀᵏ", "0123456789+-niTk", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₙ", "0123456789+-ijkn", strict=True))
_TYPOGRAPHY = {
    "–": "--",
    "—": "---",
    "“": "``",
    "”": "''",
    "‘": "`",
    "’": "'",
    "\u00a0": "~",
    "−": "$-$",
    "½": r"$\frac12$",
}


@dataclass(frozen=True)
class Piece:
    """A stretch of prose or one formula.

    Args:
        text: The prose, or the formula's LaTeX without its delimiters.
        math: Whether it is a formula.
        display: Whether the formula stands on a line of its own.
    """

    text: str
    math: bool = False
    display: bool = False


def pieces(text: str) -> Iterator[Piece]:
    r"""Yield the prose and the formulas of ``text`` in order.

    Example:
        >>> [(piece.text, piece.math) for piece in pieces("for $k=1$ only")]
        [('for ', False), ('k=1', True), (' only', False)]
    """
    end = 0
    for match in _MATH.finditer(text):
        if match.start() > end:
            yield Piece(text[end : match.start()])
        inline = match["dollar"] or match["paren"]
        if inline is not None:
            yield Piece(inline, math=True)
        else:
            formula = match["dollars"] or match["bracket"] or match["environment"]
            yield Piece(formula, math=True, display=True)
        end = match.end()
    if end < len(text):
        yield Piece(text[end:])


def is_one_formula(text: str) -> bool:
    """Return whether ``text`` is a single formula and nothing else."""
    found = list(pieces(text.strip()))
    return len(found) == 1 and found[0].math


def latex_prose(text: str) -> str:
    r"""Return prose without formulas as LaTeX: specials escaped, Unicode letters and signs as commands.

    Example:
        >>> latex_prose("100% of α_ij²")
        '100\\% of $\\alpha$\\_ij$^{2}$'
    """
    return "".join(_SPECIAL.get(c) or _TYPOGRAPHY.get(c) or _latex_character(c, "${}$") for c in text)


def latex_formula(formula: str) -> str:
    """Return a formula with the Unicode letters and signs it may contain written as commands."""
    return "".join(_latex_character(c, "{} ").replace("  ", " ") if ord(c) > 127 else c for c in formula)


def _latex_character(character: str, wrapping: str) -> str:
    before, after = wrapping.split("{}")
    if character in _GREEK or character in _SIGNS:
        return f"{before}\\{_GREEK.get(character) or _SIGNS[character]}{after}"
    if character in _DOUBLE:
        return f"{before}\\mathbb{{{_DOUBLE[character]}}}{after}"
    if character in _RAISED:
        return f"{before}^{{{_RAISED[character]}}}{after}"
    if character in _LOWERED:
        return f"{before}_{{{_LOWERED[character]}}}{after}"
    # Latin letters with accents are in pdfLaTeX's own tables; anything else would stop it.
    return character if ord(character) < 0x180 else f"[U+{ord(character):04X}]"


def to_latex(text: str) -> str:
    """Return prose with formulas as LaTeX."""
    return "".join(_latex_piece(piece) for piece in pieces(text))


def _latex_piece(piece: Piece) -> str:
    if not piece.math:
        return latex_prose(piece.text)
    return display(piece.text) if piece.display else f"${latex_formula(piece.text)}$"


def display(formula: str) -> str:
    """Return LaTeX of a formula on a line of its own, broken where it is too long."""
    formula = latex_formula(formula.strip())
    if formula.startswith(("\\begin{align", "\\begin{gather")):
        return f"\n{formula}\n"
    lines = broken(formula)
    if len(lines) == 1:
        return f"\n\\[ {formula} \\]\n"
    return "\n\\begin{align*}\n& " + " \\\\\n& \\quad ".join(lines) + "\n\\end{align*}\n"


def to_markdown(text: str) -> str:
    """Return prose with formulas as Markdown for MathJax: the formulas as they are, the prose escaped."""
    return "".join(_markdown_piece(piece) for piece in pieces(text))


def _markdown_piece(piece: Piece) -> str:
    if piece.math:
        return f"\n\n$${piece.text.strip()}$$\n\n" if piece.display else f"${piece.text}$"
    return re.sub(r"([\\`*_{}\[\]<>|#])", r"\\\1", piece.text)


def to_html(text: str) -> str:
    """Return prose with formulas as HTML; formulas stay LaTeX source, in ``code``."""
    return "".join(
        f'<code class="math">{_html_escape(piece.text)}</code>' if piece.math else _html_escape(piece.text)
        for piece in pieces(text)
    )
