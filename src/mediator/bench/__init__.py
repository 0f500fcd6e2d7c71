"""Measurements of the engine on a durable server, as ratios of one run: machines differ, ratios less so."""
