//! Small corpora, each with what should come of their names.

use serde_json::json;

use super::{Aliases, Gather, Ids, Options, Reason, Speaker, csv, reconciliation};
use crate::export::csv::Mark;
use crate::record::Record;

/// An article in which each of these speaks: name, kind, role.
fn article(id: &str, speakers: &[(&str, &str, &str)]) -> Record {
    let mut text = String::new();
    let mut place = |part: &str| {
        let start = text.chars().count();
        text.push_str(part);
        text.push(' ');
        json!({"start": start, "end": start + part.chars().count(), "text": part})
    };
    let mut all = Vec::new();
    let mut claims = Vec::new();
    for (at, &(name, kind, role)) in speakers.iter().enumerate() {
        let role = if role.is_empty() { json!(null) } else { place(role) };
        let speaker = format!("s{at}");
        let source = place(name);
        all.push(json!({"id": speaker, "name": name, "kind": kind, "named": kind != "group", "role": role, "affiliation": null,
                        "mentions": [source]}));
        claims.push(json!({"id": format!("c{at}"), "speaker": speaker, "speaker_confidence": null, "source": source,
            "cue": place("said"), "content": [place("it rains.")], "quote": "indirect", "type": "communication", "hedges": [],
            "certainty": "certain", "polarity": "positive", "within": null, "sentences": [], "confidence": 1.0}));
    }
    serde_json::from_value(
        json!({"schema": "sayso.record/2", "id": id, "title": null, "date": format!("2026-03-{:02}", id.len()),
        "publisher": null, "url": null, "author": null, "meta": {}, "text": text, "sentences": [], "speakers": all,
        "claims": claims, "hedges": [], "model": "none", "sayso": "0.1.0"}),
    )
    .unwrap()
}

/// A corpus with an article for each list of names; `name/kind` or `name/kind/role`, a person where nothing is said.
fn corpus(articles: &[&str], rules: &str) -> Vec<Speaker> {
    let mut gather = Gather::default();
    for (number, names) in articles.iter().enumerate() {
        let speakers: Vec<_> = names
            .split("; ")
            .map(|name| {
                let mut parts = name.split('/');
                let name = parts.next().unwrap();
                let kind = parts.next().filter(|kind| !kind.is_empty());
                (name, kind.unwrap_or("person"), parts.next().unwrap_or(""))
            })
            .collect();
        gather.add(&article(&format!("a{number}"), &speakers));
    }
    gather.finish(&Options { aliases: Aliases::parse(rules).unwrap(), ..Options::default() })
}

/// Each speaker with its names, in the order of the alphabet.
fn names(speakers: &[Speaker]) -> Vec<String> {
    let names = |speaker: &Speaker| {
        let mut names: Vec<&str> = speaker.names.iter().map(|variant| variant.name.as_str()).collect();
        names.sort_unstable();
        names.join(" = ")
    };
    let mut all: Vec<String> = speakers.iter().map(names).collect();
    all.sort_unstable();
    all
}

#[test]
fn names_of_one_are_put_together_and_others_stay_apart() {
    for (articles, together) in [
        // Accents, capitals, titles, middle names, other forms of a given name, a letter.
        (vec!["José Núñez", "Sen. Jose Nunez", "JOSE NUNEZ"], "JOSE NUNEZ = José Núñez = Sen. Jose Nunez"),
        (vec!["Ana M. Ruiz", "Ana Maria Ruiz", "Ana Ruiz"], "Ana M. Ruiz = Ana Maria Ruiz = Ana Ruiz"),
        (vec!["William Hart", "Bill Hart"], "Bill Hart = William Hart"),
        (vec!["Olena Marchenko", "Olena Marchenco"], "Olena Marchenco = Olena Marchenko"),
        (vec!["Lim Su-jin", "Lim Su Jin", "Su-jin Lim"], "Lim Su Jin = Lim Su-jin = Su-jin Lim"),
        (vec!["Ana Ruiz Calderón", "Ana Ruiz"], "Ana Ruiz = Ana Ruiz Calderón"),
        // Bodies.
        (vec!["Kestrel/organization", "Kestrel Corp./organization"], "Kestrel = Kestrel Corp."),
        (vec!["Skerry Harbour Board/organization", "SHB/organization"], "SHB = Skerry Harbour Board"),
        (
            vec!["U.S. Tide Office/organization", "United States Tide Office/organization"],
            "U.S. Tide Office = United States Tide Office",
        ),
        (
            vec!["Department of Tides/organization", "Tides Department/organization"],
            "Department of Tides = Tides Department",
        ),
        (
            vec!["Kestrel Motors/organization", "Kestrel Motors/organization", "Kestrel/organization"],
            "Kestrel = Kestrel Motors",
        ),
    ] {
        assert_eq!(names(&corpus(&articles, "")), [together]);
    }
    for apart in [
        vec!["Ana M. Ruiz", "Ana P. Ruiz"],
        vec!["Ana Ruiz", "Bo Ruiz"],
        vec!["Sammy Hart", "Sammy Hart Jr."],
        vec!["Kestrel/organization", "Kestrel Foundation/organization"],
        vec!["Channel 4 News/organization", "Channel 5 News/organization"],
        vec!["Nordic Democrat/organization", "Nordic Democrats/organization"],
        vec!["Ana Ruiz", "Ana/organization"],
    ] {
        assert_eq!(corpus(&apart, "").len(), 2, "{apart:?}");
    }
}

