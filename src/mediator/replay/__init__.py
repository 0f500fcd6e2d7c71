"""Real marketplace data on its way through the escrow. Here: reading it; see README.md."""
