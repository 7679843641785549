#define _GNU_SOURCE
#include "CLinux.h"

#include <link.h>
#include <malloc.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void clinux_memory_prepare(void) {
  // With one arena per thread, each arena would keep what its thread once needed.
  mallopt(M_ARENA_MAX, 2);
  // Fixed thresholds do not grow with freed blocks, so large blocks go back to the system at once.
  mallopt(M_MMAP_THRESHOLD, 128 * 1024);
  mallopt(M_TRIM_THRESHOLD, 256 * 1024);
}

// Drops the read-only pages of a loaded object. The kernel maps them from the file again when needed. Written
// pages, including relocated ones, are in writable segments and stay.
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
    // Pages that the kernel does not drop stay.
    if (end > start) (void)madvise((void *)start, end - start, MADV_DONTNEED);
  }
  return 0;
}

void clinux_memory_release(void) {
  malloc_trim(0);
  dl_iterate_phdr(let_go, NULL);
}
