wan-mock exec --preset ci -- sh -c 'curl -sS "$EMPIRIOLABS_API_BASE/models/wan-2-6"'
