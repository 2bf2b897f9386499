"""From text to the ids of word pieces: one rule, as a `tokenizer.json` and as a fast tokeniser.

The rule: controls, `_` and punctuation that tells nothing to a reader who searches become
spaces, and identifiers are split where their case changes (`HTTPServer` is `http server`),
before BERT's own steps. `adapt` writes it into a tokenizer.json, so that every tool which reads
one gives the same pieces. `Tokeniser` gives them several times as fast, from a cache of words:
what stands between two spaces is tokenised once, by the very pipeline of the tokenizer.json.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

DROPPED = "_(){}[];,.\"':\\`"

# Case changes inside ASCII words; others are left to the pieces.
_BOUNDARY = r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"
# Controls other than tab and newlines vanish in BERT's clean-up, which would join the words beside them.
_CONTROLS = "".join(map(chr, (*range(0x20), 0x7F, 0x85)))


@dataclass(frozen=True, slots=True)
class Rule:
    """How text is taken apart before BERT's own tokenisation."""

    split_identifiers: bool = True  # at changes of case; at `_` where that is dropped
    dropped: str = DROPPED  # ASCII punctuation that counts as a space


def split_normalizer(rule: Rule | None = None) -> list[dict[str, Any]]:
    """The rule as normalizers of a tokenizer.json, to stand before the others."""
    rule = rule or Rule()
    spaces = "".join(f"\\x{{{ord(c):02x}}}" for c in _CONTROLS) + "".join(re.escape(c) for c in rule.dropped)
    patterns = [f"[{spaces}]"]
    if rule.split_identifiers:
        patterns.append(_BOUNDARY)
    return [{"type": "Replace", "pattern": {"Regex": pattern}, "content": " "} for pattern in patterns]


def adapt(tokenizer_json: str, rule: Rule | None = None) -> str:
    """A BERT tokenizer.json with the rule in it, and without truncation and padding.

    Raises ValueError for a tokenizer that is not BERT's.
    """
    pipeline = json.loads(tokenizer_json)
    kinds = [(pipeline.get(part) or {}).get("type") for part in ("normalizer", "pre_tokenizer", "model")]
    if kinds != ["BertNormalizer", "BertPreTokenizer", "WordPiece"]:
        raise ValueError(f"not a BERT tokenizer.json, but one of {kinds}")
    pipeline["normalizer"] = {
        "type": "Sequence",
        "normalizers": [*split_normalizer(rule), pipeline["normalizer"]],
    }
    pipeline["truncation"] = pipeline["padding"] = None
    return json.dumps(pipeline, ensure_ascii=False, separators=(",", ":"))


_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST = 64  # characters of a word worth remembering; longer ones are hashes, data, minified code
_MOST = 1 << 18  # words remembered, some 60 MB; then all are forgotten, which costs less than to choose


def well_formed(text: str) -> str:
    """The text with U+FFFD in place of each half of a character, so that it can be encoded."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


class _Cache(dict[str, bytes]):
    """Remembers what `compute` gives, up to a bound."""

    def __init__(self, compute: Callable[[str], bytes]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, word: str) -> bytes:
        found = self._compute(word)
        if len(word) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[word] = found
        return found


class Tokeniser:
    """Ids of a text's pieces, as the tokenizer.json gives them; threads may share one.

    `before` and `after` are the ids of the marks that an encoder expects around a text's own.
    """

    def __init__(self, tokenizer_json: str, rule: Rule | None) -> None:
        """`tokenizer_json` as `adapt` made it with `rule`, or any other with None, which is slower.

        Raises ValueError where the two do not belong together.
        """
        from tokenizers import Tokenizer

        contents = json.loads(tokenizer_json)
        self._pipeline = Tokenizer.from_str(tokenizer_json)
        self._pipeline.no_padding()
        self._pipeline.no_truncation()
        self._model = self._pipeline.model
        self._specials = {token["content"]: int(token["id"]) for token in contents.get("added_tokens", ())}
        self._special = re.compile("|".join(map(re.escape, self._specials)) or "(?!)")
        self.before, self.after = self._marks()
        self._rule = rule
        steps = (contents.get("normalizer") or {}).get("normalizers") or [{}]
        if rule and steps[:-1] != split_normalizer(rule):
            raise ValueError("its normalizers are not those of the rule")
        rule = rule or Rule()
        self._lowercase = bool(steps[-1].get("lowercase"))
        self._boundary = re.compile(_BOUNDARY) if rule.split_identifiers else None
        self._spaces = str.maketrans(dict.fromkeys(_CONTROLS + rule.dropped, " "))
        self._words = _Cache(self._of_word)
        self._chunks = _Cache(self._of_chunk)

    def _marks(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        bare = self._pipeline.encode("a", add_special_tokens=False).ids
        marked = self._pipeline.encode("a").ids
        places = range(len(marked) - len(bare) + 1)
        place = next(i for i in places if marked[i : i + len(bare)] == bare)
        return tuple(marked[:place]), tuple(marked[place + len(bare) :])

    @property
    def specials(self) -> tuple[int, ...]:
        """Ids of the tokens that are marks and no words."""
        return tuple(self._specials.values())

    def packed(self, text: str) -> bytes:
        """Ids of the pieces as int32, one after another, without the marks at both ends."""
        text = well_formed(text)
        if self._rule is None:
            return _pack(self._pipeline.encode(text, add_special_tokens=False).ids)
        if self._special.search(text):
            return self._around_specials(text)
        return b"".join(map(self._chunks.__getitem__, text.translate(self._spaces).split()))

    def ids(self, text: str) -> NDArray[np.int32]:
        """Ids of the pieces, without the marks at both ends."""
        return np.frombuffer(self.packed(text), np.int32)

    def _around_specials(self, text: str) -> bytes:
        parts, place = [], 0
        for match in self._special.finditer(text):
            words = text[place : match.start()].translate(self._spaces).split()
            parts += [self._chunks[word] for word in words]
            parts.append(_pack([self._specials[match[0]]]))
            place = match.end()
        parts += [self._chunks[word] for word in text[place:].translate(self._spaces).split()]
        return b"".join(parts)

    def _of_chunk(self, chunk: str) -> bytes:
        """Ids of text without spaces."""
        if not chunk.isascii():
            return _pack(self._pipeline.encode(chunk, add_special_tokens=False).ids)
        if self._boundary:
            chunk = self._boundary.sub(" ", chunk)
        if self._lowercase:
            chunk = chunk.lower()
        return b"".join(map(self._words.__getitem__, _PRE_TOKEN.findall(chunk)))

    def _of_word(self, word: str) -> bytes:
        return _pack([token.id for token in self._model.tokenize(word)])


_PRE_TOKEN = re.compile(r"[A-Za-z0-9]+|[^A-Za-z0-9\s]")  # of ASCII text: BERT sets punctuation apart


def _pack(ids: Sequence[int]) -> bytes:
    return np.asarray(ids, np.int32).tobytes()
