// SPDX-License-Identifier: GPL-2.0-only
// Parts of "modkeeper info" that are collected only on request, and those from inside the file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/output/json.hpp"
#include "cli/output/module_report.hpp"
#include "elf/module_contents.hpp"
#include "system/module_devices.hpp"

namespace mk::cli {

struct Details {
    std::optional<ModuleContents> contents;
    bool symbols = false; // show those of the contents
    // Providers of the imports: "vmlinux", a module, or "" for none.
    std::vector<std::string> providers;
    std::optional<DeviceFacts> devices;
    bool resources = false; // show those of the devices
    bool nodes = false;
};

struct DetailChoice {
    bool symbols = false;
    bool devices = false;
    bool resources = false;
};

Details details_of(const ModuleReport &report, const DetailChoice &choice,
                   const ConfigurationPlaces &places = {});

// Adds keys, except those that were not requested.
void add_json(Json &json, const Details &details);
// Lines of the report about the file.
std::string file_lines(const Details &details);
// Tables below the report.
std::string tables_of(const Details &details);

} // namespace mk::cli
