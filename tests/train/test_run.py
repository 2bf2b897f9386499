"""Whole training runs through the command line: killed, resumed, on two processes, and refused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from codegloss.cli import app
from codegloss.dataset import Dataset
from codegloss.engine import Silent
from codegloss.train import store
from codegloss.train.log import read_log
from codegloss.train.recipe import RecipeError, read_recipe

RECIPE = """
name: tiny
seed: 1
model:
  scratch: {{tokeniser: {tokeniser}, layers: 2, hidden: 32, heads: 4, intermediate: 64}}
  exits: [0, 1, 2]
  dimensions: 16
  adapt_tokeniser: false
data: {{pairs: {pairs}}}
stages:
  - name: pairs
    kind: finetune
    steps: {steps}
    learning_rate: 0.003
    batch: 20
    part: 8
    mask_frequent: 0.3
    checkpoint_every: 5
    validate_every: 20
    precision: float32
  - name: hard
    kind: finetune
    steps: 5
    learning_rate: 0.001
    batch: 10
    negatives: {{exit: 1, each: 2, candidates: 4}}
    precision: float32
"""


@pytest.fixture
def recipe(tmp_path: Path, corpus: Path, tokeniser: Path) -> Path:
    file = tmp_path / "recipe.yaml"
    file.write_text(RECIPE.format(tokeniser=tokeniser, pairs=corpus, steps=40))
    return file


def command(recipe: Path, out: Path) -> list[str]:
    return ["-m", "codegloss", "train", "encoder", str(recipe), "--out", str(out)]


def start(*arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> str:
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return output + errors


def losses(out: Path) -> list[float]:
    return [line["loss"] for line in read_log(out / "stages" / "pairs")]


def test_killed_and_resumed_gives_the_same_curve(recipe: Path, tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    first = start(*command(recipe, whole))
    second = start(*command(recipe, killed))
    log = killed / "stages" / "pairs" / "log.jsonl"
    deadline = time.monotonic() + 60
    while not (log.is_file() and len(log.read_text().splitlines()) > 12):
        assert time.monotonic() < deadline
        assert second.poll() is None, second.communicate()
        time.sleep(0.01)
    second.send_signal(signal.SIGKILL)
    second.communicate()
    finish(first)
    said = finish(start(*command(recipe, killed)))
    assert "going on after step" in said
    assert losses(killed) == losses(whole)
    assert losses(whole)[-1] < 0.5 * losses(whole)[0]
    assert len(read_log(whole / "stages" / "hard")) == 5
    one, _, _ = store.load(whole / "model")
    other, _, _ = store.load(killed / "model")
    for left, right in zip(one.parameters(), other.parameters(), strict=True):
        assert torch.equal(left, right)


def test_two_processes_train_as_one(recipe: Path, tmp_path: Path) -> None:
    alone, shared = tmp_path / "alone", tmp_path / "shared"
    first = start(*command(recipe, alone))
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    second = start(*torchrun, *command(recipe, shared))
    finish(first)
    finish(second)
    assert losses(shared) == pytest.approx(losses(alone), abs=2e-3)


def test_another_recipe_does_not_go_on_in_the_same_folder(recipe: Path, tmp_path: Path) -> None:
    from codegloss.train.run import run

    class Quiet:
        def note(self, text: str) -> None: ...
        def rows(self, noun: str) -> Silent:
            return Silent()

        def stage(self, name: str, steps: int, done: int) -> None: ...
        def step(self, step: int, figures: dict[str, float]) -> None: ...

    out = tmp_path / "out"
    out.mkdir()
    (out / "recipe.json").write_text(json.dumps({"name": "another"}))
    with pytest.raises(RecipeError, match="another recipe"):
        run(read_recipe(recipe), out, Quiet())


def test_a_run_of_before_a_field_was_added_goes_on(recipe: Path, tmp_path: Path) -> None:
    from codegloss.train.run import _claim

    asked = read_recipe(recipe)
    before = asked.model_dump(mode="json")
    for stage in before["stages"]:
        del stage["code_pairs"]
    stands = tmp_path / "recipe.json"
    stands.write_text(json.dumps(before))
    _claim(asked, tmp_path)
    assert json.loads(stands.read_text()) == before
    stands.write_text(json.dumps(before | {"seed": 2}))
    with pytest.raises(RecipeError, match="another recipe"):
        _claim(asked, tmp_path)


def test_pairs_chosen_before_stand_for_the_data_and_may_not_change(
    recipe: Path, tmp_path: Path, corpus: Path
) -> None:
    text = recipe.read_text().replace(f"pairs: {corpus}", "train: [elsewhere]")
    recipe.write_text(text[: text.index("  - name: hard")].replace("steps: 40", "steps: 1"))
    out = tmp_path / "out"
    asked = [*command(recipe, out)[2:], "--pairs", str(corpus)]
    first = CliRunner().invoke(app, asked)
    assert first.exit_code == 0, first.stderr
    _, _, facts = store.load(out / "model")
    assert facts["pairs"] == Dataset.open(corpus).manifest.fingerprint
    (out / "pairs.fingerprint").write_text("that of other pairs")
    again = CliRunner().invoke(app, asked)
    assert again.exit_code == 2
    assert "is not the dataset that" in again.stderr


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("dimensions: 16", "dimensions: 0", "model.dimensions"),
        ("exits: [0, 1, 2]", "exits: [0, 1, 3]", "from 0 to 2"),
        ("batch: 20", "batch: 2000", "use a smaller batch"),
        ("learning_rate", "learningrate", "learningrate"),
        ("data: ", "data: [", "cannot be read"),
        ("pairs: /", "pairs: /nowhere/", "no such folder"),
        ("exit: 1, each", "exit: 4, each", "no exit 4 to mine with, only 0, 1, 2"),
        ("batch: 20", "batch: 20\n    code_tokens: 513", "code_tokens: 513 tokens, but the base has 512"),
    ],
)
def test_a_wrong_recipe_is_refused_in_one_line(
    recipe: Path, tmp_path: Path, old: str, new: str, said: str
) -> None:
    recipe.write_text(recipe.read_text().replace(old, new, 1))
    result = CliRunner().invoke(app, command(recipe, tmp_path / "out")[2:])
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) <= 2
