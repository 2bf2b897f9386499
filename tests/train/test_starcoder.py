"""StarCoder-2 blocks as an encoder."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from transformers import Starcoder2Config, Starcoder2Model

from codegloss.train.model import MultiExit
from codegloss.train.starcoder import Starcoder2Trunk


def tiny_model(window: int | None = None) -> Starcoder2Model:
    torch.manual_seed(0)
    config = Starcoder2Config(
        bos_token_id=None,
        eos_token_id=None,
        vocab_size=50,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=64,
        sliding_window=window,
    )
    return Starcoder2Model(config).eval()


def through(trunk: Starcoder2Trunk, ids: Tensor, mask: Tensor) -> Tensor:
    hidden = trunk.embed(trunk.table()(ids))
    context = trunk.context(mask, hidden)
    for index in range(trunk.depth):
        hidden = trunk.layer(index, hidden, context)
    return hidden


def test_later_tokens_are_seen_by_earlier_ones() -> None:
    model = tiny_model()
    trunk = Starcoder2Trunk(model, 4).eval()
    ids = torch.arange(10)[None]
    changed = ids.clone()
    changed[0, 9] = 40
    mask = torch.ones_like(ids, dtype=torch.bool)
    assert (through(trunk, ids, mask)[0, 0] - through(trunk, changed, mask)[0, 0]).abs().max() > 1e-4


def test_no_sliding_window() -> None:
    trunk = Starcoder2Trunk(tiny_model(window=2), 1).eval()
    ids = torch.arange(20)[None]
    changed = ids.clone()
    changed[0, 19] = 40
    mask = torch.ones_like(ids, dtype=torch.bool)
    assert (through(trunk, ids, mask)[0, 0] - through(trunk, changed, mask)[0, 0]).abs().max() > 1e-5


def test_same_as_the_decoder_with_a_full_mask() -> None:
    """Layer for layer what transformers computes when it is handed a mask that hides nothing."""
    model = tiny_model()
    ids = torch.randint(0, 50, (2, 9), generator=torch.manual_seed(1))
    full = torch.zeros(2, 1, 9, 9)
    with torch.no_grad():
        states = model(ids, attention_mask=full, output_hidden_states=True, use_cache=False).hidden_states
        trunk = Starcoder2Trunk(model, 4).eval()
        ours = through(trunk, ids, torch.ones_like(ids, dtype=torch.bool))
        third = through(Starcoder2Trunk(model, 3).eval(), ids, torch.ones_like(ids, dtype=torch.bool))
    torch.testing.assert_close(third, states[3], atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(model.norm(ours), states[4], atol=1e-5, rtol=1e-5)


def test_the_decoder_is_left_as_it_was() -> None:
    model = tiny_model(window=3)
    Starcoder2Trunk(model, 2)
    assert model.config.sliding_window == 3
    assert len(model.layers) == 4


@pytest.mark.parametrize("left", [False, True])
def test_padding_changes_no_vector(left: bool) -> None:
    """Rotary positions are relative, so that it does not matter on which side the padding stands."""
    model = MultiExit(Starcoder2Trunk(tiny_model(), 4), (0, 2, 4), 32).eval()
    ids = torch.randint(1, 50, (1, 7), generator=torch.manual_seed(1))
    padding = torch.full((1, 5), 3)
    parts = [padding, ids] if left else [ids, padding]
    mask = torch.cat([torch.full_like(p, p is ids, dtype=torch.bool) for p in parts], 1)
    with torch.no_grad():
        alone = model(ids, torch.ones_like(ids, dtype=torch.bool))
        padded = model(torch.cat(parts, 1), mask)
    for k in (0, 2, 4):
        torch.testing.assert_close(alone[k], padded[k], atol=1e-5, rtol=1e-5)


def test_stopping_runs_no_layer_above() -> None:
    trunk = Starcoder2Trunk(tiny_model(), 4)
    model = MultiExit(trunk, (0, 2, 4), 16)
    ran = []

    def note(layer: nn.Module, *_: object) -> None:
        ran.append(layer.self_attn.layer_idx)

    for layer in trunk.layers:
        layer.register_forward_hook(note)
    ids = torch.arange(6)[None]
    vectors = model(ids, torch.ones_like(ids, dtype=torch.bool), until=2)
    assert ran == [0, 1]
    assert set(vectors) == {0, 2}


def test_half_precision_products() -> None:
    """Under autocast, queries and values would differ in type without care."""
    trunk = Starcoder2Trunk(tiny_model(), 4)
    model = MultiExit(trunk, (2, 4), 32)
    ids = torch.arange(6)[None]
    with torch.autocast("cpu", torch.bfloat16):
        vectors = model(ids, torch.ones_like(ids, dtype=torch.bool))
    vectors[4][0, 0].backward()
    gradient = trunk.table().weight.grad
    assert vectors[4].isfinite().all()
    assert gradient is not None
    assert gradient.abs().sum() > 0
