"""One explained value of a producer, the gate to the first shelf, and what both set."""
