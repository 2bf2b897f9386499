"""The published configuration, and its checkpoint layout with a tiny model."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import Starcoder2Model

from codegloss.train import published
from codegloss.train.published import (
    CONFIGURATION,
    EXITS,
    CheckpointError,
    configuration,
    load_published,
    parameters_until,
    published_base,
    trunk_on_meta,
)

TINY = {
    **CONFIGURATION,
    "model_type": "ModularStarEncoder",
    "matryoshka_layers": [1, 2, 4],
    "vocab_size": 60,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
}
Weights = dict[str, Tensor]


def tiny_decoder(layers: int = 4) -> Starcoder2Model:
    torch.manual_seed(0)
    model = Starcoder2Model(configuration({**TINY, "num_hidden_layers": layers})).eval()
    torch.nn.init.normal_(model.norm.weight)  # so that leaving it out would be seen
    return model


def write(folder: Path, weights: Weights, settings: dict[str, object] = TINY) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(settings))
    (folder / "tokenizer.json").write_text("{}")
    save_file({name: tensor.contiguous() for name, tensor in weights.items()}, folder / "model.safetensors")
    return folder


def weights_of(model: Starcoder2Model) -> Weights:
    weights = {f"starEncoder2.{name}": tensor for name, tensor in model.state_dict().items()}
    weights["starEncoder2.pooler.dense.weight"] = torch.zeros(32, 32)
    return weights


def projections(number: int) -> Weights:
    random = torch.Generator().manual_seed(1)
    found = {}
    for i in range(number):
        found[f"starEncoder2.projection_heads.{i}.weight"] = torch.randn(32, 32, generator=random)
        found[f"starEncoder2.projection_heads.{i}.bias"] = torch.randn(32, generator=random)
    return found


@pytest.fixture(scope="module")
def finetuned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finetuned")
    return write(folder, {**weights_of(tiny_decoder()), **projections(3)})


@pytest.mark.parametrize(
    ("exit", "published", "digit"),
    [(4, 160e6, 10e6), (9, 300e6, 10e6), (18, 550e6, 10e6), (27, 0.8e9, 0.1e9), (36, 1e9, 1e9)],
)
def test_parameters_as_published(exit: int, published: float, digit: float) -> None:
    """The published figure is ours, rounded to its last digit."""
    assert abs(parameters_until(exit) - published) <= digit / 2


def test_parameters_by_hand() -> None:
    attention = 2 * (1024 * 1024 + 1024) + 2 * (1024 * 256 + 256)
    feed_forward = 1024 * 12288 + 12288 + 12288 * 1024 + 1024
    layer = attention + feed_forward + 2 * 2 * 1024
    assert [parameters_until(k) for k in EXITS] == [49156 * 1024 + k * layer for k in EXITS]
    assert parameters_until(36) == 1_051_396_096


def test_whole_model_takes_no_memory() -> None:
    trunk = trunk_on_meta()
    assert trunk.depth == 36
    assert all(parameter.is_meta for parameter in trunk.parameters())


def test_vectors_of_a_finetuned_checkpoint(finetuned: Path) -> None:
    """Last token of the hidden states, projected; the last layer's come after the last LayerNorm."""
    loaded = load_published(finetuned)
    decoder = tiny_decoder()
    ids = torch.randint(0, 60, (1, 8), generator=torch.manual_seed(2))
    with torch.no_grad():
        vectors = loaded.model.eval()(ids, torch.ones_like(ids, dtype=torch.bool))
        full = torch.zeros(1, 1, 8, 8)
        states = decoder(ids, attention_mask=full, output_hidden_states=True, use_cache=False).hidden_states
    for number, k in enumerate((1, 2, 4)):
        heads = projections(3)
        weight = heads[f"starEncoder2.projection_heads.{number}.weight"]
        vector = states[k][:, -1] @ weight.T + heads[f"starEncoder2.projection_heads.{number}.bias"]
        torch.testing.assert_close(vectors[k], vector / vector.norm(), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("left", [False, True])
def test_padding_on_either_side(finetuned: Path, left: bool) -> None:
    model = load_published(finetuned).model.eval()
    ids = torch.randint(1, 60, (1, 6), generator=torch.manual_seed(2))
    parts = [torch.zeros(1, 3, dtype=torch.long), ids] if left else [ids, torch.zeros(1, 3, dtype=torch.long)]
    mask = torch.cat([torch.full_like(part, part is ids, dtype=torch.bool) for part in parts], 1)
    with torch.no_grad():
        alone = model(ids, torch.ones_like(ids, dtype=torch.bool))
        padded = model(torch.cat(parts, 1), mask)
    for k in (1, 2, 4):
        torch.testing.assert_close(alone[k], padded[k], atol=1e-5, rtol=1e-5)


def test_every_weight_is_used_or_named(finetuned: Path) -> None:
    loaded = load_published(finetuned)
    assert list(loaded.unused) == ["starEncoder2.pooler.dense.weight"]
    there = load_file(finetuned / "model.safetensors")
    held = {(p.shape, p.double().sum().item()) for p in loaded.model.parameters()}
    for name in there.keys() - loaded.unused.keys():
        assert (there[name].shape, there[name].double().sum().item()) in held, name


def test_all_weights_can_be_trained(finetuned: Path) -> None:
    model = load_published(finetuned).model.train()
    ids = torch.arange(6)[None]
    sum(v[0, 0] for v in model(ids, torch.ones_like(ids, dtype=torch.bool)).values()).backward()
    assert all(parameter.grad is not None for parameter in model.parameters())


def test_checkpoint_cut_after_a_layer(tmp_path: Path) -> None:
    """Its configuration is that of the whole model, and it has the one projection."""
    folder = write(tmp_path / "cut", {**weights_of(tiny_decoder(2)), **projections(1)})
    model = load_published(folder).model
    assert model.exits == (2,)
    assert model.trunk.depth == 2


def test_pretrained_checkpoint_begins_new_exits(tmp_path: Path) -> None:
    weights = weights_of(tiny_decoder())
    weights["cls.predictions.decoder.weight"] = torch.zeros(60, 36)
    loaded = load_published(write(tmp_path / "pretrained", weights))
    assert loaded.model.exits == (1, 2, 4)
    torch.testing.assert_close(loaded.model.heads["4"].norm.weight, weights["starEncoder2.norm.weight"])
    assert len(loaded.unused) == 2


def test_weights_in_parts(tmp_path: Path, finetuned: Path) -> None:
    weights = load_file(finetuned / "model.safetensors")
    names = sorted(weights)
    folder = tmp_path / "parts"
    folder.mkdir()
    halves = {"a.safetensors": names[::2], "b.safetensors": names[1::2]}
    for file, part in halves.items():
        save_file({name: weights[name] for name in part}, folder / file)
    index = {"weight_map": {name: file for file, part in halves.items() for name in part}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    (folder / "config.json").write_text(json.dumps(TINY))
    ids = torch.arange(5)[None]
    mask = torch.ones_like(ids, dtype=torch.bool)
    with torch.no_grad():
        whole, parts = (load_published(path).model.eval()(ids, mask) for path in (finetuned, folder))
    torch.testing.assert_close(whole, parts)


def test_as_the_base_of_a_training(finetuned: Path) -> None:
    model, tokeniser = published_base(finetuned)
    assert tokeniser == "{}"
    assert model.config.model_type == "starcoder2"
    torch.testing.assert_close(model.state_dict(), tiny_decoder().state_dict())


def without(name: str) -> Callable[[Weights], None]:
    def change(weights: Weights) -> None:
        del weights[f"starEncoder2.{name}"]

    return change


def with_one(name: str, tensor: Tensor) -> Callable[[Weights], None]:
    def change(weights: Weights) -> None:
        weights[f"starEncoder2.{name}"] = tensor

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without("layers.1.mlp.c_fc.bias"), "lacks starEncoder2.layers.1.mlp.c_fc.bias"),
        (with_one("extra.weight", torch.zeros(2)), "without a place in the model: starEncoder2.extra"),
        (with_one("norm.weight", torch.zeros(7)), r"starEncoder2.norm.weight has the shape \(7,\)"),
        (with_one("norm.weight", torch.full((32,), torch.nan)), "norm.weight has values that are not"),
        (without("embed_tokens.weight"), "no token table"),
        (without("projection_heads.1.weight"), "projection_heads.1 is not one linear map"),
    ],
)
def test_faulty_weights_are_named(tmp_path: Path, change: Callable[[Weights], None], said: str) -> None:
    weights = {**weights_of(tiny_decoder()), **projections(3)}
    change(weights)
    with pytest.raises(CheckpointError, match=said):
        load_published(write(tmp_path / "faulty", weights))


