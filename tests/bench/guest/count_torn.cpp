// SPDX-License-Identifier: GPL-2.0-only
// Lists of modules taken while another process loads and unloads some, and how many of them
// contradict themselves. The contenders take turns and meet the same churn; those that are much
// quicker are asked several times a turn.
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>

#include "commands.hpp"
#include "consistency.hpp"
#include "contenders.hpp"
#include "module_file.hpp"

namespace mk::bench {

namespace {

constexpr int driver_calls_a_turn = 20;
constexpr int proc_calls_a_turn = 5;

struct Contender {
    const char *name;
    int calls_a_turn;
    std::function<bool(ModuleList &)> take;
    std::uint64_t lists = 0;
    std::uint64_t torn = 0;
    std::uint64_t failed = 0;
    Contradictions sum = {};
};

// A process that loads the files in order and unloads them in reverse, for ever.
class Churn {
  public:
    explicit Churn(const std::vector<std::string> &paths)
        : rounds_(static_cast<std::atomic<std::uint64_t> *>(
              mmap(nullptr, sizeof(*rounds_), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                   -1, 0))) {
        if (rounds_ == MAP_FAILED)
            throw std::runtime_error("no memory to share with the loading process");
        std::vector<std::unique_ptr<ModuleFile>> files;
        for (const std::string &path : paths)
            files.push_back(std::make_unique<ModuleFile>(path));
        child_ = fork();
        if (child_ < 0)
            throw std::runtime_error("cannot start the loading process");
        if (child_ == 0)
            run(files);
    }

    ~Churn() {
        kill(child_, SIGTERM);
        waitpid(child_, nullptr, 0);
    }

    Churn(const Churn &) = delete;
    Churn &operator=(const Churn &) = delete;

    std::uint64_t rounds() const { return *rounds_; }

  private:
    [[noreturn]] void run(const std::vector<std::unique_ptr<ModuleFile>> &files) {
        for (;;) {
            for (const auto &file : files)
                file->load();
            for (auto file = files.rbegin(); file != files.rend(); ++file)
                (*file)->unload();
            ++*rounds_;
        }
    }

    std::atomic<std::uint64_t> *rounds_;
    pid_t child_ = -1;
};

std::vector<std::string> loaded_now() {
    ModuleList list;
    ProcModules proc; // the names lie in it
    if (!proc.take(list))
        throw std::runtime_error("/proc/modules gave no answer");
    std::vector<std::string> names;
    for (const Module &module : list.modules())
        names.emplace_back(module.name);
    std::sort(names.begin(), names.end());
    return names;
}

void judge(Contender &contender, const ModuleList &list, const std::vector<std::string> &staying) {
    Contradictions found = contradictions_of(list, staying);
    contender.lists++;
    contender.torn += found.any();
    contender.sum.absent_users += found.absent_users;
    contender.sum.duplicates += found.duplicates;
    contender.sum.missing += found.missing;
    contender.sum.few_references += found.few_references;
}

double seconds_now() {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

} // namespace

int count_torn(const Arguments &arguments) {
    double seconds = std::stod(arguments[0]);
    std::vector<std::string> staying = loaded_now();
    ModuleList list;
    std::optional<DriverSnapshot> driver;
    if (access("/dev/modkeeper", F_OK) == 0)
        driver.emplace();
    ProcModules proc;
    SysfsWalk sysfs;
    Libkmod libkmod;

    std::vector<Contender> contenders;
    if (driver)
        contenders.push_back(
            {"driver", driver_calls_a_turn, [&](ModuleList &l) { return driver->take(l); }});
    contenders.push_back(
        {"/proc/modules", proc_calls_a_turn, [&](ModuleList &l) { return proc.take(l); }});
    contenders.push_back({"sysfs walk", 1, [&](ModuleList &l) { return sysfs.take(l); }});
    contenders.push_back({"libkmod", 1, [&](ModuleList &l) { return libkmod.take(l); }});

    std::uint64_t churn_rounds;
    {
        Churn churn({arguments.begin() + 1, arguments.end()});
        double end = seconds_now() + seconds;
        while (seconds_now() < end) {
            for (Contender &contender : contenders) {
                for (int call = 0; call < contender.calls_a_turn; call++) {
                    if (contender.take(list))
                        judge(contender, list, staying);
                    else
                        contender.failed++;
                }
            }
        }
        churn_rounds = churn.rounds();
    }
    for (const Contender &contender : contenders)
        std::printf("{\"job\": \"torn\", \"contender\": \"%s\", \"lists\": %" PRIu64
                    ", \"torn\": %" PRIu64 ", \"failed\": %" PRIu64 ", \"absent_users\": %" PRIu64
                    ", \"duplicates\": %" PRIu64 ", \"missing\": %" PRIu64
                    ", \"few_references\": %" PRIu64 ", \"churn_rounds\": %" PRIu64 "}\n",
                    contender.name, contender.lists, contender.torn, contender.failed,
                    contender.sum.absent_users, contender.sum.duplicates, contender.sum.missing,
                    contender.sum.few_references, churn_rounds);
    return churn_rounds > 0 ? 0 : 1;
}

} // namespace mk::bench
