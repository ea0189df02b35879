"""From articles to records."""

from __future__ import annotations

import json
import logging
from os import PathLike
from pathlib import Path
from typing import Any, Iterable, Iterator, Literal, Optional, Tuple, Union, overload

from . import _native
from ._articles import ArticleLike, rows, to_json
from ._records import Record, Reject

#: The model that comes with the package.
_MODEL = Path(__file__).parent / "models" / "news-en"

_log = logging.getLogger("sayso")


def load(
    model: Union[str, "PathLike[str]", None] = None,
    dtype: Literal["auto", "int8", "bf16", "fp32"] = "auto",
    threads: Optional[int] = None,
) -> Sayso:
    """Loads a model, which takes about a second; do it once a process.

    :param model: the model's folder; the one that the package comes with, if there is none.
    :param dtype: number format of the encoder: ``int8``, which ``auto`` is, too; ``fp32`` and ``bf16`` are of builds with
        libtorch, which the package is not.
    :param threads: workers; one a processor core, if there is none.
    :raises SaysoError: if a file of the model is missing or damaged.

    Loading sets up memory for the whole process: what was freed is kept for the next batch. A process that is forked
    afterwards has to load anew.
    """
    return Sayso(model, dtype, threads)


class Sayso:
    """A loaded model; see :func:`load`. Threads may share it, and it can be pickled: it is loaded where it arrives."""

    def __init__(
        self,
        model: Union[str, "PathLike[str]", None] = None,
        dtype: Literal["auto", "int8", "bf16", "fp32"] = "auto",
        threads: Optional[int] = None,
    ) -> None:
        self._given = (model, dtype, threads)
        self._tagger = _native.Tagger(_MODEL if model is None else model, dtype, threads)

    def __reduce__(self) -> Tuple[Any, ...]:
        return Sayso, self._given

    def __repr__(self) -> str:
        return f"<Sayso {self.model} {self.dtype}, {self.threads} threads>"

    @property
    def model(self) -> str:
        """The model's name, as records have it."""
        return self._tagger.model

    @property
    def dtype(self) -> str:
        """The number format that the encoder computes in; never ``auto``."""
        return self._tagger.dtype

    @property
    def threads(self) -> int:
        """How many workers there are."""
        return self._tagger.threads

    def extract(self, article: ArticleLike) -> Record:
        """The record of one article: a text, an :class:`Article`, or a dict with the fields of a line of JSON Lines.

        An article without an id is called ``article:1``.

        :raises SaysoError: if it is none, or one that ``sayso extract`` would reject, with the reason.
        """
        return next(self.extract_batch([article]))

    @overload
    def extract_batch(
        self, articles: Iterable[ArticleLike], *, errors: Literal["raise"] = "raise"
    ) -> Iterator[Record]: ...

    @overload
    def extract_batch(
        self, articles: Iterable[ArticleLike], *, errors: Literal["reject"]
    ) -> Iterator[Union[Record, Reject]]: ...

    def extract_batch(
        self, articles: Iterable[ArticleLike], *, errors: Literal["raise", "reject"] = "raise"
    ) -> Iterator[Union[Record, Reject]]:
        """The records of many articles, one by one and in their order.

        Articles are taken from the iterable ahead of what is yielded, some 25 kB a worker, and read side by side, without
        holding the interpreter's lock; Ctrl-C is heard meanwhile, and costs those that are being read. A record does not
        depend on the articles around it. An article without an id is called after its number among them: ``article:1``,
        ``article:2``, ….

        :param articles: texts, :class:`Article`\ s or dicts; or a data frame of pandas or polars, or a table of pyarrow, of
            which each row is an article, with its text in the column ``text``, ``body``, ``content`` or the like.
        :param errors: what becomes of an article that cannot be read, or that ``sayso extract`` would reject: ``raise``
            raises SaysoError when its turn comes, behind the records of all before it; ``reject`` yields a
            :class:`Reject` in its place and goes on.
        """
        if errors not in ("raise", "reject"):
            raise ValueError(f"errors is {errors!r}; say 'raise' or 'reject'")
        return self._extract(rows(articles), errors)

    def _extract(self, articles: Iterable[ArticleLike], errors: str) -> Iterator[Union[Record, Reject]]:
        stream = self._tagger.stream()
        for number, article in enumerate(articles, 1):
            try:
                given = to_json(article)
            except (TypeError, ValueError) as error:
                stream.refuse(str(error), number)
            else:
                for warning in stream.add(given, number):
                    _log.warning("%s", warning)
            while stream.full and (found := stream.next()) is not None:
                yield _found(found, errors)
        stream.end()
        while (found := stream.next()) is not None:
            yield _found(found, errors)


def _found(found: Union[_native.Line, str], errors: str) -> Union[Record, Reject]:
    if isinstance(found, _native.Line):
        return Record._of(found)
    reject = Reject._of(json.loads(found))
    if errors == "raise":
        raise _native.SaysoError(str(reject))
    return reject
