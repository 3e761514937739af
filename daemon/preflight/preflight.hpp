// SPDX-License-Identifier: GPL-2.0-only
// Preflight: everything that can be known, without loading it, about whether a kernel would accept
// a module. The order is that of the kernel, but one problem does not hide the next.
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
    // Modules that will be live by then, but are not now: names, or absolute paths of files.
    std::vector<std::string> before;
    // Whether the dependencies in the file are loaded with it, as modprobe does.
    bool with_dependencies = true;
    bool force_vermagic = false;
    bool force_modversions = false;
    std::string configured; // options in modprobe.d besides @parameters, as passed to the kernel
};

// One kernel against which files are checked. Its exports are read for the first file, which takes
// from 10 ms to a second, and cached: use one object for many files, but not for long. Belongs to
// one thread.
class Preflight {
  public:
    // NotFound if no such kernel is installed.
    static Result<Preflight> create(const ConfigurationPlaces &places);
    Preflight(Preflight &&) noexcept;
    Preflight &operator=(Preflight &&) noexcept;
    ~Preflight();

    // Empty if nothing is wrong.
    Diagnoses check(const PreflightRequest &request);

    const std::string &release() const;
    // The source of the kernel's symbols, "" if there is none.
    const std::string &symbol_source();

  private:
    class Checks;
    explicit Preflight(std::unique_ptr<Checks> checks);

    std::unique_ptr<Checks> checks_;
};

} // namespace mk
