// SPDX-License-Identifier: GPL-2.0-only
#include "elf/decompress.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>

#include "base/descriptor.hpp"
#include "base/module_name.hpp"
#include "base/text_file.hpp"
#include "elf/compressors.hpp"

namespace mk {

namespace {

using namespace std::literals;

constexpr std::size_t chunk_bytes = 1U << 18;
using Chunk = std::array<char, chunk_bytes>;

// Memory limit of a decoder: the compression of kernel images needs 129 MiB.
constexpr std::uint64_t decoder_memory_max = 192U << 20;

Error damaged(std::string_view how) {
    return {ErrorCode::BadFormat,
            fmt::format("the compressed data is damaged or truncated ({})", how)};
}

// Result of one step of a decoder on its input and output.
struct Step {
    enum class Kind { More, End, Broken } kind;
    std::size_t filled; // of the chunk
};

// Appends the output of @step for one stream or frame to @result.
template <typename Decode>
Result<void> collect(std::string_view how, std::size_t limit, std::string &result, Decode step) {
    const auto chunk = std::make_unique<Chunk>();
    for (;;) {
        const Step done = step(*chunk);
        if (done.filled > limit - std::min(limit, result.size()))
            return Error{ErrorCode::BadFormat,
                         fmt::format("the packed data is larger than {} MiB", limit >> 20)};
        result.append(chunk->data(), done.filled);
        if (done.kind == Step::Kind::End)
            return {};
        // no progress without an end: the input is over
        if (done.kind == Step::Kind::Broken || done.filled == 0)
            return damaged(how);
    }
}

// The next three functions consume one stream or frame from the beginning of @bytes.
using Unpack = Result<void> (*)(std::string_view &bytes, std::size_t limit, std::string &result);

Result<void> unpack_gzip(std::string_view &bytes, std::size_t limit, std::string &result) {
    TRY(zlib.open());
    constexpr int gzip_window = 16 + MAX_WBITS;
    z_stream stream{};
    // zlib's own declaration has no const; it does not write there
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    if (inflateInit2(&stream, gzip_window) != Z_OK)
        return Error{ErrorCode::Failed, "zlib cannot start"};
    auto done = collect("gzip", limit, result, [&](Chunk &chunk) -> Step {
        stream.next_out = reinterpret_cast<Bytef *>(chunk.data());
        stream.avail_out = static_cast<uInt>(chunk.size());
        const int code = inflate(&stream, Z_NO_FLUSH);
        return {code == Z_STREAM_END ? Step::Kind::End
                : code == Z_OK       ? Step::Kind::More
                                     : Step::Kind::Broken,
                chunk.size() - stream.avail_out};
    });
    bytes.remove_prefix(bytes.size() - stream.avail_in);
    inflateEnd(&stream);
    return done;
}

Result<void> unpack_xz(std::string_view &bytes, std::size_t limit, std::string &result) {
    TRY(liblzma.open());
    lzma_stream stream = LZMA_STREAM_INIT;
    if (lzma_stream_decoder(&stream, decoder_memory_max, 0) != LZMA_OK)
        return Error{ErrorCode::Failed, "liblzma cannot start"};
    stream.next_in = reinterpret_cast<const std::uint8_t *>(bytes.data());
    stream.avail_in = bytes.size();
    auto done = collect("xz", limit, result, [&](Chunk &chunk) -> Step {
        stream.next_out = reinterpret_cast<std::uint8_t *>(chunk.data());
        stream.avail_out = chunk.size();
        const auto code = lzma_code(&stream, LZMA_RUN);
        return {code == LZMA_STREAM_END ? Step::Kind::End
                : code == LZMA_OK       ? Step::Kind::More
                                        : Step::Kind::Broken,
                chunk.size() - stream.avail_out};
    });
    bytes.remove_prefix(bytes.size() - stream.avail_in);
    lzma_end(&stream);
    return done;
}

struct FreesZstd {
    void operator()(ZSTD_DStream *stream) const { ZSTD_freeDStream(stream); }
};

Result<void> unpack_zstd(std::string_view &bytes, std::size_t limit, std::string &result) {
    TRY(libzstd.open());
    // By itself, it refuses input that needs more than 128 MiB.
    const std::unique_ptr<ZSTD_DStream, FreesZstd> stream(ZSTD_createDStream());
    if (!stream)
        return Error{ErrorCode::Failed, "libzstd cannot start"};
    ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
    auto done = collect("zstd", limit, result, [&](Chunk &chunk) -> Step {
        ZSTD_outBuffer output{chunk.data(), chunk.size(), 0};
        const auto left = ZSTD_decompressStream(stream.get(), &output, &input);
        return {ZSTD_isError(left) != 0 ? Step::Kind::Broken
                : left == 0             ? Step::Kind::End
                                        : Step::Kind::More,
                output.pos};
    });
    bytes.remove_prefix(input.pos);
    return done;
}

// Skippable frames; pzstd begins with one.
bool is_skippable_zstd(std::string_view bytes) {
    return bytes.size() >= 4 && (static_cast<unsigned char>(bytes[0]) & 0xf0) == 0x50 &&
           bytes.substr(1, 3) == "\x2a\x4d\x18"sv;
}

// Zeros that may be between the streams of xz, four at a time.
void skip_padding(std::string_view &bytes) {
    while (bytes.starts_with("\0\0\0\0"sv))
        bytes.remove_prefix(4);
}

// Consecutive streams are one content, as for the programs that compress them.
Result<std::string> unpack_all(std::string_view bytes, Packing packing, std::size_t limit,
                               Unpack one) {
    std::string result;
    do {
        TRY(one(bytes, limit, result));
        if (packing == Packing::Xz)
            skip_padding(bytes);
    } while (packing_of(bytes) == packing);
    return result;
}

} // namespace

Packing packing_of(std::string_view bytes) {
    if (bytes.starts_with("\x1f\x8b"sv))
        return Packing::Gzip;
    if (bytes.starts_with("\xfd"
                          "7zXZ\0"sv))
        return Packing::Xz;
    if (bytes.starts_with("\x28\xb5\x2f\xfd"sv) || is_skippable_zstd(bytes))
        return Packing::Zstd;
    // bzip2, lzma, lzo, lz4 as made by the kernel build
    for (auto magic : {"BZh"sv, "\x5d\0\0"sv, "\x89LZO"sv, "\x02\x21\x4c\x18"sv})
        if (bytes.starts_with(magic))
            return Packing::Unknown;
    return Packing::None;
}

Packing packing_of_file(const std::string &path) {
    // NONBLOCK: a FIFO must not block
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    std::array<char, 16> head{};
    if (file.get() < 0 || fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))
        return Packing::None;
    const auto got = pread(file.get(), head.data(), head.size(), 0);
    return packing_of({head.data(), got > 0 ? static_cast<std::size_t>(got) : 0});
}

