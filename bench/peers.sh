#!/bin/sh
# Installs the peers that do not come from this workspace's package.json: Python libraries and Node 24.
# They stay outside the repository; DOWNHILL_BENCH_PYTHON and DOWNHILL_BENCH_NODE24 name others.
set -eu
cd "$(dirname "$0")"
cache="$HOME/.cache/downhill-bench"
mkdir -p "$cache/node24"
[ -d "$cache/venv" ] || python3 -m venv "$cache/venv"
"$cache/venv/bin/pip" install --requirement requirements.txt
platform=$(node -p 'process.platform + "-" + process.arch')
npm install --prefix "$cache/node24" "node-$platform@24"
