# SPDX-License-Identifier: GPL-2.0-only
"""Images that the tools of the guest cannot make: an empty file system of ext2, files of quotas."""

import struct

BLOCK, BLOCKS, INODES = 1024, 512, 32
BLOCK_BITMAP, INODE_BITMAP, INODE_TABLE, ROOT = 3, 4, 5, 9
ROOT_INODE, FIRST_INODE = 2, 11


def _bitmap(used, count):
    """These are in use, and those that do not exist."""
    bits = (1 << BLOCK * 8) - (1 << count) | (1 << used) - 1
    return bits.to_bytes(BLOCK, "little")


def _super_block():
    head = struct.pack("<13I", INODES, BLOCKS, 0, BLOCKS - ROOT - 1, INODES - FIRST_INODE + 1, 1, 0, 0,
                       8192, 8192, INODES, 0, 0)
    return head + struct.pack("<6H4I2HI2H3I", 0, 0xffff, 0xef53, 1, 1, 0, 0, 0, 0, 1, 0, 0,
                              FIRST_INODE, 128, 0, 0, 2, 0)  # directories have types


def ext2():
    """The bytes of the file system."""
    image = bytearray(BLOCKS * BLOCK)

    def put(block, data, offset=0):
        image[block * BLOCK + offset:block * BLOCK + offset + len(data)] = data

    put(1, _super_block())
    put(2, struct.pack("<3I3H", BLOCK_BITMAP, INODE_BITMAP, INODE_TABLE, BLOCKS - ROOT - 1,
                       INODES - FIRST_INODE + 1, 1))
    put(BLOCK_BITMAP, _bitmap(ROOT, BLOCKS - 1))
    put(INODE_BITMAP, _bitmap(FIRST_INODE - 1, INODES))
    put(INODE_TABLE, struct.pack("<2H5I2H4I", 0o40755, 0, BLOCK, 0, 0, 0, 0, 0, 2, 2, 0, 0, ROOT),
        (ROOT_INODE - 1) * 128)
    put(ROOT, struct.pack("<IH2B4sIH2B2s", ROOT_INODE, 12, 1, 2, b".", ROOT_INODE, BLOCK - 12, 2, 2,
                          b".."))
    return bytes(image)


def old_quotas():
    """Of two users, without limits; as 64-bit machines have it."""
    return bytes(2 * 40)


def quotas_of_groups():
    """Of the newer format, with nobody in it yet."""
    week = 7 * 24 * 3600
    return struct.pack("<8I", 0xd9c01927, 0, week, week, 0, 2, 0, 0).ljust(2 * BLOCK, b"\0")
