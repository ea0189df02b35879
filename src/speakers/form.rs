//! What a name looks like when accents, titles, legal forms and ways of spelling are taken off it.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::record::Kind;

/// A name as it is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Form {
    /// Its words: lower case, without accents, titles and legal forms.
    pub(super) words: Vec<String>,
    /// Titles that stood before it.
    pub(super) titles: Vec<String>,
    /// `jr` of `Sammy Ruiz Jr.`: who has another one, or none, is somebody else.
    pub(super) generation: Option<String>,
    /// Whether it is written in capitals alone, as acronyms are.
    pub(super) is_capitals: bool,
    /// First letters of its words, with and without small ones: `fbi` and `fboi`.
    pub(super) initials: Vec<String>,
    /// Whether it says what somebody is and nobody's name: `Prime Minister`, `Court`.
    pub(super) is_generic: bool,
}

/// Before a person's name, and no part of it. `Pope` and `King` are missing: without them nobody knows who is meant.
const TITLES: &str = "mr mrs ms miss mx dr prof professor sir dame lord lady president vice prime minister premier chancellor \
    secretary senator sen representative rep congressman congresswoman congressperson governor gov mayor judge justice \
    general gen colonel col captain capt lieutenant lt sergeant sgt major maj admiral adm chief officer detective inspector \
    commissioner superintendent sheriff deputy attorney chairman chairwoman chair speaker leader ambassador director \
    reverend rev father sister brother archbishop bishop cardinal rabbi imam sheikh mp mep coach councillor councilman \
    councilwoman democrat republican former then acting the";

/// After a person's name, and no part of it.
const LETTERS: &str = "qc kc mp mep md phd obe mbe cbe esq";

const GENERATIONS: &str = "jr sr ii iii iv junior senior";

/// After a company's name, and no part of it.
const LEGAL: &str = "inc corp corporation co company ltd limited llc llp plc ag sa nv se gmbh ab oyj spa";

/// Small words, which acronyms leave out.
const SMALL: &str = "of the and for in on to at de la du des et und";

/// Bodies and texts that every article has of its own.
const GENERIC: &str = "king queen court department police ministry council committee commission board agency authority \
    authorities government state city county company firm bank union party office report poll study survey statement \
    officials source sources team club school university hospital group organization association press media times post \
    judge witness spokesman spokeswoman spokesperson author authors he she they we i you it mom dad mother father";

/// Spellings of one word, each with the one that is compared.
const SPELLINGS: &str = "organisation=organization centre=center defence=defense labour=labor centres=centers programme=program \
    organisations=organizations saint=st &=and govt=government dept=department intl=international assn=association \
    bros=brothers univ=university natl=national";

/// Given names and what people who have them are called.
const NICKNAMES: &str = "william=bill,will,billy,willie robert=bob,rob,bobby,robbie richard=rick,dick,rich,richie james=jim,jimmy,jamie \
    john=jack,johnny,jon michael=mike,mick,mickey joseph=joe,joey thomas=tom,tommy charles=chuck,charlie,charley \
    david=dave,davey daniel=dan,danny matthew=matt anthony=tony donald=don,donny christopher=chris timothy=tim,timmy \
    steven=steve,stephen,stephan edward=ed,eddie,ted,ned,teddy kenneth=ken,kenny ronald=ron,ronnie lawrence=larry,laurence gerald=jerry,gerry \
    jeffrey=jeff,geoffrey,geoff gregory=greg,gregg andrew=andy,drew benjamin=ben,benny samuel=sam,sammy \
    alexander=alex,alec,sandy nicholas=nick,nicky,nicolas peter=pete philip=phil,phillip francis=frank,frankie raymond=ray \
    patrick=pat,paddy bernard=bernie leonard=len,lenny,leo jacob=jake zachary=zach,zack joshua=josh nathaniel=nate,nathan \
    frederick=fred,freddie,frederic albert=al,bert alfred=alf douglas=doug stuart=stu,stewart walter=walt arthur=art \
    mitchell=mitch reginald=reg,reggie eugene=gene theodore=theo vincent=vince,vinny harold=harry,hal henry=hank \
    elizabeth=liz,beth,betty,lizzie,eliza,betsy katherine=kate,kathy,katie,catherine,cathy,kathryn,cate margaret=maggie,meg,peggy,marge \
    patricia=pat,patty,trish susan=sue,susie deborah=debbie,deb,debra jennifer=jen,jenny rebecca=becky jessica=jess \
    victoria=vicky,vicki barbara=barb,babs christine=chris,chrissy,christina,tina pamela=pam samantha=sam cynthia=cindy \
    judith=judy,judi dorothy=dot,dottie abigail=abby amanda=mandy alexandra=alex,sandra theresa=terry,teresa,tess \
    jacqueline=jackie kimberly=kim melissa=mel nancy=nan virginia=ginny mohammed=mohamed,muhammad,mohammad";

fn set(of: &str) -> HashMap<&str, ()> {
    of.split_whitespace().map(|word| (word, ())).collect()
}

