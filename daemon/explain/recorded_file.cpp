// SPDX-License-Identifier: GPL-2.0-only
#include "explain/recorded_file.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/assignments.hpp"
#include "base/module_name.hpp"
#include "elf/decompress.hpp"
#include "explain/control_group.hpp"
#include "explain/device_check.hpp"
#include "explain/explain_load.hpp"
#include "kmod/catalog.hpp"
#include "preflight/preflight.hpp"

namespace mk {

namespace {

using State = RecordedFile::State;

// MODULE_INIT_COMPRESSED_FILE: the kernel is asked to unpack it.
constexpr std::uint32_t to_be_unpacked = 4;

// What is packed is no ELF object for a kernel that is not asked to unpack it.
std::optional<Diagnosis> packed(const driver::ModuleEvent &change) {
    using driver::Stage;
    const bool is_of_format = change.stage == Stage::Elf || change.stage == Stage::Unknown;
    // without a size the kernel was given bytes, which its caller had unpacked
    if (change.error != ENOEXEC || !is_of_format || change.file_bytes == 0 ||
        (change.call_flags & to_be_unpacked) != 0)
        return std::nullopt;
    const auto packing = packing_of_file(change.file);
    if (packing == Packing::None || packing == Packing::Unknown)
        return std::nullopt;
    auto found =
        failure(Cause::NoModuleSupport, {},
                fmt::format("{} is packed ({}), and the kernel was given it without being asked to "
                            "unpack it",
                            quote(change.file), name_of(packing)),
                "load it with \"modkeeper load\" or modprobe, which unpack it");
    found.stage = driver::Stage::Elf;
    return found;
}

struct Parameters {
    std::vector<std::string> given;
    std::string configured; // by lines of modprobe.d, which are told then
};

// modprobe puts what is configured before what it was given.
Parameters parameters_of(const driver::ModuleEvent &change, const ConfigurationPlaces &places) {
    auto catalog = Catalog::create(places.catalog());
    const auto modules = catalog ? catalog.value().resolve(change.module)
                                 : Result<std::vector<KmodModule>>(catalog.error());
    if (!modules)
        return {assignment_texts(change.args), {}};
    auto configured = catalog.value().options_of(*modules.value().front());
    if (configured.empty() || !change.args.starts_with(configured) ||
        !catalog.value().configuration().options_are_public(change.module, configured))
        return {assignment_texts(change.args), {}};
    return {assignment_texts(change.args.substr(configured.size())), std::move(configured)};
}

bool is_damaged(const Diagnoses &checks) {
    return std::any_of(checks.begin(), checks.end(),
                       [](const auto &one) { return one.stage == driver::Stage::Elf; });
}

// The daemon has mounts of its own, which hide nothing that it is asked to load.
bool saw_our_files(const driver::ModuleEvent &load) {
    return read_control_group(load.cgroup).unit == "modkeeperd.service" ||
           shares_our_mounts(load.mount_namespace);
}

Diagnoses check(const driver::ModuleEvent &change, const ConfigurationPlaces &places) {
    auto preflight = Preflight::create(places);
    if (!preflight)
        return {};
    PreflightRequest request;
    request.path = change.file;
    const auto [given, configured] = parameters_of(change, places);
    request.parameters = given;
    request.configured = configured;
    // what it needs was loaded before it, or was not
    request.with_dependencies = false;
    auto found = only_failing(preflight.value().check(request));
    // one that cannot be unpacked says so itself
    if (auto is_packed = packed(change); is_packed && !is_damaged(found))
        found.insert(found.begin(), std::move(*is_packed));
    return found;
}

} // namespace

bool shares_our_mounts(std::uint64_t mount_namespace) {
    struct stat status {};
    return mount_namespace == 0 || stat("/proc/self/ns/mnt", &status) != 0 ||
           status.st_ino == mount_namespace;
}

// The device that stat() names is not the kernel's on btrfs and overlayfs, nor is the inode on
// every file system: what counts is whether it was written, renamed or replaced after the load.
RecordedFile::State state_of_file(const driver::Event &event) {
    const auto *load = event.as<driver::ModuleEvent>();
    if (load == nullptr)
        return State::Unknown;
    const auto &change = *load;
    if (change.file.empty() || change.other_root)
        return State::Unknown;
    const bool is_shared = saw_our_files(change);
    struct stat status {};
    if (stat(change.file.c_str(), &status) != 0) {
        if (errno != ENOENT)
            return State::Unknown;
        return is_shared ? State::Gone : State::Elsewhere;
    }
    const auto size = static_cast<std::uint64_t>(status.st_size);
    const auto changed = static_cast<std::uint64_t>(status.st_ctim.tv_sec) * 1'000'000'000 +
                         static_cast<std::uint64_t>(status.st_ctim.tv_nsec);
    if (changed > event.realtime_ns || (change.file_bytes != 0 && size != change.file_bytes))
        return is_shared ? State::Replaced : State::Elsewhere;
    return State::Same;
}

RecordedFile look_at_file_of(const driver::Event &event, const ConfigurationPlaces &places) {
    RecordedFile file;
    const auto *change = event.as<driver::ModuleEvent>();
    if (change == nullptr)
        return file;
    file.state = state_of_file(event);
    if (file.state == State::Same && can_file_tell(change->stage, change->error))
        file.checks = check(*change, places);
    else if (file.state == State::Same && is_device_missing(change->error))
        if (auto device = device_check(change->file, places.root))
            file.checks = {std::move(*device)};
    return file;
}

} // namespace mk
