// SPDX-License-Identifier: GPL-2.0-only
// A driver over the made-up kernel, and what comes out of it as plain values.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <linux/modkeeper.h>

#include "case.h"
#include "fake/fake.hpp"
#include "kapi/core.h"

struct ReadRecord {
    modkeeper_record header;
    modkeeper_record_module body;
    __u64 lost = 0;
    std::string name, args;
    std::string bytes; // the whole record

    template <typename Body> const Body &as() const {
        return *reinterpret_cast<const Body *>(bytes.data() + sizeof(header));
    }
    std::string text(modkeeper_text text) const { return bytes.substr(text.offset, text.length); }
};

struct ListedModule {
    modkeeper_module image;
    std::string name, version, uses, used_by, parameters;
};

class DriverTest : public testing::Test {
  protected:
    static constexpr unsigned long room = 1 << 20;

    void SetUp() override {
        fake::reset();
        user = mk_case_user_memory(room);
    }
    void TearDown() override {
        stop();
        fake::reset();
    }

    void start(unsigned long ring_bytes = 65536,
               modkeeper_policy_mode policy_ceiling = MODKEEPER_POLICY_MODE_ENFORCE) {
        mk_config config = {ring_bytes, 1, "0.1", MODKEEPER_FEATURE_NOTIFIER,
                            static_cast<__u32>(policy_ceiling)};
        ASSERT_EQ(mk_core_init(&config), 0);
        started = true;
        ASSERT_EQ(mk_core_open(&reader), 0);
    }
    void stop() {
        if (!started)
            return;
        mk_core_release(reader);
        mk_core_exit();
        started = false;
    }

    // COMING and LIVE, as the kernel goes about it.
    static void load(mk_module &module) {
        module.state = MODKEEPER_STATE_COMING;
        mk_core_module_coming(&module);
        module.state = MODKEEPER_STATE_LIVE;
        mk_core_module_live(&module);
    }
    static void unload(mk_module &module) {
        module.state = MODKEEPER_STATE_GOING;
        mk_core_module_going(&module);
    }

    template <typename T> static std::string text(const T *start, modkeeper_text text) {
        return {reinterpret_cast<const char *>(start) + text.offset, text.length};
    }

    // All that there is to read now.
    std::vector<ReadRecord> read_all() {
        std::vector<ReadRecord> all;
        long bytes;
        while ((bytes = mk_core_read(reader, user, room, true)) > 0) {
            for (auto *at = reinterpret_cast<const char *>(user), *end = at + bytes; at < end;) {
                auto *header = reinterpret_cast<const modkeeper_record *>(at);
                ReadRecord record = {*header, {}, 0, {}, {}, {at, header->size}};
                if (header->kind == MODKEEPER_RECORD_LOST) {
                    record.lost = record.as<modkeeper_record_lost>().count;
                } else if (header->kind <= MODKEEPER_RECORD_UNLOAD) {
                    record.body = record.as<modkeeper_record_module>();
                    record.name = record.text(record.body.module);
                    record.args = record.text(record.body.args);
                }
                all.push_back(record);
                at += header->size;
            }
        }
        return all;
    }

    static std::vector<ListedModule> decode(const void *entries, unsigned long bytes) {
        std::vector<ListedModule> all;
        for (auto *at = static_cast<const char *>(entries), *end = at + bytes; at < end;) {
            auto *image = reinterpret_cast<const modkeeper_module *>(at);
            all.push_back({*image, text(image, image->name), text(image, image->version),
                           text(image, image->uses), text(image, image->used_by),
                           text(image, image->parameters)});
            at += image->size;
        }
        return all;
    }
    std::vector<ListedModule> snapshot(__u32 flags = 0) {
        modkeeper_snapshot request = {};
        request.buffer = user + 4096;
        request.buffer_size = room - 4096;
        request.flags = flags;
        std::memcpy(reinterpret_cast<void *>(user), &request, sizeof(request));
        EXPECT_EQ(mk_core_ioctl(reader, MODKEEPER_IOC_SNAPSHOT, user), 0);
        std::memcpy(&request, reinterpret_cast<void *>(user), sizeof(request));
        auto all = decode(reinterpret_cast<void *>(user + 4096), request.needed);
        EXPECT_EQ(all.size(), request.count);
        return all;
    }
    static ListedModule query(const char *name) {
        modkeeper_module *entry = nullptr;
        unsigned long bytes = 0;
        EXPECT_EQ(mk_core_modules(name, true, &entry, &bytes), 1) << name;
        if (!entry)
            return {};
        ListedModule module = decode(entry, bytes).at(0);
        mk_core_modules_free(entry);
        return module;
    }
    static std::string names(const std::vector<ListedModule> &modules) {
        std::string all;
        for (const ListedModule &module : modules)
            all += (all.empty() ? "" : " ") + module.name;
        return all;
    }
    static modkeeper_stats stats() {
        modkeeper_stats stats;
        mk_core_stats(&stats);
        return stats;
    }

    mk_user user = 0;
    mk_reader *reader = nullptr;
    bool started = false;
};

inline mk_module module_named(std::string name, std::vector<const mk_module *> uses = {}) {
    mk_module module;
    module.name = std::move(name);
    module.uses = std::move(uses);
    return module;
}
