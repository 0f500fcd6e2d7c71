"""Registers of the ministries: read in with a dry run, and doubles looked at by a person."""
