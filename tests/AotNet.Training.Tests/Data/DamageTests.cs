using System.Text;
using AotNet.Training.Data;
using AotNet.Training.Data.Formats;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Data;

/// <summary>Random damage to valid files: whatever it does, a reader gives data or one sentence, never anything else.</summary>
public sealed class DamageTests : IDisposable
{
    readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void DamagedImagesAreReadOrRefused(bool gzip)
    {
        NetworkInfo network = Infos.Of(4, 3);
        byte[] valid = TemporaryDirectory.Idx([20, 2, 2], [.. Enumerable.Range(0, 80).Select(static i => (byte)i)]);
        Repeat(gzip ? TemporaryDirectory.Gzip(valid) : valid, 1000, path => IdxDataset.ReadImages(path, network));
    }

    [Fact]
    public void DamagedTablesAreReadOrRefused()
    {
        NetworkInfo network = Infos.Of(3, 3);
        string text = "a,b,\"c, quoted\",kind\n" + string.Concat(Enumerable.Range(0, 30).Select(static i =>
            FormattableString.Invariant($"{i * 0.5},{-i},\"{i}e-3\",{(string[])["x", "y", "\"z \"\"z\"\"\""] switch { var n => n[i % 3] }}\r\n")));
        Repeat(Encoding.UTF8.GetBytes(text), 2000, path => CsvDataset.ReadTraining(path, null, network));
    }

    [Fact]
    public void DamagedCheckpointsAreRefused()
    {
        NetworkInfo network = Infos.Of(4, 3);
        directory.WritePair("train", 20);
        Trainer.Succeed(network, $"train --data {directory.Path} --optimizer sgd --epochs 1 --run {directory["run"]} --quiet");
        string checkpoint = Path.Combine(directory["run"], "checkpoint.safetensors");
        byte[] valid = File.ReadAllBytes(checkpoint);
        var random = new Random(5);
        for (int i = 0; i < 300; i++)
        {
            File.WriteAllBytes(checkpoint, Damage(valid, random));
            (int code, _, string error) = Trainer.Run(network, $"eval --data {directory.Path} --checkpoint {checkpoint}");
            Assert.True(code == ExitCode.Usage, $"damage {i}: exit code {code}: {error}");
            Assert.Equal(1, error.Count(static c => c == '\n'));
        }
    }

    void Repeat(byte[] valid, int times, Action<string> read)
    {
        var random = new Random(4);
        for (int i = 0; i < times; i++)
        {
            string path = directory.Write("damaged", Damage(valid, random));
            try
            {
                read(path);
            }
            catch (UsageException problem)
            {
                Assert.StartsWith(path, problem.Message);
            }
        }
    }

    /// <summary>A copy with bytes changed, a stretch removed or doubled, or the end cut off.</summary>
    internal static byte[] Damage(byte[] valid, Random random)
    {
        int at = random.Next(valid.Length), length = random.Next(1, 1 + Math.Min(16, valid.Length - at));
        switch (random.Next(4))
        {
            case 0:
                byte[] changed = (byte[])valid.Clone();
                for (int i = 0; i < length; i++)
                    changed[at + i] ^= (byte)random.Next(1, 256);
                return changed;
            case 1:
                return [.. valid[..at], .. valid[(at + length)..]];
            case 2:
                return [.. valid[..(at + length)], .. valid[at..]];
            default:
                return valid[..at];
        }
    }
}
