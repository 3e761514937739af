// SPDX-License-Identifier: GPL-2.0-only
// What cases stand on: a driver of their own, an open file, user memory with something in it.
#pragma once

#include <linux/modkeeper.h>

#include "case.h"
#include "check.hpp"
#include "kapi/core.h"
#include "kernel/module.hpp"
#include "kernel/slab.hpp"

// The number of the error that a call returned, or 0.
constexpr long efault = 14, einval = 22, enoent = 2, enospc = 28, enotty = 25, eagain = 11,
               emsgsize = 90;

// A driver, from here to the end of the scope.
class StartedDriver {
  public:
    explicit StartedDriver(unsigned long ring_kb = MK_RING_KB_MIN) {
        mk_config config = {ring_kb * 1024, 1, "1.2.3", MODKEEPER_FEATURE_NOTIFIER,
                            MODKEEPER_POLICY_MODE_ENFORCE};
        error_ = mk_core_init(&config);
    }
    ~StartedDriver() {
        if (!error_)
            mk_core_exit();
    }
    StartedDriver(const StartedDriver &) = delete;
    StartedDriver &operator=(const StartedDriver &) = delete;

    bool ok() const { return !error_; }

  private:
    int error_;
};

// An open file with user memory to read into.
class OpenFile {
  public:
    static constexpr unsigned long room = 16384;

    OpenFile() : user_(mk_case_user_memory(room)), memory_(mk::Buffer::create(room)) {
        error_ = mk_core_open(&reader_);
    }
    ~OpenFile() {
        if (!error_)
            mk_core_release(reader_);
    }
    OpenFile(const OpenFile &) = delete;
    OpenFile &operator=(const OpenFile &) = delete;

    bool ok() const { return !error_ && user_ && memory_.ok(); }
    mk_reader *reader() { return reader_; }
    mk_user user() const { return user_; }

    // write() of @text.
    long write(mk::Text text) {
        if (mk_case_user_write(user_, text.data(), text.length()))
            return -efault;
        return mk_core_write(reader_, user_, text.length());
    }
    // Without waiting. What was read is at record().
    long read(unsigned long bytes = room) {
        long got = mk_core_read(reader_, user_, bytes, true);
        if (got > 0 && mk_case_user_read(memory_.value().data(), user_, room))
            return -efault;
        return got;
    }
    // @offset bytes into what was read last.
    const modkeeper_record &record(unsigned long offset = 0) {
        return *reinterpret_cast<const modkeeper_record *>(memory_.value().data() + offset);
    }
    // Of a record that is not LOST.
    const modkeeper_record_module &module(unsigned long offset = 0) {
        return *reinterpret_cast<const modkeeper_record_module *>(&record(offset) + 1);
    }

    // Sends @request with a copy of @argument, and reads that back.
    template <typename T> long ioctl(unsigned int request, T &argument) {
        mk_user at = user_;
        if (mk_case_user_write(at, &argument, sizeof(T)))
            return -efault;
        long result = mk_core_ioctl(reader_, request, at);
        if (mk_case_user_read(&argument, at, sizeof(T)))
            return -efault;
        return result;
    }

  private:
    mk_user user_;
    mk::Result<mk::Buffer> memory_;
    mk_reader *reader_ = nullptr;
    int error_;
};

// Two loaded modules, one of which needs the other. Nobody unloads them meanwhile.
class ModulePair {
  public:
    ModulePair() {
        mk::for_each_live_module([this](mk::Module module) {
            count_++;
            module.for_each_use([&](mk::Module used) {
                user_ = module.raw();
                base_ = used.raw();
            });
        });
        if (!base_)
            mk_case_lacks("two loaded modules, one of which needs the other");
    }

    bool ok() const { return base_; }
    mk::usize count() const { return count_; }
    const mk_module *base() const { return base_; }
    const mk_module *user() const { return user_; }
    const char *base_name() const { return mk::Module(base_).facts().name; }
    const char *user_name() const { return mk::Module(user_).facts().name; }

  private:
    mk::usize count_ = 0;
    const mk_module *base_ = nullptr;
    const mk_module *user_ = nullptr;
};

// A text of the record or entry that begins at @start.
template <typename T> mk::Text text_of(const T &start, modkeeper_text text) {
    return {reinterpret_cast<const char *>(&start) + text.offset, text.length};
}

// Present, ended by a NUL, and equal to @expected.
template <typename T> bool says(const T &start, modkeeper_text text, const char *expected) {
    return text.offset >= sizeof(T) && text_of(start, text) == mk::Text::from_c(expected) &&
           text_of(start, text).data()[text.length] == 0;
}
