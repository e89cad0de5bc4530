using AotNet.Training.Loop;
using AotNet.Training.Reporting;

namespace AotNet.Training.Verbs;

/// <summary>The verb <c>report</c>. Reads files only, so that it serves runs that are under way or were killed.</summary>
static class ReportVerb
{
    /// <summary>Writes a page about one run, or one that compares several.</summary>
    /// <param name="arguments">Run directories, and flags behind one: the command line library leaves all of these together.</param>
    /// <param name="path">--output; null for report.html in the only directory, else in the current one.</param>
    /// <param name="output">Told the page's place.</param>
    public static int Run(string[] arguments, string? path, TextWriter output)
    {
        var found = new List<string>();
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--output")
                path = ++i < arguments.Length ? arguments[i] : throw new UsageException("--output needs a value; 'report --help' says which.");
            else if (arguments[i].StartsWith("--", StringComparison.Ordinal))
                throw new UsageException($"{arguments[i]} is no flag of report; 'report --help' lists them.");
            else
                found.Add(arguments[i]);
        }
        string[] directories = [.. found];
        if (directories.Length == 0)
            throw new UsageException("report needs the directory of a run, or of several; 'report --help' says more.");
        if (path is "")
            throw new UsageException("--output: found '', expected a file.");
        if (Directory.Exists(path))
            throw new UsageException($"--output: {path} is a directory; a file is expected.");
        path ??= directories.Length == 1 ? Path.Combine(directories[0], RunDirectory.ReportName) : RunDirectory.ReportName;
        HtmlReport.Write(path, directories);
        output.WriteLine(path);
        return ExitCode.Success;
    }
}
