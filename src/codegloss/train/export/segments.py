"""From a `MultiExit` model to ONNX graphs, one segment for each exit above 0.

A segment runs the layers between the exit below and its own, and its own head. Attention goes
out as one fused operator of onnxruntime's, whatever the family, by way of the attention
interface of `transformers`: a graph of its parts is a third slower.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from codegloss.train.model import MultiExit

OPSET = 20  # the first with Gelu as one operator
_FUSED = "codegloss_fused"
_MASKED = -1e4  # far below any score, and still a number in half precision


class Segment(nn.Module):
    """Layers `start` to `stop` of a model and the head of exit `stop`. Shapes: B texts, L tokens."""

    def __init__(self, model: MultiExit, start: int, stop: int) -> None:
        super().__init__()
        self.trunk: Any = model.trunk
        self.head = model.heads[str(stop)]
        self.start = start
        self.stop = stop
        self.last = stop == model.exits[-1]

    def forward(self, state: Tensor, mask: Tensor) -> tuple[Tensor, ...]:
        """(B, L, d) rows of the table or hidden states, and (B, L) mask, to vectors and hidden states."""
        hidden = state if self.start else self.trunk.embed(state)
        context = self.trunk.context(mask, hidden)
        for index in range(self.start, self.stop):
            hidden = self.trunk.layer(index, hidden, context)
        vector = self.head(hidden, mask)
        return (vector,) if self.last else (vector, hidden)


def segments(model: MultiExit) -> list[Segment]:
    """The chain of a model, from the lowest exit above 0 to the last."""
    stops = [k for k in model.exits if k > 0]
    return [Segment(model, start, stop).eval() for start, stop in zip([0, *stops], stops, strict=False)]


def to_onnx(segment: Segment) -> Any:
    """The ONNX graph (`onnx.ModelProto`, float32) of a segment; batch and length are dynamic.

    Inputs `embedded` or `hidden`, and `mask`; outputs `vector`, and `next_hidden` unless it is the
    last (ONNX lets no output bear an input's name).
    """
    width = segment.trunk.hidden
    example = (torch.zeros(2, 8, width), torch.ones(2, 8, dtype=torch.int64))
    batch, length = torch.export.Dim("batch"), torch.export.Dim("length")
    shape = {0: batch, 1: length}
    with fused_attention(segment), _quiet(), torch.no_grad():
        program = torch.onnx.export(
            segment,
            example,
            dynamo=True,
            opset_version=OPSET,
            input_names=["hidden" if segment.start else "embedded", "mask"],
            output_names=["vector"] if segment.last else ["vector", "next_hidden"],
            dynamic_shapes={"state": shape, "mask": shape},
            verbose=False,
        )
    assert program is not None
    return _anonymous(program.model_proto)


@contextmanager
def fused_attention(module: nn.Module) -> Iterator[None]:
    """Inside, attention of `transformers` models is traced as onnxruntime's MultiHeadAttention."""
    from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

    ALL_ATTENTION_FUNCTIONS.register(_FUSED, _multi_head_attention)
    configurations = {id(part.config): part.config for part in module.modules() if hasattr(part, "config")}
    before = {key: found._attn_implementation for key, found in configurations.items()}
    try:
        for found in configurations.values():
            found._attn_implementation = _FUSED
        yield
    finally:
        for key, found in configurations.items():
            found._attn_implementation = before[key]


def _multi_head_attention(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor,
    scaling: float | None = None,
    **_: Any,
) -> tuple[Tensor, None]:
    """(B, heads, L, d / heads) each, mask true where a token is seen, to (B, L, heads, d / heads)."""
    batch, heads, length, width = query.shape
    if key.shape[1] != heads:  # grouped queries: each key serves several
        key = key.repeat_interleave(heads // key.shape[1], 1)
        value = value.repeat_interleave(heads // value.shape[1], 1)
    rows = [part.transpose(1, 2).reshape(batch, length, heads * width) for part in (query, key, value)]
    bias = (1.0 - attention_mask.to(query.dtype)) * _MASKED
    output = torch.onnx.ops.symbolic(
        "com.microsoft::MultiHeadAttention",
        (*rows, None, None, bias.expand(-1, 1, length, length)),
        attrs={"num_heads": heads, "scale": float(scaling or width**-0.5)},
        dtype=query.dtype,
        shape=(batch, length, heads * width),
        version=1,
    )
    return output.reshape(batch, length, heads, width), None


def _anonymous(graph: Any) -> Any:
    """Without names of source files and other traces of where it was made: two exports are equal."""
    for part in (graph, graph.graph, *graph.graph.node, *graph.graph.input, *graph.graph.output):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    graph.ClearField("functions")
    graph.graph.ClearField("value_info")
    graph.graph.ClearField("metadata_props")
    for tensor in graph.graph.initializer:
        tensor.ClearField("doc_string")
        tensor.ClearField("metadata_props")
    graph.producer_name, graph.producer_version = "codegloss", ""
    return graph


@contextmanager
def _quiet() -> Iterator[None]:
    """The exporter speaks of torchvision, and of axes that share a name: nothing a user can act on."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
