"""The exits above 0 as a chain of ONNX segments, run one after another, and no further than asked.

A segment takes the states of the tokens (B, L, d) float32, which for the first are rows of the
token table, and `mask` (B, L) int64. It gives `vector` (B, dimensions), of length 1, and, unless
it is the last, the states for the next one. What states are called is left to the segment. It
is opened when it is first needed.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codegloss.encoder.checkpoint import Checkpoint, EncoderError, TokenTable, segment_names

MASK, VECTOR = "mask", "vector"


@dataclass(frozen=True, slots=True)
class _Segment:
    session: Any
    takes: str  # its names for the states of the tokens
    gives: str


class Chain:
    """Segments of one encoder; threads may share it."""

    def __init__(self, checkpoint: Checkpoint, tokens: TokenTable) -> None:
        self._checkpoint = checkpoint
        self._tokens = tokens
        self._exits = [k for k in checkpoint.exits if k > 0]
        self._names = segment_names(checkpoint)
        self._opened: list[_Segment] = []
        self._lock = threading.Lock()

    @property
    def opened(self) -> int:
        """How many segments were needed so far."""
        return len(self._opened)

    def run(self, blocks: Sequence[NDArray[np.int32]], exit: int) -> NDArray[np.float32]:
        """(n, dimensions) unit vectors of n blocks of token ids, marks included, in one batch.

        Raises EncoderError for a segment that cannot be read or gives numbers that are none.
        """
        depth = self._exits.index(exit) + 1
        segments = self._until(depth)
        state, mask = self._embedded(blocks)
        for place, segment in enumerate(segments):
            wanted = segment.gives if place < depth - 1 else VECTOR
            (state,) = segment.session.run([wanted], {segment.takes: state, MASK: mask})
        vectors: NDArray[np.float32] = state
        if not np.isfinite(vectors).all():
            path = self._checkpoint.folder / self._names[depth - 1]
            raise EncoderError(f"{path}: gives NaN, from a weight that is none; export the encoder again")
        return vectors

    def _embedded(self, blocks: Sequence[NDArray[np.int32]]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        lengths = np.fromiter(map(len, blocks), np.int64, len(blocks))
        mask = np.arange(lengths.max()) < lengths[:, None]
        ids = np.zeros(mask.shape, np.int32)
        ids[mask] = np.concatenate(blocks)
        rows = self._tokens.table[ids] * self._tokens.scale[ids][..., None]
        return rows, mask.astype(np.int64)

    def _until(self, depth: int) -> list[_Segment]:
        with self._lock:
            while len(self._opened) < depth:
                self._opened.append(self._open(self._names[len(self._opened)]))
            return self._opened[:depth]

    def _open(self, name: str) -> _Segment:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        # One thread a run: blocks are spread over threads instead, which never wait for each other.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Exact where a processor multiplies 8 bits without VNNI; elsewhere it changes nothing.
        options.add_session_config_entry("session.x64quantprecision", "1")
        path = self._checkpoint.folder / name
        data = self._checkpoint.read(name)
        try:
            session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's exceptions have no common base of their own
            reason = str(error).splitlines()[0]
            raise EncoderError(f"{path}: not a segment ({reason}); export it again") from error
        inputs = [put.name for put in session.get_inputs()]
        outputs = [put.name for put in session.get_outputs()]
        takes = [put for put in inputs if put != MASK]
        gives = [put for put in outputs if put != VECTOR]
        is_last = name == self._names[-1]
        if MASK not in inputs or VECTOR not in outputs or len(takes) != 1 or (not gives and not is_last):
            raise EncoderError(
                f"{path}: takes {', '.join(inputs)} and gives {', '.join(outputs)}, as no segment does; "
                "export it again"
            )
        return _Segment(session, takes[0], gives[0] if gives else VECTOR)
