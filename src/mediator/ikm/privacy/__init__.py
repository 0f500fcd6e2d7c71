"""Personal data by law 27/2022: purposes, consent, who looked, export and erasure."""
