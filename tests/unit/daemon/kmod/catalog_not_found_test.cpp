// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "fixtures/module_names.hpp"
#include "fixtures/module_tree.hpp"
#include "fixtures/temporary_folder.hpp"
#include "kmod/catalog.hpp"

namespace mk {
namespace {

class CatalogNotFound : public testing::Test {
  protected:
    CatalogNotFound() {
        tree_.add("mk_one", {"name=mk_one", "license=GPL"});
        tree_.index();
    }
    Catalog catalog() {
        auto made = Catalog::create(tree_.places(), NearNames::LookedFor);
        EXPECT_TRUE(made);
        return std::move(made.value());
    }

    test::ModuleTree tree_;
};

TEST_F(CatalogNotFound, SuggestsAName) {
    auto found = catalog().find("mk_oen");
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::NotFound);
    EXPECT_NE(found.error().message.find("did you mean mk_one?"), std::string::npos)
        << found.error().message;
}

// Installed without a run of depmod.
TEST_F(CatalogNotFound, AFileThatTheIndexDoesNotListIsNamed) {
    const auto path = tree_.add("mk_late", {"license=GPL"});
    auto found = catalog().find("mk-late");
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().facts.cause, Cause::NoIndex);
    EXPECT_NE(found.error().message.find("although its file \"" + path + "\" is there; run depmod"),
              std::string::npos)
        << found.error().message;
}

// To look for them takes seconds on a machine with many modules and a slow disk.
TEST_F(CatalogNotFound, SuggestionsAreOnlyForWhatSomebodyTyped) {
    tree_.add("mk_late", {"license=GPL"});
    const auto plain = "there is no module or alias \"mk_late\" in " + catalog().module_dir();
    EXPECT_EQ(Catalog::create(tree_.places()).value().find("mk_late").error().message, plain);
    EXPECT_EQ(catalog().describe_name("mk_late"_module).error().message, plain);
}

// The kernel was upgraded, and the modules of the one that runs are gone.
TEST_F(CatalogNotFound, WhereOnlyAnotherKernelHasModulesABootIsAdvised) {
    test::TemporaryFolder folders;
    folders.write("6.1.0-2/modules.dep", "");
    const auto gone = folders / "6.1.0-1";
    const auto found = Catalog::create({gone, {gone}}, NearNames::LookedFor).value().find("dummy");
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().facts.cause, Cause::NoIndex);
    EXPECT_NE(found.error().message.find("there are modules of 6.1.0-2: reboot"), std::string::npos)
        << found.error().message;
}

TEST_F(CatalogNotFound, SaysWhenThereIsNoIndexAtAll) {
    test::TemporaryFolder empty;
    auto made = Catalog::create({empty.path(), {empty.path()}}, NearNames::LookedFor);
    ASSERT_TRUE(made);
    auto found = made.value().find("dummy");
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::NotFound);
    EXPECT_NE(found.error().message.find("depmod"), std::string::npos);
}

TEST_F(CatalogNotFound, AnAliasThatLeadsToNoModuleIsNamedWithItsLine) {
    tree_.configure("off.conf", "alias net-pf-31 off\n");
    auto found = catalog().find("net-pf-31");
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::NotFound);
    EXPECT_NE(found.error().message.find("off.conf:1"), std::string::npos) << found.error().message;
}

// Whoever asks may not be who may read the file.
TEST_F(CatalogNotFound, WhereAHiddenAliasLeadsIsNotTold) {
    tree_.configure("off.conf", "alias net-pf-31 topsecret\nalias net-pf-32 known\n");
    tree_.configure("public.conf", "alias net-pf-3[2-9] known\n");
    std::filesystem::permissions(tree_.root() / "modprobe.d/off.conf",
                                 std::filesystem::perms(0600));
    const auto message = [&](const char *target) { return catalog().find(target).error().message; };
    EXPECT_EQ(message("net-pf-31").find("topsecret"), std::string::npos) << message("net-pf-31");
    EXPECT_NE(message("net-pf-32").find("\"known\""), std::string::npos) << message("net-pf-32");
}

} // namespace
} // namespace mk
