#!/usr/bin/env bash
# The SwiftPM plugin from a consumer package that has nothing else in it.
. "$(dirname "$0")/common.bash"

mkdir "$WORK/consumer" && cd "$WORK/consumer"
sed "s|path: \"../..\"|path: \"$ROOT\"|" "$ROOT/examples/consumer/Package.swift" > Package.swift
image registry.lab:5000 > image.yaml
echo "- clean"
expect 0 swift package registrylint lint --format json
[ "$(printf '%s' "$OUT" | jq '.diagnostics | length')" = 0 ] || fail "findings in a clean file: $OUT"
echo "- findings reach standard output, and the command fails"
image https://registry.lab > image.yaml
expect 1 swift package registrylint lint --format concise
holds "$OUT" "image.yaml:8:7: error[registry-entry-scheme]"
echo "- arguments arrive as they are"
expect 0 swift package registrylint explain registry-entry-scheme
holds "$OUT" "# registry-entry-scheme"
echo "- the formatter's plugin asks for permission, and writes with it"
printf 'apiVersion: config.openshift.io/v1\nkind: Image\nmetadata:\n  name: cluster\nspec:\n  registrySources:\n    insecureRegistries:\n    - b.lab # its own\n    - a.lab\n' > image.yaml
before="$(cat image.yaml)"
expect 1 swift package registrylint-format
holds "$ERR$OUT" "allow-writing-to-package-directory"
[ "$(cat image.yaml)" = "$before" ] || fail "written without permission"
expect 1 swift package --allow-writing-to-package-directory registrylint-format --check
holds "$OUT" "image.yaml"
[ "$(cat image.yaml)" = "$before" ] || fail "--check wrote"
expect 0 swift package --allow-writing-to-package-directory registrylint-format
[ "$(tail -2 image.yaml)" = "$(printf '    - a.lab\n    - b.lab # its own')" ] || fail "not in order: $(cat image.yaml)"
expect 0 swift package --allow-writing-to-package-directory registrylint-format --check
