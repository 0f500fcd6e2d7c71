"""The engine: commands in, results out, set-based, in one database transaction."""
