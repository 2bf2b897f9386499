"""Names that exist nowhere."""

from __future__ import annotations

import pytest

from codegloss.extract import functions_in
from codegloss.quality.claims.body import Body
from codegloss.quality.claims.names import RULES
from codegloss.quality.claims.rule import Subject
from codegloss.quality.known import Known

SOURCE = '''
class Pool:
    def fill(self, max_retries):
        """Fill it. {comment}"""
        self.worker_count = max_retries
'''


def messages(comment: str, known: Known | None) -> list[str]:
    (function,) = functions_in(SOURCE.format(comment=comment), "python")
    subject = Subject(function, Body(function.code, function.language), known)
    return [claim.message for rule in RULES for claim in rule.find(subject)]


KNOWN = Known(frozenset({"close_all", "Pool", "fill", "max_retries", "worker_count"}))


@pytest.mark.parametrize(
    "comment",
    [
        "See `self.thread_count`.",
        "Reads `self.old_state` first.",
        "Tries ``max_retrys`` times.",
        "Tries `maxRetries` times.",
        "Sets `worker_coumt`.",
        "See :meth:`.empty_all`.",
    ],
)
def test_a_name_that_is_gone_is_found(comment: str) -> None:
    assert len(messages(comment, KNOWN)) == 1
    assert messages(comment, None) == []


@pytest.mark.parametrize(
    "comment",
    [
        "See `self.worker_count` and `close_all()`.",
        "Uses `numpy.where_is`.",  # of another package
        "Needs `PATH_INFO` and `--no-cache`, `config_file.toml`.",
        "See `some_function`, `my_pool` and `close_allX`.",
        "Calls `tcgetattr` and `getElementById`.",  # may be of another library
        "Plain words, max retries and worker counts.",
        ">>> pool.max_retrys()",
        "Many `worker_counts` are summed.",  # a plural
        "The `pool_Size` and `Worker_count`.",  # another first letter, as other languages write it
        "See `max_retries_policy`.",  # a word more: another thing
    ],
)
def test_what_may_be_elsewhere_is_left_alone(comment: str) -> None:
    assert messages(comment, KNOWN) == []


@pytest.mark.parametrize(
    ("comment", "meant"),
    [
        ("Then ``clse_all`` is called.", "close_all"),
        ("See :meth:`Pool.clos_all`.", "close_all"),
        ("See :py:meth:`~pools.Pool.colse_all`.", "close_all"),
        ("\n\n        Args:\n            max_retries: given to `closee_all`.", "close_all"),
        ("See `ThreadRegistri` for it.", "ThreadRegistry"),
        ("See :func:`initialse`.", "initialise"),
    ],
)
def test_a_slip_in_a_name_of_elsewhere_is_found(comment: str, meant: str) -> None:
    known = Known(KNOWN.names | {"ThreadRegistry", "initialise"})
    (message,) = messages(comment, known)
    assert repr(meant) in message


@pytest.mark.parametrize(
    "comment",
    [
        "\n\n        Args:\n            max_retries: a `row_id` of `n_samples`.",  # one of `row_ids`; fitted
        "Like `conv_1d`, `set_size`, `y_min`, `async_load` and `file_named`.",
        "See :func:`numpyy.close_al` and ``initialse``.",  # of another package; a lone word without a role
        "\n\n        Args:\n            max_retries: `MaxRetries` of a service.",  # its own name for it
        "Gives `get_fnumber`, and adds `_close_x`.",
        "Use it like this::\n\n            `clse_all`\n\n        Then go.",
    ],
)
def test_a_letter_that_makes_another_name_is_left_alone(comment: str) -> None:
    more = {
        "initialise",
        "row_ids",
        "n_samples_",
        "conv_2d",
        "get_size",
        "get_number",
        "x_min",
        "sync_load",
        "file_name",
    }
    assert messages(comment, Known(KNOWN.names | more)) == []


def test_the_name_that_is_meant_is_told() -> None:
    (message,) = messages("Tries `maxRetries` times.", KNOWN)
    assert "'max_retries'" in message


def test_a_repository_of_unknown_size_silences_the_rule() -> None:
    assert messages("See `self.thread_count`.", Known(frozenset(), complete=False)) == []
