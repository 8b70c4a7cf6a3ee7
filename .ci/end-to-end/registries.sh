#!/usr/bin/env bash
# What `registrylint pull` says against what skopeo and podman do with the files of `registrylint render`: three real
# registries on loopback, two of them with TLS from a CA made here. Exit status 77: a program is missing, and nothing
# was tested.
. "$(dirname "$0")/common.bash"
. "$ROOT/.ci/end-to-end/registries.bash"

for program in skopeo docker-registry openssl jq timeout; do
  command -v "$program" >/dev/null || { echo "SKIPPED: $program is not installed"; exit 77; }
done
skopeo --version

# A release whose registries.conf is the one that Debian 12's skopeo knows (`pull-from-mirror` needs containers/image
# 5.22). The newest release is tried at the end.
RELEASE=4.16

# The environment of this machine must not reach a registry or a client.
for name in $(compgen -e | grep -E '^(REGISTRY_|CONTAINERS?_|STORAGE_)' || true); do unset "$name"; done
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME DOCKER_CONFIG
echo '{}' > "$WORK/auth.json"
export REGISTRY_AUTH_FILE="$WORK/auth.json"

start_all() {
  start source tls
  start mirror tls
  start plain
  S="127.0.0.1:${PORT[source]}"
  M="127.0.0.1:${PORT[mirror]}"
  P="127.0.0.1:${PORT[plain]}"
}

echo "- a CA, a certificate of it, three registries"
expect 0 openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=registry CA" \
  -addext keyUsage=critical,keyCertSign -keyout "$WORK/ca.key" -out "$WORK/ca.crt"
expect 0 openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=registry" \
  -keyout "$WORK/registry.key" -out "$WORK/registry.csr"
printf 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n' > "$WORK/registry.ext"
expect 0 openssl x509 -req -in "$WORK/registry.csr" -CA "$WORK/ca.crt" -CAkey "$WORK/ca.key" -CAcreateserial -days 2 \
  -extfile "$WORK/registry.ext" -out "$WORK/registry.crt"
start_all

layout="$WORK/image"
layout "$layout"
echo "- skopeo copies the image to the source registry, and from there to the mirrors"
mkdir "$WORK/ca" "$WORK/operator"
cp "$WORK/ca.crt" "$WORK/ca/"
copy() {
  expect 0 env HOME="$WORK/operator" timeout 60 skopeo --insecure-policy copy --preserve-digests \
    --src-cert-dir "$WORK/ca" --dest-cert-dir "$WORK/ca" "$@"
}
for repository in digests tags never rejected blocked fallback plain short half allowed other any newest; do
  copy "oci:$layout:1" "docker://$S/$repository:1"
done
for repository in digests tags never rejected half allowed newest; do
  copy "docker://$S/$repository:1" "docker://$M/copies/$repository:1"
done
copy "docker://$S/digests@$D" "docker://$M/copies/moved:1"
copy "docker://$S/digests@$D" "docker://$M/closed/fallback:1"
copy "docker://$S/digests@$D" "docker://$M/direct:1"
copy --dest-tls-verify=false "docker://$S/plain@$D" "docker://$P/copies/plain:1"
# Empty logs from here on.
stop_all
start_all

# --- the clusters

echo "- manifests of four clusters in a Git repository, their node files with render --output"
git init -q "$WORK/repo" && cd "$WORK/repo"

# cas HOST:PORT…: the ConfigMap that trusts the CA for these registries
cas() {
  local registry
  printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: registry-cas\n  namespace: openshift-config\ndata:\n'
  for registry in "$@"; do
    printf '  %s: |\n' "${registry/:/..}"
    sed 's/^/    /' "$WORK/ca.crt"
  done
}

# cluster NAME: its Image, with the registrySources of standard input
cluster() {
  mkdir -p "clusters/$1"
  {
    printf 'apiVersion: config.openshift.io/v1\nkind: Image\nmetadata:\n  name: cluster\nspec:\n'
    printf '  additionalTrustedCA:\n    name: registry-cas\n  registrySources:\n'
    cat
  } > "clusters/$1/image.yaml"
}

