"""Pages and the health check. Holds no rules: reads, presents."""
