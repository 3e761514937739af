// SPDX-License-Identifier: GPL-2.0-only
#include "journal/last_load.hpp"

#include <chrono>

#include "journal/reader.hpp"

namespace mk::journal {

namespace {

constexpr std::chrono::seconds patience{2};

} // namespace

std::optional<LastLoad> last_load(const ModuleName &module, const driver::Event *failed) {
    std::optional<LastLoad> last;
    Wanted wanted;
    wanted.module = module;
    wanted.only_loads = true;
    (void)each_entry_back(wanted, patience, [&](Found &found) {
        const auto *load = found.event.as<driver::ModuleEvent>();
        const bool is_later =
            failed != nullptr && found.this_boot && found.event.boottime_ns >= failed->boottime_ns;
        if (is_later || load == nullptr || found.event.kind != driver::EventKind::LoadLive)
            return true;
        BuildId build{std::move(found.build_id), load->srcversion};
        last = {std::move(found.event), std::move(found.release), std::move(build)};
        return false;
    });
    return last;
}

} // namespace mk::journal
