// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "fixtures/holder_root.hpp"
#include "fixtures/module_names.hpp"

namespace mk {
namespace {

class SequencerTest : public testing::Test {
  protected:
    SequencerTest() {
        root.write("proc/asound/modules", " 0 snd_virmidi\n 1 snd_usb_audio\n");
        root.write("proc/asound/seq/clients",
                   "Client info\n  cur  clients : 5\n\n"
                   "Client   0 : \"System\" [Kernel Legacy]\n"
                   "  Port   0 : \"Timer\" (Rwe-) [In/Out]\n"
                   "  Port   1 : \"Announce\" (R-e-) [In]\n"
                   "    Connecting To: 14:0\n"
                   "Client  14 : \"Midi Through\" [Kernel Legacy]\n"
                   "  Port   0 : \"Midi Through Port-0\" (RWe-) [In/Out]\n"
                   "    Connected From: 0:1, 128:0[r:0]\n"
                   "Client  16 : \"Virtual Raw MIDI 0-0\" [Kernel Legacy]\n"
                   "  Port   0 : \"VirMIDI 0-0\" (RWeX) [In/Out]\n"
                   "    Connected From: 128:0\n"
                   "Client  20 : \"Keys\" [Kernel Legacy]\n"
                   "  Port   0 : \"Keys MIDI 1\" (RWeX) [In/Out]\n"
                   "    Connecting To: 128:0, 129:0[ex]\n"
                   "Client 128 : \"synth\" [User Legacy]\n"
                   "  Port   0 : \"in\" (RWe-) [In/Out]\n"
                   "    Connecting To: 14:0[r:0], 16:0\n"
                   "    Connected From: 20:0\n"
                   "Client 129 : \"log\" [User Legacy]\n"
                   "  Port   0 : \"in\" (-We-) [Out]\n"
                   "    Connected From: 20:0[ex]\n");
    }
    std::vector<Holder> found(const std::string &module) {
        auto search = root.search(module);
        search.loaded.emplace_back().name = "snd_seq_virmidi"_module;
        search.loaded.back().used_by = names({"snd_virmidi"});
        return test::found_by(find_sequencer_ports, search);
    }
    static std::uint32_t references(const std::vector<Holder> &holders) {
        std::uint32_t sum = 0;
        for (const auto &holder : holders)
            sum += holder.references;
        return sum;
    }
    test::HolderRoot root;
};

TEST_F(SequencerTest, ConnectionsHoldBothPorts) {
    const auto all = found("snd_seq_dummy");
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].kind, HolderKind::Sequencer);
    EXPECT_EQ(all[0].what, "0:1 to 14:0");
    EXPECT_EQ(all[0].through, "which are connected, one of \"Midi Through\"");
    EXPECT_EQ(all[0].remedy, "aconnect -d 0:1 14:0");
    EXPECT_EQ(all[1].what, "128:0 to 14:0");
    EXPECT_EQ(references(all), 2U);
    EXPECT_EQ(references(found("snd_seq")), 5U);
}

TEST_F(SequencerTest, APortOfACardHoldsItOnce) {
    EXPECT_EQ(references(found("snd_seq_virmidi")), 1U);
    EXPECT_EQ(references(found("snd_virmidi")), 1U);
    EXPECT_EQ(references(found("snd_seq_midi")), 2U);
    const auto card = found("snd_usb_audio");
    EXPECT_EQ(references(card), 1U);
    EXPECT_EQ(card.at(0).what, "20:0 to 128:0");
    EXPECT_TRUE(found("snd_dummy").empty());
}

// A client chooses its name, and who is told the remedy is root.
TEST_F(SequencerTest, NoNameGetsIntoARemedy) {
    root.write("proc/asound/seq/clients",
               "Client 128 : \"x\"\n    Connecting To: ;reboot, $(id):0, 1:`id`, 14:0\" [User]\n"
               "  Port   0 : \"in\" (RWe-) [In/Out]\n"
               "    Connecting To: 14:0;reboot, 16:0\n");
    for (const auto &holder : found("snd_seq"))
        EXPECT_EQ(holder.remedy, "aconnect -d 128:0 16:0");
}

} // namespace
} // namespace mk
