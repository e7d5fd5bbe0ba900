"""Exact evaluation of population forms for polynomial activations, and instances for them."""
