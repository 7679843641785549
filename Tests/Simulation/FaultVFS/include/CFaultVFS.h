#ifndef CFAULTVFS_H
#define CFAULTVFS_H

/* A layer over SQLite's own file system that fails where it is told to.
 *
 * Every connection belongs to an owner: whoever was set on the thread when its files were opened. Owner 0 is
 * everyone who does not care, and nothing ever fails for it. */

enum faultvfs_kind {
  FAULTVFS_NONE = 0,
  /* The n-th write finds the disk full, and so does every later one until `faultvfs_disarm`. */
  FAULTVFS_FULL = 1,
  /* The n-th write or sync fails, once. */
  FAULTVFS_IO = 2,
  /* The process is gone at the n-th write or sync: from there on nothing reaches the disk. */
  FAULTVFS_DIE = 3,
};

/* Makes the layer the default; once per process is enough, more do no harm. */
void faultvfs_register(void);
/* A new owner, from 1 up. Numbers are used again after some thousands. */
int faultvfs_new_owner(void);
/* Files opened on this thread from now on are this owner's. */
void faultvfs_set_owner(int owner);
/* Lets the n-th write or sync from now fail; with 0 it has failed already. */
void faultvfs_arm(int owner, int kind, int after);
/* Lets nothing fail any more. */
void faultvfs_disarm(int owner);
/* Whether what was armed has come to pass. */
int faultvfs_has_fired(int owner);

#endif
