"""Graphs of other families than BERT."""

from __future__ import annotations

import numpy as np
import torch
from transformers import ModernBertConfig, ModernBertModel

from codegloss.train.export.segments import segments, to_onnx
from codegloss.train.model import MultiExit
from codegloss.train.trunk import ModernBertTrunk


def test_modernbert_keeps_its_windows_and_rotations() -> None:
    from onnxruntime import InferenceSession

    torch.manual_seed(0)
    configuration = ModernBertConfig(
        vocab_size=40,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=48,
        local_attention=4,
        global_attn_every_n_layers=2,
        pad_token_id=0,
        attention_dropout=0.0,
    )
    model = MultiExit(ModernBertTrunk(ModernBertModel(configuration), 2), (2,), 16).eval()
    (segment,) = segments(model)
    graph = to_onnx(segment)
    assert sum(node.op_type == "MultiHeadAttention" for node in graph.graph.node) == 2
    assert model.trunk.layers[0].attn.config._attn_implementation != "codegloss_fused"  # given back
    ids = torch.randint(1, 40, (3, 17))
    mask = torch.ones(3, 17, dtype=torch.int64)
    mask[1, 9:] = 0
    with torch.no_grad():
        expected = model(ids, mask)[2].numpy()
        embedded = model.trunk.table()(ids).numpy()
    session = InferenceSession(graph.SerializeToString())
    (found,) = session.run(["vector"], {"embedded": embedded, "mask": mask.numpy()})
    assert np.allclose(found, expected, atol=1e-4)
