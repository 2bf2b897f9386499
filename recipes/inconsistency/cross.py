"""Step 3: train the small cross-encoder on a CPU, and write it as ONNX.

    python recipes/inconsistency/cross.py PAIRS OUT.onnx --minutes 35

PAIRS is the dataset of pairs that the encoder was trained on; the pairs of one half of its repositories are
read here, and the trees learn from the other half, so that they see the margins that new code gets. The
token vectors are those of the shipped encoder's exit 0 and stay as they are.
"""

from __future__ import annotations

import argparse
import io
import math
import time
from pathlib import Path

import numpy as np
import torch
from cross_pairs import Pairs, drawn, read, stranger
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from codegloss.encoder.checkpoint import open_checkpoint
from codegloss.encoder.runtime import SHIPPED
from codegloss.quality.inconsistency.cross import CODE_TOKENS, TEXT_TOKENS

WIDTH, LAYERS, HEADS, INNER = 128, 2, 4, 256
RATE, WARM, LEAST = 1e-3, 200, 0.02  # learning rate, steps of its rise, share of it at the end
DECAY, BETAS, CLIP = 0.01, (0.9, 0.98), 1.0
BATCH, WINDOW = 64, 4_096  # pairs of a step; pairs sorted by length together
OF_A_REPOSITORY, VALIDATED = 2_500, 4_000
MASKED = -1e4
Inputs = tuple[Tensor, Tensor, Tensor, Tensor, Tensor]


