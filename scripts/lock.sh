#!/usr/bin/env bash
# Write the lock files from the *.in files.      scripts/lock.sh [--upgrade-package NAME …]
# Or see that they fit together, changing nothing: scripts/lock.sh --check
set -euo pipefail
cd "$(dirname "$0")/.."

compile() { # input output extra…
    local input=$1 output=$2
    shift 2
    .venv/bin/uv pip compile --quiet --generate-hashes --python-version 3.11 --custom-compile-command "make lock" "$input" -o "$output" "$@"
}

if [ "${1:-}" = --check ]; then
    # Pins of an existing output are kept, so only a change of the *.in file shows.
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    status=0
    for pair in requirements.in:requirements.txt requirements-dev.in:requirements-dev.txt scripts/uv.in:scripts/uv.txt; do
        lock=${pair#*:}
        copy=$folder/$(basename "$lock")
        cp "$lock" "$copy"
        compile "${pair%%:*}" "$copy"
        if ! diff <(grep -v '^ *#' "$lock") <(grep -v '^ *#' "$copy") >"$folder/diff"; then
            printf '%s does not fit %s; run make lock\n' "$lock" "${pair%%:*}"
            head -20 "$folder/diff"
            status=1
        fi
    done
    npm ls --package-lock-only --all >/dev/null || { printf 'package-lock.json does not fit package.json\n'; status=1; }
    exit $status
fi

compile scripts/uv.in scripts/uv.txt
compile requirements.in requirements.txt "$@"
compile requirements-dev.in requirements-dev.txt "$@"
# npm writes where it found each file; a lock that names no host works with any registry.
npm install --package-lock-only --ignore-scripts --no-audit --no-fund --loglevel=error
.venv/bin/python - <<'PYTHON'
import json
import pathlib

path = pathlib.Path("package-lock.json")
lock = json.loads(path.read_text())
for entry in lock["packages"].values():
    entry.pop("resolved", None)
path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")
PYTHON
