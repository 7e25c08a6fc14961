#!/usr/bin/env bash
# Holds db/migrations to its rules: every name is a real UTC timestamp and words (20261123090000_users.sql), no timestamp
# is taken twice, and none is older than a migration that was committed before it, since a database that has run the
# newer one would never run it.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=db/migrations
[ -d "$folder" ] || exit 0
status=0
complain() {
  echo "$folder/$1: $2" >&2
  status=1
}

previous=
while IFS= read -r name; do
  if ! [[ $name =~ ^([0-9]{14})_[a-z0-9]+(_[a-z0-9]+)*\.sql$ ]]; then
    complain "$name" 'want YYYYMMDDhhmmss_words_in_lower_case.sql'
    continue
  fi
  stamp=${BASH_REMATCH[1]}
  readable="${stamp:0:4}-${stamp:4:2}-${stamp:6:2} ${stamp:8:2}:${stamp:10:2}:${stamp:12:2}"
  if ! date -u -d "$readable" >/dev/null 2>&1 && ! date -u -j -f '%Y-%m-%d %H:%M:%S' "$readable" >/dev/null 2>&1; then
    complain "$name" "$readable is no date"
  fi
  if [ "$stamp" = "$previous" ]; then
    complain "$name" 'another migration has the same timestamp'
  fi
  previous=$stamp
done < <(cd "$folder" && LC_ALL=C ls -1 -- *.sql 2>/dev/null || true)

# The files in the order in which history added them; the ones not committed yet come last, as one more commit.
newest=
batch=
while IFS= read -r line; do
  case $line in
  commit:*)
    newest=$(printf '%s\n%s\n' "$newest" "$batch" | LC_ALL=C sort | tail -n 1)
    batch=
    ;;
  ?*)
    name=${line##*/}
    [ -e "$folder/$name" ] || continue
    if [[ -n $newest && $name < $newest ]]; then
      complain "$name" "came after $newest but has an older timestamp; give it a new one"
    fi
    batch=$(printf '%s\n%s\n' "$batch" "$name" | LC_ALL=C sort | tail -n 1)
    ;;
  esac
done < <(
  export LC_ALL=C
  if git rev-parse --verify --quiet HEAD >/dev/null; then
    git log --reverse --topo-order --diff-filter=A --no-renames --name-only --format='commit:%h' -- "$folder/*.sql"
  fi
  echo 'commit:'
  git ls-files --others --exclude-standard -- "$folder/*.sql"
  git diff --name-only --diff-filter=A HEAD -- "$folder/*.sql" 2>/dev/null || true
)
exit "$status"
