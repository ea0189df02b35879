"""What is found: the record and its parts, with the fields of the JSON. Offsets count code points, as Python does."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from functools import cached_property
from os import PathLike
from typing import Any, Callable, Dict, Iterator, List, Literal, Mapping, Optional, Tuple, Union

from . import _native


@dataclass(frozen=True)
class Span:
    """A stretch of the article's text, with that text: ``record.text[span.start:span.end] == span.text``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Speaker:
    """One who makes claims, with every source span that refers to it."""

    id: str
    #: The fullest name in the article, or what the speaker is first called where it has none.
    name: str
    kind: Literal["person", "organization", "group", "document", "other"]
    #: Whether the article gives a proper name.
    named: bool
    role: Optional[Span]
    affiliation: Optional[Span]
    mentions: Tuple[Span, ...]

    @classmethod
    def _of(cls, parts: Dict[str, Any]) -> Speaker:
        parts["role"], parts["affiliation"] = _span(parts["role"]), _span(parts["affiliation"])
        parts["mentions"] = _spans(parts["mentions"])
        return cls(**parts)


@dataclass(frozen=True)
class Claim:
    """What is attributed, by which cue, to whom, and how firmly."""

    id: str
    #: The speaker's id.
    speaker: Optional[str]
    #: The probability that this is the right speaker; None where there is none, or it is not known.
    speaker_confidence: Optional[float]
    source: Optional[Span]
    cue: Optional[Span]
    #: In fragments.
    content: Tuple[Span, ...]
    quote: Literal["direct", "indirect", "mixed"]
    #: The Penn Discourse Treebank's types of attribution; None in a record of ``sayso.record/1`` alone.
    type: Optional[Literal["communication", "attitude", "factive", "control"]]
    #: Ids of the hedges that weaken it.
    hedges: Tuple[str, ...]
    certainty: Literal["certain", "probable", "possible", "underspecified"]
    polarity: Literal["positive", "negative"]
    #: Id of the claim in whose content this one stands.
    within: Optional[str]
    #: The sentences that it touches, as indices into the record's.
    sentences: Tuple[int, ...]
    #: The probability that it is right.
    confidence: float

    @classmethod
    def _of(cls, parts: Dict[str, Any]) -> Claim:
        parts["source"], parts["cue"] = _span(parts["source"]), _span(parts["cue"])
        parts["content"] = _spans(parts["content"])
        parts["hedges"], parts["sentences"] = tuple(parts["hedges"]), tuple(parts["sentences"])
        # Records of `sayso.record/1` lack these.
        parts.setdefault("type", None)
        parts.setdefault("speaker_confidence", None)
        return cls(**parts)


@dataclass(frozen=True)
class Hedge:
    """A cue of uncertainty."""

    id: str
    start: int
    end: int
    text: str
    #: ``class`` in the JSON.
    class_: Literal["epistemic", "doxastic", "condition", "investigation"]
    #: What it weakens.
    scope: Optional[Span]
    #: Id of the claim that it weakens.
    claim: Optional[str]
    confidence: float

    @classmethod
    def _of(cls, parts: Dict[str, Any]) -> Hedge:
        parts["class_"], parts["scope"] = parts.pop("class"), _span(parts["scope"])
        return cls(**parts)


@dataclass(frozen=True)
class Record:
    """What one article says, who says it, and how surely."""

    schema: str
    id: str
    title: Optional[str]
    #: As ``2026-02-02``.
    date: Optional[str]
    publisher: Optional[str]
    url: Optional[str]
    author: Optional[str]
    #: What else the input carried.
    meta: Mapping[str, Any] = field(hash=False)
    #: The body as read, line ends as LF.
    text: str = field(repr=False)
    #: Start and end of each.
    sentences: Tuple[Tuple[int, int], ...] = field(repr=False)
    speakers: Tuple[Speaker, ...]
    claims: Tuple[Claim, ...]
    hedges: Tuple[Hedge, ...]
    model: str
    sayso: str
    #: Id of the article that has the same text and came before, in runs with ``--dedupe``.
    duplicate_of: Optional[str] = None

    @classmethod
    def from_json(cls, line: str) -> Record:
        """The record that a line of ``records.jsonl`` is.

        :raises SaysoError: if it is none, or its offsets do not fit its text.
        """
        return cls._of(_native.Line.from_json(line))

    def to_json(self) -> str:
        """The line of ``records.jsonl``, byte for byte (as UTF-8), without its line end."""
        return self._line.to_json()

    def to_dict(self) -> Dict[str, Any]:
        """The record as plain dicts and lists, equal to the JSON."""
        parts: Dict[str, Any] = json.loads(self.to_json())
        return parts

    def _repr_html_(self) -> str:
        """What a notebook shows: the text with its claims marked, and the claims below."""
        return self._line.to_html()

    def speaker(self, claim: Claim) -> Optional[Speaker]:
        """The speaker of one of the record's claims, if it is known."""
        return next((speaker for speaker in self.speakers if speaker.id == claim.speaker), None)

    @classmethod
    def _of(cls, line: _native.Line) -> Record:
        parts = json.loads(line.to_json())
        parts["sentences"] = tuple((start, end) for start, end in parts["sentences"])
        parts["speakers"] = tuple(map(Speaker._of, parts["speakers"]))
        parts["claims"] = tuple(map(Claim._of, parts["claims"]))
        parts["hedges"] = tuple(map(Hedge._of, parts["hedges"]))
        record = cls(**parts)
        record.__dict__["_line"] = line
        return record

    @cached_property
    def _line(self) -> _native.Line:
        """The same in Rust; made anew for a record that was changed by dataclasses.replace."""
        fields = asdict(self, dict_factory=lambda pairs: {name.rstrip("_"): value for name, value in pairs})
        return _native.Line.from_json(json.dumps(fields))

    def __reduce__(self) -> Tuple[Callable[[str], Record], Tuple[str]]:
        return Record.from_json, (self.to_json(),)


def read_records(path: Union[str, "PathLike[str]"]) -> Iterator[Record]:
    """The records of a ``records.jsonl``, or of the folder of a run that holds it, one by one.

    :raises SaysoError: if the file cannot be read, or when the turn of a line comes that is no record, with its number.
    """
    lines = _native.Lines(os.path.join(path, "records.jsonl") if os.path.isdir(path) else path)
    return map(Record._of, lines)


@dataclass(frozen=True)
class Reject:
    """An article that was left out, and why."""

    #: Where it got far enough to have one.
    id: Optional[str]
    #: Its number among the articles given, from 1.
    number: int
    #: The step that it did not survive: ``read`` or ``tag``.
    stage: str
    #: What is wrong and what helps.
    reason: str
    #: The article as JSON, if it is short.
    raw: Optional[str] = None

    def __str__(self) -> str:
        return f"article#{self.number}: {self.reason}"

    @classmethod
    def _of(cls, parts: Dict[str, Any]) -> Reject:
        number = parts.pop("place")["record"]
        return cls(number=number, **parts)


def _span(parts: Optional[Dict[str, Any]]) -> Optional[Span]:
    return None if parts is None else Span(**parts)


def _spans(parts: List[Dict[str, Any]]) -> Tuple[Span, ...]:
    return tuple(Span(**span) for span in parts)
