#!/usr/bin/env bash
# The scripts of action.yml and of the template for GitLab, run as the runners would: the merge of a pull request, its
# head alone, a fork, a push, a shallow clone, a comment that is updated, a commit that is hostile. And the linters of
# workflows.
. "$(dirname "$0")/common.bash"

python3 -m venv "$WORK/venv" && "$WORK/venv/bin/pip" -q install pyyaml zizmor 2>&1 | grep -v notice || true
PATH="$WORK/venv/bin:$PATH"
if command -v zizmor >/dev/null; then
  echo "- zizmor"
  expect 0 zizmor --offline --persona=auditor "$ROOT/action.yml" "$ROOT/examples/ci/github.yml"
fi

# step NAME: writes the script of a step into a file.
cat > "$WORK/step.py" <<'P'
import sys, yaml
steps = yaml.safe_load(open(sys.argv[1]))["runs"]["steps"]
step = next(s for s in steps if s["name"] == sys.argv[2])
script = step["run"] if "run" in step else step["with"]["script"]
assert "${{" not in script, "a script must get its values from variables"
print(script)
P
for name in "Refuse events that give secrets to a stranger's code" "System libraries" "What is built" Build Lint Comment Status; do
  python3 "$WORK/step.py" "$ROOT/action.yml" "$name" > "$WORK/${name%% *}.script" || fail "the step '$name'"
done
if command -v shellcheck >/dev/null; then shellcheck -s bash -e SC2153 "$WORK"/{Refuse,System,Build,Lint,Status}.script; fi

# As GitHub's runner has `shell: bash`.
step() { bash --noprofile --norc -eo pipefail "$WORK/$1.script"; }

# A repository as pull requests know it: main with an old finding, a branch, main that went on, and their merge.
git init -q "$WORK/repo" && cd "$WORK/repo"
mkdir -p old prod stage
image https://old.lab > old/image.yaml && image registry.lab:5000 > prod/image.yaml && cp prod/image.yaml stage
git add . && git commit -qm base
git checkout -q -b feature
image registry.lab:5000 'https://new.lab' > prod/image.yaml && image registry.lab:5000 new.lab > stage/image.yaml
git commit -qam feature
HEAD_SHA="$(git rev-parse HEAD)"
BASE_SHA="$(git rev-parse main)"
git checkout -q main && image http://later.lab > later.yaml && mkdir later && git mv -k later.yaml later/ 2>/dev/null; mv later.yaml later/image.yaml
git add . && git commit -qm "main goes on"
git checkout -q --detach && git merge -q --no-edit feature && git tag merge

run_lint() { # run_lint [NAME=VALUE…]: the step Lint with the inputs of a pull request
  : > "$WORK/output"; : > "$WORK/summary"; rm -rf "$WORK/temp"; mkdir "$WORK/temp"
  env PROGRAM="$REGISTRYLINT" PATHS= RELEASE= FAIL_ON=error BASE= FORMAT_CHECK=false UPLOADS=true EVENT=pull_request \
    EVENT_BASE="$BASE_SHA" PULL_HEAD="$HEAD_SHA" IS_FORK=false RUNNER_TEMP="$WORK/temp" GITHUB_WORKSPACE="$PWD" GITHUB_OUTPUT="$WORK/output" \
    GITHUB_STEP_SUMMARY="$WORK/summary" "$@" bash --noprofile --norc -eo pipefail "$WORK/Lint.script"
}
output() { sed -n "s/^$1=//p" "$WORK/output"; }

echo "- what the pull request brings, and nothing else"
expect 0 run_lint
[ "$(output status)" = 1 ] || fail "status $(output status): $OUT $ERR"
holds "$OUT" "prod/image.yaml"
lacks "$OUT" "old/image.yaml"
lacks "$OUT" "later/image.yaml"
lacks "$OUT" "::error"
# Code scanning closes what it does not find here: the old findings too, and nothing that the branch will not have.
jq -e '[.runs[0].results[] | [.ruleId, .locations[0].physicalLocation.artifactLocation.uri]] | sort == [["registry-entry-scheme", "later/image.yaml"], ["registry-entry-scheme", "old/image.yaml"], ["registry-entry-scheme", "prod/image.yaml"]]' "$(output sarif)" >/dev/null \
  || fail "SARIF: $(jq -c '.runs[0].results' "$(output sarif)")"
