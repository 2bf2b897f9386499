"""Pre-training: its losses, and that it learns."""

from __future__ import annotations

import contextlib
import math
from pathlib import Path

import pyarrow as pa
import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from torch import nn
from torch.nn import functional
from transformers import BertConfig, BertModel, Starcoder2Config, Starcoder2Model

from codegloss.dataset import Counts, Writer
from codegloss.train.loop import Schedule, World, train
from codegloss.train.model import MultiExit
from codegloss.train.pretrain import Pretraining, after_layers, pretraining
from codegloss.train.recipe import Pretrain, read_recipe
from codegloss.train.snippets import IGNORED, Examples, Mixer, marks_of, tokenised
from codegloss.train.starcoder import Starcoder2Trunk
from codegloss.train.trunk import BertTrunk

ALONE = World(0, 1, torch.device("cpu"))
VERBS = ("read", "write", "close", "count", "sort", "join")
THINGS = ("file", "line", "word", "node", "tree", "list")


def rows() -> list[tuple[str, str, str]]:
    """Functions that differ by verb and thing; every repository is about one thing."""
    return [
        (f"repository of {thing}", f"{verb} the {thing}", f"def {verb} {thing} : return {thing} . {verb}")
        for thing in THINGS
        for verb in VERBS
        for _ in range(3)
    ]


