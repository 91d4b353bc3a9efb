#!/usr/bin/env bash
# Set-up for `make setup`, `make up` and `make test`. May be run again at any time: it does only what is missing, and
# takes well under a second when nothing is. Nothing counts as done before it is: every stamp is written last.
#
#   scripts/setup.sh run    what the site needs
#   scripts/setup.sh test   the same, and what tests and lint need
set -euo pipefail
cd "$(dirname "$0")/.."
mode=${1:-run}

# Two set-ups at once wait for each other. The lock is this file itself, so nothing is left behind.
exec 9<"scripts/setup.sh"
flock 9

say() { printf '%s\n' "$*" >&2; }

# ---------------------------------------------------------------- Debian packages: what is looked for, who brings it
missing=()
need() { [ -e "$1" ] || command -v "$1" >/dev/null 2>&1 || missing+=("$2"); }

find_python() {
    local candidate
    for candidate in python3.11 python3.12 python3.13 python3; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

if [ ! -x .venv/bin/python ]; then
    find_python >/dev/null || missing+=(python3 python3-venv)
fi
need ffmpeg ffmpeg
need espeak-ng espeak-ng
need /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc fonts-noto-cjk
# weasyprint lays out Chinese print pages with pango
compgen -G '/usr/lib/*/libpangoft2-1.0.so.0' >/dev/null || missing+=(libpango-1.0-0 libpangoft2-1.0-0)
compgen -G '/usr/lib/*/libharfbuzz-subset.so.0' >/dev/null || missing+=(libharfbuzz-subset0)
need node nodejs
need npm npm
if compgen -G 'locale/*/LC_MESSAGES/*.po' >/dev/null; then need msgfmt gettext; fi
if [ "$mode" = test ]; then
    need chromium chromium
    need /usr/sbin/nginx nginx-light
    need /usr/bin/redis-server redis-server
    # what a printed page says, and how it looks
    need pdftotext poppler-utils
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
    need git git
fi

if [ ${#missing[@]} -gt 0 ]; then
    # RUNLEVEL=1: installing nginx or the like must not start a service on this machine.
    install="apt-get install -y --no-install-recommends ${missing[*]}"
    if ! command -v apt-get >/dev/null 2>&1; then
        say "还缺这些软件（Debian 软件包名）：${missing[*]}。请先安装，再运行一次。"
        exit 1
    elif [ "$(id -u)" = 0 ]; then
        as_root=()
    elif sudo -n true >/dev/null 2>&1; then
        as_root=(sudo -n)
    else
        say "还缺几个系统软件包。请运行下面这一行，再运行一次 make："
        say "    sudo apt-get update && sudo ${install}"
        exit 1
    fi
    say "正在安装系统软件包：${missing[*]}"
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    environment=(env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1)
    # shellcheck disable=SC2086
    if ! "${as_root[@]}" "${environment[@]}" $install >"$log" 2>&1; then
        # A fresh machine has no package lists yet, and an old one stale ones.
        "${as_root[@]}" "${environment[@]}" apt-get update -q >"$log" 2>&1 || true
        # shellcheck disable=SC2086
        "${as_root[@]}" "${environment[@]}" $install >"$log" 2>&1 || {
            cat "$log" >&2
            say "没有装上。请手动运行： apt-get update && ${install}"
            exit 1
        }
    fi
fi

# ---------------------------------------------------------------- Python packages, with hashes
if ! .venv/bin/python -c '' >/dev/null 2>&1; then
    say "正在创建 .venv"
    "$(find_python)" -m venv --clear .venv
fi

digest() { cat "$@" | sha256sum | cut -c1-32; }

if ! .venv/bin/uv --version >/dev/null 2>&1; then
    say "正在安装 uv"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r scripts/uv.txt
fi

locks=(requirements.txt)
[ "$mode" = test ] && locks+=(requirements-dev.txt)
stamp=.venv/.installed-$mode
wanted=$(digest "${locks[@]}")
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    say "正在安装 Python 软件包（${locks[*]}）"
    rm -f "$stamp"
    arguments=()
    for lock in "${locks[@]}"; do arguments+=(-r "$lock"); done
    .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes "${arguments[@]}"
    printf '%s\n' "$wanted" >"$stamp"
fi

# ---------------------------------------------------------------- browser scripts
stamp=node_modules/.installed
wanted=$(digest package-lock.json)
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    say "正在安装浏览器脚本（npm ci）"
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
    printf '%s\n' "$wanted" >"$stamp"
fi

# ---------------------------------------------------------------- translations
for source in locale/*/LC_MESSAGES/*.po; do
    [ -e "$source" ] || continue
    compiled=${source%.po}.mo
    if [ ! -e "$compiled" ] || [ "$source" -nt "$compiled" ]; then
        msgfmt --check-format -o "$compiled.new" "$source"
        mv "$compiled.new" "$compiled"
    fi
done
