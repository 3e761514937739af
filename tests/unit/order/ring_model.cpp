// SPDX-License-Identifier: GPL-2.0-only
#include "ring_model.hpp"

#include <ostream>
#include <stdexcept>

#include <relacy/relacy.hpp>

namespace mk::test {
namespace {

// Simulations are deterministic: what is found once is found each time.
constexpr rl::iteration_t executions = 200'000;

Barrier left_out;

bool has(Barrier barrier) {
    return barrier != left_out;
}
rl::memory_order order_of(Barrier barrier, rl::memory_order order) {
    return has(barrier) ? order : rl::mo_relaxed;
}

using Word = rl::atomic<unsigned>;

unsigned load(Word &word, rl::memory_order order = rl::mo_relaxed) {
    return word.load(order, RL_INFO);
}
void store(Word &word, unsigned value, rl::memory_order order = rl::mo_relaxed) {
    word.store(value, order, RL_INFO);
}
void fence(Barrier barrier, rl::memory_order order) {
    if (has(barrier))
        rl::atomic_thread_fence(order, RL_INFO);
}

// Records of one word each, as many as two at a time; the word is the number of the record, as a
// torn one shows itself by the wrong number.
struct Copies : rl::test_suite<Copies, 2> {
    static constexpr unsigned places = 2, records = 4;

    Word head, tail, bytes[places];

    void before() {
        store(head, 0);
        store(tail, 0);
        for (auto &word : bytes)
            store(word, 0);
    }

    // Recorder::Slot, commit()
    void write(unsigned position) {
        if (position + 1 - load(tail) > places) {
            store(tail, position + 1 - places);
            fence(Barrier::tail_before_bytes, rl::mo_release);
        }
        store(bytes[position % places], position + 1);
        store(head, position + 1, order_of(Barrier::bytes_before_head, rl::mo_release));
    }

    // Walk, intact()
    void read() {
        const unsigned first = load(tail, rl::mo_acquire);
        const unsigned end = load(head, order_of(Barrier::head_before_bytes, rl::mo_acquire));
        for (unsigned position = first; position < end; position++) {
            const unsigned copy = load(bytes[position % places]);
            fence(Barrier::bytes_before_tail, rl::mo_acquire);
            if (load(tail) > position)
                return; // it is thrown away
            RL_ASSERT(copy == position + 1);
        }
    }

    void thread(unsigned index) {
        if (index == 0)
            for (unsigned position = 0; position < records; position++)
                write(position);
        else
            for (unsigned look = 0; look < 2; look++)
                read();
    }
};

struct Sleepers : rl::test_suite<Sleepers, 2> {
    Word next, armed;
    bool found, woken;

    void before() {
        store(next, 1);
        store(armed, 0);
        found = woken = false;
    }

    // commit(), wake_readers()
    void write() {
        store(next, 2, rl::mo_release);
        fence(Barrier::next_before_armed, rl::mo_seq_cst);
        woken = load(armed) != 0;
    }
    // arm(), look()
    void read() {
        store(armed, 1);
        fence(Barrier::armed_before_next, rl::mo_seq_cst);
        found = load(next, rl::mo_acquire) == 2;
    }

    void thread(unsigned index) {
        if (index == 0)
            write();
        else
            read();
    }
    void after() { RL_ASSERT(found || woken); }
};

template <typename Model> bool holds(Barrier without) {
    left_out = without;
    std::ostream log(nullptr); // one that grows would do so in the memory of the simulation
    rl::test_params parameters;
    parameters.iteration_count = executions;
    parameters.output_stream = parameters.progress_stream = &log;
    rl::simulate<Model>(parameters);
    if (parameters.test_result == rl::test_result_success)
        return true;
    if (parameters.test_result != rl::test_result_user_assert_failed)
        throw std::logic_error(rl::test_result_str(parameters.test_result));
    return false;
}

} // namespace

bool copies_are_sound(Barrier without) {
    return holds<Copies>(without);
}

bool sleepers_are_woken(Barrier without) {
    return holds<Sleepers>(without);
}

} // namespace mk::test