def tokeniser() -> Tokenizer:
    words = ["[PAD]", "[CLS]", "[SEP]", "[MASK]", "[UNK]", *VERBS, *THINGS, "def", "return", "the", ":", "."]
    made = Tokenizer(WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    made.pre_tokenizer = Whitespace()
    made.add_special_tokens(words[:5])
    return made


def bert(exits: tuple[int, ...] = (0, 2, 4)) -> MultiExit:
    torch.manual_seed(0)
    model = BertModel(
        BertConfig(
            vocab_size=tokeniser().get_vocab_size(),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=4,
            num_attention_heads=4,
            max_position_embeddings=64,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        ),
        add_pooling_layer=False,
    )
    return MultiExit(BertTrunk(model, 4), exits, 32)


def starcoder() -> MultiExit:
    torch.manual_seed(0)
    model = Starcoder2Model(
        Starcoder2Config(
            vocab_size=tokeniser().get_vocab_size(),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=4,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=64,
            bos_token_id=None,
            eos_token_id=None,
        )
    )
    return MultiExit(Starcoder2Trunk(model, 4), (2, 4), 32)


def job(
    model: MultiExit,
    distil: float = 0.0,
    batch: int = 16,
    part: int = 16,
    corpus: list[tuple[str, str, str]] | None = None,
) -> Pretraining:
    words = tokeniser()
    mixer = Mixer(tokenised(corpus or rows(), words), marks_of(words), length=32, share=0.15, seed=0)
    torch.manual_seed(1)
    return Pretraining(model, mixer, batch=batch, part=part, distil=distil)


def gradients(module: nn.Module) -> dict[str, torch.Tensor]:
    return {name: p.grad.clone() for name, p in module.named_parameters() if p.grad is not None}


def losses_of(
    model: MultiExit, out: Path, steps: int, rate: float, corpus: list[tuple[str, str, str]] | None = None
) -> list[dict[str, float]]:
    losses: list[dict[str, float]] = []
    schedule = Schedule(steps=steps, learning_rate=rate, warmup=5, checkpoint_every=steps)
    train(job(model, corpus=corpus), schedule, out, ALONE, lambda _, figures: losses.append(figures))
    return losses


def mean(losses: list[dict[str, float]], name: str) -> float:
    return sum(figures[name] for figures in losses) / len(losses)


def test_masked_tokens_are_learned_from_their_context(tmp_path: Path) -> None:
    """After 60 steps better than whoever knows how frequent the words are, and no more.

    Of every 19 tokens, comments in half of the snippets, 5 are verbs, 5 things, 8 fixed
    words of the code and 1 is `the`.
    """
    frequencies = [5 / 19 / 6] * 12 + [2 / 19] * 4 + [1 / 19]
    entropy = -sum(share * math.log(share) for share in frequencies)
    losses = losses_of(bert(), tmp_path, 60, 1e-2)
    for k in (2, 4):
        assert mean(losses[:3], f"masked tokens, exit {k}") > entropy
        assert mean(losses[-5:], f"masked tokens, exit {k}") < 0.8 * entropy


def test_starcoder_trunk_learns(tmp_path: Path) -> None:
    losses = losses_of(starcoder(), tmp_path, 30, 1e-2)
    for k in (2, 4):
        name = f"masked tokens, exit {k}"
        assert mean(losses[-5:], name) < mean(losses[:3], name) - 0.2


def test_repositories_are_told_apart_by_their_words(tmp_path: Path) -> None:
    """The second repository has a word of its own, so that a mean of tokens is enough to see it."""
    files = [row for row in rows() if row[0] == "repository of file"]
    other = ("other", "sort the tree", "def sort tree : return tree . sort")
    losses = losses_of(bert((1, 2)), tmp_path, 60, 5e-3, corpus=[*files, other])
    for k in (1, 2):
        assert mean(losses[:3], f"same repository, exit {k}") == pytest.approx(math.log(2), abs=0.3)
        assert mean(losses[-5:], f"same repository right, exit {k}") > 0.9


def test_loss_is_weighted_by_depth() -> None:
    """Exits after 2 and 4 of 4 layers: 2/4 and 4/4, which sum to 1.5."""
    figures = job(bert()).backward(0, ALONE)
    parts = {k: figures[f"masked tokens, exit {k}"] + figures[f"same repository, exit {k}"] for k in (2, 4)}
    assert figures["loss"] == pytest.approx((2 / 4 * parts[2] + 4 / 4 * parts[4]) / 1.5, rel=1e-5)
    assert figures["same repository, exit 4"] == pytest.approx(math.log(2), abs=0.5)


def test_uniform_weights() -> None:
    model = bert()
    uniform = Pretraining(model, job(model)._mixer, batch=16, weighting="uniform")
    figures = uniform.backward(0, ALONE)
    exits = [figures[f"{what}, exit {k}"] for what in ("masked tokens", "same repository") for k in (2, 4)]
    assert figures["loss"] == pytest.approx(sum(exits) / 2, rel=1e-5)


def test_the_last_exit_teaches_and_is_not_taught() -> None:
    """KL alone moves no layer above the exit that learns from it."""
    taught = job(bert(), distil=1.0)
    parts = taught.parts(taught._mixer.examples(0, range(16)))
    assert parts[4].distilled_tokens == 0
    assert parts[2].distilled_tokens > 0
    (parts[2].distilled_tokens + parts[2].distilled_repository).backward()
    layers = taught.model.trunk.layers
    below = [p.grad for layer in layers[:2] for p in layer.parameters()]
    above = [p.grad for layer in layers[2:] for p in layer.parameters()]
    assert all(gradient is not None and gradient.abs().sum() > 0 for gradient in below[:1])
    assert all(gradient is None for gradient in above)
    assert taught.heads.layer.weight.grad is not None
    assert taught.heads.layer.weight.grad[4].abs().sum() == 0
    assert taught.heads.layer.weight.grad[2].abs().sum() > 0


def test_distillation_is_nought_for_a_pupil_like_its_teacher() -> None:
    """One layer that changes nothing, heads that do not heed the layer."""
    model = bert((2, 4))
    taught = job(model, distil=1.0)
    for parameters in (taught.heads.layer.parameters(), model.trunk.layers[2:].parameters()):
        for parameter in parameters:
            nn.init.zeros_(parameter)
    for layer in model.trunk.layers[2:]:
        for norm in (layer.attention.output.LayerNorm, layer.output.LayerNorm):
            nn.init.ones_(norm.weight)
    parts = taught.parts(taught._mixer.examples(0, range(8)))
    assert parts[2].distilled_tokens.item() == pytest.approx(0, abs=1e-3)


def test_parts_add_up_to_the_batch() -> None:
    """Small parts and several processes give the gradient of the whole batch."""
    whole, small, shared = (job(bert(), distil=0.5, batch=12, part=part) for part in (12, 5, 12))
    figures = whole.backward(3, ALONE)
    assert small.backward(3, ALONE) == pytest.approx(figures, rel=1e-4)
    examples = shared._mixer.examples(3, range(12))
    masked = torch.tensor(float((examples.targets != IGNORED).sum()))
    for part in (slice(0, 6), slice(6, 12)):
        loss, _ = shared.loss(examples.rows(part, ALONE.device), masked, 12)
        loss.backward()
    for other in (small, shared):
        torch.testing.assert_close(gradients(other), gradients(whole), atol=1e-6, rtol=1e-3)


def test_heads_are_told_the_layer() -> None:
    taught = job(bert())
    hidden = torch.randn(3, 32)
    table = taught.model.trunk.table().weight
    assert not taught.heads.tokens(hidden, 2, table).equal(taught.heads.tokens(hidden, 4, table))


def test_masked_tokens_are_read_through_the_token_table() -> None:
    taught = job(bert())
    names = [name for name, _ in taught.heads.named_parameters()]
    shapes = [tuple(p.shape) for p in taught.heads.parameters()]
    assert (taught.model.trunk.table().num_embeddings, 32) not in shapes, names


def test_padding_does_not_count() -> None:
    """An example gives the same losses alone as beside a longer one."""
    taught = job(bert()).eval()
    both = taught._mixer.examples(0, range(2))
    short = int(both.mask.sum(1).argmin())
    length = int(both.mask[short].sum())
    row, place = slice(short, short + 1), slice(length)
    cut = Examples(both.ids[row, place], both.mask[row, place], both.targets[row, place], both.same[row])
    more = (0, 9)
    padded = Examples(
        functional.pad(cut.ids, more),
        functional.pad(cut.mask, more),
        functional.pad(cut.targets, more, value=IGNORED),
        cut.same,
    )
    with torch.no_grad():
        alone, beside = taught.parts(cut), taught.parts(padded)
    for k in (2, 4):
        assert alone[k].tokens.item() == pytest.approx(beside[k].tokens.item(), rel=1e-4)
        assert alone[k].repository.item() == pytest.approx(beside[k].repository.item(), rel=1e-4)


def test_no_layer_above_the_last_exit_runs() -> None:
    model = bert((2,))
    ran: list[int] = []
    for number, layer in enumerate(model.trunk.layers):
        layer.register_forward_hook(lambda *_, number=number: ran.append(number))
    after_layers(model.trunk, torch.ones(1, 4, dtype=torch.long), torch.ones(1, 4, dtype=torch.bool), [1, 2])
    assert ran == [0, 1]


def test_static_exit_alone() -> None:
    with pytest.raises(ValueError, match="static exit alone"):
        job(bert((0,)))


def test_stage_of_a_recipe(tmp_path: Path) -> None:
    """A killed run goes on to the same losses."""
    columns = dict(zip(("repository", "text", "code"), map(list, zip(*rows(), strict=True)), strict=True))
    table = pa.table({**columns, "split": ["train"] * len(rows())})
    tables = {"pairs": table.schema}
    writer = Writer(tmp_path / "pairs", name="pairs", main="pairs", tables=tables, parameters={}, versions={})
    writer.write("pairs", table)
    writer.commit(Counts(table.num_rows, 0, 0))
    tokeniser().save(str(tmp_path / "tokenizer.json"))
    stage = Pretrain(kind="pretrain", name="p", steps=4, learning_rate=1e-3, batch=4, length=32, distil=0.5)
    schedule = Schedule(steps=4, learning_rate=1e-3, checkpoint_every=2)

    def run(out: Path, until: int) -> list[float]:
        losses: list[float] = []

        def watch(step: int, figures: dict[str, float]) -> None:
            losses.append(figures["loss"])
            if step + 1 == until:
                raise KeyboardInterrupt

        made = pretraining(bert(), tmp_path / "pairs", tmp_path / "tokenizer.json", stage, seed=3)
        with contextlib.suppress(KeyboardInterrupt):
            train(made, schedule, out, ALONE, watch)
        return losses

    torch.manual_seed(0)
    whole = run(tmp_path / "whole", 4)
    torch.manual_seed(0)
    assert run(tmp_path / "killed", 3) == whole[:3]
    torch.manual_seed(99)
    assert run(tmp_path / "killed", 4) == whole[2:]


def test_large_recipe() -> None:
    recipe = read_recipe(Path(__file__).parents[2] / "recipes" / "large.yaml")
    assert [stage.kind for stage in recipe.stages][:2] == ["pretrain", "finetune"]
    assert not recipe.model.trust_remote_code
