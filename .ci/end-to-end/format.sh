#!/usr/bin/env bash
# Files that `format` and `lint --fix` write: modes and links are kept, and what cannot be written stays as it was.
. "$(dirname "$0")/common.bash"
PATH="$(dirname "$REGISTRYLINT"):$PATH"

mkdir "$WORK/files" && cd "$WORK/files"
unsorted() { image b.lab a.lab; }
sorted="$(image a.lab b.lab)"

echo "- mode and owner stay, nothing is left beside the file"
unsorted > image.yaml && chmod 751 image.yaml
expect 0 registrylint format
[ "$(cat image.yaml)" = "$sorted" ] || fail "not in order"
[ "$(stat -c %a image.yaml)" = 751 ] || fail "mode $(stat -c %a image.yaml)"
[ "$(ls -A)" = image.yaml ] || fail "left: $(ls -A)"

echo "- a link stays a link; its target inside is formatted, one outside is not read"
mkdir sub && unsorted > sub/real.yaml && ln -s sub/real.yaml link.yaml
unsorted > "$WORK/outside.yaml" && ln -s "$WORK/outside.yaml" out.yaml
expect 0 registrylint format
[ -L link.yaml ] && [ -L out.yaml ] || fail "a link became a file"
[ "$(cat sub/real.yaml)" = "$sorted" ] || fail "the target is not in order"
[ "$(cat "$WORK/outside.yaml")" = "$(unsorted)" ] || fail "a file outside was written"
rm link.yaml out.yaml

echo "- a read-only file stays as it is, and the others are written"
unsorted > a.yaml && chmod 444 a.yaml && unsorted > b.yaml
expect 3 registrylint format
holds "$ERR" "cannot write"
[ "$(cat a.yaml)" = "$(unsorted)" ] || fail "a read-only file was written"
[ "$(cat b.yaml)" = "$sorted" ] || fail "the other file was not written"
chmod 644 a.yaml && rm a.yaml b.yaml

echo "- a disk without room: writing fails in the middle, the file is as it was, nothing is left"
mkdir big && { image b.lab a.lab; for i in $(seq 900); do echo "    - registry-$i.some-long-domain.example.com"; done; } > big/image.yaml
sum="$(sha256sum big/image.yaml)"
# A limit on the size of files is to write(2) what a full disk is, once its signal is ignored.
full() { (trap '' XFSZ; ulimit -f 16; exec registrylint "$@"); }
expect 3 full format big
holds "$ERR" "the file is as it was"
[ "$(sha256sum big/image.yaml)" = "$sum" ] || fail "the file changed"
[ "$(ls -A big)" = image.yaml ] || fail "left: $(ls -A big)"
sed -i 's|- b.lab|- https://b.lab|' big/image.yaml && sum="$(sha256sum big/image.yaml)"
expect 3 full lint --fix big
[ "$(sha256sum big/image.yaml)" = "$sum" ] && [ "$(ls -A big)" = image.yaml ] || fail "the file changed, or something is left"
expect 0 registrylint lint --fix big
expect 0 registrylint format big

echo "- a file system that is really full, where one can be mounted"
if mkdir "$WORK/small" && mount -t tmpfs -o size=64k tmpfs "$WORK/small" 2>/dev/null; then
  trap 'umount "$WORK/small"; rm -rf "$WORK"' EXIT
  unsorted > "$WORK/small/image.yaml"
  dd if=/dev/zero of="$WORK/small/fill" bs=1k 2>/dev/null || true
  expect 3 registrylint format "$WORK/small"
  holds "$ERR" "No space left"
  [ "$(cat "$WORK/small/image.yaml")" = "$(unsorted)" ] || fail "the file changed"
  [ "$(ls -A "$WORK/small" | sort | tr '\n' ' ')" = "fill image.yaml " ] || fail "left: $(ls -A "$WORK/small")"
else
  echo "  (none can be mounted here)"
fi

echo "- standard input, and diffs that git applies"
cd "$WORK" && git init -q "$WORK/applied" && cd "$WORK/applied"
unsorted > 'ä b.yaml' && git add . && git commit -qm first
expect 1 registrylint format --diff
printf '%s\n' "$OUT" | git apply && expect 0 registrylint format --check
git checkout -q . && unsorted > unsorted.txt
expect 1 registrylint format --rev HEAD --diff && printf '%s\n' "$OUT" | git apply --check
[ "$(registrylint format - < unsorted.txt)" = "$sorted" ] || fail "standard input"
