#![no_main]

use libfuzzer_sys::fuzz_target;

// Sentences hold all of a text but white space, in order.
fuzz_target!(|text: &str| {
    let mut end = 0;
    for span in sayso::document::sentences(text) {
        assert!(text[end..span.start()].trim().is_empty());
        let sentence = span.text(text);
        assert!(!sentence.is_empty() && sentence.trim() == sentence);
        end = span.end();
    }
    assert!(text[end..].trim().is_empty());
});
