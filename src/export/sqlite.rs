//! SQLite: a table each of articles, speakers, mentions, claims and hedges, with full-text search over articles and
//! claims. Datasette opens it as it is: keys are whole numbers, and it finds the search by the name of what it is over.

use std::collections::HashMap;

use rusqlite::{CachedStatement, Connection, Result, ToSql, params};
use serde::Serialize;
use tempfile::NamedTempFile;

use super::table::content;
use super::{Export, Piece, Pieces, failed, of_file};
use crate::record::{CorpusSpeaker, Record, Span, rounded};

const SCHEMA: &str = include_str!("schema.sql");

/// What is done when all rows are there: it is faster at once.
const INDEX: &str = "
    CREATE INDEX speakers_article ON speakers(article);
    CREATE INDEX speakers_name ON speakers(name);
    CREATE INDEX speakers_corpus ON speakers(corpus);
    CREATE INDEX mentions_speaker ON mentions(speaker);
    CREATE INDEX claims_article ON claims(article);
    CREATE INDEX claims_speaker ON claims(speaker);
    CREATE INDEX hedges_article ON hedges(article);
    CREATE INDEX hedges_claim ON hedges(claim);
    INSERT INTO articles_fts(articles_fts) VALUES ('rebuild');
    INSERT INTO claims_fts(claims_fts) VALUES ('rebuild');
    COMMIT;
    PRAGMA optimize;
";

/// A database in a file of its own, since SQLite writes no other way; what goes wrong is said at the end.
pub(super) struct Sqlite {
    open: Option<Result<Open>>,
}

struct Open {
    // Closed before its file goes.
    connection: Connection,
    file: NamedTempFile,
    last: Last,
    /// Keys of the corpus' speakers, by their ids.
    corpus: HashMap<String, i64>,
}

/// The keys given last.
#[derive(Default)]
struct Last {
    article: i64,
    speaker: i64,
    claim: i64,
}

impl Default for Sqlite {
    fn default() -> Self {
        Self { open: Some(Open::new()) }
    }
}

impl Export for Sqlite {
    fn record(&mut self, record: &Record) -> Vec<Piece> {
        if let Some(Ok(open)) = &mut self.open
            && let Err(error) = open.record(record)
        {
            self.open = Some(Err(error));
        }
        Vec::new()
    }

    fn finish(&mut self) -> Pieces<'_> {
        let done = match self.open.take() {
            Some(Ok(open)) => open.finish(),
            Some(Err(error)) => Err(error),
            None => return Box::new(std::iter::empty()),
        };
        match done {
            Ok(file) => of_file(file.reopen()),
            Err(error) => failed(error),
        }
    }
}

impl Open {
    fn new() -> Result<Self> {
        let file = NamedTempFile::new().map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        let connection = Connection::open(file.path())?;
        // Nobody else reads it, and what is not finished is thrown away.
        connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;")?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self { connection, file, last: Last::default(), corpus: HashMap::new() })
    }

    /// The key of a corpus' speaker, who gets a row with the first.
    fn corpus(&mut self, one: &CorpusSpeaker) -> Result<i64> {
        if let Some(&key) = self.corpus.get(&one.id) {
            return Ok(key);
        }
        let key = self.corpus.len() as i64 + 1;
        let mut row = self.connection.prepare_cached("INSERT INTO corpus_speakers VALUES (?, ?, ?)")?;
        row.execute(params![key, one.id, one.name])?;
        self.corpus.insert(one.id.clone(), key);
        Ok(key)
    }

