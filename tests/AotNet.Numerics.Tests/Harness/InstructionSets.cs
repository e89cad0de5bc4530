using System.Runtime.Intrinsics.X86;
using AotNet.Compiler;

namespace AotNet.Numerics.Tests.Harness;

/// <summary>The emitted halves that this CPU can run.</summary>
public static class InstructionSets
{
    /// <summary>AVX2, and AVX-512 where there is one.</summary>
    public static IReadOnlyList<EmittedInstructions> Available { get; } = Avx512F.IsSupported
        ? [EmittedInstructions.Avx2, EmittedInstructions.Avx512]
        : [EmittedInstructions.Avx2];

    /// <summary>Each of some cases, by its name, on each of them.</summary>
    public static TheoryData<string, EmittedInstructions> Each(IEnumerable<string> names)
    {
        var cases = new TheoryData<string, EmittedInstructions>();
        foreach (string name in names)
            foreach (EmittedInstructions instructions in Available)
                cases.Add(name, instructions);
        return cases;
    }
}
