-- What `sayso export --to sqlite` writes. Offsets are code points into the article's text, ends exclusive; `start` and
-- `end` are words of SQL and stand in quotes.
CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    article TEXT NOT NULL UNIQUE,
    title TEXT,
    date TEXT,
    publisher TEXT,
    url TEXT,
    author TEXT,
    text TEXT NOT NULL,
    duplicate_of TEXT,
    meta TEXT,
    model TEXT NOT NULL,
    sayso TEXT NOT NULL
);
-- Who speaks in all of it, by whatever name in each article; those without a proper name are not among them.
CREATE TABLE corpus_speakers (
    id INTEGER PRIMARY KEY,
    speaker TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
);
CREATE TABLE speakers (
    id INTEGER PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES articles(id),
    speaker TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    named INTEGER NOT NULL,
    role TEXT,
    affiliation TEXT,
    corpus INTEGER REFERENCES corpus_speakers(id)
);
CREATE TABLE mentions (
    id INTEGER PRIMARY KEY,
    speaker INTEGER NOT NULL REFERENCES speakers(id),
    text TEXT NOT NULL,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL
);
CREATE TABLE claims (
    id INTEGER PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES articles(id),
    claim TEXT NOT NULL,
    speaker INTEGER REFERENCES speakers(id),
    speaker_confidence REAL,
    source TEXT,
    cue TEXT,
    content TEXT NOT NULL,
    quote TEXT NOT NULL,
    type TEXT,
    certainty TEXT NOT NULL,
    polarity TEXT NOT NULL,
    within INTEGER REFERENCES claims(id),
    confidence REAL NOT NULL,
    source_start INTEGER,
    source_end INTEGER,
    cue_start INTEGER,
    cue_end INTEGER,
    content_start INTEGER,
    content_end INTEGER,
    content_spans TEXT
);
CREATE TABLE hedges (
    id INTEGER PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES articles(id),
    hedge TEXT NOT NULL,
    claim INTEGER REFERENCES claims(id),
    text TEXT NOT NULL,
    class TEXT NOT NULL,
    scope TEXT,
    confidence REAL NOT NULL,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL
);
CREATE VIRTUAL TABLE articles_fts USING fts5(title, text, content="articles", content_rowid="id", tokenize="unicode61");
CREATE VIRTUAL TABLE claims_fts USING fts5(content, source, content="claims", content_rowid="id", tokenize="unicode61");
