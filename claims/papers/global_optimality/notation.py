"""What the statements of the paper share: their standing assumptions, and what may be taken from elsewhere."""

from __future__ import annotations

from claims.statement import Hypothesis

DEGREE = Hypothesis(
    "positive degree",
    r"""$\phi$ and $g$ are positively homogeneous with the same degree $p>0$: a slice scaled by $t^{1/p}$, $t\ge 0$, has
$\phi$ and $g$ scaled by $t$, so $\phi(0)=0$ and $g(0)=0$; $g\ge 0$; $0\cdot\infty=0$""",
)
NONDEGENERATE = Hypothesis("nondegenerate", r"$(\phi,g)$ is a nondegenerate pair in the sense of Definition 8")
CONVEX = Hypothesis(
    "convex loss", r"$\ell$ is differentiable and jointly convex in $(X,Q)$, $H$ is convex, $\lambda>0$"
)
FINITE = Hypothesis("finite value", r"a local minimum has a finite value of $f_r$")
MINIMUM = Hypothesis("minimum exists", r"the minimum of $F$ exists")
COMPACT = Hypothesis("compact", r"$\Gamma=\{\phi(z):g(z)\le 1\}$ is compact")
STANDING = (DEGREE, NONDEGENERATE, CONVEX, FINITE)
LOCAL = Hypothesis("local minimum", r"the point $(X^1,\dots,X^K,Q)$ is a local minimum of $f_r$")
DUAL = Hypothesis("Fenchel dual", r"$\Omega^*(W)=\sup_Z\langle W,Z\rangle-\Omega(Z)$, the definition before (27)")
ZERO_SLICE = Hypothesis("zero slice", r"slice $i_0$ of every factor is zero")

DEFINITION_5 = "global-optimality:definition-5"
INFIMUM = "global-optimality:definition-9"
SUPREMUM = "global-optimality:equation-26"
POLAR = "global-optimality:equation-26.inequality"
REDUCTION = "global-optimality:equation-18.reduction"
SIZE = "global-optimality:equation-18.size"
CONCATENATION = "global-optimality:equation-10"
TANGENT = "global-optimality:textbook.tangent"
DEPENDENCE = "global-optimality:textbook.dependence"
SINGULAR_VALUES = "global-optimality:textbook.singular-values"
COMPACTNESS = "global-optimality:textbook.compactness"
SUBGRADIENT = "global-optimality:textbook.subgradient"
PROGRAMMING = "global-optimality:textbook.linear-programming"
INTERMEDIATE = "global-optimality:textbook.intermediate-value"
LOGARITHM = "global-optimality:textbook.logarithm"
