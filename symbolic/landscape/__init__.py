"""The landscape of matrix factorization: exact canonical points and the spectrum of the Hessian map."""
