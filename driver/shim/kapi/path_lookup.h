/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernels before 6.6 export vfs_path_lookup() without a header for modules that declares it. */
#ifndef MK_PATH_LOOKUP_H
#define MK_PATH_LOOKUP_H

#include <linux/namei.h>

#ifndef MK_HAVE_VFS_PATH_LOOKUP
struct dentry;
struct vfsmount;
int vfs_path_lookup(struct dentry *dentry, struct vfsmount *mnt, const char *name,
		    unsigned int flags, struct path *path);
#endif

#endif
