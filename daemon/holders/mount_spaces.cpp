// SPDX-License-Identifier: GPL-2.0-only
#include "holders/mount_spaces.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <thread>

#include "base/descriptor.hpp"
#include "base/foreign_text.hpp"
#include "base/root_path.hpp"
#include "base/shell_word.hpp"
#include "holders/processes.hpp"

namespace mk {

namespace {

// Of one that a file keeps. In a thread, which alone enters it.
std::vector<Mount> read_mounts_there(const Namespace &space) {
    std::vector<Mount> mounts;
    std::thread([&] {
        const auto there = open_namespace(space, "mnt");
        const Descriptor self(::open("/proc/thread-self", O_PATH | O_CLOEXEC));
        // by the folder, since /proc may not be mounted there
        if (there && self && unshare(CLONE_FS) == 0 && setns(there.get(), CLONE_NEWNS) == 0 &&
            fchdir(self.get()) == 0)
            mounts = read_mounts("mountinfo");
    }).join();
    return mounts;
}

} // namespace

std::optional<std::vector<Mount>> mounts_in(const std::string &root, const Namespace &space) {
    if (space.is_own || space.pid != 0) {
        const auto folder = space.is_own ? path_in(root, "/proc/self") : folder_of(root, space.pid);
        return read_mounts(folder + "/mountinfo");
    }
    auto mounts = root.empty() ? read_mounts_there(space) : read_mounts(path_in(root, space.path));
    // there is a root at least
    return mounts.empty() ? std::nullopt : std::optional(std::move(mounts));
}

void set_place(Holder &holder, const std::string &root, const Namespace &space) {
    if (space.is_own)
        return;
    holder.name_space = space.inode;
    std::string prefix;
    if (space.pid != 0) {
        add_process(holder, root, space.pid);
        holder.user.reset(); // another process may have the number by now
        prefix = fmt::format("nsenter -t {} -m ", space.pid);
    } else {
        const auto &through = holder.through;
        const bool is_option = through.find('=') != std::string::npos;
        const auto before = through.starts_with('/') ? "on " + through + " "
                            : is_option              ? "with " + through + " "
                                                     : std::string();
        holder.through =
            fmt::format("{}in the mount namespace that {} keeps", before, as_word(space.path));
        holder.is_public = false; // as one of a process
        prefix = fmt::format("nsenter --mount={} ", shell_word(space.path));
    }
    if (!holder.remedy.empty())
        holder.remedy = prefix + holder.remedy;
}

} // namespace mk