# mirrors KIND SOURCE MIRROR… [-- SOURCE MIRROR…]: a mirror set; `!` before a source is NeverContactSource
mirrors() {
  local kind="$1" field="imageDigestMirrors" word
  [ "$kind" = ImageDigestMirrorSet ] || field="imageTagMirrors"
  shift
  printf 'apiVersion: config.openshift.io/v1\nkind: %s\nmetadata:\n  name: set\nspec:\n  %s:\n' "$kind" "$field"
  set -- -- "$@"
  while [ $# -gt 0 ]; do
    word="$1"
    shift
    if [ "$word" != "--" ]; then printf '    - %s\n' "$word"; continue; fi
    printf '  - source: %s\n' "${1#!}"
    case "$1" in !*) printf '    mirrorSourcePolicy: NeverContactSource\n' ;; esac
    printf '    mirrors:\n'
    shift
  done
}

cluster main <<Y
    insecureRegistries:
    - $P
    blockedRegistries:
    - $S/blocked
    - $S/rejected
    - $M/closed
    containerRuntimeSearchRegistries:
    - $S
Y
cas "$S" "$M" > clusters/main/cas.yaml
mirrors ImageDigestMirrorSet "$S/digests" "$M/copies/digests" -- "!$S/never" "$M/copies/never" \
  -- "$S/rejected" "$M/copies/rejected" -- "$S/moved" "$M/empty/moved" "$M/copies/moved" \
  -- "$S/fallback" "$M/closed/fallback" -- "$S/plain" "$P/copies/plain" \
  -- "$S/newest" "$M/copies/newest" > clusters/main/digests.yaml
mirrors ImageTagMirrorSet "$S/tags" "$M/copies/tags" > clusters/main/tags.yaml

cluster allows <<Y
    allowedRegistries:
    - quay.io/openshift-release-dev
    - $S/allowed
Y
cas "$S" "$M" > clusters/allows/cas.yaml
mirrors ImageDigestMirrorSet "$S/allowed" "$M/copies/allowed" > clusters/allows/digests.yaml

cluster half-ca <<Y
    insecureRegistries: []
Y
cas "$S" > clusters/half-ca/cas.yaml
mirrors ImageDigestMirrorSet "$S/half" "$M/copies/half" > clusters/half-ca/digests.yaml

cluster host <<Y
    blockedRegistries:
    - 127.0.0.1
Y
cas "$S" "$M" > clusters/host/cas.yaml
git add . && git commit -qm clusters

# node CLUSTER RELEASE: a home folder with the node's files; prints it. Both programs read `~/.config/containers`
# instead of `/etc/containers` when it has the files, and look there for certs.d before `/etc/docker/certs.d`, so the
# files of a node can be used without privileges and without the machine's own.
node() {
  local home="$WORK/node-$1-$2" files="$WORK/nodes-$2/clusters/$1/etc"
  if [ ! -d "$home" ]; then
    mkdir -p "$home/.config"
    cp -r "$files/containers" "$home/.config/containers"
    cp -r "$files/docker/certs.d" "$home/.config/containers/certs.d"
  fi
  echo "$home"
}
for release in "$RELEASE" 5.0; do
  expect 0 "$REGISTRYLINT" render --rev HEAD --release "$release" --output "$WORK/nodes-$release"
done

# --- prediction and fact

# The manifests that the programs must have asked for, one a line: program, registry and path, status.
: > "$WORK/expected-requests"

# exists HOST:PORT/REPOSITORY: does the registry have it?
exists() {
  local name
  for name in "${!PORT[@]}"; do
    [ "127.0.0.1:${PORT[$name]}" = "${1%%/*}" ] || continue
    [ -d "$WORK/$name/docker/registry/v2/repositories/${1#*/}/_manifests" ]
    return
  done
  fail "no registry of this test: $1"
}

# run PROGRAM HOME IMAGE: a pull with everything that the program can say in $ERR, its status in $STATUS
run() {
  STATUS=0
  case "$1" in
    skopeo) set -- "$2" timeout 60 skopeo --debug copy "docker://$3" "dir:$(mktemp -d "$WORK/pulled.XXXX")" ;;
    podman) set -- "$2" "${PODMAN[@]}" --log-level debug pull "$3" ;;
  esac
  HOME="$1" "${@:2}" >"$WORK/out" 2>"$WORK/err" </dev/null || STATUS=$?
  [ "$STATUS" != 124 ] || fail "no end in time: ${*:2}"
  ERR="$(sed 's/\\"/"/g' "$WORK/err")"
}

