// SPDX-License-Identifier: GPL-2.0-only
// What probes, the notifier and tasks tell of system calls, in any order and with any texts: each
// record is whole, and the numbers have no gap that is not told of.
#include <string>

#include "device.hpp"

namespace {

class Machine {
  public:
    Machine(const std::uint8_t *data, std::size_t size) : data_(data), end_(data + size) {
        mk_config config = {65536, 2, "0.1", MODKEEPER_FEATURE_NOTIFIER | MODKEEPER_FEATURE_CALLS,
                            MODKEEPER_POLICY_MODE_ENFORCE};
        MUST(mk_core_init(&config) == 0);
        mk_core_add_features(MODKEEPER_FEATURE_KERNEL_LINES);
        MUST(mk_core_open(&reader_) == 0);
        memory_ = mk_case_user_memory(room);
        for (mk_module &module : modules_)
            module.state = MODKEEPER_STATE_GONE;
    }
    ~Machine() {
        for (mk_module &module : modules_)
            if (module.state != MODKEEPER_STATE_GONE)
                mk_core_module_going(&module);
        read();
        mk_core_release(reader_);
        mk_core_exit();
        fake::reset();
    }

    void run() {
        while (data_ < end_) {
            step();
            if (next() % 16 == 0)
                read();
        }
    }

  private:
    static constexpr unsigned long room = 65536, texts = 32768;

    std::uint8_t next() { return data_ < end_ ? *data_++ : 0; }
    std::string text() {
        const std::size_t length = next() * (next() % 4 == 0 ? 16U : 1U);
        const auto some = static_cast<std::size_t>(end_ - data_);
        std::string all(reinterpret_cast<const char *>(data_), length < some ? length : some);
        data_ += all.size();
        // repeated, for texts that are too long for a record
        while (!all.empty() && all.size() < length)
            all += all.substr(0, length - all.size());
        return all;
    }
    mk_user user_text() {
        const auto what = text();
        if (next() % 8 == 0)
            return mk_case_user_fault();
        MUST(mk_case_user_write(memory_ + texts, what.c_str(), what.size() + 1) == 0);
        return memory_ + texts;
    }
    mk_module &module() { return modules_[next() % 3U]; }
    long result() { return next() % 2 ? 0 : -static_cast<long>(1 + next() % 120U); }

    void step() {
        switch (next() % 20) {
        case 0:
        case 1:
            return begin();
        case 2:
            return mk_core_call_step(static_cast<mk_step>(next() % (MK_STEP_INIT + 1U)));
        case 3:
            path_ = text();
            return mk_core_call_file(reinterpret_cast<const mk_file *>(path_.c_str()));
        case 4: {
            const auto bytes = text();
            return mk_core_call_read(bytes.data(), next() % 4 ? static_cast<long>(bytes.size())
                                                              : -static_cast<long>(next()));
        }
        case 5:
            return mk_core_call_signature(result());
        case 6:
        case 7:
            return end_call();
        case 8:
        case 9:
        case 10:
            return notify(module());
        case 11:
            return mk_core_request_made(text().c_str(), next() % 2, next());
        case 12:
            return mk_core_request_returned();
        case 13:
            return set_parameter();
        case 14:
            return mk_core_reference(&module(), next(), next() % 2);
        case 15:
            return next() % 4 ? print() : mk_core_later();
        case 16:
            fake::set_trusted(next() % 2);
            return fake::set_uid(next() % 4U);
        case 17:
            fake::set_texts_not_resident(next() % 2);
            return fake::set_command(text());
        case 18:
            fake::set_origin({next(), next(), "parent", next() % 2 == 0});
            return fake::set_boottime(now_ += next() * 10'000'000ULL + 1);
        default:
            return die();
        }
    }

    void begin() {
        const auto kind = static_cast<mk_call_kind>(1 + next() % 3);
        is_seen_ = mk_core_call_began(kind, next(), user_text());
    }
    // As the kernel does: each return is seen once, and what it has left to do is done by the task.
    void end_call() {
        if (!is_seen_)
            return;
        is_seen_ = false;
        if (mk_task_work *work = mk_core_call_returned(result()))
            next() % 8 ? mk_core_call_finish(work) : mk_core_call_dropped(work);
    }
    void die() {
        is_seen_ = false;
        if (next() % 2) {
            fake::set_comm(next() % 4 ? "modprobe" : "bash");
            fake::set_directory(text());
            mk_core_process_ends(next(), next() % 32, next() % 2);
        }
        fake::replace_current_task();
    }
    void notify(mk_module &module) {
        switch (module.state) {
        case MODKEEPER_STATE_GONE:
            module.name = "m" + text().substr(0, 40);
            module.name.resize(std::strlen(module.name.c_str()));
            module.args = text();
            module.state = MODKEEPER_STATE_COMING;
            if (mk_core_module_coming(&module) != 0)
                module.state = MODKEEPER_STATE_GONE;
            return;
        case MODKEEPER_STATE_COMING:
            if (next() % 2) {
                module.state = MODKEEPER_STATE_LIVE;
                return mk_core_module_live(&module);
            }
            [[fallthrough]];
        default:
            module.state = MODKEEPER_STATE_GOING;
            mk_core_module_going(&module);
            module.state = MODKEEPER_STATE_GONE;
        }
    }
    void print() {
        const auto what = text();
        fake::set_in_interrupt(next() % 4 == 0);
        mk_core_printed(what.data(), what.size());
        fake::set_in_interrupt(false);
    }
    void set_parameter() {
        mk_parameter_write write = {};
        const auto module = text(), parameter = text(), value = text();
        write.module = module.c_str();
        write.parameter = parameter.c_str();
        write.mode = next();
        write.old = {static_cast<mk_value_kind>(next() % (MK_VALUE_BOOL + 1U)), next() * ~0ULL};
        write.new_bytes = value.size();
        std::memcpy(write.new_value, value.data(),
                    value.size() < sizeof(write.new_value) ? value.size()
                                                           : sizeof(write.new_value));
        mk_core_parameter_written(&write, result());
    }

    void read() {
        long bytes;
        while ((bytes = mk_core_read(reader_, memory_, texts, true)) > 0)
            for (long at = 0; at < bytes;) {
                auto &record = *reinterpret_cast<const modkeeper_record *>(memory_ + at);
                MUST(record.size >= sizeof(record) && record.size <= MODKEEPER_RECORD_MAX);
                MUST(record.size % 8 == 0 && at + record.size <= bytes);
                MUST(record.sequence == sequence_);
                sequence_ +=
                    record.kind == MODKEEPER_RECORD_LOST
                        ? reinterpret_cast<const modkeeper_record_lost &>(*(&record + 1)).count
                        : 1;
                if (record.kind <= MODKEEPER_RECORD_UNLOAD && record.kind != MODKEEPER_RECORD_LOST)
                    check(record,
                          reinterpret_cast<const modkeeper_record_module &>(*(&record + 1)));
                at += record.size;
            }
        MUST(bytes == -11);
    }
    static void check(const modkeeper_record &record, const modkeeper_record_module &body) {
        for (const modkeeper_text &text :
             {body.module, body.args, body.file, body.command, body.alias})
            MUST(text.length == 0 || (text.offset >= sizeof(record) + sizeof(body) &&
                                      text.offset + text.length < record.size));
    }

    const std::uint8_t *data_, *end_;
    mk_reader *reader_ = nullptr;
    mk_user memory_ = 0;
    mk_module modules_[3];
    std::string path_;
    bool is_seen_ = false;
    __u64 now_ = 1000000000;
    __u64 sequence_ = 1;
};

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    Machine(data, size).run();
    return 0;
}
