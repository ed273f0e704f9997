# Shared by the scripts; sourced, never run.
# shellcheck shell=bash
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# Where cargo puts what it builds.
# shellcheck disable=SC2034
target=${CARGO_TARGET_DIR:-$root/target}
# Where the app is put together, ready to be started.
# shellcheck disable=SC2034
app=$root/build/app
# What makes the shell load its own pages instead of a development server's. One set of features for everything, because
# each further one costs minutes.
# shellcheck disable=SC2034
features=(--features tauri/custom-protocol)

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Whether programs with windows can be shown.
has_display() {
    case $(uname -s) in
        Linux) [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] ;;
        *) true ;;
    esac
}
