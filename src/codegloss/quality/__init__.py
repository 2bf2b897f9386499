"""Can a comment be trusted? Whether it is consistent with its code, and whether it leads to it."""
