// SPDX-License-Identifier: GPL-2.0-only
// modkeeper drift: differences between the running system and its configuration.
#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/output/drift_text.hpp"
#include "cli/output/pager.hpp"

namespace mk::cli {
namespace {

Ended drift(const Invocation &invocation) {
    const Drift found = mk::find_drift({});
    if (invocation.json)
        std::fputs(json_text(json_of(found)).c_str(), stdout);
    else if (!found.items.empty())
        print_paged(text_of(found, !invocation.no_legend), !invocation.no_pager);
    tell_unchecked(found);
    if (!found.items.empty())
        return ExitCode::Ok;
    note("no drift: the running system matches its configuration");
    return ExitCode::NothingToDo;
}

} // namespace

void add_drift(CLI::App &app, Invocation &invocation) {
    Command command(
        app, invocation, "drift", "Show where the running system differs from its configuration",
        "  modkeeper drift\n"
        "  modkeeper drift --json | jq -r '.drift[].remedy'\n"
        "  if modkeeper drift >/dev/null; then echo \"not as configured\"; fi\n"
        "\n"
        "Compares parameters with modprobe.d and the kernel command line, loaded modules\n"
        "with their files on disk (build ID, srcversion), enabled and masked modules with\n"
        "the loaded ones, and the modules and modprobe.d in the initramfs with those on disk.\n"
        "Reports lines that have no effect: lines that modprobe skips, options of built-in\n"
        "modules, masks that do not hold. Needs neither root nor the daemon, and says what it\n"
        "could not check.\n"
        "\n"
        "Exit status 0: there is drift; 7: there is none. \"modkeeper apply\" corrects it.");
    command.no_legend();
    command.no_pager();
    command.runs([&invocation] { return drift(invocation); });
}

} // namespace mk::cli
