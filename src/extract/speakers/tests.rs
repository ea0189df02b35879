use super::names::Entities;
use super::source::{Form, description, form, members};
use super::*;
use crate::article::Article;
use crate::document::Document;
use crate::error::Place;
use crate::tagger::{Name, Pair};

fn voice(kind: Kind) -> Voice {
    let mut kinds = [0.0; 6];
    kinds[Kind::ALL.iter().position(|&k| k == kind).unwrap()] = 9.0;
    let pair = Pair { query: vec![0.0; 2], key: vec![0.0; 2], none: 0.0 };
    Voice { kinds, pair, role: None, affiliation: None }
}

/// A document in which each of `names` stands where it is found next.
fn tagged(text: &str, names: &[(&str, Kind)]) -> TaggedDocument {
    let document = Document::new(Article::new("a", Place::file("a"), text));
    let mut from = 0;
    let names = names.iter().map(|&(name, kind)| {
        let start = from + text[from..].find(name).unwrap_or_else(|| panic!("no {name}"));
        from = start + name.len();
        Name { span: Span::new(start, from), voice: voice(kind) }
    });
    TaggedDocument { names: names.collect(), document, mentions: [Vec::new(), Vec::new()], hedges: Vec::new() }
}

fn find(text: &str, part: &str) -> Span {
    let start = text.find(part).unwrap();
    Span::new(start, start + part.len())
}

fn names_of(text: &str, names: &[(&str, Kind)]) -> Vec<String> {
    let tagged = tagged(text, names);
    let entities = Entities::new(&tagged.document, &tagged.names);
    entities.names.iter().map(|name| entities.all[name.entity].name.clone()).collect()
}

#[test]
fn short_names_mean_the_full_one() {
    use Kind::{Organization, Person};
    let text = "Ruiz spoke for Kestrel. Ana Ruiz heads Kestrel Equities. RUIZ: Kestrel pays. Ana M. Ruiz left.";
    let names = [
        ("Ruiz", Person),
        ("Kestrel", Organization),
        ("Ana Ruiz", Person),
        ("Kestrel Equities", Organization),
        ("RUIZ", Person),
        ("Kestrel", Organization),
        ("Ana M. Ruiz", Person),
    ];
    let (ana, kestrel) = ("Ana M. Ruiz", "Kestrel Equities");
    assert_eq!(names_of(text, &names), [ana, kestrel, ana, kestrel, ana, kestrel, ana]);
}

#[test]
fn a_family_name_means_who_was_named_before() {
    use Kind::Person;
    let text = "Kim Alba spoke. Kim left. The birthday of Kim Borel is near; Kim Borel was there.";
    let names = [("Kim Alba", Person), ("Kim", Person), ("Kim Borel", Person), ("Kim Borel", Person)];
    assert_eq!(names_of(text, &names), ["Kim Alba", "Kim Alba", "Kim Borel", "Kim Borel"]);
}

#[test]
fn acronyms_mean_what_they_are_made_of() {
    use Kind::Organization;
    let text = "The National Ferry Board fined it. The NFB said so. The Port Users’ League (PULE) left. PULE met.";
    let names = [
        ("National Ferry Board", Organization),
        ("NFB", Organization),
        ("Port Users’ League", Organization),
        ("PULE", Organization),
        ("PULE", Organization),
    ];
    let (board, league) = ("National Ferry Board", "Port Users’ League");
    assert_eq!(names_of(text, &names), [board, board, league, league, league]);
}

#[test]
fn what_is_called_after_somebody_is_not_that_one() {
    use Kind::{Organization, Person};
    let text = "The Ruiz administration paid. Ruiz left.";
    // The tagger is not sure what an administration is.
    for kind in [Person, Organization] {
        let found = names_of(text, &[("Ruiz administration", kind), ("Ruiz", Person)]);
        assert_eq!(found, ["Ruiz administration", "Ruiz"]);
    }
}

#[test]
fn a_nationality_is_no_affiliation() {
    for (said, expected) in [("Norwegian", None), ("Kestrel", Some("Kestrel"))] {
        let text = format!("The {said} captain Ana Ruiz said it leaks.");
        let tagged = tagged(&text, &[("Ana Ruiz", Kind::Person)]);
        let mut names = tagged.names.clone();
        names[0].voice.affiliation = Some((find(&text, said), 0.9));
        let entities = Entities::new(&tagged.document, &names);
        let affiliation = entities.speaker(&tagged.document, 0).affiliation;
        assert_eq!(affiliation.map(|span| span.text(&text)), expected);
    }
}

