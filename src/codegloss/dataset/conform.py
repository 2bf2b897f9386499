"""Giving rows the exact types of a table's schema; engines hand back what is nearly it."""

from __future__ import annotations

import pyarrow as pa


def conform(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """The same rows with the schema's columns, in its order and of its types.

    Raises ValueError for other columns, for a value that does not fit the type, and for a
    null where the schema allows none.
    """
    odd = set(batch.schema.names) ^ set(schema.names)
    if odd:
        raise ValueError(f"columns that only the rows or only the schema has: {', '.join(sorted(odd))}")
    columns = [batch.column(field.name).cast(field.type) for field in schema]
    for field, column in zip(schema, columns, strict=True):
        if column.null_count and not field.nullable:
            raise ValueError(f"column {field.name} may hold no null")
    return pa.RecordBatch.from_arrays(columns, schema=schema)
