"""Exits of one trunk: what they compute, and what they leave alone."""

from __future__ import annotations

import pytest
import torch

from codegloss.train.base import take_apart
from codegloss.train.model import MultiExit


def batch() -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(1)
    ids = torch.randint(5, 60, (3, 12))
    mask = torch.ones(3, 12, dtype=torch.bool)
    mask[1, 7:] = False
    return ids, mask


def test_every_exit_gives_unit_vectors(tiny: MultiExit) -> None:
    vectors = tiny(*batch())
    assert list(vectors) == [0, 1, 2, 4]
    for vector in vectors.values():
        assert vector.shape == (3, 16)
        assert torch.allclose(vector.norm(dim=-1), torch.ones(3), atol=1e-5)


def test_stopping_early_runs_nothing_above_and_gives_the_same(tiny: MultiExit) -> None:
    full = tiny(*batch())
    ran: list[int] = []
    for number, layer in enumerate(tiny.trunk.layers):
        layer.register_forward_hook(lambda *_, number=number: ran.append(number))
    stopped = tiny(*batch(), until=2)
    assert ran == [0, 1]
    assert list(stopped) == [0, 1, 2]
    assert all(torch.equal(stopped[k], full[k]) for k in stopped)
    ran.clear()
    assert list(tiny(*batch(), until=0)) == [0]
    assert ran == []


def test_padding_changes_no_vector(tiny: MultiExit) -> None:
    ids, mask = batch()
    padded = tiny(ids, mask)
    alone = tiny(ids[1:2, :7], mask[1:2, :7])
    for k, vector in alone.items():
        assert torch.allclose(padded[k][1], vector[0], atol=1e-5)


def test_the_static_exit_skips_special_tokens_and_bears_their_absence(tiny: MultiExit) -> None:
    ids = torch.tensor([[2, 9, 3], [2, 3, 0]])  # [CLS] word [SEP]; nothing but special tokens
    vectors = tiny(ids, ids > 0, until=0)[0]
    alone = tiny(torch.tensor([[9]]), torch.tensor([[True]]), until=0)[0]
    assert torch.allclose(vectors[0], alone[0], atol=1e-6)
    assert vectors.isfinite().all()


def test_exits_that_do_not_exist_are_refused(tiny: MultiExit) -> None:
    with pytest.raises(ValueError, match="no exit 3, only 0, 1, 2, 4"):
        tiny(*batch(), until=3)
    with pytest.raises(ValueError, match="from 0 to 4"):
        MultiExit(tiny.trunk, (0, 5), 16)
    with pytest.raises(ValueError, match="different"):
        MultiExit(tiny.trunk, (2, 2), 16)


@pytest.mark.parametrize("family", ["bert", "roberta", "modernbert"])
def test_the_trunk_gives_what_the_whole_model_gives(family: str) -> None:
    from transformers import AutoConfig, AutoModel

    torch.manual_seed(0)
    sizes = {"vocab_size": 64, "hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4}
    special = {"pad_token_id": 1, "bos_token_id": 2, "eos_token_id": 3, "cls_token_id": 2, "sep_token_id": 3}
    configuration = AutoConfig.for_model(family, **sizes, intermediate_size=64, **special)
    if family == "modernbert":
        configuration.local_attention = 4  # so short that the window matters here
    model = AutoModel.from_config(configuration, attn_implementation="sdpa").eval()
    ids, mask = batch()
    trunk = take_apart(model, 3)
    with torch.no_grad():
        hidden = trunk.embed(trunk.table()(ids))
        context = trunk.context(mask, hidden)
        for index in range(3):
            hidden = trunk.layer(index, hidden, context)
        if family == "modernbert":
            hidden = model.final_norm(hidden)
        expected = model(input_ids=ids, attention_mask=mask.long()).last_hidden_state
    assert torch.allclose(hidden[mask], expected[mask], atol=1e-4)
