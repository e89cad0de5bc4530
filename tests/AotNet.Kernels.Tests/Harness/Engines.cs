using System.Runtime.Intrinsics.X86;
using AotNet.Compiler.Emission;
using AotNet.Compiler.Planning;

namespace AotNet.Kernels.Tests.Harness;

/// <summary>The instruction sets that this processor can run.</summary>
static class Engines
{
    internal static IReadOnlyList<InstructionSet> Available { get; } = Find();

    static List<InstructionSet> Find()
    {
        List<InstructionSet> found = [];
        if (Avx2.IsSupported && Fma.IsSupported)
            found.Add(InstructionSet.Avx2);
        if (Avx512F.IsSupported)
            found.Add(InstructionSet.Avx512);
        return found;
    }
}
