"""How a product stands against imports, and what would close the gap."""
