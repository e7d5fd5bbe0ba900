"""Statement, derivation, cross-check, verdict: the only place where exact and rigorous results meet."""
