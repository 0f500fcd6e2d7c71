"""Listings, search, baskets, deal links and checkout: how a deal comes to be opened."""
