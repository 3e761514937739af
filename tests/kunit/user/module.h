/* SPDX-License-Identifier: GPL-2.0-only */
/* Loading and unloading modules of the initramfs, and looking at what is loaded. */
#ifndef MODKEEPER_CHECK_MODULE_H
#define MODKEEPER_CHECK_MODULE_H

#include <stdbool.h>

/*
 * 0, or the errno of finit_module(). @name is without ".ko", in /modules; @parameters are shorter
 * than a page.
 */
int module_load(const char *name, const char *parameters);
/* 0, or the errno of delete_module(), which never waits. */
int module_unload(const char *name);
bool module_loaded(const char *name);

/* A file's text without its last newline, cut to @size; "" when it cannot be read. */
const char *file_text(const char *path, char *text, unsigned int size);
/* Is there a line of the file that has @word as one of its words? */
bool file_has_word(const char *path, const char *word);
/* 0 or errno */
int file_write(const char *path, const char *text);

/* The driver as it is shipped, with the smallest ring. For check_suite.start and .end. */
const char *driver_start(void);
const char *driver_end(void);
/* Nothing that userspace can see tells of the driver. */
const char *driver_is_absent(void);
/* It answers on its device and on netlink. */
const char *driver_works(void);

#endif /* MODKEEPER_CHECK_MODULE_H */
