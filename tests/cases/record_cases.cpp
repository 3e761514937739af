// SPDX-License-Identifier: GPL-2.0-only
// Records as a reader with nothing but the uapi header expects them: sizes, texts, cuts, no
// stray bytes.
#include "check.hpp"
#include "core/module_record.hpp"
#include "driver_case.hpp"
#include "kernel/slab.hpp"
#include "lib/bytes.hpp"
#include "suites.hpp"

using mk::LoadOrigin;
using mk::ModuleFacts;
using mk::ModuleRecord;
using mk::Text;

namespace {

ModuleFacts facts_of(const char *name) {
    ModuleFacts facts = {};
    facts.name = name;
    facts.taints = 0x1001;
    for (int i = 0; i < MODKEEPER_MEMORY_KINDS; i++)
        facts.memory[i] = 1000U << i;
    return facts;
}

// A record with room for the longest, as the recorder would place it.
struct Placed {
    explicit Placed(mk::u8 before = 0) : memory(mk::Buffer::create(2 * MODKEEPER_RECORD_MAX)) {
        for (mk::usize i = 0; memory.ok() && i < memory.value().size(); i++)
            memory.value().data()[i] = before;
    }
    bool ok() const { return memory.ok(); }
    modkeeper_record &header() {
        return *reinterpret_cast<modkeeper_record *>(memory.value().data());
    }
    modkeeper_record_module &body() {
        return *reinterpret_cast<modkeeper_record_module *>(&header() + 1);
    }
    void write(const ModuleRecord &record) {
        header() = {};
        header().size = record.size();
        header().sequence = 17;
        header().boottime_ns = 5000;
        record.write(header());
    }

    mk::Result<mk::Buffer> memory;
};

} // namespace

static const char *texts_lie_behind_the_body() {
    Placed placed;
    CHECK(placed.ok());
    ModuleFacts facts = facts_of("scsi_debug");
    facts.version = "0191";
    facts.srcversion = "ABCDEF";
    facts.args = "add_host=2";
    ModuleRecord record(MODKEEPER_RECORD_LOAD_BEGIN, facts, LoadOrigin{}, nullptr);
    placed.write(record);
    CHECK(record.size() % 8 == 0);
    CHECK(record.flags() == 0);
    CHECK(says(placed.header(), placed.body().module, "scsi_debug"));
    CHECK(says(placed.header(), placed.body().version, "0191"));
    CHECK(says(placed.header(), placed.body().srcversion, "ABCDEF"));
    CHECK(says(placed.header(), placed.body().args, "add_host=2"));
    CHECK(placed.body().module.offset >=
          sizeof(modkeeper_record) + sizeof(modkeeper_record_module));
    CHECK(placed.body().args.offset + placed.body().args.length < record.size());
    CHECK(placed.body().taints == 0x1001);
    CHECK(placed.body().core_bytes == 1000 + 2000 + 4000 + 8000);
    CHECK(placed.body().init_bytes == 16000 + 32000 + 64000);
    return nullptr;
}

static const char *absent_texts_are_zero() {
    Placed placed(0xff);
    CHECK(placed.ok());
    ModuleFacts facts = facts_of("dummy");
    facts.args = "";
    placed.write(ModuleRecord(MODKEEPER_RECORD_LOAD_BEGIN, facts, LoadOrigin{}, nullptr));
    const modkeeper_text absent[] = {placed.body().version, placed.body().srcversion,
                                     placed.body().args};
    for (modkeeper_text text : absent)
        CHECK(text.offset == 0 && text.length == 0);
    return nullptr;
}

static const char *every_byte_is_written() {
    Placed zeros, ones(0xff);
    CHECK(zeros.ok() && ones.ok());
    static const char *const names[] = {"a", "ab", "abc", "abcd", "abcde", "abcdef", "abcdefg"};
    for (const char *name : names) {
        ModuleFacts facts = facts_of(name);
        facts.version = "1";
        ModuleRecord record(MODKEEPER_RECORD_LOAD_FAILED, facts, LoadOrigin{3, 1000}, nullptr);
        zeros.write(record);
        ones.write(record);
        CHECK(mk::same_bytes(&zeros.header(), &ones.header(), record.size()));
    }
    return nullptr;
}

