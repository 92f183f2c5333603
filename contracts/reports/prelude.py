"""What the shell scripts of failures begin with and call, for a POSIX shell with curl and jq."""

import json

from contracts.opening import TERMS
from contracts.passing import ACCOUNT, ADVANCE, CLOCK

ASK = r"""
say() { printf '%s\n' "$1"; }

# Sends a request, shows its answer, and keeps the body in ANSWER.
ask() {
  ANSWER=$(curl -sS -w '\n%{http_code}' "$@") || true
  printf '   %s  %s\n' "${ANSWER##*
}" "${ANSWER%
*}"
  ANSWER=${ANSWER%
*}
}

# Prints what the filter $1 finds in the last answer, nothing where there is no such text.
told() { printf '%s' "$ANSWER" | jq -r "($1 | strings)? // empty" 2>/dev/null || true; }"""

_CONTROL = r"""
# Calls the control interface: method $1, path $2, JSON $3, key $4.
control() {
  curl -sS -f -o /dev/null -X "$1" "$BASE$2" -H "authorization: Bearer $4" -H 'content-type: application/json' \
    ${WAN_MOCK_CONTROL_TOKEN:+-H "x-mock-token: $WAN_MOCK_CONTROL_TOKEN"} --data-raw "$3"
}
for key in "$MAIN_KEY" "$OTHER_KEY"; do
  control PATCH @ACCOUNT@ '@TERMS@' "$key"
  control PUT @CLOCK@ '{"mode": "manual"}' "$key"
done

# Lets $1 seconds pass on the clocks of the accounts.
pass() {
  for key in "$MAIN_KEY" "$OTHER_KEY"; do
    control POST @ADVANCE@ "{\"seconds\": $1}" "$key"
  done
}"""
CONTROL = (
    _CONTROL.replace("@TERMS@", json.dumps(TERMS))
    .replace("@ACCOUNT@", ACCOUNT)
    .replace("@CLOCK@", CLOCK)
    .replace("@ADVANCE@", ADVANCE)
)

FOLLOW = r"""
# Polls the job $1 until it ends, every $2 seconds, $3 times at the most, with the key $4.
follow() {
  polls=0
  while [ "$polls" -lt "$3" ]; do
    [ "$polls" -eq 0 ] || pass "$2"
    polls=$((polls + 1))
    ask @URL@ ${4:+-H "authorization: Bearer $4"}
    case $(told .status) in completed | succeeded | failed | cancelled | '') return ;; esac
  done
}"""

URL_OF_VIDEO = (
    '(.result.data[0].url? // .url) | if startswith("/") then $base + . else . end '
    '| if $from == "" then . else split($from) | if length > 1 then .[0] + $to + (.[1:] | join($from)) '
    "else .[0] end end"
)
FILE_ID = ".result.data[0].file_id? // .id | strings | @uri"

# Keeps the tag of the last answer in TAG, where it has one.
KEEP_TAG = r"""FOUND=$(printf '%s' "$ANSWER" | tr -d '\r' | sed -n 's/^[Ee][Tt][Aa][Gg]: //p')
TAG=${FOUND:-${TAG-}}"""
TAG_WORD = """'"${TAG-}"'"""  # within single quotes