#[test]
fn a_surname_is_whose_the_corpus_knows() {
    let full = ["Ana Ruiz//mayor"; 5];
    assert_eq!(names(&corpus(&[&full[..], &["Ruiz"]].concat(), "")), ["Ana Ruiz = Ruiz"]);
    // Of two nobody knows which, unless a role or a given name in the article tells.
    let two = [&full[..], &["Bo Ruiz//coach"; 5]].concat();
    assert_eq!(names(&corpus(&[&two[..], &["Ruiz"]].concat(), "")), ["Ana Ruiz", "Bo Ruiz", "Ruiz"]);
    assert_eq!(names(&corpus(&[&two[..], &["Ruiz//mayor"]].concat(), "")), ["Ana Ruiz = Ruiz", "Bo Ruiz"]);
    assert_eq!(names(&corpus(&[&two[..], &["Coach Ruiz"]].concat(), "")), ["Ana Ruiz", "Bo Ruiz = Coach Ruiz"]);
    // Several whom nobody knows are not one.
    assert_eq!(corpus(&[&two[..], &["Ruiz", "Ruiz"]].concat(), "").len(), 4);
    // One who is called by one name alone is one.
    assert_eq!(corpus(&["Grivik", "Grivik", "Grivik"], "").len(), 1);
}

#[test]
fn what_is_no_name_is_another_one_in_each_article() {
    assert_eq!(corpus(&["Prime Minister", "Prime Minister"], "").len(), 2);
    assert_eq!(corpus(&["Police/organization", "Police/organization"], "").len(), 2);
    assert_eq!(corpus(&["the company/group", "the company/group"], "").len(), 0, "without a proper name");
}

#[test]
fn rules_come_before_all_others() {
    let articles = [&["Ana Ruiz"; 8][..], &["Ruiz", "Ruiz", "Kestrel", "Annie R."]].concat();
    let rules = "Annie R. = Ana Ruiz\nRuiz @ a9 = Bo Ruiz\n";
    let speakers = corpus(&articles, rules);
    assert_eq!(names(&speakers), ["Ana Ruiz = Annie R. = Ruiz", "Kestrel", "Ruiz"]);
    let bo = speakers.iter().find(|speaker| speaker.name == "Bo Ruiz").expect("the rule's name is the speaker's");
    assert_eq!((bo.mentions[0].article.as_str(), bo.merges[0].reason), ("a9", Reason::Alias));
    assert_eq!(names(&corpus(&articles[..9], "Ruiz != Ana Ruiz")), ["Ana Ruiz", "Ruiz"]);
}

#[test]
fn a_speaker_has_its_reasons_counts_and_places() {
    let speakers = corpus(&["Ana Ruiz//mayor", "Ana Ruiz//mayor", "Ana M. Ruiz//governor", "Ana Ruiz", "Ruiz"], "");
    let [ruiz] = &speakers[..] else { panic!("{speakers:?}") };
    assert_eq!(
        (ruiz.name.as_str(), ruiz.id.as_str(), ruiz.role.as_deref()),
        ("Ana M. Ruiz", "ana-m-ruiz", Some("mayor"))
    );
    assert_eq!((ruiz.articles, ruiz.claims, ruiz.mentions.len()), (5, 5, 5));
    let reasons: Vec<_> = ruiz.merges.iter().map(|merge| (merge.name.as_str(), merge.reason, merge.articles)).collect();
    assert_eq!(reasons, [("Ana Ruiz", Reason::MiddleName, 3), ("Ruiz", Reason::Surname, 1)]);
    assert!(ruiz.merges.iter().all(|merge| merge.probability > 0.75 && merge.probability < 1.0));
}

#[test]
fn ids_come_back() {
    let mut speakers = corpus(&["Ana Ruiz", "Sen. Ana Ruiz", "=Bo Lee"], "");
    let file = String::from_utf8(reconciliation(&speakers, Mark::Written)).unwrap();
    assert!(file.starts_with("\u{feff}id,query,type,external_id,"), "{file}");
    assert!(file.contains("'=Bo Lee"), "no formulas: {file}");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ids.csv");
    let filled =
        file.replace("Ana Ruiz,person,,", "Ana Ruiz,person,Q1,").replace("'=Bo Lee,person,,", "'=Bo Lee,person,Q2,");
    std::fs::write(&path, filled).unwrap();
    Ids::read(&path).unwrap().give(&mut speakers);
    let ids = |name: &str| speakers.iter().find(|speaker| speaker.name == name).unwrap().external_id.clone();
    assert_eq!((ids("Ana Ruiz").as_deref(), ids("=Bo Lee").as_deref()), (Some("Q1"), Some("Q2")));
    assert!(String::from_utf8(csv(&speakers, Mark::None)).unwrap().contains("ana-ruiz,Q1,Ana Ruiz,person,"));
    std::fs::write(&path, "name,id\nAna,1\n").unwrap();
    let error = Ids::read(&path).unwrap_err().to_string();
    assert!(error.contains("ids.csv:2") && error.contains("external_id"), "{error}");
}
