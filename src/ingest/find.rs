//! Which files of a folder are read, and what their articles are called.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::WalkDir;

use super::unpack::Codec;
use super::{FORMATS, Format, pdf};
use crate::batch::{FILES, Manifest};
use crate::error::Error;

/// A stream that will be read, found before the run starts.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its name in messages: the path as given or found, `-` for standard input.
    pub name: Arc<str>,
    /// The id that its articles take theirs from, where they have none of their own.
    pub id: String,
    /// Its size in bytes, where that can be known beforehand.
    pub bytes: Option<u64>,
    /// `None` for standard input.
    pub(super) path: Option<PathBuf>,
    /// The name of the folder that was named and in which it was found.
    root: Option<String>,
    /// Why it is not read, if it is not.
    pub(super) unread: Option<String>,
}

impl Found {
    pub(super) fn stdin() -> Self {
        // A file may stand behind it.
        let file = same_file::Handle::stdin().and_then(|stdin| stdin.as_file().metadata()).ok();
        let bytes = file.filter(fs::Metadata::is_file).map(|data| data.len());
        Self { name: "-".into(), id: "stdin".into(), bytes, path: None, root: None, unread: None }
    }

    fn file(path: &Path, root: Option<&Path>) -> Self {
        let inner = root.and_then(|root| path.strip_prefix(root).ok());
        let inner = inner.or(path.file_name().map(Path::new)).unwrap_or(path);
        let metadata = fs::metadata(path).ok();
        Self {
            name: path.to_string_lossy().into(),
            id: stem(&joined(inner)).to_owned(),
            // A pipe says 0. A file that cannot be looked at will be a reject, and adds nothing.
            bytes: metadata.map_or(Some(0), |data| data.is_file().then_some(data.len())),
            path: Some(path.to_owned()),
            root: root.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned()),
            unread: None,
        }
    }

    /// A file of a kind that is not read: a reject when its turn comes.
    fn unread(path: &Path, root: &Path, kind: &str) -> Self {
        let reason = if is_pdf(path) {
            pdf::ADVICE.to_owned()
        } else {
            format!("{kind} are not read; leave them out, or make something of them that is: {}", extensions())
        };
        Self { unread: Some(reason), ..Self::file(path, Some(root)) }
    }

    /// The file; `None` for standard input.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// How large it is now, if that is not what it was when it was found.
    pub(crate) fn moved(&self) -> Option<u64> {
        let now = fs::metadata(self.path.as_ref()?).ok().filter(fs::Metadata::is_file)?.len();
        self.bytes.filter(|&then| then != now).map(|_| now)
    }

    /// The name that may tell its format.
    pub(super) fn hint(&self) -> &str {
        if self.path.is_some() { &self.name } else { "" }
    }
}

/// Makes ids that several inputs share different: by the folders that were named (`2019/a` and `2020/a`), and those of one
/// folder (`a.csv` and `a.jsonl`) by their extensions.
pub(super) fn tell_apart(mut found: Vec<Found>) -> Vec<Found> {
    let shared = |found: &[Found]| {
        let mut sharers: HashMap<String, Vec<Option<String>>> = HashMap::new();
        for one in found {
            sharers.entry(one.id.clone()).or_default().push(one.root.clone());
        }
        sharers.retain(|_, roots| roots.len() > 1);
        sharers
    };
    let sharers = shared(&found);
    for one in &mut found {
        let is_elsewhere = |roots: &Vec<Option<String>>| roots.iter().any(|root| *root != one.root);
        if let Some(root) = one.root.as_ref().filter(|_| sharers.get(&one.id).is_some_and(is_elsewhere)) {
            one.id = format!("{root}/{}", one.id);
        }
    }
    let sharers = shared(&found);
    for one in found.iter_mut().filter(|one| sharers.contains_key(&one.id)) {
        if let Some(name) = one.path.as_ref().and_then(|path| path.file_name()) {
            let folder = one.id.rfind('/').map_or("", |slash| &one.id[..=slash]);
            one.id = format!("{folder}{}", name.to_string_lossy());
        }
    }
    found
}

fn joined(path: &Path) -> String {
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// A name without its extension, and without that of its format below that of a compression.
pub(super) fn stem(name: &str) -> &str {
    let without = |name: &'_ str| {
        let (stem, extension) = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty() && !stem.ends_with('/'))?;
        (!extension.contains('/')).then_some(stem.len())
    };
    let outer = &name[..without(name).unwrap_or(name.len())];
    if extension(name).is_some_and(|e| Codec::of_extension(&e).is_some()) && format_of(outer).is_some() {
        return &outer[..without(outer).unwrap_or(outer.len())];
    }
    outer
}

