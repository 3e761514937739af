// SPDX-License-Identifier: GPL-2.0-only
// Drift of builds: loaded modules compared with their files on disk.
#include <fmt/format.h>

#include "config/drift.hpp"
#include "elf/build_id.hpp"
#include "elf/decompress.hpp"
#include "system/loaded_modules.hpp"

namespace mk {

void find_build_drift(const ConfigurationPlaces &places, Drift &drift) {
    auto catalog = Catalog::create(places.catalog());
    if (!catalog)
        return drift.unchecked.push_back("loaded modules and their files: " +
                                         catalog.error().message);
    for (const auto &module : LoadedModules(places.root).list()) {
        const auto running = identity_of_loaded(places.root, module.name);
        const auto file = catalog.value().find(module.name);
        if (!file || file.value().path.empty()) {
            drift.unchecked.push_back(
                fmt::format("module {}: it was loaded from elsewhere, {} has no file for it",
                            module.name, catalog.value().module_dir()));
            continue;
        }
        BuildId on_disk{"", file.value().srcversion};
        if (!running.build_id.empty())
            if (auto bytes = read_unpacked(file.value().path))
                on_disk = identity_of_file(std::move(bytes.value()));
        if (of_two_builds(running, on_disk))
            drift.items.push_back({DriftKind::Build,
                                   module.name,
                                   {file.value().path, true},
                                   {on_disk.text(), true},
                                   {running.text(), true},
                                   file.value().path,
                                   {"modkeeper reload " + module.name, true}});
    }
}

} // namespace mk
