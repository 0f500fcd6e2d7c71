"""The mentor's desk: programmes, sessions, tasks and what changed."""
