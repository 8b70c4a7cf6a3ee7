#!/usr/bin/env bash
# What only a command line shows: what is printed before an error, on which stream, and what is said of files there before.
. "$(dirname "$0")/common.bash"
PATH="$(dirname "$REGISTRYLINT"):$PATH"

mkdir "$WORK/repo" && cd "$WORK/repo" && git init -q
mkdir -p prod/sub stage
image a.lab > prod/image.yaml
image b.lab > stage/image.yaml
git add -A && git commit -qm one
image https://a.lab > prod/image.yaml
git commit -qam two

echo "- a cluster that is not there: nothing is told before that is said"
expect 2 registrylint diff HEAD --cluster nosuch
[ -z "$OUT" ] || fail "printed: $OUT"
holds "$ERR" "there is no cluster 'nosuch'"
expect 2 registrylint diff HEAD --cluster nosuch --format json
[ -z "$OUT" ] || fail "printed: $OUT"

echo "- two words that look like paths are paths"
expect 3 registrylint diff nope/ stage
holds "$ERR" "cannot read 'nope/': there is no such file or directory"
expect 3 registrylint diff stage ./nope
holds "$ERR" "cannot read './nope'"
expect 2 registrylint diff prod/
holds "$ERR" "'prod/' is no revision; name two paths"

echo "- one name of a cluster, in every folder"
mkdir -p overlays && git mv stage overlays/stage && git commit -qm moved
for folder in . overlays overlays/stage; do
  cd "$WORK/repo/$folder"
  expect 0 registrylint render --cluster overlays/stage
  expect 0 registrylint diff HEAD --cluster overlays/stage
done
expect 0 registrylint render --cluster stage
expect 0 registrylint diff HEAD --cluster stage
cd "$WORK/repo" && git mv overlays/stage stage && git commit -qm "moved back"

echo "- an object that the API server refuses: files on standard output, the warning beside them"
expect 0 registrylint render prod
holds "$OUT" "==> /etc/containers/registries.conf"
holds "$ERR" "warning: prod/image.yaml: line 8: the API server refuses Image cluster"
expect 0 registrylint render prod --quiet
[ -z "$ERR" ] || fail "said: $ERR"
expect 0 registrylint render stage
[ -z "$ERR" ] || fail "said: $ERR"

echo "- a registry alone is the name of an image"
expect 0 registrylint pull quay.io stage
holds "$OUT" "'quay.io' is read as the name of an image"
expect 0 registrylint pull python3.11 stage
lacks "$OUT" "as the name of an image"

echo "- files of an earlier render are named, other files and those of clusters that are not rendered are not"
expect 0 registrylint render --output "$WORK/out-files"
lacks "$ERR" "there before"
printf 'note\n' > "$WORK/out-files/stage/etc/notes.txt"
mkdir -p "$WORK/out-files/stage/etc/crio/policies" && printf '{}\n' > "$WORK/out-files/stage/etc/crio/policies/team.json"
expect 0 registrylint render prod --output "$WORK/out-files"
lacks "$ERR" "there before"
expect 0 registrylint render --output "$WORK/out-files"
holds "$ERR" "warning: there before, and nodes do not get it any more:
  $WORK/out-files/stage/etc/crio/policies/team.json"
lacks "$ERR" notes.txt
git rm -qr stage
expect 0 registrylint render --output "$WORK/out-files"
holds "$ERR" "$WORK/out-files/stage/etc/containers/registries.conf"
[ -f "$WORK/out-files/stage/etc/containers/registries.conf" ] || fail "it was removed"

echo "- migrate gives one reason once"
mkdir "$WORK/policies" && cd "$WORK/policies"
for name in a b c; do
  printf 'apiVersion: operator.openshift.io/v1alpha1\nkind: ImageContentSourcePolicy\nmetadata:\n  name: %s\nspec:\n  repositoryDigestMirrors:\n  - source: quay.io/team:v1\n    mirrors: [m.lab/team]\n' "$name" > "$name.yaml"
done
expect 0 registrylint migrate
holds "$ERR" "note: 3 policies are left as they are: "
holds "$ERR" "
  c.yaml:2
"
