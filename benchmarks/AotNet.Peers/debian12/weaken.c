/* weaken LIBRARY VERSION: marks a symbol version that a shared library needs as weak, so that the loader accepts a
   system without it. Changes the file in place; doing it twice is harmless. */
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

static int weaken(unsigned char *file, const char *version)
{
    const Elf64_Ehdr *header = (const Elf64_Ehdr *)file;
    const Elf64_Shdr *sections = (const Elf64_Shdr *)(file + header->e_shoff);
    int marked = 0;
    for (int s = 0; s < header->e_shnum; s++) {
        if (sections[s].sh_type != SHT_GNU_verneed)
            continue;
        const char *strings = (const char *)file + sections[sections[s].sh_link].sh_offset;
        Elf64_Verneed *need = (Elf64_Verneed *)(file + sections[s].sh_offset);
        for (unsigned n = 0; n < sections[s].sh_info; n++) {
            Elf64_Vernaux *part = (Elf64_Vernaux *)((unsigned char *)need + need->vn_aux);
            for (int p = 0; p < need->vn_cnt; p++) {
                if (strcmp(strings + part->vna_name, version) == 0) {
                    part->vna_flags |= VER_FLG_WEAK;
                    marked++;
                }
                part = (Elf64_Vernaux *)((unsigned char *)part + part->vna_next);
            }
            need = (Elf64_Verneed *)((unsigned char *)need + need->vn_next);
        }
    }
    return marked;
}

int main(int count, char **arguments)
{
    struct stat state;
    int file = count == 3 ? open(arguments[1], O_RDWR) : -1;
    if (file < 0 || fstat(file, &state) != 0 || state.st_size < (off_t)sizeof(Elf64_Ehdr)) {
        fprintf(stderr, "usage: weaken LIBRARY VERSION, with a library that can be written\n");
        return 2;
    }
    unsigned char *bytes = mmap(NULL, (size_t)state.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (bytes == MAP_FAILED || memcmp(bytes, ELFMAG, SELFMAG) != 0 || bytes[EI_CLASS] != ELFCLASS64) {
        fprintf(stderr, "weaken: %s is no 64-bit ELF library\n", arguments[1]);
        return 1;
    }
    if (weaken(bytes, arguments[2]) == 0) {
        fprintf(stderr, "weaken: %s does not need %s\n", arguments[1], arguments[2]);
        return 1;
    }
    return 0;
}
