// SPDX-License-Identifier: GPL-2.0-only
#include "explain/deciding_line.hpp"

#include <gtest/gtest.h>

#include "fixtures/module_names.hpp"

namespace mk {
namespace {

Cause cause_in(const std::vector<std::string> &log) {
    const auto found = deciding_line(log);
    return found ? found->cause : Cause::None;
}

TEST(DecidingLine, IsWhatTheKernelWrites) {
    EXPECT_EQ(cause_in({"mk: no symbol version for module_layout"}), Cause::SymbolVersion);
    EXPECT_EQ(cause_in({"mk: module using GPL-only symbols uses symbols bar from proprietary "
                        "module baz."}),
              Cause::GplOnlySymbol);
    EXPECT_EQ(cause_in({"module mk uses symbol bar from namespace BAZ, but does not import it."}),
              Cause::SymbolNamespace);
    EXPECT_EQ(cause_in({"mk: version magic '5.10.0 SMP ' should be '6.1.0 SMP '"}),
              Cause::OtherKernel);
    EXPECT_EQ(cause_in({"module mk: .gnu.linkonce.this_module section size must match the "
                        "kernel's built struct module size at run time"}),
              Cause::OtherKernel);
    EXPECT_EQ(cause_in({"Invalid architecture in ELF header: 183"}), Cause::WrongArchitecture);
    EXPECT_EQ(cause_in({"mk: module has no symbols (stripped?)"}), Cause::NotAModule);
    EXPECT_EQ(cause_in({"Invalid ELF header magic: != \x7f\x45LF"}), Cause::DamagedFile);
    EXPECT_EQ(cause_in({"list: can only take 4 arguments"}), Cause::BadParameter);
    EXPECT_EQ(cause_in({"text: string parameter too long"}), Cause::BadParameter);
    EXPECT_EQ(cause_in({"Loading of module with unavailable key is rejected"}),
              Cause::UntrustedKey);
    EXPECT_EQ(cause_in({"Loading of unsigned module is rejected"}), Cause::Unsigned);
    EXPECT_EQ(cause_in({"sysfs: cannot create duplicate filename '/bus/pci/drivers/mk'"}),
              Cause::NameTaken);
    EXPECT_EQ(cause_in({"mk: Could not allocate 262144 bytes percpu data"}), Cause::NoMemory);
    EXPECT_EQ(cause_in({"failed to validate module [mk] BTF: -22"}), Cause::OtherKernel);
    EXPECT_EQ(cause_in({"mk: gave up waiting for init of module base."}), Cause::ProviderNotLoaded);
    EXPECT_EQ(cause_in({"mk: Unknown symbol bar (err -16)"}), Cause::ProviderNotLoaded);
    EXPECT_EQ(cause_in({"kobject: kobject_add_internal failed for mk with -EEXIST, don't try to "
                        "register things with the same name in the same directory."}),
              Cause::NameTaken);
}

TEST(DecidingLine, IsWhatTheKernelWritesOfWhatOthersHave) {
    EXPECT_EQ(cause_in({"Error: Driver 'serial8250' is already registered, aborting..."}),
              Cause::NameTaken);
    EXPECT_EQ(cause_in({"sysctl duplicate entry: /kernel/mk"}), Cause::NameTaken);
    const auto irq =
        deciding_line({"genirq: Flags mismatch irq 11. 00000000 (mk) vs. 00015a00 (eth0)"});
    EXPECT_EQ(irq->reason, "its init failed: the driver that has interrupt 11 does not share it");
    const auto major = deciding_line({"register_blkdev: cannot get major 7 for mk"});
    EXPECT_EQ(major->reason, "its init failed: another driver has the block device number 7");
    EXPECT_EQ(cause_in({"livepatch: symbol 'gone' not found in symbol table"}), Cause::OtherKernel);
    EXPECT_EQ(cause_in({"mk: section '.data' (index 12) has invalid WRITE|EXEC flags"}),
              Cause::DamagedFile);
}

TEST(DecidingLine, IsWhatDriversWriteOfTheMachine) {
    EXPECT_EQ(cause_in({"kvm: disabled by bios"}), Cause::NoDevice);
    EXPECT_EQ(cause_in({"kvm_intel: VMX not enabled (by BIOS) in MSR_IA32_FEAT_CTL on CPU 0"}),
              Cause::NoDevice);
    EXPECT_EQ(cause_in({"kvm_intel: VMX not supported by CPU 1"}), Cause::NoDevice);
    EXPECT_EQ(cause_in({"AVX2 or AES-NI instructions are not detected."}), Cause::NoDevice);
    EXPECT_EQ(cause_in({"ACPI Warning: SystemIO range 0x295-0x296 conflicts with OpRegion 0x290"}),
              Cause::InitFailed);
    EXPECT_EQ(cause_in({"mk 0000:01:00.0: Direct firmware load for mk.bin failed with error -2"}),
              Cause::MissingFirmware);
}

std::string reason_in(const std::string &line) {
    const auto found = deciding_line({line});
    return found ? found->reason : "";
}

// What the line is about is in the reason, so that the reason can stand without the line.
TEST(DecidingLine, NamesWhatItIsAbout) {
    const struct {
        const char *line;
        const char *words;
    } lines[] = {
        {"mk: Unknown symbol bar (err -2)", "has the symbol bar that it needs"},
        {"mk: disagrees about version of symbol bar", "has the symbol bar"},
        {"mk: exports duplicate symbol bar (owned by baz)", "module baz exports"},
        {"mk: GPL-incompatible module mk uses GPL-only symbol 'bar'", "the symbol bar"},
        {"mk: module uses symbol (bar) from namespace BAZ, but does not import it.",
         "namespace BAZ"},
        {"mk: `x' invalid for parameter `count'", "its parameter count was"},
        {"mk mk.0: Direct firmware load for acme/mk.bin failed with error -2",
         "the firmware file acme/mk.bin that it asks for"},
        {"sysfs: cannot create duplicate filename '/bus/pci/drivers/mk'",
         "already: /bus/pci/drivers/mk"},
        {"proc_dir_entry '/proc/mk' already registered", "in /proc that it creates exists already: "
                                                         "/proc/mk"},
        {"kvm: already loaded vendor module 'kvm_intel'", "module kvm_intel serves"},
        {"CHRDEV \"mk\" major requested (1000) is greater than the maximum (511)",
         "the device number 1000, and"},
        {"mk mk.0: can't request region for resource [mem 0xfed00000-0xfed003ff]",
         "has the range \"mem 0xfed00000-0xfed003ff\""},
        {"NVRM: GPU 0000:01:00.0 is already bound to nouveau.", "driver nouveau has its device"},
        {"kobject_add_internal failed for mk with -EEXIST, don't try to", "already: mk"},
    };
    for (const auto &one : lines)
        EXPECT_NE(reason_in(one.line).find(one.words), std::string::npos) << reason_in(one.line);
    // a word from elsewhere cannot break the sentence
    EXPECT_NE(reason_in("mk: Unknown symbol a\nb (err -2)").find("the symbol \"a\\x0ab\" that"),
              std::string::npos)
        << reason_in("mk: Unknown symbol a\nb (err -2)");
    EXPECT_NE(reason_in("mk: Unknown symbol " + std::string(300, 'x') + " (err -2)")
                  .find("has the symbol that it needs"),
              std::string::npos);
}

TEST(DecidingLine, ItsRemedyNamesTheModule) {
    const auto found = deciding_line({"mk: `x' invalid for parameter `count'"});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->remedy_for("mk"_module),
              "\"modkeeper info mk\" lists its parameters and what they take");
    const auto import = deciding_line({"mk: module uses symbol (bar) from namespace BAZ, but does "
                                       "not import it."});
    ASSERT_TRUE(import);
    EXPECT_NE(import->remedy_for("mk"_module).find("MODULE_IMPORT_NS()"), std::string::npos);
}

TEST(DecidingLine, TheModuleIsNamedFirst) {
    EXPECT_EQ(module_named_in("mk-one: Unknown symbol bar (err -2)"), "mk_one");
    EXPECT_EQ(module_named_in("Loading of unsigned module is rejected"), "");
}

// No module can be unloaded to make room for it.
TEST(DecidingLine, ASymbolOfTheKernelIsNotOneOfAModule) {
    const auto found = deciding_line({"mk: exports duplicate symbol bar (owned by kernel)"});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->cause, Cause::DuplicateSymbol);
    EXPECT_NE(found->reason.find("the kernel itself"), std::string::npos);
}

// A checksum that differs makes the symbol unknown too.
TEST(DecidingLine, TheCauseGoesBeforeWhatFollowsFromIt) {
    const auto found = deciding_line(
        {"mk: Unknown symbol bar (err -22)", "mk: disagrees about version of symbol bar"});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->cause, Cause::SymbolVersion);
    EXPECT_EQ(found->line, "mk: disagrees about version of symbol bar");
}

TEST(DecidingLine, OtherLinesDecideNothing) {
    EXPECT_EQ(cause_in({}), Cause::None);
    EXPECT_EQ(cause_in({"mk: loading out-of-tree module taints kernel.", "mk: hello"}),
              Cause::None);
}

} // namespace
} // namespace mk
