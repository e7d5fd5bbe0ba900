r"""The change of variables that turns orthogonal weights into the identity, step by step.

Words in the letters U, Uᵀ, x, a, … are multiplied in a free algebra; the only relation used is UᵀU = UUᵀ = I. A word
is a tuple of letters; rewriting cancels adjacent U and Uᵀ, which terminates and is confluent, so two words are equal
modulo the relation exactly when their reduced words are.
"""

from __future__ import annotations

from dataclasses import dataclass

from symbolic.derivation import Derivation, Rule

_CANCEL = (("U'", "U"), ("U", "U'"))
_LATEX = {
    "U'": r"U^{\top}",
    "U": "U",
    "e'": r"e_i^{\top}",
    "x": "x",
    "x'": r"x^{\top}",
    "a": "a_i",
    "a'": r"a_i^{\top}",
    "s": "s",
    "s'": r"s^{\top}",
}


@dataclass(frozen=True)
class Word:
    """A product of letters; ``'`` marks a transpose."""

    letters: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Word:
        """Return the word written with spaces between letters, e.g. ``"x' U s"``."""
        return cls(tuple(text.split()))

    def reduced(self) -> Word:
        """Return the word with every adjacent pair U'U and UU' cancelled."""
        stack: list[str] = []
        for letter in self.letters:
            if stack and (stack[-1], letter) in _CANCEL:
                stack.pop()
            else:
                stack.append(letter)
        return Word(tuple(stack))

    def substituted(self) -> Word:
        """Return the word with x = U s put in."""
        image = {"x": ("U", "s"), "x'": ("s'", "U'")}
        return Word(tuple(new for letter in self.letters for new in image.get(letter, (letter,))))

    def to_latex(self) -> str:
        """Return the word as LaTeX."""
        return " ".join(_LATEX[letter] for letter in self.letters)

    def __str__(self) -> str:
        return " ".join(self.letters)


SUBSTITUTION = Rule("substitute x = U s", lambda b, a: isinstance(b, Word) and b.substituted() == a)
ORTHOGONALITY = Rule(
    "U'U = UU' = I", lambda b, a: isinstance(b, Word) and isinstance(a, Word) and b.reduced() == a.reduced()
)


def coordinates_become_independent(after: str = "e' s") -> Derivation:
    """Return the derivation u_i'x = e_i'U'x = s_i."""
    return (
        Derivation(Word.of("e' U' x"))
        .then(Word.of("e' U' U s"), SUBSTITUTION)
        .then(Word.of(after), ORTHOGONALITY, "the i-th column of U meets x in the i-th coordinate of s")
    )


def density_is_unchanged(after: str = "s' s") -> Derivation:
    """Return the derivation ‖x‖² = ‖s‖²: the standard normal density takes the same value at x and at s."""
    return (
        Derivation(Word.of("x' x"))
        .then(Word.of("s' U' U s"), SUBSTITUTION)
        .then(Word.of(after), ORTHOGONALITY, "and det(U)² = det(U'U) = 1, so dx = ds")
    )


def directions_keep_their_norm(after: str = "a' a") -> Derivation:
    """Return the derivation ‖U'a_i‖² = ‖a_i‖²; with x'a_i = s'(U'a_i) the constraint is the same for U'a_i."""
    return Derivation(Word.of("a' U U' a")).then(
        Word.of(after), ORTHOGONALITY, "x'a_i = s'(U'a_i), so U'a_i is renamed a_i"
    )
