// SPDX-License-Identifier: GPL-2.0-only
#include "driver_client/netlink_decoder.hpp"

#include <cstring>

#include <linux/modkeeper.h>

#include "driver_client/event_names.hpp"
#include "driver_client/libnl.hpp"
#include "driver_client/module_decoder.hpp"

namespace mk::driver::netlink {
namespace {

template <typename T> T number(const nlattr *attribute) {
    T value{};
    if (nla_len(attribute) == sizeof(T))
        std::memcpy(&value, nla_data(attribute), sizeof(T));
    return value;
}

std::string text(const nlattr *attribute) {
    const auto *begin = static_cast<const char *>(nla_data(attribute));
    return std::string(begin, strnlen(begin, static_cast<std::size_t>(nla_len(attribute))));
}

// Calls take(attribute) for each one of a generic netlink message.
template <typename Take> void each_attribute(nlmsghdr *answer, Take take) {
    if (!genlmsg_valid_hdr(answer, 0))
        return;
    auto *header = static_cast<genlmsghdr *>(nlmsg_data(answer));
    int rest = genlmsg_attrlen(header, 0);
    for (const nlattr *attribute = genlmsg_attrdata(header, 0); nla_ok(attribute, rest);
         attribute = nla_next(attribute, &rest))
        take(attribute);
}

} // namespace

Status decode_status(nlmsghdr *answer) {
    Status status;
    each_attribute(answer, [&](const nlattr *attribute) {
        switch (nla_type(attribute)) {
        case MODKEEPER_A_STATUS_ABI_MAJOR:
            status.abi_major = number<std::uint16_t>(attribute);
            break;
        case MODKEEPER_A_STATUS_ABI_MINOR:
            status.abi_minor = number<std::uint16_t>(attribute);
            break;
        case MODKEEPER_A_STATUS_VERSION:
            status.version = text(attribute);
            break;
        case MODKEEPER_A_STATUS_FEATURES:
            status.features = number<std::uint64_t>(attribute);
            break;
        case MODKEEPER_A_STATUS_RING_BYTES:
            status.ring_bytes = number<std::uint64_t>(attribute);
            break;
        case MODKEEPER_A_STATUS_PRODUCED:
            status.produced = number<std::uint64_t>(attribute);
            break;
        case MODKEEPER_A_STATUS_OVERWRITTEN:
            status.overwritten = number<std::uint64_t>(attribute);
            break;
        case MODKEEPER_A_STATUS_MISSED:
            status.missed = number<std::uint64_t>(attribute);
            break;
        case MODKEEPER_A_STATUS_READERS:
            status.readers = number<std::uint32_t>(attribute);
            break;
        case MODKEEPER_A_STATUS_MODULES_LOADED:
            status.modules_loaded = number<std::uint64_t>(attribute);
            break;
        case MODKEEPER_A_STATUS_GENERATION:
            status.generation = number<std::uint64_t>(attribute);
            break;
        case MODKEEPER_A_STATUS_SUPPRESSED:
            status.suppressed = number<std::uint64_t>(attribute);
            break;
        default:
            break;
        }
    });
    return status;
}

LoadedModule decode_module(nlmsghdr *answer) {
    LoadedModule module;
    each_attribute(answer, [&](const nlattr *attribute) {
        switch (nla_type(attribute)) {
        case MODKEEPER_A_MODULE_NAME:
            module.name = ModuleName(text(attribute));
            break;
        case MODKEEPER_A_MODULE_STATE:
            module.state = state_of(number<std::uint32_t>(attribute));
            break;
        case MODKEEPER_A_MODULE_FLAGS:
            module.permanent = (number<std::uint32_t>(attribute) & MODKEEPER_MODULE_NO_EXIT) != 0;
            break;
        case MODKEEPER_A_MODULE_REFERENCES:
            module.references = number<std::uint32_t>(attribute);
            break;
        case MODKEEPER_A_MODULE_VERSION:
            module.version = text(attribute);
            break;
        case MODKEEPER_A_MODULE_SRCVERSION:
            module.srcversion = text(attribute);
            break;
        case MODKEEPER_A_MODULE_USES:
            module.uses.emplace_back(text(attribute));
            break;
        case MODKEEPER_A_MODULE_USED_BY:
            module.used_by.emplace_back(text(attribute));
            break;
        case MODKEEPER_A_MODULE_TAINTS:
            module.taints = letters_of({number<std::uint64_t>(attribute)});
            break;
        case MODKEEPER_A_MODULE_SIZE:
            module.bytes = number<std::uint64_t>(attribute);
            break;
        case MODKEEPER_A_MODULE_LOAD_COUNT:
            module.load_count = number<std::uint64_t>(attribute);
            break;
        case MODKEEPER_A_MODULE_LOAD_SEQUENCE:
            module.load_sequence = number<std::uint64_t>(attribute);
            break;
        case MODKEEPER_A_MODULE_LAST_SEQUENCE:
            module.last_sequence = number<std::uint64_t>(attribute);
            break;
        case MODKEEPER_A_MODULE_INIT_NS:
            module.init_ns = number<std::uint64_t>(attribute);
            break;
        default:
            break;
        }
    });
    return module;
}

} // namespace mk::driver::netlink
