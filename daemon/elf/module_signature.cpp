// SPDX-License-Identifier: GPL-2.0-only
// Parser of module signatures. sign-file appends a PKCS#7 message in DER, struct module_signature
// with its length, and a line of text. The parser reads only the few elements that name the signer.
// Kernels before 4.4 had other kinds, with the names in plain bytes before the signature.
#include "elf/module_signature.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace mk {

namespace {

using namespace std::literals;

constexpr std::string_view mark = "~Module signature appended~\n";
// struct module_signature, its length in big endian
constexpr std::size_t trailer_bytes = 12;
enum Field : std::size_t { Algorithm, HashAt, Kind, SignerBytes, KeyBytes, Unused, Length = 8 };
constexpr unsigned char kind_pkcs7 = 2;
constexpr std::array<std::string_view, 9> old_hashes = {
    "md4", "md5", "sha1", "rmd160", "sha256", "sha384", "sha512", "sha224", "sm3"};
constexpr std::string_view signed_data_id = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"sv;

using Form = ModuleSignature::Form;

ModuleSignature malformed(std::string flaw) {
    ModuleSignature signature;
    signature.form = Form::Malformed;
    signature.flaw = std::move(flaw);
    return signature;
}

enum Tag : unsigned char {
    Integer = 0x02,
    ObjectId = 0x06,
    Sequence = 0x30,
    Set = 0x31,
    Context0 = 0xa0,
    Implicit0 = 0x80,
};

unsigned char byte_of(char c) {
    return static_cast<unsigned char>(c);
}

// Elements one after the other.
class Der {
  public:
    explicit Der(std::string_view bytes) : rest_(bytes) {}

    bool at(Tag tag) const { return !rest_.empty() && byte_of(rest_.front()) == tag; }
    bool empty() const { return rest_.empty(); }

    // The content of the next element; moves past it. A damaged element has none.
    std::string_view next() {
        if (rest_.size() < 2)
            return fail();
        std::size_t length = byte_of(rest_[1]);
        std::size_t header = 2;
        if (length & long_form) {
            const std::size_t octets = length & ~long_form;
            if (octets == 0 || octets > sizeof(std::uint32_t) || rest_.size() < 2 + octets)
                return fail();
            length = 0;
            for (std::size_t i = 0; i < octets; ++i)
                length = length << 8 | byte_of(rest_[2 + i]);
            header += octets;
        }
        if (rest_.size() - header < length)
            return fail();
        const auto content = rest_.substr(header, length);
        rest_.remove_prefix(header + length);
        return content;
    }
    Der inside() { return Der(next()); }
    Der inside_if(Tag tag) { return at(tag) ? inside() : Der({}); }

  private:
    static constexpr std::size_t long_form = 0x80;

    std::string_view fail() {
        rest_ = {};
        return {};
    }

