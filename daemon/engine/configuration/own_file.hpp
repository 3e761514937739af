// SPDX-License-Identifier: GPL-2.0-only
// Our own files in modprobe.d and modules-load.d as texts: lines are added at the end and taken
// out, all others stay as somebody wrote them.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/configuration/change.hpp"
#include "engine/configuration/modprobe_lines.hpp"
#include "error.hpp"

namespace mk::engine {

class OwnText {
  public:
    OwnText(std::string file, std::string_view text);

    void add(const std::string &line);
    // Of each logical line of modprobe.d: what shall be there instead; the same text: it stays, "":
    // it goes.
    void rewrite_modprobe(const std::function<std::string(const ModprobeLine &)> &instead);
    // Takes out the lines of modules-load.d that name one of these.
    void remove_modules(const std::function<bool(const std::string &name)> &unwanted);

    // "" when nothing is left but our heading.
    std::string text() const;
    const Changes &changes() const { return changes_; }

  private:
    std::string physical(unsigned first, unsigned count) const;
    void replace(unsigned first, unsigned count, const std::string &line);

    std::string file_;
    std::vector<std::string> lines_;
    Changes changes_;
};

// For rewrite_modprobe(): "as it is".
std::string as_it_is(const ModprobeLine &line);

// Edits @file by @work and returns what was changed.
Result<Changes> edit_own_file(const std::string &file,
                              const std::function<Result<void>(OwnText &)> &work);

} // namespace mk::engine
