//! Tells the linker where the module finds libtorch when it is loaded, and what it shows to it.

use std::env;
use std::path::PathBuf;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        // MKL asks for this name (src/tagger/engine.rs) when it is loaded, which is with the module.
        println!("cargo::rustc-link-arg=-Wl,-u,mkl_serv_intel_cpu_true");
    }
    // The module is installed away from the checkout, so the folder behind the link is what counts.
    if let Some(lib) = env::var_os("DEP_TCH_LIBTORCH_LIB").map(PathBuf::from) {
        let lib = lib.canonicalize().unwrap_or(lib);
        println!("cargo::rustc-link-arg=-Wl,-rpath,{}", lib.display());
    }
}
