// SPDX-License-Identifier: GPL-2.0-only
// Quotas that are switched on: each holds the module of its format.
#include <linux/quota.h>

#include "base/shell_word.hpp"
#include "holders/search.hpp"

namespace mk {

namespace {

std::string module_of(unsigned format) {
    if (format == QFMT_VFS_OLD)
        return "quota_v1";
    return format == QFMT_VFS_V0 || format == QFMT_VFS_V1 ? "quota_v2" : std::string();
}

} // namespace

bool is_quota_format(const ModuleName &module) {
    return module == module_of(QFMT_VFS_OLD) || module == module_of(QFMT_VFS_V0);
}

void find_quotas(const HolderSearch &search, HolderList &list) {
    for (const auto &quota : search.quotas) {
        if (search.module.name != module_of(quota.format) ||
            list.holders.size() >= HolderSearch::holders_max)
            continue;
        Holder holder;
        holder.kind = HolderKind::Quota;
        holder.what = quota.mount_point;
        holder.through = "on which " + quota.sort + " quotas are on";
        holder.references = 1;
        const auto place = shell_word(quota.mount_point);
        if (quota.is_part)
            holder.remedy = "umount " + place;
        else
            holder.remedy = "quotaoff -" + quota.sort.substr(0, 1) + " " + place;
        if (quota.sort == "project" && !quota.is_part)
            holder.remedy = "quotaoff -P " + place;
        list.holders.push_back(std::move(holder));
    }
}

} // namespace mk