    std::string_view rest_;
};

std::string hexadecimal(std::string_view bytes) {
    std::string text;
    for (const char c : bytes)
        text += fmt::format("{}{:02X}", text.empty() ? "" : ":", byte_of(c));
    return text;
}

struct Hash {
    std::string_view id;
    std::string_view name;
};
constexpr std::array hashes = {
    Hash{"\x2b\x0e\x03\x02\x1a"sv, "sha1"},
    Hash{"\x60\x86\x48\x01\x65\x03\x04\x02\x01"sv, "sha256"},
    Hash{"\x60\x86\x48\x01\x65\x03\x04\x02\x02"sv, "sha384"},
    Hash{"\x60\x86\x48\x01\x65\x03\x04\x02\x03"sv, "sha512"},
    Hash{"\x60\x86\x48\x01\x65\x03\x04\x02\x04"sv, "sha224"},
    Hash{"\x60\x86\x48\x01\x65\x03\x04\x02\x08"sv, "sha3-256"},
    Hash{"\x60\x86\x48\x01\x65\x03\x04\x02\x09"sv, "sha3-384"},
    Hash{"\x60\x86\x48\x01\x65\x03\x04\x02\x0a"sv, "sha3-512"},
};

std::string hash_name(std::string_view id) {
    for (const auto &hash : hashes)
        if (hash.id == id)
            return std::string(hash.name);
    return {};
}

// Name: a sequence of sets of (attribute, text)
std::string common_name(Der name) {
    constexpr std::string_view attribute = "\x55\x04\x03"sv;
    while (name.at(Set)) {
        Der pair = name.inside().inside();
        if (pair.at(ObjectId) && pair.next() == attribute)
            return std::string(pair.next());
    }
    return {};
}

// SignerInfo: version, who, digest algorithm, ...
ModuleSignature signer_of(Der info) {
    ModuleSignature signature;
    info.next();
    if (info.at(Implicit0)) {
        signature.key = hexadecimal(info.next());
    } else if (info.at(Sequence)) {
        Der issuer_and_serial = info.inside();
        signature.signer = common_name(issuer_and_serial.inside_if(Sequence));
        if (issuer_and_serial.at(Integer))
            signature.key = hexadecimal(issuer_and_serial.next());
    }
    Der algorithm = info.inside_if(Sequence);
    if (algorithm.at(ObjectId))
        signature.hash = hash_name(algorithm.next());
    return signature;
}

ModuleSignature read_message(std::string_view message) {
    const auto none = [] { return malformed("it is not a PKCS#7 message"); };
    Der content = Der(message).inside_if(Sequence);
    if (!content.at(ObjectId) || content.next() != signed_data_id)
        return none();
    Der signed_data = content.inside_if(Context0).inside_if(Sequence);
    if (!signed_data.at(Integer))
        return none();
    signed_data.next(); // version
    signed_data.next(); // digest algorithms
    signed_data.next(); // what is signed: not in here
    // certificates and what revokes them, where the signer put any in
    while (!signed_data.empty() && !signed_data.at(Set))
        signed_data.next();
    if (!signed_data.at(Set))
        return none();
    auto signature = signer_of(signed_data.inside_if(Set).inside_if(Sequence));
    if (signature.hash.empty()) {
        signature.form = Form::Unknown;
        signature.flaw = "it has a hash that the kernel does not know";
    }
    return signature;
}

unsigned char field(std::string_view trailer, std::size_t at) {
    return byte_of(trailer[at]);
}

// @file: up to the trailer. Names and signature follow each other.
ModuleSignature read_old_kind(std::string_view file, std::string_view trailer, std::size_t length) {
    ModuleSignature signature;
    signature.form = Form::Unknown;
    signature.flaw = fmt::format("it is of the {} kind, which kernels since 4.4 do not know",
                                 field(trailer, Kind) == 0 ? "PGP" : "X.509");
    file.remove_suffix(length);
    const std::size_t key = field(trailer, KeyBytes);
    const std::size_t signer = field(trailer, SignerBytes);
    if (key + signer > file.size())
        return signature;
    signature.key = hexadecimal(file.substr(file.size() - key));
    file.remove_suffix(key);
    signature.signer = file.substr(file.size() - signer);
    if (field(trailer, HashAt) < old_hashes.size())
        signature.hash = old_hashes[field(trailer, HashAt)];
    return signature;
}

bool has_only_its_kind(std::string_view trailer) {
    for (std::size_t at = 0; at < Length; ++at)
        if (at != Kind && field(trailer, at) != 0)
            return false;
    return true;
}

} // namespace

// In the order of the kernel's checks (mod_check_sig()).
std::optional<ModuleSignature> signature_of(std::string_view file) {
    if (!file.ends_with(mark) || file.size() == mark.size())
        return std::nullopt;
    file.remove_suffix(mark.size());
    if (file.size() <= trailer_bytes)
        return malformed("there is nothing before it");
    const auto trailer = file.substr(file.size() - trailer_bytes);
    file.remove_suffix(trailer_bytes);
    std::size_t length = 0;
    for (std::size_t at = Length; at < trailer_bytes; ++at)
        length = length << 8 | field(trailer, at);
    if (length >= file.size())
        return malformed("it claims to be longer than the file");
    if (field(trailer, Kind) != kind_pkcs7)
        return read_old_kind(file, trailer, length);
    if (!has_only_its_kind(trailer))
        return malformed("fields that must be 0 are not");
    return read_message(file.substr(file.size() - length));
}

} // namespace mk
