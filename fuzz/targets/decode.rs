#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &[u8])| sayso::tagger::fuzzing::decode(input.0, input.1));