# A disruption is an annotation: the entry that the API server refuses does nothing to nodes.
[ "$(grep -E '^::[a-z]+ ' "$WORK/out" | cut -d, -f1)" = "::notice file=stage/image.yaml" ] || fail "annotations: $OUT"
holds "$(head -1 "$WORK/summary")" "### registrylint: "
holds "$(cat "$WORK/summary")" "<details>"
holds "$(cat "$WORK/summary")" '```diff'
[ "$(wc -c < "$WORK/summary")" -lt 65536 ] || fail "the comment is too long"
STATUS="$(output status)" expect 1 step Status

echo "- the same of the head alone, which is behind its base"
git checkout -q feature
for base in EVENT_BASE="$(git rev-parse main)" BASE=main; do
  expect 0 run_lint "$base"
  [ "$(output status)" = 1 ] || fail "status $(output status): $OUT $ERR"
  holds "$(cat "$WORK/summary")" "new.lab"
  lacks "$(cat "$WORK/summary")" "later"
done

echo "- a push and a merge queue: what they bring decides, SARIF has all findings"
git checkout -q --detach merge && echo text > text.txt && git add . && git commit -qm "nothing new"
for event in push merge_group; do
  expect 0 run_lint EVENT=$event EVENT_BASE="$(git rev-parse merge)" PULL_HEAD=
  [ "$(output status)" = 0 ] || fail "status $(output status): $OUT $ERR"
  jq -e '.runs[0].results | length == 3' "$(output sarif)" >/dev/null || fail "SARIF: $(cat "$(output sarif)")"
  expect 0 run_lint EVENT=$event EVENT_BASE="$BASE_SHA" PULL_HEAD=
  [ "$(output status)" = 1 ] || fail "status $(output status): $OUT $ERR"
  lacks "$OUT" "old/image.yaml"
done
# A new branch, a forced push, and an event that has nothing before it: all findings.
for before in 0000000000000000000000000000000000000000 1111111111111111111111111111111111111111 ""; do
  expect 0 run_lint EVENT=push EVENT_BASE="$before" PULL_HEAD=
  [ "$(output status)" = 1 ] || fail "status $(output status): $OUT $ERR"
  holds "$OUT" "old/image.yaml"
done
git checkout -q --detach merge

echo "- a fork gets annotations, and commands in manifests are text"
git checkout -q -b hostile && printf 'apiVersion: config.openshift.io/v1\nkind: Image\nmetadata:\n  name: cluster\nspec:\n  registrySources:\n    insecureRegistries:\n    - "https://x\\n::error::pwned\\n::set-env name=A::b"\n    - "https://@team/#1"\n' > prod/image.yaml
git commit -qam hostile
expect 0 run_lint IS_FORK=true BASE=HEAD~1
holds "$OUT" "::error file=prod/image.yaml"
holds "$OUT" "::stop-commands::"
printf '%s\n' "$OUT" | grep -E '^[[:space:]]*::(error|set-env)' | grep -v '^::error file=prod/image.yaml,line=' && fail "a command of a manifest" || true
# Mentions count outside of code only.
lacks "$(sed '/^```/,/^```/d; s/`[^`]*`//g' "$WORK/summary")" "@team"
git checkout -q --detach HEAD~1

echo "- all findings, one path, the order, usage errors"
expect 0 run_lint BASE=none
holds "$OUT" "old/image.yaml"
expect 0 run_lint PATHS="old later" BASE=none
lacks "$OUT" "prod/image.yaml"
expect 0 run_lint FAIL_ON=never
[ "$(output status)" = 0 ] || fail "status $(output status)"
expect 0 run_lint RELEASE=3.11
[ "$(output status)" = 2 ] || fail "status $(output status)"
holds "$ERR" "OpenShift 3.11 is older than"
[ "$(wc -l < "$WORK/err")" = 1 ] || fail "said more than once: $ERR"
[ "$(cat "$WORK/output" "$WORK/summary")" = status=2 ] || fail "reports that do not exist: $(cat "$WORK/output")"
git checkout -q --detach HEAD && image b.lab a.lab > prod/image.yaml && git commit -qam order
expect 0 run_lint FORMAT_CHECK=true BASE=HEAD~1
[ "$(output status)" = 1 ] || fail "the order: status $(output status)"
holds "$OUT" "+    - b.lab"
git checkout -q --detach HEAD~1

