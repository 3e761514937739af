// SPDX-License-Identifier: GPL-2.0-only
// Consent of whoever unloads or reloads a module that takes something away that is in use: asked
// for at a terminal, given by --yes elsewhere.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/module_name.hpp"
#include "cli/command.hpp"
#include "cli/ended.hpp"
#include "job/unload_preview.hpp"

namespace mk::cli {

// What the unload would take away, as this user sees it.
Result<UnloadPreview> preview_here(const UnloadRequest &request);

// The same. Nothing: it would fail, and the daemon tells why.
std::optional<UnloadPreview> look_ahead(const UnloadRequest &request);

struct ConsentQuestion {
    const char *verb;               // "unload", "reload"
    std::vector<std::string> names; // as typed
    std::string options = {};       // typed too, that the next step repeats: "--with-dependents "
    bool is_given = false;          // --yes
};

// Nothing: go on. A failure: the person has said no, or there is nobody to ask.
std::optional<Failure> without_consent(const Invocation &invocation,
                                       const ConsentQuestion &question,
                                       const UnloadPreview &preview);

// The losses that went with @modules.
std::vector<Loss> losses_with(const UnloadPreview &preview, const ModuleNames &modules);

} // namespace mk::cli
