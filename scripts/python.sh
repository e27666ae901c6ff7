#!/bin/sh
# Runs a script with the Python this product is proven on, or says in one sentence what is missing.
# Usage: scripts/python.sh SCRIPT [ARGUMENT …]      PYTHON=… names another interpreter.
set -u

say() { # zh en
    printf '%s\n%s\n' "$1" "$2" >&2
    exit 1
}

is_right() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' >/dev/null 2>&1; }

if [ -n "${PYTHON:-}" ]; then
    set -- "$PYTHON" "$@"
elif command -v python3.11 >/dev/null 2>&1; then
    set -- python3.11 "$@"
else
    set -- python3 "$@"
fi
if ! command -v "$1" >/dev/null 2>&1; then
    say "没有找到 Python 3.11：请先安装，例如 sudo apt-get install python3.11 python3-venv 。" \
        "Python 3.11 was not found: install it first, for example by sudo apt-get install python3.11 python3-venv"
fi
if ! is_right "$1"; then
    found=$("$1" -c 'import sys; print(".".join(map(str, sys.version_info[:3])))' 2>/dev/null)
    say "需要 Python 3.11，而这里的 $1 是 ${found:-其他版本}：请安装 python3.11，或用 PYTHON=… 指定。" \
        "Python 3.11 is needed and $1 is ${found:-something else}: install python3.11 or name one with PYTHON=…"
fi
unset PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONPATH
exec "$@"
