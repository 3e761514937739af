// SPDX-License-Identifier: GPL-2.0-only
// A kernel by its release, running or not: where its modules, its image and its configuration are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace mk {

// Releases that modules are installed for, or at least what it takes to build some; oldest first.
// @root is put before every path; tests have one of their own.
std::vector<std::string> installed_kernels(const std::string &root = "");

class InstalledKernel {
  public:
    // "": the running one, which is always found. NotFound tells which there are.
    static Result<InstalledKernel> find(const std::string &release = "",
                                        const std::string &root = "");

    const std::string &release() const { return release_; }
    bool is_running() const { return is_running_; }
    const std::string &root() const { return root_; }
    std::string module_dir() const { return inside("/lib/modules/" + release_); }
    // Where its image may be.
    std::vector<std::string> images() const;
    // Of the kernel's build, "" when it was not made or is not kept.
    std::string symvers() const;
    // The value of CONFIG_@option: "y", "m", a number or text; "n" when it is off; "" when the
    // configuration is not kept anywhere.
    std::string option(std::string_view option) const;
    // What its modules have in vermagic, from one of them; "" when there is none.
    std::string vermagic() const;

  private:
    InstalledKernel(std::string release, std::string root, bool is_running)
        : release_(std::move(release)), root_(std::move(root)), is_running_(is_running) {}
    const std::string &configuration() const;
    // A path of that machine, as this one has it.
    std::string inside(const std::string &path) const;

    std::string release_;
    std::string root_;
    bool is_running_;
    // read when it is first asked for
    mutable std::string configuration_;
    mutable bool configuration_read_ = false;
};

} // namespace mk
