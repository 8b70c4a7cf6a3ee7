#ifndef REGISTRYLINT_CSHIMS_H
#define REGISTRYLINT_CSHIMS_H

#include <signal.h>
#include <stddef.h>

/// memmem(3), which glibc hides behind _GNU_SOURCE. NULL where `needle` does not occur.
const void *_Nullable registrylint_memmem(const void *_Nonnull haystack, size_t haystack_length,
                                          const void *_Nonnull needle, size_t needle_length);

/// Lets the process open more files, where the system does: each worker keeps the packs of a repository open, and the
/// usual limit of 1024 is for programs that call select.
void registrylint_allow_open_files(void);

/// Lets malloc take memory from the system in larger pieces, from few arenas: a run is short and keeps most of
/// what it allocates. Does nothing where the C library has no such settings.
void registrylint_prepare_memory(void);
/// The same for the arena of this thread, once; for threads that are about to allocate much. Does nothing in a process
/// that has not called the other one.
void registrylint_prepare_thread_memory(void);
/// Gives memory that is free back to the system, wherever it lies: large blocks that come and go between small ones
/// leave gaps that no later one fits. Does nothing in a process that has not called the first one.
void registrylint_give_back_memory(void);

/// The environment of the process: a mutable global, which Swift 6 refuses to read. NULL-terminated.
char *_Nullable const *_Nonnull registrylint_environ(void);

/// What waitid(2) says of a process that ended: its exit status, or 128 and the number of the signal. The fields are
/// macros over unions, which Swift does not see.
int registrylint_exit_status(const siginfo_t *_Nonnull information);

/// git_libgit2_opts is variadic, which Swift cannot call: one function for each option we set.
/// Each returns libgit2's error code, 0 for success.
int registrylint_git_set_owner_validation(int enabled);
int registrylint_git_set_strict_hash_verification(int enabled);
int registrylint_git_set_object_cache(int enabled);
/// Of packs no more than `limit` bytes are mapped into memory at a time, in windows.
int registrylint_git_set_mapped_pack_limit(size_t window, size_t limit);

/// Lets libgit2 allocate through functions that know a limit for each thread. To be called before git_libgit2_init.
int registrylint_git_set_limited_allocator(void);
/// No allocation of libgit2 in this thread is larger from now on: it fails instead. 0 for no limit.
void registrylint_git_limit_allocations(size_t bytes);
/// Whether an allocation of this thread was refused since the limit was set.
int registrylint_git_refused_allocation(void);

#endif
