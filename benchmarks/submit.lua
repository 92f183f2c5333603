-- The published example request.
wrk.method = "POST"
wrk.body = '{"model": "wan-2-6", "prompt": "sunrise over the ocean", "duration": 6}'
