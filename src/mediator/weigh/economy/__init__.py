"""From what a policy charges a population to what the economy makes of it: the formulas of ``model`` put together."""
