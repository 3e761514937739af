// SPDX-License-Identifier: GPL-2.0-only
#include "driver_client/holder_decoder.hpp"

#include <optional>

namespace mk::driver {
namespace {

constexpr std::size_t least_entry = offsetof(modkeeper_holder, references);

Error malformed(std::size_t position) {
    return {ErrorCode::Failed,
            "the driver returned a malformed holder (byte " + std::to_string(position) + ")"};
}

// Nothing: a kind that this version does not know.
std::optional<Holder::Kind> kind_of(std::uint16_t kind) {
    switch (kind) {
    case MODKEEPER_HOLDER_FILE:
        return Holder::Kind::File;
    case MODKEEPER_HOLDER_MODULE:
        return Holder::Kind::Module;
    case MODKEEPER_HOLDER_MAPPING:
        return Holder::Kind::Mapping;
    case MODKEEPER_HOLDER_NODE:
        return Holder::Kind::Node;
    default:
        return std::nullopt;
    }
}

} // namespace

Result<std::vector<Holder>> decode_holders(Bytes bytes) {
    std::vector<Holder> holders;
    for (std::size_t position = 0; position < bytes.size();) {
        const Bytes rest = bytes.subspan(position);
        const auto entry = fixed_part<modkeeper_holder>(rest);
        if (rest.size() < least_entry || entry.size < least_entry || entry.size > rest.size() ||
            entry.size % 8 != 0 || entry.fixed_size < least_entry || entry.fixed_size > entry.size)
            return malformed(position);
        const Bytes whole = rest.first(entry.size);
        const auto known = fixed_part<modkeeper_holder>(whole.first(entry.fixed_size));
        auto name = text_of(whole, entry.fixed_size, known.name);
        if (!name)
            return malformed(position);
        position += entry.size;
        const auto kind = kind_of(known.kind);
        if (!kind)
            continue;
        Holder holder;
        holder.kind = *kind;
        holder.process = known.tgid;
        holder.fd = known.fd;
        holder.references = known.references;
        holder.file_system = {known.device_major, known.device_minor};
        holder.inode = known.inode;
        holder.node = {known.node_major, known.node_minor};
        holder.comm.assign(known.comm, strnlen(known.comm, sizeof(known.comm)));
        holder.name = std::move(*name);
        holders.push_back(std::move(holder));
    }
    return holders;
}

} // namespace mk::driver
