// SPDX-License-Identifier: GPL-2.0-only
// modkeeper drift: where the running machine is not what is configured.
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
    note("no drift: what runs is what is configured");
    return ExitCode::NothingToDo;
}

} // namespace

void add_drift(CLI::App &app, Invocation &invocation) {
    Command command(
        app, invocation, "drift", "Show where the running machine is not what is configured",
        "  modkeeper drift\n"
        "  modkeeper drift --json | jq -r '.drift[].remedy'\n"
        "  if modkeeper drift >/dev/null; then echo \"not as configured\"; fi\n"
        "\n"
        "Compares parameters with modprobe.d and the kernel's command line, loaded modules\n"
        "with their files on disk (build id, srcversion), what is enabled and masked with\n"
        "what is loaded, and the modules and modprobe.d in the initramfs with those on\n"
        "disk. Reports lines that nothing heeds: those that modprobe skips, options of what\n"
        "is built in, masks that do not hold. Works without root and without the daemon,\n"
        "and says what it could not see.\n"
        "\n"
        "Exit status 0: there is some; 7: there is none. \"modkeeper apply\" takes it away.");
    command.no_legend();
    command.no_pager();
    command.runs([&invocation] { return drift(invocation); });
}

} // namespace mk::cli
