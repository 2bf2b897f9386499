"""What writes comments: without a model, with one, by repairing; and what it is told."""
