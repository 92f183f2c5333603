#!/usr/bin/env bash
# What many pages show: a submission, a loop around curl, and a download. It is here to be graded, not to be used.
#
# The adapter of itself: one task on the standard input, one answer on the standard output.

BASE=$EMPIRIOLABS_API_BASE
KEY=$EMPIRIOLABS_API_KEY
task=$(cat)
output=$(jq -r .output <<<"$task")

job=$(curl -s "$BASE/videos/generations" \
  -H "Authorization: Bearer $KEY" \
  -H "Content-Type: application/json" \
  -d "$(jq -c .request <<<"$task")" | jq -r .job_id)

while true; do
  answer=$(curl -s "$BASE/jobs/$job" -H "Authorization: Bearer $KEY")
  status=$(jq -r .status <<<"$answer")
  if [ "$status" = completed ]; then break; fi
  if [ "$status" = failed ]; then
    echo '{"outcome": "failed"}'
    exit
  fi
  sleep 1
done

curl -s -o "$output" "$(jq -r '.result.data[0].url' <<<"$answer")"
echo '{"outcome": "completed"}'
