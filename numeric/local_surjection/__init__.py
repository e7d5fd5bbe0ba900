"""Local surjection, seen from the other side: plain evaluation, certificates tried anew, floating-point preimages."""