macro_rules! word_set {
    ($name:ident, $words:expr) => {
        static $name: LazyLock<HashMap<&str, ()>> = LazyLock::new(|| set($words));
    };
}
word_set!(IS_TITLE, TITLES);
word_set!(IS_LETTERS, LETTERS);
word_set!(IS_GENERATION, GENERATIONS);
word_set!(IS_LEGAL, LEGAL);
word_set!(IS_SMALL, SMALL);
word_set!(IS_GENERIC, GENERIC);

static SPELLING: LazyLock<HashMap<&str, &str>> =
    LazyLock::new(|| SPELLINGS.split_whitespace().filter_map(|pair| pair.split_once('=')).collect());

/// Of each given name the full ones that it may stand for, itself among them.
static FULL: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let mut all: HashMap<&str, Vec<&str>> = HashMap::new();
    for (full, short) in NICKNAMES.split_whitespace().filter_map(|row| row.split_once('=')) {
        all.entry(full).or_default().push(full);
        short.split(',').for_each(|short| all.entry(short).or_default().push(full));
    }
    all
});

impl Form {
    pub(super) fn new(name: &str, kind: Kind) -> Self {
        let is_capitals = name.chars().any(char::is_alphabetic) && !name.chars().any(char::is_lowercase);
        let mut words = words(name);
        if words.first().is_some_and(|word| word == "the") && words.len() > 1 {
            words.remove(0);
        }
        let all = words.clone();
        let mut form = Self { is_capitals, ..Self::default() };
        if kind == Kind::Person {
            let titles = words.iter().take_while(|word| IS_TITLE.contains_key(word.as_str())).count();
            form.titles = words.drain(..titles.min(words.len())).collect();
            while words.len() > 1 && IS_LETTERS.contains_key(words[words.len() - 1].as_str()) {
                words.pop();
            }
            if words.len() > 1 && IS_GENERATION.contains_key(words[words.len() - 1].as_str()) {
                form.generation = words.pop().map(|word| if word == "junior" { "jr".into() } else { word });
            }
        } else {
            form.initials = initials(&words);
            while words.len() > 1 && IS_LEGAL.contains_key(words[words.len() - 1].as_str()) {
                words.pop();
            }
            words = body(words);
        }
        let is_generic = |word: &String| IS_GENERIC.contains_key(word.as_str());
        form.is_generic = words.is_empty() || (words.len() == 1 && is_generic(&words[0]));
        form.words = if words.is_empty() { all } else { words };
        form
    }

    pub(super) fn key(&self) -> String {
        let generation = self.generation.iter().map(String::as_str);
        self.words.iter().map(String::as_str).chain(generation).collect::<Vec<_>>().join(" ")
    }

    /// Whether it is one that an acronym is made of its letters.
    pub(super) fn is_acronym(&self) -> bool {
        self.is_capitals && self.words.len() == 1 && (2..=8).contains(&self.words[0].chars().count())
    }

    pub(super) fn first(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    pub(super) fn last(&self) -> &str {
        self.words.last().map_or("", String::as_str)
    }
}

/// Words in lower case without accents, dots, possessives and marks. `U.S.` is one.
pub(super) fn words(text: &str) -> Vec<String> {
    let folded: String = text.nfkd().filter(|&c| !is_combining_mark(c)).flat_map(char::to_lowercase).collect();
    let folded = folded.replace('’', "'").replace('ł', "l").replace('ø', "o").replace('đ', "d").replace('ß', "ss");
    let plain = |word: &str| -> Option<String> {
        let word = word.strip_suffix("'s").unwrap_or(word);
        let word: String = word.chars().filter(|c| c.is_alphanumeric() || *c == '&').collect();
        let word = SPELLING.get(word.as_str()).map_or(word.clone(), |&spelled| spelled.to_owned());
        (!word.is_empty()).then_some(word)
    };
    folded.split(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '/' | ',')).filter_map(plain).collect()
}

/// Bodies that news calls by names which share no letters.
const KNOWN: [(&str, &str); 8] = [
    ("america", "us"),
    ("gop", "republican party"),
    ("isis", "islamic state"),
    ("isil", "islamic state"),
    ("daesh", "islamic state"),
    ("fed", "federal reserve"),
    ("huffpost", "huffington post"),
    ("britain", "uk"),
];

/// What stands before a state's name in full; of `Republic of China` and the like there are two.
const REPUBLICS: [&str; 3] = ["islamic republic of ", "kingdom of ", "republic of "];
const TWICE: [&str; 3] = ["korea", "china", "congo"];

