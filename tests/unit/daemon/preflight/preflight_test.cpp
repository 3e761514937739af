// SPDX-License-Identifier: GPL-2.0-only
// One file for each way in which a kernel refuses a module.
#include "preflight/preflight.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "fixtures/kernel_root.hpp"
#include "fixtures/module_file.hpp"
#include "fixtures/module_names.hpp"
#include "preflight/symbol_check.hpp"

namespace mk {
namespace {

using driver::Stage;

class PreflightTest : public testing::Test {
  protected:
    PreflightTest() {
        base_ = root_.add("mk_base", {{"license=GPL"}, {{"mk_base_call", 0x20, true}}});
        root_.index();
    }

    Diagnoses check(const PreflightRequest &request) {
        auto preflight = Preflight::create({root_.path()});
        EXPECT_TRUE(preflight);
        return preflight.value().check(request);
    }
    // Of a module that imports @imports; must be one problem.
    Diagnosis only(const test::Linked &module) {
        auto problems = check({root_.build("mk_new", module)});
        EXPECT_EQ(problems.size(), 1U);
        return problems.empty() ? Diagnosis{} : problems.front();
    }
    static void expect(const Diagnosis &problem, Stage stage, const std::string &text,
                       Severity severity = Severity::Fails) {
        EXPECT_EQ(problem.stage, stage);
        EXPECT_EQ(problem.severity, severity);
        EXPECT_NE(problem.reason.find(text), std::string::npos) << problem.reason;
    }

    test::KernelRoot root_{{{"module_layout", 1},
                            {"printk", 0x10},
                            {"gpl_call", 0x11, true},
                            {"inner_call", 0x12, false, "INNER"}}};
    std::string base_;
};

TEST_F(PreflightTest, ASoundModuleHasNoProblem) {
    const auto path = root_.build(
        "mk_new", {{"license=GPL", "depends=mk-base", "import_ns=INNER", "parmtype=count:int"},
                   {{"mk_new_call", 1}},
                   {{"module_layout", 1},
                    {"printk", 0x10},
                    {"gpl_call", 0x11},
                    {"inner_call", 0x12},
                    {"mk_base_call", 0x20},
                    {"perhaps", {}, true}}});
    const auto problems = check({path, {"count=3"}});
    EXPECT_TRUE(problems.empty()) << problems.front().reason;
    EXPECT_FALSE(would_fail(problems));
}

TEST_F(PreflightTest, NoModuleAtAll) {
    auto problems = check({root_.path() + "/missing.ko"});
    ASSERT_EQ(problems.size(), 1U);
    expect(problems[0], Stage::Elf, "there is no file");
    problems = check({root_.write("text.ko", "hello")});
    ASSERT_EQ(problems.size(), 1U);
    expect(problems[0], Stage::Elf, "no ELF header");
    problems = check({root_.write("object.ko", test::module_file({"license=GPL"}))});
    ASSERT_EQ(problems.size(), 1U);
    expect(problems[0], Stage::Format, "not a finished module");
    problems = check({root_.write("packed.ko.gz", test::packed_with_gzip("hello"))});
    ASSERT_EQ(problems.size(), 1U);
    expect(problems[0], Stage::Elf, "no ELF header");
}

TEST_F(PreflightTest, BuiltForAnotherKernel) {
    expect(only({{"license=GPL", "vermagic=5.0 SMP mod_unload modversions "}}), Stage::Format,
           "it was built for kernel \"5.0\"");
    const auto path =
        root_.build("mk_new", {{"license=GPL", "vermagic=6.1.0-test SMP mod_unload "}});
    const auto problems = check({path, {}, {}, true, true});
    ASSERT_EQ(problems.size(), 1U);
    expect(problems[0], Stage::Format, "modversions", Severity::Warning);
}

TEST_F(PreflightTest, ASymbolThatNobodyHas) {
    const auto problem = only({{"license=GPL"}, {}, {{"prinkt", 0x10}}});
    expect(problem, Stage::Symbols, "\"printk\" is like \"prinkt\"");
    EXPECT_EQ(problem.code(), ErrorCode::UnknownSymbol);
    const auto *symbols = problem.evidence_of<SymbolNames>();
    ASSERT_NE(symbols, nullptr);
    EXPECT_EQ(symbols->names, std::vector<std::string>{"prinkt"});
}

TEST_F(PreflightTest, ASymbolOfAModuleThatIsNotThere) {
    const test::Linked module{{"license=GPL"}, {}, {{"mk_base_call", 0x20}}};
    expect(only(module), Stage::Symbols, "from module mk_base, which is not loaded");
    // any of these makes it good
    const auto path = root_.build("mk_new", module);
    EXPECT_TRUE(check({path, {}, {"mk_base"}}).empty());
    EXPECT_TRUE(check({path, {}, {base_}}).empty());
    root_.load("mk_base");
    EXPECT_TRUE(check({path}).empty());
}

TEST_F(PreflightTest, ASymbolOfALoadedModuleWithoutAFile) {
    const auto path = root_.build("mk_new", {{"license=GPL"}, {}, {{"mk_odd_call", 1}}});
    EXPECT_TRUE(would_fail(check({path})));
    root_.write("proc/kallsyms", "0 r __ksymtab_mk_odd_call\t[mk_odd]\n");
    EXPECT_TRUE(check({path}).empty());
}

TEST_F(PreflightTest, ASymbolOfAnotherType) {
    const auto path = root_.build("mk_new", {{"license=GPL"}, {}, {{"printk", 0x99}}});
    auto problems = check({path});
    ASSERT_EQ(problems.size(), 1U);
    expect(problems[0], Stage::Symbols, "the checksum differs");
    EXPECT_EQ(problems[0].code(), ErrorCode::BadFormat);
    const auto of_another = root_.build(
        "mk_other", {{"license=GPL", "vermagic=9.9.1-other SMP mod_unload modversions "},
                     {},
                     {{"printk", 0x99}}});
    const auto other = check({of_another});
    EXPECT_TRUE(std::ranges::any_of(other, [](const auto &problem) {
        return problem.reason.starts_with(
            "it was built for kernel 9.9.1-other with a different type");
    })) << other.front().reason;
    problems = check({path, {}, {}, true, false, true});
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].severity, Severity::Warning);
}

