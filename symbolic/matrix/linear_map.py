"""Derivatives as linear maps: Jacobians and Hessian blocks, their adjoints, and their matrices in vec order."""

from __future__ import annotations

from dataclasses import dataclass

from symbolic.derivation import Derivation
from symbolic.matrix.arithmetic import multiply
from symbolic.matrix.canonical import canonical_form
from symbolic.matrix.contraction import contraction
from symbolic.matrix.differential import Derived, direction, frechet_derivative, gradient
from symbolic.matrix.differentiation import factor_of_direction, without_node
from symbolic.matrix.dimensions import Shape, ShapeError
from symbolic.matrix.entrywise import EntrywiseCheck, check_equal
from symbolic.matrix.expression import Expression, Symbol
from symbolic.matrix.factoring import factored
from symbolic.matrix.operations import inner, substitute, symbols_of, vec
from symbolic.matrix.read_back import read_back
from symbolic.matrix.steps import ADJOINT, RIESZ, VECTORISE
from symbolic.matrix.tensor_sum import TensorSum, collected


@dataclass(frozen=True)
class LinearMap:
    """A linear map between spaces of matrices, written by its value at a direction symbol.

    Args:
        argument: The direction symbol.
        value: An expression linear in it.
        derivation: The steps that lead to the value.
        check: The entrywise re-check.
    """

    argument: Symbol
    value: Expression
    derivation: Derivation
    check: EntrywiseCheck

    def __call__(self, G: Expression) -> Expression:
        """Return the value of the map at ``G``."""
        return factored(read_back(canonical_form(substitute(self.value, {self.argument: G}))))

    def __str__(self) -> str:
        return f"{self.argument} -> {self.value}"

    def to_latex(self) -> str:
        """Return LaTeX of the map."""
        return rf"{self.argument.to_latex()} \mapsto {self.value.to_latex()}"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.to_latex()}$"

    def matrix(self) -> Derived:
        """Return the matrix ``J`` with ``vec(value) = J*vec(argument)``, in the one (column) vec order.

        Returns:
            Kronecker products, diagonal and commutation matrices where they suffice, exact for all dimensions.
        """
        G = self.argument
        if G.structure != "general":
            raise ShapeError(
                f"matrix of {self}", f"{G} is {G.structure}: its vec has entries that depend on each other"
            )
        J = factored(read_back(_without_direction(canonical_form(vec(self.value)), G)))
        claimed = multiply(J, vec(G))
        derivation = Derivation(vec(self.value)).then(claimed, VECTORISE)
        return Derived(J, derivation, check_equal(vec(self.value), claimed))

    def adjoint(self) -> LinearMap:
        """Return the adjoint for the Frobenius inner product.

        Returns:
            The map ``L*`` with ``inner(L(G), H) = inner(G, L*(H))`` for all ``G`` and ``H``.
        """
        G = self.argument
        taken = {symbol.name for symbol in symbols_of(self.value)}
        name = next(name for name in ("H", *(f"H_{i}" for i in range(len(taken) + 1))) if name not in taken)
        H = Symbol(name, *self.value.shape)
        pairing = inner(self.value, H)
        result = factored(read_back(factor_of_direction(canonical_form(pairing), G)))
        derivation = Derivation(pairing).then(inner(result, G), ADJOINT)
        if not canonical_form(result).is_zero:
            derivation = derivation.then(result, RIESZ)
        return LinearMap(H, result, derivation, check_equal(pairing, inner(result, G)))


def jacobian(F: Expression, U: Symbol) -> LinearMap:
    """Return the derivative of a matrix-valued map as a linear map of the direction.

    Args:
        F: A matrix expression.
        U: The variable.

    Returns:
        ``dU -> DF[dU]``; its ``matrix()`` is the derivative of ``vec(F)`` by ``vec(U)``.

    Example:
        >>> from symbolic.matrix.symbols import matrix
        >>> W, S = matrix("W", "m", "k"), matrix("S", "k", "n")
        >>> J = jacobian(W * S, W)
        >>> print(J, "|", J.matrix())
        dW -> dW*S | kronecker(S.T, identity(m))
    """
    G = direction(U, [F])
    along = frechet_derivative(F, {U: G})
    return LinearMap(G, along.expression, along.derivation, along.check)


def hessian_block(f: Expression, U: Symbol, V: Symbol) -> LinearMap:
    """Return the block of the Hessian that takes a direction of ``V`` to the change of the gradient in ``U``.

    Args:
        f: A scalar expression.
        U: The variable of the gradient.
        V: The variable that moves.

    Returns:
        ``dV -> D_V(gradient in U)[dV]``; the block with ``U`` and ``V`` exchanged is its adjoint.

    Example:
        >>> from symbolic.matrix.symbols import matrix
        >>> from symbolic.matrix.operations import norm2
        >>> X, W, S = matrix("X", "m", "n"), matrix("W", "m", "k"), matrix("S", "k", "n")
        >>> print(hessian_block(norm2(X - W * S) / 2, W, S))
        dS -> (W*S - X)*dS.T + W*dS*S.T
    """
    return jacobian(gradient(f, U).expression, V)


def _without_direction(form: TensorSum, G: Symbol) -> TensorSum:
    """Return the matrix whose product with vec(G) is ``form``: the node of G taken out, its slots the columns."""
    rows = len(G.rows.factors)
    shape = Shape(form.shape.rows, G.cols * G.rows)
    terms = []
    for term, c in form.terms:
        nodes, slots = without_node(term, G)
        factor, reduced = contraction(term.dims, nodes, term.rows, slots[rows:] + slots[:rows])
        terms.append((reduced, c * factor))
    return collected(shape, terms)
