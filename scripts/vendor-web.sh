#!/bin/sh
# Renews the browser libraries that cannot come from Maven: scripts/vendor-web.sh highlight.js 11.11.1
# Needs npm, which neither the build nor the server does. Change the import map of index.html afterwards.
set -eu

name=${1:?library} version=${2:?version}
cd "$(dirname "$0")/.."
target=src/main/webapp/vendor/$name/$version
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

case $name in
highlight.js)
    (cd "$work" && npm pack --silent "@highlightjs/cdn-assets@$version" >/dev/null && tar xzf ./*.tgz)
    mkdir -p "$target/languages"
    cp "$work/package/LICENSE" "$work/package/es/core.min.js" "$target/"
    for language in bash c cpp csharp css diff dockerfile go ini java javascript json kotlin markdown python rust sql \
        swift typescript xml yaml; do
        cp "$work/package/es/languages/$language.min.js" "$target/languages/"
    done
    ;;
*)
    echo "No recipe for $name" >&2
    exit 1
    ;;
esac
echo "$target"
