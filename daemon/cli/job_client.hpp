// SPDX-License-Identifier: GPL-2.0-only
// Has the daemon load, unload and reload, tells meanwhile how far it is, and cancels what it does
// when the person at the terminal interrupts.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/bus_connection.hpp"
#include "error.hpp"

namespace mk::cli {

// What the daemon is told beside names and parameters; what is not set is not sent.
struct JobOptions {
    std::vector<const char *> flags; // as the D-Bus interface names them
    std::optional<std::chrono::seconds> wait;
    std::optional<std::chrono::seconds> timeout;
    std::string file;
};

class JobClient {
  public:
    using Names = std::vector<std::string>;

    // Connects to the system bus, which starts the daemon when it is not running.
    static Result<JobClient> connect();

    // The name of the module that is live now, or for an alias the first of them.
    Result<std::string> load(const std::string &target, const Names &parameters,
                             const JobOptions &options);
    // Those that were loaded.
    Result<Names> load_all(const Names &targets, const JobOptions &options);
    // Those that went.
    Result<Names> unload(const Names &names, const JobOptions &options);
    Result<std::string> reload(const std::string &name, const Names &parameters,
                               const JobOptions &options);

  private:
    explicit JobClient(Bus bus) : bus_(std::move(bus)) {}
    Result<Message> new_call(const char *method) const;
    // Fills in the options, sends it and waits for the answer.
    Result<Message> run(Message call, const JobOptions &options);

    Bus bus_;
};

} // namespace mk::cli
