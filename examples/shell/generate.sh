#!/usr/bin/env bash
# Make a video with bash, curl and jq: submit once, poll politely, save a whole file or none.
#
#   EMPIRIOLABS_API_BASE=http://127.0.0.1:8026/v1 EMPIRIOLABS_API_KEY=sk-empiriolabs-me \
#       ./generate.sh "sunrise over the ocean" sunrise.mp4 '{"duration": 6}'
#
# `generate.sh --job JOB_ID FILE` goes on with a job that is there already. The README one folder up tells the rules.
set -u

BASE=${EMPIRIOLABS_API_BASE:-}
BASE=${BASE%/}
KEY=${EMPIRIOLABS_API_KEY:-}
POLL_SECONDS=${WAN_POLL_SECONDS:-5}
DEADLINE_SECONDS=${WAN_DEADLINE_SECONDS:-1800}
CALL_SECONDS=60 # for an answer of the API, and between two pieces of a download
TRIES=5         # of a submission, and of a download
LOOKS=3         # for the job of a submission that was not answered, and at a job that is 404
USAGE="usage: generate.sh PROMPT FILE [JSON] | generate.sh --job JOB_ID FILE
with EMPIRIOLABS_API_BASE and EMPIRIOLABS_API_KEY set; JSON has more fields of the request"
FREE="no job was made, nothing is charged"

# End generate: stop OUTCOME CODE MESSAGE [RETRYABLE]; retryable if a new submission may help, and nothing is paid twice.
stop() {
  jq -nc --arg outcome "$1" --arg job "$job_id" --arg code "$2" --arg message "$3" --argjson retryable "${4:-false}" \
    '{outcome: $outcome, job_id: ($job | select(. != "") // null), error_code: ($code | select(. != "") // null), message: $message, retryable: $retryable}'
  exit 0
}

# The end of a run whose job is left to be gone on with: unsaved CODE STATE.
unsaved() {
  local outcome=error
  [[ $1 != deadline_exceeded ]] || outcome=timeout
  stop "$outcome" "$1" "$job_id $2; go on with --job $job_id, do not submit again"
}

