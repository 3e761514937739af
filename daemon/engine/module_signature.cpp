// SPDX-License-Identifier: GPL-2.0-only
// sign-file appends a PKCS#7 message in DER, struct module_signature with its length, and a line of
// text. Only the few elements that name the signer are looked at.
#include "engine/module_signature.hpp"

#include <fmt/format.h>

#include <array>

namespace mk::engine {

namespace {

using namespace std::literals;

constexpr std::string_view mark = "~Module signature appended~\n";
// struct module_signature: algo, hash, id_type, signer_len, key_id_len, 3 unused, length (big
// endian)
constexpr std::size_t trailer_bytes = 12;
constexpr std::size_t length_at = 8;

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

    // The content of the next element, and on behind it. What is broken has none.
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
    Der content = Der(message).inside_if(Sequence);
    content.next(); // what it is: signed data
    Der signed_data = content.inside_if(Context0).inside_if(Sequence);
    signed_data.next(); // version
    signed_data.next(); // digest algorithms
    signed_data.next(); // what is signed: not in here
    // certificates and what revokes them, where the signer put any in
    while (!signed_data.empty() && !signed_data.at(Set))
        signed_data.next();
    return signer_of(signed_data.inside_if(Set).inside_if(Sequence));
}

} // namespace

std::optional<ModuleSignature> signature_of(std::string_view file) {
    if (!file.ends_with(mark))
        return std::nullopt;
    file.remove_suffix(mark.size());
    if (file.size() < trailer_bytes)
        return ModuleSignature{};
    std::size_t length = 0;
    for (std::size_t i = length_at; i < trailer_bytes; ++i)
        length = length << 8 | byte_of(file[file.size() - trailer_bytes + i]);
    file.remove_suffix(trailer_bytes);
    if (length > file.size())
        return ModuleSignature{};
    return read_message(file.substr(file.size() - length));
}

} // namespace mk::engine
