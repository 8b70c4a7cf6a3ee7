# Sourced by registries.sh, after common.bash: registries on loopback, and an image made without a network.

declare -A PID=() PORT=()

# start NAME [TLS]: a registry that stores below $WORK/NAME and tells its requests to $WORK/NAME.access. The kernel
# chooses the port; a registry that is started again keeps it, since the manifests name it.
start() {
  local name="$1" tls="${2:-}" listening=""
  {
    printf 'version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: %s\n' "$WORK/$name"
    # With a drain time every request is in the log before the process ends.
    printf 'http:\n  addr: 127.0.0.1:%s\n  draintimeout: 10s\n' "${PORT[$name]:-0}"
    [ -z "$tls" ] || printf '  tls:\n    certificate: %s\n    key: %s\n' "$WORK/registry.crt" "$WORK/registry.key"
  } > "$WORK/$name.yml"
  # To the registry the client's variable would be a setting `auth.file`.
  env -u REGISTRY_AUTH_FILE docker-registry serve "$WORK/$name.yml" \
    > "$WORK/$name.access" 2> "$WORK/$name.log" </dev/null &
  PID[$name]=$!
  for _ in $(seq 100); do
    listening="$(sed -n 's/.*msg="listening on 127\.0\.0\.1:\([0-9]*\).*/\1/p' "$WORK/$name.log")"
    [ -z "$listening" ] || break
    kill -0 "${PID[$name]}" 2>/dev/null || break
    sleep 0.1
  done
  [ -n "$listening" ] || fail "the registry '$name' did not start: $(tail -3 "$WORK/$name.log")"
  PORT[$name]="$listening"
}

stop_all() {
  local name
  for name in "${!PID[@]}"; do kill "${PID[$name]}" 2>/dev/null || true; done
  for name in "${!PID[@]}"; do wait "${PID[$name]}" 2>/dev/null || true; done
  PID=()
}

clean_up() {
  local pause
  stop_all
  # Rootless podman leaves a process that holds its user namespace, and layers that are read-only.
  if [ -d "$WORK/podman" ]; then
    pause="$(find "$WORK/podman" -name pause.pid -exec cat {} \;)"
    [ -z "$pause" ] || kill "$pause" 2>/dev/null || true
    chmod -R u+w "$WORK/podman"
  fi
  rm -rf "$WORK"
}
trap clean_up EXIT

# layout FOLDER: makes an OCI layout with one image, tagged `1`; its digest is in $D
layout() {
  local layer config architecture
  mkdir -p "$1/blobs/sha256" "$WORK/rootfs"
  echo hello > "$WORK/rootfs/hello"
  tar -C "$WORK/rootfs" --owner=0 --group=0 --numeric-owner -cf "$WORK/layer.tar" hello
  layer="$(put_blob "$1" "$WORK/layer.tar")"
  architecture="$(dpkg --print-architecture 2>/dev/null || echo amd64)"
  jq -nc --arg layer "$layer" --arg arch "$architecture" \
    '{architecture: $arch, os: "linux", config: {}, rootfs: {type: "layers", diff_ids: [$layer]}}' > "$WORK/config.json"
  config="$(put_blob "$1" "$WORK/config.json")"
  jq -nc --arg config "$config" --argjson configSize "$(stat -c %s "$WORK/config.json")" \
    --arg layer "$layer" --argjson layerSize "$(stat -c %s "$WORK/layer.tar")" '{schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: {mediaType: "application/vnd.oci.image.config.v1+json", digest: $config, size: $configSize},
    layers: [{mediaType: "application/vnd.oci.image.layer.v1.tar", digest: $layer, size: $layerSize}]}' \
    > "$WORK/manifest.json"
  D="$(put_blob "$1" "$WORK/manifest.json")"
  jq -nc --arg digest "$D" --argjson size "$(stat -c %s "$WORK/manifest.json")" '{schemaVersion: 2, manifests: [
    {mediaType: "application/vnd.oci.image.manifest.v1+json", digest: $digest, size: $size,
     annotations: {"org.opencontainers.image.ref.name": "1"}}]}' > "$1/index.json"
  echo '{"imageLayoutVersion": "1.0.0"}' > "$1/oci-layout"
}

put_blob() { # put_blob LAYOUT FILE: prints its digest
  local digest
  digest="$(sha256sum < "$2" | cut -d' ' -f1)"
  cp "$2" "$1/blobs/sha256/$digest"
  echo "sha256:$digest"
}
