namespace AotNet.Peers.Harness;

/// <summary>Why nothing can be measured, in one sentence for the user.</summary>
sealed class PeersException(string message) : Exception(message);
