"""Records as documents of spaCy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, Optional, Tuple, Union

from ._records import Hedge, Record, Span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc


def to_doc(record: Record, nlp: Language) -> Doc:
    """The record's text as a document, tokenised by ``nlp``, with the span groups ``sources``, ``cues``, ``contents``
    and ``hedges``.

    A span's ``id_`` is that of its claim or hedge; its label is ``source``, ``cue``, ``content``, or the class of the
    hedge. Where an edge lies within a token, the span has the whole token. ``nlp(doc)`` does the rest of its pipeline.

    ``nlp.add_pipe("sayso")`` has the same as a part of a pipeline, with ``doc._.sayso`` for the record.
    """
    return mark(nlp.make_doc(record.text), record)


def mark(doc: Doc, record: Optional[Record]) -> Doc:
    """Gives the document the span groups of the record of its text; empty ones if there is none."""
    from spacy.tokens import SpanGroup

    def group(name: str, found: Iterable[Tuple[Union[Span, Hedge], str, str]]) -> SpanGroup:
        spans = [
            doc.char_span(span.start, span.end, label=label, span_id=owner, alignment_mode="expand")
            for span, label, owner in found
        ]
        return SpanGroup(doc, name=name, spans=[span for span in spans if span is not None])

    claims = record.claims if record else ()
    hedges = record.hedges if record else ()
    doc.spans["sources"] = group("sources", ((c.source, "source", c.id) for c in claims if c.source))
    doc.spans["cues"] = group("cues", ((c.cue, "cue", c.id) for c in claims if c.cue))
    doc.spans["contents"] = group("contents", ((part, "content", c.id) for c in claims for part in c.content))
    doc.spans["hedges"] = group("hedges", ((hedge, hedge.class_, hedge.id) for hedge in hedges))
    return doc
