// SPDX-License-Identifier: GPL-2.0-only
// Our own files in modprobe.d and modules-load.d as texts: lines are added at the end and removed,
// and all others are kept unchanged.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "config/change.hpp"
#include "kmod/modprobe_configuration.hpp"
#include "kmod/modules_load.hpp"
#include "kmod/places.hpp"

namespace mk {

class ManagedText {
  public:
    // The lines of @text are reported only if every user may read it.
    ManagedText(std::string file, const GuardedText &text);

    void add(const std::string &line);
    // For each logical line of modprobe.d, its replacement; the same text: no change, "": remove
    // it.
    void rewrite_modprobe(const std::function<std::string(const ModprobeLine &)> &instead);
    // Removes the lines of modules-load.d that name one of these.
    void remove_modules(const std::function<bool(const std::string &name)> &unwanted);

    // Reported besides changes: @origin already has it; a remark.
    void keep(const Origin &origin);
    void note(std::string sentence);

    // A condition that must hold once the text is in its place.
    using Effect = std::function<Result<void>(const ModprobeConfiguration &then)>;
    void expect(Effect effect);
    // Whether all expectations hold. @now: with the previous contents of the file.
    Result<void> check(const ModprobeConfiguration &now) const;

    // "" if nothing but our heading is left.
    std::string text() const;
    // The changes, then the notes.
    Changes changes() const;

  private:
    std::string physical(unsigned first, unsigned count) const;
    void replace(unsigned first, unsigned count, const std::string &line);

    std::string file_;
    bool is_public_;
    std::vector<std::string> lines_;
    std::vector<Effect> effects_;
    Changes changes_;
    Changes remarks_;
};

// For rewrite_modprobe(): "no change".
std::string as_it_is(const ModprobeLine &line);

// Whether a line there takes precedence over our file @own: files in the order of their names, then
// the command line.
bool comes_after(const Origin &origin, const std::string &own);

enum class ManagedFile : std::uint8_t { Modprobe, ModulesLoad };

// The whole configuration, our own files included.
struct Configured {
    ModprobeConfiguration modprobe;
    EnabledModules enabled;

    static Configured read(const ConfigurationPlaces &places);
};

// Decides by the configuration, and changes the text accordingly. Called more than once.
using EditManaged = std::function<Result<void>(const Configured &now, ManagedText &text)>;

// Edits @file by @work and returns the changes. While it decides and writes, nobody else changes
// either of our files. If there is nothing to change, it writes nothing, and needs no right to
// write.
Result<Changes> edit_managed_file(const ConfigurationPlaces &places, ManagedFile file,
                                  const EditManaged &work);

} // namespace mk
