// SPDX-License-Identifier: GPL-2.0-only
#include "bus/holders_answer.hpp"

namespace mk::bus {

namespace {

Row row_of(const Holder &holder) {
    Row row = {{"kind", std::string(name_of(holder.kind))}, {"references", holder.references}};
    add_text(row, "what", holder.what);
    add_text(row, "through", holder.through);
    add_text(row, "mount_point", holder.mount_point);
    add_text(row, "remedy", holder.remedy);
    if (holder.pid != 0) {
        row.push_back({"pid", holder.pid});
        add_text(row, "comm", holder.command);
    }
    if (holder.user)
        row.push_back({"uid", static_cast<std::uint32_t>(*holder.user)});
    if (holder.fd >= 0)
        row.push_back({"fd", static_cast<std::uint32_t>(holder.fd)});
    if (holder.name_space != 0)
        row.push_back({"namespace_inode", static_cast<std::uint32_t>(holder.name_space)});
    return row;
}

} // namespace

Result<HolderList> holders_for(uid_t user, const ModuleName &module, const FindHolders &find) {
    auto list = TRY(find(module));
    return user == 0 ? std::move(list) : as_told_to(std::move(list), user);
}

Result<Answer> holders_answer(const ModuleName &module, uid_t user, const FindHolders &find) {
    const auto list = TRY(holders_for(user, module, find));
    Rows rows;
    for (const auto &holder : list.holders)
        rows.push_back(row_of(holder));
    Row row = {{"module", list.module},
               {"references", list.references},
               {"explained", list.explained()},
               {"held_by", std::move(rows)},
               {"unchecked", list.unchecked}};
    return Answer{{std::move(row)}, {}};
}

} // namespace mk::bus
