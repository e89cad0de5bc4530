namespace AotNet;

/// <summary>What the generator adds to a network class, for code that is generic over networks.</summary>
/// <typeparam name="TSelf">The network class itself.</typeparam>
public interface INetwork<TSelf> where TSelf : INetwork<TSelf>
{
    /// <summary>What the compiler knows about the network.</summary>
    static abstract NetworkInfo Info { get; }

    /// <summary>Allocates the network and draws its initial parameters.</summary>
    /// <param name="seed">Seed of initial weights and dropout: the same seed gives the same network on every machine.</param>
    /// <param name="threads">Threads a call may use, 1 to 256; 0 means one per processor. Results do not depend on it.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is outside 0 to 256.</exception>
    static abstract TSelf Create(ulong seed = 0, int threads = 0);
}
