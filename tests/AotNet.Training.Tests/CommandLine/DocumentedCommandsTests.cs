using System.Text.RegularExpressions;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.CommandLine;

/// <summary>Every verb and flag that the README and docs name is one of the program's.</summary>
public sealed class DocumentedCommandsTests
{
    static readonly NetworkInfo Network = Infos.Of(4, 3);

    /// <summary>Flags of each verb, as its help lists them.</summary>
    static readonly Dictionary<string, HashSet<string>> Flags = Regex.Matches(Trainer.Succeed(Network, "--help"), @"(?m)^  ([a-z][a-z-]*) ")
        .Select(static verb => verb.Groups[1].Value)
        .ToDictionary(static verb => verb, static verb => FlagsIn(Trainer.Succeed(Network, verb + " --help")));

    static IEnumerable<string> Pages => Repository.Files("docs", "*.md").Prepend(Repository.PathOf("README.md"));

    [Fact]
    public void CommandLinesAreTheProgramsOwn()
    {
        int found = 0;
        foreach (string page in Pages)
        {
            // A published program's command line up to a comment, one for a network of the experiments, or one in backticks that begins with a verb.
            foreach (Match line in Regex.Matches(File.ReadAllText(page), @"(?m)(?:\bout/\w+ |\bPaperExperiments trainer \w+ |`(?=(?:" + string.Join('|', Flags.Keys) + @") --))(?<verb>[\w-]+)(?<rest>[^`#\n]*)"))
            {
                string verb = line.Groups["verb"].Value;
                Assert.True(Flags.ContainsKey(verb), $"{page}: '{verb}' in '{line.Value}' is no verb.");
                NothingLeft(page, $"flags of {verb} that it does not have", FlagsIn(line.Groups["rest"].Value).Except(Flags[verb]));
                found++;
            }
        }
        Assert.True(found >= 7, $"Only {found} command lines were found.");
    }

    [Fact]
    public void FlagsInTheTextAreSomeVerbs()
    {
        HashSet<string> all = [.. Flags.Values.SelectMany(static flags => flags)];
        Assert.Contains("--optimizer", all);
        foreach (string page in Pages)
        {
            IEnumerable<string> named = Regex.Matches(File.ReadAllText(page), @"`(--[a-z][a-z-]*)[^`]*`").Select(static match => match.Groups[1].Value);
            NothingLeft(page, "flags that no verb has", named.Except(all));
        }
    }

    static void NothingLeft(string page, string what, IEnumerable<string> flags) =>
        Assert.True(!flags.Any(), $"{page} names {what}: {string.Join(", ", flags)}");

    static HashSet<string> FlagsIn(string text) => [.. Regex.Matches(text, @"--[a-z][a-z-]*").Select(static match => match.Value), "--help"];
}
