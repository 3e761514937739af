// SPDX-License-Identifier: GPL-2.0-only
// One line on the terminal that says how far a job is, from the signals of its object.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/client/bus_connection.hpp"

namespace mk::cli {

class JobProgress {
  public:
    // Listens from now on, where stderr is a terminal; elsewhere it does nothing.
    explicit JobProgress(sd_bus *bus);
    JobProgress(const JobProgress &) = delete;
    JobProgress &operator=(const JobProgress &) = delete;
    // Takes the line away.
    ~JobProgress();

    // The object of the job that this connection has asked for; "" before it is known.
    const std::string &job() const { return job_; }

  private:
    void show();
    static int on_new(sd_bus_message *signal, void *userdata, sd_bus_error *error);
    static int on_change(sd_bus_message *signal, void *userdata, sd_bus_error *error);

    sd_bus *bus_;
    bool is_shown_ = false;
    std::string job_;
    std::string verb_;
    std::string state_ = "waiting";
    std::uint32_t planned_ = 0;
    std::uint32_t ended_ = 0;
    std::vector<std::string> current_;
    Slot new_;
    Slot change_;
};

} // namespace mk::cli
