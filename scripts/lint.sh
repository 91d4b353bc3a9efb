#!/usr/bin/env bash
# Every check that needs no test run. All of them run, so that one visit shows all there is to mend.
set -uo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH" DJANGO_SETTINGS_MODULE=config.settings.test
YINLING_DATA=$(mktemp -d -t yinling-test-XXXXXX)
export YINLING_DATA
trap 'rm -rf "$YINLING_DATA"' EXIT
failed=()

check() {
    local name=$1
    shift
    local output
    if output=$("$@" 2>&1); then
        printf 'ok      %s\n' "$name"
    else
        printf 'FAILED  %s\n%s\n\n' "$name" "$output"
        failed+=("$name")
    fi
}

check "ruff check" ruff check .
check "ruff format" ruff format --check .
check "djlint lint" djlint --lint --quiet templates
check "djlint format" djlint --check --quiet templates
check "import-linter" lint-imports
check "makemigrations" python manage.py makemigrations --check --dry-run
check "locks" scripts/lock.sh --check
check "mypy" mypy

if [ ${#failed[@]} -gt 0 ]; then
    printf 'lint: %s failed\n' "${#failed[@]}"
    exit 1
fi
