"""`check` as a linter: which files, which rules, what is silenced, and how findings are written."""
