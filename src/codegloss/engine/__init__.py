"""Runs a stage, a pure function of one row, over an input: on this machine or on a Ray cluster."""

from codegloss.engine.drive import run
from codegloss.engine.stage import Engine, EngineError, Interrupted, Progress, Silent, Stage, WorkerDied

__all__ = ["Engine", "EngineError", "Interrupted", "Progress", "Silent", "Stage", "WorkerDied", "run"]
