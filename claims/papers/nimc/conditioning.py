"""The hypotheses on weights, features and activation that statements of several sections share."""

from __future__ import annotations

from sympy import symbols

from claims.statement import Hypothesis

FULL_RANK = Hypothesis("full column rank", r"$U\in\mathbb R^{d\times k}$ has rank k; $\sigma_1\ge\dots\ge\sigma_k>0$")
NORMALIZED = Hypothesis("smallest singular value 1", r"$\sigma_k(U^*)=\sigma_k(V^*)=1$")
EVEN_SLOPE = Hypothesis("beta_11 = 0", r"$\beta_{1,1}=0$")
GAUSSIAN = Hypothesis("Gaussian features", r"x, y independent, $\mathcal N(0,I_d)$")

# σ_i, and what must be added to reach a larger singular value.
SIGMA, ABOVE = symbols("sigma above")
