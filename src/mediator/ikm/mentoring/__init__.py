"""Mentoring (pendampingan) by several bodies: programmes, sessions, tasks, and what changed."""