class Block(nn.Module):
    """A layer of a transformer, normalised before each part (Xiong and others, arXiv 2002.04745)."""

    def __init__(self) -> None:
        super().__init__()
        self.norm, self.inner_norm = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.project, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.widen, self.narrow = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        batch, length, _ = states.shape
        parts = self.project(self.norm(states)).view(batch, length, 3, HEADS, WIDTH // HEADS)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        states = states + self.out(seen.transpose(1, 2).reshape(batch, length, WIDTH))
        return states + self.narrow(functional.gelu(self.widen(self.inner_norm(states))))


class Reader(nn.Module):
    """A comment's T tokens and its code's C, as rows of the table, to one margin. B pairs."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.project = nn.Linear(hidden, WIDTH)
        self.side = nn.Embedding(2, WIDTH)
        self.position = nn.Embedding(TEXT_TOKENS + CODE_TOKENS, WIDTH)
        self.match = nn.Linear(3, WIDTH)  # best cosine on the other side, found there word for word, weight
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.norm = nn.LayerNorm(WIDTH)
        self.score = nn.Linear(WIDTH, 2)  # how much a token counts: of the comment, of the code
        self.head = nn.Sequential(nn.Linear(4 * WIDTH, WIDTH), nn.GELU(), nn.Linear(WIDTH, 1))
        nn.init.normal_(self.position.weight, std=0.02)
        nn.init.normal_(self.side.weight, std=0.02)

    def forward(
        self, text: Tensor, code: Tensor, text_mask: Tensor, code_mask: Tensor, same: Tensor
    ) -> Tensor:
        long = text.shape[1]
        states = self._embedded(text, code, text_mask, code_mask, same)
        mask = torch.cat([text_mask, code_mask], 1)
        bias = torch.zeros_like(mask, dtype=states.dtype).masked_fill(~mask, MASKED)[:, None, None, :]
        for block in self.blocks:
            states = block(states, bias)
        states = self.norm(states)
        scores = self.score(states)
        one = _pooled(states[:, :long], scores[:, :long, 0], text_mask)
        other = _pooled(states[:, long:], scores[:, long:, 1], code_mask)
        most = states[:, :long].masked_fill(~text_mask[..., None], MASKED).amax(1)
        margin: Tensor = self.head(torch.cat([one, other, most, one * other], -1))[:, 0]
        return margin

    def _embedded(
        self, text: Tensor, code: Tensor, text_mask: Tensor, code_mask: Tensor, same: Tensor
    ) -> Tensor:
        texts, codes = functional.normalize(text, dim=-1), functional.normalize(code, dim=-1)
        both = text_mask[:, :, None] & code_mask[:, None, :]
        alike = (texts @ codes.transpose(1, 2)).masked_fill(~both, -1)
        of_text = torch.stack([alike.amax(2), same.any(2).float(), text.norm(dim=-1)], -1)
        of_code = torch.stack([alike.amax(1), same.any(1).float(), code.norm(dim=-1)], -1)
        long, longer = text.shape[1], code.shape[1]
        positions = self.position.weight
        places = torch.cat([positions[:long], positions[TEXT_TOKENS : TEXT_TOKENS + longer]])
        sides = torch.cat([self.side.weight[:1].expand(long, -1), self.side.weight[1:].expand(longer, -1)])
        rows = self.project(torch.cat([texts, codes], 1)) * 4
        embedded: Tensor = rows + places + sides + self.match(torch.cat([of_text, of_code], 1))
        return embedded


def _pooled(states: Tensor, scores: Tensor, mask: Tensor) -> Tensor:
    return (scores.masked_fill(~mask, MASKED).softmax(-1)[..., None] * states).sum(1)


def inputs(table: Tensor, texts: NDArray[np.int16], codes: NDArray[np.int16]) -> Inputs:
    """What the model takes, of ids (B, ·) filled with 0."""

    def trimmed(ids: NDArray[np.int16]) -> Tensor:
        return torch.from_numpy(ids[:, : max(1, int((ids > 0).sum(1).max()))].astype(np.int64))

    text, code = trimmed(texts), trimmed(codes)
    same = (text[:, :, None] == code[:, None, :]) & (text > 0)[:, :, None]
    return table[text], table[code], text > 0, code > 0, same


def token_table() -> Tensor:
    """(V, hidden) rows of exit 0, each times its weight; 0 for marks."""
    encoder = open_checkpoint(SHIPPED)
    tokens = encoder.tokens()
    assert tokens.weight is not None
    rows = tokens.table.astype(np.float32) * (tokens.scale * tokens.weight)[:, None]
    rows[list(encoder.tokeniser().specials)] = 0
    return torch.from_numpy(rows)


def trained(pairs: Pairs, validation: Pairs, minutes: float, seed: int) -> Reader:
    """A model after so many minutes; the learning rate falls along a cosine."""
    torch.manual_seed(seed)
    generator, table = np.random.default_rng(seed), token_table()
    model = Reader(table.shape[1])
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY, betas=BETAS)
    begun, step, losses = time.monotonic(), 0, list[float]()
    while True:
        window = generator.permutation(len(pairs.texts))[:WINDOW]
        made = [drawn(pairs, place, generator) for place in window]
        texts, labels = np.stack([text for text, _ in made]), np.array([label for _, label in made])
        codes = pairs.codes[window]
        order = np.argsort(2 * (texts > 0).sum(1) + (codes > 0).sum(1))
        batches = np.array_split(order, max(1, len(order) // BATCH))
        for number in generator.permutation(len(batches)):
            some, share = batches[number], (time.monotonic() - begun) / 60 / minutes
            if share >= 1:
                print(
                    f"{step * BATCH:,} pairs, loss {np.mean(losses[-300:]):.3f}, AUC", aucs(model, validation)
                )
                return model.eval()
            rate = RATE * min(1, (step + 1) / WARM)
            for group in optimiser.param_groups:
                group["lr"] = rate * (LEAST + (1 - LEAST) * 0.5 * (1 + math.cos(math.pi * share)))
            margins = model(*inputs(table, texts[some], codes[some]))
            loss = functional.binary_cross_entropy_with_logits(
                margins, torch.from_numpy(labels[some]).float()
            )
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), CLIP)
            optimiser.step()
            losses.append(loss.item())
            step += 1


@torch.no_grad()
def margins(model: Reader, texts: NDArray[np.int16], codes: NDArray[np.int16]) -> NDArray[np.float32]:
    """(n,) margins of n pairs."""
    table, found = token_table(), np.zeros(len(texts), np.float32)
    order = np.argsort((texts > 0).sum(1) + (codes > 0).sum(1))
    for start in range(0, len(order), BATCH):
        some = order[start : start + BATCH]
        found[some] = model(*inputs(table, texts[some], codes[some])).numpy()
    return found


def aucs(model: Reader, pairs: Pairs) -> dict[str, float]:
    """AUC of each kind against comments as they stand, on validation repositories."""
    from sklearn.metrics import roc_auc_score

    generator = np.random.default_rng(5)
    places = generator.permutation(len(pairs.texts))[:VALIDATED]
    own, found = margins(model.eval(), pairs.texts[places], pairs.codes[places]), dict[str, float]()
    for kind in ("neighbour", "repository", "random", "edited"):
        if kind == "edited":
            some = places[pairs.edited[places, 0] > 0]
            other = margins(model, pairs.edited[some], pairs.codes[some])
        else:
            drawn = [(stranger(pairs, place, kind, generator), place) for place in places]
            known = np.array([pair for pair in drawn if pair[0] is not None], np.int64)
            other = margins(model, pairs.texts[known[:, 0]], pairs.codes[known[:, 1]])
        truth = np.repeat([False, True], [len(own), len(other)])
        found[kind] = round(float(roc_auc_score(truth, np.concatenate([own, other]))), 3)
    model.train()
    return found


def exported(model: Reader) -> bytes:
    """The ONNX graph that `codegloss.quality.inconsistency.cross` runs; any number of pairs and tokens."""
    from codegloss.train.export.segments import OPSET, _anonymous, _quiet

    hidden, batch = model.project.in_features, torch.export.Dim("batch")
    text, code = torch.export.Dim("text", max=TEXT_TOKENS), torch.export.Dim("code", max=CODE_TOKENS)
    example = (
        torch.zeros(2, 5, hidden), torch.zeros(2, 7, hidden), torch.ones(2, 5, dtype=torch.bool),
        torch.ones(2, 7, dtype=torch.bool), torch.ones(2, 5, 7, dtype=torch.bool),
    )  # fmt: skip
    shapes = (
        {0: batch, 1: text}, {0: batch, 1: code}, {0: batch, 1: text}, {0: batch, 1: code},
        {0: batch, 1: text, 2: code},
    )  # fmt: skip
    with _quiet(), torch.no_grad():
        program = torch.onnx.export(
            model, example, dynamo=True, opset_version=OPSET, output_names=["margin"],
            input_names=["text", "code", "text_mask", "code_mask", "same"], dynamic_shapes=shapes,
            verbose=False,
        )  # fmt: skip
    assert program is not None
    written = io.BytesIO()
    written.write(_anonymous(program.model_proto).SerializeToString(deterministic=True))
    return written.getvalue()


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pairs", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=35)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    tokeniser = open_checkpoint(SHIPPED).tokeniser()
    validation = read(options.pairs, "validation", tokeniser, OF_A_REPOSITORY, None, options.seed)
    train = read(options.pairs, "train", tokeniser, OF_A_REPOSITORY, 0, options.seed)
    print(f"{len(train.texts):,} pairs to draw from, {len(validation.texts):,} for validation")
    options.out.write_bytes(exported(trained(train, validation, options.minutes, options.seed)))


if __name__ == "__main__":
    main()
