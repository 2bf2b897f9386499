"""From repositories to functions: find files, parse them, pair each function with its comment."""
