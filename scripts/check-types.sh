#!/bin/sh
# Checks the JSDoc types of the console's modules. Needs npm and its registry; nothing of it is shipped.
set -eu
cd "$(dirname "$0")/.."
mkdir -p target/types
npm install --prefix target/types --no-audit --no-fund --no-save --silent \
  typescript@5.9.3 lit@3.3.3 marked@17.0.5 dompurify@3.4.15 highlight.js@11.11.1
exec target/types/node_modules/.bin/tsc -p jsconfig.json
