// SPDX-License-Identifier: GPL-2.0-only
// Configuration for libkmod of another root. libkmod opens files by name and follows links from
// this machine's root, so it gets the configuration as one text, and an index without such links.
#pragma once

#include <string>
#include <string_view>

#include "base/descriptor.hpp"
#include "base/error.hpp"
#include "kmod/modprobe_configuration.hpp"

namespace mk {

// All effective files of @sources and the command line, as one file in memory, to be opened by
// /proc/self/fd.
Result<Descriptor> text_for_libkmod(const ModprobeSources &sources);

// The part of the root in the @options that libkmod has composed from that text: they end with what
// the running kernel's command line says about a module of that name.
std::string options_of_root(std::string_view options);

// BadFormat: a file of the index at @module_dir is a symbolic link that leads out of @root.
Result<void> check_index_links(const std::string &root, const std::string &module_dir);

} // namespace mk
