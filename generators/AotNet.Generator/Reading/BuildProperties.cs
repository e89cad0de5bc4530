using AotNet.Compiler;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AotNet.Generator.Reading;

/// <summary>What the build says to the compiler, by MSBuild properties that AotNet.targets makes visible.</summary>
static class BuildProperties
{
    /// <summary>Which halves are written: <c>avx2</c>, <c>avx512</c>, or both for anything else. See AotNet.props.</summary>
    internal const string EmittedHalf = "build_property.AotNetEmittedHalf";

    /// <summary>Whether kernels note their times.</summary>
    internal const string Timings = "build_property.AotNetTimings";

    /// <summary>The compiler's settings.</summary>
    public static CompilerOptions Read(AnalyzerConfigOptions properties)
    {
        properties.TryGetValue(EmittedHalf, out string? half);
        properties.TryGetValue(Timings, out string? timings);
        return new CompilerOptions
        {
            Instructions = half switch
            {
                "avx2" => EmittedInstructions.Avx2,
                "avx512" => EmittedInstructions.Avx512,
                _ => EmittedInstructions.Both,
            },
            Timings = string.Equals(timings, "true", StringComparison.OrdinalIgnoreCase),
        };
    }
}
