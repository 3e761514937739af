// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf_holds call|filter|follow MODULE FUNCTION|probe FUNCTION [--as PATH]: holds a module by BPF,
 * says "up" and sleeps; or leaves that behind under a name below /sys/fs/bpf.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static char log_text[1 << 16];

static int must(int result, const char *what)
{
	if (result >= 0)
		return result;
	fprintf(stderr, "%s: %s\n%s", what, strerror(errno), log_text);
	exit(1);
}

static int bpf(int command, union bpf_attr *attributes)
{
	return (int)syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

/* A description of types: struct btf_header, types, names. */
struct description {
	char *bytes;
	struct btf_header head;
};

static struct description read_description(const char *name)
{
	struct description found = { 0 };
	char path[128];
	size_t room = 32 << 20, size = 0;
	ssize_t got;

	snprintf(path, sizeof(path), "/sys/kernel/btf/%s", name);
	int fd = must(open(path, O_RDONLY), path);

	found.bytes = malloc(room);
	while ((got = read(fd, found.bytes + size, room - size)) > 0)
		size += (size_t)got;
	close(fd);
	memcpy(&found.head, found.bytes, sizeof(found.head));
	return found;
}

static size_t size_of(const struct btf_type *type)
{
	size_t count = BTF_INFO_VLEN(type->info);

	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return sizeof(*type) + 4;
	case BTF_KIND_ARRAY:
		return sizeof(*type) + 12;
	case BTF_KIND_ENUM:
	case BTF_KIND_FUNC_PROTO:
		return sizeof(*type) + 8 * count;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_DATASEC:
	case BTF_KIND_ENUM64:
		return sizeof(*type) + 12 * count;
	default:
		return sizeof(*type);
	}
}

/* How many there are; or the number of the function of that name, 0 if there is none. */
static unsigned int each_type(const struct description *of, const char *wanted,
			      unsigned int names_before)
{
	const char *at = of->bytes + of->head.hdr_len + of->head.type_off;
	const char *end = at + of->head.type_len;
	const char *names = of->bytes + of->head.hdr_len + of->head.str_off;
	unsigned int number = 0;

	while (at < end) {
		const struct btf_type *type = (const struct btf_type *)at;

		number++;
		if (wanted && BTF_INFO_KIND(type->info) == BTF_KIND_FUNC &&
		    type->name_off >= names_before &&
		    !strcmp(names + type->name_off - names_before, wanted))
			return number;
		at += size_of(type);
	}
	return wanted ? 0 : number;
}

/* The number of a function of a module, whose types come after those of the kernel. */
static int function_of(const char *module, const char *name)
{
	struct description kernel = read_description("vmlinux");
	struct description own = read_description(module);
	unsigned int before = each_type(&kernel, NULL, 0);
	unsigned int number = each_type(&own, name, kernel.head.str_len);

	free(kernel.bytes);
	free(own.bytes);
	return number ? (int)(before + number) : must(-1, name);
}

static int types_of(const char *module)
{
	union bpf_attr next = { 0 };

	while (!bpf(BPF_BTF_GET_NEXT_ID, &next)) {
		char name[64] = "";
		struct bpf_btf_info info = { .name = (uintptr_t)name, .name_len = sizeof(name) };
		union bpf_attr by_id = { .btf_id = next.next_id };
		int fd = must(bpf(BPF_BTF_GET_FD_BY_ID, &by_id), "types");
		union bpf_attr about = { .info = { .bpf_fd = (unsigned int)fd,
						   .info_len = sizeof(info),
						   .info = (uintptr_t)&info } };

		if (!bpf(BPF_OBJ_GET_INFO_BY_FD, &about) && !strcmp(name, module))
			return fd;
		close(fd);
		next.start_id = next.next_id;
	}
	return must(-1, module);
}

static int load(union bpf_attr *program, const struct bpf_insn *code, size_t count)
{
	program->insns = (uintptr_t)code;
	program->insn_cnt = (unsigned int)count;
	program->license = (uintptr_t) "GPL";
	program->log_buf = (uintptr_t)log_text;
	program->log_size = sizeof(log_text);
	program->log_level = 1;
	strcpy(program->prog_name, "mk_holds");
	return must(bpf(BPF_PROG_LOAD, program), "program");
}

#define REGISTER_IS(r, v)                                                       \
	{                                                                       \
		.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = (r), .imm = (v) \
	}
#define REGISTERS(r, s)                                                             \
	{                                                                           \
		.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = (r), .src_reg = (s) \
	}
#define REGISTER_PLUS(r, v)                                                     \
	{                                                                       \
		.code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = (r), .imm = (v) \
	}