# Set $seconds, how long to wait: as Retry-After says, else PERCENT of the interval; with jitter.
delay() {
  header retry-after
  [[ $header =~ ^0*[1-9][0-9]*$ ]] || header=""
  ((${#header} < 10)) || header=999999999 # what bash can count
  seconds=$(awk -v interval="$POLL_SECONDS" -v factor="$1" -v asked="$header" -v chance="$((RANDOM % 100))" \
    'BEGIN { printf "%.3f", asked != "" ? asked + interval * (5 + chance / 20) / 100 : interval * factor * (90 + chance / 5) / 10000 }')
}

# Wait before the next try; fail at once if that would be after the deadline.
pause() {
  delay "$1"
  ((${seconds%.*} < gives_up_at - SECONDS)) && sleep "$seconds"
}

# Set $header to a header of the last answer, of the last of its redirects.
header() {
  local line
  header=""
  shopt -s nocasematch
  while IFS= read -r line; do
    [[ $line != "$1":* ]] || header=${line#*:}
  done <"$work/headers"
  shopt -u nocasematch
  header=${header%$'\r'}
  header=${header# }
}

# A value of the last answer's body, empty for null: body FILTER.
body() { jq -r "($1) // empty" "$work/body" 2>/dev/null; }

# Ask the API: call METHOD PATH [FILE WITH THE BODY]; set $status, 0 for nothing that can be read, $word, the status of a
# job in it, and what header and body read.
# It alone gets the key, from a file and not as an argument that all users of the machine see; redirects are not followed.
call() {
  local url=$2 fields=() seconds=$((gives_up_at - SECONDS))
  ((seconds < CALL_SECONDS)) || seconds=$CALL_SECONDS
  ((seconds > 0)) || seconds=1
  [[ $url == http*://* ]] || url=$BASE/$url
  [[ -z ${3:-} ]] || fields=(--header "Content-Type: application/json" --data-binary "@$3")
  : >"$work/headers"
  : >"$work/body"
  word=""
  status=$(curl --silent --request "$1" --header "@$key_file" ${fields[@]+"${fields[@]}"} --max-time "$seconds" \
    --dump-header "$work/headers" --output "$work/body" --write-out '%{http_code}' -- "$url") || status=0
  header content-type
  if ((status == 0)); then
    : >"$work/headers"
    : >"$work/body"
  elif [[ $header != *json* ]]; then
    : >"$work/body"
  elif ! word=$(jq -er 'objects | .status // "none" | tostring' "$work/body" 2>/dev/null); then
    status=0
    : >"$work/body"
  fi
}

# Nothing was done; it may be asked again later.
is_busy() { [[ $status == 429 || ($status == 503 && -n $(body .error)) ]]; }

# Nothing was done, and asking again does not help.
is_refusal() { ((status >= 300 && status < 500 && status != 408 && status != 429)); }

# End with an error of the API, its code, its message and all details: refusal WHAT IS CHARGED.
refusal() {
  local code message busy=false
  code=$(body '.error.code?')
  message=$(body '.error | objects | [.message, .details[]?.message] | map(strings) | reduce .[] as $one ([]; if index($one) then . else . + [$one] end) | join(" | ")')
  [[ $status != 0 ]] || code=no_answer message="the API answered nothing that can be read"
  is_busy && busy=true
  stop error "${code:-http_$status}" "${message:-the API answered $status} ($1)" "$busy"
}

# Set $ids to the ids in a list of jobs, one a line; fail if the last answer is none.
list() {
  call GET "jobs?limit=100"
  [[ $status == 200 ]] && ids=$(jq -er '.data | arrays | [.[].job_id] | join("\n")' "$work/body")
}

# Send the paid request, again only while there is no job of it; set $job_id and $poll_url.
submit() {
  local known="" is_known=false attempt=0
  list && known=$ids is_known=true
  [[ $status != 0 ]] || refusal "$FREE"
  while ((attempt++ < TRIES)); do
    call POST videos/generations "$work/request"
    is_refusal && refusal "$FREE"
    job_id=$(body .job_id)
    [[ -n $job_id ]] || is_busy || unanswered_job
    [[ -z $job_id ]] || { accepted "$(body .poll_url)" && return; }
    ((attempt < TRIES)) && pause $((100 << (attempt - 1))) || break
  done
  is_busy && refusal "$FREE"
  refusal "no job of it is listed"
}

# Set $job_id to the job that was not there before the submission, to nothing if none shows up.
unanswered_job() {
  local work=$work/look status ids fresh="" look is_told=false
  for ((look = 0; look < LOOKS; look++)); do
    $is_known || break
    : >"$work/headers"
    pause 100 # the list may lag behind
    is_told=false
    list && is_told=true fresh=$(grep -vxF -e "$known" <<<"$ids")
    [[ -z $fresh ]] || break
  done
  if ! $is_told || [[ $fresh == *$'\n'* ]]; then
    fresh=${fresh:+new are ${fresh//$'\n'/, }}
    stop error outcome_unknown "a job may have been made and be charged: ${fresh:-GET /v1/jobs does not tell}; look before you submit again"
  fi
  job_id=$fresh
}

# Take the job down: accepted POLL_URL; set $poll_url, on the API's own host.
accepted() {
  echo "$job_id accepted" >&3
  [[ $BASE =~ ^https?://[^/]+ ]]
  local origin=${BASH_REMATCH[0]}
  case $1 in
    "$origin"/*) poll_url=$1 ;;
    //*) poll_url="" ;;
    /*) poll_url=$origin$1 ;;
    *) poll_url="" ;;
  esac
  poll_url=${poll_url:-jobs/$(jq -rn --arg id "$job_id" '$id | @uri')}
}

# Return when the job is completed, with $work/job; a status that nobody knows is waited out.
follow() {
  local missing=0 shown="not seen yet" percent=100 seconds
  while true; do
    call GET "$poll_url"
    [[ $status == 200 && $word != none ]] || word=""
    case $word in
      completed | succeeded) cp "$work/body" "$work/job" && return ;;
      failed | cancelled | canceled) failure ;;
    esac
    [[ $status == 404 ]] && ((++missing)) || missing=0
    if ((missing == LOOKS)) || { is_refusal && ((missing == 0)); }; then
      refusal "$job_id may be charged; GET /v1/account/usage tells"
    fi
    [[ -z $word || $word == "$shown" ]] || { shown=$word && echo "$job_id $word" >&3; }
    ((gives_up_at > SECONDS)) || unsaved deadline_exceeded "is $shown and may yet be charged"
    delay "$percent"
    # Half of the time that is left is the most, whatever Retry-After says; with a last look at the end.
    sleep "$(awk -v seconds="$seconds" -v left="$((gives_up_at - SECONDS))" -v interval="$POLL_SECONDS" \
      'BEGIN { most = left / 2 > interval ? left / 2 : interval; most = most < left ? most : left; print seconds < most ? seconds : most }')"
    percent=$((percent * (${#word} > 0 ? 120 : 200) / 100)) # refused, it waits twice as long
    percent=$((percent < 300 ? percent : 300))
  done
}

# End with a job that failed or was cancelled; what the provider objects to would fail again.
failure() {
  local code message retryable=true
  code=$(body '.error.code?')
  message=$(body '.error | .message? // strings')
  [[ ! $message =~ ^(DataInspection|Invalid|IPInfringement) ]] || retryable=false
  stop failed "${code:-$word}" "$job_id $word: ${message:-no reason is given} (it is not charged)" "$retryable"
}

# Save the video as $part. The job is paid: whatever goes wrong, nothing is submitted.
download() {
  local url problem="it has no URL" attempt=0 etag=""
  url=$(jq -r '.result.data[0].url // empty' "$work/job")
  while ((attempt++ < TRIES)); do
    status=0
    [[ -n $url ]] || fresh_url
    [[ -z $url ]] || fetch
    [[ -n $problem ]] || return 0
    is_refusal && url="" etag=""
    ((attempt == TRIES)) || pause $((100 << (attempt - 1))) || unsaved deadline_exceeded "is charged, but not saved: $problem"
  done
  unsaved download_failed "is charged, but not saved: $problem"
}

fresh_url() {
  local file_id
  file_id=$(jq -r '.result.data[0].file_id // empty | @uri' "$work/job")
  [[ -z $file_id ]] || { call GET "files/sign?file_id=$file_id" && url=$(body .url); }
  [[ -n $url ]] || { call GET "$poll_url" && url=$(body '.result.data[0].url'); }
  status=0
}

# Fetch what $part lacks, without the key; set $problem to what is still wrong with it. curl compares the length with Content-Length.
fetch() {
  local rest=() code
  if [[ -n $etag ]]; then rest=(--continue-at - --header "If-Range: $etag"); else : >"$part"; fi
  : >"$work/headers"
  status=$(curl --silent --fail --location --proto =http,https --max-time "$((gives_up_at - SECONDS))" --connect-timeout "$CALL_SECONDS" \
    --speed-limit 1 --speed-time "$CALL_SECONDS" ${rest[@]+"${rest[@]}"} \
    --dump-header "$work/headers" --output "$part" --write-out '%{http_code}' -- "$url")
  code=$?
  problem=
  header content-type
  if ((gives_up_at <= SECONDS)); then
    unsaved deadline_exceeded "is charged, but not saved yet"
  elif ((code == 33)); then
    etag="" problem="the rest of it cannot be had alone" # begin anew
  elif [[ $status != 200 && $status != 206 ]]; then
    problem="its URL answers ${status/000/nothing}"
  elif [[ $header != video/mp4* ]]; then
    etag="" problem="its URL answers with ${header:-no type}"
  else
    header etag
    etag=$header
    [[ $etag == \"* ]] || etag="" # a weak one does not vouch for ranges
    if ((code != 0)); then
      problem="the download broke off (curl $code)"
    elif ! is_mp4; then
      etag="" problem="what its URL answers with is no MP4"
    fi
  fi
}

# Whether $part is a row of whole boxes: ftyp first, an index (moov), pictures (mdat).
is_mp4() {
  local at=0 size length names="" b
  size=$(wc -c <"$part")
  while ((at + 8 <= size)); do
    # shellcheck disable=SC2207 # they are numbers
    b=($(od -A n -v -t u1 -j "$at" -N 16 "$part") 0 0 0 0 0 0 0 0)
    length=$((b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3]))
    names+=" $(tail -c "+$((at + 5))" "$part" | head -c 4 | tr -cd a-z)"
    ((length != 1)) || length=$((b[12] << 24 | b[13] << 16 | b[14] << 8 | b[15])) # of a large one, up to 4 GB
    ((length != 0)) || length=$((size - at))
    at=$((at + (length < 8 ? 8 : length)))
  done
  ((at == size)) && [[ $names == " ftyp"* && $names == *" moov"* && $names == *" mdat"* ]]
}

# Make what REQUEST (JSON) asks for, or take JOB_ID, save it as OUTPUT, and print what became of it as JSON:
# generate REQUEST OUTPUT DEADLINE_SECONDS [JOB_ID]; what happens is told on file descriptor 3.
generate() (
  output=$2 part=$2.part job_id=${4:-} poll_url=
  gives_up_at=$((SECONDS + $(awk -v seconds="$3" 'BEGIN { print int(seconds) + (seconds > int(seconds)) }')))
  work=$(mktemp -d) || exit 1
  trap 'rm -rf "$work" "$part"' EXIT
  mkdir "$work/look"
  key_file=$work/key
  printf 'Authorization: Bearer %s\n' "$KEY" >"$key_file"
  printf '%s' "$1" >"$work/request"
  : 2>/dev/null >"$part" || stop error not_saved "$part cannot be written ($FREE)" # and so it is not ordered
  if [[ -n $job_id ]]; then accepted ""; else submit; fi
  follow
  download
  mv -f "$part" "$output" || unsaved not_saved "may be charged, but not saved: $output cannot be written"
  stop completed "" "$(made)"
)

# One line on the video and its price.
made() {
  jq -r --arg output "$output" --arg size "$(wc -c <"$output" | tr -d ' ')" '.result | (.usage.cost? // {}) as $cost
    | "\($output): \($size) bytes, \(.data[0].duration_seconds // "?") s, \($cost.currency // "price") \($cost.amount // "?")"' "$work/job"
}

main() {
  local job="" fields end
  if [[ ${1:-} == --job ]]; then
    job=${2:-}
    shift
  fi
  fields=$(jq -ce objects <<<"${3:-{\}}" 2>/dev/null)
  if (($# < 2 || $# > 3)) || [[ -z $fields || -z $KEY || -z $BASE ]]; then
    echo "$USAGE" >&2
    return 2
  fi
  exec 3>&1
  end=$(generate "$(jq -nc --arg prompt "$1" --argjson fields "$fields" '{model: "wan-2-6", prompt: $prompt} + $fields')" \
    "$2" "$DEADLINE_SECONDS" "$job")
  if jq -e '.outcome == "completed"' <<<"$end" >/dev/null; then
    jq -r .message <<<"$end"
    return 0
  fi
  jq -r '"\(.error_code): \(.message | gsub("\\s+"; " "))"' <<<"$end" >&2 # in one line
  return 1
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  main "$@"
fi
