namespace AotNet.Peers.Harness;

/// <summary>Seconds of one run, sampled several times.</summary>
/// <param name="Samples">In the order in which they were taken, so that samples of contestants pair up.</param>
sealed record Timing(double[] Samples)
{
    /// <summary>Middle sample; the mean of the two middle ones of an even number.</summary>
    internal double Median => MedianOf(Samples);

    /// <summary>
    /// How many times as long as another this takes: the median of neighbouring samples, which a machine that changes its speed
    /// meanwhile hardly moves.
    /// </summary>
    internal double Over(Timing other) => MedianOf(RatiosTo(other));

    /// <summary>Ratios of neighbouring samples, this to the other's.</summary>
    internal double[] RatiosTo(Timing other) => [.. Samples.Zip(other.Samples, static (own, theirs) => own / theirs)];

    /// <summary>Median, minimum and maximum in microseconds.</summary>
    internal string Microseconds => Spread(1e6);

    /// <summary>Median, minimum and maximum in seconds.</summary>
    internal string Seconds => Spread(1);

    string Spread(double scale) => $"{Figure(Median * scale)} ({Figure(Samples.Min() * scale)}..{Figure(Samples.Max() * scale)})";

    internal static double MedianOf(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>Three significant digits or so.</summary>
    internal static string Figure(double value) => value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "0");
}

/// <summary>How many times as long as ours a peer takes.</summary>
/// <param name="Medians">Ratio of the medians.</param>
/// <param name="Least">Least ratio of neighbouring samples.</param>
/// <param name="Greatest">Greatest of them.</param>
readonly record struct Ratio(double Medians, double Least, double Greatest)
{
    /// <summary>The peer's time over ours: above 1 when ours is faster.</summary>
    internal static Ratio Of(Timing peer, Timing ours)
    {
        double[] pairs = peer.RatiosTo(ours);
        return new Ratio(peer.Median / ours.Median, pairs.Min(), pairs.Max());
    }

    public override string ToString() => $"{Timing.Figure(Medians)} ({Timing.Figure(Least)}..{Timing.Figure(Greatest)})";
}
