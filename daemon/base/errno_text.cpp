// SPDX-License-Identifier: GPL-2.0-only
#include "base/errno_text.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace mk {

namespace {

// include/linux/errno.h of the kernel: never meant for user space, which no C library knows.
constexpr struct {
    int number;
    const char *name;
    const char *text;
} internal[] = {
    {512, "ERESTARTSYS", "System call to be restarted"},
    {513, "ERESTARTNOINTR", "System call to be restarted"},
    {514, "ERESTARTNOHAND", "System call to be restarted"},
    {515, "ENOIOCTLCMD", "No such ioctl command"},
    {516, "ERESTART_RESTARTBLOCK", "System call to be restarted"},
    {eprobe_defer, "EPROBE_DEFER", "Driver wants to be probed again later"},
    {518, "EOPENSTALE", "Stale handle on open"},
    {519, "ENOPARAM", "Parameter not supported"},
    {521, "EBADHANDLE", "Illegal NFS file handle"},
    {522, "ENOTSYNC", "Update synchronisation mismatch"},
    {523, "EBADCOOKIE", "Stale cookie"},
    {enotsupp, "ENOTSUPP", "Operation is not supported"},
    {525, "ETOOSMALL", "Buffer or request is too small"},
    {526, "ESERVERFAULT", "Untranslatable error"},
    {527, "EBADTYPE", "Type not supported by the server"},
    {528, "EJUKEBOX", "Request will not complete before the timeout"},
    {529, "EIOCBQUEUED", "Request is queued"},
    {530, "ERECALLCONFLICT", "Conflict with a recalled state"},
};

const auto *internal_entry(int error) {
    const auto *found = std::find_if(std::begin(internal), std::end(internal),
                                     [&](const auto &one) { return one.number == error; });
    return found == std::end(internal) ? nullptr : found;
}

} // namespace

std::string errno_name(int error) {
    if (const auto *entry = internal_entry(error))
        return entry->name;
    const char *name = strerrorname_np(error);
    return name != nullptr ? name : "";
}

std::string errno_text(int error) {
    const auto *entry = internal_entry(error);
    std::string text = entry != nullptr ? entry->text : std::strerror(error);
    const auto name = errno_name(error);
    return name.empty() ? text : text + " (" + name + ")";
}

} // namespace mk