TEST_F(PreflightTest, WithoutChecksumsItDependsOnTheKernelsConfiguration) {
    const test::Linked module{{"license=GPL"}, {}, {{"printk", {}}}};
    expect(only(module), Stage::Symbols, "no checksums");
    root_.write("boot/config-6.1.0-test", "CONFIG_MODULE_FORCE_LOAD=y\n");
    expect(only(module), Stage::Symbols, "no checksums", Severity::Warning);
}

TEST_F(PreflightTest, GplOnlySymbolsAndOtherLicences) {
    expect(only({{"license=Proprietary"}, {}, {{"gpl_call", 0x11}}}), Stage::Symbols,
           "its licence \"Proprietary\" does not allow it to use the symbol \"gpl_call\" of the "
           "kernel");
    expect(only({{"license=MIT", "depends=mk_base"}, {}, {{"mk_base_call", 0x20}}}), Stage::Symbols,
           "of module mk_base, exported for GPL modules only");
}

TEST_F(PreflightTest, ANamespaceThatIsNotImported) {
    expect(only({{"license=GPL"}, {}, {{"inner_call", 0x12}}}), Stage::Symbols,
           "of the namespace \"INNER\"");
}

TEST_F(PreflightTest, ASymbolThatIsThereAlready) {
    expect(only({{"license=GPL"}, {{"printk", 1}}, {}}), Stage::Symbols,
           "it exports the symbol \"printk\", which the kernel exports too");
    root_.load("mk_base");
    expect(only({{"license=GPL"}, {{"mk_base_call", 1}}, {}}), Stage::Symbols,
           "module mk_base exports too");
}

TEST_F(PreflightTest, ADependencyThatIsNotInstalled) {
    expect(only({{"license=GPL", "depends=mk_absent"}}), Stage::Symbols,
           "it depends on module \"mk_absent\", which kernel 6.1.0-test does not have");
}

TEST_F(PreflightTest, Parameters) {
    const auto path = root_.build("mk_new", {{"license=GPL", "parmtype=count:int"}});
    auto problems = check({path, {"cuont=1"}});
    ASSERT_EQ(problems.size(), 1U);
    expect(problems[0], Stage::Parameters, "did you mean count?");
    problems = check({path, {"count=many"}});
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].code(), ErrorCode::BadParameter);
}