std::string_view name_of(Packing packing) {
    switch (packing) {
    case Packing::Gzip:
        return "gzip";
    case Packing::Xz:
        return "xz";
    case Packing::Zstd:
        return "zstd";
    case Packing::None:
    case Packing::Unknown:
        break;
    }
    return {};
}

Result<std::string> unpack(std::string_view bytes, std::size_t limit) {
    const auto packing = packing_of(bytes);
    switch (packing) {
    case Packing::Gzip:
        return unpack_all(bytes, packing, limit, unpack_gzip);
    case Packing::Xz:
        return unpack_all(bytes, packing, limit, unpack_xz);
    case Packing::Zstd:
        return unpack_all(bytes, packing, limit, unpack_zstd);
    case Packing::Unknown:
        return Error{ErrorCode::BadFormat, "it is compressed with bzip2, lzma, lzo or lz4, which "
                                           "only the kernel's own tools unpack"};
    case Packing::None:
        break;
    }
    return std::string(bytes);
}

Result<std::string> read_unpacked(const std::string &path, std::size_t limit) {
    errno = 0;
    auto bytes = read_text(path, limit);
    if (!bytes) {
        const int error = errno;
        const auto code = error == ENOENT   ? ErrorCode::NotFound
                          : error == EACCES ? ErrorCode::NotAuthorized
                                            : ErrorCode::Failed;
        return Error{code,
                     fmt::format("the file {} cannot be read: {}", quote(path),
                                 error == 0 ? "it is too large" : std::strerror(error)),
                     {.cause = error == EACCES ? Cause::UnreadableFile
                               : error == EIO  ? Cause::DamagedFile
                                               : Cause::None}};
    }
    if (packing_of(*bytes) == Packing::None)
        return std::move(*bytes);
    auto unpacked = unpack(*bytes, limit);
    if (!unpacked)
        return Error{unpacked.error().code, fmt::format("the file {} cannot be unpacked: {}",
                                                        quote(path), unpacked.error().message)};
    return unpacked;
}

} // namespace mk
