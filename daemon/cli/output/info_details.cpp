// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/info_details.hpp"

#include <fmt/format.h>

#include "base/format.hpp"
#include "base/printable.hpp"
#include "base/text_file.hpp"
#include "cli/output/module_text.hpp"
#include "cli/output/table.hpp"
#include "elf/module_license.hpp"
#include "preflight/symvers.hpp"

namespace mk::cli {
namespace {

// Fields that have lines of their own in the report.
constexpr std::string_view told[] = {"name",       "description", "license",  "version",
                                     "srcversion", "author",      "alias",    "depends",
                                     "parm",       "parmtype",    "vermagic", "sig_id"};

bool is_told(std::string_view key) {
    for (const auto known : told)
        if (known == key)
            return true;
    return false;
}

std::vector<std::string> providers_of(const ModuleContents &contents,
                                      const ConfigurationPlaces &places) {
    std::vector<std::string> providers;
    const auto kernel = InstalledKernel::find(places.kernel, places.root);
    auto catalog = Catalog::create(places.catalog());
    if (!kernel || !catalog)
        return providers;
    Symvers symvers(kernel.value(), catalog.value());
    for (const auto &wanted : contents.imports) {
        const auto modules = symvers.modules_with(wanted.name);
        if (!modules.empty())
            providers.push_back(join(modules, " or "));
        else if (symvers.kernel() == nullptr)
            providers.emplace_back("");
        else
            providers.emplace_back(symvers.kernel()->find(wanted.name) != nullptr ? "vmlinux" : "");
    }
    return providers;
}

std::string line(std::string_view title, const std::string &value) {
    return value.empty() ? "" : fmt::format("{:<13} {}\n", printable(title), printable(value));
}

std::string hexadecimal(const std::optional<std::uint32_t> &crc) {
    return crc ? fmt::format("{:#010x}", *crc) : "";
}

Json json_of(const ModuleContents &contents) {
    Json fields = Json::array();
    for (const auto &[key, value] : contents.fields)
        fields.push_back(object({{"field", key}, {"value", value}}));
    Json sections = Json::array();
    for (const auto &section : contents.sections)
        sections.push_back(
            object({{"name", section.name}, {"size", section.bytes}, {"stays", section.stays}}));
    Json signature;
    if (contents.signature)
        signature = object({{"signer", text_or_null(contents.signature->signer)},
                            {"key", text_or_null(contents.signature->key)},
                            {"hash", text_or_null(contents.signature->hash)}});
    return object({{"modinfo", std::move(fields)},
                   {"memory", cli::json_of(contents.memory)},
                   {"sections", std::move(sections)},
                   {"file_signature", std::move(signature)}});
}

void add_symbols(Json &json, const Details &details) {
    Json exports = Json::array();
    for (const auto &symbol : details.contents->exports)
        exports.push_back(object({{"symbol", symbol.name},
                                  {"gpl_only", symbol.gpl_only},
                                  {"crc", text_or_null(hexadecimal(symbol.crc))},
                                  {"namespace", text_or_null(symbol.symbol_namespace)}}));
    Json imports = Json::array();
    for (std::size_t i = 0; i < details.contents->imports.size(); ++i) {
        const auto &symbol = details.contents->imports[i];
        const std::string provider = i < details.providers.size() ? details.providers[i] : "";
        imports.push_back(object({{"symbol", symbol.name},
                                  {"provider", text_or_null(provider)},
                                  {"crc", text_or_null(hexadecimal(symbol.crc))},
                                  {"weak", symbol.weak}}));
    }
    add(json, "exports", std::move(exports));
    add(json, "imports", std::move(imports));
}

Json json_of(const BoundDevice &device, bool with_resources) {
    Json json =
        object({{"device", device.name}, {"bus", device.bus}, {"bound_driver", device.driver}});
    if (!with_resources)
        return json;
    Json ranges = Json::array();
    for (const auto &range : device.ranges)
        ranges.push_back(
            object({{"kind", range.kind}, {"first", range.first}, {"last", range.last}}));
    add(json, "ranges", std::move(ranges));
    add(json, "interrupts", device.interrupts);
    return json;
}

void add_devices(Json &json, const Details &details) {
    Json devices = Json::array();
    for (const auto &device : details.devices->devices)
        devices.push_back(json_of(device, details.resources));
    add(json, "drivers", details.devices->drivers);
    add(json, "devices", std::move(devices));
}

void add_nodes(Json &json, const DeviceFacts &facts) {
    Json nodes = Json::array();
    for (const auto &node : facts.nodes)
        nodes.push_back(object({{"type", node.block ? "block" : "char"},
                                {"major", node.major},
                                {"minor", node.minor},
                                {"path", node.name.empty() ? Json() : Json("/dev/" + node.name)},
                                {"known_by", node.known_by}}));
    add(json, "device_nodes", std::move(nodes));
}

void add_claims(Json &json, const DeviceFacts &facts) {
    Json claims = Json::array();
    for (const auto &claim : facts.claims)
        claims.push_back(object({{"kind", claim.kind},
                                 {"range", claim.hidden ? Json() : Json(claim.range)},
                                 {"owner", claim.owner}}));
    add(json, "claims", std::move(claims));
}

std::string symbol_tables(const Details &details) {
    Table exports({{"EXPORTS"}, {"FOR"}, {"CHECKSUM"}, {"NAMESPACE"}});
    for (const auto &symbol : details.contents->exports)
        exports.add({symbol.name, symbol.gpl_only ? "GPL" : "any", hexadecimal(symbol.crc),
                     symbol.symbol_namespace});
    Table imports({{"IMPORTS"}, {"PROVIDER"}, {"CHECKSUM"}});
    for (std::size_t i = 0; i < details.contents->imports.size(); ++i) {
        const auto &symbol = details.contents->imports[i];
        const std::string provider = i < details.providers.size() ? details.providers[i] : "";
        imports.add({symbol.name, provider.empty() ? "?" : provider, hexadecimal(symbol.crc)});
    }
    return (details.contents->exports.empty() ? "" : "\n" + exports.text()) +
           (details.contents->imports.empty() ? "" : "\n" + imports.text());
}

std::string node_tables(const DeviceFacts &facts) {
    std::string text;
    if (!facts.devices.empty()) {
        Table table({{"DEVICE"}, {"BUS"}, {"DRIVER"}});
        for (const auto &device : facts.devices)
            table.add({device.name, device.bus, device.driver});
        text += '\n' + table.text();
    }
    if (!facts.nodes.empty()) {
        Table table({{"NODE"}, {"TYPE"}, {"NUMBER"}, {"KNOWN BY"}});
        for (const auto &node : facts.nodes)
            table.add({node.name.empty() ? "-" : "/dev/" + node.name, node.block ? "block" : "char",
                       fmt::format("{}:{}", node.major, node.minor), node.known_by});
        text += '\n' + table.text();
    }
    return text.empty()
               ? "\n"
                 "no devices: none is bound to its drivers, and it has no known device nodes\n"
               : text;
}

std::string resource_table(const DeviceFacts &facts) {
    Table table({{"RESOURCE"}, {"RANGE"}, {"OWNER"}});
    bool any = false;
    const auto add = [&](const std::string &kind, std::string range, const std::string &owner) {
        table.add({kind, std::move(range), owner});
        any = true;
    };
    for (const auto &device : facts.devices) {
        for (const auto &range : device.ranges)
            add(range.kind, fmt::format("{:#x}-{:#x}", range.first, range.last), device.name);
        for (const auto number : device.interrupts)
            add("irq", std::to_string(number), device.name);
    }
    for (const auto &claim : facts.claims)
        add(claim.kind, claim.hidden ? "hidden: shown only to root" : printable(claim.range),
            claim.owner);
    return any ? '\n' + table.text() : "\nno resources: no device bound to its drivers holds any\n";
}

} // namespace

Details details_of(const ModuleReport &report, const DetailChoice &choice,
                   const ConfigurationPlaces &places) {
    Details details;
    if (report.file && !report.file->path.empty())
        if (auto contents = read_contents(report.file->path))
            details.contents = std::move(contents.value());
    details.symbols = choice.symbols && details.contents;
    if (details.symbols)
        details.providers = providers_of(*details.contents, places);
    details.nodes = choice.devices;
    details.resources = choice.resources;
    if (choice.devices || choice.resources)
        details.devices = device_facts(report.name, report.file ? report.file->aliases
                                                                : std::vector<std::string>());
    return details;
}

void add_json(Json &json, const Details &details) {
    add(json, "contents", details.contents ? json_of(*details.contents) : Json());
    if (details.symbols)
        add_symbols(json, details);
    if (details.devices)
        add_devices(json, details);
    if (details.nodes)
        add_nodes(json, *details.devices);
    if (details.resources)
        add_claims(json, *details.devices);
}

std::string file_lines(const Details &details) {
    if (!details.contents)
        return "";
    const auto &contents = *details.contents;
    std::string text;
    for (const auto &[key, value] : contents.fields)
        if (!is_told(key))
            text += line(key, value);
    text += line("memory",
                 fmt::format("{} code, {} constants, {} data, {} freed after init",
                             human_size(contents.memory.text), human_size(contents.memory.rodata),
                             human_size(contents.memory.data), human_size(contents.memory.init)));
    if (!contents.signature)
        return text + line("signature", "none");
    const auto &signature = *contents.signature;
    return text +
           line("signature",
                fmt::format("by {}{}{}",
                            signature.signer.empty() ? "an unnamed signer" : signature.signer,
                            signature.hash.empty() ? "" : ", " + signature.hash,
                            signature.key.empty() ? "" : ", key " + signature.key));
}

std::string tables_of(const Details &details) {
    std::string text;
    if (details.symbols)
        text += symbol_tables(details);
    if (details.nodes)
        text += node_tables(*details.devices);
    if (details.resources)
        text += resource_table(*details.devices);
    return text;
}

} // namespace mk::cli
