"""Rigorous and sampled numbers: enclosures by ball arithmetic, exact evaluators of witnesses, seeded instances."""
