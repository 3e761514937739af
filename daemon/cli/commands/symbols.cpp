// SPDX-License-Identifier: GPL-2.0-only
// modkeeper symbols: who exports a symbol, who may use it, and who uses it. Needs no daemon, no
// driver and no privileges.
#include <fmt/format.h>

#include "base/printable.hpp"
#include "base/terminal.hpp"
#include "base/text_file.hpp"
#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/output/json.hpp"
#include "cli/output/pager.hpp"
#include "cli/output/table.hpp"
#include "preflight/symbol_lookup.hpp"

namespace mk::cli {
namespace {

struct Asked {
    SymbolSearch search;
    Machine machine;
};
using Found = std::vector<FoundSymbol>;

std::string crc_text(const ExportedSymbol &symbol) {
    return symbol.crc ? fmt::format("{:#010x}", *symbol.crc) : "";
}

std::string audience(const ExportedSymbol &symbol) {
    if (!symbol.facts_known)
        return "";
    return symbol.gpl_only ? "GPL" : "any";
}

Json json_of(const Found &found) {
    Json list = Json::array();
    for (const auto &[provider, live, symbol, used_by] : found)
        list.push_back(object({{"symbol", symbol.name},
                               {"provider", provider},
                               {"loaded", live},
                               {"gpl_only", symbol.facts_known ? Json(symbol.gpl_only) : Json()},
                               {"crc", text_or_null(crc_text(symbol))},
                               {"namespace", text_or_null(symbol.symbol_namespace)},
                               {"used_by", used_by}}));
    return list;
}

std::string one(const FoundSymbol &found, const Asked &asked) {
    const auto &symbol = found.symbol;
    std::string text = painted(printable(symbol.name), Colour::Bold) + '\n';
    const auto line = [&](std::string_view title, const std::string &value) {
        if (!value.empty())
            text += fmt::format("{:<13} {}\n", title, printable(value));
    };
    line("exported by",
         found.provider == "vmlinux"
             ? "the kernel itself"
             : fmt::format("module {}{}", found.provider,
                           found.live || !asked.machine.is_this_one() ? "" : ", not loaded"));
    line("for", !symbol.facts_known ? "unknown: the module file is missing"
                : symbol.gpl_only   ? "modules with a GPL-compatible licence only"
                                    : "every module");
    line("namespace", symbol.symbol_namespace);
    line("checksum", crc_text(symbol));
    line(asked.search.users_on_disk ? "wanted by" : "used by", join(found.used_by));
    return text;
}

std::string many(const Found &all, bool legend) {
    Table table({{"SYMBOL"}, {"PROVIDER"}, {"FOR"}, {"CHECKSUM"}, {"NAMESPACE"}, {"USED BY"}});
    for (const auto &found : all)
        table.add({found.symbol.name, found.provider, audience(found.symbol),
                   crc_text(found.symbol), found.symbol.symbol_namespace,
                   join(found.used_by, ",")});
    return table.text(legend);
}

Result<Found> look(const Asked &asked) {
    if (asked.search.pattern.empty())
        return Error{ErrorCode::InvalidArgument, "the symbol's name is empty"};
    const auto places = TRY(places_of(asked.machine));
    const auto kernel = TRY(InstalledKernel::find(places.kernel, places.root));
    auto catalog = TRY(Catalog::create(places.catalog()));
    Symvers symvers(kernel, catalog);
    auto found = find_symbols(asked.search, kernel, catalog, symvers);
    if (found && symvers.kernel() == nullptr)
        note("modules only: " + symvers.kernel_error().message);
    return found;
}

Ended symbols(const Invocation &invocation, const Asked &asked) {
    const auto found = look(asked);
    if (!found)
        return Failure{found.error()};
    if (invocation.json)
        std::fputs(json_text(json_of(found.value())).c_str(), stdout);
    else
        print_paged(found.value().size() == 1 ? one(found.value().front(), asked)
                                              : many(found.value(), !invocation.no_legend),
                    !invocation.no_pager);
    return ExitCode::Ok;
}

} // namespace

void add_symbols(CLI::App &app, Invocation &invocation) {
    Command command(app, invocation, "symbols",
                    "Show who exports a symbol, who may use it, and who uses it",
                    "  modkeeper symbols udp_tunnel_xmit_skb\n"
                    "  modkeeper symbols 'crypto_*' --kernel \"$(uname -r)\"\n"
                    "  modkeeper symbols drm_dev_register --on-disk\n"
                    "  modkeeper symbols 'usb_*' --json | jq -r '.[] | select(.gpl_only).symbol'");
    const auto asked = std::make_shared<Asked>();
    command.argument("NAME|GLOB", asked->search.pattern, "A symbol, or a quoted pattern",
                     Offer::Nothing);
    command.machine(asked->machine);
    command.flag("--on-disk", asked->search.users_on_disk,
                 "Look for users among all modules on disk, not only loaded ones (takes seconds)");
    command.no_legend();
    command.no_pager();
    command.runs([&invocation, asked] { return symbols(invocation, *asked); });
}

} // namespace mk::cli
