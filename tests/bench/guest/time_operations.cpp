// SPDX-License-Identifier: GPL-2.0-only
// Guest instructions of what sources of the driver watch: a write of a parameter, a reference that
// is got and put. With the driver there, also what it takes to append a mark: what a write() of one
// takes more than one that is refused for the last byte of its text.
#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <system_error>
#include <unistd.h>

#include "commands.hpp"
#include "guest_clock.hpp"
#include "json_array.hpp"
#include "sysfs_file.hpp"

namespace mk::bench {

namespace {

constexpr char parameters[] = "/sys/module/mk_bench/parameters/";
constexpr std::uint64_t pairs = 1000;
// A record of the driver is then of 200 bytes.
constexpr std::size_t mark_bytes = 119;

class Target {
  public:
    explicit Target(const std::string &path) : path_(path), file_(open(path.c_str(), O_WRONLY)) {
        if (!file_)
            throw std::system_error(errno, std::generic_category(), path);
    }

    // Of one write() at the start, which ends with @error.
    std::uint64_t instructions_of(const std::string &text, int error = 0) const {
        std::uint64_t start = instructions_now();
        ssize_t wrote = pwrite(file_.get(), text.data(), text.size(), 0);
        std::uint64_t spent = instructions_now() - start;
        if ((wrote < 0 ? errno : 0) != error)
            throw std::runtime_error("write of '" + text + "' to " + path_ +
                                     " did not end as expected");
        return spent;
    }

  private:
    std::string path_;
    Descriptor file_;
};

void print(const std::string &label, const char *operation,
           const std::vector<std::uint64_t> &counts) {
    std::printf("{\"job\": \"operation\", \"contender\": \"%s\", \"operation\": \"%s\", "
                "\"instructions\": %s}\n",
                label.c_str(), operation, json_array(counts).c_str());
}

} // namespace

int time_operations(const Arguments &arguments) {
    const std::string &label = arguments[0];
    int rounds = std::stoi(arguments[1]);
    check_instruction_clock();

    Target value(parameters + std::string("value")),
        references(parameters + std::string("references"));
    std::vector<std::uint64_t> writes, gets_and_puts;
    // the first rounds warm up
    for (int round = -3; round < rounds; round++) {
        std::uint64_t write = value.instructions_of("12345\n");
        std::uint64_t none = references.instructions_of("0\n");
        std::uint64_t many = references.instructions_of(std::to_string(pairs) + "\n");
        if (round < 0)
            continue;
        writes.push_back(write);
        gets_and_puts.push_back((many - none) / pairs);
    }
    print(label, "write of a parameter", writes);
    print(label, "get and put of a reference", gets_and_puts);

    if (access("/dev/modkeeper", F_OK) != 0)
        return 0;
    Target device("/dev/modkeeper");
    std::string good(mark_bytes, 'm'), bad = good;
    bad.back() = '\x01';
    std::vector<std::uint64_t> marks, refused;
    for (int round = -3; round < rounds; round++) {
        std::uint64_t mark = device.instructions_of(good);
        std::uint64_t no_mark = device.instructions_of(bad, EINVAL);
        if (round < 0)
            continue;
        marks.push_back(mark);
        refused.push_back(no_mark);
    }
    print(label, "write of a mark", marks);
    print(label, "write of a mark, refused", refused);
    return 0;
}

} // namespace mk::bench
