"""Two packets beside each other: which numbers changed, and which conclusions turned."""

from __future__ import annotations

from reports.compared.changes import Change, PacketChanges, compare_packets
from reports.compared.conclusions import Turned
from reports.compared.written import WrittenPacket, read_packet

__all__ = [
    "Change",
    "PacketChanges",
    "Turned",
    "WrittenPacket",
    "compare_packets",
    "read_packet",
]
