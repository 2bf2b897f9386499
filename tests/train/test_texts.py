"""Texts that are no ordinary ones, as token ids."""

from __future__ import annotations

from pathlib import Path

from tokenizers import Tokenizer

from codegloss.train.texts import Tokeniser


def test_an_empty_text_has_a_token_whatever_the_tokenizer(tokeniser: Path, tmp_path: Path) -> None:
    assert Tokeniser(str(tokeniser), 8)([""]) == [[2, 3]]
    bare = Tokenizer.from_file(str(tokeniser))
    bare.post_processor = None
    bare.save(str(tmp_path / "bare.json"))
    of_bare = Tokeniser(str(tmp_path / "bare.json"), 8)
    assert of_bare(["", "read file"])[0] == [of_bare.padding]
    assert of_bare.padded(of_bare([""])).mask.all()


def test_half_a_character_is_read(tokeniser: Path) -> None:
    ids = Tokeniser(str(tokeniser), 8)(["read \ud800 file", "read file"])
    assert ids[0][1] == ids[1][1]
