wan-mock check "$EMPIRIOLABS_BASE_URL" --profile smoke --report-dir report --record seen
jq -r '.counts | "\(.broken) broken, \(.kept) kept, \(.not_checked) not checked"' report/report.json

# What fails today is known tomorrow, and must still fail: what is mended is taken off the list.
wan-mock check "$EMPIRIOLABS_BASE_URL" --profile smoke --baseline report/report.json --format json >again.json
jq -r '.baseline | "\(.known | length) known, \(.stale | length) stale"' again.json