def test_a_layer_missing_in_the_middle(tmp_path: Path) -> None:
    weights = {n: w for n, w in weights_of(tiny_decoder()).items() if ".layers.2." not in n}
    with pytest.raises(CheckpointError, match="layer 2 is missing"):
        load_published(write(tmp_path / "faulty", weights))


def test_two_projections_for_three_exits(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="2 projections for the exits 1, 2, 4"):
        load_published(write(tmp_path / "faulty", {**weights_of(tiny_decoder()), **projections(2)}))


def test_foreign_and_broken_folders(tmp_path: Path, finetuned: Path) -> None:
    with pytest.raises(CheckpointError, match=r"config\.json is missing"):
        load_published(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(CheckpointError, match="not that of a ModularStarEncoder"):
        load_published(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps(TINY))
    with pytest.raises(CheckpointError, match=r"model\.safetensors is missing"):
        load_published(tmp_path)
    whole = (finetuned / "model.safetensors").read_bytes()
    (tmp_path / "model.safetensors").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CheckpointError, match="copy it again"):
        load_published(tmp_path)


def test_input_format() -> None:
    assert published.instructed("x = 1", "python") == (
        "<sep>Represent this python code snippet for retrieval:<sep>x = 1<cls>"
    )
    assert published.instructed("adds").endswith("snippets of code:<sep>adds<cls>")
