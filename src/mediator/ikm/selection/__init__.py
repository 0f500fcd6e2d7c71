"""Selection (kurasi): criteria as data, and two people who score without seeing each other's sheet."""