/// The one way in which a body's words are compared: `us` for `United States`, `state department` for `department of
/// state`.
fn body(mut words: Vec<String>) -> Vec<String> {
    let joined = words.join(" ");
    if let Some(&(_, known)) = KNOWN.iter().find(|&&(name, _)| name == joined) {
        return known.split(' ').map(str::to_owned).collect();
    }
    if let Some(state) = REPUBLICS.iter().find_map(|republic| joined.strip_prefix(republic))
        && !TWICE.contains(&state)
    {
        return state.split(' ').map(str::to_owned).collect();
    }
    for (long, short) in [(["united", "states"], "us"), (["united", "kingdom"], "uk"), (["united", "nations"], "un")] {
        if words.len() >= 2 && words[..2] == long {
            words.splice(..2, [short.to_owned()]);
        }
    }
    if words.len() > 2 && words[0] == "us" && words[1] == "of" && words[2] == "america" {
        words.drain(1..3);
    }
    let at = words.iter().position(|word| word == "department" || word == "ministry");
    if let Some(at) = at.filter(|&at| words.get(at + 1).is_some_and(|word| word == "of" || word == "for")) {
        let office = words.remove(at);
        words.remove(at);
        if words.get(at).is_some_and(|word| word == "the") {
            words.remove(at);
        }
        words.push(office);
    }
    if let Some(at) = words.windows(2).position(|pair| pair == ["foreign", "affairs"]) {
        words.remove(at + 1);
    }
    if words.len() > 2 && words[0] == "government" && words[1] == "of" {
        words.drain(..2);
        words.push("government".to_owned());
    }
    words
}

fn initials(words: &[String]) -> Vec<String> {
    if words.len() < 2 {
        return Vec::new();
    }
    let first = |words: &mut dyn Iterator<Item = &String>| words.filter_map(|word| word.chars().next()).collect();
    let all: String = first(&mut words.iter());
    let great: String = first(&mut words.iter().filter(|word| !IS_SMALL.contains_key(word.as_str())));
    if all == great { vec![all] } else { vec![great, all] }
}

/// What a given name may stand for, in full.
pub(super) fn full_names(first: &str) -> Vec<&str> {
    FULL.get(first).cloned().unwrap_or_else(|| vec![first])
}

/// The word without each of its letters in turn, and whole: two words of which one is the other but for a letter, or for
/// one in another's place, have one of these in common.
pub(super) fn deletions(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let without = |at: usize| letters.iter().enumerate().filter(|&(i, _)| i != at).map(|(_, c)| c).collect();
    (0..letters.len()).map(without).chain([word.to_owned()]).collect()
}

/// Whether two words differ in one letter alone, be it one more, one less, another one or two that changed places.
pub(super) fn is_one_letter_off(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    match a.len().abs_diff(b.len()) {
        0 => a.len() > 1 && a[0] == b[1] && a[1] == b[0] && a[2..] == b[2..] || !a.is_empty() && a[1..] == b[1..],
        1 if a.len() > b.len() => a[1..] == *b,
        1 => *a == b[1..],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_part_of_a_name_is_taken_off() {
        for (name, kind, key) in [
            ("Sen. Ana Ruiz", Kind::Person, "ana ruiz"),
            ("José Núñez QC", Kind::Person, "jose nunez"),
            ("Sammy Ruiz Jr.", Kind::Person, "sammy ruiz jr"),
            ("Prime Minister", Kind::Person, "prime minister"),
            ("The Kestrel Corp.", Kind::Organization, "kestrel"),
            ("Kestrel Equities, Inc", Kind::Organization, "kestrel equities"),
            ("United States Department of the Treasury", Kind::Organization, "us treasury department"),
            ("U.S. Treasury Department", Kind::Organization, "us treasury department"),
            ("Government of Samoa", Kind::Organization, "samoa government"),
            ("Samoa’s government", Kind::Organization, "samoa government"),
            ("World Health Organisation", Kind::Organization, "world health organization"),
            ("Islamic Republic of Iran", Kind::Organization, "iran"),
            ("Republic of Korea", Kind::Organization, "republic of korea"),
            ("Norwegian Ministry of Foreign Affairs", Kind::Organization, "norwegian foreign ministry"),
        ] {
            assert_eq!(Form::new(name, kind).key(), key, "{name}");
        }
    }

    #[test]
    fn what_names_nobody_is_known() {
        for (name, kind, is_generic) in [
            ("Prime Minister", Kind::Person, true),
            ("Police", Kind::Organization, true),
            ("Pope Leo", Kind::Person, false),
            ("Police Federation", Kind::Organization, false),
        ] {
            assert_eq!(Form::new(name, kind).is_generic, is_generic, "{name}");
        }
    }

    #[test]
    fn acronyms_are_first_letters() {
        let form = Form::new("Federal Bureau of Investigation", Kind::Organization);
        assert_eq!(form.initials, ["fbi", "fboi"]);
        assert_eq!(Form::new("Agence France-Presse", Kind::Organization).initials, ["afp"]);
        assert!(Form::new("F.B.I.", Kind::Organization).is_acronym());
    }

    #[test]
    fn one_letter_is_one_letter() {
        for (a, b, is_off) in [
            ("zelensky", "zelenskyy", true),
            ("zelenskiy", "zelenskyy", true),
            ("gaddafi", "gadaffi", false),
            ("ruiz", "riuz", true),
            ("ruiz", "ruiz", false),
            ("north", "south", false),
        ] {
            assert_eq!(is_one_letter_off(a, b), is_off, "{a} {b}");
            assert_eq!(is_one_letter_off(b, a), is_off, "{b} {a}");
            if is_off {
                assert!(deletions(a).iter().any(|part| deletions(b).contains(part)), "{a} {b}");
            }
        }
    }
}
