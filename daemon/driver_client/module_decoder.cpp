// SPDX-License-Identifier: GPL-2.0-only
// Decoder of module entries, which checks their bytes and splits their comma-separated lists.
#include "driver_client/module_decoder.hpp"

#include <string_view>

#include "driver_client/event_names.hpp"

namespace mk::driver {
namespace {

constexpr std::size_t least_entry = offsetof(modkeeper_module, flags);

Error malformed(std::size_t position, std::string_view what) {
    return Error{ErrorCode::Failed, "the driver returned a malformed module entry (" +
                                        std::string(what) + ", byte " + std::to_string(position) +
                                        ")"};
}

template <typename Text> std::vector<Text> split(std::string_view list) {
    std::vector<Text> names;
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        if (comma != 0)
            names.emplace_back(list.substr(0, comma));
        list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    }
    return names;
}

// "name:type:mode", of which sysfs has the mode too. Missing parts stay empty.
ParameterInfo parameter_of(std::string_view text) {
    ParameterInfo parameter;
    const std::size_t type = text.find(':');
    parameter.name = text.substr(0, type);
    if (type != std::string_view::npos)
        parameter.type = text.substr(type + 1, text.find(':', type + 1) - type - 1);
    return parameter;
}

void add_numbers(LoadedModule &module, const modkeeper_module &entry) {
    module.state = state_of(entry.state);
    module.permanent = (entry.flags & MODKEEPER_MODULE_NO_EXIT) != 0;
    module.references = entry.references;
    module.taints = letters_of({entry.taints});
    for (int kind = 0; kind < MODKEEPER_MEMORY_INIT_TEXT; ++kind)
        module.bytes += entry.memory[kind];
    module.load_count = entry.load_count;
    module.load_sequence = entry.load_sequence;
    module.last_sequence = entry.last_sequence;
    module.loaded_realtime_ns = entry.loaded_realtime_ns;
    module.init_ns = entry.init_ns;
}

bool add_texts(LoadedModule &module, Bytes whole, const modkeeper_module &entry) {
    auto name = text_of(whole, entry.fixed_size, entry.name);
    auto version = text_of(whole, entry.fixed_size, entry.version);
    auto srcversion = text_of(whole, entry.fixed_size, entry.srcversion);
    const auto uses = text_of(whole, entry.fixed_size, entry.uses);
    const auto used_by = text_of(whole, entry.fixed_size, entry.used_by);
    const auto parameters = text_of(whole, entry.fixed_size, entry.parameters);
    if (!name || !version || !srcversion || !uses || !used_by || !parameters)
        return false;
    module.name = ModuleName(*name);
    module.version = std::move(*version);
    module.srcversion = std::move(*srcversion);
    module.uses = split<ModuleName>(*uses);
    module.used_by = split<ModuleName>(*used_by);
    for (const std::string &parameter : split<std::string>(*parameters))
        module.parameters.push_back(parameter_of(parameter));
    return true;
}

} // namespace

LoadState state_of(std::uint32_t state) {
    switch (state) {
    case MODKEEPER_STATE_COMING:
        return LoadState::Coming;
    case MODKEEPER_STATE_GOING:
        return LoadState::Going;
    case MODKEEPER_STATE_GONE:
        return LoadState::Absent;
    default:
        return LoadState::Live;
    }
}

Result<std::vector<LoadedModule>> decode_modules(Bytes bytes) {
    std::vector<LoadedModule> modules;
    std::size_t position = 0;
    while (position < bytes.size()) {
        const Bytes rest = bytes.subspan(position);
        if (rest.size() < least_entry)
            return malformed(position, "entry cut off");
        const auto sizes = fixed_part<modkeeper_module>(rest.first(least_entry));
        if (sizes.size > rest.size())
            return malformed(position, "longer than the answer");
        if (sizes.size % 8 != 0 || sizes.fixed_size < least_entry || sizes.fixed_size > sizes.size)
            return malformed(position, "impossible sizes");

        const Bytes whole = rest.first(sizes.size);
        const auto entry = fixed_part<modkeeper_module>(whole.first(sizes.fixed_size));
        LoadedModule module;
        add_numbers(module, entry);
        if (!add_texts(module, whole, entry))
            return malformed(position, "text out of bounds");
        modules.push_back(std::move(module));
        position += sizes.size;
    }
    return modules;
}

} // namespace mk::driver
