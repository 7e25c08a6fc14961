#!/usr/bin/env bash
# Does what docs/changing-the-contract.md says, on a copy of the tree: applies its diff blocks and runs its sh blocks, in
# their order. A block below <!-- fails with: TEXT --> has to fail and to say TEXT. A document that has become untrue
# fails here.
set -euo pipefail
cd "$(dirname "$0")/.."
document=docs/changing-the-contract.md
home=$PWD
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

git ls-files -z --cached --others --exclude-standard |
  while IFS= read -r -d '' file; do if [ -e "$file" ]; then printf '%s\0' "$file"; fi; done |
  tar --create --null --files-from=- | tar --extract --directory "$copy"
for package in tools/npm clients/typescript; do
  ln -s "$home/$package/node_modules" "$copy/$package/node_modules"
done
cd "$copy"
git init --quiet . # what the tree's scripts ask git about is this copy

blocks=0
run() { # language, expected failure, text
  local said status=0
  blocks=$((blocks + 1))
  case $1 in
  diff)
    printf '%s' "$3" | git apply --whitespace=nowarn - || { printf 'replay-docs: this does not apply:\n%s\n' "$3" >&2; exit 1; }
    ;;
  sh)
    printf '+ %s' "$3"
    said=$(bash -euo pipefail -c "$3" 2>&1) || status=$?
    if [ -z "$2" ] && [ "$status" -ne 0 ]; then
      printf 'replay-docs: this fails:\n%s\n%s\n' "$3" "$said" >&2
      exit 1
    fi
    if [ -n "$2" ] && { [ "$status" -eq 0 ] || [[ $said != *"$2"* ]]; }; then
      printf 'replay-docs: this has to fail with "%s" (status %s):\n%s\n%s\n' "$2" "$status" "$3" "$said" >&2
      exit 1
    fi
    ;;
  esac
}

language='' fails='' text=''
while IFS= read -r line <&3; do
  case $line in
  '<!-- fails with: '*' -->')
    fails=${line#'<!-- fails with: '}
    fails=${fails%' -->'}
    ;;
  '```'?*) language=${line#'```'} text='' ;;
  '```')
    case $language in diff | sh) run "$language" "$fails" "$text" ;; esac
    language='' fails=''
    ;;
  *) [ -z "$language" ] || text+=$line$'\n' ;;
  esac
done 3<"$document"
[ "$blocks" -ge 6 ] || { echo "replay-docs: $document has $blocks blocks to replay" >&2; exit 1; }
echo "$document does what it says"