static const char *args_are_cut_to_the_longest_record() {
    Placed placed;
    CHECK(placed.ok());
    static char args[5000];
    for (mk::usize i = 0; i < sizeof(args) - 1; i++)
        args[i] = static_cast<char>('a' + i % 26);
    ModuleFacts facts = facts_of("dummy");
    facts.args = args;
    ModuleRecord record(MODKEEPER_RECORD_LOAD_BEGIN, facts, LoadOrigin{}, nullptr);
    CHECK(record.size() == MODKEEPER_RECORD_MAX);
    CHECK(record.flags() == MODKEEPER_RECORD_TRUNCATED);
    placed.write(record);
    Text kept = text_of(placed.header(), placed.body().args);
    CHECK(kept.length() > 3000);
    CHECK(kept == Text::from_c(args).first(kept.length()));
    CHECK(kept.data()[kept.length()] == 0);
    CHECK(placed.memory.value().data()[MODKEEPER_RECORD_MAX] == 0);
    return nullptr;
}

static const char *names_and_versions_are_cut() {
    Placed placed;
    CHECK(placed.ok());
    static char text[600];
    for (mk::usize i = 0; i < sizeof(text) - 1; i++)
        text[i] = 'v';
    ModuleFacts facts = facts_of(text);
    facts.version = text;
    facts.srcversion = text;
    ModuleRecord record(MODKEEPER_RECORD_PRESENT, facts, LoadOrigin{}, nullptr);
    CHECK(record.flags() == MODKEEPER_RECORD_TRUNCATED);
    placed.write(record);
    CHECK(placed.body().module.length == MODKEEPER_NAME_SIZE - 1);
    CHECK(placed.body().version.length < 300);
    CHECK(placed.body().srcversion.length < 300);
    return nullptr;
}

static const char *what_begins_or_is_live_tells_args() {
    Placed placed;
    CHECK(placed.ok());
    ModuleFacts facts = facts_of("dummy");
    facts.args = "numdummies=3";
    constexpr modkeeper_record_kind without[] = {MODKEEPER_RECORD_PRESENT, MODKEEPER_RECORD_UNLOAD};
    for (auto kind : without) {
        placed.write(ModuleRecord(kind, facts, LoadOrigin{}, nullptr));
        CHECK(placed.body().args.offset == 0);
    }
    constexpr modkeeper_record_kind with[] = {MODKEEPER_RECORD_LOAD_BEGIN,
                                              MODKEEPER_RECORD_LOAD_LIVE};
    for (auto kind : with) {
        placed.write(ModuleRecord(kind, facts, LoadOrigin{}, nullptr));
        CHECK(placed.body().args.length == 12);
    }
    return nullptr;
}

static const char *kinds_differ_in_sequence_duration_and_stage() {
    Placed placed;
    CHECK(placed.ok());
    ModuleFacts facts = facts_of("dummy");
    LoadOrigin origin = {9, 4200};
    struct {
        modkeeper_record_kind kind;
        mk::u64 load_sequence, duration_ns;
        mk::u32 stage;
    } const expected[] = {
        {MODKEEPER_RECORD_PRESENT, 17, 0, MODKEEPER_STAGE_NONE},
        {MODKEEPER_RECORD_LOAD_BEGIN, 17, 0, MODKEEPER_STAGE_NONE},
        {MODKEEPER_RECORD_LOAD_LIVE, 9, 800, MODKEEPER_STAGE_NONE},
        {MODKEEPER_RECORD_LOAD_FAILED, 9, 800, MODKEEPER_STAGE_UNKNOWN},
        {MODKEEPER_RECORD_UNLOAD, 9, 0, MODKEEPER_STAGE_NONE},
    };
    for (const auto &one : expected) {
        placed.write(ModuleRecord(one.kind, facts, origin, nullptr));
        CHECK(placed.body().load_sequence == one.load_sequence);
        CHECK(placed.body().duration_ns == one.duration_ns);
        CHECK(placed.body().stage == one.stage);
        CHECK(placed.body().error == 0);
    }
    placed.write(ModuleRecord(MODKEEPER_RECORD_LOAD_LIVE, facts, LoadOrigin{}, nullptr));
    CHECK(placed.body().load_sequence == 0 && placed.body().duration_ns == 0);
    return nullptr;
}

static const mk_case cases[] = {
    {"texts_lie_behind_the_body", texts_lie_behind_the_body},
    {"absent_texts_are_zero", absent_texts_are_zero},
    {"every_byte_is_written", every_byte_is_written},
    {"args_are_cut_to_the_longest_record", args_are_cut_to_the_longest_record},
    {"names_and_versions_are_cut", names_and_versions_are_cut},
    {"what_begins_or_is_live_tells_args", what_begins_or_is_live_tells_args},
    {"kinds_differ_in_sequence_duration_and_stage", kinds_differ_in_sequence_duration_and_stage},
};
const mk_case_suite mk_record_cases = suite_of("record", cases);
