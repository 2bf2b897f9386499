"""Scores as a stage: a dataset of functions in, one of scores out, a row for each comment that can be judged.

Every function becomes a row of `scores`, of `dropped` or of `failed`. The codes of a pool are those of all
functions that are material, documented or not, each different code once: whatever the comments say, the
pool is the same, and a function is no rival of its copies. Vectors are kept beside the unfinished dataset
and rows are checkpointed, so that a killed run goes on where it was.

Memory: about 3 kB a function for code, names and index; vectors stay on disk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from codegloss import __version__
from codegloss.dataset import Counts, Dataset, Manifest, Parent, Writer
from codegloss.quality.known import Known, of_names
from codegloss.quality.pools import BATCH_ROWS, LARGE, Material, Model, Options, ranked, read
from codegloss.quality.reasons import Reason
from codegloss.quality.searchability import Progress, Query
from codegloss.quality.texts import words
from codegloss.records import (
    Dropped,
    Failed,
    Finding,
    Function,
    Score,
    Standing,
    arrow_schema,
    from_row,
    to_arrow,
)

TABLES = {"scores": Score, "dropped": Dropped, "failed": Failed}
SCORES_VERSION = 1  # raise it when the same functions get other scores


@dataclass(frozen=True, slots=True)
class Judges:
    """What looks for contradictions between a comment and its code."""

    # findings in a function, given the names of its repository; None where the comment cannot be read
    rules: Callable[[Function, Container[str]], Sequence[Finding] | None]
    # P(inconsistent) of n functions, (n,), NaN where it says nothing
    classifier: Callable[[Sequence[Function]], NDArray[np.floating]] | None = None
    origin: Parent | None = None  # what the classifier was read from


def by_rules(function: Function, known: Container[str]) -> Sequence[Finding] | None:
    """What the rules find that is more often true than not; None where they do not read the comment."""
    from codegloss.quality.claims.check import objections, unsupported

    return None if unsupported(function) else objections(function, known)


def scores_dataset(
    out: str | Path,
    functions: str | Path,
    *,
    model: Model | None,
    judges: Judges,
    options: Options,
    only: frozenset[str] | None = None,
    overwrite: bool = False,
    progress: Progress = lambda what, done, total: None,
) -> Manifest:
    """Score the comments in a dataset of functions; BM25 ranks always, `model` where there is one.

    With `only`, other functions than those with these ids count as if they were not there. Returns
    at once when the dataset stands at `out`. Raises DatasetError, EncoderError, and ValueError where
    a vector is not finite.
    """
    dataset = Dataset.open(functions)
    read_from = Parent(str(dataset.path), dataset.manifest.name, dataset.manifest.fingerprint)
    writer = Writer(
        out,
        name="score",
        main="scores",
        tables={name: arrow_schema(record) for name, record in TABLES.items()},
        parents=[parent for parent in (read_from, model and model.origin, judges.origin) if parent],
        parameters=asdict(options)
        | {
            "model": model and model.encoder.name,
            "exit": model and model.exit,
            "classifier": judges.classifier is not None,
            "only": only and hashlib.sha256("\n".join(sorted(only)).encode()).hexdigest(),
            "large": LARGE,
            "scores": SCORES_VERSION,
        },
        versions={"codegloss": __version__},
        overwrite=overwrite,
    )
    if writer.unchanged:
        return Dataset.open(out).manifest
    try:
        found = read(dataset, options, only, progress)
        standing = {}
        for number, name in enumerate(sorted(found.pools)):
            progress("searching, pool by pool", number, len(found.pools))
            vectors = writer.workspace / f"vectors-{number}"
            standing[name] = ranked(found, name, options, model, vectors, progress)
        return _write(dataset, found, standing, judges, writer, progress)
    except BaseException:
        writer.abort()
        raise


Ranked = Mapping[str, Mapping[Query, tuple[Standing | None, Standing]]]


def _write(
    dataset: Dataset, found: Material, standing: Ranked, judges: Judges, writer: Writer, progress: Progress
) -> Manifest:
    """Judge the comments that were kept, and write every row."""
    done, counts = 0, writer.counts
    known: dict[str, Known] = {}
    for batch in dataset.batches("functions", batch_size=BATCH_ROWS):
        fates = found.fates[done : done + batch.num_rows]
        done += batch.num_rows
        if done <= writer.position:
            continue
        for name in set(batch["repository"].to_pylist()) - known.keys():
            known[name] = of_names(found.names[name])
        rows = _rows(batch, fates, found, standing, judges, known)
        for table, record in TABLES.items():
            writer.write(table, to_arrow([row for row in rows if isinstance(row, record)], record))
        kept, dropped, failed = (sum(isinstance(row, record) for row in rows) for record in TABLES.values())
        counts = Counts(counts.kept + kept, counts.dropped + dropped, counts.failed + failed)
        if writer.due():
            writer.checkpoint(done, counts)
        progress("judging comments", done, len(found.fates))
    return writer.commit(counts)


def _rows(
    batch: pa.RecordBatch,
    fates: Sequence[Reason | tuple[str, Query]],
    found: Material,
    standing: Ranked,
    judges: Judges,
    known: Mapping[str, Known],
) -> list[Score | Dropped | Failed]:
    """The row of each function of a batch."""
    rows: list[Score | Dropped | Failed] = []
    identity = batch.select(["repository", "path", "qualified_name"]).to_pylist()
    for who, fate in zip(identity, fates, strict=True):
        if isinstance(fate, Reason):
            detail = f"{who['qualified_name']}: {fate.detail}" if fate.detail else who["qualified_name"]
            rows.append(Dropped(who["repository"], who["path"], fate.name, detail))
    kept = [fate for fate in fates if not isinstance(fate, Reason)]
    mask = pa.array([not isinstance(fate, Reason) for fate in fates])
    functions = [from_row(row, Function) for row in batch.filter(mask).to_pylist()]
    chances: Sequence[float] = [float("nan")] * len(functions)
    if judges.classifier and functions:
        chances = judges.classifier(functions).tolist()
    for function, chance, (pool, query) in zip(functions, chances, kept, strict=True):
        try:
            findings = judges.rules(function, known[function.repository])
        except Exception as error:  # one function that a rule cannot bear is no reason to lose the others
            message = f"{function.qualified_name}: {error}".partition("\n")[0]
            rows.append(Failed(function.repository, function.path, type(error).__name__, message))
            continue
        semantic, lexical = standing[pool].get(query, (None, None))
        rows.append(
            Score(
                function=function.id,
                repository=function.repository,
                path=function.path,
                qualified_name=function.qualified_name,
                language=function.language,
                kind=function.kind,
                code_hash=function.code_hash,
                comment_hash=function.comment_hash or "",
                text=query.text,
                words=len(words(query.text)),
                inconsistency=None if np.isnan(chance) else chance,
                findings=None if findings is None else len(findings),
                rules=list(dict.fromkeys(finding.rule for finding in findings or ())),
                pool=len(found.pools[pool].codes),
                semantic=semantic,
                lexical=lexical,
            )
        )
    return rows
