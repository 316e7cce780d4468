# Sourced by the scripts in tools/: a virtual environment of the checkout's own, with snnedge installed in it.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
venv="$root/.venv"

say() { printf '\033[1m== %s\033[0m\n' "$*" >&2; }
die() { printf '%s\n' "$*" >&2; exit 2; }

# The newest Python from 3.11 on.
find_python() {
    for name in python3 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    die "Python 3.11 or newer is needed: apt-get install python3 python3-venv"
}

# install EXTRA: snnedge from this checkout (editable: Python files count at once), with the packages of an
# extra; again only when the C sources or the packaging have changed.
install() {
    command -v c++ >/dev/null || die "a C++ compiler is needed: apt-get install g++ make"
    command -v make >/dev/null || die "make is needed: apt-get install make"
    if [ ! -x "$venv/bin/python" ]; then
        say "making a virtual environment in .venv"
        "$(find_python)" -m venv "$venv" || die "no venv module: apt-get install python3-venv"
    fi
    local state
    state=$(find csrc pyproject.toml CMakeLists.txt -type f -print0 | sort -z | xargs -0 cat | cksum)
    if [ "$(cat "$venv/snnedge-$1.state" 2>/dev/null)" != "$state" ]; then
        say "installing snnedge[$1] into .venv"
        rm -f "$venv"/snnedge-*.state
        "$venv/bin/pip" install -qq --disable-pip-version-check -e ".[$1]"
        echo "$state" >"$venv/snnedge-$1.state"
    fi
    export PATH="$venv/bin:$PATH"
}

emulator() { command -v qemu-system-arm >/dev/null; }
