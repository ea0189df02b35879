//! Tells the linker where the programs find libtorch when they run, and what they show to it; and sayso its version.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_RUST_BERT").is_none() {
        return;
    }
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        // MKL asks for this name (src/tagger/engine.rs) when it loads. `-u` fetches it also into those programs that
        // never call the engine's module, tests for example.
        println!("cargo::rustc-link-arg=-Wl,-u,mkl_serv_intel_cpu_true");
        println!("cargo::rustc-link-arg=-Wl,--export-dynamic-symbol=mkl_serv_intel_cpu_true");
    }
    // torch-sys says it under the name of what it links.
    let Some(lib) = env::var_os("DEP_TCH_LIBTORCH_LIB").map(PathBuf::from) else { return };
    if let Some(version) = version(&lib) {
        println!("cargo::rustc-env=SAYSO_LIBTORCH={version}");
    }
    for path in run_paths(&lib) {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{path}");
    }
}

/// libtorch's own, as its headers say it: no function tells it to a program.
fn version(lib: &Path) -> Option<String> {
    let header = fs::read_to_string(lib.parent()?.join("include/torch/csrc/api/include/torch/version.h")).ok()?;
    let (_, after) = header.split_once("define TORCH_VERSION")?;
    after.split('"').nth(1).map(str::to_owned)
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
