// SPDX-License-Identifier: GPL-2.0-only
// What info tells from inside a file.
#include <gtest/gtest.h>

#include "cli/output/info_details.hpp"

namespace mk::cli::test {
namespace {

Details all() {
    Details details;
    ModuleContents contents;
    contents.fields = {{"license", "GPL"}, {"intree", "Y"}, {"firmware", "mk/\033fw.bin"}};
    contents.memory = {4096, 1024, 512, 100};
    contents.sections = {{".text", 4096, true}, {".init.text", 100, false}};
    contents.signature =
        ModuleSignature{ModuleSignature::Form::Readable, "", "Some key", "AB:CD", "sha256"};
    contents.exports = {{"mk_call", 7, true, "MK"}};
    contents.imports = {{"printk", 9}, {"perhaps", {}, true}};
    details.contents = contents;
    details.symbols = true;
    details.providers = {"vmlinux", ""};
    DeviceFacts facts;
    facts.drivers = {"pci:mk"};
    facts.devices = {{"pci", "mk", "0000:00:03.0", {{"memory", 0x1000, 0x1fff}}, {11}}};
    facts.nodes = {{false, 10, 200, "net/tun", "alias"}};
    facts.claims = {{"ioport", "0000-0000", "mk", true}};
    details.devices = facts;
    details.nodes = details.resources = true;
    return details;
}

TEST(InfoDetails, TellsEveryFieldThatHasNoLineYet) {
    EXPECT_EQ(file_lines(all()),
              "intree        Y\n"
              "firmware      mk/\\x1bfw.bin\n"
              "memory        4.0K code, 1.0K constants, 512 data, 100 freed after init\n"
              "signature     by Some key, sha256, key AB:CD\n");
    auto details = all();
    details.contents->signature.reset();
    EXPECT_NE(file_lines(details).find("signature     none\n"), std::string::npos);
    EXPECT_EQ(file_lines({}), "");
}

TEST(InfoDetails, ShowsTablesThatWereAskedFor) {
    EXPECT_EQ(tables_of(all()), "\nEXPORTS  FOR  CHECKSUM    NAMESPACE\n"
                                "mk_call  GPL  0x00000007  MK\n"
                                "\nIMPORTS  PROVIDER  CHECKSUM\n"
                                "printk   vmlinux   0x00000009\n"
                                "perhaps  ?\n"
                                "\nDEVICE        BUS  DRIVER\n"
                                "0000:00:03.0  pci  mk\n"
                                "\nNODE          TYPE  NUMBER  KNOWN BY\n"
                                "/dev/net/tun  char  10:200  alias\n"
                                "\nRESOURCE  RANGE                       OWNER\n"
                                "memory    0x1000-0x1fff               0000:00:03.0\n"
                                "irq       11                          0000:00:03.0\n"
                                "ioport    hidden: shown only to root  mk\n");
    EXPECT_EQ(tables_of({}), "");
}

TEST(InfoDetails, TellsInJson) {
    Json json;
    add_json(json, all());
    EXPECT_EQ(json["contents"]["modinfo"][1]["field"], "intree");
    EXPECT_EQ(json["contents"]["sections"][1]["stays"], false);
    EXPECT_EQ(json["contents"]["memory"]["text_bytes"], 4096);
    EXPECT_EQ(json["contents"]["file_signature"]["hash"], "sha256");
    EXPECT_EQ(json["imports"][0]["provider"], "vmlinux");
    EXPECT_EQ(json["imports"][1]["provider"], nullptr);
    EXPECT_EQ(json["device_nodes"][0]["path"], "/dev/net/tun");
    EXPECT_EQ(json["devices"][0]["bound_driver"], "mk");
    EXPECT_EQ(json["devices"][0]["ranges"][0]["last"], 0x1fff);
    EXPECT_EQ(json["claims"][0]["range"], nullptr);
    Json bare;
    add_json(bare, {});
    EXPECT_EQ(bare["contents"], nullptr);
    EXPECT_FALSE(bare.contains("imports"));
}

} // namespace
} // namespace mk::cli::test
