// SPDX-License-Identifier: GPL-2.0-only
// What rules and people are shown of a request: all of it, and nothing that lies.
#include "bus/question.hpp"

#include <gtest/gtest.h>

#include <map>

#include "fixtures/module_names.hpp"

namespace mk::bus {
namespace {

using Details = std::map<std::string, std::string>;

TEST(Question, ALoadShowsAllOfIt) {
    LoadRequest load;
    load.targets = {"alpha"};
    EXPECT_EQ(question_of(load), (Question{"org.modkeeper1.load",
                                           {{"verb", "load"},
                                            {"module", "alpha"},
                                            {"request", "load the kernel module alpha"}}}));
    load.targets = {"/tmp/a b.ko", "beta"};
    load.parameters = {"key=x y", "n=1"};
    load.ignore_blacklist = true;
    load.ignore_install = true;
    load.keep_going = true;
    const auto question = question_of(load);
    EXPECT_EQ(question.action, "org.modkeeper1.load");
    auto details = question.details;
    details.erase("request");
    EXPECT_EQ(details, (Details{{"verb", "load"},
                                {"module", "\"/tmp/a b.ko\" beta"},
                                {"path", "\"/tmp/a b.ko\""},
                                {"parameters", "\"key=x y\" n=1"},
                                {"ignore-blacklist", "true"},
                                {"ignore-install", "true"},
                                {"keep-going", "true"}}));
}

TEST(Question, ForcingHasARightOfItsOwn) {
    LoadRequest load;
    load.targets = {"alpha"};
    load.force_vermagic = true;
    EXPECT_EQ(question_of(load).action, "org.modkeeper1.force");
    EXPECT_EQ(question_of(load).details.at("forced"), "force-vermagic");
    load.force_modversions = true;
    EXPECT_EQ(question_of(load).details.at("forced"), "force-vermagic force-modversions");
    UnloadRequest unload;
    unload.names = names({"alpha"});
    EXPECT_EQ(question_of(unload).action, "org.modkeeper1.unload");
    unload.force = true;
    EXPECT_EQ(question_of(unload).action, "org.modkeeper1.force");
    EXPECT_EQ(question_of(unload).details.at("verb"), "unload");
}

TEST(Question, AReloadShowsEveryFileThatSomebodyNamed) {
    ReloadRequest reload;
    reload.name = "alpha"_module;
    reload.loaded_as["alpha"_module].path = "/tmp/then.ko";
    reload.loaded_as["user"_module].path = "/home/dev/user.ko";
    EXPECT_EQ(question_of(reload).action, "org.modkeeper1.reload");
    EXPECT_EQ(question_of(reload).details.at("path"), "/tmp/then.ko /home/dev/user.ko");
    reload.path = "/tmp/now.ko";
    EXPECT_EQ(question_of(reload).details.at("path"), "/tmp/now.ko /home/dev/user.ko");
    EXPECT_NE(question_of(reload).details.at("request").find("/tmp/now.ko"), std::string::npos);
}

// A rule compares names: the one that it forbids must not pass in another spelling.
TEST(Question, NamesHaveOneSpelling) {
    LoadRequest load;
    load.targets = {"snd-hda-intel", "pci:v0000[a-f]d-1", "/tmp/a-b.ko"};
    load.parameters = {"k-ey=a-b", "on-ly"};
    auto details = question_of(load).details;
    EXPECT_EQ(details.at("module"), "snd_hda_intel pci:v0000[a-f]d_1 /tmp/a-b.ko");
    EXPECT_EQ(details.at("path"), "/tmp/a-b.ko");
    EXPECT_EQ(details.at("parameters"), "k_ey=a-b on_ly");
    EXPECT_EQ(details.at("request").find("snd-hda"), std::string::npos);
    ReloadRequest reload;
    reload.name = "a-b"_module;
    reload.parameters = {"k-ey=a-b"};
    EXPECT_EQ(question_of(reload).details.at("module"), "a_b");
    EXPECT_EQ(question_of(reload).details.at("parameters"), "k_ey=a-b");
    UnloadRequest unload;
    unload.names = names({"a-b"});
    EXPECT_EQ(question_of(unload).details.at("module"), "a_b");
    EXPECT_EQ(choice_question_of("mask", {"a-b"}, false).details.at("module"), "a_b");
    details = unset_question_of("a-b", "k-ey").details;
    EXPECT_EQ(details.at("module"), "a_b");
    EXPECT_EQ(details.at("parameter"), "k_ey");
    SetRequest set;
    set.module = "a-b"_module;
    set.parameter = "k-ey";
    set.value = "v-1";
    details = questions_of(set).at(0).details;
    EXPECT_EQ(details.at("module"), "a_b");
    EXPECT_EQ(details.at("parameter"), "k_ey");
    EXPECT_EQ(details.at("value"), "v-1");
}

TEST(Question, TextOfTheCallerCannotPoseAsOurs) {
    LoadRequest load;
    load.targets = {"/tmp/x\nThe administrator asks you to confirm/\u202ey\".ko"};
    const auto details = question_of(load).details;
    for (const char *key : {"module", "path", "request"})
        for (const char c : details.at(key))
            EXPECT_TRUE(c >= 0x20 && c < 0x7f) << key;
    EXPECT_NE(details.at("path").find("\\x0a"), std::string::npos) << details.at("path");
    EXPECT_NE(details.at("path").find("y\\\".ko\""), std::string::npos) << details.at("path");
}

TEST(Question, ALongSentenceIsCutAndSaysSo) {
    LoadRequest load;
    load.targets = {"alpha"};
    load.parameters = {std::string(2000, 'x') + "=1"};
    const auto details = question_of(load).details;
    EXPECT_EQ(details.at("parameters").size(), 2002U);
    EXPECT_LT(details.at("request").size(), 700U);
    EXPECT_NE(details.at("request").find("more characters"), std::string::npos);
}

TEST(Question, ASettingShowsParameterAndValue) {
    SetRequest set;
    set.module = "kvm"_module;
    set.parameter = "nx_huge_pages";
    set.value = "off; please";
    set.persistent = true;
    const auto questions = questions_of(set);
    ASSERT_EQ(questions.size(), 2U);
    EXPECT_EQ(questions[0].action, "org.modkeeper1.set-parameter");
    EXPECT_EQ(questions[1].action, "org.modkeeper1.configure");
    for (const auto &question : questions) {
        EXPECT_EQ(question.details.at("module"), "kvm");
        EXPECT_EQ(question.details.at("parameter"), "nx_huge_pages");
        EXPECT_EQ(question.details.at("value"), "\"off; please\"");
        EXPECT_EQ(question.details.at("request"), "set the parameter nx_huge_pages of the kernel "
                                                  "module kvm to \"off; please\", now, for its "
                                                  "next load");
    }
    set.value = "";
    EXPECT_EQ(questions_of(set)[0].details.at("value"), "\"\"");
    // one that looks like the end of a text, and one that looks like a byte
    set.value = "a\\\" b";
    EXPECT_EQ(questions_of(set)[0].details.at("value"), R"("a\\\" b")");
    set.value = "\\x20";
    EXPECT_EQ(questions_of(set)[0].details.at("value"), R"("\\x20")");
}

TEST(Question, AChoiceSaysWhich) {
    const auto question = choice_question_of("mask", {"a", "b"}, true);
    EXPECT_EQ(question.action, "org.modkeeper1.configure");
    EXPECT_EQ(question.details, (Details{{"verb", "mask"},
                                         {"module", "a b"},
                                         {"force", "true"},
                                         {"request", "mask the kernel modules a b, by force"}}));
}

TEST(Question, ToCancelIsTheRightToDoIt) {
    UnloadRequest unload;
    unload.names = names({"alpha"});
    const auto question = cancel_question_of(unload);
    EXPECT_EQ(question.action, "org.modkeeper1.unload");
    EXPECT_EQ(question.details.at("cancel"), "true");
}

} // namespace
} // namespace mk::bus
