"""Block matrices of opaque size: noncommutative words with rewriting rules, multiplied and compared in normal form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symbolic.derivation import Rule

Word = tuple[str, ...]
Relations = Mapping[tuple[str, ...], "Words"] | Mapping[tuple[str], "Words"] | Mapping[tuple[str, str], "Words"]


@dataclass(frozen=True)
class Words:
    """An integer combination of words in letters; a letter ``A'`` is the transpose of ``A``.

    Args:
        terms: (word, coefficient) pairs, sorted, without zeros; the empty word is an identity.
    """

    terms: tuple[tuple[Word, int], ...] = ()

    def __add__(self, other: Words) -> Words:
        return _collect([*self.terms, *other.terms])

    def __neg__(self) -> Words:
        return Words(tuple((word, -c) for word, c in self.terms))

    def __sub__(self, other: Words) -> Words:
        return self + -other

    def __mul__(self, other: Words) -> Words:
        return _collect([(u + v, c * e) for u, c in self.terms for v, e in other.terms])

    @property
    def T(self) -> Words:
        """Return the transpose: every word reversed, every letter transposed."""
        return _collect([(tuple(_flip(x) for x in reversed(word)), c) for word, c in self.terms])

    def reduced(self, relations: Relations) -> Words:
        """Return the normal form under the rewriting rules, applied leftmost first until none fits."""
        pending, done = list(self.terms), []
        while pending:
            word, c = pending.pop()
            step = _rewrite(word, relations)
            if step is None:
                done.append((word, c))
            else:
                pending += [(w, c * e) for w, e in step.terms]
        return _collect(done)

    def to_latex(self) -> str:
        """Return the combination in LaTeX."""
        if not self.terms:
            return "0"
        text = ""
        for word, c in self.terms:
            body = " ".join(_letter(x) for x in word) or "I"
            sign = "-" if c < 0 else ("+" if text else "")
            text += f" {sign} " + (str(abs(c)) if abs(c) != 1 else "") + body
        return text.strip()


def _flip(letter: str) -> str:
    return letter[:-1] if letter.endswith("'") else letter + "'"


def _letter(letter: str) -> str:
    return f"{letter[:-1]}^\\top" if letter.endswith("'") else letter


def _collect(terms: Sequence[tuple[Word, int]]) -> Words:
    total: dict[Word, int] = {}
    for word, c in terms:
        total[word] = total.get(word, 0) + c
    return Words(tuple(sorted((w, c) for w, c in total.items() if c)))


def _rewrite(word: Word, relations: Relations) -> Words | None:
    for start in range(len(word)):
        for pattern, value in relations.items():
            if word[start : start + len(pattern)] == pattern:
                return Words(((word[:start], 1),)) * value * Words(((word[start + len(pattern) :], 1),))
    return None


def word(text: str) -> Words:
    r"""Return one word from its letters separated by spaces; an empty text is the identity.

    Example:
        >>> (word("A B") + word("A B")).T.to_latex()
        '2B^\\top A^\\top'
    """
    return Words(((tuple(text.split()), 1),))


ZERO, ONE = Words(), word("")


@dataclass(frozen=True)
class Blocks:
    """A matrix of blocks, each a combination of words."""

    rows: tuple[tuple[Words, ...], ...]

    def __matmul__(self, other: Blocks) -> Blocks:
        made = []
        for row in self.rows:
            line = []
            for j in range(len(other.rows[0])):
                total = ZERO
                for k, entry in enumerate(row):
                    total = total + entry * other.rows[k][j]
                line.append(total)
            made.append(tuple(line))
        return Blocks(tuple(made))

    @property
    def T(self) -> Blocks:
        """Return the transpose, blocks and all."""
        return Blocks(tuple(tuple(entry.T for entry in column) for column in zip(*self.rows, strict=True)))

    def reduced(self, relations: Relations) -> Blocks:
        """Return the matrix with every block in normal form."""
        return Blocks(tuple(tuple(entry.reduced(relations) for entry in row) for row in self.rows))

    def to_latex(self) -> str:
        """Return the block matrix in LaTeX."""
        lines = r" \\ ".join(" & ".join(entry.to_latex() for entry in row) for row in self.rows)
        return rf"\begin{{pmatrix}} {lines} \end{{pmatrix}}"


def blocks(*rows: Sequence[str | Words]) -> Blocks:
    """Return a block matrix; texts are words, ``"0"`` and ``"I"`` the zero and the identity."""
    table = {"0": ZERO, "I": ONE}
    return Blocks(tuple(tuple(e if isinstance(e, Words) else table.get(e, word(e)) for e in row) for row in rows))


@dataclass(frozen=True)
class Product:
    """A product of block matrices, not yet multiplied out."""

    factors: tuple[Blocks, ...]

    def to_latex(self) -> str:
        """Return the factors side by side."""
        return " ".join(factor.to_latex() for factor in self.factors)


def multiplication(relations: Relations) -> Rule:
    """Return the rule that multiplies a product of block matrices out and reduces words by ``relations``.

    Example:
        >>> from symbolic.derivation import Derivation
        >>> frame = {("E'", "E"): ONE}
        >>> X, Y = blocks(["E A'"]), blocks(["E"])
        >>> Derivation(Product((X.T, Y))).then(blocks(["A"]), multiplication(frame)).recheck()
        True
    """

    def holds(before: object, after: object) -> bool:
        if not isinstance(before, Product) or not isinstance(after, Blocks):
            return False
        total = before.factors[0]
        for factor in before.factors[1:]:
            total = total @ factor
        return total.reduced(relations) == after.reduced(relations)

    return Rule("block multiplication", holds)
