wan-mock exec --preset ci -- sh -c '
  curl -sS "$EMPIRIOLABS_API_BASE/videos/generations" \
    -H "Authorization: Bearer $EMPIRIOLABS_API_KEY" -H "Content-Type: application/json" \
    -d "{\"model\": \"wan-2-6\", \"prompt\": \"sunrise over the ocean\"}"
'
