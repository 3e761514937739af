// SPDX-License-Identifier: GPL-2.0-only
// Queue that selects the next job if there are more jobs than places: the oldest one of the account
// with the fewest running jobs. No account can fill the places; if the waiting room is full, the
// account with the most waiting jobs loses its newest one to another account. Root has places and
// room of its own.
#pragma once

#include <sys/types.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace mk::bus {

struct QueueLimits {
    std::size_t running;
    std::size_t running_of_account;
    std::size_t waiting;
    std::size_t waiting_of_account;
};

template <typename Job> class FairQueue {
  public:
    explicit FairQueue(QueueLimits limits) : limits_(limits) {}

    // The job for which there is no room, which may be another one than this.
    std::optional<Job> add(uid_t account, Job job) {
        waiting_.emplace_back(account, std::move(job));
        if (account == root)
            return std::nullopt;
        if (waiting_of(account) > limits_.waiting_of_account)
            return take_newest_of(account);
        if (waiting_.size() - waiting_of(root) > limits_.waiting)
            return take_newest_of(with_most_waiting());
        return std::nullopt;
    }

    // A job that has a place now, until ended(). Nothing: there is no place for any.
    std::optional<std::pair<uid_t, Job>> take() {
        auto next = waiting_.end();
        for (auto one = waiting_.begin(); one != waiting_.end(); ++one)
            if (has_place(one->first) &&
                (next == waiting_.end() || running_of(one->first) < running_of(next->first)))
                next = one;
        if (next == waiting_.end())
            return std::nullopt;
        auto taken = std::move(*next);
        waiting_.erase(next);
        ++running_[taken.first];
        running_of_others_ += taken.first == root ? 0 : 1;
        return taken;
    }

    // Removes those waiting for which @is_meant.
    template <typename IsMeant> void remove_if(IsMeant is_meant) {
        std::erase_if(waiting_, [&](const auto &one) { return is_meant(one.second); });
    }

    void ended(uid_t account) {
        running_of_others_ -= account == root ? 0 : 1;
        if (--running_[account] == 0)
            running_.erase(account);
    }

  private:
    static constexpr uid_t root = 0;

    std::size_t running_of(uid_t account) const {
        const auto found = running_.find(account);
        return found == running_.end() ? 0 : found->second;
    }
    bool has_place(uid_t account) const {
        if (account == root)
            return running_of(root) < limits_.running;
        return running_of_others_ < limits_.running &&
               running_of(account) < limits_.running_of_account;
    }
    std::size_t waiting_of(uid_t account) const {
        return static_cast<std::size_t>(
            std::count_if(waiting_.begin(), waiting_.end(),
                          [&](const auto &one) { return one.first == account; }));
    }
    // Among accounts with equally many, the one that came last: nobody loses their only place to a
    // newcomer.
    uid_t with_most_waiting() const {
        std::map<uid_t, std::size_t> count;
        for (const auto &[account, job] : waiting_)
            ++count[account];
        count.erase(root);
        uid_t found = root;
        for (auto one = waiting_.rbegin(); one != waiting_.rend(); ++one)
            if (one->first != root && (found == root || count[one->first] > count[found]))
                found = one->first;
        return found;
    }
    Job take_newest_of(uid_t account) {
        const auto newest = std::find_if(waiting_.rbegin(), waiting_.rend(),
                                         [&](const auto &one) { return one.first == account; });
        auto job = std::move(newest->second);
        waiting_.erase(std::next(newest).base());
        return job;
    }

    QueueLimits limits_;
    std::vector<std::pair<uid_t, Job>> waiting_; // the oldest first
    std::size_t running_of_others_ = 0;          // than root
    std::map<uid_t, std::size_t> running_;       // none is 0
};

} // namespace mk::bus
