// SPDX-License-Identifier: GPL-2.0-only
// Guest instructions of the policy: to set one, to have a load judged by it, and to refuse a
// request of the kernel for a module, beside what an administrator writes into modprobe.d for that.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

#include <linux/modkeeper.h>

#include "commands.hpp"
#include "guest_clock.hpp"
#include "json_array.hpp"
#include "module_file.hpp"
#include "sysfs_file.hpp"

namespace mk::bench {

namespace {

constexpr int asked_family = 33; // of a module that the guest does not have
constexpr int warm_up = 3;

// As `modkeeper policy compile` wrote it, without the header of the file.
std::string block_of(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    if (bytes.size() <= sizeof(modkeeper_policy_file))
        throw std::runtime_error("no policy in " + path);
    return bytes.substr(sizeof(modkeeper_policy_file));
}

class Driver {
  public:
    Driver() : device_(open("/dev/modkeeper", O_RDWR | O_CLOEXEC)) {
        if (!device_)
            throw std::system_error(errno, std::generic_category(), "/dev/modkeeper");
    }

    // An empty @block takes the policy away.
    std::uint64_t set(const std::string &block, __u32 load_mode, __u32 request_mode) const {
        modkeeper_policy_set set{};
        set.policy = reinterpret_cast<__u64>(block.data());
        set.size = static_cast<__u32>(block.size());
        set.expected_generation = MODKEEPER_POLICY_ANY_GENERATION;
        set.load_mode = load_mode;
        set.request_mode = request_mode;
        const std::uint64_t start = instructions_now();
        const int done = ioctl(device_.get(), MODKEEPER_IOC_POLICY_SET, &set);
        const std::uint64_t spent = instructions_now() - start;
        if (done != 0)
            throw std::system_error(errno, std::generic_category(),
                                    "set a policy: fault " + std::to_string(set.fault));
        return spent;
    }

    // Of the whole system call.
    std::uint64_t judge(const char *name) const {
        modkeeper_policy_test test{};
        std::strncpy(test.name, name, sizeof(test.name) - 1);
        test.gate = MODKEEPER_POLICY_GATE_LOAD;
        test.realtime_ns = 1;
        const std::uint64_t start = instructions_now();
        const int done = ioctl(device_.get(), MODKEEPER_IOC_POLICY_TEST, &test);
        const std::uint64_t spent = instructions_now() - start;
        if (done != 0)
            throw std::system_error(errno, std::generic_category(), "ask the policy");
        return spent;
    }

  private:
    Descriptor device_;
};

void print(const std::string &contender, const char *operation,
           const std::vector<std::uint64_t> &counts) {
    std::printf("{\"job\": \"policy\", \"contender\": \"%s\", \"operation\": \"%s\", "
                "\"instructions\": %s}\n",
                contender.c_str(), operation, json_array(counts).c_str());
}

template <typename Work>
void measure(const std::string &contender, const char *operation, int rounds, Work work) {
    std::vector<std::uint64_t> counts;
    for (int round = -warm_up; round < rounds; round++) {
        const std::uint64_t spent = work();
        if (round >= 0)
            counts.push_back(spent);
    }
    print(contender, operation, counts);
}

std::uint64_t load(ModuleFile &file) {
    const std::uint64_t start = instructions_now();
    const int refused = file.load();
    const std::uint64_t spent = instructions_now() - start;
    if (refused)
        throw std::system_error(refused, std::generic_category(), "load " + file.name());
    usleep(30'000);
    file.unload();
    usleep(30'000);
    return spent;
}

std::uint64_t request() {
    const std::uint64_t start = instructions_now();
    const int made = socket(asked_family, SOCK_DGRAM, AF_INET);
    const std::uint64_t spent = instructions_now() - start;
    if (made >= 0)
        throw std::runtime_error("a request that is to be refused was not");
    return spent;
}

} // namespace

int time_policy(const Arguments &arguments) {
    const int rounds = std::stoi(arguments[0]);
    ModuleFile module(arguments[1]);
    const std::string folder = arguments[2] + "/";
    const Driver driver;
    check_instruction_clock();

    // A helper that modprobe.d sends away, before the gate that starts none.
    measure("install /bin/false", "refuse a request", rounds, request);
    driver.set(block_of(folder + "request.bin"), MODKEEPER_POLICY_MODE_OFF,
               MODKEEPER_POLICY_MODE_ENFORCE);
    measure("gate of requests", "refuse a request", rounds, request);
    driver.set("", MODKEEPER_POLICY_MODE_OFF, MODKEEPER_POLICY_MODE_OFF);

    const std::string none = "no policy";
    measure(none, "judge", rounds, [&] { return driver.judge(module.name().c_str()); });
    measure(none, "load", rounds, [&] { return load(module); });
    for (const char *rules : {"10", "10000"}) {
        const std::string contender = std::string(rules) + " rules";
        const std::string block = block_of(folder + rules + ".bin");
        const auto set = [&] {
            return driver.set(block, MODKEEPER_POLICY_MODE_ENFORCE, MODKEEPER_POLICY_MODE_OFF);
        };
        measure(contender, "set", rounds, set);
        measure(contender, "judge", rounds, [&] { return driver.judge(module.name().c_str()); });
        measure(contender, "load", rounds, [&] { return load(module); });
    }
    return 0;
}

} // namespace mk::bench
