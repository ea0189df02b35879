use proptest::prelude::*;

use super::*;
use crate::error::Place;

/// Checks that the text is cut just where `‖` stands.
#[track_caller]
fn cuts(marked: &str) {
    let text = marked.replace('‖', "");
    let found: Vec<_> = sentences(&text).into_iter().map(|span| span.text(&text)).collect();
    let wanted: Vec<_> = marked.split('‖').map(str::trim).collect();
    assert_eq!(found, wanted);
}

macro_rules! cuts {
    ($($name:ident: $($marked:expr),+ $(,)?;)+) => { $(
        #[test]
        fn $name() {
            $(cuts($marked);)+
        }
    )+ };
}

cuts! {
    plain_stops:
        "The vote failed. ‖It was close.",
        "Did it pass? ‖It did! ‖Nobody had expected that.",
        "One sentence without an end",
        "The dam broke in 2015. ‖In 2016 it was rebuilt.",
        "The fare went up by half. ‖40 people complained.",
        "The fund lost money. ‖$3 million went in May alone.",
        "It grew 3.5 percent, to 1,200.75 points. ‖That was a record.",
        "Visit ledger.example for more. ‖The site is free.",
        "The phones sold well. ‖iPhone prices fell.",
        "What?! ‖Nobody knew.";

    titles:
        "Mr. Adeyemi met Mrs. Kowalski and Ms. Reyes. ‖Dr. Lindqvist stayed away.",
        "Sen. Ola Berg and Rep. Mia Torres, with Gov. Haruto Mori, signed it. ‖Lt. Col. Kim watched.",
        "The Rev. Amara Obi spoke first. ‖Prof. Stein did not.",
        "The case Oduya vs. Marsh Holdings was closed. ‖So was Lee v. Grant.";

    initials:
        "J. P. Okafor and S.K. Rao wrote it. ‖Maria T. Lund paid.",
        "The letter went to George W. Hale. ‖He burned it.",
        "It was signed by J. “Buddy” Hale and C.L. “Butch” Lund.",
        "Plan B. ‖The second plan was worse.",
        "The vitamin was B. ‖It is cheap.",
        "They chose plan B. ‖The others chose none.";

    companies_and_suffixes:
        "Marsh Holdings Inc. Chairman Ola Berg left. ‖Acme Corp. did not comment.",
        "He works for Acme Inc. ‖The firm is small.",
        "Tyre & Sons Co. makes wheels. ‖Lund Bros. Ltd. buys them.",
        "John Hale Jr. won. ‖His father, John Hale Sr., lost.",
        "They sell nails, bolts, etc. ‖They also sell paint.",
        "A study by Rao et al. found none. ‖Others did.";

    countries_and_states:
        "The U.S. Senate voted. ‖The U.N. did not.",
        "She moved to the U.S. ‖She likes it there.",
        "Talks between the U.S. and the E.U. stalled. ‖No date was set.",
        "He was born in Springfield, Ill. ‖The town was small.",
        "She lives in Newark, N.J. ‖Lund does not.",
        "MADISON, Wis. (Agency) — The lake froze.",
        "Rep. Mia Torres (D-Calif.) objected. ‖Sen. Hale (R-N.Y.) agreed.",
        "Police in Washington, D.C., made no arrests. ‖In Richmond, Va., they did.",
        "He called it “a gift to the U.S.” ‖Nobody else did.";

    dates_and_times:
        "It opens on Feb. 10. ‖It closes on Sept. 3, 2026.",
        "The date is Jan. 6. ‖Nov. 7 was ruled out.",
        "Doors open at 9 a.m. Monday. ‖They close at 5 p.m. ‖Latecomers must wait.",
        "It starts at 8 p.m. EST. ‖It ends at midnight.",
        "The shop opened at 10 a.m. on Friday. ‖By 11 a.m. it was empty.";

    numbers:
        "It ranked No. 3 of Nos. 1 to 9. ‖No. 4 was gone.",
        "Was he sorry? ‖No. ‖He laughed.",
        "He rode bus no. 40 and paid. ‖He had said no. ‖She had too.",
        "See Art. 5 and Fig. 2. ‖They differ.",
        "The answer is on p. 12. ‖Nobody reads it.";

    ellipses:
        "I waited … and waited ... until noon. ‖Then I left.",
        "He thought about it… ‖The bell rang.",
        "“We were … I was afraid,” she said.",
        "It was “old . . . and cold,” he wrote. ‖It was.",
        "Nobody came. . . . ‖The hall was dark.",
        "I sat there … . ‖I was cold.",
        "North ........ 12.5 South ........ 31.0";

    quotes_within_a_sentence:
        "“Stop!” he said. ‖Nobody did.",
        "“Where is it?” the reporter asked. ‖He shrugged.",
        "\"Stop!\" he said. ‖Nobody did.",
        "‘Go away!’ she shouted. ‖They went.",
        "“We lost,” she said. “It hurts.” ‖She sat down.".replace("said. “It", "said. ‖“It").as_str(),
        "“We lost,” she said, “but not for good.” ‖She sat down.",
        "“Is it true?” Ms. Reyes asked. ‖It was.",
        "“Is it true?” Ola Berg, the mayor, asked in March. ‖It was not.",
        "“Is it true?” Berg’s niece, Ola Lund, asked. ‖It was.",
        "“Why me?” I asked. ‖She smiled.",
        "“What now?!” Gov. Mori wrote on Monday. ‖Nobody knew.",
        "“And then…” J. P. Okafor said, “there was nothing.”",
        "“Is it true?” Lena van der Berg asked the minister. ‖It was.";

    quotes_that_end_a_sentence:
        "He said, “It is over.” ‖She left.",
        "He said, \"It is over.\" ‖\"Not yet,\" she said.",
        "“We won. ‖They lost,” he said.",
        "He asked, “Is it true?” ‖Ms. Reyes said that it was.",
        "He asked, “Is it true?” ‖She did not answer.",
        "“Go.” ‖“Where?” ‖“Home.”",
        "He called it ‘a farce.’ ‖Others laughed.",
        "She said, “He told me, ‘Never.’” ‖I believe her.",
        "It was over.”‖She left.",
        "He was “done.” ‖“So am I,” she said.";

    spaced_out_text:
        "\" It is over . \" ‖He left .",
        "``It is over,'' he said. ‖``Go home.''",
        "“ It is over . ” ‖He left .";

    brackets:
        "(He declined to comment.) ‖The firm did too.",
        "She agreed (so did he). ‖They signed.",
        "She agreed. ‖(So did he.) ‖They signed.",
        "[Editor’s note: see below.] ‖The text follows.";

    datelines:
        "SEOUL, Feb. 2 (Agency) — The party met. ‖It will meet again.",
        "LAGOS, Nigeria — Prices rose. ‖Wages did not.";

    paragraphs:
        "A heading without a stop\n\n‖The text below it. ‖It goes on.",
        "One.\n \t\n‖Two",
        "One\n\u{a0}\n‖two";

    a_paragraph_a_line:
        "Rates to rise, bank says\n‖The bank held on Monday, but its governor told reporters that rates would have to rise before the year was out.\n‖Nobody was surprised, least of all the markets, which had expected it since the spring and moved little on the day",
        "Ferry sinks\n‖Two dead\n‖Captain held",
        "The firm moved to Acme Inc.\n‖Shares fell.",
        "It said:\n‖no comment.";

    hard_wrapped_lines:
        "The river rose again on Tuesday, and the people of the lower\n\
         town carried what they could up the hill. ‖Mayor Ola Berg, who met\n\
         Gov. Haruto Mori at noon, said that help was on its way from St.\n\
         Anna and that nobody had been hurt. ‖By dusk the water was at the\n\
         Market Hall, and the bridge was closed.\n\n\
         ‖The governor promised money, though he did not say how much of\n\
         it there would be.",
        "River rises again\n\
         ‖The river rose again on Tuesday, and the people of the lower\n\
         town carried what they could up the hill, with the help of\n\
         Captain Lund.";

    lists:
        "What we know:\n‖- The river rose.\n‖- the bridge is closed\n‖• Nobody was hurt",
        "1. The river rose.\n‖2. The bridge is closed.\n‖3. Nobody was hurt.",
        "a) the river\n‖b) the bridge",
        "IV. The bridge. ‖It is closed.";
}

