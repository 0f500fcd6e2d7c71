"""The ``mediator`` command. Holds no rules: parses, calls, presents."""
