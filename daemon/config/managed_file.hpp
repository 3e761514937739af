// SPDX-License-Identifier: GPL-2.0-only
// Our own files in modprobe.d and modules-load.d as texts: lines are added at the end and taken
// out, all others stay as somebody wrote them.
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
    // @is_public: may every user read the file? Else what its lines say is not told.
    ManagedText(std::string file, std::string_view text, bool is_public);

    void add(const std::string &line);
    // Of each logical line of modprobe.d: what shall be there instead; the same text: it stays, "":
    // it goes.
    void rewrite_modprobe(const std::function<std::string(const ModprobeLine &)> &instead);
    // Takes out the lines of modules-load.d that name one of these.
    void remove_modules(const std::function<bool(const std::string &name)> &unwanted);

    // Told beside what is changed: @origin says so already; something that is to be known.
    void keep(const Origin &origin);
    void note(std::string sentence);

    // What must be so once the text is in its place.
    using Effect = std::function<Result<void>(const ModprobeConfiguration &then)>;
    void expect(Effect effect);
    // Does all that is expected come about? @now: with what the file held before.
    Result<void> check(const ModprobeConfiguration &now) const;

    // "" when nothing is left but our heading.
    std::string text() const;
    // What was changed, then the rest.
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

// For rewrite_modprobe(): "as it is".
std::string as_it_is(const ModprobeLine &line);

// Does what stands there count after our file @own? Files do in the order of their names, the
// command line is the last.
bool comes_after(const Origin &origin, const std::string &own);

enum class ManagedFile : std::uint8_t { Modprobe, ModulesLoad };

// What the whole configuration says, our own files included.
struct Configured {
    ModprobeConfiguration modprobe;
    EnabledModules enabled;

    static Configured read(const ConfigurationPlaces &places);
};

// Decides by what is configured, and changes the text accordingly. Called more than once.
using EditManaged = std::function<Result<void>(const Configured &now, ManagedText &text)>;

// Edits @file by @work and returns what was changed. While it decides and writes, nobody else
// changes either of our files. Nothing is written, and no right to write needed, when there is
// nothing to change.
Result<Changes> edit_managed_file(const ConfigurationPlaces &places, ManagedFile file,
                                  const EditManaged &work);

} // namespace mk