#[test]
fn a_very_long_sentence_survives() {
    let text = format!("{} and that was all. Then it ended.", "one more word".repeat(1000));
    assert_eq!(sentences(&text).len(), 2);
    let text = "word ".repeat(3000);
    assert_eq!(sentences(&text), [Span::new(0, text.len() - 1)]);
}

/// Takes seconds in a debug build if any rule looks around without bound.
#[test]
fn odd_texts_take_no_longer() {
    for piece in [".", ". ", ". . ", "?” A ", "?” Aa said, ", "“", "\n", "a\n", "\n\n.", "A.", " ", "U.S. \"", "…’ "]
    {
        sentences(&piece.repeat(100_000 / piece.len()));
    }
}

#[test]
fn a_span_knows_its_sentences() {
    let text = "The vote failed. It was close. Nobody spoke.";
    let document = Document::new(Article::new("a", Place::file("a.txt"), text));
    assert_eq!(document.sentences, [Span::new(0, 16), Span::new(17, 30), Span::new(31, 44)]);
    assert_eq!(document.sentences_of(Span::new(0, 16)), 0..1);
    assert_eq!(document.sentences_of(Span::new(10, 20)), 0..2);
    assert_eq!(document.sentences_of(Span::new(16, 17)), 1..1, "between two of them");
    assert_eq!(document.sentences_of(Span::new(44, 44)), 3..3);
}

fn texts() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "The", "said", "U.S.", "Mr.", "No.", "3", ".", "!", "?", "…", "...", "“", "”", "\"", "’", "(", ")", " ", " ",
        " ", "\n", "\n\n", "\u{a0}", "\u{2028}", "é", "漢", "📉", "- ", "a.m.", ",", "Reyes", "asked",
    ]);
    prop_oneof![any::<String>(), prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat())]
}

proptest! {
    #[test]
    fn sentences_hold_all_but_white_space(text in texts()) {
        let mut end = 0;
        for sentence in sentences(&text) {
            prop_assert!(sentence.start() >= end, "{sentence} begins before {end}");
            prop_assert!(text[end..sentence.start()].trim().is_empty());
            let inner = sentence.text(&text);
            prop_assert!(!inner.is_empty() && inner == inner.trim());
            end = sentence.end();
        }
        prop_assert!(text[end..].trim().is_empty());
    }

    #[test]
    fn every_byte_of_a_sentence_is_its_own(text in texts()) {
        let document = Document::new(Article::new("a", Place::file("a.txt"), text));
        for (index, sentence) in document.sentences.iter().enumerate() {
            prop_assert_eq!(document.sentences_of(*sentence), index..index + 1);
        }
    }
}
