"""The figures of a training stage on disk: `log.jsonl`, one line a step, and TensorBoard's files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from codegloss.dataset.files import write_text


class Log:
    """Figures of each step, in `log.jsonl` and for TensorBoard; on resuming, lines past the checkpoint go."""

    def __init__(self, folder: Path, done: int, writes: bool) -> None:
        self._folder = folder
        self._done = done
        self._writes = writes

    def __enter__(self) -> Log:
        if self._writes:
            from torch.utils.tensorboard import SummaryWriter

            self._folder.mkdir(parents=True, exist_ok=True)
            file = self._folder / "log.jsonl"
            lines = file.read_text().splitlines() if file.is_file() else []
            write_text(file, "".join(f"{line}\n" for line in lines[: self._done]))
            self._file = file.open("a")
            self._board = SummaryWriter(str(self._folder / "tensorboard"), purge_step=self._done)
        return self

    def write(self, step: int, figures: dict[str, float]) -> None:
        """One line, and one point a figure."""
        if not self._writes:
            return
        self._file.write(json.dumps({"step": step, **figures}) + "\n")
        self._file.flush()
        for name, value in figures.items():
            self._board.add_scalar(name.replace(" ", "_").replace(",", ""), value, step)

    def __exit__(self, *_: Any) -> None:
        if self._writes:
            self._file.close()
            self._board.close()


def read_log(folder: Path) -> Sequence[dict[str, float]]:
    """The lines of a stage's log, one a step."""
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
