using System.Diagnostics;
using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace AotNet.Training.Data.Files;

/// <summary>Decodes files on several threads, or finds them decoded.</summary>
/// <param name="format">What makes decoders.</param>
/// <param name="tree">Where the files lie.</param>
/// <param name="files">Their names.</param>
/// <param name="schema">What they share.</param>
/// <param name="request">Threads, cache, and whether bad files are left out.</param>
sealed class Decoding(MediaFolders format, FileTree tree, string[] files, DataSchema schema, DataRequest request)
{
    readonly MediaDecoder decoder = format.CreateDecoder(request.Network, schema);

    /// <summary>The samples, from the cache where it has them.</summary>
    /// <exception cref="UsageException">A file is bad and may not be left out, or cannot be read.</exception>
    public DecodedSamples Samples()
    {
        if (request.CacheDirectory is not { } directory)
            return Told(InMemory(), null);
        UInt128 key = Key();
        string path = Path.Combine(directory, $"{format.Name}-{key:x32}.samples");
        var cache = new SampleCache(path, key, files.Length, decoder.SampleBytes);
        if (cache.Open() is { } known)
        {
            if (!request.SkipBad && known.Bad is [var bad, ..])
                throw Refused(bad);
            return Told(known, $"decoded before: {path}");
        }
        long begin = Stopwatch.GetTimestamp();
        DecodedSamples made = cache.Create(Decode);
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        return Told(made, string.Create(CultureInfo.InvariantCulture, $"decoded in {seconds:F1} s into {path}"));
    }

    DecodedSamples InMemory()
    {
        if ((long)files.Length * decoder.SampleBytes > Array.MaxLength)
            throw new UsageException($"{tree.Source}: its {files.Length} {format.Things} take more than the 2 GB that are read at once.");
        byte[] values = SampleBytes.Allocate(files.Length * decoder.SampleBytes);
        BadFile[] bad = Decode((file, sample) => sample.CopyTo(values.AsSpan(file * decoder.SampleBytes)));
        int left = 0;
        for (int file = 0, at = 0; file < files.Length && bad.Length > 0; file++)
        {
            if (left < bad.Length && bad[left].File == file)
                left++;
            else
                values.AsSpan(file * decoder.SampleBytes, decoder.SampleBytes).CopyTo(values.AsSpan(at++ * decoder.SampleBytes));
        }
        return new DecodedSamples(values, bad);
    }

    /// <summary>Decodes every file, or up to the first bad one where none may be left out.</summary>
    BadFile[] Decode(Action<int, ReadOnlySpan<byte>> store)
    {
        var bad = new List<BadFile>();
        var work = new ParallelFiles(tree, files, request.Threads);
        work.Run(() => new Worker(format.CreateDecoder(request.Network, schema)), (worker, file, bytes) =>
        {
            try
            {
                worker.Decoder.Decode(bytes, worker.Sample);
                store(file, worker.Sample);
            }
            catch (BadFileException problem)
            {
                var found = new BadFile(file, $"{tree.Describe(files[file])}: {problem.Message}");
                if (!request.SkipBad)
                    throw Refused(found);
                lock (bad)
                    bad.Add(found);
            }
        }, done => request.Reporter.Decoding(done, files.Length, format.Things));
        work.ThrowFirst();
        bad.Sort(static (first, second) => first.File.CompareTo(second.File));
        return [.. bad];
    }

    UInt128 Key()
    {
        var hash = new XxHash128();
        hash.Append(Encoding.UTF8.GetBytes($"{format.Name} {decoder.Settings}"));
        UInt128 content = tree.HashOf(files, request.Threads);
        hash.Append(BitConverter.GetBytes(content));
        return hash.GetCurrentHashAsUInt128();
    }

    DecodedSamples Told(DecodedSamples samples, string? how)
    {
        if (how is not null)
            request.Reporter.Note($"{tree.Source}: {files.Length} {format.Things}, {how}");
        if (samples.Bad is [var first, ..])
        {
            request.Reporter.Note($"{tree.Source}: {samples.Bad.Length} of {files.Length} {format.Things} cannot be read and were skipped, "
                + $"the first: {first.Problem}.");
        }
        return samples;
    }

    static UsageException Refused(BadFile bad) => new($"{bad.Problem}; mend or remove it, or leave bad files out with --skip-bad.");

    sealed class Worker(MediaDecoder decoder)
    {
        public MediaDecoder Decoder => decoder;

        public byte[] Sample { get; } = new byte[decoder.SampleBytes];
    }
}
