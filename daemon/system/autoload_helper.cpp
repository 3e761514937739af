// SPDX-License-Identifier: GPL-2.0-only
#include "system/autoload_helper.hpp"

#include <unistd.h>

#include "base/root_path.hpp"
#include "base/text_file.hpp"

namespace mk {

AutoloadHelper AutoloadHelper::read(const std::string &root) {
    const auto path = read_value(path_in(root, "/proc/sys/kernel/modprobe"));
    if (!path)
        return {};
    if (path->empty())
        return {State::Empty, {}};
    const bool can_run = access(path_in(root, *path).c_str(), X_OK) == 0;
    return {can_run ? State::There : State::Missing, *path};
}

} // namespace mk
