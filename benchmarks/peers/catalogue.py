"""All servers that are measured, ours first."""

from benchmarks.peers import aimock, bare, mockserver, nginx, ours, prism, wiremock

PEERS = (ours, bare, aimock, wiremock, mockserver, prism, nginx)
ALL = {module.PEER.name: module.PEER for module in PEERS}
OURS = ours.PEER.name