echo "- a shallow checkout of the merge is enough; one without its parents says what to do"
git clone -q --depth 2 --branch merge "file://$WORK/repo" "$WORK/shallow" 2>/dev/null && cd "$WORK/shallow"
expect 0 run_lint
[ "$(output status)" = 1 ] || fail "status $(output status): $OUT $ERR"
holds "$OUT" "prod/image.yaml"
lacks "$OUT" "later/image.yaml"
git clone -q --depth 1 --branch merge "file://$WORK/repo" "$WORK/shallowest" 2>/dev/null && cd "$WORK/shallowest"
expect 0 run_lint
[ "$(output status)" = 3 ] || fail "status $(output status)"
holds "$ERR" "fetch-depth: 0"
expect 0 run_lint EVENT=push PULL_HEAD=
[ "$(output status)" = 3 ] || fail "a push: status $(output status)"
expect 0 run_lint EVENT=push EVENT_BASE=0000000000000000000000000000000000000000 PULL_HEAD=
[ "$(output status)" = 1 ] || fail "a new branch: status $(output status)"
cd "$WORK/repo"

echo "- pull_request_target is refused"
expect 2 step Refuse
if grep -n pull_request_target "$ROOT/examples/ci/github.yml"; then fail "the example is open to strangers"; fi

if command -v node >/dev/null; then
  echo "- a fork's pull request and a merge queue upload nothing; no run on main cancels another"
  cat > "$WORK/conditions.py" <<'P'
import json, sys, yaml
action, workflow = (yaml.safe_load(open(path)) for path in sys.argv[1:])
conditions = {step["name"]: step.get("if", "") for step in action["runs"]["steps"]}
print(json.dumps({"conditions": conditions, "group": workflow["concurrency"]["group"]}))
P
  cat > "$WORK/conditions.mjs" <<'J'
import fs from 'node:fs'
import assert from 'node:assert'
const { conditions, group } = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))
// GitHub's expressions are JavaScript's, but for names with a dash and members of what is not there.
const value = (text, github, outputs) => new Function('inputs', 'steps', 'github', 'startsWith',
  'return ' + text.replace(/inputs\.([\w-]+)/g, 'inputs["$1"]').replace(/\.(?=[a-z_])/g, '?.'))(
  { 'upload-sarif': 'true', comment: 'true' }, { lint: { outputs } }, github, (text, start) => text.startsWith(start))
const pull = fork => ({ repository: 'o/r', ref: 'refs/pull/7/merge', run_id: 1, event_name: 'pull_request',
  event: { pull_request: { number: 7, base: { repo: { full_name: 'o/r' } }, head: { repo: { full_name: fork } } } } })
const on = (event_name, ref) => ({ repository: 'o/r', ref, run_id: 1, event_name, event: {} })
const main = on('push', 'refs/heads/main')
const reports = { sarif: 's', markdown: 'm' }
for (const [github, outputs, uploads, comments] of [
  [pull('o/r'), reports, true, true],
  [pull('o/r'), { sarif: '', markdown: '' }, false, false],
  [pull('stranger/r'), reports, false, false],
  [pull(undefined), reports, false, false],
  [main, reports, true, false],
  [on('merge_group', 'refs/heads/gh-readonly-queue/main/pr-7-abc'), reports, false, false],
]) {
  const where = JSON.stringify([github, outputs])
  assert.equal(value(conditions['Upload SARIF'], github, outputs), uploads, where)
  assert.equal(value(conditions.Comment, github, outputs), comments, where)
}
const groupOf = github => value(group.match(/\$\{\{(.*)\}\}/)[1], github)
assert.notEqual(groupOf(main), groupOf({ ...main, run_id: 2 }))
assert.equal(groupOf(pull('o/r')), groupOf({ ...pull('o/r'), run_id: 2 }))
J
  python3 "$WORK/conditions.py" "$ROOT/action.yml" "$ROOT/examples/ci/github.yml" > "$WORK/conditions.json"
  expect 0 node "$WORK/conditions.mjs" "$WORK/conditions.json"

  echo "- one comment for each key, updated with any token; those of others are left alone"
  cat > "$WORK/comment.mjs" <<'J'
