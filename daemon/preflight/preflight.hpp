// SPDX-License-Identifier: GPL-2.0-only
// Would this kernel take this module? Everything that can be known without loading it: in the order
// in which the kernel looks at it, except that one problem does not hide the next.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "explain/diagnosis.hpp"
#include "kmod/places.hpp"

namespace mk {

struct PreflightRequest {
    std::string path; // absolute, of the module's file
    std::vector<std::string> parameters;
    // What will be live by then and is not now: names, or absolute paths of files.
    std::vector<std::string> before;
    // Do the modules that the file names as its dependencies come with it, as modprobe does it?
    bool with_dependencies = true;
    bool force_vermagic = false;
    bool force_modversions = false;
    std::string configured; // what modprobe.d sets besides @parameters, as the kernel is given it
};

// One kernel that files are held against. What it exports is read when the first file asks for it,
// which takes from 10 ms to a second, and kept: use one for many files, and not for long. Belongs
// to one thread.
class Preflight {
  public:
    // NotFound when no such kernel is installed.
    static Result<Preflight> create(const ConfigurationPlaces &places);
    Preflight(Preflight &&) noexcept;
    Preflight &operator=(Preflight &&) noexcept;
    ~Preflight();

    // Empty when nothing is wrong.
    Diagnoses check(const PreflightRequest &request);

    const std::string &release() const;
    // The file that the kernel's symbols are from, "" when there is none.
    const std::string &symbol_source();

  private:
    class Checks;
    explicit Preflight(std::unique_ptr<Checks> checks);

    std::unique_ptr<Checks> checks_;
};

} // namespace mk
