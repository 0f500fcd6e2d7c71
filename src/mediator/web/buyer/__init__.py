"""One deal, for its buyer."""
