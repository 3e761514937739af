// SPDX-License-Identifier: GPL-2.0-only
// Client of the daemon's jobs: it starts a load, unload or reload, shows its progress, and cancels
// it if the person at the terminal interrupts. Or it starts the job and does not wait.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/client/bus_connection.hpp"

namespace mk::cli {

// Options for the daemon besides names and parameters; unset ones are not sent.
struct JobOptions {
    std::vector<const char *> flags; // as the D-Bus interface names them
    std::optional<std::chrono::seconds> wait;
    std::optional<std::chrono::seconds> timeout;
    std::string file;
};

class JobClient {
  public:
    using Names = std::vector<std::string>;

    // Connects to the system bus, which starts the daemon if it is not running. @may_ask: whether
    // polkit may ask the person at the terminal.
    static Result<JobClient> connect(bool may_ask = true);

    // The name of the module that is now live, or, for an alias, the first of them.
    Result<std::string> load(const std::string &target, const Names &parameters,
                             const JobOptions &options);
    // The loaded modules.
    Result<Names> load_all(const Names &targets, const JobOptions &options);
    // The unloaded modules.
    Result<Names> unload(const Names &names, const JobOptions &options);
    Result<std::string> reload(const std::string &name, const Names &parameters,
                               const JobOptions &options);

    // verb: load, unload, reload; parameters and options are those of that verb. Returns the job's
    // number.
    Result<std::uint32_t> start(const char *verb, const Names &targets, const Names &parameters,
                                const JobOptions &options);
    // NotFound if there is no such job, or it has ended.
    Result<void> cancel(std::uint32_t job);

  private:
    JobClient(Bus bus, bool may_ask) : bus_(std::move(bus)), may_ask_(may_ask) {}
    Result<Message> new_call(const char *method) const;
    // Fills in the options, sends it and waits for the answer.
    Result<Message> run(Message call, const JobOptions &options);

    Bus bus_;
    bool may_ask_;
};

} // namespace mk::cli
