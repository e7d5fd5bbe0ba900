"""Values of Ω(X) = inf{Σg : Σφ = X}: exact for finitely many atoms, certified bounds for the nuclear norm."""
