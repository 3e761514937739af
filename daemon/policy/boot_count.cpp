// SPDX-License-Identifier: GPL-2.0-only
#include "policy/boot_count.hpp"

#include <fmt/core.h>
#include <sys/stat.h>

#include <cerrno>
#include <charconv>

#include "base/text_file.hpp"
#include "config/atomic_file.hpp"

namespace mk::policy {
namespace {

std::string this_boot(const StatePlaces &places) {
    return read_line(places.root + "/proc/sys/kernel/random/boot_id");
}

std::uint64_t device_of(const std::string &folder) {
    struct stat status {};
    return stat(folder.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_dev) : 0;
}

bool read_number(std::string_view text, std::uint64_t &number) {
    const auto *end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    return read.ec == std::errc() && read.ptr == end;
}

} // namespace

Result<std::optional<BootCount>> boot_count(const StatePlaces &places) {
    const auto text = read_text(places.boots());
    if (!text && errno == EACCES)
        return Error{ErrorCode::NotAuthorized, "only root may read how many boots were counted"};
    if (!text && device_of(places.folder()) == 0)
        return Error{ErrorCode::NotFound, places.folder() + " is not there"};
    if (!text && errno == ENOENT)
        return std::optional<BootCount>();
    auto count = text ? boot_count_in(*text) : std::nullopt;
    if (!count)
        return Error{ErrorCode::BadFormat, places.boots() + " is damaged"};
    return count;
}

std::optional<BootMark> boot_mark(const StatePlaces &places) {
    const auto text = read_text(places.boot());
    if (!text)
        return std::nullopt;
    const auto words = split(*text, " \n");
    BootMark mark;
    if (words.size() != 2 || !read_number(words[0], mark.folder) ||
        !read_number(words[1], mark.generation))
        return std::nullopt;
    return mark;
}

bool is_held_back(const std::optional<BootMark> &mark, const driver::PolicySummary &policy) {
    return mark && mark->generation != 0 && policy.is_there &&
           mark->generation == policy.generation;
}

BootDecision decide_at_boot(const StatePlaces &places, const ReadyPolicy &ready,
                            driver::PolicyMode ceiling) {
    BootDecision decision;
    decision.mark.folder = device_of(places.folder());
    const auto count = boot_count(places);
    if (!count) {
        decision.unknown = count.error();
        return decision;
    }
    decision.holds_back =
        enforces(ready) && ceiling == driver::PolicyMode::Enforce &&
        boots_before(count.value(), ready.text.digest, this_boot(places)) >= boots_before_audit;
    return decision;
}

Result<void> leave_mark(const StatePlaces &places, BootDecision decision,
                        std::uint64_t generation) {
    TRY(make_run_folder(places));
    decision.mark.generation = decision.holds_back ? generation : 0;
    return edit_file(places.boot(), [&](const std::string &) {
        return std::optional(
            fmt::format("{} {}\n", decision.mark.folder, decision.mark.generation));
    });
}

Result<std::optional<BootCount>> count_boot(driver::PolicyClient &client,
                                            const StatePlaces &places) {
    const auto mark = boot_mark(places);
    if (!mark)
        return std::optional<BootCount>();
    const auto policy = client.summary();
    if (!policy && policy.error().code != ErrorCode::DriverUnavailable)
        return policy.error();
    if (!policy || !policy.value().is_there ||
        (policy.value().mode_of_loads() != driver::PolicyMode::Enforce &&
         policy.value().mode_of_requests() != driver::PolicyMode::Enforce))
        return std::optional<BootCount>();
    // makes the folder, for the boots that follow
    const auto state = TRY(PolicyState::open(places));
    if (device_of(places.folder()) != mark->folder)
        return Error{ErrorCode::NotFound,
                     places.folder() + " was not there when this boot applied the rules"};
    const auto before = boot_count(places);
    if (!before && before.error().code != ErrorCode::BadFormat)
        return before.error();
    auto count =
        with_boot(before ? before.value() : std::nullopt, policy.value().digest, this_boot(places));
    auto staged = TRY(state.stage_boots(count));
    TRY(staged.keep());
    return std::optional(std::move(count));
}

Result<bool> forget_counted(const StatePlaces &places) {
    const auto before = boot_count(places);
    if (before ? !before.value().has_value() : before.error().code == ErrorCode::NotFound)
        return false;
    const auto state = TRY(PolicyState::open(places));
    TRY(state.forget_boots());
    return true;
}

} // namespace mk::policy
