//! How this process uses memory, threads and the processor.

use std::sync::Once;

/// Tells MKL to use its fast kernels, which it keeps from processors that are not Intel's.
///
/// MKL, inside libtorch, looks this name up in the program itself; build.rs exports it.
#[cfg(feature = "rust-bert")]
#[unsafe(no_mangle)]
pub extern "C" fn mkl_serv_intel_cpu_true() -> std::ffi::c_int {
    1
}

/// Sets up memory and threads. Call it before the first model is loaded; later calls do nothing.
pub fn tune() {
    static TUNED: Once = Once::new();
    TUNED.call_once(|| {
        keep_memory();
        #[cfg(feature = "rust-bert")]
        {
            hold_onednn();
            // A worker a core, each with one thread: two threads inside one operation slow each other down.
            tch::set_num_threads(1);
            tch::set_num_interop_threads(1);
        }
    });
}

/// Has glibc keep big blocks for the next batch; otherwise it gives them back at each free, and fetching them again,
/// page by page, takes as long as the arithmetic.
fn keep_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // SAFETY: mallopt takes two integers, and a value it does not like it refuses.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, 1 << 30);
            libc::mallopt(libc::M_TRIM_THRESHOLD, std::ffi::c_int::MAX);
            libc::mallopt(libc::M_TOP_PAD, 64 << 20);
        }
    }
}

/// Gives memory that nothing needs any more back to the system: what a peak took.
pub fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // SAFETY: malloc_trim takes a number of bytes to keep, and locks what it looks at.
        unsafe { libc::malloc_trim(64 << 20) };
    }
}

/// Keeps oneDNN from AMX, where a row's products depend on how many rows there are, so that what is said of a window would
/// depend on its company.
#[cfg(feature = "rust-bert")]
fn hold_onednn() {
    const LIMIT: &std::ffi::CStr = c"ONEDNN_MAX_CPU_ISA";
    #[cfg(unix)]
    {
        // SAFETY: both are strings that end with a zero byte; a limit of the user's own is kept. This runs before the
        // first tensor, and nothing else here sets the environment.
        unsafe { libc::setenv(LIMIT.as_ptr(), c"AVX512_CORE_BF16".as_ptr(), 0) };
    }
}

/// The version of libtorch that this was built with, if it was.
pub fn libtorch() -> Option<&'static str> {
    option_env!("SAYSO_LIBTORCH")
}