#define ZERO_AT(o)                                                           \
	{                                                                    \
		.code = BPF_ST | BPF_MEM | BPF_DW, .dst_reg = 10, .off = (o) \
	}
#define CALL(f)                                                                                    \
	{                                                                                          \
		.code = BPF_JMP | BPF_CALL, .src_reg = BPF_PSEUDO_KFUNC_CALL, .off = 1, .imm = (f) \
	}
#define SKIP_IF_0(r, o)                                                       \
	{                                                                     \
		.code = BPF_JMP | BPF_JEQ | BPF_K, .dst_reg = (r), .off = (o) \
	}
#define END                                \
	{                                  \
		.code = BPF_JMP | BPF_EXIT \
	}

/* A program that calls functions of nf_conntrack. */
static int calling(void)
{
	const char *module = "nf_conntrack";
	int fds[] = { 0, types_of(module) };
	struct bpf_insn code[] = {
		ZERO_AT(-8),
		ZERO_AT(-16),
		ZERO_AT(-24),
		ZERO_AT(-32),
		REGISTERS(2, 10),
		REGISTER_PLUS(2, -16),
		REGISTER_IS(3, 12),
		REGISTERS(4, 10),
		REGISTER_PLUS(4, -32),
		REGISTER_IS(5, 12),
		CALL(function_of(module, "bpf_skb_ct_lookup")),
		SKIP_IF_0(0, 2),
		REGISTERS(1, 0),
		CALL(function_of(module, "bpf_ct_release")),
		REGISTER_IS(0, 0),
		END,
	};
	union bpf_attr program = { .prog_type = BPF_PROG_TYPE_SCHED_CLS,
				   .fd_array = (uintptr_t)fds };

	return load(&program, code, sizeof(code) / sizeof(*code));
}

static const struct bpf_insn nothing[] = { REGISTER_IS(0, 0), END };

/* A link from a function's beginning to a program for it. */
static int following(const char *module, const char *function)
{
	union bpf_attr program = { .prog_type = BPF_PROG_TYPE_TRACING,
				   .expected_attach_type = BPF_TRACE_FENTRY,
				   .attach_btf_id = (unsigned int)function_of(module, function),
				   .attach_btf_obj_fd = (unsigned int)types_of(module) };
	union bpf_attr link = { .raw_tracepoint = {
					.prog_fd = (unsigned int)load(&program, nothing, 2) } };

	return must(bpf(BPF_RAW_TRACEPOINT_OPEN, &link), "link");
}

/* A link of functions that are given by name. */
static int probing(const char *function)
{
	union bpf_attr program = { .prog_type = BPF_PROG_TYPE_KPROBE,
				   .expected_attach_type = BPF_TRACE_KPROBE_MULTI };
	union bpf_attr link = { .link_create = { .attach_type = BPF_TRACE_KPROBE_MULTI } };

	link.link_create.prog_fd = (unsigned int)load(&program, nothing, 2);
	link.link_create.kprobe_multi.syms = (uintptr_t)&function;
	link.link_create.kprobe_multi.cnt = 1;
	return must(bpf(BPF_LINK_CREATE, &link), "link");
}

/* A program of the firewall that wants whole packets; older headers do not know of it. */
static int filtering(void)
{
	const struct bpf_insn accept[] = { REGISTER_IS(0, 1), END };
	union bpf_attr program = { .prog_type = (enum bpf_prog_type)32,
				   .expected_attach_type = 45 };
	union bpf_attr link = { .link_create = { .attach_type = 45 } };
	const int hook[] = { 2, 0, 100, 1 }; /* IPv4, PRE_ROUTING, priority, defragmented */

	link.link_create.prog_fd = (unsigned int)load(&program, accept, 2);
	memcpy((char *)&link + 16, hook, sizeof(hook));
	return must(bpf(BPF_LINK_CREATE, &link), "link");
}

int main(int count, char **words)
{
	const char *name = NULL;
	int fd = -1;

	if (count > 3 && !strcmp(words[count - 2], "--as")) {
		name = words[count - 1];
		count -= 2;
	}
	if (count == 2 && !strcmp(words[1], "call"))
		fd = calling();
	else if (count == 4 && !strcmp(words[1], "follow"))
		fd = following(words[2], words[3]);
	else if (count == 3 && !strcmp(words[1], "probe"))
		fd = probing(words[2]);
	else if (count == 2 && !strcmp(words[1], "filter"))
		fd = filtering();
	else
		return 2;
	if (name) {
		union bpf_attr pin = { .pathname = (uintptr_t)name, .bpf_fd = (unsigned int)fd };

		must(bpf(BPF_OBJ_PIN, &pin), name);
		return 0;
	}
	puts("up");
	fflush(stdout);
	pause();
	return 0;
}
