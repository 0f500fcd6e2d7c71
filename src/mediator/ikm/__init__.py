"""Small and medium industry: who produces, what was selected, who was mentored, and what follows from it."""