    fn record(&mut self, record: &Record) -> Result<()> {
        let corpus =
            record.speakers.iter().map(|speaker| speaker.corpus.as_deref().map(|one| self.corpus(one)).transpose());
        let corpus: Vec<Option<i64>> = corpus.collect::<Result<_>>()?;
        let insert = |table: &str, values: usize| -> Result<CachedStatement<'_>> {
            let places = vec!["?"; values].join(", ");
            self.connection.prepare_cached(&format!("INSERT INTO {table} VALUES ({places})"))
        };
        self.last.article += 1;
        let article = self.last.article;
        let meta = if record.meta.is_empty() { None } else { serde_json::to_string(&record.meta).ok() };
        insert("articles", 12)?.execute(params![
            article,
            record.id,
            record.title,
            record.date,
            record.publisher,
            record.url,
            record.author,
            record.text,
            record.duplicate_of,
            meta,
            record.model,
            record.sayso
        ])?;

        let speakers = self.last.speaker;
        let speaker_key = |id: &String| Some(speakers + 1 + record.speakers.iter().position(|s| s.id == *id)? as i64);
        let text = |span: &Option<Span>| span.as_ref().map(|span| span.text.clone());
        for (speaker, corpus) in record.speakers.iter().zip(corpus) {
            self.last.speaker += 1;
            insert("speakers", 9)?.execute(params![
                self.last.speaker,
                article,
                speaker.id,
                speaker.name,
                speaker.kind.name().to_owned(),
                speaker.named,
                text(&speaker.role),
                text(&speaker.affiliation),
                corpus
            ])?;
            let mut row = insert("mentions", 5)?;
            for span in &speaker.mentions {
                row.execute(params![None::<i64>, self.last.speaker, span.text, place(span.start), place(span.end)])?;
            }
        }

        let claims = self.last.claim;
        let claim_key = |id: &String| Some(claims + 1 + record.claims.iter().position(|c| c.id == *id)? as i64);
        for claim in &record.claims {
            self.last.claim += 1;
            let mut row: Vec<Box<dyn ToSql>> = vec![
                Box::new(self.last.claim),
                Box::new(article),
                Box::new(claim.id.clone()),
                Box::new(claim.speaker.as_ref().and_then(speaker_key)),
                Box::new(claim.speaker_confidence.map(rounded)),
                Box::new(text(&claim.source)),
                Box::new(text(&claim.cue)),
                Box::new(content(claim).into_owned()),
                Box::new(claim.quote.name().to_owned()),
                Box::new(claim.attribution.map(|of| of.name().to_owned())),
                Box::new(claim.certainty.name().to_owned()),
                Box::new(claim.polarity.name().to_owned()),
                Box::new(claim.within.as_ref().and_then(claim_key)),
                Box::new(rounded(claim.confidence)),
            ];
            let content = |edge: Option<usize>| edge.map(place);
            for edges in [edges(&claim.source), edges(&claim.cue)] {
                row.extend(edges.map(|edge| Box::new(edge) as Box<dyn ToSql>));
            }
            row.push(Box::new(content(claim.content.iter().map(|span| span.start).min())));
            row.push(Box::new(content(claim.content.iter().map(|span| span.end).max())));
            row.push(Box::new(json(&claim.content.iter().map(|span| [span.start, span.end]).collect::<Vec<_>>())));
            insert("claims", row.len())?.execute(rusqlite::params_from_iter(row))?;
        }

        let mut row = insert("hedges", 10)?;
        for hedge in &record.hedges {
            row.execute(params![
                None::<i64>,
                article,
                hedge.id,
                hedge.claim.as_ref().and_then(claim_key),
                hedge.text,
                hedge.class.name().to_owned(),
                text(&hedge.scope),
                rounded(hedge.confidence),
                place(hedge.start),
                place(hedge.end)
            ])?;
        }
        Ok(())
    }

    fn finish(self) -> Result<NamedTempFile> {
        self.connection.execute_batch(INDEX)?;
        self.connection.close().map_err(|(_, error)| error)?;
        Ok(self.file)
    }
}

fn json(value: &impl Serialize) -> Option<String> {
    serde_json::to_string(value).ok()
}

fn edges(span: &Option<Span>) -> [Option<i64>; 2] {
    [span.as_ref().map(|span| place(span.start)), span.as_ref().map(|span| place(span.end))]
}

