// SPDX-License-Identifier: GPL-2.0-only
#include "explain/last_load.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/assignments.hpp"
#include "base/foreign_text.hpp"
#include "base/format.hpp"
#include "base/text_file.hpp"
#include "driver_client/event_names.hpp"
#include "elf/decompress.hpp"
#include "system/kernel_state.hpp"

namespace mk {

namespace {

// Each kernel has files of its own in a directory of its own: that they differ goes without saying.
std::string without_release(std::string path, const std::string &release) {
    const auto folder = "/" + release + "/";
    if (const auto at = release.empty() ? std::string::npos : path.find(folder);
        at != std::string::npos)
        path.replace(at, folder.size(), "/*/");
    return path;
}

// Blanks between parameters say nothing.
std::string parameters_in(const std::string &args) {
    return join(assignment_texts(args), " ");
}

std::string signature_text(driver::Signature signature) {
    return signature == driver::Signature::Unknown ? "" : std::string(driver::name_of(signature));
}

std::string noun_of(Difference::Of of) {
    switch (of) {
    case Difference::Of::Kernel:
        return "the kernel";
    case Difference::Of::Path:
    case Difference::Of::Build:
    case Difference::Of::Size:
        return "the file";
    case Difference::Of::Parameters:
        return "its parameters";
    case Difference::Of::Signature:
        break;
    }
    return "its signature";
}

// What stands in the brackets.
std::string details_of(const Difference &change) {
    const auto told = [](const std::string &text) { return text.empty() ? "none" : text; };
    switch (change.of) {
    case Difference::Of::Kernel:
        return "now " + as_word(change.now);
    case Difference::Of::Path:
        return fmt::format("was {}, now {}", as_word(change.before), as_word(change.now));
    case Difference::Of::Build:
        return fmt::format("another build: was {}, now {}", change.before, change.now);
    case Difference::Of::Size:
        return fmt::format("had {} bytes, now {}", change.before, change.now);
    case Difference::Of::Parameters:
        return fmt::format("were {}, now {}", told(change.before), told(change.now));
    case Difference::Of::Signature:
        break;
    }
    return fmt::format("was {}, now {}", told(change.before), told(change.now));
}

// The last load before @failed in the record, which tells less than the journal.
std::optional<LastLoad> last_load_in(const std::vector<driver::Event> &events,
                                     const driver::Event &failed, const std::string &release) {
    std::optional<LastLoad> found;
    for (const auto &event : events)
        if (event.kind == driver::EventKind::LoadLive && event.sequence < failed.sequence &&
            driver::module_of(event) == driver::module_of(failed))
            found = {event, release, {"", event.as<driver::ModuleEvent>()->srcversion}};
    return found;
}

} // namespace

Attempted attempted_in(const driver::Event &failed, const std::string &release, BuildId build) {
    Attempted attempted;
    attempted.release = release;
    attempted.build = std::move(build);
    if (const auto *load = failed.as<driver::ModuleEvent>()) {
        attempted.path = load->other_root ? "" : load->file;
        attempted.bytes = load->file_bytes;
        // A load that ended before the kernel came to its parameters has none in the record.
        if ((load->load_sequence != 0 || !load->args.empty()) && !failed.truncated)
            attempted.parameters = load->args;
        attempted.signature = load->signature;
        if (attempted.build.srcversion.empty())
            attempted.build.srcversion = load->srcversion;
    }
    return attempted;
}

std::optional<WorkedBefore> compare(const LastLoad &before, const Attempted &now) {
    const auto *load = before.event.as<driver::ModuleEvent>();
    if (load == nullptr)
        return std::nullopt;
    WorkedBefore worked{before.event.realtime_ns, before.release, {}};
    const auto add = [&](Difference::Of of, std::string was, std::string is) {
        worked.changes.push_back({of, std::move(was), std::move(is)});
    };
    if (!before.release.empty() && !now.release.empty() && before.release != now.release)
        add(Difference::Of::Kernel, before.release, now.release);
    const bool knows_paths = !load->other_root && !load->file.empty() && !now.path.empty();
    if (knows_paths && load->file != now.path &&
        without_release(load->file, before.release) != without_release(now.path, now.release))
        add(Difference::Of::Path, load->file, now.path);
    if (of_two_builds(before.build, now.build))
        add(Difference::Of::Build, before.build.text(), now.build.text());
    else if (!of_one_build(before.build, now.build) && load->file_bytes != 0 && now.bytes != 0 &&
             load->file_bytes != now.bytes)
        add(Difference::Of::Size, std::to_string(load->file_bytes), std::to_string(now.bytes));
    const auto was = parameters_in(load->args);
    if (now.parameters && !before.event.truncated)
        if (auto is = parameters_in(*now.parameters); was != is)
            add(Difference::Of::Parameters, was, std::move(is));
    if (const auto had = signature_text(load->signature), has = signature_text(now.signature);
        !had.empty() && !has.empty() && had != has)
        add(Difference::Of::Signature, had, has);
    return worked.changes.empty() ? std::nullopt : std::optional(std::move(worked));
}

std::optional<WorkedBefore> changed_since(const driver::Event &failed,
                                          const std::vector<driver::Event> &events,
                                          bool is_same_file, const FindLastLoad &find) {
    const auto *attempt = failed.as<driver::ModuleEvent>();
    if (failed.kind != driver::EventKind::LoadFailed || attempt == nullptr ||
        attempt->module.empty())
        return std::nullopt;
    const auto release = KernelState::read().release;
    auto last = find ? find(ModuleName(attempt->module), &failed) : std::nullopt;
    if (!last)
        last = last_load_in(events, failed, release);
    if (!last)
        return std::nullopt;
    BuildId build;
    if (is_same_file)
        if (auto bytes = read_unpacked(attempt->file))
            build = identity_of_file(std::move(bytes.value()));
    return compare(*last, attempted_in(failed, release, std::move(build)));
}

std::string text_of(const WorkedBefore &before) {
    std::vector<std::string> clauses;
    for (const auto &change : before.changes)
        clauses.push_back(fmt::format("{} changed ({})", noun_of(change.of), details_of(change)));
    return fmt::format("It last loaded at {}{}; since then {}", human_time(before.realtime_ns),
                       before.release.empty() ? "" : " under " + as_word(before.release),
                       join(clauses));
}

std::string_view word_of(Difference::Of of) {
    constexpr std::array<std::string_view, 6> words = {"kernel", "path",       "build",
                                                       "size",   "parameters", "signature"};
    static_assert(words.size() == static_cast<std::size_t>(Difference::Of::Signature) + 1);
    return words[static_cast<std::size_t>(of)];
}

} // namespace mk
