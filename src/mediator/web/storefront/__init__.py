"""The shop, deal links, basket, checkout and payment."""
