#!/usr/bin/env bash
# `registrylint hook install` and real commits: the hook lints what the commit will record, whatever way it is made.
. "$(dirname "$0")/common.bash"
PATH="$(dirname "$REGISTRYLINT"):$PATH"

git init -q "$WORK/repo" && cd "$WORK/repo"
mkdir sub
image registry.lab:5000 > good.yaml
git add . && git commit -qm first
registrylint hook install 2>/dev/null

echo "- git commit"
image https://registry.lab > bad.yaml && git add bad.yaml
expect 1 git commit -m bad
holds "$OUT$ERR" "registry-entry-scheme"
echo "- the index counts, not the working tree"
image registry.lab > bad.yaml
expect 1 git commit -m bad
git add bad.yaml
image https://registry.lab > bad.yaml
expect 0 git commit -m "good in the index, bad in the working tree"
echo "- git commit -a"
expect 1 git commit -am bad
holds "$OUT$ERR" "bad.yaml"
echo "- git commit PATH, from a subfolder"
image http://registry.lab > sub/other.yaml && git add sub/other.yaml
image registry.lab:5001 > good.yaml
git checkout -q bad.yaml
expect 0 git commit -m "only good.yaml" good.yaml
cd sub && expect 1 git commit -m other other.yaml && cd ..
git reset -q --hard
echo "- a linked worktree"
git worktree add -q -b side "$WORK/side" && cd "$WORK/side"
image https://registry.lab > bad.yaml && git add bad.yaml
expect 1 git commit -m bad
image registry.lab:5002 > bad.yaml && git add bad.yaml
expect 0 git commit -m good
echo "- a commit that only deletes"
cd "$WORK/repo"
cat > cas.yaml <<'Y'
apiVersion: v1
kind: ConfigMap
metadata:
  name: registry-cas
  namespace: openshift-config
data:
  registry.lab..5000: |
Y
sed 's/^/    /' "$ROOT/examples/gitops/clusters/good/registry-cas.yaml" | grep -A99 BEGIN >> cas.yaml
printf 'apiVersion: config.openshift.io/v1\nkind: Image\nmetadata:\n  name: cluster\nspec:\n  additionalTrustedCA:\n    name: registry-cas\n' > good.yaml
git rm -q bad.yaml && git add . && expect 0 git commit -m "with its CA"
git rm -q cas.yaml
expect 1 git commit -m "the Image still refers to it"
holds "$OUT$ERR" "ca-missing-configmap"
echo "- a hook of another program is left alone"
printf '#!/bin/sh\n' > .git/hooks/pre-commit
expect 2 registrylint hook install
expect 0 registrylint hook install --force
rm .git/hooks/pre-commit

echo "- git merge: two good branches, a bad merge"
git checkout -q -b merges && git reset -q --hard HEAD~1 2>/dev/null || true
cas() { # cas: a ConfigMap with the CA of registry.lab:5000
  printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: registry-cas\n  namespace: openshift-config\ndata:\n  registry.lab..5000: |\n'
  grep -A99 BEGIN "$ROOT/examples/gitops/clusters/good/registry-cas.yaml"
}
referring() { printf 'apiVersion: config.openshift.io/v1\nkind: Image\nmetadata:\n  name: cluster\nspec:\n  additionalTrustedCA:\n    name: registry-cas\n'; }
git rm -rq --ignore-unmatch . && cas > cas.yaml && image registry.lab:5000 > image.yaml && git add . && git commit -qm base --no-verify
git checkout -q -b without-ca && git rm -q cas.yaml && expect 0 git commit -m "no CA"
git checkout -q merges && referring > image.yaml && expect 0 git commit -am "refer to the CA"
expect 1 git merge --no-edit without-ca
holds "$OUT$ERR" "ca-missing-configmap"
git merge --abort
expect 0 git merge --no-edit --no-verify without-ca

echo "- git push: what is new counts, also on a first push"
git init -q --bare "$WORK/remote.git" && git remote add origin "$WORK/remote.git"
expect 0 registrylint hook install pre-push
expect 1 git push origin merges
holds "$OUT$ERR" "ca-missing-configmap"
[ -z "$(git ls-remote origin)" ] || fail "a refused push reached the remote"
expect 0 git push --no-verify origin merges
mkdir -p other && image registry.lab:5001 > other/image.yaml && git add . && git commit -qm "an old finding stays"
expect 0 git push origin merges
echo "- git push: the working tree and the index do not count, the pushed commit does"
image https://registry.lab > bad.yaml && git add . && git commit -qm bad --no-verify && git rm -q bad.yaml
expect 1 git push origin merges
holds "$OUT$ERR" "registry-entry-scheme"
lacks "$OUT$ERR" "ca-missing-configmap"
git reset -q --hard HEAD~1
image https://registry.lab > bad.yaml && git add .
expect 0 git push origin merges:side
echo "- git push: every branch counts, also behind a good one"
git rm -qf --cached bad.yaml && git stash -q -u
git branch -q a-good-one && git checkout -q -b z-bad-one && image https://registry.lab > bad.yaml && git add . && git commit -qm bad --no-verify
expect 1 git push origin a-good-one z-bad-one
holds "$OUT$ERR" "registry-entry-scheme"
[ -z "$(git ls-remote origin a-good-one)" ] || fail "a refused push reached the remote"
echo "- git push: going back to an error that was mended"
git rm -q bad.yaml && git commit -qm mended --no-verify && expect 0 git push --no-verify origin z-bad-one
expect 1 git push -f origin z-bad-one~1:z-bad-one
holds "$OUT$ERR" "registry-entry-scheme"
git checkout -q merges
echo "- git push: deleting a branch checks nothing"
expect 0 git push origin :side
lacks "$ERR" "registrylint: checking"
