// SPDX-License-Identifier: GPL-2.0-only
#include "explain/recorded_file.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>

#include "base/assignments.hpp"
#include "explain/explain_load.hpp"
#include "preflight/preflight.hpp"

namespace mk {

namespace {

using State = RecordedFile::State;

State state_of(const driver::ModuleEvent &change) {
    if (change.file.empty() || change.other_root)
        return State::Unknown;
    struct stat status {};
    if (stat(change.file.c_str(), &status) != 0)
        return errno == ENOENT ? State::Gone : State::Unknown;
    // written over in place
    if (change.file_bytes != 0 && static_cast<std::uint64_t>(status.st_size) != change.file_bytes)
        return State::Replaced;
    // a kernel that tells no inode
    if (change.file_inode == 0)
        return State::Same;
    return status.st_ino == change.file_inode && major(status.st_dev) == change.file_major &&
                   minor(status.st_dev) == change.file_minor
               ? State::Same
               : State::Replaced;
}

Diagnoses check(const driver::ModuleEvent &change) {
    auto preflight = Preflight::create({});
    if (!preflight)
        return {};
    PreflightRequest request;
    request.path = change.file;
    for (const auto &one : split_assignments(change.args))
        request.parameters.push_back(to_text(one));
    // what it needs was loaded before it, or was not
    request.with_dependencies = false;
    auto found = preflight.value().check(request);
    std::erase_if(found, [](const auto &one) { return one.severity != Severity::Fails; });
    return found;
}

} // namespace

RecordedFile look_at_file_of(const driver::Event &event) {
    RecordedFile file;
    const auto *change = event.as<driver::ModuleEvent>();
    if (change == nullptr)
        return file;
    file.state = state_of(*change);
    if (file.state == State::Same && can_file_tell(change->error))
        file.checks = check(*change);
    return file;
}

} // namespace mk
