// SPDX-License-Identifier: GPL-2.0-only
// Guest instructions that each contender needs to read the same records, from the first call to the
// knowledge that there is no more, with a checksum of their texts. Writing them is not counted.
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <fcntl.h>
#include <functional>
#include <system_error>
#include <unistd.h>

#include "commands.hpp"
#include "guest_clock.hpp"
#include "json_array.hpp"
#include "record_contenders.hpp"

namespace mk::bench {

namespace {

// A record of the driver is then of 200 bytes.
constexpr std::size_t text_bytes = 112;
constexpr std::size_t record_bytes = 200;
constexpr std::size_t batch_bytes = 65536;
constexpr std::size_t bpf_ring_bytes = 1 << 20;

std::vector<std::string> make_lines(std::size_t count) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < count; i++) {
        std::string line = "line " + std::to_string(i) + " of a measurement";
        while (line.size() < text_bytes)
            line += static_cast<char>('a' + (line.size() + i) % 26);
        lines.push_back(line);
    }
    return lines;
}

struct Contender {
    const char *name;
    std::function<void(RecordChecksum &)> drain;
    std::vector<std::uint64_t> instructions;
    RecordChecksum last;
};

void print(const Contender &contender) {
    std::printf("{\"job\": \"drain\", \"contender\": \"%s\", \"records\": %" PRIu64
                ", \"record_bytes\": %zu, \"text_bytes\": %zu, \"checksum\": \"%08" PRIx64
                "\", \"instructions\": %s}\n",
                contender.name, contender.last.records(), record_bytes, text_bytes,
                contender.last.value(), json_array(contender.instructions).c_str());
}

void write_mark(int device, const std::string &line) {
    if (write(device, line.data(), line.size()) < 0)
        throw std::system_error(errno, std::generic_category(), "write to /dev/modkeeper");
}

} // namespace

int time_drains(const Arguments &arguments) {
    std::vector<std::string> lines = make_lines(std::stoul(arguments[0]));
    int rounds = std::stoi(arguments[1]);
    check_instruction_clock();
    Descriptor marks(open("/dev/modkeeper", O_WRONLY | O_CLOEXEC));
    if (!marks)
        throw std::system_error(errno, std::generic_category(), "/dev/modkeeper");
    DeviceReader batches(batch_bytes), singles(record_bytes), copier(batch_bytes);
    MappedRing runs, each;
    KernelLog log;
    BpfRing bpf(bpf_ring_bytes, record_bytes);

    std::vector<Contender> contenders;
    auto add = [&](const char *name, std::function<void(RecordChecksum &)> drain) {
        contenders.push_back({name, std::move(drain), {}, {}});
    };
    add("/dev/kmsg, a record a read()", [&](RecordChecksum &sum) { log.drain(sum); });
    add("driver, a record a read()", [&](RecordChecksum &sum) { singles.drain(sum); });
    add("driver, read() in batches", [&](RecordChecksum &sum) { batches.drain(sum); });
    add("driver, mapped, a record a copy", [&](RecordChecksum &sum) { each.drain(sum); });
    add("driver, mapped, in runs", [&](RecordChecksum &sum) { runs.drain_runs(sum); });
    add("BPF ring buffer, libbpf", [&](RecordChecksum &sum) { bpf.drain(sum); });
    add("the checksum alone", [&](RecordChecksum &sum) {
        for (const std::string &line : lines)
            sum.add(line);
    });

    // the first round warms up
    for (int round = 0; round <= rounds; round++) {
        for (DeviceReader *reader : {&batches, &singles, &copier})
            reader->seek_end();
        runs.seek_end();
        each.seek_end();
        log.seek_end();
        for (const std::string &line : lines) {
            write_mark(marks.get(), line);
            log.write_line(line);
        }
        std::vector<std::uint64_t> bytes = copier.take_bytes();
        for (std::size_t at = 0; at < bytes.size(); at += record_bytes / sizeof(bytes[0]))
            bpf.write(*reinterpret_cast<const modkeeper_record *>(&bytes[at]));
        for (Contender &contender : contenders) {
            contender.last = {};
            std::uint64_t start = instructions_now();
            contender.drain(contender.last);
            std::uint64_t spent = instructions_now() - start;
            if (round > 0)
                contender.instructions.push_back(spent);
        }
    }
    for (const Contender &contender : contenders)
        print(contender);
    return 0;
}

} // namespace mk::bench
