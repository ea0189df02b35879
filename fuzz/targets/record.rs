#![no_main]

use libfuzzer_sys::fuzz_target;

// A record that can be read can be written and read again.
fuzz_target!(|bytes: &[u8]| {
    if let Ok(record) = serde_json::from_slice::<sayso::Record>(bytes) {
        let line = serde_json::to_string(&record).expect("a record can be written");
        serde_json::from_str::<sayso::Record>(&line).expect("what was written can be read");
    }
});
