"""Claims that a comment makes and that can be checked against the code, one rule each."""
