// SPDX-License-Identifier: GPL-2.0-only
// Loads modules from a list of files, dependencies first, until so many are loaded. A module that
// finds no hardware or is refused is passed over; so are, then, those that need it.
#include <cstdio>
#include <cstring>
#include <fstream>

#include "commands.hpp"
#include "module_file.hpp"

namespace mk::bench {

namespace {

std::size_t loaded_now() {
    std::ifstream modules("/proc/modules");
    std::size_t count = 0;
    for (std::string line; std::getline(modules, line);)
        count++;
    return count;
}

} // namespace

int load_modules(const Arguments &arguments) {
    std::ifstream list(arguments[0]);
    std::size_t wanted = std::stoul(arguments[1]);
    std::size_t loaded = loaded_now(), refused = 0;
    for (std::string path; loaded < wanted && std::getline(list, path);) {
        int error = ModuleFile(path).load();
        if (error == 0) {
            loaded++;
        } else {
            refused++;
            std::fprintf(stderr, "%s: %s\n", path.c_str(), std::strerror(error));
        }
    }
    std::printf("{\"job\": \"load-modules\", \"wanted\": %zu, \"loaded\": %zu, \"refused\": %zu}\n",
                wanted, loaded, refused);
    return loaded == wanted ? 0 : 1;
}

} // namespace mk::bench
