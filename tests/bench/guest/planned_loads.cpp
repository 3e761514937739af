// SPDX-License-Identifier: GPL-2.0-only
#include "planned_loads.hpp"

#include <condition_variable>
#include <cstring>
#include <fstream>
#include <functional>
#include <libkmod.h>
#include <memory>
#include <mutex>
#include <queue>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <unordered_map>

#include "module_file.hpp"

namespace mk::bench {

namespace {

struct Loaded {
    std::string name;
    std::vector<std::string> users;
};

// Oldest first: the kernel lists the newest first.
std::vector<Loaded> loaded_beyond(std::size_t before) {
    std::ifstream file("/proc/modules");
    std::vector<Loaded> modules;
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        Loaded module;
        std::string size, references, users;
        words >> module.name >> size >> references >> users;
        std::istringstream list(users);
        for (std::string user; std::getline(list, user, ',');)
            if (user != "-")
                module.users.push_back(user);
        modules.insert(modules.begin(), std::move(module));
    }
    modules.erase(modules.begin(), modules.begin() + static_cast<std::ptrdiff_t>(before));
    return modules;
}

class Paths {
  public:
    Paths() : context_(kmod_new(nullptr, nullptr), kmod_unref) {}

    std::string of(const std::string &name) const {
        kmod_module *module = nullptr;
        if (kmod_module_new_from_name(context_.get(), name.c_str(), &module) < 0)
            throw std::runtime_error(name + " is not a module's name");
        const char *path = kmod_module_get_path(module);
        std::string found = path ? path : "";
        kmod_module_unref(module);
        if (found.empty())
            throw std::runtime_error(name + " has no file");
        return found;
    }

  private:
    std::unique_ptr<kmod_ctx, decltype(&kmod_unref)> context_;
};

// What can be loaded now, shared by the threads.
class Ready {
  public:
    explicit Ready(const PlannedLoads &plan) : plan_(plan), left_(plan.size()) {
        for (std::size_t place = 0; place < plan.size(); place++) {
            missing_.push_back(plan[place].needs);
            if (!plan[place].needs)
                places_.push(place);
        }
    }

    void work() {
        std::unique_lock lock(mutex_);
        for (;;) {
            changed_.wait(lock, [this] { return !places_.empty() || !left_; });
            if (!left_)
                return;
            std::size_t place = places_.top();
            places_.pop();
            lock.unlock();
            int error = ModuleFile(plan_[place].path).load();
            lock.lock();
            end(place, error);
        }
    }

    const std::string &failure() const { return failure_; }

  private:
    void end(std::size_t place, int error) {
        left_--;
        if (error) {
            failure_ = plan_[place].path + ": " + std::strerror(error);
            left_ = 0;
        }
        for (auto user : plan_[place].users)
            if (--missing_[user] == 0)
                places_.push(user);
        changed_.notify_all();
    }

    const PlannedLoads &plan_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> places_;
    std::vector<std::size_t> missing_;
    std::size_t left_;
    std::string failure_;
};

} // namespace

PlannedLoads plan_of_loaded(std::size_t before) {
    auto modules = loaded_beyond(before);
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t place = 0; place < modules.size(); place++)
        places[modules[place].name] = place;
    Paths paths;
    PlannedLoads plan(modules.size());
    for (std::size_t place = 0; place < modules.size(); place++) {
        plan[place].name = modules[place].name;
        plan[place].path = paths.of(modules[place].name);
        for (const auto &user : modules[place].users) {
            plan[place].users.push_back(places.at(user));
            plan[places.at(user)].needs++;
        }
    }
    return plan;
}

void load_planned(const PlannedLoads &plan, unsigned threads) {
    Ready ready(plan);
    std::vector<std::jthread> workers;
    for (unsigned i = 0; i < threads; i++)
        workers.emplace_back([&ready] { ready.work(); });
    workers.clear(); // waits for them
    if (!ready.failure().empty())
        throw std::runtime_error(ready.failure());
}

} // namespace mk::bench
