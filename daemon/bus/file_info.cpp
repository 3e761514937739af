// SPDX-License-Identifier: GPL-2.0-only
#include "bus/file_info.hpp"

#include <fmt/format.h>

namespace mk::bus {

Result<Answer> file_info(const CatalogPlaces &places, const ModuleName &name) {
    auto catalog = TRY(Catalog::create(places));
    auto file = TRY(catalog.describe_name(name));
    if (file.path.empty())
        return Error{ErrorCode::BuiltIn,
                     fmt::format("module {} is built into the kernel: it has no file", name)};
    Row row = {{"file", std::move(file.path)},
               {"description", std::move(file.description)},
               {"license", std::move(file.license)},
               {"version", std::move(file.version)},
               {"srcversion", std::move(file.srcversion)},
               {"vermagic", std::move(file.vermagic)},
               {"authors", std::move(file.authors)},
               {"depends", std::move(file.depends)}};
    return Answer{{std::move(row)}, {}};
}

} // namespace mk::bus
