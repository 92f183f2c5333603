# A picture of your own: here a sample file, 4000 by 3000 pixels.
curl -sSO "$EMPIRIOLABS_BASE_URL/fixtures/large.jpg"

# Upload it; the answer has the path that requests name it by.
path=$(curl -sS "$EMPIRIOLABS_API_BASE/files/upload" -H "x-api-key: $EMPIRIOLABS_API_KEY" \
  -F file=@large.jpg | sed 's/.*"path":"\([^"]*\)".*/\1/')

# A video that begins with it, and with a voice from a URL on this machine.
curl -sS "$EMPIRIOLABS_API_BASE/videos/generations" \
  -H "x-api-key: $EMPIRIOLABS_API_KEY" -H "Content-Type: application/json" \
  -d '{"model": "wan-2-6", "prompt": "the sun sets", "image": "'"$path"'",
       "audio_url": "'"$EMPIRIOLABS_BASE_URL"'/fixtures/voice.mp3"}'

# What was found in the files, and what the API would do with them.
curl -sS "$EMPIRIOLABS_BASE_URL/_mock/jobs" -H "x-api-key: $EMPIRIOLABS_API_KEY"
