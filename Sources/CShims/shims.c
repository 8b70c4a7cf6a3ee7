#define _GNU_SOURCE
#include "CShims.h"

#include <git2.h>
#include <git2/sys/alloc.h>
#include <stdint.h>
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#include <sys/mman.h>
#endif
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

const void *registrylint_memmem(const void *haystack, size_t haystack_length, const void *needle,
                                size_t needle_length) {
  return memmem(haystack, haystack_length, needle, needle_length);
}

int registrylint_git_set_owner_validation(int enabled) {
  return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, enabled);
}

int registrylint_git_set_strict_hash_verification(int enabled) {
  return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, enabled);
}

int registrylint_git_set_object_cache(int enabled) {
  return git_libgit2_opts(GIT_OPT_ENABLE_CACHING, enabled);
}

#ifdef __GLIBC__
static int is_memory_prepared;
#endif

int registrylint_git_set_mapped_pack_limit(size_t window, size_t limit) {
  int code = git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, window);
  return code < 0 ? code : git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, limit);
}

// libgit2 with mbedTLS reads all certificates of the system when it starts, which takes as long as reading thousands of
// files, and here it never talks to a server. Its call comes here, as every call of a shared library comes to the
// definition of the program first; that no certificate was read, it does not mind.
__attribute__((weak)) int mbedtls_x509_crt_parse_file(void *chain, const char *path) {
  (void)chain, (void)path;
  return -1;
}

void registrylint_allow_open_files(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t wanted = 8192;
  if (limit.rlim_cur >= wanted) return;
  limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
  (void)setrlimit(RLIMIT_NOFILE, &limit);
}

void registrylint_prepare_memory(void) {
#ifdef __GLIBC__
  is_memory_prepared = 1;
  // With one arena two workers wait for each other in a fifth of all allocations; more arenas than this hold memory.
  mallopt(M_ARENA_MAX, 4);
  mallopt(M_TOP_PAD, 4 << 20);
  // Blobs of megabytes come and go: mapping each anew costs more than searching it.
  mallopt(M_MMAP_THRESHOLD, 16 << 20);
  mallopt(M_TRIM_THRESHOLD, 32 << 20);
#endif
}

void registrylint_prepare_thread_memory(void) {
#ifdef __GLIBC__
  // The arena of a thread grows by a page at a time, each by a system call: M_TOP_PAD holds for the first arena only.
  // What is freed here stays in the arena; pages that are never touched cost nothing.
  static _Thread_local int is_prepared;
  if (is_prepared || !is_memory_prepared) return;
  is_prepared = 1;
  const size_t size = 12 << 20;
  void *volatile reserve = malloc(size);
#ifdef MADV_HUGEPAGE
  // One fault for 2 MiB and not 512: a worker uses most of them.
  const uintptr_t page = 2 << 20, end = (uintptr_t)reserve + size;
  const uintptr_t start = ((uintptr_t)reserve + page - 1) & ~(page - 1);
  if (reserve != NULL) (void)madvise((void *)start, (end - start) & ~(page - 1), MADV_HUGEPAGE);
#endif
  free(reserve);
#endif
}

void registrylint_give_back_memory(void) {
#ifdef __GLIBC__
  if (is_memory_prepared) malloc_trim(0);
#endif
}

static _Thread_local size_t allocation_limit;
static _Thread_local int refused_allocation;

static int refuses(size_t length) {
  if (allocation_limit == 0 || length <= allocation_limit) return 0;
  refused_allocation = 1;
  return 1;
}

static void *limited_malloc(size_t length, const char *file, int line) {
  (void)file, (void)line;
  return refuses(length) ? NULL : malloc(length);
}

static void *limited_realloc(void *pointer, size_t length, const char *file, int line) {
  (void)file, (void)line;
  return refuses(length) ? NULL : realloc(pointer, length);
}

#if LIBGIT2_VER_MAJOR == 1 && LIBGIT2_VER_MINOR < 7
// Before 1.7 an allocator has every function of its family.
static void *limited_calloc(size_t count, size_t size, const char *file, int line) {
  (void)file, (void)line;
  if (size != 0 && count > SIZE_MAX / size) return NULL;
  return refuses(count * size) ? NULL : calloc(count, size);
}

static void *limited_mallocarray(size_t count, size_t size, const char *file, int line) {
  if (size != 0 && count > SIZE_MAX / size) return NULL;
  return limited_malloc(count * size, file, line);
}

static void *limited_reallocarray(void *pointer, size_t count, size_t size, const char *file, int line) {
  if (size != 0 && count > SIZE_MAX / size) return NULL;
  return limited_realloc(pointer, count * size, file, line);
}

static char *limited_substrdup(const char *text, size_t length, const char *file, int line) {
  char *copy = length == SIZE_MAX ? NULL : limited_malloc(length + 1, file, line);
  if (copy == NULL) return NULL;
  memcpy(copy, text, length);
  copy[length] = 0;
  return copy;
}

static char *limited_strndup(const char *text, size_t length, const char *file, int line) {
  return limited_substrdup(text, strnlen(text, length), file, line);
}

static char *limited_strdup(const char *text, const char *file, int line) {
  return limited_substrdup(text, strlen(text), file, line);
}
#endif

int registrylint_git_set_limited_allocator(void) {
  static git_allocator allocator = {
    .gmalloc = limited_malloc,
    .grealloc = limited_realloc,
    .gfree = free,
#if LIBGIT2_VER_MAJOR == 1 && LIBGIT2_VER_MINOR < 7
    .gcalloc = limited_calloc,
    .gmallocarray = limited_mallocarray,
    .greallocarray = limited_reallocarray,
    .gsubstrdup = limited_substrdup,
    .gstrndup = limited_strndup,
    .gstrdup = limited_strdup,
#endif
  };
  return git_libgit2_opts(GIT_OPT_SET_ALLOCATOR, &allocator);
}

void registrylint_git_limit_allocations(size_t bytes) {
  allocation_limit = bytes;
  refused_allocation = 0;
}

int registrylint_git_refused_allocation(void) { return refused_allocation; }

char *const *registrylint_environ(void) { return environ; }

int registrylint_exit_status(const siginfo_t *information) {
  return information->si_code == CLD_EXITED ? information->si_status : 128 + information->si_status;
}
