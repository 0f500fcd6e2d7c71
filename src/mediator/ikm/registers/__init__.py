"""Registers of the ministries, read in: mapping, dry run, a line for each row, and doubles offered for merging."""
