#define _GNU_SOURCE
#include "CShims.h"

#include <git2.h>
#include <string.h>
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

char *const *registrylint_environ(void) { return environ; }

int registrylint_exit_status(const siginfo_t *information) {
  return information->si_code == CLD_EXITED ? information->si_status : 128 + information->si_status;
}
