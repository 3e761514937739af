// SPDX-License-Identifier: GPL-2.0-only
#include "bus/node_list.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace mk::bus {

int node_list(const std::vector<std::string> &paths, char ***nodes) {
    // sd-bus frees the list and its strings with free().
    auto **list = static_cast<char **>(std::calloc(paths.size() + 1, sizeof(char *)));
    if (!list)
        return -ENOMEM;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        list[i] = strdup(paths[i].c_str());
        if (list[i])
            continue;
        while (i > 0)
            std::free(list[--i]);
        std::free(list);
        return -ENOMEM;
    }
    *nodes = list;
    return 0;
}

} // namespace mk::bus
