// SPDX-License-Identifier: GPL-2.0-only
// What the driver takes: memory of the whole guest before its insmod, after it, and after it has
// been asked for a snapshot, several times over. The guest does nothing else, so that the middle of
// the differences is the driver's.
#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <unistd.h>

#include "commands.hpp"
#include "contenders.hpp"
#include "module_file.hpp"

namespace mk::bench {

namespace {

constexpr std::int64_t page = 4096;

struct Usage {
    std::int64_t used = 0;    // bytes not free: not in the buddy allocator nor in a CPU's list
    std::int64_t slab = 0;    // bytes of live objects
    std::int64_t vmalloc = 0; // bytes behind vmalloc areas, module text included
};

std::int64_t free_bytes() {
    std::ifstream zones("/proc/zoneinfo");
    std::int64_t pages = 0;
    for (std::string line; std::getline(zones, line);) {
        std::istringstream words(line);
        std::string first, second;
        words >> first >> second;
        if (first == "nr_free_pages" || first == "count:")
            pages += std::stoll(second);
    }
    return pages * page;
}

std::int64_t slab_bytes() {
    std::ifstream slabs("/proc/slabinfo");
    std::int64_t bytes = 0;
    for (std::string line; std::getline(slabs, line);) {
        std::istringstream words(line);
        std::string name;
        std::int64_t active = 0, all = 0, size = 0;
        if (words >> name >> active >> all >> size)
            bytes += active * size;
    }
    return bytes;
}

std::int64_t vmalloc_bytes() {
    std::ifstream areas("/proc/vmallocinfo");
    std::int64_t bytes = 0;
    for (std::string line; std::getline(areas, line);) {
        auto pages = line.find(" pages=");
        if (pages != line.npos)
            bytes += std::stoll(line.substr(pages + 7)) * page;
    }
    return bytes;
}

Usage usage_now() {
    std::ofstream("/proc/sys/vm/drop_caches") << "3\n";
    usleep(200'000);
    std::ofstream("/proc/sys/vm/drop_caches") << "3\n";
    usleep(200'000);
    return {-free_bytes(), slab_bytes(), vmalloc_bytes()};
}

std::int64_t number_in(const std::string &path) {
    std::ifstream file(path);
    std::int64_t number = 0;
    if (!(file >> number))
        throw std::runtime_error("cannot read " + path);
    return number;
}

std::int64_t middle_of(std::vector<std::int64_t> numbers) {
    std::sort(numbers.begin(), numbers.end());
    return numbers[numbers.size() / 2];
}

// What there is more of than at the start, cycle after cycle.
struct Growth {
    std::vector<std::int64_t> used, slab, vmalloc;

    void add(const Usage &before, const Usage &after) {
        used.push_back(after.used - before.used);
        slab.push_back(after.slab - before.slab);
        vmalloc.push_back(after.vmalloc - before.vmalloc);
    }

    void print(const char *when, std::size_t modules, std::int64_t core_size) const {
        auto [least, most] = std::minmax_element(used.begin(), used.end());
        std::printf("{\"job\": \"memory\", \"when\": \"%s\", \"modules\": %zu, \"used\": %" PRId64
                    ", \"used_min\": %" PRId64 ", \"used_max\": %" PRId64 ", \"slab\": %" PRId64
                    ", \"vmalloc\": %" PRId64 ", \"core_size\": %" PRId64 "}\n",
                    when, modules, middle_of(used), *least, *most, middle_of(slab),
                    middle_of(vmalloc), core_size);
    }
};

} // namespace

int measure_memory(const Arguments &arguments) {
    int cycles = std::stoi(arguments[0]);
    ModuleFile driver(arguments[1]);
    std::string parameters = arguments.size() > 2 ? arguments[2] : "";
    Growth loaded, asked;
    std::int64_t core_size = 0;
    std::size_t modules = 0;
    // the first cycle warms up
    for (int cycle = 0; cycle <= cycles; cycle++) {
        Usage before = usage_now();
        if (int error = driver.load(parameters.c_str()))
            throw std::system_error(error, std::generic_category(), "load " + driver.name());
        Usage after = usage_now();
        {
            ModuleList list;
            if (!DriverSnapshot().take(list))
                throw std::runtime_error("the driver gave no snapshot");
            modules = list.modules().size();
        }
        Usage later = usage_now();
        core_size = number_in("/sys/module/" + driver.name() + "/coresize");
        if (int error = driver.unload())
            throw std::system_error(error, std::generic_category(), "unload " + driver.name());
        if (cycle == 0)
            continue;
        loaded.add(before, after);
        asked.add(before, later);
    }
    loaded.print("after insmod", modules, core_size);
    asked.print("after a snapshot", modules, core_size);
    return 0;
}

} // namespace mk::bench
