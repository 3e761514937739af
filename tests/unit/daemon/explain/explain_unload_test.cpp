// SPDX-License-Identifier: GPL-2.0-only
#include "explain/explain_unload.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "fixtures/module_names.hpp"

namespace mk {
namespace {

UnloadRefusal busy() {
    UnloadRefusal refusal;
    refusal.module = "mk_one";
    refusal.error = EAGAIN;
    refusal.state = LoadState::Live;
    return refusal;
}

void expect(const UnloadRefusal &refusal, ErrorCode code, std::string_view words) {
    auto error = error_of(diagnose_unload(refusal));
    EXPECT_EQ(error_name(error.code), error_name(code)) << error.message;
    EXPECT_NE(error.message.find(words), std::string::npos) << error.message;
}

TEST(ExplainUnload, NamesTheModulesThatHoldIt) {
    auto refusal = busy();
    refusal.references = 2;
    refusal.holders = names({"mk_two", "mk_three"});
    expect(refusal, ErrorCode::InUse, "in use by modules mk_two, mk_three; unload these first");
    refusal.holders = names({"mk_two"});
    expect(refusal, ErrorCode::InUse, "in use by module mk_two; unload mk_two first");
}

TEST(ExplainUnload, CountsReferencesThatNoModuleHolds) {
    auto refusal = busy();
    refusal.references = 3;
    expect(refusal, ErrorCode::InUse, "3 references to it are held, none by another module");
    refusal.references = 1;
    expect(refusal, ErrorCode::InUse, "1 reference to it is held");
    refusal.references = 0;
    expect(refusal, ErrorCode::InUse, "try again");
}

TEST(ExplainUnload, TellsOtherReasons) {
    auto refusal = busy();
    refusal.permanent = true;
    refusal.error = EBUSY;
    expect(refusal, ErrorCode::InUse, "no exit function");
    refusal = busy();
    refusal.state = LoadState::Coming;
    expect(refusal, ErrorCode::InUse, "still being loaded");
    refusal = busy();
    refusal.error = EPERM;
    refusal.modules_disabled = true;
    expect(refusal, ErrorCode::DeniedByKernel, "modules_disabled");
    refusal.modules_disabled = false;
    expect(refusal, ErrorCode::DeniedByKernel, "CAP_SYS_MODULE");
    refusal = busy();
    refusal.state = LoadState::Absent;
    refusal.error = ENOENT;
    expect(refusal, ErrorCode::NotLoaded, "not loaded");
    refusal = busy();
    refusal.state = LoadState::BuiltIn;
    expect(refusal, ErrorCode::BuiltIn, "built into");
    refusal = busy();
    refusal.error = EFAULT;
    expect(refusal, ErrorCode::Failed, "EFAULT");
}

} // namespace
} // namespace mk
