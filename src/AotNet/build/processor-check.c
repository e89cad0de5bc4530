// Linked into every Native AOT binary by AotNet.targets. Runs before the .NET runtime starts, which would otherwise
// abort on a processor that the binary was not built for.

extern long write(int file, const void *text, unsigned long length);
extern void _exit(int code) __attribute__((noreturn));

#ifdef AOTNET_AVX512
static const char message[] =
    "This program was built for processors with AVX-512, which this one lacks; publish it with AotNetIsa=avx2 or native.\n";
#else
static const char message[] =
    "This program was built for processors with AVX2 and FMA, which this one lacks; AotNet cannot run on it.\n";
#endif

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