TEST_F(PreflightTest, SignatureAgainstWhatTheKernelDemands) {
    const test::Linked module{{"license=GPL"}};
    root_.write("boot/config-6.1.0-test", "CONFIG_MODULE_SIG=y\n");
    expect(only(module), Stage::Signature, "taint", Severity::Warning);
    root_.write("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
    expect(only(module), Stage::Signature, "is locked down (integrity)");
    root_.write("sys/module/module/parameters/sig_enforce", "Y\n");
    expect(only(module), Stage::Signature, "enforces signatures");
    root_.write("boot/config-6.1.0-test", "CONFIG_MODULE_SIG_FORCE=y\n");
    expect(only(module), Stage::Signature, "was built to accept only signed modules");
}

// The kernel takes a file without a signature before it takes one with a damaged one.
TEST_F(PreflightTest, ADamagedSignatureIsWorseThanNone) {
    root_.write("boot/config-6.1.0-test", "CONFIG_MODULE_SIG=y\n");
    const auto path = root_.build("mk_signed", {{"license=GPL"}});
    const auto sign = [&](std::string trailer) {
        std::ofstream(path, std::ios::binary | std::ios::app)
            << "hello" << trailer << "~Module signature appended~\n";
    };
    sign(std::string("\0\0\2\0\0\0\0\0\0\0\0\5", 12));
    auto problems = check({path});
    ASSERT_EQ(problems.size(), 1U);
    expect(problems[0], Stage::Signature, "it is not a PKCS#7 message");
    // of a kind that it does not know, it counts as none
    sign(std::string("\0\0\1\0\0\0\0\0\0\0\0\5", 12));
    problems = check({path});
    ASSERT_EQ(problems.size(), 1U);
    expect(problems[0], Stage::Signature, "taint", Severity::Warning);
    root_.write("sys/module/module/parameters/sig_enforce", "Y\n");
    expect(check({path}).at(0), Stage::Signature, "X.509");
}

// The checks of the parameters that modprobe.d sets are the load's own.
TEST_F(PreflightTest, ParametersOfModprobeD) {
    PreflightRequest request;
    request.path = root_.build("mk_new", {{"license=GPL", "parmtype=count:int"}});
    request.configured = "count=$N";
    const auto problems = check(request);
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].code(), ErrorCode::BadParameter);
    expect(problems[0], Stage::Parameters, "count");
}

TEST_F(PreflightTest, WhatModprobeDSetsInVainIsAWarning) {
    const auto file = root_.write("etc/modprobe.d/x.conf", "options mk_new name=$NAME nosuch=1\n");
    PreflightRequest request;
    request.path = root_.build("mk_new", {{"license=GPL", "parmtype=name:charp"}});
    request.configured = "name=$NAME nosuch=1 name=a$";
    const auto problems = check(request);
    ASSERT_EQ(problems.size(), 2U);
    expect(problems[0], Stage::Parameters, "the literal text \"$NAME\"", Severity::Warning);
    expect(problems[1], Stage::Parameters, file + ":1 sets it", Severity::Warning);
}

TEST_F(PreflightTest, WhatForbidsEveryModule) {
    root_.write("proc/sys/kernel/modules_disabled", "1\n");
    expect(only({{"license=GPL"}}), Stage::Permission, "modules_disabled");
    root_.write("proc/sys/kernel/modules_disabled", "0\n");
    root_.write("proc/cmdline", "quiet module_blacklist=mk_new\n");
    expect(only({{"license=GPL"}}), Stage::Blacklist, "module_blacklist=");
}

TEST_F(PreflightTest, AnInitThatTheKernelDoesNotCall) {
    root_.write("proc/cmdline",
                "quiet initcall_blacklist=other_init,mk_start initcall_blacklist=x\n");
    expect(only({{"license=GPL"}, {}, {}, "mk_start"}), Stage::Init, "initcall_blacklist=");
    EXPECT_TRUE(check({root_.build("mk_new", {{"license=GPL"}, {}, {}, "mk_go"})}).empty());
    root_.write("proc/cmdline", "quiet -- initcall_blacklist=mk_start\n");
    EXPECT_TRUE(check({root_.build("mk_new", {{"license=GPL"}, {}, {}, "mk_start"})}).empty());
}

TEST_F(PreflightTest, WithoutTheKernelsSymbolsItSaysSo) {
    root_.write("boot/vmlinuz-6.1.0-test", "an arm64 Image, for all that is known");
    expect(only({{"license=GPL"}, {}, {{"no_such_thing", 1}}}), Stage::Symbols,
           "its symbols cannot be checked", Severity::Warning);
}

TEST_F(PreflightTest, AnotherKernelIsHeldAgainstItsOwnModules) {
    root_.write("lib/modules/6.2.0/modules.dep", "");
    auto preflight = Preflight::create({root_.path(), "6.2.0"});
    ASSERT_TRUE(preflight);
    EXPECT_EQ(preflight.value().release(), "6.2.0");
    EXPECT_EQ(preflight.value().symbol_source(), "");
    const auto problems = preflight.value().check({base_});
    ASSERT_FALSE(problems.empty());
    expect(problems[0], Stage::Format, "not for 6.2.0");
}

TEST(SymbolNamespace, MayBeForSomeModulesByName) {
    EXPECT_TRUE(may_use_namespace("", "mk_one"_module, {}));
    EXPECT_FALSE(may_use_namespace("INNER", "mk_one"_module, {"OTHER"}));
    EXPECT_TRUE(may_use_namespace("INNER", "mk_one"_module, {"OTHER", "INNER"}));
    EXPECT_TRUE(may_use_namespace("module:kvm-amd,mk-one", "mk_one"_module, {}));
    EXPECT_TRUE(may_use_namespace("module:mk_*", "mk_one"_module, {}));
    EXPECT_FALSE(may_use_namespace("module:kvm,mk", "mk_one"_module, {}));
}

} // namespace
} // namespace mk
