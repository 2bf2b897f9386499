"""Gradient caching gives the gradient of the whole batch, on one process and on two."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from codegloss.dataset import Counts, Writer
from codegloss.records import Pair, arrow_schema, to_arrow
from codegloss.train.finetune import Finetune
from codegloss.train.loop import World
from codegloss.train.losses import ContrastiveLoss, same_cluster
from codegloss.train.model import MultiExit
from codegloss.train.pairs import Negatives, Order, read_pairs, with_code_pairs
from codegloss.train.texts import Tokeniser, masked

ALONE = World(0, 1, torch.device("cpu"))
Jobs = Callable[..., Finetune]


@pytest.fixture
def job(corpus: Path, tokeniser: Path, bert: Callable[[], MultiExit]) -> Jobs:
    def make(part: int, negatives: Negatives | None = None, cache: bool = True) -> Finetune:
        pairs = read_pairs(corpus, "train")
        texts = Tokeniser(str(tokeniser), 16)
        model = bert()
        loss = ContrastiveLoss(model.exits, 4, distil=0.3)
        order = Order(pairs, 20, seed=0)
        return Finetune(
            model, loss, pairs, order, texts, texts, part=part, cache=cache, seed=0, negatives=negatives
        )

    return make


@pytest.mark.parametrize("cache", [True, False])
def test_the_gradient_is_that_of_the_whole_batch(job: Jobs, cache: bool) -> None:
    cached = job(part=3, cache=cache)
    figures = cached.backward(0, ALONE)
    plain = job(part=3)
    batch = plain.batch(0)
    pad = plain._text_tokeniser.padded
    texts, codes = pad(batch.texts), pad(batch.codes)
    same = same_cluster(torch.as_tensor(batch.text_clusters), torch.as_tensor(batch.code_clusters))
    loss, _ = plain.loss(plain.model(texts.ids, texts.mask), plain.model(codes.ids, codes.mask), same)
    loss.backward()
    assert figures["loss"] == pytest.approx(loss.item(), abs=1e-5)
    for (name, one), other in zip(cached.named_parameters(), plain.parameters(), strict=True):
        assert (one.grad is None) == (other.grad is None), name
        if one.grad is not None:
            assert torch.allclose(one.grad, other.grad, atol=1e-5), name


def test_mixed_precision_keeps_the_gradient(job: Jobs) -> None:
    # autocast remembers weights in 16 bits, also those of the encoding without gradient
    jobs = job(part=3), job(part=3, cache=False)
    for made in jobs:
        with torch.autocast("cpu", torch.bfloat16):
            made.backward(0, ALONE)
    for (name, one), other in zip(jobs[0].named_parameters(), jobs[1].parameters(), strict=True):
        assert (one.grad is None) == (other.grad is None), name
        if one.grad is not None and one.grad.numel() > 1:
            assert torch.allclose(one.grad, other.grad, atol=1e-2), name


def test_code_code_pairs_join_those_of_text_and_code(
    tmp_path: Path, tokeniser: Path, bert: Callable[[], MultiExit]
) -> None:
    said = ["read the file and return the list", "sort the list and return the tree"]
    rows = [
        Pair(f"id{n}", f"r{n}", "p", "f", language, "MIT", said[n // 2], f"def {verb} " * 9, n // 2, "train")
        for n, (language, verb) in enumerate(
            [("go", "read"), ("python", "find"), ("go", "sort"), ("python", "merge")]
        )
    ]
    out = tmp_path / "pairs"
    writer = Writer(
        out, name="pairs", main="pairs", tables={"pairs": arrow_schema(Pair)}, parameters={}, versions={}
    )
    writer.write("pairs", to_arrow(rows, Pair))
    writer.commit(Counts(4, 0, 0))
    pairs = with_code_pairs(read_pairs(out, "train"), out, "train")
    assert pairs.coded.tolist() == [False] * 4 + [True] * 2
    assert pairs.texts.to_pylist()[4:] == [rows[0].code, rows[2].code]
    assert pairs.codes.to_pylist()[4:] == [rows[1].code, rows[3].code]
    assert pairs.clusters.tolist() == [0, 0, 1, 1, 0, 1]
    order = Order(pairs, 2, seed=0)
    together = [{bool(pairs.coded[row]) for row in order.rows(step)} for step in range(3)]
    assert sorted(together, key=max) == [{False}, {False}, {True}]
    model, short, long = bert(), Tokeniser(str(tokeniser), 5), Tokeniser(str(tokeniser), 12)
    loss = ContrastiveLoss(model.exits, 4)
    made = Finetune(model, loss, pairs, order, short, long, part=8, seed=0)
    lengths = {max(map(len, made.batch(step).texts)) for step in range(3)}
    assert lengths == {5, 12}  # code that takes the place of a text is cut as code
    assert np.isfinite(made.backward(0, ALONE)["loss"])


def test_mined_negatives_join_the_codes(job: Jobs, corpus: Path) -> None:
    size = len(read_pairs(corpus, "train"))
    candidates = (np.arange(size)[:, None] + [1, 2]) % size
    candidates[0] = -1  # a pair without any
    negatives = Negatives(candidates, np.full((size, 2), 0.5, np.float32), each=1, steps=10)
    made = job(part=50, negatives=negatives)
    batch = made.batch(0)
    assert len(batch.texts) == 20
    assert 38 < len(batch.codes) + 1 <= 41
    assert np.isfinite(made.backward(0, ALONE)["loss"])


def test_the_curriculum_hardens() -> None:
    candidates = np.tile(np.arange(8), (2000, 1))
    similarities = np.tile(np.linspace(0.2, 0.9, 8, dtype=np.float32), (2000, 1))
    negatives = Negatives(candidates, similarities, each=1, steps=100)
    rows = np.arange(2000)
    early = negatives.sample(rows, 0, np.random.default_rng(0)).mean()
    late = negatives.sample(rows, 99, np.random.default_rng(0)).mean()
    assert 5 < early < late < 7


def test_batches_follow_seed_and_step_alone(corpus: Path) -> None:
    pairs = read_pairs(corpus, "train")
    order, again = Order(pairs, 16, seed=3), Order(pairs, 16, seed=3)
    later = again.rows(7)
    assert (order.rows(7) == later).all()
    assert not (Order(pairs, 16, seed=4).rows(7) == later).all()
    epoch = np.concatenate([order.rows(step) for step in range(order.steps_per_epoch)])
    assert len(set(epoch)) == len(epoch) == 80


def test_batches_are_of_one_language_where_there_are_enough(corpus: Path) -> None:
    pairs = read_pairs(corpus, "train")
    order = Order(pairs, 16, seed=0)
    languages = [set(pairs.languages[order.rows(step)]) for step in range(order.steps_per_epoch)]
    assert sum(len(found) == 1 for found in languages) >= 4


def test_too_few_pairs_for_a_batch(corpus: Path) -> None:
    with pytest.raises(ValueError, match="use a smaller batch"):
        Order(read_pairs(corpus, "train"), 81, seed=0)


def test_only_frequent_tokens_are_masked_and_at_the_asked_rate() -> None:
    frequent = np.zeros(50, dtype=bool)
    frequent[7] = True
    result = np.array(masked([7, 8] * 2000, frequent, 4, 0.3, np.random.default_rng(0)))
    assert (result[1::2] == 8).all()
    assert set(result[::2]) == {4, 7}
    assert 0.25 < (result[::2] == 4).mean() < 0.35
