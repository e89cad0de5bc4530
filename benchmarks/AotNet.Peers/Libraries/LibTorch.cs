using System.Runtime.InteropServices;
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
        // TorchSharp's own search, when this fails, copies half a gigabyte and explains itself at length.
        string library = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");
        try
        {
            NativeLibrary.Load(library);
        }
        catch (DllNotFoundException problem)
        {
            throw new PeersException("libtorch does not load; where libstdc++ is older than 13, as on Debian 12, start this program with "
                + $"benchmarks/AotNet.Peers/debian12/peers.sh. The loader says: {problem.Message.ReplaceLineEndings(" ")}");
        }
        torch.set_num_threads(threads);
    }
}
