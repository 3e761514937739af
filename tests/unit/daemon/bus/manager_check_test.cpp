// SPDX-License-Identifier: GPL-2.0-only
// What is refused before polkit is asked, with nothing but what everybody may know.
#include <filesystem>

#include "fixtures/bus_fixture.hpp"
#include "fixtures/file_reads.hpp"
#include "fixtures/module_tree.hpp"

namespace mk::test {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

// Polkit says yes to everything: what reaches it becomes a job.
int allow(sd_bus_message *call, void *asked, sd_bus_error *) {
    ++*static_cast<unsigned *>(asked);
    return sd_bus_reply_method_return(call, "(bba{ss})", true, false, 0);
}

const sd_bus_vtable polkit_vtable[] = {SD_BUS_VTABLE_START(0),
                                       SD_BUS_METHOD("CheckAuthorization", "(sa{sv})sa{ss}us",
                                                     "(bba{ss})", allow,
                                                     SD_BUS_VTABLE_UNPRIVILEGED),
                                       SD_BUS_VTABLE_END};

class ManagerCheck : public BusFixture {
  protected:
    ManagerCheck() {
        tree_.add("dummy", {"name=dummy", "license=GPL", "parmtype=numdummies:int"});
        tree_.index();
        fs::copy(tree_.places().module_dir, sys_ / "modules", fs::copy_options::recursive);
        sys_.write("modprobe.d/README", "");
        // as /lib/modules is
        fs::permissions(sys_.path(), fs::perms(0755));
        polkit_.reset(private_bus_.connect());
        sd_bus_attach_event(polkit_.get(), loop_.get(), 0);
        sd_bus_add_object_vtable(polkit_.get(), nullptr, "/org/freedesktop/PolicyKit1/Authority",
                                 "org.freedesktop.PolicyKit1.Authority", polkit_vtable, &asked_);
        if (sd_bus_request_name(polkit_.get(), "org.freedesktop.PolicyKit1", 0) < 0)
            throw std::runtime_error("no polkit");
    }
    // The error, "" when it is a job.
    std::string outcome(const std::shared_ptr<Reply> &reply) {
        run_until([&] { return *reply || jobs_.running() > 0; });
        if (!*reply)
            jobs_.succeed({"dummy"});
        return error_of(wait(reply));
    }
    std::shared_ptr<Reply> start_job(const char *verb, const char *name, const char *parameter) {
        return start("StartJob", [=](sd_bus_message *m) {
            sd_bus_message_append(m, "sasasa{sv}", verb, 1, name, 1, parameter, 0);
        });
    }
    std::shared_ptr<Reply> start_reload(const char *name, const char *parameter) {
        return start("Reload", [=](sd_bus_message *m) {
            sd_bus_message_append(m, "sasa{sv}", name, 1, parameter, 0);
        });
    }
    bool was_anything_done() {
        settle();
        return asked_ > 0 || !jobs_.loads.empty() || !jobs_.reloads.empty() ||
               !job_signals_.empty() || !signals_.empty();
    }

    ModuleTree tree_;
    bus::Bus polkit_;
    unsigned asked_ = 0;
};

TEST_F(ManagerCheck, WrongParametersAskNobody) {
    auto reply = start_load("dummy", {"numdummies=abc"});
    EXPECT_EQ(outcome(reply), "BadParameter");
    EXPECT_EQ(text_of(*reply).find("parameter numdummies of module dummy cannot be set to \"abc\""),
              0U)
        << text_of(*reply);
    EXPECT_EQ(fields_of(*reply), "module=dummy");
    EXPECT_EQ(outcome(start_load("dummy", {"numdumies=3"})), "UnknownParameter");
    EXPECT_EQ(outcome(start_reload("dummy", "numdummies=abc")), "BadParameter");
    EXPECT_EQ(outcome(start_job("load", "dummy", "numdummies=abc")), "BadParameter");
    EXPECT_EQ(outcome(start_job("reload", "dummy", "numdummies=abc")), "BadParameter");
    EXPECT_FALSE(was_anything_done());
    for (const auto &owner : background_.owners)
        EXPECT_FALSE(owner.is_authorized);
}

TEST_F(ManagerCheck, NamesOfNothingAskNobody) {
    auto reply = start_load("dumy");
    EXPECT_EQ(outcome(reply), "NotFound");
    EXPECT_NE(text_of(*reply).find("did you mean dummy?"), std::string::npos) << text_of(*reply);
    reply = start("LoadAll", [](sd_bus_message *m) {
        sd_bus_message_append(m, "asa{sv}", 3, "dummy", "one", "two", 0);
    });
    EXPECT_EQ(outcome(reply), "NotFound");
    EXPECT_NE(text_of(*reply).find("; 1 more failed"), std::string::npos) << text_of(*reply);
    EXPECT_FALSE(was_anything_done());
}

TEST_F(ManagerCheck, WhatIsRightCostsNoProcess) {
    EXPECT_EQ(outcome(start_load("dummy")), "");
    EXPECT_EQ(background_.ran, 0U);
    EXPECT_EQ(asked_, 1U);
    EXPECT_EQ(outcome(start_load("dummy", {"numdummies=3"})), "");
    EXPECT_EQ(background_.ran, 1U);
    EXPECT_EQ(asked_, 2U);
}

TEST_F(ManagerCheck, TheLoopOpensNoModuleFile) {
    const FileReads reads(sys_ / "modules/kernel/dummy.ko");
    background_.is_held = true;
    auto reply = start_load("dummy", {"numdummies=abc"});
    run_until([&] { return background_.ran > 0; });
    settle(); // another call is answered
    EXPECT_EQ(reads.count(), 0U);
    background_.let_go();
    EXPECT_EQ(outcome(reply), "BadParameter");
}

// Files of others are not opened for who has not been allowed anything.
TEST_F(ManagerCheck, PathsAndHiddenLinesAreForPolkit) {
    const auto file = sys_ / "modules/kernel/dummy.ko";
    {
        const FileReads reads(file);
        EXPECT_EQ(outcome(start_load(file, {"numdummies=abc"})), "");
        EXPECT_EQ(reads.count(), 0U);
    }
    EXPECT_EQ(outcome(start_load("/no/such/file.ko")), "");
    EXPECT_EQ(asked_, 2U);
    fs::permissions(file, fs::perms(0600));
    EXPECT_EQ(outcome(start_load("dummy", {"numdummies=abc"})), "");
    fs::permissions(file, fs::perms(0644));
    const auto hidden = sys_.write("modprobe.d/x.conf", "alias hidden dummy\n");
    fs::permissions(hidden, fs::perms(0600));
    EXPECT_EQ(outcome(start_load("hidden")), "");
    EXPECT_EQ(outcome(start_load("dumy")), "");
    EXPECT_EQ(outcome(start_load("dummy", {"numdummies=abc"})), "");
    EXPECT_EQ(asked_, 6U);
}

TEST_F(ManagerCheck, WithoutRoomForTheLookPolkitIsAsked) {
    background_.broken = Error{ErrorCode::Failed, "too many others wait"};
    EXPECT_EQ(outcome(start_load("dummy", {"numdummies=abc"})), "");
    EXPECT_EQ(outcome(start_load("dumy")), "");
    EXPECT_EQ(asked_, 2U);
}

} // namespace
} // namespace mk::test
