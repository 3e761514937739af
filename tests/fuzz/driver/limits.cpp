// SPDX-License-Identifier: GPL-2.0-only
// What users cause in any order: none of them gets more than a budget, nor do all together, nobody
// is refused while there is room in both, and all that is left out is told of, once.
#include <map>
#include <vector>

#include "../target.hpp"
#include "case.h"
#include "core/limits.hpp"
#include "core/reader.hpp"
#include "core/record.hpp"
#include "fake/fake.hpp"
#include "kernel/slab.hpp"

namespace {

using mk::Limits;
using mk::u32;
using mk::u64;

class Users {
  public:
    Users(const std::uint8_t *data, std::size_t size)
        : data_(data), end_(data + size),
          recorder_(mk::make<mk::Recorder>(mk::Mirror::create(65536).take(),
                                           mk::Mirror::create(65536).take())
                        .take()),
          limits_(mk::make<Limits>(*recorder_).take()), user_(mk_case_user_memory(room)) {}

    void run() {
        // few have a place each, many share them
        many_ = next() % 2;
        while (data_ < end_)
            step();
        tell();
        MUST(told_ == limits_->suppressed());
        fake::set_boottime(now_ += 3600 * second);
        for (u32 uid = 0; uid < 4; uid++)
            MUST(limits_->admit_for(uid, MODKEEPER_RECORD_REQUEST, 2));
    }

  private:
    static constexpr unsigned long room = 65536;
    static constexpr u64 second = 1000000000;
    static constexpr std::size_t looks_max = 512;
    static constexpr unsigned turns = 65; // as many as there are places, each with a few records

    std::uint8_t next() { return data_ < end_ ? *data_++ : 0; }
    u32 uid() { return many_ ? next() * 7U : next() % 4U; }
    modkeeper_record_kind kind() {
        return static_cast<modkeeper_record_kind>(1 + next() % MODKEEPER_RECORD_REFERENCE);
    }

    void step() {
        fake::set_boottime(now_);
        const std::uint8_t what = next();
        if (what < 160)
            return admit(what);
        if (what < 190)
            now_ += next() * 10'000'000ULL;
        else if (what < 200)
            now_ += next() * second;
        else if (what < 225)
            tell();
        else
            leave_out(uid(), kind());
    }

    void admit(std::uint8_t count) {
        const u32 who = uid();
        const auto what = kind();
        const u32 records = 1 + count % 2;
        for (unsigned i = 0; i < count; i++) {
            const bool admitted = limits_->admit_for(who, what, records);
            // alone in a place, and nothing of it is used up
            if (!many_ && is_unused(Limits::of_a_user, recorded_[who]) &&
                is_unused(Limits::of_all, all_))
                MUST(admitted);
            if (admitted) {
                // whoever has shared a place and then gets one has another budget there
                keep_to(Limits::of_a_user, recorded_[who], records, many_ ? 2 : 1);
                keep_to(Limits::of_all, all_, records, 1);
            } else
                left_out_[{who, what}]++;
        }
    }

    void leave_out(u32 who, modkeeper_record_kind what) {
        limits_->leave_out(who, what);
        left_out_[{who, what}]++;
    }

    using Times = std::vector<u64>; // of records

    bool is_unused(const Limits::Pace &pace, const Times &times) const {
        return times.empty() || now_ - times.back() >= pace.burst * pace.interval_ns;
    }

    // However it is spread: so many at once, and one more after each interval.
    void keep_to(const Limits::Pace &pace, Times &times, u64 records, u64 budgets) {
        times.insert(times.end(), records, now_);
        const u64 at_once = pace.burst * budgets;
        for (std::size_t i = times.size(), looks = 0; i-- && looks < looks_max; looks++)
            MUST(times.size() - i <= at_once + (now_ - times[i]) / pace.interval_ns);
    }

    // So often that all are told, however few at once.
    void tell() {
        for (unsigned turn = 0; turn < turns; turn++) {
            limits_->tell();
            read();
        }
        // a sum, where they share a place
        u64 all = 0;
        for (auto &[what, count] : left_out_) {
            if (!many_)
                MUST(count == seen_[what]);
            all += count;
        }
        MUST(all == told_);
    }

    void read() {
        mk::Reader reader(*recorder_);
        reader.pass_over(place_);
        for (;;) {
            auto got = reader.read(mk::UserBytesOut(user_), room, true);
            if (!got.ok())
                break;
            for (unsigned long at = 0; at < got.value();) {
                auto &record = *reinterpret_cast<const modkeeper_record *>(user_ + at);
                take(record);
                at += record.size;
            }
        }
        place_ = recorder_->newest();
    }

    void take(const modkeeper_record &record) {
        MUST(record.kind == MODKEEPER_RECORD_SUPPRESSED);
        MUST(record.flags == MODKEEPER_RECORD_ANYBODY);
        auto &body = reinterpret_cast<const modkeeper_record_suppressed &>(*(&record + 1));
        MUST(body.count);
        MUST(body.since_boottime_ns <= now_);
        seen_[{body.uid, body.kind}] += body.count;
        told_ += body.count;
    }

    const std::uint8_t *data_, *end_;
    mk::Owned<mk::Recorder> recorder_;
    mk::Owned<Limits> limits_;
    mk_user user_;
    mk::Cursor place_;
    bool many_ = false;
    u64 now_ = second;
    u64 told_ = 0;
    std::map<u32, Times> recorded_;
    Times all_;
    std::map<std::pair<u32, u32>, u64> left_out_, seen_; // by user and kind
};

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    Users(data, size).run();
    fake::reset();
    return 0;
}
