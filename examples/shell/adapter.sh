#!/usr/bin/env bash
# The adapter of this client for `wan-mock conformance`: one task on the standard input, one answer on the standard output.
export WAN_POLL_SECONDS=${WAN_POLL_SECONDS:-1}
source "$(dirname "${BASH_SOURCE[0]}")/generate.sh"

task=$(cat)
exec 3>/dev/null
generate "$(jq -c .request <<<"$task")" "$(jq -r .output <<<"$task")" "$(jq -r .deadline_seconds <<<"$task")"
