"""New comments for functions: written, weighed, and put back into the source."""
