// SPDX-License-Identifier: GPL-2.0-only
// Progress of a job as one line on the terminal, from the signals of its object.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/client/bus_connection.hpp"

namespace mk::cli {

class JobProgress {
  public:
    // Listens from now on, if stderr is a terminal; otherwise it does nothing.
    explicit JobProgress(sd_bus *bus);
    JobProgress(const JobProgress &) = delete;
    JobProgress &operator=(const JobProgress &) = delete;
    // Removes the line.
    ~JobProgress();

    // The object of this connection's job; "" before it is known.
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
