"""The safe grammar of activations: text → a SymPy expression and a tree for enclosures; nothing is run as code.

The text is parsed by Python's own parser into a syntax tree, of which only whitelisted nodes are translated:
z, pi, e, numbers, + − * / **, and the functions listed in ``FUNCTIONS``. Decimal literals are exact rationals.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from typing import Any, NoReturn

import sympy

from numeric.enclosures import activation_trees
from numeric.enclosures import ball_expression as tree
from numeric.enclosures.ball_expression import Expression

MAX_LENGTH = 1000
MAX_DEPTH = 100
MAX_NODES = 1200
MAX_WRITTEN_OUT = 1000
MAX_EXPONENT = 100
MAX_NUMBER_BITS = 4000

z = sympy.Symbol("z", real=True)


class GrammarError(ValueError):
    """Text that is not an activation of the grammar; the message is one line and names the position."""


@dataclass(frozen=True)
class ParsedActivation:
    """An activation as both rooms need it.

    Attributes:
        text: What was typed.
        sympy: The expression in the real symbol ``z`` of this module.
        tree: The same function as a tree for ball arithmetic.
        name: The name of the activation when the text is a bare name (``"tanh"``), else None.
    """

    text: str
    sympy: Any
    tree: Expression
    name: str | None


@dataclass(frozen=True)
class _Pair:
    """One subexpression in both forms."""

    sympy: Any
    tree: Expression


def _both(to_sympy: Callable[..., Any], to_tree: Callable[..., Expression]) -> Callable[..., _Pair]:
    return lambda *pairs: _Pair(to_sympy(*(p.sympy for p in pairs)), to_tree(*(p.tree for p in pairs)))


def _head(name: str, function: Callable[..., Any]) -> Callable[..., _Pair]:
    return _both(function, lambda g: tree.apply(name, g))


def _normal_cdf(x: Any) -> Any:
    return (1 + sympy.erf(x / sympy.sqrt(2))) / 2


def _softplus(x: Any) -> Any:
    return sympy.log(1 + sympy.exp(x))


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + sympy.exp(-x))


FUNCTIONS: dict[str, Callable[..., _Pair]] = {
    "exp": _head("exp", sympy.exp),
    "log": _head("log", sympy.log),
    "sqrt": _both(sympy.sqrt, activation_trees.square_root),
    "sin": _head("sin", sympy.sin),
    "cos": _head("cos", sympy.cos),
    "tan": _head("tan", sympy.tan),
    "sinh": _head("sinh", sympy.sinh),
    "cosh": _head("cosh", sympy.cosh),
    "tanh": _head("tanh", sympy.tanh),
    "sech": _head("sech", sympy.sech),
    "atan": _head("atan", sympy.atan),
    "erf": _head("erf", sympy.erf),
    "erfc": _head("erfc", sympy.erfc),
    "sigmoid": _head("sigmoid", _sigmoid),
    "softplus": _head("softplus", _softplus),
    "relu": _head("relu", lambda x: sympy.Max(0, x)),
    "abs": _head("abs", sympy.Abs),
    "sign": _head("sign", sympy.sign),
    "heaviside": _head("heaviside", sympy.Heaviside),
    "Phi": _both(_normal_cdf, activation_trees.normal_cdf),
    "gelu": _both(lambda x: x * _normal_cdf(x), activation_trees.gelu),
    "silu": _both(lambda x: x * _sigmoid(x), lambda g: g * tree.apply("sigmoid", g)),
    "mish": _both(lambda x: x * sympy.tanh(_softplus(x)), lambda g: g * tree.apply("tanh", tree.apply("softplus", g))),
    "elu": _both(
        lambda x: sympy.Max(0, x) + sympy.Min(0, sympy.exp(x) - 1),
        lambda g: tree.apply("relu", g) + activation_trees.minimum(0, tree.apply("exp", g) - 1),
    ),
    "softsign": _both(lambda x: x / (1 + sympy.Abs(x)), lambda g: g / (1 + tree.apply("abs", g))),
    "identity": lambda pair: pair,
}
_ALIASES = {
    "ln": "log", "arctan": "atan", "swish": "silu", "Abs": "abs", "normal_cdf": "Phi",
    "Heaviside": "heaviside", "logistic": "sigmoid", "Max": "max", "Min": "min",
}  # fmt: skip
_CONSTANTS = {
    "z": _Pair(z, tree.Z),
    "pi": _Pair(sympy.pi, tree.PI),
    "e": _Pair(sympy.E, tree.E),
    "E": _Pair(sympy.E, tree.E),
}
_TWO_ARGUMENTS = {
    "max": _both(sympy.Max, activation_trees.maximum),
    "min": _both(sympy.Min, activation_trees.minimum),
    "leaky_relu": _both(lambda x, s: sympy.Max(0, x) + s * sympy.Min(0, x), activation_trees.leaky_relu),
}
_KNOWN = (*FUNCTIONS, *_TWO_ARGUMENTS, *_CONSTANTS, *_ALIASES)


def parse_activation(text: str) -> ParsedActivation:
    """Return the activation typed as ``text``, as a SymPy expression and as a tree for enclosures.

    A bare function name means the function of z (``"tanh"`` is tanh(z)); ``leaky_relu(s)`` is the activation with
    slope s, and ``leaky_relu(x, s)`` that activation of x.

    Args:
        text: At most 1000 characters.

    Returns:
        Both forms, exact: ``1.702`` is 851/500.

    Raises:
        GrammarError: On anything outside the grammar, with the position and, for a misspelt name, a suggestion.

    Example:
        >>> parsed = parse_activation("z/(1+exp(-1.702*z))")
        >>> parsed.sympy, str(parsed.tree)
        (z/(1 + exp(-851*z/500)), 'z*sigmoid(851/500*z)')
        >>> parse_activation("sigmiod(z)")
        Traceback (most recent call last):
        ...
        claims.grammar.GrammarError: unknown name 'sigmiod' at column 1; did you mean 'sigmoid'?
    """
    stripped = text.strip()
    if not stripped:
        raise GrammarError("the text is empty; type an activation such as tanh, relu or z/(1+exp(-z))")
    if len(text) > MAX_LENGTH:
        raise GrammarError(f"the text has {len(text)} characters; at most {MAX_LENGTH} are read")
    name = _ALIASES.get(stripped, stripped)
    if name in FUNCTIONS:
        pair = FUNCTIONS[name](_CONSTANTS["z"])
        return ParsedActivation(text, pair.sympy, pair.tree, name)
    body = _syntax_tree(stripped)
    if sum(1 for _ in ast.walk(body)) > MAX_NODES:
        raise GrammarError(f"the expression has too many parts; at most {MAX_NODES} are read")
    try:
        pair = _translate(body, stripped, 0)
    except tree.ExpressionError as error:
        raise GrammarError(str(error)) from None
    if pair.sympy.has(sympy.zoo, sympy.oo, sympy.nan, sympy.I):
        raise GrammarError("the expression has no finite real value: a constant in it divides by zero or is not real")
    return ParsedActivation(text, pair.sympy, pair.tree, None)


def _syntax_tree(text: str) -> ast.expr:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise GrammarError("the text holds bytes that are no characters in the encoding of this terminal")
    if "\n" in text or "\r" in text or "\0" in text:
        raise GrammarError("the text has more than one line or a control character; type one expression")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the tokenizer, e.g. about "1or z"; such text is refused anyway
            return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise GrammarError(_syntax_message(text, error)) from None
    except (MemoryError, RecursionError, ValueError):
        raise GrammarError("the expression is nested too deeply or holds a number that is too long") from None


def _syntax_message(text: str, error: SyntaxError) -> str:
    depth, opened = 0, 0
    for column, character in enumerate(text, 1):
        if character == "(":
            depth, opened = depth + 1, column if depth == 0 else opened
        elif character == ")":
            depth -= 1
            if depth < 0:
                return f"unbalanced parenthesis: ')' at column {column} closes nothing"
    if depth > 0:
        return f"unbalanced parenthesis: '(' at column {opened} is never closed"
    return f"not an expression near column {error.offset or 1}: {_shown(text)}"


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")


def _refuse(message: str, node: ast.expr) -> NoReturn:
    raise GrammarError(f"{message} at column {node.col_offset + 1}")


def _translate(node: ast.expr, text: str, depth: int) -> _Pair:
    if depth > MAX_DEPTH:
        _refuse(f"the expression is nested more than {MAX_DEPTH} deep", node)
    if isinstance(node, ast.Constant):
        return _number(node, text)
    if isinstance(node, ast.Name):
        return _name(node)
    if isinstance(node, ast.UnaryOp):
        return _unary(node, text, depth)
    if isinstance(node, ast.BinOp):
        return _binary(node, text, depth)
    if isinstance(node, ast.Call):
        return _call(node, text, depth)
    if isinstance(node, ast.Attribute):
        _refuse(f"attributes such as .{node.attr} are not part of the grammar", node)
    _refuse(f"{type(node).__name__} is not part of the grammar (numbers, z, + - * / **, functions)", node)


def _number(node: ast.Constant, text: str) -> _Pair:
    if isinstance(node.value, bool) or not isinstance(node.value, int | float):
        _refuse(f"{type(node.value).__name__} constant is not part of the grammar; numbers are", node)
    source = ast.get_source_segment(text, node) or ""
    # The literal's own digits are read, so that a decimal is exact and not the nearest double.
    match = re.fullmatch(r"\d*\.?\d*(?:[eE]([+-]?\d{1,9}))?", source)
    if match is None:
        _refuse("write numbers as plain decimals such as 3, 1.702 or 1e-3;", node)
    if match.group(1) is not None and abs(int(match.group(1))) > MAX_NUMBER_BITS // 4:
        _refuse(f"the number {source} has too large an exponent", node)
    return _rational(Fraction(source))


def _rational(value: Fraction) -> _Pair:
    return _Pair(sympy.Rational(value.numerator, value.denominator), tree.rational(value))


def _name(node: ast.Name) -> _Pair:
    if node.id in _CONSTANTS:
        return _CONSTANTS[node.id]
    name = _ALIASES.get(node.id, node.id)
    if name == "leaky_relu":
        _refuse("leaky_relu needs its slope, as in leaky_relu(1/10)", node)
    if name in _TWO_ARGUMENTS:
        _refuse(f"{node.id} needs two arguments, as in {node.id}(z, 0)", node)
    if name in FUNCTIONS:
        _refuse(f"{node.id} needs an argument here, as in {node.id}(z)", node)
    return _unknown(node)


def _unknown(node: ast.Name) -> NoReturn:
    close = get_close_matches(node.id, _KNOWN, n=1, cutoff=0.5) if len(node.id) > 1 else []
    shown = node.id if len(node.id) <= 40 else node.id[:37] + "..."
    hint = f"did you mean {close[0]!r}?" if close else "the variable is z; functions: " + ", ".join(FUNCTIONS)
    raise GrammarError(f"unknown name {shown!r} at column {node.col_offset + 1}; {hint}")


def _unary(node: ast.UnaryOp, text: str, depth: int) -> _Pair:
    pair = _translate(node.operand, text, depth + 1)
    if isinstance(node.op, ast.UAdd):
        return pair
    if isinstance(node.op, ast.USub):
        return _Pair(-pair.sympy, -pair.tree)
    _refuse(f"operator {type(node.op).__name__} is not part of the grammar", node)


def _binary(node: ast.BinOp, text: str, depth: int) -> _Pair:
    left = _translate(node.left, text, depth + 1)
    right = _translate(node.right, text, depth + 1)
    if isinstance(node.op, ast.Add):
        return _bounded(_Pair(left.sympy + right.sympy, left.tree + right.tree), node)
    if isinstance(node.op, ast.Sub):
        return _bounded(_Pair(left.sympy - right.sympy, left.tree - right.tree), node)
    if isinstance(node.op, ast.Mult):
        return _bounded(_Pair(left.sympy * right.sympy, left.tree * right.tree), node)
    if isinstance(node.op, ast.Div):
        if right.tree == tree.ZERO:
            _refuse("division by zero", node.right)
        return _bounded(_Pair(left.sympy / right.sympy, left.tree / right.tree), node)
    if isinstance(node.op, ast.Pow):
        return _power(left, right, node)
    hint = "; write powers as **" if isinstance(node.op, ast.BitXor) else ""
    _refuse(f"operator {type(node.op).__name__} is not part of the grammar{hint}", node)


def _power(base: _Pair, exponent: _Pair, node: ast.BinOp) -> _Pair:
    if exponent.tree.head != "rational":
        # b**g = exp(g·log b) needs a positive constant b; e and rationals are what people type.
        if base.tree == tree.E:
            return _Pair(sympy.exp(exponent.sympy), tree.apply("exp", exponent.tree))
        if base.tree == tree.PI or (base.tree.head == "rational" and base.tree.value > 0):
            raised = tree.apply("exp", exponent.tree * tree.apply("log", base.tree))
            return _Pair(base.sympy**exponent.sympy, raised)
        _refuse("an exponent that is not a rational number needs a positive constant base", node.right)
    value = exponent.tree.value
    if abs(value) > MAX_EXPONENT or value.denominator > MAX_EXPONENT:
        shown = str(value) if len(str(value)) <= 20 else f"{str(value)[:17]}..."
        _refuse(f"the exponent {shown} is too large (at most {MAX_EXPONENT}, denominators too)", node.right)
    if base.tree.head == "rational" and _bits(base.tree.value) * abs(value) > MAX_NUMBER_BITS:
        _refuse("the power is too large a number", node)
    if base.tree == tree.ZERO and value < 0:
        _refuse("division by zero", node)
    raised_tree = base.tree**value
    return _bounded(_Pair(base.sympy ** sympy.Rational(value.numerator, value.denominator), raised_tree), node)


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def _bounded(pair: _Pair, node: ast.expr) -> _Pair:
    if pair.tree.head == "rational" and _bits(pair.tree.value) > MAX_NUMBER_BITS:
        _refuse("a number grows too large", node)
    return pair


def _call(node: ast.Call, text: str, depth: int) -> _Pair:
    if not isinstance(node.func, ast.Name):
        if isinstance(node.func, ast.Attribute) and node.func.attr in FUNCTIONS:
            _refuse(f"write {node.func.attr}(...) without a module before it; a dotted name stands", node)
        _refuse("only the functions of the grammar can be called; a call of something else stands", node)
    name = _ALIASES.get(node.func.id, node.func.id)
    if name not in FUNCTIONS and name not in _TWO_ARGUMENTS:
        if name in _CONSTANTS:
            _refuse(f"{name} is not a function; write * for a product,", node)
        _unknown(node.func)
    if node.keywords or any(isinstance(a, ast.Starred) for a in node.args):
        _refuse(f"{name} takes plain arguments only", node)
    arguments = [_translate(a, text, depth + 1) for a in node.args]
    wanted = 2 if name in _TWO_ARGUMENTS else 1
    if name == "leaky_relu" and len(arguments) == 1:
        if not arguments[0].tree.is_constant():
            _refuse("leaky_relu(s) takes a constant slope; for an argument write leaky_relu(x, s)", node)
        arguments = [_CONSTANTS["z"], arguments[0]]
    if len(arguments) != wanted:
        _refuse(f"{name} takes {wanted} argument{'s' if wanted > 1 else ''}, not {len(arguments)},", node)
    pair = FUNCTIONS[name](*arguments) if wanted == 1 else _TWO_ARGUMENTS[name](*arguments)
    # silu, gelu, max and others hold their argument more than once: a nest of them doubles with every level.
    if _written_out(pair.tree) > MAX_WRITTEN_OUT:
        _refuse(f"written out, the expression has more than {MAX_WRITTEN_OUT} parts", node)
    return pair


def _written_out(expression: Expression) -> int:
    """Return the number of nodes, each counted as often as it occurs."""
    counts: dict[Expression, int] = {}
    for node in expression.subexpressions():
        counts[node] = 1 + sum(counts[argument] for argument in node.arguments)
    return counts[expression]
