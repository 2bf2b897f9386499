"""New comments in the source: a file planned, proven syntax-equal, written, and given back."""
