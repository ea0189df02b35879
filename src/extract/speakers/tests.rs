use super::*;
use crate::{Article, Place};

/// The speaker of each source that stands between `[` and `]`, by name; `-` where there is none, in brackets where it
/// has no proper name.
fn resolved(marked: &str) -> (Vec<String>, Vec<Speaker>, Document) {
    let mut text = String::new();
    let mut sources = Vec::new();
    let mut open = 0;
    for c in marked.chars() {
        match c {
            '[' => open = text.len(),
            ']' => sources.push(Span::new(open, text.len())),
            _ => text.push(c),
        }
    }
    let document = Document::new(Article::new("a", Place::file("a"), text));
    let (speakers, of_source) = resolve(&document, &sources);
    let name = |index: usize| {
        let Speaker { name, named, .. } = &speakers[index];
        if *named { name.clone() } else { format!("({name})") }
    };
    let names = of_source.iter().map(|index| index.map_or("-".into(), name)).collect();
    (names, speakers, document)
}

fn check(cases: &[(&str, &[&str])]) {
    for (marked, expected) in cases {
        assert_eq!(resolved(marked).0, *expected, "{marked}");
    }
}

#[test]
fn names_lead_to_the_fullest_name() {
    check(&[
        ("[Ana Ruiz] left. Later [Ruiz] said so, and [Mayor Ruiz] did.", &["Ana Ruiz"; 3]),
        ("They saw Ruiz there. On Monday [Ruiz] agreed.\n\nAfter that [Ana M. Ruiz, 44,] spoke.", &["Ana M. Ruiz"; 2]),
        ("[Hong Min] said so. [Hong] added that it was late.", &["Hong Min"; 2]),
        ("[Kim Jong-un] spoke of Kim Il-sung. [Kim] said it again.", &["Kim Jong-un"; 2]),
        ("[Robert C. “Bobby” Tran] sat down. [Bobby Tran] said no. [Tran] said why.", &["Robert C. “Bobby” Tran"; 3]),
        (
            "[Ruth Hallam] met [Mark Hallam]. [Ms. Hallam] said no. [Mr. Hallam] said yes.",
            &["Ruth Hallam", "Mark Hallam", "Ruth Hallam", "Mark Hallam"],
        ),
        ("[Karl Maurer] sat. Then [Mauer] said no.", &["Karl Maurer"; 2]),
        ("[Mr. Ruiz and Ms. Bell] agreed. It was Ana Bell’s and Leo Ruiz’s plan.", &["Leo Ruiz and Ana Bell"]),
        ("[CNN’s Jo Bell] asked.", &["Jo Bell"]),
    ]);
}

#[test]
fn organizations_and_states_have_short_names() {
    check(&[
        (
            "The Korean Institute for Peace Studies (KIPS) grew. [KIPS] said so.",
            &["Korean Institute for Peace Studies"],
        ),
        ("It came from the World Health Office. [The W.H.O.] said so.", &["World Health Office"]),
        ("[Pallas Cold Chain Inc.] grew. [Pallas] said so. [The company] agreed.", &["Pallas Cold Chain Inc."; 3]),
        ("He wrote for the Saltillo Post. [The Post] said so.", &["Saltillo Post"]),
        ("Talks with North Korea ended. [Pyongyang] said why.", &["North Korea"]),
        ("[The Ruiz campaign] said so. So did Ana Ruiz.", &["Ruiz campaign"]),
        ("[A Senate panel] voted. It was the Senate Banking Committee.", &["Senate Banking Committee"]),
    ]);
}

#[test]
fn nominals_go_by_role() {
    check(&[
        ("[Sen. Ana Ruiz] left. “No,” [the senator] said.", &["Ana Ruiz"; 2]),
        ("Former President Leo Bell came. [The former president] said no.", &["Leo Bell"]),
        (
            "[A spokesman, Ty Weller,] said no. [The silo’s operator, Cereal Works,] agreed.",
            &["Ty Weller", "Cereal Works"],
        ),
        ("According to [the team’s coach], Al Mehr, it rained.", &["Al Mehr"]),
        (
            "[His lawyer] said no. An attorney for Leo Bell, Ana Ruiz, came. [Bell’s attorney] left.",
            &["(His lawyer)", "Ana Ruiz"],
        ),
        ("[Leo Bell] left. [His lawyer] said why.", &["Leo Bell", "(His lawyer)"]),
        ("[A senior official] said no. [The official] said why.", &["(A senior official)"; 2]),
        ("[Officials in two towns] agreed. Snow, [the officials] said, fell.", &["(Officials in two towns)"; 2]),
        ("[Leo Bell] met [Tim Ruiz]. [The two men] agreed.", &["Leo Bell", "Tim Ruiz", "Leo Bell and Tim Ruiz"]),
        ("She made the documentary “Salt.” [The film] shows why.", &["Salt"]),
    ]);
}

#[test]
fn pronouns_go_to_who_is_spoken_of() {
    check(&[
        ("[Ana Ruiz] met Leo Bell. [She] said no. [He] said yes.", &["Ana Ruiz", "Ana Ruiz", "Leo Bell"]),
        ("[Leo Bell, 46, a machinist,] [who] left, said no.", &["Leo Bell"; 2]),
        ("It hurt Leo Bell, [who] left.", &["Leo Bell"]),
        ("“[I] am late,” [Leo Bell] said.", &["Leo Bell"; 2]),
        ("[I] was late. Leo Bell came.", &["-"]),
        ("[Traders] sold. [They] said why. [It] rose.", &["(Traders)", "(Traders)", "-"]),
        ("[The report] came. [It] said why.", &["(The report)"; 2]),
        ("The rain fell. [She] said why. [He] did not.", &["-", "-"]),
        ("“[We] lost,” [Ana Ruiz] said.", &["-", "Ana Ruiz"]),
    ]);
}

#[test]
fn kinds_roles_and_affiliations_come_from_anywhere_in_the_article() {
    let text = "[Ruiz] said no. [Experts] and [some analysts] agreed. [The Rhine Bank] did, and [a poll].\n\nIt was Ana \
                Ruiz, a senior fellow at the Aldane Institute for Peace. [People familiar with the matter] left.";
    let (_, speakers, document) = resolved(text);
    let found: Vec<_> = speakers.iter().map(|speaker| (speaker.name.as_str(), speaker.kind, speaker.named)).collect();
    let expected = [
        ("Ana Ruiz", Kind::Person, true),
        ("Experts", Kind::Group, false),
        ("some analysts", Kind::Group, false),
        ("Rhine Bank", Kind::Organization, true),
        ("a poll", Kind::Document, false),
        ("People familiar with the matter", Kind::Group, false),
    ];
    assert_eq!(found, expected);
    let part = |span: Option<Span>| span.map(|span| span.text(document.text()));
    assert_eq!(part(speakers[0].role), Some("senior fellow"));
    assert_eq!(part(speakers[0].affiliation), Some("Aldane Institute for Peace"));
}

#[test]
fn any_text_is_read_and_time_follows_its_length() {
    let (names, ..) = resolved("[“] [—] [’s] [of] [and Ruiz and] [(R-Ohio)] [46] [The] [A.] [Ruiz’s] [called X] [É.]");
    assert_eq!(names.len(), 12);
    // Of so many words, each step may look at a few only; were it all before, this would take minutes.
    let many = "[Ana Ruiz] said so. [She] and [the mayor] met Leo Bell of Acme Corp. ".repeat(5_000);
    assert_eq!(resolved(&many).0.len(), 15_000);
}
