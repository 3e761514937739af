// SPDX-License-Identifier: GPL-2.0-only
// The loaded modules by a walk of /sys/module: per module four small files and a folder.
#include <cerrno>
#include <system_error>

#include "contenders.hpp"
#include "sysfs_file.hpp"
#include "text.hpp"

namespace mk::bench {

SysfsWalk::SysfsWalk() : folder_(open("/sys/module", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (folder_ < 0)
        throw std::system_error(errno, std::generic_category(), "/sys/module");
    names_.resize(1 << 18);
    holders_.resize(1 << 16);
}

SysfsWalk::~SysfsWalk() {
    close(folder_);
}

namespace {

// False when it is built in or went away meanwhile.
bool read_module(ModuleList &list, int modules, const char *name, std::vector<char> &room) {
    Descriptor folder(openat(modules, name, O_PATH | O_DIRECTORY | O_CLOEXEC));
    char text[64];
    std::string_view state, size, references, taint;
    // Only loadable modules have one.
    if (!folder || !read_small(folder.get(), "initstate", text, state))
        return false;
    Module &module = list.add(list.keep(name));
    module.state = parse_state(state);
    bool complete = read_small(folder.get(), "coresize", text, size);
    module.size = parse_number(size);
    complete = complete && read_small(folder.get(), "refcnt", text, references);
    module.references = static_cast<std::uint32_t>(parse_number(references));
    complete = complete && read_small(folder.get(), "taint", text, taint);
    module.taints = parse_taints(taint);
    Descriptor holders(openat(folder.get(), "holders", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    complete = complete && holders &&
               for_each_entry(holders.get(), room.data(), room.size(),
                              [&](const char *user) { list.add_user(list.keep(user)); });
    if (!complete)
        list.drop_last();
    return complete;
}

} // namespace

bool SysfsWalk::take(ModuleList &list) {
    list.clear();
    if (lseek(folder_, 0, SEEK_SET) != 0)
        return false;
    return for_each_entry(folder_, names_.data(), names_.size(),
                          [&](const char *name) { read_module(list, folder_, name, holders_); });
}

} // namespace mk::bench
