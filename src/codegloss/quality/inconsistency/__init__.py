"""A learned classifier: how probable it is that a comment does not fit its code."""
