//! Tells the linker where the programs find libtorch when they run, and what they show to it.

use std::env;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        // MKL asks for this name (src/tagger/engine.rs) when it loads. `-u` fetches it also into those programs that
        // never call the engine's module, tests for example.
        println!("cargo::rustc-link-arg=-Wl,-u,mkl_serv_intel_cpu_true");
        println!("cargo::rustc-link-arg=-Wl,--export-dynamic-symbol=mkl_serv_intel_cpu_true");
    }
    // torch-sys says it under the name of what it links.
    let Some(lib) = env::var_os("DEP_TCH_LIBTORCH_LIB").map(PathBuf::from) else { return };
    for path in run_paths(&lib) {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{path}");
    }
}

/// Where to look for libtorch's libraries, best first.
///
/// With the link in the checkout, paths from the program itself, so that the checkout may be moved: from
/// `target/release/` and from its `deps/` and `examples/`, where tests and examples lie. Then the folder's own path,
/// for a program that was copied elsewhere.
fn run_paths(lib: &Path) -> Vec<String> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut paths = Vec::new();
    if let (Some(profile), Ok(link)) = (profile_dir(), lib.strip_prefix(&root))
        && let Ok(inside) = profile.strip_prefix(&root)
    {
        let up = "../".repeat(inside.components().count());
        paths.push(format!("$ORIGIN/{up}{}", link.display()));
        paths.push(format!("$ORIGIN/../{up}{}", link.display()));
    }
    paths.push(lib.canonicalize().unwrap_or_else(|_| lib.to_owned()).display().to_string());
    paths
}

/// The folder that holds the finished programs, such as `target/release`: four levels above `OUT_DIR`.
fn profile_dir() -> Option<PathBuf> {
    let out = PathBuf::from(env::var_os("OUT_DIR")?);
    Some(out.ancestors().nth(3)?.to_owned())
}