# pull CLUSTER IMAGE WHERE [RELEASE]: what `registrylint pull` says, then the same by each of $PROGRAMS. WHERE is what
# the case is for: the repository that the image comes from, `nothing`, or `rejected FROM` when its manifest is read
# there and the policy then refuses it.
pull() {
  local cluster="$1" image="$2" where="$3" release="${4:-$RELEASE}" said=0 answer text program
  local question=("$REGISTRYLINT" pull "$image" --rev HEAD --release "$release" --cluster "clusters/$cluster")
  echo "- $cluster, OpenShift $release: ${image/@sha256:*/@sha256:…} <- $where"
  "${question[@]}" --format json > "$WORK/said.json" || said=$?
  text="$("${question[@]}" || true)"
  # One line for the candidate, then one for each source; `-` keeps an empty field.
  answer="$(jq -r 'if (.candidates | length) != 1 then error("not one candidate") else .candidates[0] end
    | [.reference, .policyVerdict, .policyScope],
      (.sources[] | [.reference, .blocked, .blockedBy // "-", .insecure, .certificate != null, .certificateDirectory])
    | @tsv' "$WORK/said.json")" || fail "$(cat "$WORK/said.json")"
  for program in "${PROGRAMS[@]}"; do compare "$program"; done
}

# compare PROGRAM: one program's pull against the words of `pull`, whose variables it sees
compare() {
  local program="$1" home reference verdict scope from blocked by insecure ca directory name
  local served="" untrusted="" outcome
  home="$(node "$cluster" "$release")"
  run "$program" "$home" "$image"
  holds "$ERR" "Loading registries configuration \"$home/.config/containers/registries.conf\""
  {
    IFS=$'\t' read -r reference verdict scope
    # The sources in the order of `pull`, up to the one that delivers.
    while IFS=$'\t' read -r from blocked by insecure ca directory; do
      name="${from%@*}"
      [ "$name" != "$from" ] || name="${from%:*}"
      if [ "$blocked" = true ]; then
        holds "$text" "$from is blocked"
        holds "$ERR" "registry $by is blocked in "
        continue
      fi
      # The node's directory, here below the home folder.
      holds "$directory" "/etc/docker/certs.d/"
      directory="$home/.config/containers/certs.d/${directory#/etc/docker/certs.d/}"
      if [ "$insecure" = false ] && [ "$ca" = false ]; then
        untrusted=yes
        holds "$text" "/etc/docker/certs.d/${directory##*/}: no CA of this configuration"
        holds "$ERR" "x509: certificate signed by unknown authority"
        lacks "$ERR" "crt: $directory/ca.crt"
        continue
      fi
      if [ "$ca" = true ]; then
        holds "$text" "/etc/docker/certs.d/${directory##*/}/ca.crt is trusted"
        holds "$ERR" "crt: $directory/ca.crt"
      fi
      if exists "$name"; then
        served="$name"
        echo "$program $name/manifests/${from#"$name"?} 200" >> "$WORK/expected-requests"
        break
      fi
      echo "$program $name/manifests/${from#"$name"?} 404" >> "$WORK/expected-requests"
    done
  } <<<"$answer"

  # What pull said is what the case is for …
  holds "$text" "$scope ${verdict}s it"
  outcome="${served:-nothing}"
  [ "$verdict" = accept ] || [ -z "$served" ] || outcome="rejected $served"
  [ "$outcome" = "$where" ] || fail "as pull says it, the image comes from '$outcome': $text"
  # … and what the program did.
  if [ -n "$served" ]; then
    if [ "$scope" = default ]; then holds "$ERR" "Using default policy section"
    else holds "$ERR" "Using transport \"docker\" specific policy section ${scope#docker:}"; fi
  fi
  if [ -n "$served" ] && [ "$verdict" = accept ]; then
    [ "$STATUS" = 0 ] || fail "$program failed: $(tail -2 "$WORK/err")"
  else
    [ "$STATUS" != 0 ] || fail "$program got an image that it should not get"
    [ -z "$served" ] || holds "$ERR" "Source image rejected: Running image docker://$reference is rejected by policy"
  fi
  # What the node's system trust holds `pull` cannot know, and says so; all else decides its exit status.
  if [ -n "$untrusted" ]; then
    [ "$said" = 0 ] || fail "pull ends with $said where only the system trust is in doubt"
  else
    [ "$((said != 0))" = "$((STATUS != 0))" ] || fail "pull ends with $said, $program with $STATUS: $text"
  fi
}

PROGRAMS=(skopeo)
# In some containers podman cannot have its storage, and without privileges it needs subordinate ids.
mkdir -p -m 700 "$WORK/podman/runtime"
PODMAN=(env XDG_RUNTIME_DIR="$WORK/podman/runtime" timeout 60 podman --root "$WORK/podman/root"
  --runroot "$WORK/podman/run" --tmpdir "$WORK/podman/tmp" --storage-driver vfs)
tar -C "$layout" -cf "$WORK/image.tar" .
if ! command -v podman >/dev/null; then
  echo "SKIPPED: podman is not installed; tested with skopeo only"
elif ! HOME="$WORK/operator" "${PODMAN[@]}" load -q -i "$WORK/image.tar" >"$WORK/out" 2>"$WORK/err" </dev/null; then
  echo "SKIPPED: podman cannot run here: $(tail -1 "$WORK/err"); tested with skopeo only"
else
  expect 0 env HOME="$WORK/operator" "${PODMAN[@]}" rmi --all --force
  PROGRAMS+=(podman)
  podman --version
fi

pull main "$S/digests@$D" "$M/copies/digests"
pull main "$S/digests:1" "$S/digests"
pull main "$S/tags:1" "$M/copies/tags"
pull main "$S/tags@$D" "$S/tags"
pull main "$S/never@$D" "$M/copies/never"
pull main "$S/never:1" nothing
pull main "$S/blocked:1" nothing
# The mirror delivers, but the policy knows the image by the name of its source.
pull main "$S/rejected@$D" "rejected $M/copies/rejected"
# The first mirror does not have it, nor has the source.
pull main "$S/moved@$D" "$M/copies/moved"
# The mirror has it and is blocked.
pull main "$S/fallback@$D" "$S/fallback"
# The mirror has no TLS.
pull main "$S/plain@$D" "$P/copies/plain"
# The policy decides by the source: the mirror needs no entry of its own.
pull allows "$S/allowed@$D" "$M/copies/allowed"
pull allows "$S/other:1" "rejected $S/other"
# No CA for the mirror.
pull half-ca "$S/half@$D" "$S/half"
pull half-ca "$M/direct:1" nothing
# A host blocks its ports in registries.conf, though not in policy.json.
pull host "$S/any:1" nothing
pull main "$S/newest@$D" "$M/copies/newest" 5.0
if [ "${PROGRAMS[*]}" != skopeo ]; then
  PROGRAMS=(podman) # skopeo takes no short names
  pull main short:1 "$S/short"
fi

echo "- the access logs of the registries: these manifests were asked for there, and no others"
stop_all
for name in "${!PORT[@]}"; do
  # 127.0.0.1 - - [date] "GET /v2/<name>/manifests/<reference> HTTP/1.1" 200 399 "" "skopeo/1.9.3"
  request='^.*"[A-Z]+ /v2/([^ ]*/manifests/[^ ]*) HTTP/[^"]*" ([0-9]+) .*"([^"/]*)/[^"]*"$'
  sed -nE "s|$request|\3 127.0.0.1:${PORT[$name]}/\1 \2|p" "$WORK/$name.access"
  # The library that podman is made of names itself.
done | sed 's/^containers /podman /' | sort -u > "$WORK/requests"
sort -u "$WORK/expected-requests" > "$WORK/expected-sorted"
diff "$WORK/expected-sorted" "$WORK/requests" || fail "the requests ('<' predicted, '>' made)"
echo "  $(wc -l < "$WORK/requests") requests as predicted"
