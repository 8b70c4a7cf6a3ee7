# Sourced by the checks: a scratch folder, and words for what is expected.
set -euo pipefail
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
WORK="$(mktemp -d)"
trap 'rm -rf "$WORK"' EXIT
export GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@example.com GIT_COMMITTER_NAME=test GIT_COMMITTER_EMAIL=test@example.com
export GIT_CONFIG_GLOBAL="$WORK/gitconfig" GIT_CONFIG_NOSYSTEM=1
# A package manager's rewriting of addresses, if the machine has one, is needed to build; identities are not.
{ [ -f "$HOME/.gitconfig" ] && cat "$HOME/.gitconfig"; [ -f /etc/gitconfig ] && cat /etc/gitconfig; } > "$WORK/gitconfig" 2>/dev/null || true
git config --global init.defaultBranch main
git config --global advice.detachedHead false

fail() { echo "  not as expected: $*" >&2; exit 1; }

# expect STATUS COMMAND…: runs it, keeps its output in $OUT and $ERR.
expect() {
  local want="$1" got=0
  shift
  "$@" >"$WORK/out" 2>"$WORK/err" </dev/null || got=$?
  OUT="$(cat "$WORK/out")"
  ERR="$(cat "$WORK/err")"
  [ "$got" = "$want" ] || fail "status $got instead of $want: $* $(tail -q -n 8 "$WORK/out" "$WORK/err")"
}

holds() { case "$1" in *"$2"*) ;; *) fail "'$2' is not in: $1" ;; esac; }
lacks() { case "$1" in *"$2"*) fail "'$2' is in: $1" ;; esac; }

image() { # image ENTRY…: an Image that allows these registries
  printf 'apiVersion: config.openshift.io/v1\nkind: Image\nmetadata:\n  name: cluster\nspec:\n  registrySources:\n    insecureRegistries:\n'
  for entry in "$@"; do printf '    - %s\n' "$entry"; done
}
