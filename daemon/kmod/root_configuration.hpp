// SPDX-License-Identifier: GPL-2.0-only
// What libkmod is given of another root. It opens files by their names and follows links from this
// machine's root: so it gets the configuration as one text, and an index without such links.
#pragma once

#include <string>
#include <string_view>

#include "base/descriptor.hpp"
#include "base/error.hpp"
#include "kmod/modprobe_configuration.hpp"

namespace mk {

// All that counts of @sources, the command line too, as one file in memory, to be opened by
// /proc/self/fd.
Result<Descriptor> text_for_libkmod(const ModprobeSources &sources);

// What the root says of the @options that libkmod has put together from that text: they end with
// what the command line of the kernel that runs says of a module of that name.
std::string options_of_root(std::string_view options);

// BadFormat: a file of the index at @module_dir is a link that leads elsewhere than within @root.
Result<void> check_index_links(const std::string &root, const std::string &module_dir);

} // namespace mk
