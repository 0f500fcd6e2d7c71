"""Notices to people: what happened to a deal, told to those it concerns."""
