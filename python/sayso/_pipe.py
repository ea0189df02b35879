"""The component ``sayso`` for pipelines of spaCy, which loads this module by its entry point when it is asked for it."""

from __future__ import annotations

import os
from itertools import tee
from typing import Any, Callable, Iterable, Iterator, List, Optional

from spacy.language import Language
from spacy.tokens import Doc

from ._extract import Sayso, load
from ._native import SaysoError
from ._records import Record, Reject
from ._spacy import mark

#: Where a document keeps its record, as JSON: it goes along when the document is saved or handed to another process.
_KEY = "sayso"


class Pipe:
    """Reads documents; the model is loaded with the first one, once a process."""

    def __init__(self, name: str, model: Optional[str], threads: Optional[int]) -> None:
        self.name = name
        self._given = (model, threads)
        self._loaded: Optional[Sayso] = None
        self._process = 0
        self._error_handler: Callable[[str, Any, List[Doc], Exception], None] = _raise

    def __call__(self, doc: Doc) -> Doc:
        for read in self.pipe([doc]):
            doc = read
        return doc

    def pipe(self, docs: Iterable[Doc], *, batch_size: int = 0) -> Iterator[Doc]:
        """The same for many, which are read side by side. What cannot be read goes to the error handler."""
        docs, again = tee(docs)
        for doc, found in zip(docs, self._tagger().extract_batch((doc.text for doc in again), errors="reject")):
            # In a document of blanks nobody says anything.
            if doc.text.strip():
                fault = _misfit(doc, found)
                if fault is not None:
                    self._error_handler(self.name, self, [doc], SaysoError(fault))
                    continue
            record = found if isinstance(found, Record) else None
            if record is not None:
                doc.user_data[_KEY] = record.to_json()
            yield mark(doc, record)

    def set_error_handler(self, handler: Callable[[str, Any, List[Doc], Exception], None]) -> None:
        """What is done about documents that cannot be read, as spaCy has it for all components."""
        self._error_handler = handler

    def get_error_handler(self) -> Callable[[str, Any, List[Doc], Exception], None]:
        return self._error_handler

    def _tagger(self) -> Sayso:
        if self._loaded is None or self._process != os.getpid():
            model, threads = self._given
            self._loaded, self._process = load(model, threads=threads), os.getpid()
        return self._loaded


def _misfit(doc: Doc, found: object) -> Optional[str]:
    """Why the document cannot have what was found, if it cannot."""
    if isinstance(found, Reject):
        return found.reason
    if isinstance(found, Record) and found.text != doc.text:
        return (
            "sayso mends line ends, character references and the like, and its offsets are into the text that comes of "
            "it; hand over sayso.load().extract(text).text"
        )
    return None


def _raise(name: str, component: Any, docs: List[Doc], error: Exception) -> None:
    raise error


def _record(doc: Doc) -> Optional[Record]:
    line = doc.user_data.get(_KEY)
    return None if line is None else Record.from_json(line)


Doc.set_extension("sayso", getter=_record, force=True)


@Language.factory("sayso", default_config={"model": None, "threads": None})
def create(nlp: Language, name: str, model: Optional[str], threads: Optional[int]) -> Pipe:
    return Pipe(name, model, threads)
