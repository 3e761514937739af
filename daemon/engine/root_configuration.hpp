// SPDX-License-Identifier: GPL-2.0-only
// What libkmod is given of another root. It opens files by their names and follows links from this
// machine's root: so it gets the configuration as one text, and an index without such links.
#pragma once

#include "engine/configuration/modprobe_configuration.hpp"
#include "engine/descriptor.hpp"
#include "error.hpp"

namespace mk::engine {

// All that counts of @sources, as one file in memory, to be opened by /proc/self/fd.
Result<Descriptor> text_for_libkmod(const ModprobeSources &sources);

// BadFormat: a file of the index at @module_dir is a link that leads elsewhere than within @root.
Result<void> check_index_links(const std::string &root, const std::string &module_dir);

} // namespace mk::engine
