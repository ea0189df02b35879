//! Compressions and archives, and what damage in them costs.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

use super::unpack::{Caps, Codec};
use super::*;

const ONE: &[u8] = b"The bank held.";

fn gz(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn bz2(content: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn zst(content: &[u8]) -> Vec<u8> {
    zstd::encode_all(content, 1).unwrap()
}

/// `ONE`, as xz packs it.
fn xz() -> Vec<u8> {
    let hex = "fd377a585a000004e6d6b446020021011c00000010cf58cc01000d5468652062616e6b2068656c642e000000b9e9a78c13db8e130001260e081be0041fb6f37d010000000004595a";
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// A zip archive of deflated files.
pub(super) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in members {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(content).unwrap();
        let packed = encoder.finish().unwrap();
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let sizes = [crc.sum(), packed.len() as u32, content.len() as u32].map(u32::to_le_bytes).concat();
        let common =
            [&[20, 0, 0, 0, 8, 0, 0, 0, 0, 0][..], &sizes, &(name.len() as u16).to_le_bytes(), &[0, 0]].concat();
        let start = out.len() as u32;
        out.extend([b"PK\x03\x04", &common[..], name.as_bytes(), &packed].concat());
        let place = [&[0; 10][..], &start.to_le_bytes()].concat();
        directory.extend([b"PK\x01\x02\x14\0", &common[..], &place, name.as_bytes()].concat());
    }
    let (count, start) = ((members.len() as u16).to_le_bytes(), (out.len() as u32).to_le_bytes());
    let size = (directory.len() as u32).to_le_bytes();
    out.extend([&directory[..], b"PK\x05\x06\0\0\0\0", &count, &count, &size, &start, &[0, 0]].concat());
    out
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (name, content) in members {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        builder.append_data(&mut header, name, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

fn ids(name: &str, content: &[u8]) -> Vec<String> {
    let folder = folder(&[(name, content)]);
    readings(folder.path())
        .into_iter()
        .map(|r| r.map_or_else(|r| format!("{}: {}", r.id.unwrap_or_default(), r.reason), |a| a.id))
        .collect()
}

#[test]
fn every_compression_is_opened() {
    for (name, packed) in [("a.txt.gz", gz(ONE)), ("a.txt.zst", zst(ONE)), ("a.txt.bz2", bz2(ONE)), ("a.txt.xz", xz())]
    {
        let article = only_article(name, &packed);
        assert_eq!((article.id.as_str(), article.text().as_bytes()), ("a", ONE), "{name}");
        // Whatever its name says.
        assert_eq!(only_article("a.txt", &packed).text().as_bytes(), ONE, "{name}");
        comes_to(&outcomes(name, &packed[..packed.len() - 5]), &["!cannot be read"]);
    }
    let lines = [&b"{\"text\": \"One.\"}\n{\"text\": "[..], b"\"Two.\"}\n"];
    for pack in [gz, zst, bz2] {
        assert_eq!(ids("a.jsonl.gz", &lines.map(pack).concat()), ["a:1", "a:2"], "several members");
    }
    assert_eq!(ids("a.jsonl.gz", &[gz(lines[0]), vec![0; 100]].concat()).len(), 2, "zeros at the end are no damage");
    assert_eq!(ids("a.txt.gz", &gz(&bz2(&gz(ONE)))), ["a"]);
    assert!(ids("a.gz", &(0..6).fold(ONE.to_vec(), |packed, _| gz(&packed)))[0].contains("lie in each other"));
}

#[test]
fn damage_in_gzip_costs_its_member() {
    let lines: Vec<_> = (1..=4).map(|n| format!("{{\"text\": \"This is number {n}.\"}}\n")).collect();
    let mut members: Vec<_> = lines.iter().map(|line| gz(line.as_bytes())).collect();
    let middle = members[1].len() / 2;
    members[1][middle..middle + 4].fill(0xff);
    let outcomes = outcomes("a.jsonl.gz", &members.concat());
    comes_to(&outcomes, &["This is number 1.", "!damaged from here on", "This is number 3.", "This is number 4."]);
}

#[test]
fn decompression_is_capped() {
    let unpacked = |codec: Codec, packed: Vec<u8>, caps| {
        let mut all = Vec::new();
        let mut bytes = codec.unpack(Cursor::new(packed), caps).unwrap();
        let error = bytes.read_to_end(&mut all).unwrap_err();
        assert_eq!(bytes.read(&mut [0]).unwrap(), 0, "nothing comes after it");
        (all.len(), error.to_string())
    };
    let (size, message) = unpacked(Codec::Gzip, gz(&[b'a'; 300_000]), Caps { bytes: 100_000, ratio: 1000 });
    assert!(size <= 100_000 && message.contains("more than 100000 bytes"), "{size}: {message}");
    let (size, message) = unpacked(Codec::Zstd, zst(&vec![b'a'; 80 << 20]), Caps { bytes: 1 << 40, ratio: 1000 });
    assert!(size <= 64 << 20 && message.contains("more than 1000 times"), "{size}: {message}");
}

#[test]
fn members_of_archives_are_files() {
    let files: [(&str, &[u8]); 6] = [
        ("north/b.txt", ONE),
        ("north/a.jsonl", b"{\"text\": \"One.\"}\n{\"text\": \"Two.\"}\n"),
        ("north/b.html", b"<html><p>A page"),
        ("__MACOSX/north/b.txt", ONE),
        ("north/.b.txt", ONE),
        ("README.rst", ONE),
    ];
    let inner = gz(ONE);
    let files = [&files[..], &[("c.txt.gz", &inner)]].concat();
    for (name, archive) in [
        ("in.zip", zip(&files)),
        ("in.tar", tar(&files)),
        ("in.tar.gz", gz(&tar(&files))),
        ("in.tgz", gz(&tar(&files))),
    ] {
        assert_eq!(
            ids(name, &archive),
            ["in/north/b", "in/north/a:1", "in/north/a:2", "in/north/b.html", "in/c"],
            "{name}"
        );
    }
    let folder = folder(&[("in.zip", &zip(&files))]);
    let place = readings(folder.path())[2].as_ref().unwrap().place.to_string();
    assert!(place.ends_with("in.zip/north/a.jsonl:2"), "{place}");
    assert_eq!(ids("in.zip", &zip(&[("deep.tar", &tar(&[("x/y.txt", ONE)]))])), ["in/deep/x/y"]);
    let long = format!("{}/a.txt", "folder/".repeat(40));
    assert_eq!(ids("in.tar", &tar(&[(&long, ONE)])), [format!("in/{}/a", "folder/".repeat(40))]);
    assert_eq!(
        ids("in.tar", &tar(&[("a.txt", ONE), ("a.txt", ONE), ("a.txt", ONE)])),
        ["in/a", "in/a.txt", "in/a.txt#2"]
    );
}

#[test]
fn damage_in_an_archive_costs_one_member() {
    let files = [("a.txt", ONE), ("b.txt", b"The dam held, engineers said, and so did the bridge."), ("c.txt", ONE)];
    let at = |archive: &[u8], part: &[u8]| archive.windows(part.len()).position(|window| window == part).unwrap();
    let mut archive = zip(&files);
    let second = at(&archive, b"b.txt") + 10;
    archive[second] ^= 0x55;
    assert_eq!(ids("in.zip", &archive).len(), 3);
    assert!(ids("in.zip", &archive)[1].contains("in/b: the file cannot be read"), "{:?}", ids("in.zip", &archive));
    assert!(ids("in.zip", &archive[..archive.len() - 30])[0].contains("cannot be opened"));

    let mut archive = tar(&files);
    let second = at(&archive, b"b.txt");
    archive[second] = b'x';
    let found = ids("in.tar", &archive);
    assert_eq!((found.len(), found[0].as_str(), found[2].as_str()), (3, "in/a", "in/c"), "{found:?}");
    let found = ids("in.tar", &archive[..512 + 5]);
    assert!(found[0].contains("in/a: the file cannot be read: the archive ends within this file"), "{found:?}");
    assert!(ids("in.zip", &zip(&[("README.rst", ONE)]))[0].contains("no articles in the archive"));
}

#[test]
fn files_of_one_stem_are_told_apart() {
    let folder = folder(&[
        ("n/a.txt", ONE),
        ("n/a.txt.gz", &gz(ONE)),
        ("n/a.html", b"<html>The bank held.</html>"),
        ("b.v2.txt.xz", &xz()),
    ]);
    let ids: Vec<_> = readings(folder.path()).into_iter().flatten().map(|a| a.id).collect();
    assert_eq!(ids, ["b.v2", "n/a.html", "n/a.txt", "n/a.txt.gz"]);
}
