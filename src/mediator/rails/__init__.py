"""Money in and out: the interface every rail fits, what a rail's notices cause, and the sandbox rail."""
