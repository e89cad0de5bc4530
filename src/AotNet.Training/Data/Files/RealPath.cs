namespace AotNet.Training.Data.Files;

/// <summary>Where paths lead when every link on the way is followed, as the system does when it opens a file.</summary>
static class RealPath
{
    /// <summary>As many as Linux follows.</summary>
    const int MostLinks = 40;

    /// <summary>The path without links of what lies at a full path; null when links lead in a circle.</summary>
    public static string? Of(string path)
    {
        string at = Path.GetPathRoot(path)!;
        var ahead = new Stack<string>();
        Push(ahead, path[at.Length..]);
        for (int links = 0; ahead.TryPop(out string? part);)
        {
            if (part == "..")
            {
                at = Path.GetDirectoryName(at) ?? at;
                continue;
            }
            string next = Path.Combine(at, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                at = next;
                continue;
            }
            if (++links > MostLinks)
                return null;
            if (Path.IsPathRooted(target))
            {
                at = Path.GetPathRoot(target)!;
                target = target[at.Length..];
            }
            Push(ahead, target);
        }
        return at;
    }

    /// <summary>Puts the parts of a path before those that are ahead already.</summary>
    static void Push(Stack<string> ahead, string path)
    {
        string[] parts = path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        for (int i = parts.Length - 1; i >= 0; i--)
        {
            if (parts[i] != ".")
                ahead.Push(parts[i]);
        }
    }
}
