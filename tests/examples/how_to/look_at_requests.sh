# Everything that this account sent, newest first.
curl -sS "$EMPIRIOLABS_BASE_URL/_mock/requests" -H "x-api-key: $EMPIRIOLABS_API_KEY"

# Only polls that were refused, at most ten.
curl -sS "$EMPIRIOLABS_BASE_URL/_mock/requests?operation=poll&status=4xx&limit=10" \
  -H "x-api-key: $EMPIRIOLABS_API_KEY"

# What the account has, holds and has spent.
curl -sS "$EMPIRIOLABS_BASE_URL/_mock/account" -H "x-api-key: $EMPIRIOLABS_API_KEY"
