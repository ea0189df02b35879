//! The words that sentence segmentation knows: abbreviations, words that start sentences, and verbs
//! of speech. All comparisons heed case.

/// What a full stop after an abbreviation says about the sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Abbreviation {
    /// It goes on: a name or the rest of a phrase follows, as after `Gov.` and `e.g.`
    Leading,
    /// It goes on if a number follows, as after `No.` and `Feb.`; otherwise it's a plain word.
    Numbered,
    /// A time of day; it goes on with a day, a month or a zone.
    Clock,
    /// A state; after a town and a comma it ends before a capital, since within a sentence another
    /// comma would follow.
    State,
    /// It may or may not end, as after `Inc.`, `U.S.` and `J.`: the next word tells.
    Open,
}

impl Abbreviation {
    /// What `word`, written without its last full stop, abbreviates; `None` for a plain word.
    pub(super) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "Mr" | "Mrs" | "Ms" | "Mx" | "Messrs" | "Mmes" | "Dr" | "Drs" | "Prof" | "Profs" => Self::Leading,
            "Sen" | "Sens" | "Rep" | "Reps" | "Gov" | "Govs" | "Pres" | "Amb" | "Atty" | "Sec" | "Hon" | "Rev"
            | "Coun" | "Cllr" | "Msgr" | "Fr" | "Supt" | "Insp" | "Det" | "Asst" | "Assoc" | "Dep" => Self::Leading,
            "Gen" | "Gens" | "Col" | "Cols" | "Maj" | "Capt" | "Cpt" | "Cmdr" | "Lt" | "Lts" | "Adm" | "Brig"
            | "Sgt" | "Sgts" | "Cpl" | "Pvt" | "Pfc" => Self::Leading,
            "vs" | "v" | "cf" | "viz" | "approx" | "e.g" | "i.e" | "c.f" | "a.k.a" => Self::Leading,

            "No" | "Nos" | "no" | "nos" | "Art" | "Arts" | "Ch" | "Fig" | "Figs" | "Par" | "Sect" | "Vol" | "Vols"
            | "p" | "pp" => Self::Numbered,
            "Jan" | "Feb" | "Mar" | "Apr" | "Jun" | "Jul" | "Aug" | "Sep" | "Sept" | "Oct" | "Nov" | "Dec" => {
                Self::Numbered
            }

            "a.m" | "p.m" | "A.M" | "P.M" => Self::Clock,

            "Inc" | "Corp" | "Co" | "Cos" | "Ltd" | "Bros" | "Assn" | "Dept" | "Depts" | "Univ" | "Inst" | "Intl"
            | "Mfg" | "Cie" => Self::Open,
            "Jr" | "Sr" | "Esq" | "etc" | "al" | "Est" | "est" | "ed" | "eds" => Self::Open,
            "St" | "Ste" | "Mt" | "Ft" | "Ave" | "Blvd" | "Rd" | "Hwy" | "Pkwy" | "Rte" | "Bldg" => Self::Open,
            "Tue" | "Tues" | "Thu" | "Thur" | "Thurs" | "Fri" => Self::Open,
            "Ala" | "Ariz" | "Ark" | "Calif" | "Colo" | "Conn" | "Del" | "Fla" | "Ga" | "Ill" | "Ind" | "Kan"
            | "Ky" | "La" | "Md" | "Mass" | "Mich" | "Minn" | "Miss" | "Mo" | "Mont" | "Neb" | "Nev" | "Okla"
            | "Ore" | "Pa" | "Penn" | "Tenn" | "Tex" | "Va" | "Vt" | "Wash" | "Wis" | "Wyo" | "Ont" | "Que"
            | "Alta" | "Sask" => Self::State,
            "D.C" | "N.C" | "N.D" | "N.H" | "N.J" | "N.M" | "N.Y" | "R.I" | "S.C" | "S.D" | "W.Va" | "B.C" => {
                Self::State
            }

            _ if is_initials(word) => Self::Open,
            _ => return None,
        })
    }
}

/// `J`, `U.S`, `Ph.D`: a capital, or short parts with stops between.
fn is_initials(word: &str) -> bool {
    let part = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    if word.contains('.') { word.split('.').all(part) } else { is_initial(word) }
}

/// One capital letter.
pub(super) fn is_initial(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_none()
}

/// Whether `word` often starts a sentence, and hardly ever goes on after an abbreviation.
pub(super) fn starts_sentences(word: &str) -> bool {
    lists(
        "The A This That These Those There Here He She It They We I You It’s It's I’m I'm \
         His Her Its Their Our My Your Some Many Most Several All Both Each Few Another Others \
         And But Or So Yet If When While As Because Although Though However Meanwhile Still Also \
         Then Now Once Together Instead Later Earlier Just Only Even Asked \
         In On At By For From With To After Before Since Under During Despite Among According \
         Until Unlike What Who Why How Where Which Whether No Not Nor Nobody Nothing Such",
        word,
    )
}

/// Whether `word` is what a time of day goes on with.
pub(super) fn follows_clock(word: &str) -> bool {
    let word = word.trim_end_matches(['.', ',', ';', ')']);
    is_day(word)
        || Abbreviation::of(word) == Some(Abbreviation::Numbered)
        || lists(
            "January February March April May June July August September October November \
             December Eastern Central Mountain Pacific GMT UTC BST CET CEST \
             ET CT MT PT EST CST MST PST EDT CDT MDT PDT",
            word,
        )
}

/// Whether `word` is a day of the week.
pub(super) fn is_day(word: &str) -> bool {
    lists("Monday Tuesday Wednesday Thursday Friday Saturday Sunday", word)
}

/// Whether `word` is a verb with which news ascribes a quotation.
pub(super) fn is_speech(word: &str) -> bool {
    takes_listener(word)
        || lists(
            "said says say added adds wrote writes tweeted posted replied replies answered \
             responded retorted continued declared explained insisted argued recalled remarked \
             noted repeated shouted yelled cried exclaimed joked quipped wondered questioned \
             pressed demanded",
            word,
        )
}

/// Whether what follows the verb of speech `word` may be the one spoken to.
pub(super) fn takes_listener(word: &str) -> bool {
    lists("asked asks told tells", word)
}

/// Whether `word` may follow a verb of speech whose quotation stands before it.
pub(super) fn follows_speech(word: &str) -> bool {
    is_day(word)
        || lists(
            "in on at to of during after before as when while with from through via later last \
             again aloud and then",
            word,
        )
}

/// Whether `word` stands in lower case within a name, or between two.
pub(super) fn joins_names(word: &str) -> bool {
    lists("of de der van von al bin and", word)
}

/// Whether `word` is one of `words`.
fn lists(words: &str, word: &str) -> bool {
    words.split(' ').any(|listed| listed == word)
}
