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

# In the index one order, in the working tree another and a line that is not staged.
run_format() {
  git init -q "$WORK/repo-format" && cd "$WORK/repo-format"
  printf 'repos:\n- repo: %s\n  rev: 9.9.9\n  hooks:\n  - id: registrylint-format-system\n' "$WORK/registrylint" > .pre-commit-config.yaml
  image a.lab c.lab > image.yaml
  pre-commit install >/dev/null
  git add . && git commit -qm first > "$WORK/first.log" 2>&1 || { cat "$WORK/first.log"; fail "the first commit"; }
  echo "- registrylint-format: what is out of order in the index is refused, and the diff is shown"
  image b.lab a.lab c.lab > image.yaml && git add image.yaml
  image b.lab a.lab c.lab z.lab > image.yaml
  staged="$(git ls-files --stage)"
  unstaged="$(cat image.yaml)"
  expect 1 git commit -m "out of order"
  holds "$OUT$ERR" "+    - b.lab"
  holds "$OUT$ERR" "diff --git a/image.yaml b/image.yaml"
  lacks "$OUT$ERR" "files were modified by this hook"
  echo "- registrylint-format: neither the index nor what is not staged was touched"
  [ "$(git ls-files --stage)" = "$staged" ] || fail "the index was written"
  [ "$(cat image.yaml)" = "$unstaged" ] || fail "the working tree was written: $(cat image.yaml)"
  echo "- registrylint-format: what it prints repairs the index"
  registrylint format --staged --diff > "$WORK/order.patch" 2>/dev/null && fail "nothing to do" || true
  git apply --cached "$WORK/order.patch"
  expect 0 git commit -m "in order"
  [ "$(cat image.yaml)" = "$unstaged" ] || fail "the working tree was written"
  cd "$WORK"
}

# The environment of pre-commit's pre-push and pre-merge-commit, and its absence on a first push.
run_stages() {
  git init -q "$WORK/repo-stages" && cd "$WORK/repo-stages"
  git init -q --bare "$WORK/stages.git" && git remote add origin "$WORK/stages.git"
  printf 'repos:\n- repo: %s\n  rev: 9.9.9\n  hooks:\n  - id: registrylint-system\n  - id: registrylint-push-system\n' "$WORK/registrylint" > .pre-commit-config.yaml
  pre-commit install -t pre-commit -t pre-merge-commit -t pre-push >/dev/null
  image https://registry.lab > old.yaml && git add . && git commit -qm first --no-verify
  echo "- pre-push: a first push has no base, so everything counts"
  expect 1 git push origin main
  holds "$OUT$ERR" "registry-entry-scheme"
  holds "$OUT$ERR" "checking refs/heads/main"
  expect 0 git push --no-verify origin main
  echo "- pre-push: afterwards what is new counts"
  mkdir -p sub && image registry.lab:5001 > sub/good.yaml && git add . && git commit -qm good --no-verify
  image http://registry.lab > sub/good.yaml
  expect 0 git push origin main
  git add . && git commit -qm bad --no-verify
  image registry.lab:5001 > sub/good.yaml
  expect 1 git push origin main
  holds "$OUT$ERR" "sub/good.yaml"
  lacks "$OUT$ERR" "old.yaml"
  git reset -q --hard origin/main
  echo "- pre-push: a new branch is compared with what the remote has"
  git checkout -q -b side && git commit -qm empty --allow-empty --no-verify
  expect 0 git push origin side
  echo "- pre-merge-commit: two good branches, a bad merge"
  git checkout -q -b merges && git rm -rq --ignore-unmatch old.yaml sub
  printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cas\n  namespace: openshift-config\ndata:\n  registry.lab..5000: |\n' > cas.yaml
  grep -A99 BEGIN "$ROOT/examples/gitops/clusters/good/registry-cas.yaml" >> cas.yaml
  image registry.lab:5000 > image.yaml
  git add . && expect 0 git commit -m base
  git checkout -q -b without-ca && git rm -q cas.yaml && expect 0 git commit -m "no CA"
  git checkout -q merges
  printf 'apiVersion: config.openshift.io/v1\nkind: Image\nmetadata:\n  name: cluster\nspec:\n  additionalTrustedCA:\n    name: cas\n' > image.yaml
  expect 0 git commit -am "refer to the CA"
  expect 1 git merge --no-edit without-ca
  holds "$OUT$ERR" "ca-missing-configmap"
  cd "$WORK"
}

run_format
run_stages
run_hook registrylint-system
run_hook registrylint
