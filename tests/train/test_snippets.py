"""Examples for pre-training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from codegloss.dataset import Counts, Writer
from codegloss.train.snippets import IGNORED, Mixer, marks_of, read_snippets, tokenised

SPECIAL = ("[PAD]", "[CLS]", "[SEP]", "[MASK]")
PAD, CLS, SEP, MASK = range(4)


def word_tokeniser(words: int = 100) -> Tokenizer:
    names = [*SPECIAL, *(f"w{i}" for i in range(words)), "[UNK]"]
    tokeniser = Tokenizer(WordLevel({name: i for i, name in enumerate(names)}, unk_token="[UNK]"))
    tokeniser.pre_tokenizer = Whitespace()
    tokeniser.add_special_tokens([*SPECIAL, "[UNK]"])
    return tokeniser


def corpus(repositories: int = 5, snippets: int = 6, words: int = 10) -> list[tuple[str, str, str]]:
    """The words of repository i are w(20 i) to w(20 i + 19), and its comments hold the first only."""
    rows = []
    for i in range(repositories):
        for j in range(snippets):
            code = " ".join(f"w{20 * i + 1 + (j + k) % 19}" for k in range(words))
            rows.append((f"r{i}", f"w{20 * i}", code))
    return rows


def mixer(length: int = 64, share: float = 0.15, seed: int = 0, **sizes: int) -> Mixer:
    tokeniser = word_tokeniser()
    snippets = tokenised(corpus(**sizes), tokeniser)
    return Mixer(snippets, marks_of(tokeniser), length=length, share=share, seed=seed)


def original(ids: np.ndarray, targets: np.ndarray) -> np.ndarray:
    return np.where(targets == IGNORED, ids, targets)


def test_half_of_the_examples_are_of_one_repository() -> None:
    examples = mixer().examples(0, range(64))
    repositories = []
    for ids, targets, mask in zip(examples.ids, examples.targets, examples.mask, strict=True):
        plain = original(ids.numpy(), targets.numpy())[mask.numpy()]
        repositories.append({(i - 4) // 20 for i in plain.tolist() if i not in (CLS, SEP)})
    assert examples.same.sum() == 32
    assert [len(found) == 1 for found in repositories] == examples.same.bool().tolist()
    assert all(len(found) <= 2 for found in repositories)


def test_form_of_an_example() -> None:
    """[CLS] snippet [SEP] snippet … [SEP], no longer than asked for, padded on the right."""
    for length in (16, 33, 64, 200):
        examples = mixer(length).examples(1, range(16))
        assert examples.ids.shape[1] <= length
        for ids, mask in zip(examples.ids.tolist(), examples.mask.tolist(), strict=True):
            end = sum(mask)
            assert mask == [True] * end + [False] * (len(mask) - end)
            assert ids[0] == CLS
            assert ids[end - 1] == SEP
            assert SEP in ids[1 : end - 1]  # at least two snippets
            assert [SEP, SEP] not in [ids[i : i + 2] for i in range(end)]
            assert all(i == PAD for i in ids[end:])


def test_long_contexts_are_filled() -> None:
    examples = mixer(64, words=30).examples(0, range(32))
    assert examples.mask.sum(1).float().mean() > 0.8 * 64


def test_share_and_fate_of_masked_tokens() -> None:
    examples = mixer(share=0.15).examples(0, range(400))
    targets, ids = examples.targets.numpy(), examples.ids.numpy()
    chosen = targets != IGNORED
    words = examples.mask.numpy() & ~np.isin(original(ids, targets), (CLS, SEP))
    assert not np.isin(targets[chosen], range(4)).any()
    assert chosen.sum() / words.sum() == pytest.approx(0.15, abs=0.01)
    assert chosen.any(axis=1).all()
    became_mask = ids[chosen] == MASK
    stayed = ids[chosen] == targets[chosen]
    assert became_mask.mean() == pytest.approx(0.8, abs=0.03)
    assert stayed.mean() == pytest.approx(0.1, abs=0.03)
    assert not np.isin(ids[chosen & (ids != targets) & (ids != MASK)], range(4)).any()
    assert (ids[~chosen] != MASK).all()


def test_half_of_the_snippets_keep_their_comment() -> None:
    examples = mixer(length=100).examples(0, range(300))
    plain = original(examples.ids.numpy(), examples.targets.numpy())
    snippets = (plain == SEP).sum()
    comments = np.isin(plain, [4 + 20 * i for i in range(5)]).sum()
    assert comments / snippets == pytest.approx(0.5, abs=0.05)


def test_same_for_seed_and_step_whoever_makes_them() -> None:
    whole = mixer().examples(7, range(8))
    again, other = mixer().examples(7, range(8)), mixer().examples(8, range(8))
    assert whole.ids.equal(again.ids)
    assert whole.targets.equal(again.targets)
    assert not (whole.ids.shape == other.ids.shape and whole.ids.equal(other.ids))
    seeded = mixer(seed=1).examples(7, range(8))
    assert not (whole.ids.shape == seeded.ids.shape and whole.ids.equal(seeded.ids))
    for row in range(8):
        alone = mixer().examples(7, range(row, row + 1))
        assert alone.ids[0].tolist() == whole.ids[row][whole.mask[row]].tolist()
        assert alone.same[0] == whole.same[row]


def test_one_large_repository_and_one_snippet_elsewhere() -> None:
    tokeniser = word_tokeniser()
    rows = [*corpus(1, 300), ("z", "w50", "w51 w52")]
    examples = Mixer(tokenised(rows, tokeniser), marks_of(tokeniser), length=48, share=0.15, seed=0).examples(
        0, range(20)
    )
    plain = original(examples.ids.numpy(), examples.targets.numpy())
    assert np.isin(plain, [55, 56]).any(axis=1).tolist() == (~examples.same.bool()).tolist()


def test_repositories_lie_side_by_side() -> None:
    rows = corpus(3, 2)
    snippets = tokenised([rows[i] for i in (4, 0, 2, 5, 1, 3)], word_tokeniser())
    assert snippets.repositories.tolist() == [0, 2, 4, 6]
    first = snippets.ids[snippets.starts[0] : snippets.starts[1]]
    assert first[0] == 4  # the comment, w0
    assert snippets.codes[0] == 1
    assert len(first) == 11


@pytest.mark.parametrize("rows", [[], corpus(1), corpus(4, 1), [("a", "x", "w1"), ("a", "x", " ")]])
def test_too_little(rows: list[tuple[str, str, str]]) -> None:
    with pytest.raises(ValueError, match="needs two repositories, and two snippets in one of them"):
        tokenised(rows, word_tokeniser())


def test_unknown_special_tokens() -> None:
    tokeniser = Tokenizer(WordLevel({"a": 0}, unk_token="a"))
    with pytest.raises(ValueError, match="no special tokens"):
        marks_of(tokeniser)


def test_published_special_tokens() -> None:
    tokeniser = Tokenizer(WordLevel({"<|endoftext|>": 0, "a": 1}, unk_token="a"))
    tokeniser.add_special_tokens(["<sep>", "<cls>", "<mask>"])
    marks = marks_of(tokeniser)
    assert (marks.begin, marks.between, marks.end, marks.padding, marks.mask) == (2, 2, 3, 0, 4)
    assert marks.plain.tolist() == [1]


def dataset(out: Path, table: str, columns: dict[str, list[str | None]]) -> Path:
    rows = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    writer = Writer(out, name="x", main=table, tables={table: rows.schema}, parameters={}, versions={})
    writer.write(table, rows)
    writer.commit(Counts(rows.num_rows, 0, 0))
    return out


def test_snippets_of_pairs_are_those_of_the_split(tmp_path: Path) -> None:
    columns: dict[str, list[str | None]] = {
        "repository": ["a", "b", "a", "c"],
        "text": ["w1", "w2", "w3", "w4"],
        "code": ["w10", "w20", "w30", "w40"],
        "split": ["train", "train", "train", "test"],
    }
    snippets = read_snippets(dataset(tmp_path / "pairs", "pairs", columns), word_tokeniser())
    assert (snippets.ids - 4).tolist() == [1, 10, 3, 30, 2, 20]
    assert snippets.repositories.tolist() == [0, 2, 3]


def test_snippets_of_functions_need_no_comment(tmp_path: Path) -> None:
    columns: dict[str, list[str | None]] = {
        "repository": ["a", "b", "a"],
        "comment_text": ["w1", None, "w3"],
        "code": ["w10", "w20", "w30"],
    }
    snippets = read_snippets(dataset(tmp_path / "functions", "functions", columns), word_tokeniser())
    assert (snippets.ids - 4).tolist() == [1, 10, 3, 30, 20]
    assert (snippets.codes - snippets.starts[:-1]).tolist() == [1, 1, 0]
