"""Search: BM25 over words, and several rankings fused into one."""