/// A name's extension, in lower case.
pub(super) fn extension(name: &str) -> Option<String> {
    Some(Path::new(name).extension()?.to_str()?.to_ascii_lowercase())
}

/// The format that a name's extension stands for.
pub(super) fn format_of(name: &str) -> Option<&'static Format> {
    let extension = extension(name)?;
    FORMATS.iter().find(|format| format.extensions.contains(&extension.as_str()))
}

/// Whether files of this name are read.
pub(super) fn is_read(name: &str) -> bool {
    format_of(name).is_some() || extension(name).is_some_and(|e| Codec::of_extension(&e).is_some())
}

/// What lies in folders and is not read: of what kind, how many there are, and the first.
pub type PassedOver = BTreeMap<String, (u64, PathBuf)>;

/// Why something in a folder is passed over, if it is.
fn reason(entry: &walkdir::DirEntry) -> Option<&'static str> {
    let kind = entry.file_type();
    if entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.') {
        return Some("hidden");
    }
    if kind.is_dir() {
        return None;
    }
    let is_own = entry.file_name().to_str().is_some_and(|name| FILES.contains(&name));
    if is_own && entry.path().with_file_name(Manifest::FILE).is_file() {
        return Some("files of runs of sayso");
    }
    if !kind.is_file() {
        return Some("pipes, sockets and devices");
    }
    // What people put beside articles to say what these are, and what is right of them.
    let is_called =
        |part: Option<&std::ffi::OsStr>, name: &str| part.is_some_and(|part| part.eq_ignore_ascii_case(name));
    if is_called(entry.path().file_stem(), "readme") {
        return Some("READMEs");
    }
    is_called(entry.path().extension(), "gold").then_some("files of gold for sayso eval")
}

/// Adds what `input` names: itself, or what is in it if it is a folder. Files of `all` names, or of those that are known.
pub(super) fn find(input: &Path, all: bool, found: &mut Vec<Found>, passed_over: &mut PassedOver) -> Result<(), Error> {
    let metadata = fs::metadata(input).map_err(|source| Error::Input { path: input.to_owned(), source })?;
    if !metadata.is_dir() {
        if is_pdf(input) && !all {
            return Err(Error::Pdf { path: input.to_owned() });
        }
        if !(all || is_read_at(input)) && input.extension().is_some() {
            return Err(Error::UnknownFormat { path: input.to_owned(), known: extensions() });
        }
        found.push(Found::file(input, None));
        return Ok(());
    }

    let before = found.len();
    let mut walk = WalkDir::new(input).follow_links(true).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        match entry {
            Ok(entry) => match reason(&entry) {
                Some(why) => {
                    if entry.file_type().is_dir() {
                        walk.skip_current_dir();
                    }
                    count(passed_over, why, entry.path());
                }
                None if entry.file_type().is_dir() => {}
                None if !(all || is_read_at(entry.path())) => {
                    let extension =
                        entry.path().extension().map(|extension| extension.to_string_lossy().to_lowercase());
                    let kind = extension.map_or("files without an extension".into(), |known| format!(".{known} files"));
                    count(passed_over, &kind, entry.path());
                    found.push(Found::unread(entry.path(), input, &kind));
                }
                None => found.push(Found::file(entry.path(), Some(input))),
            },
            // A link back to a folder above shows nothing new.
            Err(error) if error.loop_ancestor().is_some() => {}
            // A folder or file that cannot be looked at becomes a reject when its turn comes.
            Err(error) => found.extend(
                error
                    .path()
                    .filter(|path| all || path.is_dir() || is_read_at(path))
                    .map(|path| Found::file(path, Some(input))),
            ),
        }
    }
    if found[before..].iter().all(|one| one.unread.is_some()) {
        return Err(Error::NoArticles { path: input.to_owned(), known: extensions() });
    }
    Ok(())
}

fn count(passed_over: &mut PassedOver, kind: &str, path: &Path) {
    passed_over.entry(kind.to_owned()).or_insert_with(|| (0, path.to_owned())).0 += 1;
}

fn is_read_at(path: &Path) -> bool {
    path.file_name().is_some_and(|name| is_read(&name.to_string_lossy()))
}

fn is_pdf(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("pdf"))
}

/// Every extension that is read, as a list in words.
pub(super) fn extensions() -> String {
    let formats = FORMATS.iter().flat_map(|format| format.extensions).copied();
    let dotted: Vec<_> = formats.chain(Codec::extensions()).map(|extension| format!(".{extension}")).collect();
    match dotted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => dotted.concat(),
    }
}
