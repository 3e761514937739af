// SPDX-License-Identifier: GPL-2.0-only
#include "policy/policy_state.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <initializer_list>
#include <set>
#include <utility>

#include "base/text_file.hpp"
#include "config/atomic_file.hpp"
#include "kmod/modalias.hpp"

namespace mk::policy {

namespace {

constexpr std::size_t kept_max = 64U << 20;
constexpr mode_t for_all = 0755;
constexpr mode_t for_root = 0700;
constexpr mode_t for_search = 0711; // as the units have it: everybody may read policy.d below

// 0 or errno. Of folders above it that are missing only root's are made.
int make_folder(const std::string &path, mode_t mode) {
    return mkdir(path.c_str(), mode) < 0 && errno != EEXIST ? errno : 0;
}

// @root is there; each further name is a folder within the one before.
Result<void> make_folders(const std::string &root,
                          std::initializer_list<std::pair<const char *, mode_t>> names) {
    auto path = root;
    for (const auto &[name, mode] : names) {
        path += std::string("/") + name;
        if (const int error = make_folder(path, mode); error != 0)
            return write_failure(path, error);
    }
    return {};
}

Result<KeptFiles> read_kept(const std::string &path) {
    const auto text = read_text(path, kept_max);
    if (!text)
        return Error{errno == EACCES ? ErrorCode::NotAuthorized : ErrorCode::NotFound,
                     fmt::format("{} cannot be read", path)};
    auto kept = files_in(*text);
    if (!kept)
        return Error{kept.error().code, fmt::format("{}: {}", path, kept.error().message)};
    return kept;
}

} // namespace

Result<KeptFiles> last_good(const StatePlaces &places) {
    return read_kept(places.good());
}

std::optional<TrialMark> unconfirmed_trial(const StatePlaces &places) {
    const auto text = read_text(places.trial());
    if (!text)
        return std::nullopt;
    const auto words = split(*text, " \n");
    TrialMark mark;
    if (words.size() != 2)
        return std::nullopt;
    mark.digest = words[0];
    std::from_chars(words[1].data(), words[1].data() + words[1].size(), mark.generation);
    return mark;
}

std::optional<KeptFiles> kept_with_digest(const StatePlaces &places, std::string_view digest) {
    for (const auto &path : {places.in_force(), places.good()})
        if (auto kept = read_kept(path); kept && kept.value().digest == digest)
            return std::move(kept.value());
    return std::nullopt;
}

std::vector<std::string> remembered_devices(const StatePlaces &places) {
    const auto text = read_text(places.devices(), kept_max);
    std::vector<std::string> devices;
    if (text)
        for (const auto line : split(*text, "\n"))
            devices.emplace_back(line);
    return devices;
}

PolicyState::PolicyState(StatePlaces places, Descriptor lock)
    : places_(std::move(places)), lock_(std::move(lock)) {}

Result<PolicyState> PolicyState::open(StatePlaces places) {
    TRY(make_folders(places.root, {{"var", for_all},
                                   {"lib", for_all},
                                   {"modkeeper", for_all},
                                   {"policy", for_root},
                                   {"good", for_root}}));
    const auto folder = places.folder();
    // only root can open it, so nobody else can hold the lock
    Descriptor lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!lock)
        return write_failure(folder, errno);
    constexpr int attempts = 100;
    constexpr useconds_t pause_us = 100 * 1000;
    for (int i = 0; flock(lock.get(), LOCK_EX | LOCK_NB) != 0; ++i) {
        if (i == attempts)
            return write_failure(folder, ETIMEDOUT);
        usleep(pause_us);
    }
    return PolicyState(std::move(places), std::move(lock));
}

Result<StagedFile> PolicyState::stage_good(const KeptText &text) const {
    return StagedFile::write(places_.good(), text.bytes);
}

Result<StagedFile> PolicyState::stage_trial(const TrialMark &mark) const {
    return StagedFile::write(places_.trial(), fmt::format("{} {}\n", mark.digest, mark.generation));
}

Result<void> PolicyState::forget_trial() const {
    return remove_for_good(places_.trial());
}

Result<void> PolicyState::remember_devices() const {
    std::set<std::string> seen;
    std::string text;
    for (const auto &device : devices_with_modalias(places_.root))
        if (seen.insert(device.modalias).second)
            text += device.modalias + "\n";
    auto staged = TRY(StagedFile::write(places_.devices(), text));
    return staged.keep();
}

Result<StagedFile> PolicyState::stage_boots(const BootCount &count) const {
    return StagedFile::write(places_.boots(), text_of(count));
}

Result<void> PolicyState::forget_boots() const {
    return remove_for_good(places_.boots());
}

Result<void> make_run_folder(const StatePlaces &places) {
    return make_folders(places.root,
                        {{"run", for_all}, {"modkeeper", for_search}, {"policy", for_root}});
}

Result<StagedFile> stage_in_force(const StatePlaces &places, const KeptText &text) {
    TRY(make_run_folder(places));
    return StagedFile::write(places.in_force(), text.bytes);
}

} // namespace mk::policy
