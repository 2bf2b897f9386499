"""Giving rows the exact types of a table's schema.

Engines hand back what is nearly it: large strings, nullable fields, columns in another
order. And what lies under a null struct may be marked null too, which neither Arrow's cast
nor its Parquet writer accepts in a field that is declared non-null, although nothing is
missing there.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def conform(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """The same rows with the schema's columns, in its order and of its types.

    Raises ValueError for other columns, for a value that does not fit the type, and for a
    null where the schema allows none.
    """
    odd = set(batch.schema.names) ^ set(schema.names)
    if odd:
        raise ValueError(f"columns that only the rows or only the schema has: {', '.join(sorted(odd))}")
    columns = [_fitted(batch.column(field.name), field.type) for field in schema]
    for field, column in zip(schema, columns, strict=True):
        if column.null_count and not field.nullable:
            raise ValueError(f"column {field.name} may hold no null")
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _fitted(array: pa.Array, wanted: pa.DataType) -> pa.Array:
    if pa.types.is_null(array.type):
        return pa.nulls(len(array), wanted)
    if pa.types.is_struct(wanted):
        return _fitted_struct(array, wanted)
    if array.type == wanted and not (pa.types.is_list(wanted) and pa.types.is_nested(wanted.value_type)):
        return array
    if pa.types.is_list(wanted):
        lengths = pc.fill_null(pc.list_value_length(array), 0).cast(pa.int32())
        offsets = pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(lengths)])
        items = _fitted(array.flatten(), wanted.value_type)  # `flatten` leaves out those of null lists
        return pa.ListArray.from_arrays(offsets, items, type=wanted, mask=_nulls(array))
    return array.cast(wanted)


def _fitted_struct(array: pa.StructArray, wanted: pa.StructType) -> pa.StructArray:
    children = []
    for field in wanted:
        child = _fitted(array.field(field.name), field.type)
        if child.null_count and not field.nullable:
            if pc.any(pc.and_(child.is_null(), array.is_valid())).as_py():
                raise ValueError(f"field {field.name} may hold no null")
            child = _unmarked(child)
        children.append(child)
    return pa.StructArray.from_arrays(children, fields=list(wanted), mask=_nulls(array))


def _nulls(array: pa.Array) -> pa.BooleanArray | None:
    return array.is_null() if array.null_count else None


def _unmarked(array: pa.Array) -> pa.Array:
    """The same values with none marked null: what the marked ones hold is hidden by the null above."""
    if pa.types.is_struct(array.type):
        children = [array.field(place) for place in range(array.type.num_fields)]
        return pa.StructArray.from_arrays(children, fields=list(array.type))
    return pa.Array.from_buffers(
        array.type,
        len(array),
        [None, *array.buffers()[1 : array.type.num_buffers]],
        offset=array.offset,
        children=[array.values] if pa.types.is_list(array.type) else None,
    )
