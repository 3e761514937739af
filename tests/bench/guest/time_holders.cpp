// SPDX-License-Identifier: GPL-2.0-only
// Guest instructions of looking for who keeps a module loaded, on a machine where many processes
// have many files open. The module's device belongs to the core of its subsystem.
#include <cstdio>
#include <fcntl.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "commands.hpp"
#include "guest_clock.hpp"
#include "json_array.hpp"
#include "process.hpp"

namespace mk::bench {

namespace {

// Processes that have files open for as long as this object lives.
class Crowd {
  public:
    Crowd(int processes, int files) {
        if (pipe2(end_, O_CLOEXEC) != 0 || pipe2(ready_, O_CLOEXEC) != 0)
            throw std::runtime_error("no pipes");
        for (int i = 0; i < processes; i++)
            add(files);
        close(end_[0]);
    }
    // They end with the last descriptor of the pipe that they read.
    ~Crowd() {
        close(end_[1]);
        while (wait(nullptr) > 0)
            ;
    }

  private:
    void add(int files) {
        const pid_t child = fork();
        if (child < 0)
            throw std::runtime_error("no more processes");
        if (child == 0) {
            close(end_[1]);
            bool opened = true;
            for (int i = 0; i < files; i++)
                opened = opened && open("/etc/bus.conf", O_RDONLY) >= 0;
            char byte = opened ? 'y' : 'n';
            if (write(ready_[1], &byte, 1) == 1)
                (void)!read(end_[0], &byte, 1);
            _exit(0);
        }
        char byte = 0;
        if (read(ready_[0], &byte, 1) != 1 || byte != 'y')
            throw std::runtime_error("a process could not open its files");
    }

    int end_[2];
    int ready_[2];
};

} // namespace

int time_holders(const Arguments &arguments) {
    const std::string module = arguments[3];
    const std::string node = arguments[4];
    const std::pair<const char *, std::vector<std::string>> contenders[] = {
        {"modkeeper holders", {"/bin/modkeeper", "holders", module}},
        {"lsof", {"/tools/lsof", "-w", "-n", node}},
        {"modkeeper --version", {"/bin/modkeeper", "--version"}}, // the floor
        {"find /proc -lname",
         {"/bin/sh", "-c", "/tools/find /proc/[0-9]*/fd -lname " + node + " 2>&1 || true"}},
    };
    const Crowd crowd(std::stoi(arguments[0]), std::stoi(arguments[1]));
    if (open(node.c_str(), O_RDONLY | O_CLOEXEC) < 0)
        throw std::runtime_error("cannot open " + node);
    check_instruction_clock();
    for (const auto &[name, words] : contenders) {
        std::vector<std::uint64_t> instructions;
        // the first round warms up
        for (int round = 0; round <= std::stoi(arguments[2]); round++) {
            const std::uint64_t start = instructions_now();
            run(words);
            const std::uint64_t spent = instructions_now() - start;
            if (round > 0)
                instructions.push_back(spent);
        }
        std::printf("{\"job\": \"holders\", \"processes\": %s, \"files\": %s, "
                    "\"contender\": \"%s\", \"instructions\": %s}\n",
                    arguments[0].c_str(), arguments[1].c_str(), name,
                    json_array(instructions).c_str());
    }
    return 0;
}

} // namespace mk::bench
