using System.Globalization;
using AotNet.Peers.Harness;
using AotNet.Peers.Products;

namespace AotNet.Peers;

/// <summary>Reads flags; what does not fit becomes a sentence that says what was expected.</summary>
static class Arguments
{
    internal static Sampling Sampling(int repeats, double sampleMs)
    {
        Count("repeats", repeats);
        if (!(sampleMs > 0 && sampleMs <= 60_000))
            throw new PeersException($"--sample-ms is {sampleMs}, expected a number above 0 and up to 60000.");
        return new Sampling(repeats, sampleMs / 1e3);
    }

    internal static int Threads(int threads) => threads is >= 1 and <= 256
        ? threads
        : throw new PeersException($"--threads is {threads}, expected 1 to 256.");

    /// <summary>A number of repetitions.</summary>
    internal static int Count(string flag, int count) => count is >= 1 and <= 10_000
        ? count
        : throw new PeersException($"--{flag} is {count}, expected 1 to 10000.");

    /// <summary>A folder that must be given and be there.</summary>
    internal static string Folder(string flag, string path) => Directory.Exists(Given(flag, path))
        ? Path.GetFullPath(path)
        : throw new PeersException($"--{flag} is {path}, expected a folder.");

    /// <summary>A path that must be given; who reads it says whether it is there.</summary>
    internal static string Given(string flag, string path) => path.Length > 0
        ? path
        : throw new PeersException($"--{flag} PATH is needed; --help says more.");

    /// <summary>Positive integers with commas; <paramref name="all"/> when left out.</summary>
    internal static IReadOnlyList<int> Integers(string flag, string text, IReadOnlyList<int> all) =>
        text.Length == 0 ? all : [.. text.Split(',').Select(part => Positive(flag, part))];

    /// <summary>Layers as INPUTSxOUTPUTS with commas; <paramref name="all"/> when left out.</summary>
    internal static IReadOnlyList<LayerShape> Layers(string text, IReadOnlyList<LayerShape> all) =>
        text.Length == 0 ? all : [.. text.Split(',').Select(static part => part.Split('x') is [var inputs, var outputs]
            ? new LayerShape(Positive("layers", inputs), Positive("layers", outputs))
            : throw new PeersException($"--layers has '{part}', expected INPUTSxOUTPUTS such as 784x128."))];

    /// <summary>Those of <paramref name="all"/> whose names are in a list with commas; all when it is left out.</summary>
    internal static IReadOnlyList<T> Choose<T>(string flag, string text, IReadOnlyList<T> all, Func<T, string> name)
    {
        if (text.Length == 0)
            return all;
        string[] names = [.. all.Select(name).Distinct()], wanted = text.Split(',');
        foreach (string part in wanted)
        {
            if (!names.Contains(part, StringComparer.OrdinalIgnoreCase))
                throw new PeersException($"--{flag} has '{part}', expected some of {string.Join(", ", names)}.");
        }
        return [.. all.Where(item => wanted.Contains(name(item), StringComparer.OrdinalIgnoreCase))];
    }

    static int Positive(string flag, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0
            ? value
            : throw new PeersException($"--{flag} has '{text}', expected positive integers with commas.");
}
