"""The simulators of the benchmark, one file each; a heavy library is imported only when its simulator is prepared."""

from silicart.bench.peers.protocol import PEERS, REFERENCE, Peer, Runner, find_peer

__all__ = ["PEERS", "REFERENCE", "Peer", "Runner", "find_peer"]
