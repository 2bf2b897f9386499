"""A module for sentence-transformers: one encoder, many exits.

`codegloss train export` puts a copy of this file into the folder that it writes, so that the
folder loads where codegloss is not installed:

    model = SentenceTransformer(path, trust_remote_code=True)
    model.encode(texts)          # the last exit
    model.encode(texts, exit=2)  # stop after layer 2; 0 is the static exit

It needs torch, transformers and sentence-transformers, and nothing of codegloss.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from sentence_transformers.base.modules import InputModule
from torch import Tensor, nn
from torch.nn import functional

SETTINGS = "exits.json"
HEADS = "exits.safetensors"
# Where families keep their list of layers, and the norm after the last that exits do without.
LAYERS = ("encoder.layer", "layers")
LAST_NORMS = ("final_norm", "norm")


class Exits(InputModule):
    """An encoder from `transformers` with a head after some of its layers. Shapes: B texts, L tokens."""

    forward_kwargs = {"exit"}  # noqa: RUF012 - as the class above declares it
    config_file_name = SETTINGS
    counts: Tensor

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        heads: dict[str, Tensor],
        *,
        exits: list[int],
        dimensions: int,
        max_seq_length: int,
        special: list[int],
        exit: int | None = None,
    ) -> None:
        """`heads` are tensors named EXIT.NAME; `special` are ids that exit 0 skips.

        Raises ValueError for an `exit` that there is not.
        """
        super().__init__()
        self.auto_model = model
        self.tokenizer = tokenizer
        self.exits = exits
        self.dimensions = dimensions
        self.max_seq_length = max_seq_length
        self.special = special
        self.exit = self._known(exit)
        self.heads = nn.ParameterDict({name.replace(".", "/"): nn.Parameter(t) for name, t in heads.items()})
        counts = torch.ones(model.get_input_embeddings().num_embeddings)
        counts[special] = 0.0
        self.register_buffer("counts", counts, persistent=False)

    def preprocess(
        self, inputs: Any, prompt: str | None = None, exit: int | None = None, **_: Any
    ) -> dict[str, Any]:
        """Texts to `input_ids` and `attention_mask`, (B, L) each; exit 0 sees all of a text."""
        texts = self._prepend_prompt(list(inputs), prompt) if prompt else list(inputs)
        exit = self.exit if exit is None else self._known(exit)
        longest = self.max_seq_length if exit else None
        encoded = self.tokenizer(
            texts,
            padding=True,
            truncation=longest is not None,
            max_length=longest,
            return_tensors="pt",
            verbose=False,
        )
        return {name: encoded[name] for name in ("input_ids", "attention_mask")}

    def forward(self, features: dict[str, Any], exit: int | None = None, **_: Any) -> dict[str, Any]:
        """Adds `sentence_embedding`, (B, dimensions) of length 1; nothing above `exit` is computed."""
        exit = self.exit if exit is None else self._known(exit)
        ids, mask = features["input_ids"], features["attention_mask"]
        pooled = self._static(ids, mask) if exit == 0 else self._pooled(ids, mask, exit)
        features["sentence_embedding"] = functional.normalize(pooled.float(), dim=-1)
        return features

    def get_embedding_dimension(self) -> int:
        """Length of a vector."""
        return self.dimensions

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Write the folder again, this file included."""
        import shutil

        from safetensors.torch import save_file

        folder = Path(output_path)
        self.auto_model.save_pretrained(output_path)
        self.tokenizer.save_pretrained(output_path)
        heads = {name.replace("/", "."): t.detach().cpu().contiguous() for name, t in self.heads.items()}
        save_file(heads, folder / HEADS)
        settings = {
            "exits": self.exits,
            "dimensions": self.dimensions,
            "max_seq_length": self.max_seq_length,
            "special": self.special,
            "exit": self.exit,
            "pad_token": self.tokenizer.pad_token,
        }
        (folder / SETTINGS).write_text(json.dumps(settings, indent=2) + "\n")
        if not (folder / "exits.py").exists():
            shutil.copyfile(__file__, folder / "exits.py")

    @classmethod
    def load(cls, model_name_or_path: str, *_: Any, **kwargs: Any) -> Exits:
        """From a folder or a hub's name; `model_kwargs={"exit": 2}` chooses the exit for good."""
        from safetensors.torch import load_file
        from transformers import AutoConfig, AutoModel, PreTrainedTokenizerFast

        options = dict(kwargs.get("model_kwargs") or {})
        hub = {
            name: kwargs[name]
            for name in ("token", "cache_folder", "revision", "local_files_only")
            if name in kwargs
        }
        settings = cls.load_config(model_name_or_path, **hub)
        settings["exit"] = options.pop("exit", settings.get("exit"))

        def path(name: str) -> str:
            found: str | None = cls.load_file_path(model_name_or_path, name, **hub)
            if found is None:
                raise FileNotFoundError(f"{model_name_or_path} has no {name}")
            return found

        config = AutoConfig.from_pretrained(str(Path(path("config.json")).parent))
        pooler = (
            {"add_pooling_layer": False} if config.model_type in ("bert", "roberta", "xlm-roberta") else {}
        )
        model = AutoModel.from_config(config, attn_implementation="sdpa", **pooler)
        for name in LAST_NORMS:
            if hasattr(model, name):
                setattr(model, name, nn.Identity())
        model.load_state_dict(load_file(path("model.safetensors")))
        tokenizer = PreTrainedTokenizerFast(
            tokenizer_file=path("tokenizer.json"), pad_token=settings.pop("pad_token")
        )
        return cls(model.eval(), tokenizer, load_file(path(HEADS)), **settings)

    def _known(self, exit: int | None) -> int:
        if exit is not None and exit not in self.exits:
            raise ValueError(f"there is no exit {exit}, only {', '.join(map(str, self.exits))}")
        return self.exits[-1] if exit is None else exit

    def _head(self, exit: int, name: str) -> Tensor:
        tensor: Tensor = self.heads[f"{exit}.{name}".replace(".", "/")]
        return tensor

    def _static(self, ids: Tensor, mask: Tensor) -> Tensor:
        weights = self._head(0, "weight")[ids] * self.counts[ids] * mask
        embedded = self.auto_model.get_input_embeddings()(ids)
        return (weights[..., None] * embedded).sum(1) @ self._head(0, "project.weight").T

    def _pooled(self, ids: Tensor, mask: Tensor, exit: int) -> Tensor:
        hidden = self._hidden(ids, mask, exit)
        if f"{exit}/norm/weight" in self.heads:
            shape = (hidden.shape[-1],)
            norm = self._head(exit, "norm.weight"), self._head(exit, "norm.bias")
            hidden = functional.layer_norm(hidden, shape, *norm)
        scores = functional.linear(hidden, self._head(exit, "score.weight"), self._head(exit, "score.bias"))
        scores = scores[..., 0].float().masked_fill(~mask.bool(), float("-inf"))
        pooled = (scores.softmax(-1)[..., None] * hidden).sum(1)
        return functional.linear(pooled, self._head(exit, "project.weight"), self._head(exit, "project.bias"))

    def _hidden(self, ids: Tensor, mask: Tensor, depth: int) -> Tensor:
        """(B, L, d) after `depth` layers: the layers above are taken off while it runs."""
        for place in LAYERS:
            owner, _, name = place.rpartition(".")
            try:
                holder = self.auto_model.get_submodule(owner)
                layers = getattr(holder, name)
            except AttributeError:
                continue
            setattr(holder, name, layers[:depth])
            try:
                hidden: Tensor = self.auto_model(input_ids=ids, attention_mask=mask).last_hidden_state
            finally:
                setattr(holder, name, layers)
            return hidden
        raise ValueError(f"a {self.auto_model.config.model_type} model: its layers were not found")
