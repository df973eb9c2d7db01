# Shared by scripts/run and scripts/test: messages, packages, the build. Sourced, never run.
# Everything it says goes to standard error, so that standard output stays the program's.
# shellcheck shell=bash

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)

# What the build needs, and what the test suite needs besides (Debian 12 package names).
# shellcheck disable=SC2034  # used by those who source this
build_packages=(g++ cmake ninja-build libconcurrentqueue-dev libcli11-dev nlohmann-json3-dev)
# shellcheck disable=SC2034
test_packages=(libgtest-dev libbenchmark-dev clang libclang-rt-14-dev clang-format-14 clang-tidy-14 python3)

# A prefix for the commands that run instrumented programs (see scripts/test).
without_aslr=()

say() { printf 'ttvm: %s\n' "$*" >&2; }
die() {
  say "$*"
  exit 1
}

# run_quietly WHAT COMMAND...: hides the command's output unless it fails.
run_quietly() {
  local what=$1 log
  shift
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    rm -f "$log"
    die "$what failed"
  fi
  rm -f "$log"
}

# install_packages NAME...: installs those that are missing; says nothing if none is.
install_packages() {
  local name missing=() as_root=()
  if ! command -v dpkg-query >/dev/null; then
    say "this is no Debian system: not installing anything, but these packages are needed: $*"
    return
  fi
  for name in "$@"; do
    if [[ $(dpkg-query -W -f='${db:Status-Abbrev}' "$name" 2>/dev/null) != ii* ]]; then
      missing+=("$name")
    fi
  done
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    command -v sudo >/dev/null || die "missing packages, and no sudo: as root, apt-get install ${missing[*]}"
    as_root=(sudo)
    sudo -v || die "cannot become root: as root, apt-get install ${missing[*]}"
  fi
  say "updating the package lists"
  run_quietly "apt-get update" "${as_root[@]}" apt-get update -q
  for name in "${missing[@]}"; do say "installing $name"; done
  run_quietly "apt-get install" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# Shows the build's progress: one line that changes on a terminal, else one line at the first step.
show_progress() {
  local preset=$1 line started=
  while IFS= read -r line; do
    [[ $line =~ ^\[([0-9]+)/([0-9]+)\] && $line != *Re-checking* ]] || continue
    if [[ -t 2 ]]; then
      printf '\r\033[Kttvm: building %s %s/%s' "$preset" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" >&2
    elif [[ -z $started ]]; then
      say "building $preset, ${BASH_REMATCH[2]} steps"
    fi
    started=yes
  done
  if [[ -t 2 && -n $started ]]; then printf '\r\033[K' >&2; fi
}

# True if build/PRESET was configured from this very folder and can be built as it is.
is_configured() {
  local folder=$root/build/$1
  [[ -f $folder/build.ninja ]] &&
    grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$folder/CMakeCache.txt" 2>/dev/null
}

# locked COMMAND...: two builds in one folder at a time would spoil it.
locked() {
  mkdir -p "$root/build"
  (
    if ! flock -n 9; then
      say "waiting for another build of this tree"
      flock 9
    fi
    "$@"
  ) 9>"$root/build/.lock"
}

# configure PRESET [CMAKE_ARGS...]
configure() {
  local preset=$1 fresh=()
  shift
  # A build folder that came along with a copied or moved tree knows only the old place.
  if [[ -f $root/build/$preset/CMakeCache.txt ]] && ! is_configured "$preset"; then fresh=(--fresh); fi
  if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
  run_quietly "configuring $preset" env -C "$root" cmake "${fresh[@]}" --preset "$preset" "$@"
}

# build PRESET [NINJA_TARGETS...]: the output appears only if it fails.
build() {
  local preset=$1 log status=0
  shift
  log=$(mktemp)
  NINJA_STATUS='[%f/%t] ' "${without_aslr[@]}" ninja -C "$root/build/$preset" "$@" 2>&1 </dev/null |
    tee "$log" | show_progress "$preset" || status=$?
  if ((status)); then grep -vE '^\[[0-9]+/[0-9]+\] |^ninja: Entering' "$log" >&2 || true; fi
  rm -f "$log"
  ((status == 0)) || die "building $preset failed"
}
