"""The oracles: each looks at a trial and says what the client did not do."""
