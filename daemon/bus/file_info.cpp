// SPDX-License-Identifier: GPL-2.0-only
#include "bus/file_info.hpp"

#include <fmt/format.h>

#include "bus/utf8.hpp"

namespace mk::bus {

namespace {

// The key, the type of its value, and that.
Row text(const char *key, std::string value) {
    return {key, "s", std::move(value)};
}

Row texts(const char *key, const std::vector<std::string> &values) {
    Row row = {key, "as"};
    row.insert(row.end(), values.begin(), values.end());
    return row;
}

int append_value(sd_bus_message *reply, const Row &row) {
    const auto &type = row[1];
    int error = sd_bus_message_open_container(reply, SD_BUS_TYPE_VARIANT, type.c_str());
    if (error < 0)
        return error;
    error = type == "as" ? append_strings(reply, {row.begin() + 2, row.end()})
                         : sd_bus_message_append(reply, "s", utf8(row[2]).c_str());
    return error < 0 ? error : sd_bus_message_close_container(reply);
}

} // namespace

Result<Rows> file_info(const engine::CatalogPlaces &places, const std::string &name) {
    auto catalog = engine::Catalog::create(places);
    if (!catalog)
        return catalog.error();
    auto found = catalog.value().describe_name(name);
    if (!found)
        return found.error();
    auto &file = found.value();
    if (file.path.empty())
        return Error{ErrorCode::BuiltIn,
                     fmt::format("module {} is built into the kernel: it has no file", name)};
    return Rows{text("path", std::move(file.path)),
                text("description", std::move(file.description)),
                text("license", std::move(file.license)),
                text("version", std::move(file.version)),
                text("srcversion", std::move(file.srcversion)),
                text("vermagic", std::move(file.vermagic)),
                texts("authors", file.authors),
                texts("depends", file.depends)};
}

int append_file_info(sd_bus_message *reply, const Rows &rows) {
    int error = sd_bus_message_open_container(reply, SD_BUS_TYPE_ARRAY, "{sv}");
    for (const auto &row : rows) {
        if (error >= 0)
            error = sd_bus_message_open_container(reply, SD_BUS_TYPE_DICT_ENTRY, "sv");
        if (error >= 0)
            error = sd_bus_message_append(reply, "s", row[0].c_str());
        if (error >= 0)
            error = append_value(reply, row);
        if (error >= 0)
            error = sd_bus_message_close_container(reply);
    }
    return error < 0 ? error : sd_bus_message_close_container(reply);
}

} // namespace mk::bus