import fs from 'node:fs'
import assert from 'node:assert'
import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
const script = fs.readFileSync(process.argv[2], 'utf8')
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor
const others = [
  { id: 1, user: { type: 'User', login: 'author' }, body: '<!-- registrylint -->\nmine' },
  { id: 2, user: { type: 'Bot', login: 'other[bot]' }, body: '<!-- registrylint -->\nmine' },
]
for (const user of [{ type: 'Bot', login: 'github-actions[bot]' }, { type: 'User', login: 'owner-of-token' }]) {
  const comments = structuredClone(others)
  let calls = []
  const github = {
    paginate: async () => comments,
    graphql: async () => ({ viewer: { login: user.login } }),
    rest: { issues: {
      listComments: null,
      createComment: async ({ body }) => { calls.push('create'); comments.push({ id: comments.length + 1, user, body }) },
      updateComment: async ({ comment_id, body }) => { calls.push('update'); comments.find(c => c.id === comment_id).body = body },
    } },
  }
  const context = { repo: { owner: 'o', repo: 'r' }, issue: { number: 7 } }
  const run = async (text, key = '') => {
    fs.writeFileSync(process.env.REPORT, text)
    process.env.KEY = key
    calls = []
    await new AsyncFunction('github', 'context', 'require', script)(github, context, require)
    return calls.join()
  }
  const quiet = '### registrylint: no effect on any cluster\n'
  assert.equal(await run(quiet), '')
  assert.equal(await run(quiet, 'prod'), '')
  assert.equal(await run("### registrylint: new: 1 error\n\n- 'https://no effect on any cluster' holds a blank\n"), 'create')
  assert.equal(await run('### registrylint: new: 2 errors\n'), 'update')
  assert.equal(await run('### registrylint: new: 2 errors\n'), '')
  assert.equal(await run('### registrylint: new: 3 errors\n', 'prod'), 'create')
  assert.equal(await run('### registrylint: new: 4 errors\n', 'prod'), 'update')
  assert.equal(await run(quiet), 'update')
  assert.deepEqual(comments.slice(0, 2), others)
  assert.deepEqual(comments.slice(2).map(comment => comment.body), [
    '<!-- registrylint -->\n' + quiet.trim(), '<!-- registrylint: prod -->\n### registrylint: new: 4 errors'])
}
J
  expect 0 env REPORT="$WORK/report.md" node "$WORK/comment.mjs" "$WORK/Comment.script"
fi

# GitLab's runner: the repository of the tool, a package manager, and a compiler that notes what it is given.
python3 - "$ROOT/examples/ci/gitlab.yml" > "$WORK/job.script" <<'P'
import sys, yaml
jobs = yaml.safe_load(open(sys.argv[1]))
print("\n".join(jobs[".registrylint"]["before_script"] + jobs["registrylint"]["script"]))
P
if command -v shellcheck >/dev/null; then shellcheck -s bash "$WORK/job.script"; fi
git init -q "$WORK/tool" && echo ours > "$WORK/tool/Package.swift"
git -C "$WORK/tool" add . && git -C "$WORK/tool" commit -qm tool
mkdir "$WORK/stubs" && printf '#!/bin/sh\n' > "$WORK/stubs/apt-get"
cat > "$WORK/stubs/swift" <<S
#!/bin/sh
{ pwd; cat Package.swift; } >> "$WORK/built"
mkdir -p .build/release && cp "$REGISTRYLINT" .build/release/registrylint
S
chmod +x "$WORK/stubs/"*
job() { # job [NAME=VALUE…]: the job in the checkout, into which the cache was restored if there is one
  : > "$WORK/built"
  env PATH="$WORK/stubs:$PATH" CI_PROJECT_DIR="$PWD" REGISTRYLINT_REPOSITORY="file://$WORK/tool" \
    REGISTRYLINT_COMMIT="$(git -C "$WORK/tool" rev-parse HEAD)" "$@" bash -eo pipefail "$WORK/job.script"
}
checkout() { git clean -qfdx && git checkout -q --detach "$1"; }

