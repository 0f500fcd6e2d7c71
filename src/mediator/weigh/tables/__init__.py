"""The rows of an answer, each kind made from a population's bills and from what the economy makes of them."""
