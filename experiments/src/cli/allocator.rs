//! Settings of the memory allocator.

/// Lets the allocator keep what is freed, up to 2 GiB at a time, instead of handing it back to the
/// system.
///
/// A training step frees all its tensors and the next one allocates the same again; pages that come
/// anew from the system must be cleared and mapped first. Steps take less processor time
/// (`mirror bench train`), and the peak is the same. Only GNU's C library is told; others go without.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "the C library offers no other way")]
pub fn keep() {
    // SAFETY: this sets parameters of the allocator, and is called while there is one thread.
    unsafe {
        libc::mallopt(libc::M_TRIM_THRESHOLD, i32::MAX);
        libc::mallopt(libc::M_MMAP_THRESHOLD, i32::MAX);
    }
}

/// Does nothing here.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn keep() {}
