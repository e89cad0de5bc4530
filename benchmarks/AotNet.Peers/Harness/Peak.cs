using AotNet.Training.Verbs;

namespace AotNet.Peers.Harness;

/// <summary>The FMA peak of one thread as a contestant, so that it is measured in turn with what it is held against.</summary>
static class Peak
{
    internal static Contestant Contestant { get; } = new(Rounds);

    internal static void Rounds(int times)
    {
        for (int i = 0; i < times; i++)
            FmaPeak.Round();
    }

    internal static double FlopsPerSecond(Timing peak) => FmaPeak.RoundFlops / peak.Median;
}
