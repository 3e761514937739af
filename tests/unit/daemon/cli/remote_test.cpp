// SPDX-License-Identifier: GPL-2.0-only
// -H HOST, with a program in the place of ssh that shows what it was given.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/remote.hpp"
#include "cli/run.hpp"

namespace mk::cli::test {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

TEST(Remote, IsMeantWhereverTheHostStands) {
    for (const Words &words :
         {Words{"-H", "web1", "list", "--json"}, Words{"list", "-Hweb1", "--json"},
          Words{"list", "--json", "--host", "web1"}, Words{"list", "--host=web1", "--json"}}) {
        const auto call = remote_call(words);
        ASSERT_TRUE(call);
        EXPECT_EQ(call->host, "web1");
        EXPECT_EQ(call->words, (Words{"list", "--json"}));
    }
    EXPECT_FALSE(remote_call({"list"}));
    EXPECT_FALSE(remote_call({"load", "x", "--", "-H", "web1"}));
    EXPECT_FALSE(remote_call({"list", "-H"}));
}

TEST(Remote, QuotesForTheShellThere) {
    EXPECT_EQ(remote_line({"h", {"load", "dummy", "numdummies=3"}}),
              "modkeeper load dummy numdummies=3");
    EXPECT_EQ(remote_line({"h", {"list", "snd*", "a b", "it's", "$(reboot)", ""}}),
              "modkeeper list 'snd*' 'a b' 'it'\\''s' '$(reboot)' ''");
}

class RemoteTest : public testing::Test {
  protected:
    RemoteTest() {
        folder_ = (fs::temp_directory_path() / "modkeeper-ssh.XXXXXX").string();
        EXPECT_NE(mkdtemp(folder_.data()), nullptr);
        path_ = std::getenv("PATH");
    }
    ~RemoteTest() override {
        setenv("PATH", path_.c_str(), 1);
        fs::remove_all(folder_);
    }
    void use_ssh(const std::string &script) {
        std::ofstream(folder_ + "/ssh") << "#!/bin/sh\n" << script << "\n";
        fs::permissions(folder_ + "/ssh", fs::perms::owner_all);
        setenv("PATH", (folder_ + ":" + path_).c_str(), 1);
    }
    std::string folder_;
    std::string path_;
};

TEST_F(RemoteTest, RunsTheCommandThereAndEndsAsItDid) {
    use_ssh("printf '<%s>' \"$@\"; exit 3");
    const Ran ran = run({"-H", "root@web1", "info", "no such"});
    EXPECT_EQ(ran.out, "<-T><--><root@web1><modkeeper info 'no such'>");
    EXPECT_EQ(ran.status, 3);
}

TEST_F(RemoteTest, SaysWhatFailed) {
    use_ssh("exit 255");
    Ran ran = run({"-H", "web1", "list"});
    EXPECT_EQ(ran.status, 255);
    EXPECT_NE(ran.err.find("cannot reach \"web1\""), std::string::npos) << ran.err;
    EXPECT_EQ(nlohmann::json::parse(run({"-H", "web1", "list", "--json"}).out)["result"], "failed");
    use_ssh("exit 127");
    ran = run({"-H", "web1", "list"});
    EXPECT_EQ(ran.status, 127);
    EXPECT_NE(ran.err.find("has no program modkeeper"), std::string::npos) << ran.err;
    use_ssh("kill -9 $$");
    EXPECT_EQ(run({"-H", "web1", "list"}).status, 255);
    setenv("PATH", "/nonexistent", 1);
    ran = run({"-H", "web1", "list"});
    EXPECT_EQ(ran.status, 255);
    EXPECT_NE(ran.err.find("openssh-client"), std::string::npos) << ran.err;
}

TEST_F(RemoteTest, AnOptionIsNoHost) {
    use_ssh("echo never");
    const Ran ran = run({"-H", "-oProxyCommand=reboot", "list"});
    EXPECT_EQ(ran.status, 2);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(run({"--host=", "list"}).status, 2);
    EXPECT_EQ(run({"list", "-H"}).status, 2);
}

} // namespace
} // namespace mk::cli::test
