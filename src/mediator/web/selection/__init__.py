"""The desks of those who select: verifier, validator, curator; and figures of selection in public."""
