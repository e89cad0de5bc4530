using System.Runtime.Intrinsics.X86;
using System.Text.RegularExpressions;

namespace AotNet.Peers.Harness;

/// <summary>The machine that this runs on.</summary>
static partial class Machine
{
    /// <summary>The processor as it calls itself, with family and model, because virtual machines shorten its name.</summary>
    internal static string Name { get; } = $"{Field("model name")}, family {Field("cpu family")}, model {Field("model")}";

    /// <summary>The widest vectors that kernels may use here.</summary>
    internal static string Instructions => Avx512F.IsSupported ? "AVX-512" : "AVX2";

    /// <summary><see cref="Name"/> as a folder.</summary>
    internal static string FolderName => Unfit().Replace(Name, "-").Trim('-').ToLowerInvariant();

    static string Field(string name)
    {
        const string source = "/proc/cpuinfo";
        string? line = File.Exists(source)
            ? File.ReadLines(source).FirstOrDefault(line => line.Split(':')[0].Trim() == name)
            : null;
        return line is null ? "unknown" : line.Split(':', 2)[1].Trim();
    }

    [GeneratedRegex("[^A-Za-z0-9]+")]
    private static partial Regex Unfit();
}
