// SPDX-License-Identifier: GPL-2.0-only
#include "elf/module_signature.hpp"

#include <gtest/gtest.h>

namespace mk {
namespace {

std::string der(unsigned char tag, const std::string &content) {
    std::string bytes(1, static_cast<char>(tag));
    if (content.size() < 128) {
        bytes += static_cast<char>(content.size());
    } else {
        bytes += '\x82';
        bytes += static_cast<char>(content.size() >> 8);
        bytes += static_cast<char>(content.size() & 0xff);
    }
    return bytes + content;
}

std::string attribute(const std::string &id, const std::string &text) {
    return der(0x31, der(0x30, der(0x06, id) + der(0x0c, text)));
}

std::string algorithm(const std::string &id) {
    return der(0x30, der(0x06, id) + der(0x05, ""));
}

const std::string sha256 = "\x60\x86\x48\x01\x65\x03\x04\x02\x01";

// Who signed is either issuer and serial number or a key's id.
std::string message(const std::string &who, const std::string &certificates = "") {
    const auto info = der(0x30, der(0x02, "\x01") + who + algorithm(sha256) +
                                    algorithm("\x2a\x03") + der(0x04, std::string(256, 's')));
    const auto data =
        der(0x30, der(0x02, "\x01") + der(0x31, algorithm(sha256)) +
                      der(0x30, der(0x06, "\x2a\x04")) + certificates + der(0x31, info));
    return der(0x30, der(0x06, "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02") + der(0xa0, data));
}

std::string signed_file(const std::string &message) {
    std::string trailer(12, '\0');
    trailer[2] = 2;
    trailer[10] = static_cast<char>(message.size() >> 8);
    trailer[11] = static_cast<char>(message.size() & 0xff);
    return "the module itself" + message + trailer + "~Module signature appended~\n";
}

const std::string by_issuer =
    der(0x30, der(0x30, attribute("\x55\x04\x0a", "Some Company") +
                            attribute("\x55\x04\x03", "Build key of a test")) +
                  der(0x02, "\x6c\xb6\x0a"));

TEST(ModuleSignature, NamesSignerKeyAndHash) {
    const auto signature = signature_of(signed_file(message(by_issuer)));
    ASSERT_TRUE(signature);
    EXPECT_EQ(signature->signer, "Build key of a test");
    EXPECT_EQ(signature->key, "6C:B6:0A");
    EXPECT_EQ(signature->hash, "sha256");
}

TEST(ModuleSignature, PassesOverCertificates) {
    const auto signature =
        signature_of(signed_file(message(by_issuer, der(0xa0, std::string(300, 'c')))));
    ASSERT_TRUE(signature);
    EXPECT_EQ(signature->signer, "Build key of a test");
}

TEST(ModuleSignature, KnowsKeysByTheirId) {
    const auto signature = signature_of(signed_file(message(der(0x80, "\x01\x02"))));
    ASSERT_TRUE(signature);
    EXPECT_EQ(signature->signer, "");
    EXPECT_EQ(signature->key, "01:02");
    EXPECT_EQ(signature->hash, "sha256");
}

TEST(ModuleSignature, AFileWithoutOneHasNone) {
    EXPECT_FALSE(signature_of("a module"));
    EXPECT_FALSE(signature_of(""));
}

using Form = ModuleSignature::Form;

// X.509: hash 4, a signer of 8 bytes, a key of 2, a signature of 256
TEST(ModuleSignature, TheOldKindsNameTheirSigner) {
    const auto signature = signature_of(
        "the module itselfSome key\x01\x02" + std::string(256, 's') +
        std::string("\x01\x04\x01\x08\x02\0\0\0\0\0\x01\0", 12) + "~Module signature appended~\n");
    ASSERT_TRUE(signature);
    EXPECT_EQ(signature->signer, "Some key");
    EXPECT_EQ(signature->key, "01:02");
    EXPECT_EQ(signature->hash, "sha256");
    EXPECT_EQ(signature->form, Form::Unknown);
    EXPECT_NE(signature->flaw.find("X.509"), std::string::npos);
}

TEST(ModuleSignature, KnowsWhatTheKernelCannotRead) {
    EXPECT_EQ(signature_of(signed_file(message(by_issuer)))->form, Form::Readable);
    const auto form = [](const std::string &file) { return signature_of(file)->form; };
    EXPECT_EQ(form("x~Module signature appended~\n"), Form::Malformed);
    auto too_long = signed_file(message(by_issuer));
    too_long[too_long.size() - 28 - 4] = '\x7f';
    EXPECT_EQ(form(too_long), Form::Malformed);
    auto too_short = signed_file(message(by_issuer));
    too_short[too_short.size() - 28 - 1] = static_cast<char>(too_short[too_short.size() - 29] - 1);
    EXPECT_EQ(form(too_short), Form::Malformed);
    auto with_names = signed_file(message(by_issuer));
    with_names[with_names.size() - 28 - 12 + 3] = 1;
    EXPECT_EQ(form(with_names), Form::Malformed);
    EXPECT_EQ(form(signed_file("this is no message")), Form::Malformed);
}

TEST(ModuleSignature, NoDamageIsMoreThanItCanTake) {
    // with nothing before it the kernel sees no signature
    EXPECT_FALSE(signature_of("~Module signature appended~\n"));
    // every byte of the message turned round, with ASan watching
    const auto sound = signed_file(message(by_issuer));
    for (std::size_t i = 0; i < sound.size(); ++i) {
        auto broken = sound;
        broken[i] = static_cast<char>(broken[i] ^ 0xff);
        signature_of(broken);
    }
}

} // namespace
} // namespace mk
