"""Who said what in news articles, and how sure they were.

    import sayso

    tagger = sayso.load()
    record = tagger.extract("The ferry may be late, the harbour master said.")
    for claim in record.claims:
        print(claim.source, claim.content, claim.certainty)

Records are those of ``sayso extract``: ``record.to_json()`` is its very line of ``records.jsonl``.
"""

from __future__ import annotations

from ._articles import Article
from ._extract import Sayso, load
from ._native import SaysoError, Table, __version__
from ._records import Claim, Hedge, Record, Reject, Span, Speaker, read_records
from ._spacy import to_doc
from ._tables import to_arrow, to_pandas

__all__ = [
    "Article",
    "Claim",
    "Hedge",
    "Record",
    "Reject",
    "Sayso",
    "SaysoError",
    "Span",
    "Speaker",
    "Table",
    "__version__",
    "load",
    "read_records",
    "to_arrow",
    "to_doc",
    "to_pandas",
]
