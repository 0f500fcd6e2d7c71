"""A producer's own way: profile, permits, products, selection, mentoring and standing."""
