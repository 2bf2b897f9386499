"""Trained models on disk, and the bases that training begins with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from codegloss.train import store
from codegloss.train.base import build, folder_of
from codegloss.train.model import MultiExit
from codegloss.train.recipe import Model, RecipeError


@pytest.fixture
def base(tmp_path: Path, tokeniser: Path) -> Path:
    """A folder as Hugging Face writes one: a random BERT of three layers and its tokenizer."""
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(0)
    sizes = {"vocab_size": 29, "hidden_size": 16, "num_hidden_layers": 3, "num_attention_heads": 2}
    folder = tmp_path / "base"
    BertModel(BertConfig(**sizes, intermediate_size=32)).save_pretrained(folder)
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "mask_token": "[MASK]"}
    PreTrainedTokenizerFast(tokenizer_file=str(tokeniser), **special).save_pretrained(folder)
    return folder


def recipe(base: Path | str, **changes: object) -> Model:
    return Model(**{"base": str(base), "exits": [0, 1, 3], "dimensions": 16, **changes})


def trained(base: Path, out: Path) -> MultiExit:
    model, tokeniser, configuration = build(recipe(base))
    store.save(model, tokeniser, {"configuration": configuration}, out)
    return model


def test_a_model_comes_back_as_it_was(base: Path, tmp_path: Path) -> None:
    model = trained(base, tmp_path / "model")
    again, tokeniser, facts = store.load(tmp_path / "model")
    assert facts["exits"] == [0, 1, 3]
    assert "Replace" in tokeniser  # the project's rule is in it
    ids = torch.randint(5, 29, (2, 6))
    mask = torch.ones_like(ids)
    with torch.no_grad():
        before, after = model.eval()(ids, mask), again(ids, mask)
    assert all(torch.equal(before[k], after[k]) for k in before)


def test_identity_projections_keep_the_pretrained_space(base: Path) -> None:
    from transformers import AutoModel

    model, _, _ = build(recipe(base))
    ids = torch.randint(5, 29, (2, 6))
    with torch.no_grad():
        hidden = AutoModel.from_pretrained(base)(ids).last_hidden_state.mean(1)
        assert torch.allclose(
            model.eval()(ids, torch.ones_like(ids))[3],
            torch.nn.functional.normalize(hidden, dim=-1),
            atol=1e-5,
        )


def test_only_the_layers_asked_for_are_there(base: Path) -> None:
    model, _, _ = build(recipe(base, layers=2, exits=[2]))
    assert len(model.trunk.layers) == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sha256": "0" * 64}, "it is not the base of this recipe"),
        ({"exits": [4]}, "from 0 to 3"),
        ({"layers": 4}, "the base has 3"),
        ({"base": "package:no_such_package/model"}, "pip install no-such-package"),
        ({"base": "/no/such/folder"}, "cannot be loaded"),
    ],
)
def test_a_base_that_cannot_be_used_is_named(base: Path, changes: dict[str, object], said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        build(recipe(**{"base": base, **changes}))


def test_a_base_with_weights_that_are_none_is_refused(base: Path) -> None:
    from safetensors.torch import load_file, save_file

    file = base / "model.safetensors"
    weights = load_file(file)
    name = "encoder.layer.1.output.dense.weight"
    save_file({**weights, name: weights[name] * float("nan")}, file, {"format": "pt"})
    with pytest.raises(RecipeError, match=f"{name} holds values that are no numbers"):
        build(recipe(base))
    save_file({key: weight for key, weight in weights.items() if key != name}, file, {"format": "pt"})
    with pytest.raises(RecipeError, match=f"has no {name}, 1 in all"):
        build(recipe(base))
    file.write_bytes(file.read_bytes()[:2000])
    with pytest.raises(RecipeError, match="cannot be loaded"):
        build(recipe(base))


def test_code_that_comes_with_a_base_is_not_run_unasked(base: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    settings = json.loads((base / "config.json").read_text())
    settings |= {"model_type": "mine", "auto_map": {"AutoConfig": "mine.Mine", "AutoModel": "mine.Mine"}}
    (base / "config.json").write_text(json.dumps(settings))
    (base / "mine.py").write_text(f"open({str(ran)!r}, 'w')\n")
    with pytest.raises(RecipeError, match="cannot be loaded"):
        build(recipe(base))
    assert not ran.exists()


def test_an_unknown_family_is_refused(base: Path) -> None:
    settings = json.loads((base / "config.json").read_text())
    (base / "config.json").write_text(json.dumps(settings | {"model_type": "gpt2"}))
    with pytest.raises(RecipeError, match="a gpt2 model; known are bert"):
        build(recipe(base))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / store.WEIGHTS).unlink(), "not a trained model"),
        (lambda folder: (folder / store.WEIGHTS).write_bytes(b"12345678"), "not a trained model"),
        (lambda folder: (folder / store.FACTS).write_text("{"), "not a trained model"),
        (lambda folder: (folder / store.FACTS).write_text("{}"), "not that of a trained model"),
        (lambda folder: (folder / store.FACTS).write_text("[]"), "not that of a trained model"),
        (lambda folder: _change(folder, "layers", 9), "not that of a trained model"),
        (lambda folder: _change(folder, "exits", [7]), "not that of a trained model"),
        (lambda folder: _change(folder, "dimensions", 8), "of another model"),
    ],
)
def test_a_spoilt_model_is_refused(
    base: Path, tmp_path: Path, spoil: Callable[[Path], None], said: str
) -> None:
    trained(base, tmp_path / "model")
    spoil(tmp_path / "model")
    with pytest.raises(store.StoreError, match=said):
        store.load(tmp_path / "model")


def test_weights_that_are_no_numbers_are_refused(base: Path, tmp_path: Path) -> None:
    model, tokeniser, configuration = build(recipe(base))
    with torch.no_grad():
        model.heads["1"].project.weight[0, 0] = float("nan")
    store.save(model, tokeniser, {"configuration": configuration}, tmp_path / "model")
    with pytest.raises(store.StoreError, match=r"heads\.1\.project\.weight .* no numbers"):
        store.load(tmp_path / "model")


def test_folder_of_finds_an_installed_package() -> None:
    assert folder_of("package:codegloss/extract").endswith("codegloss/extract")
    assert folder_of("some/hub-name") == "some/hub-name"


def _change(folder: Path, name: str, value: object) -> None:
    facts = json.loads((folder / store.FACTS).read_text())
    (folder / store.FACTS).write_text(json.dumps(facts | {name: value}))
