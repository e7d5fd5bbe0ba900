"""What the statements of the paper share: their standing assumptions, and how a formula's record is made."""

from __future__ import annotations

from claims.statement import Hypothesis

DEGREE = Hypothesis(
    "positive degree", r"$\phi$ and $g$ are positively homogeneous with the same degree $p>0$; $0\cdot\infty=0$"
)
NONDEGENERATE = Hypothesis("nondegenerate", r"$(\phi,g)$ is a nondegenerate pair in the sense of Definition 8")
CONVEX = Hypothesis(
    "convex loss", r"$\ell$ is differentiable and jointly convex in $(X,Q)$, $H$ is convex, $\lambda>0$"
)
FINITE = Hypothesis("finite value", r"a local minimum has a finite value of $f_r$")
MINIMUM = Hypothesis("minimum exists", r"the minimum of $F$ exists")
COMPACT = Hypothesis("compact", r"$\Gamma=\{\phi(z):g(z)\le 1\}$ is compact")
STANDING = (DEGREE, NONDEGENERATE, CONVEX, FINITE)
