"""Evaluation: tasks, the systems that do them, and what came of it."""
