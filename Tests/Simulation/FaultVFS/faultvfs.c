#include "CFaultVFS.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <string.h>

enum { owners = 4096 };

struct owner {
  int kind;
  int left;
  int fired;
};

/* Sound without a lock: an owner's entry is touched by the thread that runs its history, and by no other. */
static struct owner table[owners];
static atomic_int last_owner;
static _Thread_local int current;
static sqlite3_vfs *base;
static sqlite3_vfs layer;

struct file {
  sqlite3_file head;
  int owner;
  sqlite3_file *real;
};

static struct file *own(sqlite3_file *file) { return (struct file *)file; }
static sqlite3_file *real(sqlite3_file *file) { return ((struct file *)file)->real; }

/* The result code that a write or sync gets instead of being done; SQLITE_OK where it is done. */
static int fate(sqlite3_file *file, int failure) {
  struct owner *owner = &table[own(file)->owner];
  if (owner->kind == FAULTVFS_NONE) return SQLITE_OK;
  if (!owner->fired) {
    if (--owner->left > 0) return SQLITE_OK;
    owner->fired = 1;
    if (owner->kind == FAULTVFS_IO) {
      owner->kind = FAULTVFS_NONE;
      return failure;
    }
  }
  return owner->kind == FAULTVFS_FULL ? SQLITE_FULL : failure;
}

static int is_dead(sqlite3_file *file) {
  struct owner *owner = &table[own(file)->owner];
  return owner->kind == FAULTVFS_DIE && owner->fired;
}

static int close_file(sqlite3_file *file) { return real(file)->pMethods->xClose(real(file)); }
static int read_file(sqlite3_file *file, void *to, int count, sqlite3_int64 at) {
  return real(file)->pMethods->xRead(real(file), to, count, at);
}
static int write_file(sqlite3_file *file, const void *from, int count, sqlite3_int64 at) {
  int code = fate(file, SQLITE_IOERR_WRITE);
  return code != SQLITE_OK ? code : real(file)->pMethods->xWrite(real(file), from, count, at);
}
static int truncate_file(sqlite3_file *file, sqlite3_int64 size) {
  if (is_dead(file)) return SQLITE_IOERR_TRUNCATE;
  return real(file)->pMethods->xTruncate(real(file), size);
}
static int sync_file(sqlite3_file *file, int flags) {
  int code = fate(file, SQLITE_IOERR_FSYNC);
  return code != SQLITE_OK ? code : real(file)->pMethods->xSync(real(file), flags);
}
static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
  return real(file)->pMethods->xFileSize(real(file), size);
}
static int lock(sqlite3_file *file, int level) { return real(file)->pMethods->xLock(real(file), level); }
static int unlock(sqlite3_file *file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }
static int check_lock(sqlite3_file *file, int *out) {
  return real(file)->pMethods->xCheckReservedLock(real(file), out);
}
static int file_control(sqlite3_file *file, int what, void *argument) {
  return real(file)->pMethods->xFileControl(real(file), what, argument);
}
static int sector_size(sqlite3_file *file) { return real(file)->pMethods->xSectorSize(real(file)); }
static int characteristics(sqlite3_file *file) {
  return real(file)->pMethods->xDeviceCharacteristics(real(file));
}
static int shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out) {
  return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
}
static int shm_lock(sqlite3_file *file, int offset, int count, int flags) {
  return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
static void shm_barrier(sqlite3_file *file) { real(file)->pMethods->xShmBarrier(real(file)); }
static int shm_unmap(sqlite3_file *file, int remove) {
  return real(file)->pMethods->xShmUnmap(real(file), remove && !is_dead(file));
}
static int fetch(sqlite3_file *file, sqlite3_int64 at, int count, void **out) {
  return real(file)->pMethods->xFetch(real(file), at, count, out);
}
static int unfetch(sqlite3_file *file, sqlite3_int64 at, void *page) {
  return real(file)->pMethods->xUnfetch(real(file), at, page);
}

static const sqlite3_io_methods methods = {
    3,           close_file,  read_file,    write_file, truncate_file, sync_file,       file_size,
    lock,        unlock,      check_lock,   file_control, sector_size, characteristics, shm_map,
    shm_lock,    shm_barrier, shm_unmap,    fetch,      unfetch,
};

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out) {
  (void)vfs;
  struct file *opened = own(file);
  opened->owner = current;
  opened->real = (sqlite3_file *)(opened + 1);
  memset(opened->real, 0, (size_t)base->szOsFile);
  int code = base->xOpen(base, name, opened->real, flags, out);
  file->pMethods = opened->real->pMethods ? &methods : 0;
  return code;
}

/* A dead process deletes nothing. */
static int delete_file(sqlite3_vfs *vfs, const char *name, int sync) {
  (void)vfs;
  struct owner *owner = &table[current];
  if (owner->kind == FAULTVFS_DIE && owner->fired) return SQLITE_IOERR_DELETE;
  return base->xDelete(base, name, sync);
}

void faultvfs_register(void) {
  static atomic_flag done = ATOMIC_FLAG_INIT;
  if (atomic_flag_test_and_set(&done)) return;
  sqlite3_initialize();
  base = sqlite3_vfs_find(0);
  layer = *base;
  layer.zName = "mediasync-fault";
  layer.pNext = 0;
  layer.szOsFile = (int)sizeof(struct file) + base->szOsFile;
  layer.xOpen = open_file;
  layer.xDelete = delete_file;
  sqlite3_vfs_register(&layer, 1);
}

int faultvfs_new_owner(void) {
  int owner = 1 + atomic_fetch_add(&last_owner, 1) % (owners - 1);
  /* Entries come round again: the next one has nothing to do with what befell the last. */
  memset(&table[owner], 0, sizeof table[owner]);
  return owner;
}
void faultvfs_set_owner(int owner) { current = owner; }

void faultvfs_arm(int owner, int kind, int after) {
  if (owner == 0) return;
  table[owner].kind = kind;
  table[owner].left = after;
  table[owner].fired = after <= 0;
}

void faultvfs_disarm(int owner) { table[owner].kind = FAULTVFS_NONE; }
int faultvfs_has_fired(int owner) { return table[owner].kind != FAULTVFS_NONE && table[owner].fired; }
