// SPDX-License-Identifier: GPL-2.0-only
// Which lines of the kernel's log belong to the last load of a module.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "driver_client/event.hpp"
#include "explain/log_clock.hpp"
#include "system/kernel_messages.hpp"

namespace mk {

// In microseconds of the log's clock.
struct LoadWindow {
    std::uint64_t begin = 0;
    std::uint64_t end = 0; // of the load: live or failed
    bool failed = false;
    // What the kernel printed during the call, when that was listened to; and whether some of it is
    // left out.
    std::optional<std::vector<std::string>> printed;
    bool is_cut = false;
    bool has_ended = true; // false: it is in its init now, and hangs perhaps
};

// From the driver's record; nothing when it has no load of that module, or one at a time that the
// log's clock is not known for.
std::optional<LoadWindow> last_load(const std::vector<driver::Event> &events,
                                    const ModuleName &module, const LogClock &clock);

struct LoggedLine {
    KernelMessage message;
    bool during = false; // the load; otherwise it names the module, and came later or from others
    // False: only the record has it, and neither its level nor its time is known.
    bool in_log = true;
};

// What was printed during the call, where that is known, else what was printed at that time; then
// what names the module. Without a window all that name the module.
std::vector<LoggedLine> lines_of_load(const std::vector<KernelMessage> &messages,
                                      const ModuleName &module,
                                      const std::optional<LoadWindow> &window,
                                      unsigned worst_level);

// "emerg" to "debug", and back: 8 for none of them.
const char *level_name(unsigned level);
std::vector<std::string> level_names();
unsigned level_of(const std::string &name);

} // namespace mk
