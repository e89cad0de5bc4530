namespace AotNet.Training.Data.Files;

/// <summary>Makes samples of files of one kind. Each thread has its own.</summary>
abstract class MediaDecoder
{
    /// <summary>Bytes of a sample.</summary>
    public abstract int SampleBytes { get; }

    /// <summary>What else than a file's bytes its sample depends on; two that differ in it make different samples.</summary>
    public abstract string Settings { get; }

    /// <summary>Decodes a file.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="sample"><see cref="SampleBytes"/>, written.</param>
    /// <exception cref="BadFileException">It is damaged or does not fit.</exception>
    public abstract void Decode(ReadOnlySpan<byte> file, Span<byte> sample);
}

/// <summary>A file of which no sample can be made.</summary>
/// <param name="problem">What is wrong and what to do, behind the name of the file.</param>
sealed class BadFileException(string problem) : Exception(problem);