echo "- GitLab: what is new decides, Code Quality holds all findings, the program is built once and outside of the checkout"
checkout feature && expect 1 job CI_MERGE_REQUEST_DIFF_BASE_SHA="$BASE_SHA"
holds "$OUT" "prod/image.yaml"
lacks "$OUT" "old/image.yaml"
jq -e '[.[].location.path] == ["old/image.yaml", "prod/image.yaml"] and all(.[]; .fingerprint and .severity and .location.lines.begin)' \
  gl-code-quality-report.json >/dev/null || fail "Code Quality: $(cat gl-code-quality-report.json)"
holds "$(head -1 registrylint.md)" "### registrylint: "
[ "$(sed 1d "$WORK/built")" = ours ] || fail "built: $(cat "$WORK/built")"
lacks "$(cat "$WORK/built")" "$PWD"
[ "$(find .registrylint-build -type f)" = .registrylint-build/bin/registrylint ] || fail "left: $(find .registrylint-build)"
git checkout -q "$BASE_SHA" && expect 0 job CI_MERGE_REQUEST_DIFF_BASE_SHA="$BASE_SHA"
[ ! -s "$WORK/built" ] || fail "built again: $(cat "$WORK/built")"

echo "- GitLab: a merge request is not charged with what the target branch got, a push with what the branch had"
checkout merge
expect 1 job CI_MERGE_REQUEST_DIFF_BASE_SHA="$BASE_SHA" CI_MERGE_REQUEST_TARGET_BRANCH_SHA="$(git rev-parse main)"
holds "$OUT" "prod/image.yaml"
lacks "$OUT$(cat registrylint.md)" "later"
checkout feature
expect 1 job CI_MERGE_REQUEST_DIFF_BASE_SHA="$(git rev-parse main)"
lacks "$OUT$(cat registrylint.md)" "later"
checkout merge && echo text > text.txt && git add . && git commit -qm "nothing new"
expect 0 job CI_COMMIT_BEFORE_SHA="$(git rev-parse merge)"
expect 1 job CI_COMMIT_BEFORE_SHA=0000000000000000000000000000000000000000
holds "$OUT" "old/image.yaml"

echo "- GitLab: nothing that a commit holds is executed, compiled or written through"
stranger() { printf '#!/bin/sh\necho a stranger\n' > "$1" && chmod +x "$1"; }
refused() { # refused: a commit of what is here
  git add . && git commit -qm hostile
  expect 2 job CI_MERGE_REQUEST_DIFF_BASE_SHA="$BASE_SHA"
  holds "$ERR" "the commit holds .registrylint-build"
  lacks "$OUT" "a stranger"
  [ ! -s "$WORK/built" ] || fail "built: $(cat "$WORK/built")"
}
checkout "$BASE_SHA" && mkdir -p .registrylint-build/bin && stranger .registrylint-build/bin/registrylint && refused
checkout "$BASE_SHA" && mkdir -p .registrylint-build/source && echo theirs > .registrylint-build/source/Package.swift && refused
checkout "$BASE_SHA" && mkdir -p theirs/bin && stranger theirs/bin/registrylint && ln -s theirs .registrylint-build && refused
# Reports that are links to the program, or to anything else.
checkout "$BASE_SHA"
for report in registrylint.md gl-code-quality-report.json gl-registrylint.sarif; do ln -s .registrylint-build/bin/registrylint "$report"; done
git add . && git commit -qm links && expect 0 job CI_MERGE_REQUEST_DIFF_BASE_SHA="$BASE_SHA"
cmp "$REGISTRYLINT" .registrylint-build/bin/registrylint || fail "the program was written over"
