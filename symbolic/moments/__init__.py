"""Exact activation moments: activations, Stein's lemma, closed-form Gaussian integrals."""
