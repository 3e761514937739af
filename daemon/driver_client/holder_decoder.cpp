// SPDX-License-Identifier: GPL-2.0-only
#include "driver_client/holder_decoder.hpp"

namespace mk::driver {
namespace {

constexpr std::size_t least_entry = offsetof(modkeeper_holder, reserved);

Error malformed(std::size_t position) {
    return {ErrorCode::Failed,
            "the driver returned a malformed holder (byte " + std::to_string(position) + ")"};
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
        if (known.kind != MODKEEPER_HOLDER_FILE && known.kind != MODKEEPER_HOLDER_MODULE)
            continue;
        Holder holder;
        holder.is_module = known.kind == MODKEEPER_HOLDER_MODULE;
        holder.process = known.tgid;
        holder.fd = known.fd;
        holder.comm.assign(known.comm, strnlen(known.comm, sizeof(known.comm)));
        holder.name = std::move(*name);
        holders.push_back(std::move(holder));
    }
    return holders;
}

} // namespace mk::driver
