"""Rows get a schema's exact types, with the same values."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegloss.dataset.conform import conform


def nested(text: pa.DataType, listed: type) -> pa.Schema:
    """A struct with a struct and lists in it, as wanted or as engines give it."""
    inner = pa.struct([("number", pa.int64()), ("sure", pa.bool_())])
    record = pa.struct([("text", text), ("inner", inner)])
    whole = pa.struct([("text", text), ("inner", inner), ("records", listed(record))])
    return pa.schema([("value", whole), ("values", listed(whole)), ("names", listed(text))])


WANTED = nested(pa.string(), pa.list_)
INNER = st.fixed_dictionaries({"number": st.integers(-9, 9), "sure": st.booleans()})
RECORD = st.fixed_dictionaries({"text": st.text(max_size=3), "inner": INNER})
WHOLE = st.fixed_dictionaries(
    {"text": st.text(max_size=3), "inner": INNER, "records": st.lists(RECORD, max_size=2)}
)
ROW = st.fixed_dictionaries(
    {
        "value": st.none() | WHOLE,
        "values": st.lists(WHOLE, max_size=2),
        "names": st.lists(st.text(max_size=3), max_size=2),
    }
)


@pytest.mark.parametrize(
    "given_schema",
    [WANTED, nested(pa.large_string(), pa.large_list)],
    ids=["same", "large"],
)
@given(rows=st.lists(ROW, min_size=1, max_size=6), start=st.integers(0, 3), gather=st.booleans())
def test_values_survive_any_such_change(
    given_schema: pa.Schema, rows: list[dict[str, object]], start: int, gather: bool
) -> None:
    batch = pa.RecordBatch.from_pylist(rows, schema=given_schema)
    if gather:  # marks what lies under a null struct as null too
        present = [None if row["value"] is None else place for place, row in enumerate(rows)]
        column = batch["value"].take(pa.array(present, pa.int64()))
        batch = pa.RecordBatch.from_arrays([column, *batch.columns[1:]], schema=given_schema)
    batch = batch.slice(start)
    result = conform(batch.select(["names", "value", "values"]), WANTED)
    result.validate(full=True)
    assert result.schema == WANTED
    assert result.to_pylist() == rows[start:]
    file = io.BytesIO()
    pq.write_table(pa.Table.from_batches([result]), file)
    assert pq.read_table(file).to_pylist() == rows[start:]


def test_a_null_where_none_is_allowed_is_refused() -> None:
    schema = pa.schema([pa.field("name", pa.string(), nullable=False)])
    with pytest.raises(ValueError, match="column name may hold no null"):
        conform(pa.record_batch({"name": ["a", None]}), schema)


def test_a_column_of_nothing_but_nulls_gets_its_type() -> None:
    schema = pa.schema([("text", pa.string())])
    assert conform(pa.record_batch({"text": pa.nulls(2)}), schema) == pa.record_batch(
        {"text": pa.nulls(2, pa.string())}
    )


def test_a_value_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="abc"):
        conform(pa.record_batch({"number": ["abc"]}), pa.schema([("number", pa.int64())]))
