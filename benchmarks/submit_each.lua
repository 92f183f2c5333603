-- The published example request, each time with another prompt.
wrk.method = "POST"
local number = 0

function request()
  number = number + 1
  return wrk.format(nil, nil, nil, string.format('{"model": "wan-2-6", "prompt": "sunrise over the ocean, %d", "duration": 6}', number))
end
