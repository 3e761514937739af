// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory for the core: plain zeroed blocks, and the mapping that shows the same pages twice in
 * a row, behind a page of its own.
 */
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "kapi/kapi.h"

/* No splat when there is none: the core hands the failure on as ENOMEM. */
#define MK_GFP (GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN)

/* From here on blocks are of whole pages: kmalloc() would take the next power of two. */
#define MK_PAGES_FROM (2 * PAGE_SIZE)

static void *mk_alloc(unsigned long bytes, gfp_t flags)
{
	return bytes > MK_PAGES_FROM ? __vmalloc(bytes, flags) : kvmalloc(bytes, flags);
}

void *mk_memory_alloc(unsigned long bytes)
{
	return mk_alloc(bytes, MK_GFP);
}

void *mk_memory_alloc_charged(unsigned long bytes)
{
	return mk_alloc(bytes, MK_GFP | __GFP_ACCOUNT);
}

void mk_memory_free(void *memory)
{
	kvfree(memory);
}

static void mk_pages_free(struct list_head *pages)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, pages, lru) {
		list_del(&page->lru);
		__free_page(page);
	}
}

void *mk_mirror_alloc(unsigned long bytes, void **front)
{
	unsigned long i, count = bytes >> PAGE_SHIFT;
	struct page **twice;
	LIST_HEAD(pages);
	void *memory = NULL;

	twice = kvmalloc_array(2 * count + 1, sizeof(*twice), GFP_KERNEL | __GFP_NOWARN);
	if (!twice)
		return NULL;

	/* A ring that is too large fails; it does not have processes killed to make room. */
	for (i = 0; i <= count; i++) {
		struct page *page = alloc_page(MK_GFP | __GFP_RETRY_MAYFAIL);

		if (!page)
			goto out;
		list_add(&page->lru, &pages);
		twice[i] = page;
		if (i)
			twice[i + count] = page;
	}
	memory = vmap(twice, 2 * count + 1, VM_MAP | VM_USERMAP, PAGE_KERNEL);
out:
	if (!memory)
		mk_pages_free(&pages);
	kvfree(twice);
	*front = memory;
	return memory ? memory + PAGE_SIZE : NULL;
}

/*
 * The mapping itself says which pages they are. They are chained up first, because what is
 * unmapped can no longer be asked.
 */
void mk_mirror_free(void *memory, unsigned long bytes)
{
	unsigned long offset;
	LIST_HEAD(pages);

	if (!memory)
		return;
	memory -= PAGE_SIZE;
	for (offset = 0; offset <= bytes; offset += PAGE_SIZE)
		list_add(&vmalloc_to_page(memory + offset)->lru, &pages);
	vunmap(memory);
	mk_pages_free(&pages);
}
