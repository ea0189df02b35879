"""Documents and a component of spaCy."""

import pytest

import sayso

TEXT = "📉 Oil may fall, analysts said.\r\n“We’ll wait 🇳🇴,” Zoe\u0308 Lind told reporters. She denied e\u0301lan."


def test_spans_in_spacy(tagger):
    spacy = pytest.importorskip("spacy")
    record = tagger.extract(TEXT)
    doc = sayso.to_doc(record, spacy.blank("en"))
    assert doc.text == record.text
    for name, part in [("sources", "source"), ("cues", "cue")]:
        expected = [(claim.id, getattr(claim, part).text) for claim in record.claims if getattr(claim, part)]
        assert [(span.id_, span.text) for span in doc.spans[name]] == expected
    for span, part in zip(doc.spans["contents"], (part for claim in record.claims for part in claim.content)):
        assert part.text in span.text and span.label_ == "content"
    assert [(span.text, span.label_) for span in doc.spans["hedges"]] == [
        (hedge.text, hedge.class_) for hedge in record.hedges
    ]


@pytest.fixture
def nlp():
    spacy = pytest.importorskip("spacy")
    nlp = spacy.blank("en")
    nlp.add_pipe("sayso", config={"threads": 2})
    return nlp


def test_a_pipeline_of_spacy_has_a_component(tagger, nlp):
    record = tagger.extract(TEXT.replace("\r", ""))
    (doc,) = nlp.pipe([record.text])
    expected = sayso.to_doc(record, nlp)
    for name, spans in expected.spans.items():
        assert [(span.text, span.label_, span.id_) for span in doc.spans[name]] == [
            (span.text, span.label_, span.id_) for span in spans
        ]
    assert doc.spans["cues"] and doc._.sayso.claims == record.claims
    assert doc._.sayso.speaker(record.claims[0]).name == "analysts"
    # Saved and read, blank, and without the component.
    again = type(doc)(nlp.vocab).from_bytes(doc.to_bytes())
    assert again._.sayso == doc._.sayso
    assert nlp(" \n").spans["cues"].__len__() == 0 and nlp(" ")._.sayso is None
    assert nlp.make_doc(TEXT)._.sayso is None


def test_a_document_that_cannot_be_read_goes_to_spacys_error_handler(nlp):
    with pytest.raises(sayso.SaysoError, match="line ends"):
        nlp("One said\r\nso.")
    failed = []
    nlp.set_error_handler(lambda name, component, docs, error: failed.append((name, docs[0].text, str(error))))
    texts = ["The mill may close, she said.", "One &amp; said\r\nso.", "It will not, he said."]
    docs = list(nlp.pipe(texts))
    assert [doc.text for doc in docs] == [texts[0], texts[2]] and all(doc.spans["contents"] for doc in docs)
    assert [(name, text) for name, text, _ in failed] == [("sayso", texts[1])]


def test_a_pipeline_works_in_several_processes_and_from_disk(nlp, tmp_path):
    spacy = pytest.importorskip("spacy")
    nlp.to_disk(tmp_path / "pipeline")
    nlp = spacy.load(tmp_path / "pipeline")
    texts = [f"The mill may close, witness {n} said." for n in range(8)]
    alone = [doc._.sayso.to_json() for doc in nlp.pipe(texts)]
    several = [doc._.sayso.claims for doc in nlp.pipe(texts, n_process=2, batch_size=2)]
    assert several == [sayso.Record.from_json(line).claims for line in alone]
