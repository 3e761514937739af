// SPDX-License-Identifier: GPL-2.0-only
// What failed, in sentences: a load, an unload, or a tool that gave up.
#pragma once

#include <string>
#include <vector>

#include "explain/why.hpp"

namespace mk {

using Sentences = std::vector<std::string>;

// ": the file is damaged", of the last failure; "" where the cause is not known.
std::string cause_of(const Why &why);

// The failed call that the history of a loaded module does not end with; nullptr: there is none.
const driver::Event *failed_call(const Why &why);
void add_failed_call(Sentences &sentences, const Why &why, const driver::Event &failed);
// A tool that gave up, which is the last that is known of the module.
void add_tool(Sentences &sentences, const Why &why);
// Of a load that failed or has not ended.
void add_failure(Sentences &sentences, const Why &why);

// Who holds a module by now that could not be unloaded.
void add_holders(Sentences &sentences, const Diagnosis &found);
void add_remedies(Sentences &sentences, const Diagnosis &found);
// The file that a module came from, and its parameters.
void add_file(Sentences &sentences, const driver::ModuleEvent &change);

} // namespace mk
