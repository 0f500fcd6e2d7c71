"""A world to look at: merchants, goods and deals in every state, told through the real services. See README.md."""