#[test]
fn a_person_and_a_place_of_one_name_are_two() {
    let text = "Lena Paris went to Paris.";
    let found = names_of(text, &[("Lena Paris", Kind::Person), ("Paris", Kind::Organization)]);
    assert_eq!(found, ["Lena Paris", "Paris"]);
}

#[test]
fn a_capital_means_its_state_unless_it_is_somebody_s_name() {
    use Kind::{Organization, Person};
    let text = "France paid. Paris said so. The French government left. Lena Oslo of Norway spoke. Oslo wept.";
    let names = [
        ("France", Organization),
        ("Paris", Person),
        ("French government", Organization),
        ("Lena Oslo", Person),
        ("Norway", Organization),
        ("Oslo", Person),
    ];
    assert_eq!(names_of(text, &names), ["France", "France", "France", "Lena Oslo", "Norway", "Lena Oslo"]);
}

#[test]
fn names_are_written_without_what_is_not_seen() {
    let text = "Halima Se\u{ad}say and the\nNational Ferry\nBoard";
    let names = [("Halima Se\u{ad}say", Kind::Person), ("National Ferry\nBoard", Kind::Organization)];
    assert_eq!(names_of(text, &names), ["Halima Sesay", "National Ferry Board"]);
}

#[test]
fn forms_of_sources() {
    for (source, expected) in [
        ("She", Form::She),
        ("his", Form::He),
        ("US", Form::Indefinite),
        ("us", Form::I),
        ("the ferry company", Form::Definite),
        ("his lawyer", Form::Definite),
        ("analysts", Form::Indefinite),
        ("which", Form::Other),
    ] {
        assert_eq!(form(source, Span::new(0, source.len())), expected, "{source}");
    }
}

#[test]
fn descriptions_end_before_what_is_added() {
    for (source, expected) in [
        ("the ferry company, which runs three lines,", "the ferry company"),
        ("a senior official who asked not to be named", "a senior official"),
        ("analysts", "analysts"),
    ] {
        assert_eq!(description(source, Span::new(0, source.len())), expected);
    }
}

#[test]
fn rows_of_names_are_several() {
    use Kind::Person;
    for (text, names, expected) in [
        ("Ana Ruiz and Bo Lee said", &["Ana Ruiz", "Bo Lee"][..], 2),
        ("Mayor Ana Ruiz, Bo Lee and Judge Cy Day said", &["Ana Ruiz", "Bo Lee", "Cy Day"], 3),
        ("Ana Ruiz, a friend of Bo Lee, said", &["Ana Ruiz", "Bo Lee"], 0),
        ("lawyers for Ana Ruiz and Bo Lee said", &["Ana Ruiz", "Bo Lee"], 0),
        ("Ana Ruiz, head of sales and marketing at Kestrel, said", &["Ana Ruiz", "Kestrel"], 0),
        ("Ana Ruiz said", &["Ana Ruiz"], 0),
    ] {
        let names: Vec<_> = names.iter().map(|&name| (name, Person)).collect();
        let tagged = tagged(text, &names);
        let entities = Entities::new(&tagged.document, &tagged.names);
        let source = Span::new(0, text.len() - " said".len());
        assert_eq!(members(text, Some(source), &entities.names).len(), expected, "{text}");
    }
}

/// A claim of `content` by `source`.
fn claim<'a>(text: &str, source: Option<&str>, content: &str, voice: &'a Voice) -> Attribution<'a> {
    let spans = Attribution::of_spans(source.map(|source| find(text, source)), None, vec![find(text, content)]);
    Attribution { voice: Some(voice), ..spans }
}

#[test]
fn a_full_name_never_means_another_whatever_the_scores() {
    let text = "Ana Ruiz left. Mayor Bo Lee said it leaks. Bo Lee’s lawyer said it sank.";
    let tagged = tagged(text, &[("Ana Ruiz", Kind::Person), ("Bo Lee", Kind::Person), ("Bo Lee", Kind::Person)]);
    let voice = voice(Kind::Person);
    let claims = [
        claim(text, Some("Mayor Bo Lee"), "it leaks", &voice),
        claim(text, Some("Bo Lee’s lawyer"), "it sank", &voice),
    ];
    let mut asked = Vec::new();
    let (speakers, found) = choose(&tagged, &claims, &[None, None], |_, _, candidates| {
        asked.push(candidates.iter().map(|c| c.name.clone().unwrap_or_default()).collect::<Vec<_>>());
        (candidates.len() - 1, 0.5)
    });
    assert_eq!(asked[0], ["Bo Lee", ""]);
    assert!(asked[1].contains(&"Ana Ruiz".to_owned()));
    assert_eq!(speakers.len(), 2);
    assert_eq!(found[1].map(|(_, p)| p), Some(0.5));
}
