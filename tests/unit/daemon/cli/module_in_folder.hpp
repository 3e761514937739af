// SPDX-License-Identifier: GPL-2.0-only
// Module file in the working folder, for commands that name it as a user would.
#pragma once

#include <filesystem>
#include <string>

#include "fixtures/module_file.hpp"
#include "fixtures/temporary_folder.hpp"

namespace mk::cli::test {

// A file @name of a module with one parameter, in the folder that the command runs in meanwhile.
class ModuleInFolder {
  public:
    explicit ModuleInFolder(const std::string &name)
        : path_(folder_.write(name, mk::test::module_file({"license=GPL", "parmtype=count:int"}))) {
        std::filesystem::current_path(folder_.path());
    }
    ModuleInFolder(const ModuleInFolder &) = delete;
    ModuleInFolder &operator=(const ModuleInFolder &) = delete;
    ~ModuleInFolder() { std::filesystem::current_path(before_); }

    const std::string &path() const { return path_; }

  private:
    std::filesystem::path before_ = std::filesystem::current_path();
    mk::test::TemporaryFolder folder_;
    std::string path_;
};

} // namespace mk::cli::test
