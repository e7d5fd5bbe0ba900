"""The population Hessian's quadratic form, for every size: index sums, moments, spectrum."""
