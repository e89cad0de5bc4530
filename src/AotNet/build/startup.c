// Linked into every Native AOT binary by AotNet.targets; its constructors run before the .NET runtime starts.

#ifdef __linux__
#include <elf.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 // Linux 5.14; an older system refuses it, and nothing is lost
#endif

// The runtime begins by unpacking its types into some hundred pages of the binary's writable memory. To have all of them
// at once takes a fraction of what a fault for each does.
__attribute__((constructor)) static void populate_writable_memory(void)
{
    const Elf64_Phdr *segments = (const Elf64_Phdr *)getauxval(AT_PHDR);
    uint64_t count = getauxval(AT_PHNUM), page = getauxval(AT_PAGESZ), base = 0, first = 0, end = 0;
    for (uint64_t i = 0; i < count; i++)
    {
        const Elf64_Phdr *segment = &segments[i];
        if (segment->p_type == PT_PHDR)
            base = (uint64_t)segments - segment->p_vaddr;
        else if (segment->p_type == PT_LOAD && (segment->p_flags & PF_W))
            end = segment->p_vaddr + segment->p_memsz;
        else if (segment->p_type == PT_GNU_RELRO)
            first = segment->p_vaddr + segment->p_memsz; // what lies before it, the loader has made read-only
    }
    if (first == 0 || end <= first)
        return;
    first = (base + first + page - 1) & ~(page - 1);
    end = (base + end + page - 1) & ~(page - 1);
    madvise((void *)first, end - first, MADV_POPULATE_WRITE);
}
#endif

extern long write(int file, const void *text, unsigned long length);
extern void _exit(int code) __attribute__((noreturn));

#ifdef AOTNET_AVX512
static const char message[] =
    "This program was built for processors with AVX-512, which this one lacks; publish it with AotNetIsa=avx2 or native.\n";
#else
static const char message[] =
    "This program was built for processors with AVX2 and FMA, which this one lacks; AotNet cannot run on it.\n";
#endif

// The runtime would abort on a processor that the binary was not built for, and not say why.
__attribute__((constructor)) static void check_processor(void)
{
    __builtin_cpu_init();
    int supported = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
        && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
#ifdef AOTNET_AVX512
    supported = supported && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#endif
    if (supported)
        return;
    write(2, message, sizeof message - 1);
    _exit(3);
}