fn place(offset: usize) -> i64 {
    i64::try_from(offset).expect("a text has fewer characters")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::fixture;

    /// A database of these records, opened.
    fn database(records: &[Record]) -> (NamedTempFile, Connection) {
        let mut export = Sqlite::default();
        assert!(records.iter().all(|record| export.record(record).is_empty()));
        let bytes: Vec<u8> = export.finish().flat_map(|piece| piece.unwrap().bytes).collect();
        let file = NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let connection = Connection::open(file.path()).unwrap();
        (file, connection)
    }

    fn rows(connection: &Connection, query: &str) -> Vec<String> {
        let mut statement = connection.prepare(query).unwrap();
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    #[test]
    fn tables_lead_to_each_other() {
        let second = Record { id: "2".into(), duplicate_of: Some("oil".into()), ..fixture::record() };
        let (_file, connection) = database(&[fixture::record(), second]);
        let said = rows(
            &connection,
            "SELECT articles.article || '|' || speakers.name || '|' || coalesce(outer.claim, '-') || '|' || claims.content \
             FROM claims JOIN articles ON claims.article = articles.id JOIN speakers ON claims.speaker = speakers.id \
             LEFT JOIN claims AS outer ON claims.within = outer.id ORDER BY claims.id",
        );
        assert_eq!(said.len(), 6);
        assert_eq!(said[0], "oil/1: Ünü|analysts|-|Oil may fall");
        assert_eq!(said[5], "2|Zoe\u{308} Lind|c2|e\u{301}lan.\u{2028}End");
        let hedges =
            "SELECT hedges.text || claims.claim FROM hedges JOIN claims ON hedges.claim = claims.id ORDER BY hedges.id";
        assert_eq!(rows(&connection, hedges), ["mayc1", "Ifc2", "mayc1", "Ifc2"]);
        assert_eq!(rows(&connection, "SELECT text FROM mentions WHERE speaker = 2"), ["Zoe\u{308} Lind"]);
        let offsets = "SELECT source_start || '-' || source_end || ' ' || cue_start || '-' || cue_end || ' ' || content_spans \
             FROM claims WHERE cue_start ORDER BY id LIMIT 2";
        assert_eq!(rows(&connection, offsets), ["16-24 25-28 [[2,14]]", "59-68 69-73 [[31,58],[75,92]]"]);
        assert_eq!(rows(&connection, "SELECT json_extract(meta, '$.desk') FROM articles LIMIT 1"), ["x"]);
        assert!(rows(&connection, "SELECT \"table\" FROM pragma_foreign_key_check").is_empty());
        assert_eq!(rows(&connection, "PRAGMA integrity_check"), ["ok"]);
    }

    #[test]
    fn words_are_found_and_datasette_knows_where() {
        let (_file, connection) = database(&[fixture::record()]);
        let found = |table: &str, words: &str| {
            rows(&connection, &format!("SELECT rowid || '' FROM {table} WHERE {table} MATCH '{words}'"))
        };
        assert_eq!(found("claims_fts", "oil fall"), ["1"]);
        assert_eq!(found("claims_fts", "elan"), ["3"], "without its accent");
        assert_eq!(found("articles_fts", "again"), ["1"], "in the title");
        assert!(found("claims_fts", "again").is_empty());
        // What Datasette looks for to offer a search.
        for table in ["articles", "claims"] {
            let query = format!(
                "SELECT name FROM sqlite_master WHERE rootpage = 0 AND sql LIKE '%VIRTUAL TABLE%USING FTS%content=\"{table}\"%'"
            );
            assert_eq!(rows(&connection, &query), [format!("{table}_fts")]);
        }
    }

    #[test]
    fn what_goes_wrong_is_said_at_the_end() {
        let mut export = Sqlite::default();
        export.record(&fixture::record());
        export.record(&fixture::record());
        export.record(&Record { id: "2".into(), ..fixture::record() });
        let error = export.finish().next().unwrap().unwrap_err();
        assert!(error.to_string().contains("UNIQUE"), "{error}");
    }
}
