"""Books, entries, balances, and the chained journal from which all of it can be derived again."""
