// SPDX-License-Identifier: GPL-2.0-only
// Writers of both lanes and one reader, in any order: each record is delivered, held back or lost,
// once, in the order of the numbers, and what is said to be lost is, and of whom.
#include <functional>
#include <vector>

#include "../target.hpp"
#include "case.h"
#include "core/reader.hpp"
#include "core/record.hpp"
#include "fake/fake.hpp"
#include "kernel/slab.hpp"

namespace {

using mk::Lane;
using mk::u16;
using mk::u32;
using mk::u64;

class Sized {
  public:
    Sized(u16 kind, u32 size) : kind_(kind), size_(size) {}

    u32 size() const { return size_; }
    u16 kind() const { return kind_; }
    u16 flags() const { return 0; }
    u16 body_size() const { return 0; }
    void write(modkeeper_record &header) const {
        mk::clear_bytes(&header + 1, size_ - sizeof(header));
    }

  private:
    u16 kind_;
    u32 size_;
};

class Rings {
  public:
    Rings(const std::uint8_t *data, std::size_t size)
        : data_(data), end_(data + size),
          recorder_(mk::make<mk::Recorder>(mk::Mirror::create(65536).take(),
                                           mk::Mirror::create(65536).take())
                        .take()),
          reader_(mk::make<mk::Reader>(*recorder_).take()), user_(mk_case_user_memory(room)) {}

    void run() {
        while (data_ < end_)
            step();
        filter(0);
        read_all();
    }

  private:
    static constexpr unsigned long room = 32768;

    struct Written {
        Lane lane;
        u16 kind;
        u64 before; // of its lane
    };

    std::uint8_t next() { return data_ < end_ ? *data_++ : 0; }

    void step() {
        switch (next() % 8) {
        case 0:
        case 1:
            return append();
        case 2:
            (void)read(64UL + 16UL * next());
            return;
        case 3:
            // while the first piece is copied: whoever reads is overtaken there
            fake::set_during_copy([this, once = true]() mutable {
                if (once)
                    append();
                once = false;
            });
            (void)read(room);
            return fake::set_during_copy(nullptr);
        case 4:
            return filter(next() * 4U);
        case 5:
            return read_all();
        case 6:
            (void)reader_->readable();
            return;
        default:
            return seek();
        }
    }

    // A few of one kind.
    void append() {
        const std::uint8_t what = next();
        const auto lane = what & 1 ? Lane::anybody : Lane::trusted;
        const auto kind = static_cast<u16>(MODKEEPER_RECORD_PRESENT + (what >> 1) % 8);
        const u32 size = static_cast<u32>(sizeof(modkeeper_record)) + 16U * (next() % 250U);
        for (unsigned count = 1 + what / 32; count--;) {
            auto stamp = recorder_->append(Sized(kind, size), lane);
            written_.push_back({lane, kind, of_lane_[mk::index_of(lane)]++});
            MUST(stamp.sequence == written_.size());
        }
    }

    void filter(u32 kinds) {
        modkeeper_filter request = {};
        request.kinds = kinds;
        reader_->set_filter(mk::Filter::create(request).take());
        filters_.push_back(kinds);
    }

    void seek() {
        auto counts = recorder_->counts();
        MUST(counts.next_sequence == written_.size() + 1);
        if (next() % 2) {
            reader_->seek_newest();
            next_ = counts.next_sequence;
        } else {
            reader_->seek_oldest();
            next_ = counts.first_sequence;
        }
        filters_.erase(filters_.begin(), filters_.end() - 1);
    }

    void read_all() {
        while (read(room))
            continue;
        // what was not delivered by now was held back
        passed(written_.size() + 1);
    }

    bool read(unsigned long size) {
        auto got = reader_->read(mk::UserBytesOut(user_), size, true);
        if (!got.ok()) {
            MUST(got.error() == mk::Errno::eagain || got.error() == mk::Errno::einval);
            return false;
        }
        MUST(got.value() && got.value() <= size);
        for (unsigned long at = 0; at < got.value();) {
            auto &record = *reinterpret_cast<const modkeeper_record *>(user_ + at);
            MUST(record.size >= sizeof(record) && record.size % 8 == 0);
            take(record);
            at += record.size;
            MUST(at <= got.value());
        }
        return true;
    }

    void take(const modkeeper_record &record) {
        // lost comes before what is held back, or behind it
        passed(record.sequence);
        if (record.kind == MODKEEPER_RECORD_LOST)
            return lose(record.sequence, reinterpret_cast<const mk::LostRecord &>(record));
        const auto &known = written_.at(record.sequence - 1);
        MUST(record.kind == known.kind && lane_of(record) == known.lane);
        MUST(passes(filters_.back(), known.kind));
        next_ = record.sequence + 1;
        filters_.erase(filters_.begin(), filters_.end() - 1);
    }

    void lose(u64 first, const mk::LostRecord &lost) {
        MUST(lost.body.count && first + lost.body.count <= written_.size() + 1);
        auto counts = recorder_->counts();
        for (u64 sequence = first; sequence < first + lost.body.count; sequence++) {
            const auto &known = written_.at(sequence - 1);
            MUST(known.before < counts.overwritten[mk::index_of(known.lane)]);
            MUST(lane_of(lost.header) == Lane::trusted || known.lane == Lane::anybody);
        }
        next_ = first + lost.body.count;
    }

    // Whatever lies between what was taken and @sequence was held back.
    void passed(u64 sequence) {
        MUST(sequence >= next_);
        for (; next_ < sequence; next_++) {
            bool held_back = false;
            for (u32 kinds : filters_)
                held_back |= !passes(kinds, written_.at(next_ - 1).kind);
            MUST(held_back);
        }
    }

    static Lane lane_of(const modkeeper_record &record) {
        return record.flags & MODKEEPER_RECORD_ANYBODY ? Lane::anybody : Lane::trusted;
    }
    static bool passes(u32 kinds, u16 kind) { return !kinds || kinds >> kind & 1; }

    const std::uint8_t *data_, *end_;
    mk::Owned<mk::Recorder> recorder_;
    mk::Owned<mk::Reader> reader_;
    mk_user user_;
    std::vector<Written> written_;
    u64 of_lane_[mk::lanes] = {};
    u64 next_ = 1;                   // that is to be accounted for
    std::vector<u32> filters_ = {0}; // in force since then, the last one now
};

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    Rings(data, size).run();
    fake::reset();
    return 0;
}
