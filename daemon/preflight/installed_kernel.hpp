// SPDX-License-Identifier: GPL-2.0-only
// A kernel by its release, running or not: the places of its modules, its image and its
// configuration.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace mk {

// Releases that have modules installed, or at least what is needed to build some; oldest first.
// @root is put before every path; tests have one of their own.
std::vector<std::string> installed_kernels(const std::string &root = "");

class InstalledKernel {
  public:
    // "": the running one, which is always found. NotFound lists the existing ones.
    static Result<InstalledKernel> find(const std::string &release = "",
                                        const std::string &root = "");

    const std::string &release() const { return release_; }
    bool is_running() const { return is_running_; }
    const std::string &root() const { return root_; }
    std::string module_dir() const { return inside("/lib/modules/" + release_); }
    // Possible places of its image.
    std::vector<std::string> images() const;
    // Module.symvers of the kernel build, "" if it is missing.
    std::string symvers() const;
    // The value of CONFIG_@option: "y", "m", a number or text; "n" if it is off; "" if the
    // configuration is not known.
    std::string option(std::string_view option) const;
    // The vermagic of its modules, from one of them; "" if there is none.
    std::string vermagic() const;

  private:
    InstalledKernel(std::string release, std::string root, bool is_running)
        : release_(std::move(release)), root_(std::move(root)), is_running_(is_running) {}
    const std::string &configuration() const;
    // A path of that machine, as seen by this one.
    std::string inside(const std::string &path) const;

    std::string release_;
    std::string root_;
    bool is_running_;
    // read when it is first asked for
    mutable std::string configuration_;
    mutable bool configuration_read_ = false;
};

} // namespace mk
