// SPDX-License-Identifier: GPL-2.0-only
// What the files of modules say of themselves. Kept until a file or depmod's index changes: who
// asks for all objects on the bus asks for all files.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/catalog.hpp"
#include "engine/file_identity.hpp"

namespace mk::bus {

struct DeclaredParameter {
    std::string name;
    std::string type;
};

struct FileDetails {
    std::string description;
    std::string license;
    std::string path;
    std::vector<DeclaredParameter> parameters;
};

// Belongs to one thread.
class ModuleFiles {
  public:
    explicit ModuleFiles(engine::CatalogPlaces places) : places_(std::move(places)) {}

    // @path: the file it was loaded from, "" when that is for the index to say. Empty when there is
    // no file. Valid until the next call.
    const FileDetails &find(const std::string &name, const std::string &path);

  private:
    struct Known {
        std::string path; // "": the index has none
        std::optional<engine::FileIdentity> identity;
        FileDetails details;
    };

    bool is_open();
    FileDetails read(const std::string &name, const std::string &path);

    engine::CatalogPlaces places_;
    std::optional<engine::Catalog> catalog_;
    std::optional<engine::FileIdentity> index_;
    std::map<std::string, Known> known_; // by path or, for files of the index, by name
};

} // namespace mk::bus
