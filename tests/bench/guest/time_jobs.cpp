// SPDX-License-Identifier: GPL-2.0-only
// How long it takes to load all modules of a list, dependencies included, by the ways that a user
// has: each a process that is started, or a call on the bus, until it says that it is done. Beside
// them the floor: the system calls alone. All modules are unloaded again before the next one's
// turn. The driver's record says what the kernel was asked.
#include <cerrno>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <sys/syscall.h>
#include <system_error>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include "commands.hpp"
#include "json_array.hpp"
#include "planned_loads.hpp"
#include "process.hpp"
#include "record_contenders.hpp"

namespace mk::bench {

namespace {

constexpr std::size_t buffer_bytes = 65536;
constexpr std::uint64_t answer_us = 300'000'000;

std::vector<std::string> read_lines(const std::string &path) {
    std::ifstream file(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
        lines.push_back(line);
    if (lines.empty())
        throw std::runtime_error(path + " is empty or missing");
    return lines;
}

// Newest first, as the kernel lists them.
std::vector<std::string> loaded_now() {
    auto lines = read_lines("/proc/modules");
    for (auto &line : lines)
        line.resize(line.find(' '));
    return lines;
}

class Bus {
  public:
    Bus() {
        if (int error = sd_bus_open_system(&bus_); error < 0)
            throw std::system_error(-error, std::generic_category(), "the bus");
    }
    ~Bus() { sd_bus_flush_close_unref(bus_); }
    Bus(const Bus &) = delete;
    Bus &operator=(const Bus &) = delete;

    void load_all(const std::vector<std::string> &names) {
        std::vector<char *> targets;
        for (const auto &name : names)
            targets.push_back(const_cast<char *>(name.c_str()));
        targets.push_back(nullptr);
        sd_bus_message *call = nullptr;
        sd_bus_error problem = SD_BUS_ERROR_NULL;
        int error = sd_bus_message_new_method_call(bus_, &call, "org.modkeeper1", "/org/modkeeper1",
                                                   "org.modkeeper1.Manager", "LoadAll");
        if (error >= 0)
            error = sd_bus_message_append_strv(call, targets.data());
        if (error >= 0)
            error = sd_bus_message_append(call, "a{sv}", 0);
        if (error >= 0)
            error = sd_bus_call(bus_, call, answer_us, &problem, nullptr);
        sd_bus_message_unref(call);
        if (error < 0)
            throw std::runtime_error(problem.message ? problem.message : std::strerror(-error));
    }

  private:
    sd_bus *bus_ = nullptr;
};

// Gives back the kernel as it was: a module that another one needs goes after that one.
void unload_down_to(std::size_t count) {
    for (int pass = 0; pass < 200; pass++) {
        auto modules = loaded_now();
        if (modules.size() == count)
            return;
        modules.resize(modules.size() - count);
        for (const auto &name : modules)
            syscall(SYS_delete_module, name.c_str(), O_NONBLOCK);
    }
    throw std::runtime_error(loaded_now().front() + " cannot be unloaded");
}

// The first of these that the kernel takes: some find no hardware here.
std::vector<std::string> loadable(const std::vector<std::string> &names, std::size_t wanted) {
    std::vector<std::string> picked;
    for (const auto &name : names) {
        if (picked.size() == wanted)
            return picked;
        try {
            run({"/tools/modprobe", name});
            picked.push_back(name);
        } catch (const std::runtime_error &) {
        }
    }
    if (picked.size() < wanted)
        throw std::runtime_error("too few modules can be loaded");
    return picked;
}

void write_lines(const std::string &path, const std::vector<std::string> &lines) {
    std::ofstream file(path);
    for (const auto &line : lines)
        file << line << '\n';
}

struct Contender {
    const char *name;
    std::function<void(const std::vector<std::string> &)> load;
    std::vector<std::uint64_t> ns;
    std::uint64_t loads = 0;   // that the kernel was asked for and began
    std::uint64_t refused = 0; // that it was asked for in vain: one that is there already, say
};

// Adds what the kernel was asked for since the reader was at its end.
void count_calls(DeviceReader &reader, Contender &contender) {
    auto records = reader.take_bytes();
    const char *at = reinterpret_cast<const char *>(records.data());
    const char *end = at + records.size() * sizeof(records[0]);
    while (at < end) {
        const auto &record = *reinterpret_cast<const modkeeper_record *>(at);
        if (record.kind == MODKEEPER_RECORD_LOST)
            throw std::runtime_error("the ring is too small for this list");
        contender.loads += record.kind == MODKEEPER_RECORD_LOAD_BEGIN;
        contender.refused += record.kind == MODKEEPER_RECORD_LOAD_FAILED;
        at += record.size;
    }
}

// What modprobe makes of these names: the modules and their order, for the floor.
PlannedLoads learn_plan(const std::vector<std::string> &names, std::size_t before) {
    std::vector<std::string> words = {"/tools/modprobe", "-a"};
    words.insert(words.end(), names.begin(), names.end());
    run(words);
    auto plan = plan_of_loaded(before);
    unload_down_to(before);
    return plan;
}

std::vector<Contender> all_contenders(const std::string &list, Bus &bus, const PlannedLoads &plan) {
    using Names = std::vector<std::string>;
    auto with = [](Names words, const Names &names) {
        words.insert(words.end(), names.begin(), names.end());
        return words;
    };
    std::vector<Contender> contenders;
    auto add = [&](const char *name, std::function<void(const Names &)> load) {
        contenders.push_back({name, std::move(load), {}});
    };
    add("modkeeper load --all", [=](const Names &names) {
        run(with({"/bin/modkeeper", "load", "--all"}, names));
    });
    add("Manager.LoadAll on D-Bus", [&bus](const Names &names) { bus.load_all(names); });
    add("modprobe -a", [=](const Names &names) { run(with({"/tools/modprobe", "-a"}, names)); });
    add("modprobe, one by one", [](const Names &names) {
        for (const auto &name : names)
            run({"/tools/modprobe", name});
    });
    add("systemd-modules-load", [list](const Names &) {
        run({"/tools/systemd-modules-load", list});
    });
    add("finit_module alone, one thread", [&plan](const Names &) { load_planned(plan, 1); });
    add("finit_module alone, two threads", [&plan](const Names &) { load_planned(plan, 2); });
    return contenders;
}

void print(const std::string &label, const Contender &contender) {
    std::uint64_t rounds = contender.ns.size();
    std::printf("{\"job\": \"jobs\", \"list\": \"%s\", \"contender\": \"%s\", "
                "\"modules\": %" PRIu64 ", \"refused\": %" PRIu64 ", \"ns\": %s}\n",
                label.c_str(), contender.name, contender.loads / rounds, contender.refused,
                json_array(contender.ns).c_str());
}

} // namespace

int time_jobs(const Arguments &arguments) {
    const auto &label = arguments[0];
    int rounds = std::stoi(arguments[1]);
    std::size_t before = loaded_now().size();
    auto names = loadable(read_lines(arguments[2]), std::stoul(arguments[3]));
    unload_down_to(before);
    const std::string list = "/run/names";
    write_lines(list, names);
    DeviceReader reader(buffer_bytes);
    Bus bus;
    const auto plan = learn_plan(names, before);
    auto contenders = all_contenders(list, bus, plan);
    // the first round warms up
    for (int round = 0; round <= rounds; round++)
        for (auto &contender : contenders) {
            reader.seek_end();
            auto start = std::chrono::steady_clock::now();
            contender.load(names);
            std::chrono::nanoseconds spent = std::chrono::steady_clock::now() - start;
            if (round > 0) {
                count_calls(reader, contender);
                contender.ns.push_back(static_cast<std::uint64_t>(spent.count()));
            }
            unload_down_to(before);
        }
    for (const auto &contender : contenders)
        print(label, contender);
    return 0;
}

} // namespace mk::bench
