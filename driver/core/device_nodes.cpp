// SPDX-License-Identifier: GPL-2.0-only
#include "core/device_nodes.hpp"

namespace mk {
namespace {

static_assert(MK_NODE_CHARACTER == static_cast<int>(MODKEEPER_NODE_CHARACTER));
static_assert(MK_NODE_BLOCK == static_cast<int>(MODKEEPER_NODE_BLOCK));

bool comes_before(const modkeeper_node &one, const modkeeper_node &other) {
    if (one.kind != other.kind)
        return one.kind < other.kind;
    if (one.major != other.major)
        return one.major < other.major;
    return one.minor < other.minor;
}

bool is_known(const modkeeper_node &node) {
    return (node.kind == MODKEEPER_NODE_CHARACTER || node.kind == MODKEEPER_NODE_BLOCK) &&
           !node.reserved;
}

} // namespace

Result<DeviceNodes> DeviceNodes::read(const UserBytesIn &user, u32 count) {
    DeviceNodes nodes;
    if (!count)
        return nodes;
    if (count > MODKEEPER_NODES_MAX)
        return Errno::einval;
    nodes.memory_ = TRY(Buffer::create(count * sizeof(modkeeper_node)));
    TRY(user.read(0, nodes.memory_.data(), nodes.memory_.size()));
    nodes.count_ = count;
    for (u32 i = 0; i < count; i++)
        if (!is_known(*nodes.at(i)) || (i && !comes_before(*nodes.at(i - 1), *nodes.at(i))))
            return Errno::einval;
    return nodes;
}

// Anybody may have many devices open, each of which is looked for under a lock: by halves.
bool DeviceNodes::has(u32 kind, u32 major, u32 minor) const {
    const modkeeper_node wanted = {kind, major, minor, 0};
    u32 first = 0;
    u32 last = count_;
    while (first < last) {
        u32 middle = first + (last - first) / 2;
        if (comes_before(*at(middle), wanted))
            first = middle + 1;
        else
            last = middle;
    }
    return first < count_ && !comes_before(wanted, *at(first));
}

} // namespace mk
