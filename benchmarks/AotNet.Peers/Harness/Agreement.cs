namespace AotNet.Peers.Harness;

/// <summary>Nothing is measured before both sides have given the same result.</summary>
static class Agreement
{
    /// <summary>Throws unless ‖ours - peers‖ is within <paramref name="tolerance"/> ‖peers‖.</summary>
    /// <exception cref="PeersException">It is not.</exception>
    internal static void Require(ReadOnlySpan<float> ours, ReadOnlySpan<float> peers, double tolerance, string what)
    {
        double error = 0, norm = 0;
        for (int i = 0; i < peers.Length; i++)
        {
            error += Math.Pow(ours[i] - (double)peers[i], 2);
            norm += Math.Pow(peers[i], 2);
        }
        if (ours.Length != peers.Length || !(Math.Sqrt(error / norm) <= tolerance))
            throw new PeersException($"Our {what} differs from the peer's by {Math.Sqrt(error / norm):g3} relative; nothing is measured.");
    }
}
