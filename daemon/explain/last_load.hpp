// SPDX-License-Identifier: GPL-2.0-only
// Comparison of a load that failed with the last one of the same module that went well.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "driver_client/event.hpp"
#include "elf/build_id.hpp"
#include "explain/diagnosis.hpp"

namespace mk {

// A load that went well, as the journal has it.
struct LastLoad {
    driver::Event event; // LoadLive
    std::string release; // of the kernel; "": not known
    BuildId build;       // of what was loaded
};

// What was tried, as far as it is known.
struct Attempted {
    std::string release;
    std::string path;
    std::uint64_t bytes = 0;               // of the file, packed as it is; 0: not known
    BuildId build;                         // of the file as it was then
    std::optional<std::string> parameters; // nothing: not known
    driver::Signature signature = driver::Signature::Unknown;
};

// What a record tells of a failed load. @build: of its file, if that is the same still.
Attempted attempted_in(const driver::Event &failed, const std::string &release, BuildId build);

// The last load of @module before @failed that went well; nothing: there was none, or the caller
// may not know. Without @failed, before now.
using FindLastLoad =
    std::function<std::optional<LastLoad>(const ModuleName &module, const driver::Event *failed)>;

// Nothing: nothing that is known has changed.
std::optional<WorkedBefore> compare(const LastLoad &before, const Attempted &now);

// What differs between @failed and the last load before it that went well, as @find or else
// @events, the record, tell. @is_same_file: its file is still the one that was tried, and is read.
// Nothing: it is no LoadFailed, the module never loaded, or nothing that is known has changed.
std::optional<WorkedBefore> changed_since(const driver::Event &failed,
                                          const std::vector<driver::Event> &events,
                                          bool is_same_file, const FindLastLoad &find);

// "It last loaded at Nov 20 12:03:00.123456 under 6.1.0-54-amd64; since then the kernel changed
// (now 6.1.0-55-amd64) and its parameters changed (were numdummies=2, now none)"
std::string text_of(const WorkedBefore &before);

// "kernel", "path", "build", "size", "parameters", "signature"
std::string_view word_of(Difference::Of of);

} // namespace mk
