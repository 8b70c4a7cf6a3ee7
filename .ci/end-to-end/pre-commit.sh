#!/usr/bin/env bash
# The hooks of .pre-commit-hooks.yaml with the real pre-commit: partially staged files, deletions, both languages.
. "$(dirname "$0")/common.bash"
PATH="$(dirname "$REGISTRYLINT"):$PATH"
export PRE_COMMIT_HOME="$WORK/pre-commit"

python3 -m venv "$WORK/venv" && "$WORK/venv/bin/pip" -q install 'pre-commit==4.*' 2>&1 | grep -v notice || true
PATH="$WORK/venv/bin:$PATH"
pre-commit --version

# The hook repository: this project as it would be tagged.
git clone -q "$ROOT" "$WORK/registrylint"
rm -rf "$WORK/registrylint/"{Sources,Plugins,Package.swift,.pre-commit-hooks.yaml}
cp -r "$ROOT/"{Sources,Plugins,Package.swift,.pre-commit-hooks.yaml} "$WORK/registrylint/"
git -C "$WORK/registrylint" add -A && git -C "$WORK/registrylint" commit -qm release --allow-empty && git -C "$WORK/registrylint" tag 9.9.9

run_hook() {
  local id="$1"
  git init -q "$WORK/repo-$id" && cd "$WORK/repo-$id"
  printf 'repos:\n- repo: %s\n  rev: 9.9.9\n  hooks:\n  - id: %s\n' "$WORK/registrylint" "$id" > .pre-commit-config.yaml
  image registry.lab:5000 > image.yaml
  pre-commit install >/dev/null
  git add . && git commit -qm first > "$WORK/first.log" 2>&1 || { cat "$WORK/first.log"; fail "the first commit"; }
  echo "- $id: a bad file is refused"
  image https://registry.lab > image.yaml && git add image.yaml
  expect 1 git commit -m bad
  holds "$OUT$ERR" "registry-entry-scheme"
  echo "- $id: partially staged files are judged by the index, and nothing is lost"
  image registry.lab:5001 > image.yaml && git add image.yaml
  image https://registry.lab > image.yaml
  expect 0 git commit -m good
  holds "$(cat image.yaml)" "https://registry.lab"
  git checkout -q image.yaml
  echo "- $id: a commit that only deletes is linted"
  printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cas\n  namespace: openshift-config\ndata:\n  registry.lab..5000: |\n' > cas.yaml
  grep -A99 BEGIN "$ROOT/examples/gitops/clusters/good/registry-cas.yaml" >> cas.yaml
  printf 'apiVersion: config.openshift.io/v1\nkind: Image\nmetadata:\n  name: cluster\nspec:\n  additionalTrustedCA:\n    name: cas\n' > image.yaml
  git add . && expect 0 git commit -m "with its CA"
  git rm -q cas.yaml
  expect 1 git commit -m "the Image still refers to it"
  holds "$OUT$ERR" "ca-missing-configmap"
  cd "$WORK"
}

run_hook registrylint-system
run_hook registrylint
