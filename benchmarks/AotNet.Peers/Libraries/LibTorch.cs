using AotNet.Peers.Harness;
using TorchSharp;

namespace AotNet.Peers.Libraries;

/// <summary>libtorch by way of TorchSharp.</summary>
static class LibTorch
{
    /// <summary>The versions that are measured.</summary>
    internal static string Version => $"TorchSharp {typeof(torch).Assembly.GetName().Version?.ToString(3)}, libtorch {torch.__version__}";

    /// <summary>Loads the library and sets its threads.</summary>
    /// <exception cref="PeersException">It does not load.</exception>
    internal static void Require(int threads)
    {
        try
        {
            torch.set_num_threads(threads);
        }
        catch (Exception problem) when (problem is TypeInitializationException or DllNotFoundException or NotSupportedException)
        {
            throw new PeersException("libtorch does not load; where libstdc++ is older than 13, as on Debian 12, start this program "
                + $"with benchmarks/AotNet.Peers/debian12/peers.sh. The loader says: {Innermost(problem).Message.ReplaceLineEndings(" ")}");
        }
    }

    static Exception Innermost(Exception problem) => problem.InnerException is { } inner ? Innermost(inner) : problem;
}
