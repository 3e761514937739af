// SPDX-License-Identifier: GPL-2.0-only
// A driver that is told of system calls on modules, as probes tell of them.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "driver_fixture.hpp"

class Calls : public DriverTest {
  protected:
    static constexpr __u64 second = 1000000000;

    void SetUp() override {
        DriverTest::SetUp();
        start();
        fake::set_command(std::string("insmod\0./bad.ko\0debug=1\0", 24));
        fake::set_origin({500, 12, "bash", false});
        fake::set_boottime(1000);
    }

    mk_user user_text(const char *text) {
        mk_user at = user + room - 4096;
        EXPECT_EQ(mk_case_user_write(at, text, std::strlen(text) + 1), 0);
        return at;
    }
    void begin_load(const char *args = "debug=1") {
        mk_core_call_began(MK_CALL_FINIT_MODULE, 0, user_text(args));
    }
    void read_file(const char *path, long bytes) {
        mk_core_call_file(reinterpret_cast<const mk_file *>(path));
        mk_core_call_read(nullptr, bytes);
    }
    // By a task that may not load modules.
    static void request(const char *alias) {
        fake::set_trusted(false);
        mk_core_request_made(alias, true, 42);
        fake::set_trusted(true);
    }
    // What the kernel starts for it.
    void begin_helper(const char *alias, __u64 started = 1000) {
        fake::set_command(std::string("/sbin/modprobe\0-q\0--\0", 21) + alias + '\0');
        fake::set_origin({started, 3, "kworker/u4:1", true});
        begin_load("");
    }
    static std::size_t of_kind(const std::vector<ReadRecord> &records, modkeeper_record_kind kind) {
        return std::count_if(records.begin(), records.end(),
                             [kind](auto &record) { return record.header.kind == kind; });
    }
    static void return_with(long result) {
        if (mk_task_work *work = mk_core_call_returned(result))
            mk_core_call_finish(work);
    }
    // The load that has begun, of a module that finds no hardware.
    static void fail_in_init(mk_module &module) {
        module.state = MODKEEPER_STATE_COMING;
        mk_core_module_coming(&module);
        mk_core_module_going(&module);
        return_with(-19);
    }
    ReadRecord only_record() {
        auto records = read_all();
        EXPECT_EQ(records.size(), 1u);
        return records.empty() ? ReadRecord{} : records[0];
    }
};

// Tasks that each have a call of their own, as far as a test lets them go.
class Others {
  public:
    ~Others() { end(); }

    // One more task, which does @first, and @last when it ends.
    void add(const std::function<void()> &first, const std::function<void()> &last) {
        int before = ready_;
        tasks_.emplace_back([this, first, last] {
            first();
            ready_++;
            while (!go_)
                std::this_thread::yield();
            last();
        });
        while (ready_ == before)
            std::this_thread::yield();
    }
    void end() {
        go_ = true;
        for (auto &task : tasks_)
            task.join();
        tasks_.clear();
    }

  private:
    std::vector<std::thread> tasks_;
    std::atomic<int> ready_ = 0;
    std::atomic<bool> go_ = false;
};
