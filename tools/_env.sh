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
# extra. Packages are installed again when pyproject.toml has changed; C sources are compiled when they have
# changed, in a build folder that stays, so that only their own objects are new. With ccache, if it is here.
install() {
    command -v c++ >/dev/null || die "a C++ compiler is needed: apt-get install g++"
    if [ ! -x "$venv/bin/python" ]; then
        say "making a virtual environment in .venv"
        "$(find_python)" -m venv "$venv" || die "no venv module: apt-get install python3-venv"
    fi
    export PATH="$venv/bin:$PATH"
    if command -v ccache >/dev/null; then
        export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
    fi
    if changed "packages-$1" pyproject.toml; then
        say "installing the packages of snnedge[$1] into .venv"
        pip_install $(build_requirements)
        pip_install --no-build-isolation -e ".[$1]"
        unchanged "packages-$1" pyproject.toml
        unchanged sources "${sources[@]}"
    elif changed sources "${sources[@]}"; then
        say "compiling the C sources"
        pip_install --no-build-isolation --no-deps -e .
        unchanged sources "${sources[@]}"
    fi
}

sources=(csrc CMakeLists.txt pyproject.toml)
pip_install() { python -m pip install -qq --disable-pip-version-check "$@"; }

# What the build needs, named in pyproject.toml; ninja, which compiles what has changed; cmake where there is none.
build_requirements() {
    python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"])'
    echo ninja
    command -v cmake >/dev/null || echo cmake
}

# changed NAME PATH...: whether files are others than at the last "unchanged NAME PATH...".
changed() { [ "$(cat "$venv/snnedge-$1.state" 2>/dev/null)" != "$(digest "${@:2}")" ]; }
unchanged() { digest "${@:2}" >"$venv/snnedge-$1.state"; }
digest() { find "$@" -type f -print0 | sort -z | xargs -0 cksum | cksum; }

emulator() { command -v qemu-system-arm >/dev/null; }
