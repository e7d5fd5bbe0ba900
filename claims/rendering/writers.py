"""Blocks written as LaTeX, Markdown, HTML and plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from claims.rendering.layout import Block, Detail, Details, Formula, Heading, Paragraph, Steps
from claims.rendering.mathtext import display, is_one_formula, latex_prose, pieces, to_html, to_latex, to_markdown

_SECTIONS = {1: "section*", 2: "subsection*", 3: "subsubsection*"}


def latex(blocks: Iterable[Block]) -> str:
    """Return LaTeX for the body of an article with amsmath and amssymb."""
    return "\n".join(_latex_block(block) for block in blocks)


def _latex_block(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"\\{_SECTIONS[level]}{{{to_latex(text)}}}\n"
        case Paragraph(text, lead):
            body = display(next(pieces(text.strip())).text) if is_one_formula(text) else to_latex(text)
            return f"\\noindent\\textbf{{{latex_prose(lead)}}} {body}\\par\n" if lead else f"{body}\\par\n"
        case Formula(formula):
            return display(formula)
        case Details(items):
            lines = "\n".join(f"\\item {latex_prose(item.name)}: {_latex_detail(item)}" for item in items)
            return f"\\begin{{itemize}}\n{lines}\n\\end{{itemize}}\n"
        case Steps(start, steps):
            lines = "\n".join(
                f"\\item {latex_prose(rule)}{': ' + to_latex(reason) if reason else ''}{display(result)}"
                for rule, reason, result in steps
            )
            return f"{display(start) if start else ''}\\begin{{enumerate}}\n{lines}\n\\end{{enumerate}}\n"


def _latex_detail(item: Detail) -> str:
    if item.latex:
        return display(item.latex)
    # Nothing else breaks a line within a nested call in typewriter type.
    data = re.sub(r"(?<!\\)\(", r"(\\allowbreak{}", latex_prose(item.data))
    return f"\\texttt{{{data}}}" if data else to_latex(item.text)


def markdown(blocks: Iterable[Block]) -> str:
    """Return Markdown with formulas for MathJax or any other ``$...$`` renderer."""
    return "\n\n".join(_markdown_block(block).strip("\n") for block in blocks) + "\n"


def _markdown_block(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"{'#' * level} {to_markdown(text)}"
        case Paragraph(text, lead):
            body = _markdown_display(next(pieces(text.strip())).text) if is_one_formula(text) else to_markdown(text)
            return f"**{to_markdown(lead)}** {body}" if lead else body
        case Formula(formula):
            return _markdown_display(formula)
        case Details(items):
            return "\n".join(f"- {to_markdown(item.name)}: {_markdown_detail(item)}" for item in items)
        case Steps(start, steps):
            lines = [
                f"{number}. {to_markdown(rule + (f': {reason}' if reason else ''))}\n\n   $${_one_line(result)}$$"
                for number, (rule, reason, result) in enumerate(steps, start=1)
            ]
            return "\n\n".join([*([_markdown_display(start)] if start else []), *lines])


def _one_line(formula: str) -> str:
    """Return a formula without line ends: Markdown would end the item, or the formula, there."""
    return " ".join(formula.split())


def _markdown_display(formula: str) -> str:
    return f"\n\n$${_one_line(formula)}$$"


def _markdown_detail(item: Detail) -> str:
    if item.latex:
        return f"${_one_line(item.latex)}$"
    return f"`{item.data}`" if item.data else to_markdown(item.text)


def html(blocks: Iterable[Block]) -> str:
    """Return HTML for the body of a page; formulas stay LaTeX source in ``code``, nothing is fetched."""
    return "\n".join(_html_block(block) for block in blocks)


def _html_block(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"<h{level}>{to_html(text)}</h{level}>"
        case Paragraph(text, lead):
            return f"<p>{f'<strong>{to_html(lead)}</strong> ' if lead else ''}{to_html(text)}</p>"
        case Formula(formula):
            return f'<pre class="math">{escape(formula)}</pre>'
        case Details(items):
            lines = "".join(f"<li>{to_html(item.name)}: {_html_detail(item)}</li>" for item in items)
            return f"<ul>{lines}</ul>"
        case Steps(start, steps):
            lines = "".join(
                f"<li>{to_html(rule)}{': ' + to_html(reason) if reason else ''}"
                f'<pre class="math">{escape(result)}</pre></li>'
                for rule, reason, result in steps
            )
            return (f'<pre class="math">{escape(start)}</pre>' if start else "") + f"<ol>{lines}</ol>"


def _html_detail(item: Detail) -> str:
    if item.latex:
        return f'<code class="math">{escape(item.latex)}</code>'
    return f"<code>{escape(item.data)}</code>" if item.data else to_html(item.text)


def text(blocks: Iterable[Block]) -> str:
    """Return plain text; formulas stay LaTeX source."""
    return "\n".join(_text_block(block) for block in blocks) + "\n"


def _text_block(block: Block) -> str:
    match block:
        case Heading(level, words):
            return f"{words}\n{'=-~'[level - 1] * len(words)}"
        case Paragraph(words, lead):
            return f"{lead} {words}".strip()
        case Formula(formula):
            return f"    {_one_line(formula)}"
        case Details(items):
            return "\n".join(f"  - {item.name}: {item.data or _one_line(item.text or item.latex)}" for item in items)
        case Steps(start, steps):
            lines = [
                f"  {number}. {rule}{f': {reason}' if reason else ''}\n    {_one_line(result)}"
                for number, (rule, reason, result) in enumerate(steps, start=1)
            ]
            return "\n".join([*([f"    {_one_line(start)}"] if start else []), *lines])
