using System.Runtime.Intrinsics.X86;

namespace AotNet.Training;

/// <summary>The instruction set that generated code runs on. Constant in a Native AOT binary.</summary>
static class InstructionSet
{
    /// <summary>avx512, avx2 or none.</summary>
    public static string Name => Avx512F.IsSupported ? "avx512" : Avx2.IsSupported && Fma.IsSupported ? "avx2" : "none";

    /// <summary>Ends the program where generated code cannot run.</summary>
    /// <remarks>
    /// A Native AOT binary that was built for more than the processor has does not come this far: cpucheck.c in the
    /// package's build folder stops it before the runtime starts. This catches binaries built for less than AVX2, and the JIT.
    /// </remarks>
    /// <exception cref="TrainerException">There is no AVX2.</exception>
    public static void Require()
    {
        if (Name == "none")
        {
            throw new TrainerException(ExitCode.Processor, System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported
                ? "This processor has no AVX2, which AotNet needs."
                : "This program was built without AVX2; publish it with AotNetIsa=avx2, avx512 or native.");
        }
    }
}
