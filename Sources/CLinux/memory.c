#define _GNU_SOURCE
#include "CLinux.h"

#include <link.h>
#include <malloc.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void clinux_memory_prepare(void) {
  // An arena for every thread would keep what each of them once needed.
  mallopt(M_ARENA_MAX, 2);
  // Set, they no longer grow with what was freed: large blocks go back to the system at once.
  mallopt(M_MMAP_THRESHOLD, 128 * 1024);
  mallopt(M_TRIM_THRESHOLD, 256 * 1024);
}

// Lets go of the pages of an object that are only read: they are in its file, and are mapped again when they are
// needed. Pages that were written, relocated ones among them, lie in writable segments and stay.
static int let_go(struct dl_phdr_info *object, size_t size, void *context) {
  (void)size;
  (void)context;
  if (object->dlpi_name != NULL && strncmp(object->dlpi_name, "linux-vdso", 10) == 0) return 0;
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &object->dlpi_phdr[i];
    if (part->p_type != PT_LOAD || (part->p_flags & PF_W) || part->p_memsz > part->p_filesz) continue;
    uintptr_t start = (object->dlpi_addr + part->p_vaddr + page - 1) / page * page;
    uintptr_t end = (object->dlpi_addr + part->p_vaddr + part->p_memsz) / page * page;
    // What cannot be let go of stays.
    if (end > start) (void)madvise((void *)start, end - start, MADV_DONTNEED);
  }
  return 0;
}

void clinux_memory_release(void) {
  malloc_trim(0);
  dl_iterate_phdr(let_go, NULL);
}
