"""Producers, their permits and products, and the size the law gives them."""
