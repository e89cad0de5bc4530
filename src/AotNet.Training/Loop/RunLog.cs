using System.Text;

namespace AotNet.Training.Loop;

/// <summary>
/// The file <c>log.jsonl</c>, one line an epoch, or <c>consistency.jsonl</c>: one object a line, on disk before the checkpoint
/// of the same step is.
/// </summary>
sealed class RunLog : IDisposable
{
    readonly FileStream file;

    RunLog(FileStream file) => this.file = file;

    /// <summary>Opens a run's log at the state of its checkpoint.</summary>
    /// <param name="path">The file; made if need be.</param>
    /// <param name="lines">Lines to keep: those that the checkpoint counts. Later ones will be written again.</param>
    public static RunLog Open(string path, int lines)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, 1);
        try
        {
            file.SetLength(EndOfLine(file, lines));
            file.Position = file.Length;
            return new RunLog(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Appends a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="durable">Whether it is flushed to disk, and all before it.</param>
    public void Append(string line, bool durable = true)
    {
        file.Write(Encoding.UTF8.GetBytes(line + "\n"));
        file.Flush(flushToDisk: durable);
    }

    /// <summary>The number called <paramref name="name"/> in the last line; 0 where there is none.</summary>
    public static double LastNumber(string path, int lines, string name)
    {
        if (!File.Exists(path))
            return 0;
        string? last = null;
        foreach (string line in File.ReadLines(path))
        {
            if (lines-- <= 0)
                break;
            last = line;
        }
        return last is null ? 0 : JsonText.FindNumber(last, name) ?? 0;
    }

    public void Dispose() => file.Dispose();

    static long EndOfLine(FileStream file, int lines)
    {
        long end = 0;
        int found = 0;
        var buffer = new byte[1 << 12];
        long position = 0;
        for (int read; found < lines && (read = file.Read(buffer)) > 0; position += read)
        {
            for (int i = 0; i < read && found < lines; i++)
            {
                if (buffer[i] != '\n')
                    continue;
                found++;
                end = position + i + 1;
            }
        }
        return end;
    }
}
