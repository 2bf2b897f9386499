"""`codegloss score`: can the comments of a dataset be trusted, and what is another set of them worth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codegloss.cli.figures import print_figures

if TYPE_CHECKING:
    from codegloss.dataset import Dataset
    from codegloss.quality.pools import Model
    from codegloss.quality.scores import Judges

COMPARED = ("first", "second")  # datasets of scores in --out, where functions were compared


class Pool(StrEnum):
    """Among what code a comment's own is to be found."""

    language = "language"
    repository = "repository"
    all = "all"


def score(
    dataset: Annotated[
        Path, typer.Argument(help="A dataset of functions; or one of scores, to see its figures again.")
    ],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder for the dataset of scores.")] = None,
    against: Annotated[
        Path | None,
        typer.Option(help="Another dataset of the same functions, or of their scores, to compare with."),
    ] = None,
    model: Annotated[
        str,
        typer.Option(
            "--model",
            "-m",
            help="An encoder's folder, a sentence-transformers model's folder, codegloss-mini (shipped), or "
            "bm25 for BM25 alone, which is beside every model.",
        ),
    ] = "codegloss-mini",
    exit: Annotated[
        int | None, typer.Option("--exit", "-k", help="Of the encoder; its last if not given.")
    ] = None,
    pool: Annotated[
        Pool, typer.Option(help="Among what code a comment's own is to be found.")
    ] = Pool.language,
    batch: Annotated[int, typer.Option(min=2, help="Size of the batches that are ranked as well.")] = 32,
    queries: Annotated[
        int, typer.Option(min=1, help="Comments to search by at most, of a pool of more than 100,000 codes.")
    ] = 10_000,
    seed: Annotated[int, typer.Option(help="Of batches, and of what is drawn.")] = 0,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Of the encoder; as many as processors if not given.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace another dataset that stands at --out.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The figures as JSON instead of tables.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Score comments without any reference: do they contradict their code, and do they lead to it.

    IncRate is the share of comments with a finding (see `codegloss check`). MRR is that of a function's
    own code when its comment is the query, among all different codes of the pool; equal scores count
    against it. Both depend on what is measured: compare them on the same functions only, with --against.
    A killed run goes on where it was when the same command is given again.

    Examples:

    \b
        codegloss score data/functions --out data/scores
        codegloss score data/functions --out data/scores --exit 2 --pool repository --json
        codegloss score data/rewritten --against data/functions --out data/compared
        codegloss score data/scores-new --against data/scores-old
    """
    from codegloss.dataset import DatasetError
    from codegloss.encoder import EncoderError

    try:
        found = _found(
            dataset,
            against,
            out,
            {"pool": pool.value, "batch": batch, "seed": seed, "queries": queries},
            {"model": model, "exit": exit, "threads": threads},
            overwrite=overwrite,
            quiet=quiet,
        )
    except KeyboardInterrupt as error:
        typer.echo("codegloss score: stopped; run the same command again to go on", err=True)
        raise typer.Exit(130) from error
    except (DatasetError, EncoderError, OSError, ValueError) as error:
        typer.echo(f"codegloss score: {error}", err=True)
        raise typer.Exit(2) from error
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        print_figures(found)


def _found(
    dataset: Path,
    against: Path | None,
    out: Path | None,
    options: dict[str, Any],
    encoder: dict[str, Any],
    *,
    overwrite: bool,
    quiet: bool,
) -> dict[str, Any]:
    """The figures of one dataset, or of two compared. Raises what reading, encoding and scoring raise."""
    from codegloss.cli.progress import Status
    from codegloss.dataset import Dataset, DatasetError
    from codegloss.quality.aggregate import comparison, is_scores, summary
    from codegloss.quality.pools import Options
    from codegloss.quality.scores import scores_dataset

    opened = [Dataset.open(path) for path in (dataset, against) if path]
    scored = sum(map(is_scores, opened))
    if scored == len(opened):
        if out:
            raise DatasetError(f"{dataset} holds scores already: leave out --out")
        return comparison(*opened) if against else summary(opened[0])
    if scored:
        raise DatasetError(f"{dataset} and {against} are of two kinds: name functions twice, or scores twice")
    for one in opened:
        one.table("functions")  # raises where there is none
    if not out and not against:
        raise DatasetError("name a folder for the scores with --out")
    with _place(out) as folder, Status(silent=quiet) as status:
        asked: dict[str, Any] = {
            "model": _model(**encoder),
            "judges": _judges(),
            "options": Options(**options),
            "overwrite": overwrite,
            "progress": status.advance,
        }
        if not against:
            scores_dataset(folder, dataset, **asked)
            return summary(Dataset.open(folder))
        both = _in_both(*opened)
        for name, one in zip(COMPARED, opened, strict=True):
            scores_dataset(folder / name, one.path, only=both, **asked)
        return comparison(*(Dataset.open(folder / name) for name in COMPARED))


@contextmanager
def _place(out: Path | None) -> Iterator[Path]:
    """Where scores are written: a folder of the user's, or one that is gone in the end."""
    if out:
        yield out
    else:
        with TemporaryDirectory(prefix="codegloss-") as folder:
            yield Path(folder)


def _model(model: str, exit: int | None, threads: int | None) -> Model | None:
    """The encoder at its exit, None for BM25 alone. Raises EncoderError where there is none."""
    from codegloss.dataset import Parent
    from codegloss.dataset.files import sha256
    from codegloss.encoder import EncoderError
    from codegloss.evaluate.systems import LEXICAL, OURS, folder_of, open_encoder
    from codegloss.extract.repos.snapshot import fingerprint
    from codegloss.quality.pools import Model

    if model == LEXICAL:
        if exit is not None:
            raise EncoderError(f"{LEXICAL} has no exits: leave out --exit")
        return None
    encoder = open_encoder(model, threads=threads)
    if exit is not None and exit not in encoder.exits:
        raise EncoderError(f"{model} has no exit {exit}; it has {', '.join(map(str, encoder.exits))}")
    folder = folder_of(model)
    whole = folder / OURS  # lists the checksums of the others
    print_of = sha256(whole) if whole.is_file() else fingerprint([folder])
    origin = Parent(str(folder), encoder.name, print_of)
    return Model(encoder, encoder.exits[-1] if exit is None else exit, origin)


def _judges() -> Judges:
    """The rules, and the classifier where it is shipped."""
    from codegloss.dataset import Parent
    from codegloss.dataset.files import sha256
    from codegloss.quality.inconsistency import classifier as inconsistency
    from codegloss.quality.scores import Judges, by_rules

    shipped = inconsistency.SHIPPED
    if not shipped.is_file():
        return Judges(by_rules)
    origin = Parent(str(shipped), "inconsistency", sha256(shipped))
    return Judges(by_rules, inconsistency.load().probabilities, origin)


def _in_both(first: Dataset, second: Dataset) -> frozenset[str]:
    """Ids of the functions that two datasets have with the same code. Raises DatasetError for none."""
    from codegloss.dataset import DatasetError

    columns = ["id", "code_hash"]
    tables = [dataset.read("functions", columns).to_pydict() for dataset in (first, second)]
    one, other = (set(zip(*(table[name] for name in columns), strict=True)) for table in tables)
    if both := one & other:
        return frozenset(function for function, _ in both)
    raise DatasetError(f"{first.path} and {second.path} have no function of the same code in common")
