"""Records as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, Literal

from . import _native
from ._records import Record

if TYPE_CHECKING:
    import pandas

#: A row a claim, a hedge or a speaker.
Kind = Literal["claims", "hedges", "speakers"]


def to_arrow(records: Iterable[Record], table: Kind = "claims") -> _native.Table:
    """A table with a row a claim, hedge or speaker, and what there is to know of its article; the claims' is that of
    ``sayso export --to parquet``.

    It speaks Arrow's C interface, so that ``pyarrow.table(…)``, ``polars.DataFrame(…)`` and others take it over without
    copying it. It needs none of them. Records are taken one by one and not kept.
    """
    columns = _native.Columns(table)
    for record in records:
        if not isinstance(record, Record):
            kind = type(record).__name__
            raise TypeError(f"a table is made of records, and this is a {kind}; leave it out")
        columns.add(record._line)
    return columns.finish()


def to_pandas(records: Iterable[Record], table: Kind = "claims") -> pandas.DataFrame:
    """The same as a data frame of pandas. Needs pandas and pyarrow.

    Whole numbers are ``Int64`` and truths ``boolean``, which stay what they are where some are missing.
    """
    try:
        import pandas
        import pyarrow
    except ImportError as error:
        raise ImportError(f"to_pandas needs {error.name}; pip install pandas pyarrow") from error
    types = {pyarrow.int64(): pandas.Int64Dtype(), pyarrow.bool_(): pandas.BooleanDtype()}
    frame: pandas.DataFrame = pyarrow.table(to_arrow(records, table)).to_pandas(types_mapper=types.get)
    return frame
