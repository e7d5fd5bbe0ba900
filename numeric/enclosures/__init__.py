"""Certified enclosures of Gaussian expectations: expression trees, bounds, quadratures, theta series."""
