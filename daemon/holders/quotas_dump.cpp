// SPDX-License-Identifier: GPL-2.0-only
#include "holders/quotas_dump.hpp"

#include <linux/quota.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "base/root_path.hpp"
#include "system/mounts.hpp"

namespace mk {

namespace {

bool ask(unsigned question, unsigned sort, const std::string &disk, void *answer) {
    return syscall(SYS_quotactl, QCMD(question, sort), disk.c_str(), 0, answer) == 0;
}

void add_quotas(const std::string &root, const Mount &mount, std::vector<Quota> &quotas) {
    static constexpr std::array<std::pair<unsigned, std::string_view>, 3> sorts = {
        {{USRQUOTA, "user"}, {GRPQUOTA, "group"}, {PRJQUOTA, "project"}}};
    // asks the disk's node, and not the file system
    const auto disk = path_in(root, "/dev/block/" + mount.device);
    for (const auto &[sort, name] : sorts) {
        std::uint32_t format = 0;
        if (!ask(Q_GETFMT, sort, disk, &format))
            continue;
        if_dqinfo info{};
        const bool is_part =
            ask(Q_GETINFO, sort, disk, &info) && (info.dqi_flags & DQF_SYS_FILE) != 0;
        quotas.push_back({mount.point, std::string(name), format, is_part});
    }
}

} // namespace

std::vector<Quota> quotas_in_use(const std::string &root) {
    std::vector<Quota> quotas;
    std::set<std::string> disks;
    for (const auto &mount : read_mounts(path_in(root, "/proc/self") + "/mountinfo"))
        if (!mount.device.starts_with("0:") && disks.insert(mount.device).second)
            add_quotas(root, mount, quotas);
    return quotas;
}

} // namespace mk
