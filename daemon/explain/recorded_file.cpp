// SPDX-License-Identifier: GPL-2.0-only
#include "explain/recorded_file.hpp"

#include <sys/stat.h>

#include <cerrno>

#include "base/assignments.hpp"
#include "explain/explain_load.hpp"
#include "preflight/preflight.hpp"

namespace mk {

namespace {

using State = RecordedFile::State;

Diagnoses check(const driver::ModuleEvent &change, const ConfigurationPlaces &places) {
    auto preflight = Preflight::create(places);
    if (!preflight)
        return {};
    PreflightRequest request;
    request.path = change.file;
    request.parameters = assignment_texts(change.args);
    // what it needs was loaded before it, or was not
    request.with_dependencies = false;
    return only_failing(preflight.value().check(request));
}

} // namespace

// The device that stat() names is not the kernel's on btrfs and overlayfs, nor is the inode on
// every file system: what counts is whether it was written, renamed or replaced after the load.
RecordedFile::State state_of_file(const driver::Event &event) {
    const auto *load = event.as<driver::ModuleEvent>();
    if (load == nullptr)
        return State::Unknown;
    const auto &change = *load;
    if (change.file.empty() || change.other_root)
        return State::Unknown;
    struct stat status {};
    if (stat(change.file.c_str(), &status) != 0)
        return errno == ENOENT ? State::Gone : State::Unknown;
    const auto size = static_cast<std::uint64_t>(status.st_size);
    const auto changed = static_cast<std::uint64_t>(status.st_ctim.tv_sec) * 1'000'000'000 +
                         static_cast<std::uint64_t>(status.st_ctim.tv_nsec);
    if (changed > event.realtime_ns || (change.file_bytes != 0 && size != change.file_bytes))
        return State::Replaced;
    return State::Same;
}

RecordedFile look_at_file_of(const driver::Event &event, const ConfigurationPlaces &places) {
    RecordedFile file;
    const auto *change = event.as<driver::ModuleEvent>();
    if (change == nullptr)
        return file;
    file.state = state_of_file(event);
    if (file.state == State::Same && can_file_tell(change->error))
        file.checks = check(*change, places);
    return file;
}

} // namespace mk
